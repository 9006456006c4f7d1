package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.cli.FileRun;
import io.millrace.cli.OpenFiles;
import io.millrace.cli.Progress;
import io.millrace.cli.Summary;
import io.millrace.cli.Suspects;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.event.DeadLetter;
import io.millrace.event.EntryForm;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.RefusedException;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.FileFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run over files: their rows merged by time, through an engine on this thread, and the final table. */
final class FilesRun extends FileRun {
    private static final int TABLE_BITS = 2;
    private static final Duration LEAD = Duration.ofHours(1);

    private final NexmarkOptions options;
    private final Prepared query;
    private final List<Source> sources = new ArrayList<>();
    private final Header header = new Header();
    private FinalTable table;
    private long events;
    private long elapsedNs;

    /** One of the files. */
    private final class Source {
        final int number = sources.size();
        final TableFile file;
        final InPlaceInput<? extends Row, RowWriter> input;
        final Suspects suspects = new Suspects(Suspects.AHEAD.toMillis());
        Claims<RowWriter> claims;

        Source(TableFile file, InPlaceInput<? extends Row, RowWriter> input) {
            this.file = file;
            this.input = input;
        }

        void publish() {
            long id = file.line() << TABLE_BITS | number;
            suspects.see(id, file.timeMs(), file::raw);
            try {
                file.put(claims.claim());
                claims.commit(header.clear().correlationId(id));
                events++;
            } catch (RefusedException e) {
                DeadLetterReason reason = DeadLetterReason.of(e.reason());
                letters.refused(file.name(), file.line(), reason, e.getMessage(), file.raw());
            }
        }
    }

    /** The query, as files need it. */
    static Prepared prepared(NexmarkOptions options) {
        return Prepared.of(options.query(), Duration.ofMillis(options.disorderMs()), LEAD);
    }

    FilesRun(NexmarkOptions options, Prepared query) {
        super("nexmark", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
        this.query = query;
    }

    @Override
    protected void read() throws FileFault {
        try (OpenFiles inputs = new OpenFiles(this::failed)) {
            open(inputs, options.persons(), query.tables().person());
            open(inputs, options.auctions(), query.tables().auction());
            open(inputs, options.bids(), query.tables().bid());
            if (options.side() != null) {
                open(inputs, options.side(), query.tables().side());
            }
            write();
        }
    }

    private void open(OpenFiles inputs, String name, InPlaceInput<? extends Row, RowWriter> input) throws FileFault {
        if (query.uses(input)) {
            sources.add(new Source(
                    inputs.open(name, n -> TableFile.open(n, type(input), letters, this::isStopped)), input));
            if (sources.size() > 1) {
                letters.ofSeveralFiles();
            }
        }
    }

    private RowType<? extends Row> type(InPlaceInput<? extends Row, RowWriter> input) {
        Tables tables = query.tables();
        return input == tables.person()
                ? Person.TYPE
                : input == tables.auction() ? Auction.TYPE : input == tables.bid() ? Bid.TYPE : Side.TYPE;
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        CsvWriter out = outputs.open(
                options.out(),
                name -> CsvWriter.create(name, query.type().columns().header()));
        table = new FinalTable(query.type(), out);
    }

    @Override
    protected Summary work() throws FileFault {
        long start = System.nanoTime();
        publishAll();
        elapsedNs = System.nanoTime() - start;
        table.end();
        return new Summary()
                .put("events", events)
                .put("events/s", elapsedNs == 0 ? 0 : Math.round(events * 1e9 / elapsedNs))
                .put("rows", table.rows())
                .put("late", letters.late())
                .put("dead letters", letters.total());
    }

    private void publishAll() throws FileFault {
        try (Inline engine = started(query.setUp()
                        .outputWithMeta(query.result(), (row, meta) -> take(row, meta.form()))
                        .onDeadLetter(this::refused)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            sources.forEach(s -> s.claims = engine.claims(s.input));
            if (options.side() == null) {
                query.fillSide(engine);
            }
            try {
                for (Source s : sources) {
                    s.file.next();
                }
                for (Source s = earliest(); s != null && !isStopped(); s = earliest()) {
                    s.publish();
                    s.file.next();
                    progress.look();
                }
            } catch (FileFault e) {
                failed(e); // what was read is finished
            }
            query.inputs().forEach(i -> engine.publisher(i).end());
        }
    }

    /** Of rows of one time that of the first table: people come before their auctions, and those before their bids. */
    private Source earliest() {
        Source earliest = null;
        for (Source s : sources) {
            if (s.file.hasRow() && (earliest == null || s.file.timeMs() < earliest.file.timeMs())) {
                earliest = s;
            }
        }
        return earliest;
    }

    private void take(Row row, EntryForm form) {
        try {
            table.take(row, form);
        } catch (FileFault e) {
            outputFailed(e);
        }
    }

    private void refused(DeadLetter letter) {
        Source from = sources.get((int) (letter.correlationId() & (1 << TABLE_BITS) - 1));
        letters.refused(
                from.file.name(),
                letter.correlationId() >>> TABLE_BITS,
                DeadLetterReason.of(letter.reason()),
                detail(letter),
                from.suspects.rowOf(letter));
    }

    private String detail(DeadLetter letter) {
        return DeadLetterReason.of(letter.reason()) == DeadLetterReason.LATE
                ? "its time is more than " + options.disorderMs() + " ms behind that of a row taken earlier"
                : Suspects.detail(letter, "its time", "a row");
    }
}
