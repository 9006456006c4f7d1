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
 * The last row of each key of an output, for any thread to read. An insert or a replacement sets the row of its key; a
 * retraction removes it. The key is that of the stream that leads to the output, of any kind. A view is bound like a
 * sink:
 *
 * <pre>{@code
 * .keyBy(Trade::account) … .to(POSITIONS);                        // in the topology
 *
 * View<Position> positions = View.of(POSITIONS);
 * Engine.of(topology).output(POSITIONS, positions).start();
 * positions.get(42);                                              // a text: get("EURUSD"); several fields: get(42, "EURUSD")
 * }</pre>
 *
 * <p>If the rows are results of windows that may change, a key has several. The view shows the result of its newest
 * window; a change or retraction of an older window's result leaves it. To see all of them, make the start of the
 * window part of the key.
 *
 * <p>A view belongs to one host at a time: while that runs, no other host with the same view starts. After the host has
 * closed, its rows can still be read, until the view is bound to the next one.
 *
 * <p>A reader sees the rows as they are after one entry, never in the middle of one, and can ask which ({@link #all},
 * {@link #at}). The effects of an entry become visible when a later entry sends something, or when the host flushes, as
 * it does when it has nothing else to do.
 *
 * <p><b>Writer:</b> the thread that calls the sink. <b>Readers:</b> any. <b>Ordering:</b> rows are guarded by a
 * {@link ViewVersion}; the table is in a volatile field, written before the host starts. <b>Why it suffices:</b> the
 * version tells a reader that what it read is not of one moment, and it reads again. A reader of all rows that finds no
 * quiet moment asks the writer, through a volatile field, to copy them, and is answered through another; so a snapshot
 * may cost the writer one copy of the rows.
 *
 * @param <V> the type of the rows
 */
public final class View<V> implements EventSink<V> {
    private static final int ROWS = 1 << 16;
    private static final int ROWS_MAX = 1 << 24;
    private static final int TRIES = 32;
    private static final long PAUSE_NS = 50_000;

    /**
     * All rows, as they were after one entry.
     *
     * @param sequence the place of that entry in the order; -1 before the first
     * @param rows in the order of their keys
     * @param <V> the type of the rows
     */
    public record Rows<V>(long sequence, List<V> rows) {}

    /**
     * A row, as it was after one entry.
     *
     * @param sequence the place of that entry in the order; -1 before the first
     * @param row null if there is none
     * @param <V> the type of the rows
     */
    public record At<V>(long sequence, V row) {}

    /** What is done with the rows when the host closes. */
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

    /**
     * Whose rows it shows; null if no host to which it is bound runs. Set when a host is created, cleared when that is
     * closed or could not be created.
     */
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
     * Creates a view of at most 65,536 rows, by the key of the stream that leads to the output.
     *
     * @param output the output to which it will be bound
     * @param <V> the type of the rows
     * @return a view without rows; its memory is allocated when the host is created
     */
    public static <V> View<V> of(Output<V> output) {
        return new View<>(output, null, ROWS, null);
    }

    /**
     * Creates a view of at most 65,536 rows, by a number in the row, for a stream with another key or none. If rows are
     * replaced, or retracted by a key of the stream, such a change must not alter the number; otherwise put a changelog
     * before the output.
     *
     * @param output the output to which it will be bound
     * @param key reads the key of a row
     * @param <V> the type of the rows
     * @return a view without rows
     */
    public static <V> View<V> of(Output<V> output, LongField<? super V> key) {
        return new View<>(output, Objects.requireNonNull(key, "key"), ROWS, null);
    }

    /**
     * Limits the number of rows. Their memory is allocated at once. An entry that would add one more becomes a dead
     * letter of the output.
     *
     * @param most 1 to 16,777,216; less if rows are long, as keys and rows share one array of at most 16 GiB
     * @return another view, without rows
     * @throws IllegalArgumentException if there cannot be that many rows; if the key is that of the stream, the
     *     creation of the host reports it instead
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
     * Hands over the rows when the host closes, for example at the end of a finite run.
     *
     * @param sees called once, by the writer
     * @return another view, without rows
     */
    public View<V> atEnd(Consumer<Rows<V>> sees) {
        Objects.requireNonNull(sees, "sees");
        return new View<>(output, key, rowsAtMost, view -> sees.accept(view.all()));
    }

    /**
     * Writes the rows, in the order of their keys, to a sink when the host closes, for example at the end of a finite
     * run, and closes the sink.
     *
     * @param sink takes each row as an insert with its own event time, at the place in the order that the rows are of
     * @return another view, without rows
     */
    public View<V> atEnd(EventSink<? super V> sink) {
        Objects.requireNonNull(sink, "sink");
        return new View<>(output, key, rowsAtMost, view -> view.writeTo(sink));
    }

    // ---- before the start

    /**
     * Binds it to an output of a host, whose rows it shows until the host lets go of it. Returns what is wrong, or
     * null.
     */
    String bind(Views of, KeyInfo keyed, boolean isWaiting, boolean bringsWindows) {
        boolean isFirst = owner.compareAndSet(null, of);
        Views shows = owner.get();
        if (shows != of) {
            return "this view still shows the "
                    + "rows of engine " + (shows == null ? "" : shows.host()) + ", whose threads have not "
                    + "ended; close that engine first, or bind another view (View.of)";
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

    /** Begins without rows, whatever an earlier host has left; or not at all. */
    private void begin(String problem) {
        if (problem == null) {
            clear();
        } else {
            owner.set(null);
        }
    }

    /** The host has closed, or cannot start: the rows stay until the next host. */
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
            return "a view shows rows by the key of their stream, and this stream has no key; put "
                    + "keyBy in front of to(..), or use View.of(output, key)";
        }
        if (isWaiting) {
            return "a view is written on the engine's own thread, where the key is known; bind it without a delivery";
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
                : "this view holds rows keyed by " + stands.keyed.kind() + " and cannot show rows keyed by "
                        + keyed.kind();
    }

    /** Why there cannot be that many rows; null if there can. */
    private String tooLarge(KeyInfo keyed) {
        int most = ViewTable.mostRows(keyed, type.maxLength());
        return rowsAtMost <= most
                ? null
                : "a view of " + rowsAtMost + " rows of up to " + type.maxLength()
                        + " bytes is larger than an array may be; use rowsAtMost(1) to rowsAtMost(" + most + ")";
    }

    private void stand(KeyInfo keyed) {
        // form: random, the seed of hashes, on which no answer depends
        show(new ViewTable(keyed, rowsAtMost, type.maxLength(), new SecureRandom().nextLong()));
    }

    /** Keeps its rows in that table. */
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
                            ? "a view knows the key of its stream only if the view itself is bound to the output"
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
            throw new IllegalStateException("the view is full with " + rowsAtMost + " rows; raise rowsAtMost");
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
            throw new IllegalStateException(
                    "a view knows the key of its stream only if the view itself is bound to the output");
        }
    }

    /** Shows the effects of the entry before, and helps a reader that has waited. */
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

    /** The same view for another core: without rows, and nothing is done with them at the end. */
    View<V> twin() {
        return new View<>(output, key, rowsAtMost, null);
    }

    /** What its rows are, in words: views with equal words can be loaded from the same bytes. */
    String shape() {
        ViewTable of = table;
        String by = key != null ? "a number of the row" : of == null ? "" : of.keyed.kind() + " " + of.keyed.maxBytes();
        return "of windows, by " + by + ": " + type.layout();
    }

    /** Writes the rows, as they are after everything that has come. For the writer's thread. */
    void save(StateWriter to) {
        apply();
        to.putLong(standsAt);
        table.save(to);
    }

    /** Loads rows. Changes that the writer has not shown yet are dropped. */
    void load(StateReader from, String outputs) {
        version.beginChange();
        standsAt = from.getLong();
        table.clear();
        table.load(from, outputs);
        version.endChange();
    }

    // ---- readers

    /**
     * Returns the row of a key that is a number.
     *
     * @param ofKey the key
     * @return a value, or a view of its own; null if there is none
     * @throws IllegalArgumentException if the key of the rows is of another kind; the message names it
     */
    public V get(long ofKey) {
        ViewTable from = table;
        return from == null ? null : read(from, Long.valueOf(ofKey)).row();
    }

    /**
     * Returns the row of a key of any kind.
     *
     * @param ofKey the parts of the key in their order: whole numbers, and texts
     * @return a value, or a view of its own; null if there is none
     * @throws IllegalArgumentException if the key of the rows is of another kind; the message names it
     */
    public V get(Object... ofKey) {
        ViewTable from = table;
        return from == null ? null : read(from, ofKey).row();
    }

    /**
     * Returns the row of a key together with the place in the order that it is of.
     *
     * @param ofKey the parts of the key in their order: whole numbers, and texts
     * @return both, of one moment; a row of null if there is none
     * @throws IllegalArgumentException if the key of the rows is of another kind; the message names it
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
     * Returns the place in the order that the rows are of.
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
     * Returns all rows.
     *
     * @return the rows as they were after one entry, in the order of their keys
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

    /** Asks the writer for a copy. A quiet moment helps as well, as when no more events come. */
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
