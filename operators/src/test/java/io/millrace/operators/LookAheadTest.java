package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts read ahead when state is large: that is seen in how often a key is asked for, and in nothing else. */
class LookAheadTest {
    private static final int MANY = 30_000;
    private static final int FEW = 100;
    private static final long OVERFLOWS = -1;

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
        if (p.card() == OVERFLOWS) {
            throw new StackOverflowError("made up");
        }
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

    private List<Seen> inline(List<Payment> payments, int cards) {
        List<Seen> seen = new ArrayList<>();
        try (Inline inline = Engine.of(topology()).output(SEEN, seen::add).inline()) {
            for (long card = 0; card < cards; card += 3) {
                inline.publish(LIMITS, new Limit(card, card / 3));
            }
            inline.publisher(PAYMENTS).publishBatch(payments);
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
        assertTrue(asked.getAndSet(0) > once + payments.size() / 4, asked + " keys asked for, " + once + " needed");
        assertEquals(expected, inline(payments, MANY));
        assertTrue(asked.get() > once + payments.size() / 4, asked + " keys asked for, " + once + " needed");
    }

    /** What is refused in a batch, and what receivers publish meanwhile, find their places as if published one after another. */
    @Test
    void shouldKeepTheOrderOfABatchThatIsReadAhead() {
        List<Payment> payments = payments(MANY);
        assertEquals(between(payments, false), between(payments, true));
    }

    private List<String> between(List<Payment> payments, boolean batched) {
        List<String> seen = new ArrayList<>();
        Inline[] host = new Inline[1];
        Setup setup = Engine.of(topology()).outputWithMeta(SEEN, (s, meta) -> {
            seen.add(meta.sequence() + " " + s);
            if (s.card() % 50 == 3 && s.count() == 1) {
                host[0].publish(LIMITS, new Limit(s.card(), -1));
            }
        });
        try (Inline inline = setup.inline()) {
            host[0] = inline;
            Publisher<Payment> publisher = inline.publisher(PAYMENTS);
            for (int from = 0; from < payments.size(); from += 100) {
                List<Payment> some = new ArrayList<>(payments.subList(from, from + 100));
                some.set(57, new Payment(1, 1, Long.MAX_VALUE)); // no nanoseconds can tell that time
                int refusedAt = batched ? batch(publisher, some) : each(publisher, some);
                assertEquals(57, refusedAt);
            }
            seen.add(inline.stats().inputs().get(0).refused() + " refused");
        }
        return seen;
    }

    private static int batch(Publisher<Payment> publisher, List<Payment> some) {
        RefusedException e = assertThrows(RefusedException.class, () -> publisher.publishBatch(some));
        publisher.publishBatch(some.subList(e.index() + 1, some.size()));
        return e.index();
    }

    private static int each(Publisher<Payment> publisher, List<Payment> some) {
        int refusedAt = -1;
        for (int i = 0; i < some.size(); i++) {
            try {
                publisher.publish(some.get(i));
            } catch (RefusedException e) {
                refusedAt = i;
            }
        }
        return refusedAt;
    }

    /** Stack or memory is at its end: nothing is begun, and the publisher goes on. */
    @Test
    void shouldProcessNothingBeforeAnErrorOfTheMachine() {
        List<Payment> payments = payments(MANY);
        try (Inline inline = Engine.of(topology()).discard(SEEN).inline()) {
            Publisher<Payment> publisher = inline.publisher(PAYMENTS);
            publisher.publishBatch(payments.subList(0, MANY));
            List<Payment> some = new AbstractList<>() {
                @Override
                public Payment get(int i) {
                    if (i == 20) {
                        throw new StackOverflowError("broken");
                    }
                    return payments.get(MANY + i);
                }

                @Override
                public int size() {
                    return 30;
                }
            };
            assertThrows(StackOverflowError.class, () -> publisher.publishBatch(some));
            assertEquals(MANY, inline.stats().inputs().get(0).events());
            assertEquals(20, publisher.publishBatch(payments.subList(MANY, MANY + 20)));
            assertEquals(MANY + 20, inline.stats().inputs().get(0).events());
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {IndexOutOfBoundsException.class, AssertionError.class, IOException.class})
    void shouldPublishWhatStandsBeforeAnEventThatCannotBeRead(Class<? extends Throwable> failure) {
        List<Payment> payments = payments(MANY);
        List<Seen> seen = new ArrayList<>();
        try (Inline inline = Engine.of(topology()).output(SEEN, seen::add).inline()) {
            Publisher<Payment> publisher = inline.publisher(PAYMENTS);
            publisher.publishBatch(payments.subList(0, MANY));
            long before = inline.stats().inputs().get(0).events();
            asked.set(0);
            List<Payment> some = new AbstractList<>() {
                @Override
                public Payment get(int i) {
                    if (i == 20) {
                        throw undeclared(failure);
                    }
                    return payments.get(MANY + i);
                }

                @Override
                public int size() {
                    return 30;
                }
            };
            assertThrows(failure, () -> publisher.publishBatch(some));
            assertTrue(asked.get() > 25, "read ahead: " + asked);
            assertEquals(20, inline.stats().inputs().get(0).events() - before);
        }
    }

    /** As in a language that has no checked exceptions. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException undeclared(Class<? extends Throwable> failure) throws T {
        try {
            throw (T) failure.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** As a live engine does: a key function that brings the machine down brings the engine down, whoever calls it. */
    @Test
    void shouldHaltWhenTheMachineFailsInAKeyThatIsReadAhead() {
        List<Payment> payments = payments(MANY);
        try (Inline inline = Engine.of(topology()).discard(SEEN).inline()) {
            Publisher<Payment> publisher = inline.publisher(PAYMENTS);
            publisher.publishBatch(payments.subList(0, MANY));
            List<Payment> some = List.of(payments.get(1), new Payment(OVERFLOWS, 1, MANY));
            assertThrows(EngineStoppedException.class, () -> publisher.publishBatch(some));
            assertEquals(Health.State.HALTED, inline.health().state());
        }
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
