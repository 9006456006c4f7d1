package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.RefusedException;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three times as many events as the engine can do: it may do one for each three that are published. What was accepted is processed, and when the load ends all is as before.
 */
@Timeout(240)
class OverloadTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = one(IN, TrialOp.pass(1));
    private static final int SLOTS = 256;
    private static final int WAITING = 100;
    private static final int EVENTS = 192 * 150;

    private static final List<Overflow<? super Num>> POLICIES = List.of(
            Overflow.REFUSE,
            Overflow.DROP_NEWEST,
            Overflow.dropOldest(WAITING),
            Overflow.conflate((Num n) -> n.id() % (WAITING / 2), WAITING)); // a key comes again while it waits

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldProcessWhatItAcceptedAndComeBack(int policy) throws Exception {
        Semaphore capacity = new Semaphore(0);
        AtomicLong done = new AtomicLong();
        try (Engine engine = Engine.of(PASS)
                .output(OUT, n -> {
                    capacity.acquire();
                    done.incrementAndGet();
                })
                .overflow(IN, POLICIES.get(policy))
                .ringSlots(SLOTS)
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            long refused = overload(engine, publisher, capacity);
            capacity.release(EVENTS);
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            long inTime = done.get();
            assertTrue(inTime >= EVENTS / 3, "as much as it can do: " + inTime);
            for (int i = 1; i <= 100; i++) { // one after another, which it can do
                assertTrue(publisher.publish(new Num(i, 0)) >= 0, "has a place at once");
                long expected = inTime + i;
                await("processed", () -> done.get() == expected);
            }
            EngineStats.InputStats in = engine.stats().inputs().get(0);
            assertEquals(inTime + 100, in.events(), "what has a place is processed");
            assertEquals(EVENTS + 100, in.events() + in.refused() + in.dropped() + in.conflated(), in.toString());
            assertEquals(refused, in.refused());
            assertTrue(in.refused() + in.dropped() + in.conflated() > EVENTS / 3, in.toString());
            assertEquals(policy == 3, in.conflated() > 0, in.toString());
            assertEquals(0, in.waiting());
        }
    }

    /** Looks at each burst, when most is held, what there is: the ring, and what waits in front of it. */
    private static long overload(Engine engine, Publisher<Num> publisher, Semaphore capacity) throws Exception {
        InputCounts counts = engine.ingress().host().inputs().get(0);
        InputRing ring = engine.ingress().ring();
        long most = 0;
        long refused = 0;
        for (int i = 0; i < EVENTS; i++) {
            try {
                publisher.publish(new Num(i, 0));
            } catch (RefusedException e) {
                refused++;
            }
            if (i % 192 == 191) {
                long inRing = ring.cursor() - ring.consumed();
                assertTrue(inRing <= SLOTS, inRing + " in the ring");
                assertTrue(counts.waiting() <= WAITING, counts.waiting() + " in front of it");
                most = Math.max(most, inRing);
                capacity.release(64);
                while (capacity.availablePermits() > 0) {
                    Thread.sleep(0, 100_000); // it does what it can
                }
            }
        }
        assertEquals(SLOTS, most, "it was full meanwhile");
        return refused;
    }
}
