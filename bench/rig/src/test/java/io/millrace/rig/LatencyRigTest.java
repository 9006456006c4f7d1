package io.millrace.rig;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rig measures each event from when it was due, on either host, and tells when its figures are void. */
class LatencyRigTest {
    record Payment(long card, long cents, long timeMs) {}

    record Alert(long card) {}

    /** Live, as an input is of which nothing else is said: there are ticks between its events. */
    private static final Input<Payment> PAYMENTS =
            Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);

    private static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);
    private static final long RATE = 500;
    private static final long UNKNOWN = 1_000;

    private final AtomicLong slept = new AtomicLong();

    private Topology topology(AtomicLong slowCard) {
        return Millrace.topology(
                "large",
                t -> t.from(PAYMENTS)
                        .filter(p -> p.cents() >= 50)
                        .map(Alert.class, p -> {
                            if (p.card() == slowCard.get()) {
                                slept.incrementAndGet();
                                Thread.sleep(200); // what is due meanwhile is late by so much
                            }
                            if (p.cents() == UNKNOWN) {
                                throw new IllegalArgumentException("no such amount");
                            }
                            return new Alert(p.card());
                        })
                        .to(ALERTS));
    }

    private LatencyRig rig(AtomicLong slowCard) {
        return rig(slowCard, new AtomicLong());
    }

    private LatencyRig rig(AtomicLong slowCard, AtomicLong made) {
        return LatencyRig.of(topology(slowCard))
                .generate(PAYMENTS, i -> {
                    made.incrementAndGet();
                    return new Payment(i, i % 100, i);
                })
                .rates(RATE)
                .seconds(1)
                .runs(1)
                .warmUp(200);
    }

    @Test
    void shouldMeasureFromWhenAnEventWasDueOnEitherHostAndDrawIt(@TempDir Path folder) throws Exception {
        LatencyReport live = rig(new AtomicLong(450)).live().run();
        assertFalse(live.toString().contains("VOID"), live::toString);
        assertTrue(live.us(RATE, 100) >= 200_000, live::toString);
        AtomicLong made = new AtomicLong();
        slept.set(0);
        LatencyReport report = rig(new AtomicLong(450), made).run();
        assertEquals(3, slept.get(), "by the reference and by the engine in both its seconds, and not by the floor");
        // by the reference, by engine and floor in the second that does not count, by both again
        assertEquals((200 + RATE) + 2 * RATE + (200 + RATE) + RATE, made.get());
        assertEquals(live.digests(RATE), report.digests(RATE));
        try (Steps steps = rig(new AtomicLong(-1)).steps()) {
            for (long i = 0; i < 200 + RATE; i++) { // warm-up and run
                assertEquals(i, steps.next());
            }
            assertEquals(report.digests(RATE), List.of(steps.digest()));
        }
        // a hundred events became due while one was slow
        assertTrue(report.us(RATE, 100) >= 200_000, report::toString);
        assertTrue(report.us(RATE, 90) >= 50_000, report::toString);
        assertTrue(report.floorUs(RATE, 50) > 0, report::toString);
        assertTrue(report.conditions().containsKey("load after"), report::toString);
        report.json(folder.resolve("json")).hlog(folder.resolve("hlog")).plot(folder.resolve("svg"));
        assertTrue(Files.readString(folder.resolve("json")).contains("\"floor p99.99 us\""));
        assertTrue(Files.readString(folder.resolve("hlog")).contains("Tag=large.500.all"));
        assertEquals(2, Files.readString(folder.resolve("svg")).split("<polyline", -1).length - 1);
    }

    @Test
    void shouldSayThatFiguresAreVoidWhereRunsPutOutDifferentThings() {
        AtomicLong made = new AtomicLong();
        LatencyReport report = LatencyRig.of(topology(new AtomicLong(-1)))
                .generate(PAYMENTS, i -> new Payment(made.incrementAndGet(), 60, i))
                .rates(RATE)
                .seconds(1)
                .runs(1)
                .warmUp(0)
                .run();
        assertFalse(report.isSound());
        assertEquals(3 * RATE, made.get(), "without a warm-up there is no second that does not count either");
        assertTrue(report.toString().contains("VOID: differs"), report::toString);
    }

    @Test
    void shouldSayThatFiguresAreVoidWhereEventsBecomeDeadLetters() {
        LatencyReport report = LatencyRig.of(topology(new AtomicLong(-1)))
                .generate(PAYMENTS, i -> new Payment(i, UNKNOWN, i))
                .rates(RATE)
                .seconds(1)
                .runs(1)
                .warmUp(0)
                .run();
        assertFalse(report.isSound());
        assertTrue(report.toString().contains("VOID: 500 dead letters"), report::toString);
    }

    @Test
    void shouldRefuseWhatCannotBeMeasured() {
        LatencyRig rig = LatencyRig.of(topology(new AtomicLong(-1)));
        assertThrows(IllegalStateException.class, rig::run);
        assertThrows(IllegalArgumentException.class, () -> rig.rates(0));
        assertThrows(IllegalArgumentException.class, rig::rates, "none");
        assertEquals(
                "events",
                assertThrows(NullPointerException.class, () -> rig.generate(PAYMENTS, null))
                        .getMessage());
        assertEquals(
                "how",
                assertThrows(NullPointerException.class, () -> rig.setUp(null)).getMessage());
        LatencyRig tooLong = rig(new AtomicLong(-1)).rates(1_000, 10_000_000).seconds(3_600);
        assertTrue(assertThrows(IllegalArgumentException.class, tooLong::run)
                .getMessage()
                .startsWith("10000000 events a second for 3600 s are 36000000000 latencies of 8 bytes"));
        Input<Payment> other = Input.of("others", Payment.class);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> rig.generate(other, i -> null))
                .getMessage()
                .contains("payments"));
    }
}
