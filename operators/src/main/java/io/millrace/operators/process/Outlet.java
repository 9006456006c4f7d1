package io.millrace.operators.process;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.MisuseException;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import java.util.Arrays;
import java.util.Objects;

/**
 * An output of a process. It keeps what is emitted until the handler returns.
 *
 * @param <V> the type of what is emitted
 */
public class Outlet<V> {
    private final KeyState state;
    private final String name;
    private final EventType<V> type;
    private final EventView<V> view;
    private final boolean hasCursor;
    private final int port;
    private Object[] values = new Object[0];
    private byte[][] slots = new byte[0][];
    private int[] used = new int[0];
    private int count;
    private int valuePlace;
    private boolean open;

    /**
     * Declares an output.
     *
     * @param state of the process
     * @param name  unique in it
     * @param type  the layout
     */
    protected Outlet(KeyState state, String name, EventType<V> type) {
        this.state = state;
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        view = type.isValue() ? null : type.newView();
        hasCursor = type.hasCursor();
        port = state.output(this);
    }

    final String name() {
        return name;
    }

    final EventType<V> type() {
        return type;
    }

    /**
     * The number of the output.
     *
     * @return 0, 1, … in the order of declaration
     */
    public final int port() {
        return port;
    }

    /**
     * Emits an event with the key and the time of the call. It is sent when the handler returns.
     *
     * @param event the event; copied before this returns
     * @throws IllegalStateException if it is one more than declared; the event that is being handled then goes to the
     *     dead letters
     */
    public final void emit(V event) {
        int place = room();
        if (view == null) {
            values[place] = type.canonical(Objects.requireNonNull(event, name));
        } else {
            used[place] = type.maxLength();
            used[place] = type.encode(Objects.requireNonNull(event, name), slots[place], 0);
        }
        add();
    }

    /**
     * Begins an event that is filled in place.
     *
     * @return zeroes, as many as the type is long
     */
    protected final byte[] beginBytes() {
        int place = room();
        Bytes.clear(slots[place], 0, used[place]);
        used[place] = type.maxLength();
        open = true;
        return slots[place];
    }

    /**
     * Emits what was filled.
     *
     * @param length its length
     */
    protected final void endBytes(int length) {
        if (!open) {
            throw new MisuseException("output " + name + ": end() without begin()");
        }
        open = false;
        used[count] = length;
        add();
    }

    private int room() {
        state.requireRunning(name);
        requireEnded();
        int atMost = state.outbox().use();
        if (count == atMost) {
            throw state.overBound(new OverBoundException(
                    "output " + name + " gets more than " + atMost + " events of one call; raise emitsAtMost"));
        }
        if (count == used.length) {
            grow(Math.min(Math.max(4, 2 * count), atMost));
        }
        return count;
    }

    private void grow(int places) {
        used = Arrays.copyOf(used, places);
        if (view == null) {
            values = Arrays.copyOf(values, places);
            return;
        }
        int from = slots.length;
        slots = Arrays.copyOf(slots, places);
        for (int i = from; i < places; i++) {
            slots[i] = new byte[type.maxLength()];
        }
    }

    private void add() {
        state.outbox().add(port, count++);
    }

    final void requireEnded() {
        if (open) {
            throw new MisuseException("output " + name + ": begin() without end()");
        }
    }

    final void put(int place, Flow flow) {
        if (view == null) {
            flow.value(values[place]);
        } else {
            flow.value(valuePlace, view.wrap(slots[place], 0, used[place]), slots[place], 0, used[place]);
            if (hasCursor) {
                flow.cursor(view);
            }
        }
    }

    /** Its view is cut off after each entry where that is done. */
    final void cutting(NodeContext of) {
        valuePlace = of.valuePlace();
        if (view != null) {
            of.cutting(view);
        }
    }

    final void clear() {
        if (view == null) {
            Arrays.fill(values, 0, count, null);
        }
        count = 0;
        open = false;
    }
}
