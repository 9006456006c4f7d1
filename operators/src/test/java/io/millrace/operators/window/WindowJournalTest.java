package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** To drain and to close are no end of input: windows that are open go into the snapshot, and the next process closes them. */
@Timeout(240)
class WindowJournalTest {
    record Ev(long key, long ns) {}

    record Found(long key, long start, long count) {}

    private static final Input<Ev> IN =
            Input.of("in", Ev.class).eventTime(Ev::ns, NANOSECONDS).historic();
    private static final Output<Found> OUT = Output.of("out", Found.class);

    static final class Tally extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();

        Found found() {
            return new Found(key.get(), windowStartNs(), count.get());
        }
    }

    private static final Topology TOPOLOGY = Millrace.topology(
            "windows",
            t -> t.from(IN)
                    .keyBy(Ev::key)
                    .window("w", Window.tumbling(Duration.ofNanos(10)))
                    .aggregate(Tally::new)
                    .to(OUT, Tally::found));

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Found> found = new ArrayList<>();

    private Engine start() {
        return Engine.of(TOPOLOGY).journal(journal).output(OUT, found::add).start();
    }

    private static void publish(Engine engine, Ev... events) {
        for (Ev e : events) {
            engine.publisher(IN).publish(e);
        }
        engine.drain(Duration.ofSeconds(50));
    }

    @Test
    void shouldLeaveWindowsOpenAtDrainAndCloseAndKeepThemInTheSnapshot() {
        try (Engine engine = start()) {
            publish(engine, new Ev(1, 5), new Ev(2, 8), new Ev(1, 12), new Ev(1, 13));
            assertEquals(List.of(new Found(1, 0, 1), new Found(2, 0, 1)), found);
            engine.makeSnapshot();
        }
        assertTrue(journal.snapshot() > 0, "a snapshot");
        journal.forgetBelowSnapshot(); // nothing but it knows of the two events at 12 and 13
        found.clear();
        try (Engine engine = start()) {
            publish(engine, new Ev(1, 19));
            assertEquals(List.of(), found, "the window is still open");
            publish(engine, new Ev(2, 20));
            assertEquals(List.of(new Found(1, 10, 3)), found);
        }
    }
}
