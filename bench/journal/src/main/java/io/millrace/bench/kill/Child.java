package io.millrace.bench.kill;

import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.journal.Durability;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The process that is killed: goes on where its journal is; ends by itself when all events have been through. */
public final class Child {
    private static final long PAUSE_NS = 5_000_000;
    private static final int BURST = 20;

    private final Path directory;
    private final long events;
    private final boolean paced;

    private Child(Path directory, long events, boolean paced) {
        this.directory = directory;
        this.events = events;
        this.paced = paced;
    }

    /**
     * Runs it.
     *
     * @param arguments a directory, how many events each producer sends, whether they come at a pace
     * @throws Exception when it cannot go on
     */
    public static void main(String[] arguments) throws Exception {
        new Child(Path.of(arguments[0]), Long.parseLong(arguments[1]), Boolean.parseBoolean(arguments[2])).run();
    }

    private void run() throws IOException, InterruptedException {
        try (Lines silent = new Lines(directory.resolve("silent"));
                Lines doubts = new Lines(directory.resolve("doubts"));
                Engine engine = start(silent)) {
            engine.recovered().inDoubt().forEach(doubts::put);
            doubts.flush();
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
                        ArchiveJournal.in(directory.resolve("journal"))
                                .level(Durability.PROCESS)
                                .reserveBytes(0),
                        Journaling.plain().snapshotEvery(Duration.ofMillis(400), 5_000))
                .output(
                        Load.SUMS,
                        new LineSinks.ById<Load.Sum>(
                                directory.resolve("sums"), s -> s.key() + " " + s.n() + " " + s.sum()))
                .output(
                        Load.COUNTS,
                        new LineSinks.Counted<Load.Count>(
                                directory.resolve("counts"),
                                c -> c.key() + " " + c.startMs() + " " + c.count() + " " + c.sum()))
                .output(Load.SILENT, s -> {
                    silent.put("0 0 " + s.key() + " " + s.n()); // marked: the journal knows that it was called
                    silent.flush();
                })
                .start();
    }

    private void produce(Engine engine, int producer) {
        if (engine.recovered().hasEnded(Load.INPUTS.get(producer))) {
            return;
        }
        Publisher<Load.Numbered> publisher = engine.publisher(Load.INPUTS.get(producer));
        for (long n = engine.recovered().events(Load.INPUTS.get(producer)); n < events; n++) {
            publisher.publish(Load.Numbered.of(producer, n));
            if (paced && n % BURST == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        publisher.end();
    }
}
