package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.generate.Generator;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.cli.Allocation;
import io.millrace.cli.FileRun;
import io.millrace.cli.OpenFiles;
import io.millrace.cli.Progress;
import io.millrace.cli.Summary;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.event.DeadLetter;
import io.millrace.event.EntryForm;
import io.millrace.event.EventWriter;
import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.metric.Held;
import io.millrace.rig.Machine;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * One run over generated events, on this thread: an event is done when publishing it returns, with all that it causes and all that
 * fires because it lets time pass. That is what latency is of. An engine of its own is warmed up before. Only rows of tables that the query
 * reads are made, sent and counted: rate, bytes and what the generator takes are of these.
 */
final class GeneratedRun extends FileRun {
    /** A bid may be for one of the ten auctions to come: within as many milliseconds. */
    private static final Duration LEAD = Duration.ofMillis(100);

    private static final int TABLES = 3;
    private static final long WARM_UP_EVENTS = 200_000;
    private static final long SLEEP_NS_MIN = 200_000;

    /** Makes row n of all three tables. */
    interface Rows {
        void fill(long n, RowWriter to);
    }

    private final NexmarkOptions options;
    private final Prepared query;
    private final Rows generator;
    private final Histogram latencyNs = new Histogram(3);
    private final Header header = new Header();
    private final Map<String, Object> conditions = Machine.conditions(Machine.ownFlags());
    private final Machine.Watch watch = new Machine.Watch();
    private FinalTable table;
    private FileOutput log;
    private long events;
    private long lagNs;

    GeneratedRun(NexmarkOptions options) {
        this(options, new Generator(options.seed())::fill);
    }

    GeneratedRun(NexmarkOptions options, Rows generator) {
        super("nexmark", new Files(options.deadLetters(), options.json(), options.writesToStandardOutput()));
        this.options = options;
        query = Prepared.of(options.query(), Duration.ZERO, LEAD);
        this.generator = generator;
    }

    @Override
    protected void read() throws FileFault {
        write();
    }

    @Override
    protected void open(OpenFiles outputs) throws FileFault {
        CsvWriter out = outputs.open(
                options.out(),
                name -> CsvWriter.create(name, query.type().columns().header()));
        table = new FinalTable(query.type(), out);
        log = outputs.open(options.hlog(), FileOutput::create);
    }

    @Override
    protected Summary work() throws FileFault {
        Machine.addJitter(conditions);
        long generatorNs = warmUp();
        Allocation allocation;
        long startNs;
        try (Inline engine = started(query.setUp()
                        .outputWithMeta(query.result(), (row, meta) -> take(row, meta.form()))
                        .onDeadLetter(this::refused)::inline);
                Progress progress = Progress.every(Duration.ofSeconds(1), () -> events, options.quiet())) {
            query.fillSide(engine);
            allocation = Allocation.start(); // what the engine is made of is no event's
            startNs = System.nanoTime();
            publish(engine, options.events(), startNs, progress);
        }
        long elapsedNs = System.nanoTime() - startNs;
        watch.addTo(conditions);
        Summary summary = summary(elapsedNs, generatorNs, allocation);
        table.end();
        writeLog();
        return summary;
    }

    private void writeLog() {
        try {
            if (log != null) {
                log.write(histogram().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            outputFailed(e);
        }
    }

    private Summary summary(long elapsedNs, long generatorNs, Allocation allocation) {
        Summary summary = new Summary()
                .put("events", events)
                .put("events/s", Math.round(events * 1e9 / Math.max(1, elapsedNs)))
                .put("generator ns", generatorNs)
                .put("rows", table.rows())
                .put("late", letters.late())
                .put("dead letters", letters.total());
        if (options.rate() == 0) {
            summary.put("latency", "from publish (closed loop)");
        } else {
            summary.put("held", isHeld() ? "yes" : "no");
        }
        return summary.putLatency(latencyNs)
                .put("bytes/event", allocation.bytesSince() / Math.max(1, events))
                .put("collections", allocation.collectionsSince())
                .putGroup("conditions", conditions);
    }

    /** What the figures below depend on. */
    @Override
    protected void print(PrintStream to) {
        Machine.print(conditions, to);
    }

    boolean isHeld() {
        return options.rate() == 0 || Held.at(lagNs);
    }

    // ---- events

    /** Answers what the generator alone takes for a row that the query reads. */
    private long warmUp() throws FileFault {
        long made = 0;
        boolean[] reads = new boolean[TABLES];
        try (Inline engine = started(query.setUp().discard(query.result())::inline)) {
            query.fillSide(engine);
            List<Claims<RowWriter>> claims = claims(engine);
            for (int table = 0; table < TABLES; table++) {
                reads[table] = claims.get(table) != null;
            }
            for (long n = 0; n < options.events() && made < WARM_UP_EVENTS && !isStopped(); n++) {
                Claims<RowWriter> own = claims.get(Generator.table(n));
                if (own != null) {
                    generator.fill(n, own.claim());
                    own.commit();
                    made++;
                }
            }
        }
        return made == 0 ? 0 : generatorNs(reads, made);
    }

    private long generatorNs(boolean[] reads, long rows) {
        List<EventWriter<RowWriter>> writers =
                List.of(Person.TYPE.newWriter(), Auction.TYPE.newWriter(), Bid.TYPE.newWriter());
        byte[] scratch = new byte[Math.max(Auction.TYPE.maxLength(), Person.TYPE.maxLength())];
        long startNs = System.nanoTime();
        long left = rows;
        for (long n = 0; left > 0; n++) {
            int table = Generator.table(n);
            if (reads[table]) {
                generator.fill(n, writers.get(table).wrap(scratch, 0, scratch.length));
                left--;
            }
        }
        return (System.nanoTime() - startNs) / rows;
    }

    /** In the order of the tables; null where the query does not read one. */
    private List<Claims<RowWriter>> claims(Inline engine) {
        return Arrays.asList(
                claims(engine, query.tables().person()),
                claims(engine, query.tables().auction()),
                claims(engine, query.tables().bid()));
    }

    private Claims<RowWriter> claims(Inline engine, InPlaceInput<? extends Row, RowWriter> input) {
        return query.uses(input) ? engine.claims(input) : null;
    }

    private void publish(Inline engine, long most, long startNs, Progress progress) {
        List<Claims<RowWriter>> claims = claims(engine);
        double nsBetween = options.rate() == 0 ? 0 : 1e9 / options.rate();
        for (long n = 0; n < most && !isStopped(); n++) {
            Claims<RowWriter> own = claims.get(Generator.table(n));
            if (own != null) {
                generator.fill(n, own.claim()); // before it is due, so that what the generator takes is in no latency
                long intendedNs = nsBetween == 0 ? System.nanoTime() : startNs + (long) (events * nsBetween);
                waitUntil(intendedNs);
                own.commit(header.clear().intendedNs(intendedNs).correlationId(n));
                lagNs = System.nanoTime() - intendedNs;
                latencyNs.recordValue(lagNs);
                events++;
                progress.look();
            }
        }
        query.inputs().forEach(i -> engine.publisher(i).end());
    }

    private void waitUntil(long ns) {
        long left;
        while ((left = ns - System.nanoTime()) > 0 && !isStopped()) {
            if (left > SLEEP_NS_MIN) {
                LockSupport.parkNanos(left - SLEEP_NS_MIN / 2);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void take(Row row, EntryForm form) {
        try {
            table.take(row, form);
        } catch (FileFault e) {
            outputFailed(e);
        }
    }

    private void refused(DeadLetter letter) {
        letters.refused(
                "generated",
                letter.correlationId(),
                DeadLetterReason.of(letter.reason()),
                (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " "),
                letter.event());
    }

    private String histogram() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(bytes, false, StandardCharsets.UTF_8);
        HistogramLogWriter writer = new HistogramLogWriter(text);
        writer.outputLogFormatVersion();
        writer.outputLegend();
        latencyNs.setTag(options.query());
        writer.outputIntervalHistogram(0, 0, latencyNs, 1_000);
        text.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
