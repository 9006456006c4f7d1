package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.transport.EventSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The last row of each key of an output, to be read by any thread: an insert or replacement sets the row of its key, a retraction
 * takes it away. Bound as a sink: {@code Engine.of(topology).output(ALERTS, view)}.
 *
 * <p>A reader sees the rows as they stood behind one entry, never in the middle of one, and is told which. What an entry does is
 * seen when a later one sends something, or when the host flushes, which it does when it has nothing else to do.
 *
 * <p><b>Writer:</b> the thread that calls the sink. <b>Readers:</b> any. <b>Ordering:</b> a version that is odd while rows change: the
 * writer makes it odd, a store-store fence, changes rows by plain stores, makes it even by a release store; a reader loads it
 * (acquire), reads by plain loads, a load-load fence, loads it again, and tries again unless both were the same even number. <b>Why
 * it suffices:</b> a reader that saw any store of a change sees at its second load, behind the fence, at least the odd version that
 * stood before that store. The writer never waits. It holds the version odd for the changes of one entry at a time. A reader
 * of all rows that finds no quiet moment asks the writer to copy them for it, by a volatile field, and is answered by another;
 * so a snapshot may cost the writer one copy of the rows.
 *
 * @param <V> the row
 */
public final class View<V> implements EventSink<V> {
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(View.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int ROWS = 1 << 16;
    private static final int ROWS_MAX = 1 << 24;
    private static final int TRIES = 32;
    private static final long PAUSE_NS = 50_000;

    /**
     * All rows, as they stood behind one entry.
     *
     * @param sequence the place of that entry in the order; -1 before the first
     * @param rows     by key
     * @param <V>      the row
     */
    public record Rows<V>(long sequence, List<V> rows) {}

    /** What a reader wants copied: filled by the writer, then handed back. */
    private static final class Copy {
        final long[] keys;
        final int[] lengths;
        final long[] words;
        int count;
        long sequence;

        Copy(ViewTable table) {
            keys = new long[table.rowsAtMost];
            lengths = new int[table.rowsAtMost];
            words = new long[table.rowsAtMost * table.words];
        }
    }

    private final EventType<V> type;
    private final LongField<? super V> key;
    private final ViewTable table;
    private final Consumer<Rows<V>> atEnd;

    // the writer's
    private final byte[] bytes;
    private long[] pendingWords;
    private long[] pendingKeys = new long[16];
    private int[] pendingLengths = new int[16];
    private int pending;
    private int pendingNew;
    private long pendingSequence = -1;

    // written by the writer under the version
    private long standsAt = -1;

    @SuppressWarnings("unused") // by its handle
    private long version;

    // between readers, one at a time, and the writer
    private volatile Copy wanted;
    private volatile Copy answered;

    private View(EventType<V> type, LongField<? super V> key, int rowsAtMost, Consumer<Rows<V>> atEnd) {
        this.type = type;
        this.key = key;
        this.atEnd = atEnd;
        table = new ViewTable(rowsAtMost, type.maxLength());
        bytes = new byte[table.words * Long.BYTES];
        pendingWords = new long[16 * table.words];
    }

    /**
     * A view of 65,536 rows at most.
     *
     * @param output what it will be bound to
     * @param key    reads the key of a row
     * @param <V>    the row
     * @return no rows yet
     */
    public static <V> View<V> of(Output<V> output, LongField<? super V> key) {
        return new View<>(output.type(), Objects.requireNonNull(key, "key"), ROWS, null);
    }

    /**
     * Bounds the rows; their memory is taken at once. One more makes its entry a dead letter of the output.
     *
     * @param most 1 to 16,777,216
     * @return another view, without rows
     */
    public View<V> rowsAtMost(int most) {
        if (most < 1 || most > ROWS_MAX) {
            throw new IllegalArgumentException("a view of at most " + most + " rows; use 1 to " + ROWS_MAX);
        }
        return new View<>(type, key, most, atEnd);
    }

    /**
     * Hands over the rows when the host closes, such as at the end of a finite run.
     *
     * @param sees called once, by the writer
     * @return another view, without rows
     */
    public View<V> atEnd(Consumer<Rows<V>> sees) {
        return new View<>(type, key, table.rowsAtMost, Objects.requireNonNull(sees, "sees"));
    }

    // ---- the writer

    @Override
    public void on(V row, Meta meta) throws Exception {
        if (meta.sequence() != pendingSequence) {
            apply();
            pendingSequence = meta.sequence();
        }
        long k = key.of(row);
        boolean isGone = meta.form() == EntryForm.RETRACTION;
        if (!isGone && table.find(k) < 0 && table.count() + pendingNew == table.rowsAtMost) {
            throw new IllegalStateException("a view holds " + table.rowsAtMost + " rows; raise rowsAtMost");
        }
        if (pending == pendingKeys.length) {
            pendingKeys = Arrays.copyOf(pendingKeys, 2 * pending);
            pendingLengths = Arrays.copyOf(pendingLengths, 2 * pending);
            pendingWords = Arrays.copyOf(pendingWords, 2 * pendingWords.length);
        }
        int length = isGone ? -1 : type.encode(row, bytes, 0);
        for (int i = 0; i < length; i += Long.BYTES) {
            pendingWords[pending * table.words + i / Long.BYTES] = Bytes.getLong(bytes, i);
        }
        pendingNew += !isGone && table.find(k) < 0 ? 1 : 0;
        pendingKeys[pending] = k;
        pendingLengths[pending++] = length;
    }

    /** Shows what the entry before did, and helps a reader that has waited. */
    private void apply() {
        if (pending > 0) {
            long odd = (long) VERSION.get(this) + 1;
            VERSION.setOpaque(this, odd);
            VarHandle.storeStoreFence();
            for (int i = 0; i < pending; i++) {
                if (pendingLengths[i] < 0) {
                    table.remove(pendingKeys[i]);
                } else {
                    table.put(pendingKeys[i], pendingWords, i * table.words, pendingLengths[i]);
                }
            }
            standsAt = pendingSequence;
            VERSION.setRelease(this, odd + 1);
            pending = 0;
            pendingNew = 0;
        }
        Copy copy = wanted;
        if (copy != null) {
            copyInto(copy);
            wanted = null;
            answered = copy;
        }
    }

    private void copyInto(Copy copy) {
        int n = 0;
        for (int slot = 0; slot < table.rowsAtMost; slot++) {
            int length = table.length(slot);
            if (length >= 0) {
                copy.keys[n] = table.key(slot);
                copy.lengths[n] = length;
                table.copy(slot, copy.words, n * table.words);
                n++;
            }
        }
        copy.count = n;
        copy.sequence = standsAt;
    }

    @Override
    public void flush() {
        apply();
    }

    @Override
    public void close() {
        apply();
        if (atEnd != null) {
            atEnd.accept(all());
        }
    }

    // ---- readers

    /**
     * The row of a key.
     *
     * @param ofKey the key
     * @return a value, or a view of its own; null when there is none
     */
    public V get(long ofKey) {
        long[] words = new long[table.words];
        int length;
        long seen;
        do {
            seen = begin();
            int slot = table.find(ofKey);
            length = slot < 0 ? -1 : table.length(slot);
            if (slot >= 0) {
                table.copy(slot, words, 0);
            }
        } while (!isSound(seen));
        return length < 0 ? null : row(words, 0, length);
    }

    /**
     * The place in the order that the rows stand at.
     *
     * @return that of the last entry shown; -1 before the first
     */
    public long sequence() {
        long sequence;
        long seen;
        do {
            seen = begin();
            sequence = standsAt;
        } while (!isSound(seen));
        return sequence;
    }

    /**
     * All rows.
     *
     * @return as they stood behind one entry, by key
     */
    public synchronized Rows<V> all() {
        Copy copy = new Copy(table);
        for (int i = 0; i < TRIES; i++) {
            long seen = begin();
            copyInto(copy);
            if (isSound(seen)) {
                return rows(copy);
            }
        }
        return rows(helped(copy));
    }

    /** Asks the writer; a quiet moment helps as well, such as when no more comes. */
    private Copy helped(Copy mine) {
        Copy asked = new Copy(table);
        wanted = asked;
        while (true) {
            LockSupport.parkNanos(PAUSE_NS);
            if (answered == asked) { // one that was given up may still be answered
                return asked;
            }
            long seen = begin();
            copyInto(mine);
            if (isSound(seen)) {
                wanted = null;
                return mine;
            }
        }
    }

    private long begin() {
        long seen;
        while (((seen = (long) VERSION.getAcquire(this)) & 1) != 0) {
            Thread.onSpinWait();
        }
        return seen;
    }

    private boolean isSound(long seen) {
        VarHandle.loadLoadFence();
        return (long) VERSION.getOpaque(this) == seen;
    }

    private Rows<V> rows(Copy copy) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < copy.count; i++) {
            order.add(i);
        }
        order.sort((a, b) -> Long.compare(copy.keys[a], copy.keys[b]));
        List<V> result = new ArrayList<>();
        for (int i : order) {
            result.add(row(copy.words, i * table.words, copy.lengths[i]));
        }
        return new Rows<>(copy.sequence, Collections.unmodifiableList(result));
    }

    private V row(long[] words, int at, int length) {
        byte[] copy = new byte[table.words * Long.BYTES];
        for (int i = 0; i < table.words; i++) {
            Bytes.putLong(copy, i * Long.BYTES, words[at + i]);
        }
        return type.newView().wrap(copy, 0, length);
    }
}
