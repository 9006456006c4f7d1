package io.millrace.bench.identical;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.journal.Durability;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.metric.DigestOptions;
import io.millrace.transport.journal.ArchiveJournal;
import io.millrace.transport.journal.FromSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * Runs one input live (with a journal; in batches of 1, 64 and 1,024; on one thread and two; some of these with a journal, too), inline, from its journals, and from each
 * snapshot of the first, and compares what comes out, bit by bit. Says which output of which entry is the first that differs.
 */
public final class Identical {
    private static final int[] BATCHES = {1, 64, 1_024};
    private static final String JOURNAL = "journal";
    private static final int SNAPSHOTS = 4;
    private static final long STATE_BYTES = 256L << 20;
    private static final Duration LONG = Duration.ofMinutes(30);

    private final Path directory;
    private final long events;
    private final LongUnaryOperator outside;
    private final Consumer<String> says;
    private int ways;
    private Digest expected;

    /**
     * Prepares it.
     *
     * @param directory where the journal goes
     * @param events    of the input
     * @param says      gets a line for each way
     */
    public Identical(Path directory, long events, Consumer<String> says) {
        this(directory, events, says, cents -> cents);
    }

    /** A function that is none is to be seen. */
    Identical(Path directory, long events, Consumer<String> says, LongUnaryOperator outside) {
        this.directory = directory;
        this.events = events;
        this.says = says;
        this.outside = outside;
    }

    /**
     * Runs all.
     *
     * @return null when all are the same; else the ways that differ, and the first difference
     */
    public String run() {
        Way first = new Way("live, batch 1, with a journal", this::withJournal, 0);
        expected = run(first);
        List<Way> others = new ArrayList<>();
        others.add(new Way("inline", this::inline, 0));
        for (int batch : BATCHES) {
            others.add(new Way("live, batch " + batch, n -> live(n, false, batch), 0));
            others.add(new Way("live, batch " + batch + ", two threads", n -> live(n, true, batch), 0));
        }
        addJournaled(others, false, BATCHES[1]);
        addJournaled(others, true, BATCHES[2]);
        others.add(new Way("replay from zero", n -> replay(n, false, JOURNAL, -1), 0));
        for (long at : FromSnapshot.all(directory.resolve(JOURNAL))) {
            others.add(new Way("replay from snapshot " + at, n -> replay(n, false, JOURNAL, at), at));
        }
        for (Way way : others) {
            Optional<DigestComparison.Interval> in = DigestComparison.compare(expected, run(way));
            if (in.isPresent()) {
                return difference(way, in.get());
            }
        }
        ways = others.size() + 1;
        return null;
    }

    /** In batches, which a journal takes from the ring in other pieces than those in which they were claimed; and that journal replayed. */
    private void addJournaled(List<Way> to, boolean twoThreads, int batch) {
        String name = "batch " + batch + (twoThreads ? ", two threads" : "");
        to.add(new Way("journal, " + name, n -> journaled(n, twoThreads, batch), 0));
        to.add(new Way("replayed, " + name, n -> replay(n, twoThreads, "journal-" + batch, -1), 0));
    }

    /**
     * In how many ways.
     *
     * @return all that were run
     */
    public int ways() {
        return ways;
    }

    /** What came out live, with a journal. */
    Digest expected() {
        return expected;
    }

    private Digest run(Way way) {
        long begin = System.nanoTime();
        Digest digest = way.run().run(new Noted(0, 0));
        double seconds = (System.nanoTime() - begin) / 1e9;
        StringBuilder hashes = new StringBuilder();
        digest.outputs().forEach(o -> hashes.append(String.format(Locale.ROOT, " %016x", o.hash())));
        says.accept(String.format(Locale.ROOT, "%-36s %6.1f s %s", way.name(), seconds, hashes));
        return digest;
    }

    /** Both once more, with the outputs of the stretch noted; what does not repeat itself is told as that. */
    private String difference(Way way, DigestComparison.Interval in) {
        Noted expected = new Noted(in.from(), in.to());
        Noted got = new Noted(in.from(), in.to());
        live(expected, false, 1);
        way.run().run(got);
        String what = Noted.difference(expected, got, way.since());
        return way.name() + " is not what came out live: entries " + in.from() + " to " + (in.to() - 1) + ", output "
                + String.join(", ", in.outputs())
                + (what == null ? "; repeated, they are the same" : "; first " + what);
    }

    private Setup setup(Noted noted, boolean twoThreads) {
        return noted.bind(Engine.of(Mixed.topology(twoThreads, outside)))
                .stateBudget(STATE_BYTES)
                .digest(DigestOptions.every(64));
    }

    private ArchiveJournal journal(String name) {
        return ArchiveJournal.in(directory.resolve(name))
                .level(Durability.PROCESS)
                .keepSnapshots(1_000)
                .reserveBytes(0);
    }

    private Digest withJournal(Noted noted) {
        long every = Math.max(1, events / (SNAPSHOTS + 1));
        try (Engine engine = setup(noted, false)
                .journal(journal(JOURNAL), Journaling.plain())
                .start()) {
            Publisher<Mixed.Happening> in = engine.publisher(Mixed.IN);
            for (long i = 0; i < events; i++) {
                long at = in.publish(Mixed.Happening.of(i));
                if (i % every == every - 1) {
                    engine.awaitDurable(at, LONG);
                    engine.makeSnapshot();
                }
            }
            return end(engine, in);
        }
    }

    private Digest live(Noted noted, boolean twoThreads, int batch) {
        return live(setup(noted, twoThreads), batch);
    }

    /** Where it is repeated it gets a journal of its own: in the first one all stands already. */
    private Digest journaled(Noted noted, boolean twoThreads, int batch) {
        String name = "journal-" + batch;
        String free = Files.exists(directory.resolve(name)) ? name + "-again" : name;
        return live(setup(noted, twoThreads).journal(journal(free), Journaling.plain()), batch);
    }

    private Digest live(Setup setup, int batch) {
        try (Engine engine = setup.start()) {
            Publisher<Mixed.Happening> in = engine.publisher(Mixed.IN);
            List<Mixed.Happening> gathered = new ArrayList<>();
            for (long i = 0; i < events; i++) {
                gathered.add(Mixed.Happening.of(i));
                if (gathered.size() == batch || i == events - 1) {
                    in.publishBatch(gathered);
                    gathered.clear();
                }
            }
            return end(engine, in);
        }
    }

    private static Digest end(Engine engine, Publisher<?> in) {
        in.end();
        if (engine.drain(LONG) != 0) {
            throw new IllegalStateException("not through: " + engine.health());
        }
        return engine.digest();
    }

    private Digest inline(Noted noted) {
        try (Inline engine = setup(noted, false).inline()) {
            Publisher<Mixed.Happening> in = engine.publisher(Mixed.IN);
            for (long i = 0; i < events; i++) {
                in.publish(Mixed.Happening.of(i));
            }
            in.end();
            return engine.digest();
        }
    }

    private Digest replay(Noted noted, boolean twoThreads, String name, long snapshot) {
        return Replay.of(setup(noted, twoThreads), FromSnapshot.of(journal(name), directory.resolve(name), snapshot))
                .run()
                .digest();
    }
}
