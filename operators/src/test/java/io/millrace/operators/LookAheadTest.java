package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A live engine reads ahead when its state is large: that is seen in how often a key is asked for, and in nothing else. */
class LookAheadTest {
    private static final int MANY = 30_000;
    private static final int FEW = 100;

    record Payment(long card, long cents, long timeMs) {}

    record Limit(long card, long cents) {}

    record Seen(long card, long count, long limit) {}

    static final class Minute extends LookBack<Payment> {
        final Span<Payment> minute = last(Duration.ofMinutes(1));
        final LongValue count = minute.count();
    }

    static final Input<Payment> PAYMENTS =
            Input.of("payments", Payment.class).eventTime(Payment::timeMs, TimeUnit.MILLISECONDS);
    static final Input<Limit> LIMITS = Input.of("limits", Limit.class);
    static final Output<Seen> SEEN = Output.of("seen", Seen.class);

    private final AtomicLong asked = new AtomicLong();

    private long card(Payment p) {
        asked.incrementAndGet();
        if (p.card() % 1_000 == 7) {
            throw new IllegalArgumentException("no card");
        }
        return p.card();
    }

    private Topology topology() {
        return Millrace.topology(
                "ahead",
                t -> t.from(PAYMENTS)
                        .filter(p -> p.cents() > 0)
                        .keyBy(this::card)
                        .lookBack("minute", Minute::new)
                        .lookup("limit", t.table("limits", LIMITS, Limit::card))
                        .to(
                                SEEN,
                                j -> new Seen(
                                        j.left().event().card(),
                                        j.left().count.get(),
                                        j.hasRight() ? j.right().cents() : -1)));
    }

    private static List<Payment> payments(int cards) {
        SplittableRandom random = new SplittableRandom(11);
        List<Payment> all = new ArrayList<>();
        for (int i = 0; i < 3 * MANY; i++) {
            long card = i < cards ? i : random.nextInt(cards);
            all.add(new Payment(card, random.nextInt(10), i / 20));
        }
        return all;
    }

    private List<Seen> live(List<Payment> payments, int cards) {
        List<Seen> seen = new ArrayList<>();
        try (Engine engine =
                Engine.of(topology()).output(SEEN, seen::add).ringSlots(1024).start()) {
            for (long card = 0; card < cards; card += 3) {
                engine.publisher(LIMITS).publish(new Limit(card, card / 3));
            }
            engine.publisher(PAYMENTS).publishBatch(payments);
            assertEquals(0, engine.drain(Duration.ofMinutes(1)));
        }
        return seen;
    }

    private List<Seen> driven(List<Payment> payments, int cards) {
        TestDriver driver = TestDriver.of(topology());
        for (long card = 0; card < cards; card += 3) {
            driver.send(LIMITS, new Limit(card, card / 3));
        }
        for (Payment p : payments) {
            driver.send(PAYMENTS, p);
        }
        return driver.take(SEEN);
    }

    @Test
    void shouldReadAheadWhenStateIsLargeAndChangeNoResult() {
        List<Payment> payments = payments(MANY);
        List<Seen> expected = driven(payments, MANY);
        long once = asked.getAndSet(0);
        assertEquals(expected, live(payments, MANY));
        assertTrue(asked.get() > once + payments.size() / 4, asked + " keys asked for, " + once + " needed");
    }

    @Test
    void shouldNotReadAheadWhenStateIsSmall() {
        List<Payment> payments = payments(FEW);
        List<Seen> expected = driven(payments, FEW);
        long once = asked.getAndSet(0);
        assertEquals(expected, live(payments, FEW));
        assertEquals(once, asked.get());
    }
}
