package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters are read and redriven by whichever thread wants to, while the engine leaves further ones. */
@Tag("jit")
@Timeout(240)
class LettersAnywhereTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int KEPT = 4;
    private static final int EVENTS = 5_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<Long> got = new ArrayList<>();
    private volatile boolean broken = true;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Topology topology() {
        GraphBuilder g = new GraphBuilder("letters");
        Port fails = g.operator(
                "fails",
                TrialOp.map(n -> {
                    if (broken) {
                        throw new IllegalArgumentException("no " + n.id());
                    }
                    return n;
                }),
                null,
                "",
                g.source(IN, ""));
        g.sink(OUT, fails, "");
        return g.build();
    }

    private Engine engine(int kept, int bytes) {
        return Engine.of(topology())
                .output(OUT, n -> got.add(n.id()))
                .keepDeadLetters(kept)
                .keepDeadLetterBytes(bytes)
                .start();
    }

    private void publish(Engine engine, int events) {
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < events; i++) {
            publisher.publish(num(i));
        }
        assertEquals(0, engine.drain(Duration.ofMinutes(1)));
    }

    /** Looks until all letters are there; answers how many it has seen that were whole. */
    private static long read(DeadLetters letters) {
        long seen = 0;
        long before = 0;
        long total;
        do {
            total = letters.total();
            assertTrue(total >= before, () -> "counts go back");
            before = total;
            assertTrue(letters.counts().getOrDefault("fails operator-error", 0L) >= total, "by node");
            assertTrue(letters.total(Reason.OPERATOR_ERROR) >= total, "by reason");
            long last = -1;
            List<DeadLetter> all = letters.last(KEPT);
            assertTrue(all.size() <= KEPT, () -> all.size() + " letters");
            for (DeadLetter l : all) {
                assertTrue(l.sequence() > last, "in their order");
                last = l.sequence();
                assertEquals("java.lang.IllegalArgumentException: no " + last, l.cause());
                assertEquals("Num[id=" + last + ", timeNs=" + num(last).timeNs() + "]", l.event());
                seen++;
            }
        } while (total < EVENTS);
        return seen;
    }

    @Test
    void shouldBeWholeForTwoThreadsThatReadWhileTheEngineWrites() throws Exception {
        try (Engine engine = engine(KEPT, 256)) {
            List<Future<Long>> readers = List.of(
                    threads.submit(() -> read(engine.deadLetters())), threads.submit(() -> read(engine.deadLetters())));
            publish(engine, EVENTS);
            for (Future<Long> r : readers) {
                assertTrue(r.get(1, TimeUnit.MINUTES) >= KEPT);
            }
        }
    }

    @Test
    void shouldPublishEachOnceWhenTwoThreadsRedriveAtOnce() throws Exception {
        int events = 1_000;
        Engine engine = engine(events, 1 << 20);
        publish(engine, events);
        broken = false;
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<Long> redrive = () -> {
            together.await(1, TimeUnit.MINUTES);
            return engine.deadLetters().redrive("fails");
        };
        Future<Long> one = threads.submit(redrive);
        Future<Long> other = threads.submit(redrive);
        assertEquals(events, one.get(1, TimeUnit.MINUTES) + other.get(1, TimeUnit.MINUTES));
        engine.close();
        assertEquals(events, got.size());
        assertEquals(events, got.stream().distinct().count());
        assertEquals(List.of(), engine.deadLetters().last(events));
    }
}
