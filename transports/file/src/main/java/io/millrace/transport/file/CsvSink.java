package io.millrace.transport.file;

import io.millrace.event.Meta;
import io.millrace.event.MisuseException;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes events to a CSV file, a row for each. It is called by one thread, that of the stage.
 *
 * <p>An event for which it throws has left nothing in the file. An event that it has taken is kept until the file has
 * it, so a flush that has failed may be called again ({@link io.millrace.transport.Delivery#retry}). If a failed write
 * cannot be repeated (compressed files, pipes, standard output), nothing more is taken after it, and each flush reports
 * it.
 *
 * @param <V> the type of the events
 */
public final class CsvSink<V> implements EventSink<V> {
    static final String CHANGES_CURE = "use CsvSink.changes(..) or resumeChanges(..), which have a column for that";

    private final Opening opening;
    private final RowWriter<? super V> rows;

    /** Set when its engine starts, or the first row comes. */
    private CsvWriter writer;

    /** Null as long as only the open file can tell it. */
    private Resumption resumption;

    private String resumedFor;
    private boolean closed;

    /** Whether the creator of the sink has opened the file. */
    private boolean isOwners;

    /** How many rows it has put into the file, or gathered; others may write to an open one, too. */
    private long ownRows;

    /** Opens the file. */
    @FunctionalInterface
    private interface Opening {
        Opened open() throws FileFault;
    }

    /** An open file, and where to go on in it. */
    private record Opened(CsvWriter writer, Resumption resumption) {}

    /**
     * Writes the fields of a row.
     *
     * @param <V> the type of the events
     */
    @FunctionalInterface
    public interface RowWriter<V> {
        /**
         * Writes the fields; the caller ends the row. If it throws, the row is taken back.
         *
         * @param event the event, valid during the call only
         * @param meta its place in the order and so on
         * @param row takes the fields, in order
         * @throws FileFault if the file cannot be written
         */
        void write(V event, Meta meta, CsvWriter row) throws FileFault;
    }

    private CsvSink(Opening opening, Resumption resumption, RowWriter<? super V> rows) {
        this.opening = opening;
        this.resumption = resumption;
        this.rows = Objects.requireNonNull(rows, "rows");
    }

    /**
     * Creates a sink on a writer that is already open, and that is closed with this sink.
     *
     * <p>With a journal: if the writer has created its file anew ({@link CsvWriter#create}, {@link CsvWriter#resume}),
     * it gets all rows from the first one on at each start ({@link Resumption#anew}), as with
     * {@link #of(String, Class)}. A stream, a pipe and standard output have passed on what they were given before, so
     * they get each row once, by the marks of the journal ({@link Resumption#marked}).
     *
     * <p>If the start fails, a writer that has created its file is left as by {@link CsvWriter#abandon}, provided that
     * the file has only rows that the next start makes again: none that you, or another sink, have written to it before
     * or since, and without a journal none of this sink. Any other writer is closed. A start that is refused before the
     * engine has begun with its sinks leaves the writer open, and it is yours to close.
     *
     * @param writer takes the rows
     * @param rows writes the fields of an event
     * @param <V> the type of the events
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
     * Creates a sink that writes records with a column for each component. The file is created, or emptied, when the
     * engine starts, or with the first row. A file that another engine is writing is refused, and left as it is. A
     * start that fails for another reason may already have emptied an existing file; a file that it has created is
     * deleted again.
     *
     * <p>With a journal all rows come again at each start, from the first one on, so that the file is that of a run
     * that was never interrupted ({@link Resumption#anew}). This is impossible if the journal makes snapshots, and the
     * first start then says so: use {@link #resume(String, Class) resume}, which goes on where the file ends. Standard
     * output and pipes get each row once, by the marks of the journal.
     *
     * @param file its name, or {@code -} for standard output; compressed if it ends in .gz
     * @param record components may be {@code long int short byte double boolean} (1 or 0), {@code String}, an enum (its
     *     name), {@code Instant} ({@code yyyy-MM-dd HH:mm:ss}, UTC, with decimals if the second is not whole),
     *     {@code UUID}, and {@code long} or {@code BigDecimal} with {@link io.millrace.event.Scale} (12.34); with
     *     {@link io.millrace.event.Nullable}, where primitives are boxed, an empty field is null
     * @param <R> the type of the record
     * @return the sink
     * @throws FileFault if the file cannot be created
     * @throws IllegalArgumentException if a component has a type that a column cannot hold
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
     * Creates a sink as {@link #of(String, Class)} does, for an output that retracts or replaces rows. A first column
     * tells what a row does to earlier ones: {@code insert}, {@code retraction} or {@code replacement}
     * ({@link io.millrace.event.EntryForm}).
     *
     * @param file its name
     * @param record the type of the rows
     * @param column the name of that column, for example {@code form}
     * @param <R> the type of the record
     * @return the sink
     * @throws FileFault if the file cannot be created
     * @throws IllegalArgumentException if a component has that name, or a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> changes(String file, Class<R> record, String column) throws FileFault {
        RecordRows<R> rows = new RecordRows<>(record, Objects.requireNonNull(column, "column"));
        return of(file, rows, "use CsvSink.resumeChanges(..)");
    }

    /**
     * Creates a sink as {@link #of(String, Class)} does, for an engine with a journal: when the engine starts again,
     * the file is continued. The file itself tells how many rows it holds; a torn row after the last whole one is
     * completed. A file with other columns is refused by the start.
     *
     * <p><b>A refused start changes nothing.</b> What is in the file stays unchanged, and no new file is left, until it
     * is known that the start is not refused. Until then rows from the first difference on wait beside it, in
     * NAME.millrace-start.
     *
     * <p><b>After a power loss.</b> Rows survive the end of the process. The file is forced with snapshots only, so a
     * power loss may damage anything after the last one. Therefore all rows since the snapshot with which the start
     * begins are made again and compared, and from the first byte that differs the file is written anew
     * ({@link Resumption#compared}), which is logged. What was there is kept beside it as NAME.cut-1, unless it is
     * zeros to the end. If the journal has lost its end with the power (level PROCESS), rows beyond those that it
     * yields are cut in the same way.
     *
     * <p>If a snapshot has passed rows that are missing from the file, the engine reports it at start, and works out
     * everything anew if it still can.
     *
     * @param file its name; neither standard output nor compressed; used by one output
     * @param record as for {@link #of(String, Class)}
     * @param <R> the type of the record
     * @return the sink
     * @throws FileFault if the file cannot be continued
     * @throws IllegalArgumentException if a component has a type that a column cannot hold
     */
    public static <R extends Record> CsvSink<R> resume(String file, Class<R> record) throws FileFault {
        return resume(file, new RecordRows<>(record));
    }

    /**
     * Creates a sink as {@link #resume(String, Class)} does, with the column of {@link #changes}.
     *
     * @param file its name
     * @param record the type of the rows
     * @param column the name of that column
     * @param <R> the type of the record
     * @return the sink
     * @throws FileFault if the file cannot be continued
     * @throws IllegalArgumentException if a component has that name, or a type that a column cannot hold
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

    /** A file whose header is still to be written goes on at its beginning. */
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

    /** Goes on after the rows that are held. */
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

    /** If no journal has asked for the file before, there is none that could refuse the start. */
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

    /**
     * Opens the file if no journal has asked for it before. A file that is created anew must not show the run before
     * until the first row comes.
     */
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
     * A file that is continued is left as it was found, and one that was created is deleted, if nothing was written to
     * it or the next start makes the rows again. Rows that nobody makes again stay: those of others who write to it,
     * those passed to something that keeps marks and, if no journal has asked for the file, all.
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
