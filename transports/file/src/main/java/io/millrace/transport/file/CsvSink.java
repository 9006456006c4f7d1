package io.millrace.transport.file;

import io.millrace.event.Meta;
import io.millrace.event.MisuseException;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes events to a CSV file, a row each. One thread, that of the stage.
 *
 * <p>An event at which it throws has left nothing; one that it has taken stays with it until the file has it, so a flush that has failed
 * may be called again ({@link io.millrace.transport.Delivery#retry}). A file of which a failed write cannot be repeated (compressed, a
 * pipe, standard output) takes nothing more after it, and each flush says so.
 *
 * @param <V> the event
 */
public final class CsvSink<V> implements EventSink<V> {
    static final String CHANGES_CURE = "use CsvSink.changes(..) or resumeChanges(..), which have a column for that";

    private final Opening opening;
    private final RowWriter<? super V> rows;

    /** From when its engine starts, or the first row comes. */
    private CsvWriter writer;

    /** Null as long as only the open file could say it. */
    private Resumption resumption;

    private String resumedFor;
    private boolean closed;

    /** Whether who made the sink has opened the file. */
    private boolean isOwners;

    /** How many rows it has put into the file, or gathered; others may write to an open one, too. */
    private long ownRows;

    /** Opens the file. */
    @FunctionalInterface
    private interface Opening {
        Opened open() throws FileFault;
    }

    /** A file that is open, and where one goes on in it. */
    private record Opened(CsvWriter writer, Resumption resumption) {}

    /**
     * Writes the fields of a row.
     *
     * @param <V> the event
     */
    @FunctionalInterface
    public interface RowWriter<V> {
        /**
         * Writes them; the row is ended for it. What it throws takes the row back.
         *
         * @param event the event, valid during the call
         * @param meta  its place in the order and so on
         * @param row   takes the fields, in order
         * @throws FileFault when the file cannot be written
         */
        void write(V event, Meta meta, CsvWriter row) throws FileFault;
    }

    private CsvSink(Opening opening, Resumption resumption, RowWriter<? super V> rows) {
        this.opening = opening;
        this.resumption = resumption;
        this.rows = Objects.requireNonNull(rows, "rows");
    }

    /**
     * Writes with a writer that is open already; it is closed with this sink. For an engine with a journal: where the writer has made its file
     * anew ({@link CsvWriter#create}, {@link CsvWriter#resume}) it gets all rows from the first one on at each start ({@link Resumption#anew}), as with {@link #of(String, Class)}. A stream, a pipe and standard
     * output have handed on what they were given before: these get each row once, by the marks of the journal ({@link Resumption#marked}).
     *
     * <p>Where the start fails a writer that has made its file is left as by {@link CsvWriter#abandon}, if no row is in it but those that the next
     * start makes again: none that you, or another sink, have written to it, before or since, and without a journal none of this sink. Anything else is
     * closed. A start that is refused before the engine has begun with its sinks leaves the writer open, and that to you.
     *
     * @param writer takes the rows
     * @param rows   writes the fields of an event
     * @param <V>    the event
     * @return the sink
     */
    public static <V> CsvSink<V> of(CsvWriter writer, RowWriter<? super V> rows) {
        Objects.requireNonNull(writer, "writer");
        Resumption how = writer.isMadeAnew() ? anew("use CsvSink.resume(..)") : Resumption.marked();
        CsvSink<V> sink = new CsvSink<>(() -> new Opened(writer, how), how, rows);
        sink.writer = writer;
        sink.isOwners = true;
        return sink;
    }

    private static Resumption anew(String instead) {
        return Resumption.anew(instead + ", which goes on where the file ends");
    }

    /**
     * Writes records with a column for each component. The file is made anew when the engine starts, or with the first row: one that another engine
     * writes is refused, and left as it is. A start that fails for another reason may have emptied it by then; one that it has made is gone again.
     *
     * <p>With a journal all rows come again at each start, from the first one on, so that the file is that of a run which was never interrupted ({@link
     * Resumption#anew}). A journal that makes snapshots cannot do that, and the first start says so: there {@link #resume(String, Class) resume} goes on where the file ends.
     * Standard output and pipes get each row once, by the marks of the journal.
     *
     * @param file   its name, or {@code -} for standard output; compressed when it ends in .gz
     * @param record components may be {@code long int short byte double boolean} (1 or 0), {@code String}, an enum (its
     *     name), {@code Instant} ({@code yyyy-MM-dd HH:mm:ss}, UTC, with decimals where the second is not whole), {@code UUID},
     *     and {@code long} or {@code BigDecimal} with {@link io.millrace.event.Scale} (12.34); with
     *     {@link io.millrace.event.Nullable}, where primitives are boxed, an empty field is null
     * @param <R>    the record
     * @return the sink
     * @throws FileFault                when it cannot be made
     * @throws IllegalArgumentException when a component has a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> of(String file, Class<R> record) throws FileFault {
        return of(file, new RecordRows<>(record), "use CsvSink.resume(..)");
    }

    private static <R extends Record> CsvSink<R> of(String file, RecordRows<R> rows, String instead) throws FileFault {
        FileOutput.check(file);
        String plain = file.endsWith(".gz") ? instead + " with a file that is not compressed" : instead;
        Resumption how = FileOutput.wouldMakeAnew(file) ? anew(plain) : Resumption.marked();
        return new CsvSink<>(() -> new Opened(CsvWriter.create(file, rows.columns()), how), how, rows);
    }

    /**
     * As {@link #of(String, Class)}, for an output that takes rows back or replaces them: a column in front says what a row does to those before it,
     * {@code insert}, {@code retraction} or {@code replacement} ({@link io.millrace.event.EntryForm}).
     *
     * @param file   its name
     * @param record of the rows
     * @param column the name of that column, {@code form} say
     * @param <R>    the record
     * @return the sink
     * @throws FileFault                when it cannot be made
     * @throws IllegalArgumentException when a component has that name, or a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> changes(String file, Class<R> record, String column) throws FileFault {
        RecordRows<R> rows = new RecordRows<>(record, Objects.requireNonNull(column, "column"));
        return of(file, rows, "use CsvSink.resumeChanges(..)");
    }

    /**
     * As {@link #of(String, Class)}, for an engine with a journal: where the engine starts again, the file goes on. It says itself how many
     * rows it holds; a torn one behind the last whole one is made whole. Nothing of what is there changes until it is known that the start is not refused, and no new file is left:
     * until then rows from the first difference on wait beside it, in NAME.millrace-start. Rows survive the end of the process. It is forced with snapshots only, and a loss of power may leave anything of what came behind: so all rows since the snapshot that
     * the start begins with are made again and compared, and from the first byte that differs the file is written anew ({@link
     * Resumption#compared}), which is logged; what was there stays beside it, unless it is zeros to the end, as NAME.cut-1. Where the journal has lost its end
     * with the power (level PROCESS) the rows behind what it makes are cut in the same way. Where a snapshot has passed rows
     * that are gone, the engine says so when it starts, and works all out anew if it still can. A file that has other columns is refused by the start.
     *
     * @param file   its name; neither standard output nor compressed. For one output
     * @param record as there
     * @param <R>    the record
     * @return the sink
     * @throws FileFault                when it cannot be continued
     * @throws IllegalArgumentException when a component has a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> resume(String file, Class<R> record) throws FileFault {
        return resume(file, new RecordRows<>(record));
    }

    /**
     * As {@link #resume(String, Class)}, with the column of {@link #changes}.
     *
     * @param file   its name
     * @param record of the rows
     * @param column the name of that column
     * @param <R>    the record
     * @return the sink
     * @throws FileFault                when it cannot be continued
     * @throws IllegalArgumentException when a component has that name, or a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> resumeChanges(String file, Class<R> record, String column)
            throws FileFault {
        return resume(file, new RecordRows<>(record, Objects.requireNonNull(column, "column")));
    }

    private static <R extends Record> CsvSink<R> resume(String file, RecordRows<R> rows) throws FileFault {
        Path path = FileOutput.plain(file);
        return new CsvSink<>(() -> goOn(file, path, rows.columns()), null, rows);
    }

    private static Opened goOn(String file, Path path, String... columns) throws FileFault {
        ClaimedFile open = null;
        try {
            open = ClaimedFile.open(path);
            String header = String.join(",", columns);
            WrittenRows written = WrittenRows.of(open, header);
            boolean isHurt = written.isHurtInHeader(open);
            if (!isHurt && !written.beginsWithColumns()) {
                String cure = "give a file with " + header + ", or one that is not there";
                throw Faults.fault(file, "has other columns", written.header(), cure, null);
            }
            boolean hasHeader = !isHurt && written.rows() > 0;
            RewrittenFile out = new RewrittenFile(file, open, hasHeader ? written.length() : 0);
            Resumption.Compared held = hasHeader ? new HeldRows(file, open, written, out, 1) : new Nothing(file, out);
            return new Opened(CsvWriter.on(file, out, hasHeader, columns), Resumption.compared(held));
        } catch (IOException e) {
            throw closed(open, Faults.writing(file, e));
        }
    }

    /** A file of which the header is to be written goes on at its beginning. */
    private record Nothing(String name, RewrittenFile out) implements Resumption.Compared {
        @Override
        public long held() {
            return 0;
        }

        @Override
        public void goOn(long outputs) {
            // it is there
        }

        @Override
        public void accepted() throws FileFault {
            HeldRows.accepted(name, out);
        }
    }

    private static FileFault closed(ClaimedFile open, FileFault why) {
        try {
            if (open != null) {
                ClaimedFile.takeBack(open);
                open.close();
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    /** Goes on behind what is held. */
    static <V> CsvSink<V> behind(CsvWriter writer, RowWriter<? super V> rows, Resumption.Compared held) {
        CsvSink<V> sink = of(writer, rows);
        sink.resumption = Resumption.compared(held);
        return sink;
    }

    private void open() throws FileFault {
        if (writer != null) {
            return;
        }
        if (closed) {
            throw new MisuseException("the sink has been closed");
        }
        Opened opened = opening.open();
        writer = opened.writer();
        resumption = opened.resumption();
    }

    /** Where no journal has asked for the file before, there is none that could refuse the start. */
    private void openAlone() throws FileFault {
        if (writer == null) {
            open();
            accept(resumption.compared());
        }
    }

    private static void accept(Resumption.Compared held) throws FileFault {
        try {
            if (held != null) {
                held.accepted();
            }
        } catch (FileFault | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // those here throw none
        }
    }

    /** Opens the file, where no journal has asked for it before. What is made anew is not to show the run before for as long as no row comes. */
    @Override
    public void begin() throws FileFault {
        openAlone();
        writer.empty();
    }

    @Override
    public Resumption resume(String output) throws FileFault {
        if (resumption == null
                || !resumption.isAnew()) { // what is made anew stays as it is while the start may be refused for that
            open();
        }
        if (!resumption.isMarked() && !resumption.isAnew() && resumedFor != null && !resumedFor.equals(output)) {
            String both = resumedFor + ", " + output;
            throw Faults.fault(both, "outputs of one file that is continued", "2", "give each a file of its own", null);
        }
        resumedFor = output;
        return resumption;
    }

    @Override
    public void on(V event, Meta meta) throws FileFault {
        openAlone();
        long before = writer.rows();
        try {
            writer.hold();
            rows.write(event, meta, writer);
            writer.endRow();
            writer.keep();
            ownRows += writer.rows() - before;
        } catch (Throwable t) {
            writer.takeBack(); // whatever the function has thrown: the next event begins a row of its own
            throw t;
        }
    }

    @Override
    public String insertsOnly() {
        return rows instanceof RecordRows<?> records && !records.hasForm() ? CHANGES_CURE : null;
    }

    @Override
    public void flush() throws FileFault {
        openAlone();
        writer.flush();
    }

    @Override
    public void sync() throws FileFault {
        if (writer != null) {
            writer.sync();
        }
    }

    @Override
    public void close() throws FileFault {
        closed = true;
        if (writer != null) {
            writer.close();
        }
    }

    /**
     * A file that goes on is left as it was found, and one that was not there is not there again, where nothing was written or the next start makes
     * the rows again. What has rows that nobody makes again stays: those of others who write to it, those that went to what keeps marks, and where no
     * journal has asked for the file all.
     */
    @Override
    public void abandon() throws FileFault {
        if (writer == null) {
            close();
        } else if (isToStay()) {
            writer.endEarly(); // of a file that is written once more the rest has not come
            close();
        } else {
            closed = true;
            writer.abandon();
        }
    }

    private boolean isToStay() {
        boolean isMadeAgain = resumedFor != null && !resumption.isMarked();
        return writer.rows() > ownRows || ownRows > 0 && !isMadeAgain || isOwners && resumption.isMarked();
    }
}
