package io.millrace.bench.kill;

import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.transport.EventSink;
import io.millrace.transport.journal.WatchedJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The process that is killed: goes on where its journal is; ends by itself when all events have been through. */
public final class Child {
    private static final int ARGUMENTS = 7;
    private static final long PAUSE_NS = 10_000_000;
    private static final int BURST = 20;
    private static final int SNAPSHOT_ENTRIES = 2_000;

    private final Path directory;
    private final long events;
    private final boolean paced;
    private final Durability level;
    private final Instants instants;

    private Child(String[] arguments) throws IOException {
        directory = Path.of(arguments[0]);
        events = Long.parseLong(arguments[1]);
        paced = Boolean.parseBoolean(arguments[2]);
        level = Durability.valueOf(arguments[3]);
        instants = Instants.of(
                directory.resolve("instants"),
                Aim.valueOf(arguments[4]),
                Integer.parseInt(arguments[5]),
                Boolean.parseBoolean(arguments[6]));
    }

    /**
     * Runs it.
     *
     * @param arguments a directory, how many events each producer sends, whether they come at a pace, what they survive; what it is to be
     *                  killed in, at which step, whether it waits there; anything more makes it run twice, so that it has opened its journal again
     * @throws Exception when it cannot go on
     */
    public static void main(String[] arguments) throws Exception {
        new Child(arguments).run();
        if (arguments.length > ARGUMENTS) {
            new Child(arguments).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        try (Lines silent = new Lines(directory.resolve("silent"));
                Lines doubts = new Lines(directory.resolve("doubts"));
                Engine engine = level == Durability.MEMORY ? startWithout(silent) : start(silent)) {
            if (level != Durability.MEMORY) {
                engine.recovered().inDoubt().forEach(doubts::put);
                doubts.flush();
            }
            instants.ready();
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < Load.PRODUCERS; p++) {
                int producer = p;
                producers.add(new Thread(() -> produce(engine, producer), "producer-" + p));
            }
            producers.forEach(Thread::start);
            for (Thread p : producers) {
                p.join();
            }
            long left = engine.drain(Duration.ofMinutes(1));
            if (left != 0) {
                throw new IllegalStateException(left + " entries are not through: " + engine.health());
            }
        }
    }

    private Engine start(Lines silent) throws IOException {
        return Engine.of(Load.topology())
                .journal(
                        WatchedJournal.in(directory.resolve("journal"), level, instants),
                        Journaling.plain().snapshotEvery(Duration.ofMillis(100), SNAPSHOT_ENTRIES))
                .output(Load.SUMS, new LineSinks.ById<Load.Sum>(directory.resolve("sums"), Child::line))
                .output(Load.COUNTS, new LineSinks.Counted<Load.Count>(directory.resolve("counts"), Child::line))
                .output(Load.SILENT, s -> {
                    silent.put(s.number() + " 0 " + line(s)); // marked: the journal knows that it was called
                    silent.flush();
                })
                .start();
    }

    /** What is without a journal has nothing that knows what was there before. */
    private Engine startWithout(Lines silent) throws IOException {
        Setup setup = Engine.of(Load.topology());
        bind(setup, Load.SUMS, new Lines(directory.resolve("sums")), Child::line);
        bind(setup, Load.COUNTS, new Lines(directory.resolve("counts")), Child::line);
        bind(setup, Load.SILENT, silent, Child::line);
        return setup.start();
    }

    private static <V> void bind(Setup setup, Output<V> output, Lines lines, Function<V, String> text) {
        EventSink<V> sink = new LineSinks.Plain<>(lines, text);
        setup.output(output, sink);
    }

    private static String line(Load.Sum s) {
        return s.key() + " " + s.n() + " " + s.sum();
    }

    private static String line(Load.Count c) {
        return c.key() + " " + c.startMs() + " " + c.count() + " " + c.sum();
    }

    private static String line(Load.NumberedSilent s) {
        return s.key() + " " + s.n();
    }

    /** The first event to send. What was acknowledged must not be sent again: nobody would see that it had been lost. */
    private long first(Engine engine, int producer) {
        long safe = instants.safe(producer);
        if (level == Durability.MEMORY) {
            return safe;
        }
        long has = engine.recovered().events(Load.INPUTS.get(producer));
        if (has < safe) {
            throw new IllegalStateException(
                    "input " + producer + ": " + safe + " events were acknowledged, and the journal has " + has);
        }
        return has;
    }

    private void produce(Engine engine, int producer) {
        if (level != Durability.MEMORY && engine.recovered().hasEnded(Load.INPUTS.get(producer))) {
            return;
        }
        Publisher<Load.Numbered> publisher = engine.publisher(Load.INPUTS.get(producer));
        long first = first(engine, producer);
        long[] places = new long[(int) Math.max(0, events - first)];
        long known = first;
        for (long n = first; n < events; n++) {
            places[(int) (n - first)] = publisher.publish(Load.Numbered.of(producer, n));
            if (level == Durability.MEMORY) {
                known = n + 1; // accepted, which is all that level says
            }
            long durable = engine.durable();
            while (known <= n && places[(int) (known - first)] <= durable) {
                known++;
            }
            instants.safe(producer, known);
            if (paced && n % BURST == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        publisher.end();
    }
}
