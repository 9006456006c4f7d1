package io.millrace.engine;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operator.Flow;
import io.millrace.operator.RowWindow;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.KeyInfo;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The last row of each key of an output, to be read by any thread: an insert or replacement sets the row of its key, a retraction
 * takes it away. The key is that of the stream which leads to the output, of any kind; a view is bound as a sink is:
 *
 * <pre>{@code
 * .keyBy(Trade::account) … .to(POSITIONS);                        // in the topology
 *
 * View<Position> positions = View.of(POSITIONS);
 * Engine.of(topology).output(POSITIONS, positions).start();
 * positions.get(42);                                              // a text: get("EURUSD"); several fields: get(42, "EURUSD")
 * }</pre>
 *
 * <p>Where the rows are results of windows that may change, of which a key has several, its row is that of the newest: a result of an older
 * one that changes, or is taken back, leaves it. Whoever wants all of them makes the start of the window a part of the key.
 *
 * <p>A view belongs to one host at a time: while that runs, no other starts that the view is bound to. When it has closed its rows can still
 * be read; they are gone when the view is bound to the next.
 *
 * <p>A reader sees the rows as they stood behind one entry, never in the middle of one, and is told which ({@link #all}, {@link #at}). What an entry does is
 * seen when a later one sends something, or when the host flushes, which it does when it has nothing else to do.
 *
 * <p><b>Writer:</b> the thread that calls the sink. <b>Readers:</b> any. <b>Ordering:</b> rows stand under a {@link ViewVersion}; the table
 * is in a volatile field, written before the host starts. <b>Why it suffices:</b> the version tells a reader that what it read is
 * not of one moment, and it reads again. A reader of all rows that finds no quiet moment asks the writer to copy them for it, by a
 * volatile field, and is answered by another; so a snapshot may cost the writer one copy of the rows.
 *
 * @param <V> the row
 */
public final class View<V> implements EventSink<V> {
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

    /**
     * A row, as it stood behind one entry.
     *
     * @param sequence the place of that entry in the order; -1 before the first
     * @param row      null when there is none
     * @param <V>      the row
     */
    public record At<V>(long sequence, V row) {}

    /** What becomes of the rows when the host closes. */
    private interface End<V> {
        void of(View<V> view) throws IOException;
    }

    private static final KeyInfo BY_FIELD = new KeyInfo("long", 0, 0, "View.of(output, key)");

    private final Output<V> output;
    private final EventType<V> type;
    private final LongField<? super V> key;
    private final int rowsAtMost;
    private final End<V> atEnd;
    private volatile ViewTable table;

    /** Whose rows it shows; null when no host runs that it is bound to. Set by who makes a host, cleared by who closes it or has failed to make it. */
    private final AtomicReference<Views> owner = new AtomicReference<>();

    /** Whether any of its outputs brings results of several windows of a key. */
    private boolean ofWindows;

    // the writer's
    private final byte[] bytes;
    private ViewChanges pending;
    private long pendingSequence = -1;

    // written by the writer under the version
    private long standsAt = -1;

    private final ViewVersion version = new ViewVersion();

    // between readers, one at a time, and the writer
    private volatile ViewCopy wanted;
    private volatile ViewCopy answered;

    private View(Output<V> output, LongField<? super V> key, int rowsAtMost, End<V> atEnd) {
        this.output = output;
        type = output.type();
        this.key = key;
        this.rowsAtMost = rowsAtMost;
        this.atEnd = atEnd;
        bytes = new byte[(type.maxLength() + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
        if (key != null && tooLarge(BY_FIELD) == null) { // else rowsAtMost is still to come, or binding it says so
            stand(BY_FIELD);
        }
    }

    /**
     * A view of 65,536 rows at most, by the key of the stream that leads to the output.
     *
     * @param output what it will be bound to
     * @param <V>    the row
     * @return no rows yet, and no memory taken: that is done when the host is made
     */
    public static <V> View<V> of(Output<V> output) {
        return new View<>(output, null, ROWS, null);
    }

    /**
     * A view of 65,536 rows at most, by a number of the row, where the stream has another key or none. Where rows are replaced, or
     * taken back by a key of the stream, the number has to be one that this does not change: put a changelog in front otherwise.
     *
     * @param output what it will be bound to
     * @param key    reads the key of a row
     * @param <V>    the row
     * @return no rows yet
     */
    public static <V> View<V> of(Output<V> output, LongField<? super V> key) {
        return new View<>(output, Objects.requireNonNull(key, "key"), ROWS, null);
    }

    /**
     * Bounds the rows; their memory is taken at once. One more makes its entry a dead letter of the output.
     *
     * @param most 1 to 16,777,216; fewer for long rows: keys and rows stand in one array, of 16 GiB at most
     * @return another view, without rows
     * @throws IllegalArgumentException when there cannot be so many; where the key is that of the stream, the host that is made
     *     says so
     */
    public View<V> rowsAtMost(int most) {
        if (most < 1 || most > ROWS_MAX) {
            throw new IllegalArgumentException("a view of at most " + most + " rows; use 1 to " + ROWS_MAX);
        }
        View<V> result = new View<>(output, key, most, atEnd);
        if (key != null && result.tooLarge(BY_FIELD) != null) {
            throw new IllegalArgumentException("output " + output.name() + ": " + result.tooLarge(BY_FIELD));
        }
        return result;
    }

    /**
     * Hands over the rows when the host closes, such as at the end of a finite run.
     *
     * @param sees called once, by the writer
     * @return another view, without rows
     */
    public View<V> atEnd(Consumer<Rows<V>> sees) {
        Objects.requireNonNull(sees, "sees");
        return new View<>(output, key, rowsAtMost, view -> sees.accept(view.all()));
    }

    /**
     * Writes the rows, by key, to a sink when the host closes, such as at the end of a finite run, and closes it.
     *
     * @param sink takes each as an insert with its own event time, at the place in the order that the rows stand at
     * @return another view, without rows
     */
    public View<V> atEnd(EventSink<? super V> sink) {
        Objects.requireNonNull(sink, "sink");
        return new View<>(output, key, rowsAtMost, view -> view.writeTo(sink));
    }

    // ---- before the start

    /** Bound to an output of a host, of which it shows the rows until that lets go of it; says what is wrong, or null. */
    String bind(Views of, KeyInfo keyed, boolean isWaiting, boolean bringsWindows) {
        boolean isFirst = owner.compareAndSet(null, of);
        Views shows = owner.get();
        if (shows != of) {
            return "this view shows the rows of engine " + (shows == null ? "" : shows.host())
                    + ", whose threads have not ended; close that first, or bind another view (View.of)";
        }
        String problem = show(keyed, isWaiting);
        if (problem == null) {
            ofWindows = bringsWindows || ofWindows && !isFirst;
        }
        if (isFirst) {
            begin(problem);
        }
        return problem;
    }

    /** Without rows, whatever a host before has left; or not at all. */
    private void begin(String problem) {
        if (problem == null) {
            clear();
        } else {
            owner.set(null);
        }
    }

    /** The host has closed, or cannot start: its rows stay until the next one. */
    void letGo(Views of) {
        owner.compareAndSet(of, null);
    }

    private void clear() {
        ViewTable of = table;
        version.beginChange();
        standsAt = -1;
        of.clear();
        version.endChange();
        pending = new ViewChanges(of);
        pendingSequence = -1;
    }

    private String show(KeyInfo keyed, boolean isWaiting) {
        if (key != null) {
            return tooLarge(BY_FIELD);
        }
        if (keyed == null) {
            return "a view shows rows by the key of their stream, and this one has none; put keyBy in front of to(..),"
                    + " or say View.of(output, key)";
        }
        if (isWaiting) {
            return "a view is written by the engine's own thread, which knows the key; bind it without a delivery";
        }
        ViewTable stands = table;
        if (stands == null) {
            String problem = tooLarge(keyed);
            if (problem == null) {
                stand(keyed);
            }
            return problem;
        }
        return stands.keyed.matches(keyed)
                ? null
                : "a view of rows keyed by " + stands.keyed.kind() + " shows none that are keyed by " + keyed.kind();
    }

    /** Says that so many rows cannot be; null when they can. */
    private String tooLarge(KeyInfo keyed) {
        int most = ViewTable.mostRows(keyed, type.maxLength());
        return rowsAtMost <= most
                ? null
                : "a view of " + rowsAtMost + " rows of up to " + type.maxLength()
                        + " bytes is larger than an array can be; use" + " rowsAtMost of 1 to " + most;
    }

    private void stand(KeyInfo keyed) {
        // form: random, the seed of hashes, on which no answer depends
        show(new ViewTable(keyed, rowsAtMost, type.maxLength(), new SecureRandom().nextLong()));
    }

    /** Keeps its rows there. */
    View<V> show(ViewTable in) {
        pending = new ViewChanges(in);
        table = in;
        return this;
    }

    // ---- the writer

    @Override
    public Resumption resume(String ofOutput) {
        return Resumption.anew();
    }

    @Override
    public void on(V row, Meta meta) throws Exception {
        if (pending == null) {
            throw new IllegalStateException(
                    key == null
                            ? "a view knows the key of its stream when it is itself bound to the output"
                            : tooLarge(BY_FIELD));
        }
        if (meta.sequence() != pendingSequence) {
            apply();
            pendingSequence = meta.sequence();
        }
        setKey(row, meta);
        long windowNs = ofWindows && meta instanceof Flow flow ? flow.windowNs() : RowWindow.NONE;
        if (windowNs != RowWindow.NONE && RowWindow.leaves((Flow) meta, pending.windowNs())) {
            return;
        }
        if (meta.form() == EntryForm.RETRACTION) {
            pending.remove();
            return;
        }
        if (pending.isFull()) {
            throw new IllegalStateException("a view holds " + rowsAtMost + " rows; raise rowsAtMost");
        }
        pending.set(meta.timeNs(), windowNs, bytes, type.encode(row, bytes, 0));
    }

    private void setKey(V row, Meta meta) throws Exception {
        if (key != null) {
            pending.key().number(key.of(row));
        } else if (meta instanceof Flow flow) {
            if (flow.keyBytes() == null) {
                pending.key().number(flow.key());
            } else {
                pending.key().bytes(flow.keyBytes(), flow.keyLength());
            }
        } else {
            throw new IllegalStateException("a view knows the key of its stream when it is itself bound to the output");
        }
    }

    /** Shows what the entry before did, and helps a reader that has waited. */
    private void apply() {
        if (pending == null) {
            return;
        }
        if (!pending.isEmpty()) {
            version.beginChange();
            pending.apply();
            standsAt = pendingSequence;
            version.endChange();
        }
        ViewCopy copy = wanted;
        if (copy != null) {
            copy.take(standsAt);
            wanted = null;
            answered = copy;
        }
    }

    @Override
    public void flush() {
        apply();
    }

    @Override
    public void close() throws IOException {
        apply();
        if (atEnd != null) {
            atEnd.of(this);
        }
    }

    private void writeTo(EventSink<? super V> sink) throws IOException {
        try (sink) {
            ViewCopy copy = snapshot();
            Flow meta = new Flow();
            for (int i = 0; copy != null && i < copy.count(); i++) {
                meta.begin(copy.sequence(), 1, null, 0);
                meta.ordinal(i);
                meta.timeNs(copy.timeNs(i));
                sink.on(copy.row(i, type), meta);
            }
            sink.flush();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    // ---- in a snapshot

    /** The same for another core: without rows, and nothing becomes of it at the end. */
    View<V> twin() {
        return new View<>(output, key, rowsAtMost, null);
    }

    /** What its rows are, in words: equal words can be told by the same bytes. */
    String shape() {
        ViewTable of = table;
        String by = key != null ? "a number of the row" : of == null ? "" : of.keyed.kind() + " " + of.keyed.maxBytes();
        return "of windows, by " + by + ": " + type.layout();
    }

    /** Writes the rows, as they stand behind all that has come. The writer's thread. */
    void save(StateWriter to) {
        apply();
        to.putLong(standsAt);
        table.save(to);
    }

    /** Takes rows; what the writer has not shown yet is nothing. */
    void load(StateReader from, String outputs) {
        version.beginChange();
        standsAt = from.getLong();
        table.clear();
        table.load(from, outputs);
        version.endChange();
    }

    // ---- readers

    /**
     * The row of a key that is a number.
     *
     * @param ofKey the key
     * @return a value, or a view of its own; null when there is none
     */
    public V get(long ofKey) {
        ViewTable from = table;
        return from == null ? null : read(from, Long.valueOf(ofKey)).row();
    }

    /**
     * The row of a key of any kind.
     *
     * @param ofKey its parts in the order of the key: whole numbers, and texts
     * @return a value, or a view of its own; null when there is none
     */
    public V get(Object... ofKey) {
        ViewTable from = table;
        return from == null ? null : read(from, ofKey).row();
    }

    /**
     * The row of a key, and the place in the order that it stands at.
     *
     * @param ofKey its parts in the order of the key: whole numbers, and texts
     * @return both of one moment; a row of null when there is none
     */
    public At<V> at(Object... ofKey) {
        ViewTable from = table;
        return from == null ? new At<>(-1, null) : read(from, ofKey);
    }

    private At<V> read(ViewTable from, Object... parts) {
        ViewKey ofKey = new ViewKey(from.keyed, from.seed);
        boolean canBe = ofKey.parts(parts);
        long[] words = new long[from.words];
        int length;
        long seen;
        long sequence;
        do {
            seen = version.beginRead();
            sequence = standsAt;
            int slot = canBe ? from.find(ofKey) : -1;
            length = slot < 0 ? -1 : from.length(slot);
            if (slot >= 0) {
                from.copy(slot, words, 0);
            }
        } while (!version.isSound(seen));
        return new At<>(sequence, length < 0 ? null : ViewCopy.row(type, words, 0, length));
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
            seen = version.beginRead();
            sequence = standsAt;
        } while (!version.isSound(seen));
        return sequence;
    }

    /**
     * All rows.
     *
     * @return as they stood behind one entry, by key
     */
    public synchronized Rows<V> all() {
        ViewCopy copy = snapshot();
        return copy == null ? new Rows<>(-1, List.of()) : new Rows<>(copy.sequence(), copy.rows(type));
    }

    private synchronized ViewCopy snapshot() {
        ViewTable from = table;
        if (from == null) {
            return null;
        }
        ViewCopy copy = new ViewCopy(from);
        for (int i = 0; i < TRIES; i++) {
            if (isTaken(copy)) {
                return copy.sorted();
            }
        }
        return helped(copy, new ViewCopy(from)).sorted();
    }

    private boolean isTaken(ViewCopy copy) {
        long seen = version.beginRead();
        copy.take(standsAt);
        return version.isSound(seen);
    }

    /** Asks the writer; a quiet moment helps as well, such as when no more comes. */
    private ViewCopy helped(ViewCopy mine, ViewCopy asked) {
        wanted = asked;
        while (true) {
            LockSupport.parkNanos(PAUSE_NS);
            if (answered == asked) { // one that was given up may still be answered
                return asked;
            }
            if (isTaken(mine)) {
                wanted = null;
                return mine;
            }
        }
    }
}
