package io.millrace.bench.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Reference;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Waiting;
import io.millrace.rig.Latencies;
import java.lang.invoke.VarHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every system gives the reference's answer, however its events are handed over, and tells when each was decided. */
class SystemsTest {
    private static final int EVENTS = 100_000;
    private static final Generator GENERATOR = new Generator(Workload.W0);

    private static Conditions conditions(Latencies latencies) {
        return new Conditions(GENERATOR, latencies, Waiting.ADAPTIVE, 256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hand",
                "hand:reference",
                "hand-32",
                "hand-bytes",
                "disruptor",
                "disruptor-64",
                "disruptor-single",
                "disruptor-single-64",
                "exclusive",
                "exclusive-64",
                "exclusive-hop",
                "exclusive-hop-64",
                "inline",
                "inline-32",
                "live",
                "live-64",
                "live-hop",
                "live-hop-64",
                "live-two",
                "live-two-heavy",
                "live-three",
                "live-three-64",
                "disruptor-three",
                "disruptor-three-64"
            })
    void shouldGiveTheAnswerOfTheReference(String name) throws Impossible {
        SystemUnderTest system = Systems.make(name, conditions(null));
        try {
            system.run(0, EVENTS / 2);
            system.settle();
            system.run(EVENTS / 2, EVENTS);
            system.settle();
            assertEquals(Loops.answer(Reference.of(Workload.W0), GENERATOR, EVENTS), system.answer());
        } finally {
            system.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hand",
                "hand-bytes",
                "disruptor",
                "inline",
                "live",
                "live-hop",
                "live-two",
                "live-three",
                "live-three-64",
                "disruptor-three",
                "disruptor-three-64",
                "disruptor-64",
                "live-64",
                "live-hop-64",
                "disruptor-single-64",
                "exclusive-hop",
                "exclusive-hop-64",
                "floor"
            })
    void shouldTellWhenEachEventWasDecided(String name) throws Impossible {
        Latencies latencies = new Latencies();
        SystemUnderTest system = Systems.make(name, conditions(latencies));
        try {
            system.run(0, 1_000);
            system.settle();
            latencies.begin(1_000, EVENTS);
            long beginNs = System.nanoTime();
            for (int i = 0; i < EVENTS; i++) {
                system.publish(
                        1_000 + i, beginNs + (i - i % 50) * 1_000_000_000L); // 50 are due at a time, in seconds to come
            }
            system.settle();
            long endNs = System.nanoTime();
            Tx tx = new Tx();
            for (int i = 0; i < EVENTS; i++) {
                GENERATOR.fill(1_000 + i, tx);
                assertEquals(tx.amountCents > 0, latencies.ns(i) != 0, "event " + tx.id);
                long decidedNs = latencies.ns(i) + (i - i % 50) * 1_000_000_000L;
                assertTrue(
                        latencies.ns(i) == 0 || decidedNs >= 0 && decidedNs <= endNs - beginNs,
                        "event " + tx.id + " counts from when it was due itself");
            }
        } finally {
            system.close();
        }
    }

    /** A burst that is smaller than a batch goes out when it ends, not when the next is due. */
    @ParameterizedTest
    @ValueSource(strings = {"disruptor-64", "live-64", "live-hop-64", "exclusive-64", "exclusive-hop-64"})
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldSendABurstWhenItEnds(String name) throws Impossible {
        int burst = 5;
        Latencies latencies = new Latencies();
        SystemUnderTest system = Systems.make(name, conditions(latencies));
        try {
            latencies.begin(0, burst);
            long dueNs = System.nanoTime();
            for (int i = 0; i < burst; i++) {
                system.publish(i, dueNs);
            }
            system.burstEnds();
            Tx tx = new Tx();
            for (int i = 0; i < burst; i++) {
                GENERATOR.fill(i, tx);
                while (tx.amountCents > 0 && latencies.ns(i) == 0) { // of another thread
                    Thread.yield();
                    VarHandle.fullFence();
                }
            }
            system.settle();
        } finally {
            system.close();
        }
    }

    /** Each event in its own place; those that repeat one, which an engine drops, in none. */
    @ParameterizedTest
    @ValueSource(strings = {"hand", "hand-bytes", "disruptor", "inline", "floor"})
    void shouldMeasureNoRepeatedEvent(String name) throws Impossible {
        int events = 1_000;
        Generator generator = new Generator(Workload.W4, 2 * events);
        Latencies latencies = new Latencies();
        SystemUnderTest system = Systems.make(name, new Conditions(generator, latencies, Waiting.ADAPTIVE, 256));
        try {
            system.run(0, events);
            system.settle();
            latencies.begin(events, events);
            for (int i = 0; i < events; i++) {
                system.publish(events + i, System.nanoTime());
            }
            system.settle();
            Tx tx = new Tx();
            for (int i = 0; i < events; i++) {
                generator.fill(events + i, tx);
                boolean isMeasured = tx.amountCents > 0 && i % 100 != 99;
                assertEquals(isMeasured, latencies.ns(i) > 0, "event " + (events + i));
            }
        } finally {
            system.close();
        }
    }

    /** Each result counts from when the event was due that ended its second, and stands at the event with which it comes out. */
    @Test
    void shouldMeasureResultsOfWindowsFromTheEventThatEndedThem() throws Impossible {
        Generator generator = new Generator(Workload.W1);
        Latencies latencies = new Latencies();
        SystemUnderTest system =
                Systems.make("inline-results", new Conditions(generator, latencies, Waiting.ADAPTIVE, 256));
        Tx tx = new Tx();
        generator.fill(0, tx);
        long first = tx.timeMs;
        int end = 0;
        while (tx.timeMs / 1_000 == first / 1_000) {
            generator.fill(++end, tx);
        }
        int events = 1_000;
        try {
            system.run(0, end - events);
            system.settle();
            latencies.begin(end - events, 2 * events);
            long longAgoNs = System.nanoTime() - 1_000_000_000_000L;
            for (int i = end - events; i < end + events; i++) {
                system.publish(i, i == end ? longAgoNs : System.nanoTime());
            }
            for (int i = 0; i < 2 * events; i++) {
                assertEquals(
                        i >= events, latencies.ns(i) > 900_000_000_000L, "event " + (i - events) + " behind the end");
                assertEquals(i >= events, latencies.ns(i) > 0);
            }
            system.settle();
            latencies.begin(end + events, 1);
            system.publish(end + events, System.nanoTime());
            assertEquals(0, latencies.ns(0), "its second has ended before this run");
        } finally {
            system.close();
        }
    }

    /** Its thread goes on, or the publisher would wait for ever. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldFailTheRunOfADisruptorWhoseHandlerFails() {
        Loop failing = (tx, answer) -> {
            throw new IllegalStateException("event " + tx.id);
        };
        DisruptorSystem system = new DisruptorSystem(conditions(null), failing, 1, ProducerType.MULTI);
        try {
            system.run(0, 1_000); // more than the ring holds
            IllegalStateException e = assertThrows(IllegalStateException.class, system::settle);
            assertEquals("event 0", e.getCause().getMessage());
        } finally {
            system.close();
        }
    }

    @Test
    void shouldNameWhatThereIs() {
        assertEquals("no such system", message("flink"));
        assertTrue(message("hand:rows").contains("no variant rows for W0"));
        assertTrue(message("inline:plain").contains("no variant plain"));
        assertTrue(message("live-three", Workload.W1).contains("computes W0 only"));
        assertTrue(message("inline-results").contains("computes W1 only"));
    }

    private static String message(String name) {
        return message(name, Workload.W0);
    }

    private static String message(String name, Workload workload) {
        return assertThrows(Impossible.class, () -> Systems.requireKnown(name, workload))
                .getMessage();
    }
}
