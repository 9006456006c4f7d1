package io.millrace.operators.process;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import java.util.Objects;

/**
 * The kept events of one field, one a block. What is stored during a call is undone, and what is dropped stays, when
 * the call fails.
 *
 * @param <V> the event
 */
final class EventBlocks<V> {
    private final String name;
    private final EventType<V> type;
    private final EventView<V> view;
    private final int column;
    private final int perKey;
    private final byte[] in;
    private final byte[] out;
    private final int[] taken;
    private final int[] dropped;
    private int takenCount;
    private int droppedCount;
    private Blocks blocks;

    /** Column and the columns behind it, {@code perKey} together, hold block + 1, or 0. */
    EventBlocks(String name, EventType<V> type, int column, int perKey) {
        this.name = name;
        this.type = Objects.requireNonNull(type, "type");
        this.column = column;
        this.perKey = perKey;
        view = type.newView();
        in = new byte[Stored.words(type.maxLength()) * Long.BYTES];
        out = new byte[in.length];
        taken = new int[perKey + 1];
        dropped = new int[perKey + 1];
    }

    int longs() {
        return 1 + in.length / Long.BYTES;
    }

    int perKey() {
        return perKey;
    }

    void bind(StateBudget budget, int keys) {
        blocks = new Blocks(budget, longs(), (int) Math.min((keys + 1L) * perKey, Integer.MAX_VALUE));
    }

    /** Keeps an event; answers what its column is to hold. */
    long store(V event) {
        int length = type.encode(Objects.requireNonNull(event, name), in, 0);
        int id = blocks.take();
        if (id < 0) {
            throw new OverBoundException("no room to keep one more event in " + name + "; raise the state budget");
        }
        taken[takenCount++] = id;
        Stored.write(blocks.writable(id), blocks.base(id), in, length);
        return id + 1L;
    }

    /** The event that a column holds; a flyweight is valid until the next load. */
    V load(long held) {
        int id = (int) held - 1;
        return view.wrap(out, 0, Stored.read(blocks.page(id), blocks.base(id), out, 0));
    }

    /** Lets go of an event: at once when it was stored in this call, else when the call has succeeded. */
    void drop(long held) {
        int id = (int) held - 1;
        for (int i = 0; i < takenCount; i++) {
            if (taken[i] == id) {
                taken[i] = taken[--takenCount];
                blocks.free(id);
                return;
            }
        }
        dropped[droppedCount++] = id;
    }

    String name() {
        return name;
    }

    EventType<V> type() {
        return type;
    }

    /** Reads the bytes of the event that a column holds; answers their number. */
    int copy(long held, byte[] into) {
        int id = (int) held - 1;
        return Stored.read(blocks.page(id), blocks.base(id), into, 0);
    }

    StateCounters counters() {
        return blocks.counters();
    }

    void commit() {
        for (int i = 0; i < droppedCount; i++) {
            blocks.free(dropped[i]);
        }
        takenCount = 0;
        droppedCount = 0;
    }

    void undo() {
        for (int i = 0; i < takenCount; i++) {
            blocks.free(taken[i]);
        }
        takenCount = 0;
        droppedCount = 0;
    }

    /** Frees all that a row of the table holds. */
    void release(long[] page, int base) {
        for (int i = base + column; i < base + column + perKey; i++) {
            if (page[i] != 0) {
                blocks.free((int) page[i] - 1);
            }
        }
    }

    void cut() {
        view.cut();
    }
}
