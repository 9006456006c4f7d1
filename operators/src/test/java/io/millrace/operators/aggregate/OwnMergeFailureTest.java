package io.millrace.operators.aggregate;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * An own aggregate that cannot put together what would be too much, wherever that happens: whoever asks for too much gets a dead
 * letter, nobody else does, and the engine goes on.
 */
class OwnMergeFailureTest {
    private static final long MOST = 60;

    record Ev(long value, long timeNs) {}

    record Ask(long timeNs) {}

    record Told(long sum) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class).eventTime(Ev::timeNs, NANOSECONDS);
    private static final Input<Ask> ASKS = Input.of("asks", Ask.class).eventTime(Ask::timeNs, NANOSECONDS);
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    /** A sum of no more than some; what it holds is of no use after it threw. */
    static final class Brittle extends OwnAggregate<Ev> {
        Brittle(LongField<? super Ev> field) {
            super("brittle");
            reads(field);
        }

        @Override
        public int summaryLongs() {
            return 1;
        }

        @Override
        public void clear(long[] s, int at) {
            s[at] = 0;
        }

        @Override
        public void add(long[] s, int at, long[] from, int p) {
            take(s, at, from[p]);
        }

        @Override
        public void merge(long[] s, int at, long[] other, int p) {
            take(s, at, other[p]);
        }

        private static void take(long[] s, int at, long more) {
            long sum = s[at] + more;
            s[at] = 0;
            if (sum > MOST) {
                throw new IllegalStateException("more than " + MOST);
            }
            s[at] = sum;
        }

        @Override
        protected void result(long[] s, int at, Cell result) {
            result.set(s[at]);
        }
    }

    static final class Shape extends Aggregates<Ev> {
        final LongValue sum = ownLong(new Brittle(Ev::value));
    }

    abstract static class Past extends LookBack<Ev> {
        abstract LongValue sum();
    }

    /** The longer span keeps events that are together more than the shorter one ever asks for. */
    static final class Events extends Past {
        final Span<Ev> days = last(ofNanos(600));
        final Span<Ev> hours = last(ofNanos(150));
        final LongValue count = days.count();
        final LongValue greatest = days.max(Ev::value);
        final LongValue sum = hours.ownLong(new Brittle(Ev::value));

        @Override
        LongValue sum() {
            return sum;
        }
    }

    static final class Steps extends Past {
        final Span<Ev> days = last(ofNanos(600)).every(ofNanos(2));
        final Span<Ev> hours = last(ofNanos(150)).every(ofNanos(2));
        final LongValue greatest = days.max(Ev::value);
        final LongValue sum = hours.ownLong(new Brittle(Ev::value));

        @Override
        LongValue sum() {
            return sum;
        }
    }

    private static Ev event(Random random, long timeNs) {
        int pick = random.nextInt(30);
        return new Ev(pick == 0 ? 1 + random.nextInt(70) : pick < 14 ? 1 : 0, timeNs);
    }

    /** What comes out for each event, and what should: -1 for a dead letter. Answers how many of these there were. */
    private static long check(TestDriver driver, List<Long> expected, String what) {
        List<Long> told = new ArrayList<>();
        driver.take(TOLD).forEach(t -> told.add(t.sum()));
        assertEquals(expected.stream().filter(e -> e >= 0).toList(), told, what);
        List<Reason> letters =
                driver.deadLetters().stream().map(l -> l.reason()).toList();
        long refused = expected.stream().filter(e -> e < 0).count();
        assertEquals(Collections.nCopies((int) refused, Reason.OPERATOR_ERROR), letters, what);
        assertTrue(refused < expected.size(), what);
        return refused;
    }

    @Test
    void shouldMakeADeadLetterOfTheResultOfACountWindowThatCannotBePutTogether() {
        long[] refused = {0};
        int cases = Seeds.each(0, 20, "endWindowsByCount(%d)", seed -> refused[0] += endWindowsByCount((int) seed));
        assertTrue(cases < 20 || refused[0] > 100, "dead letters: " + refused[0]);
    }

    private static long endWindowsByCount(int seed) {
        long redriven = 0;
        Random random = new Random(seed);
        int size = 1 + random.nextInt(seed % 2 == 0 ? 8 : 90);
        TestDriver driver = TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(IN)
                        .window("w", Window.slidingCount(size, 1))
                        .aggregate(Shape::new)
                        .to(TOLD, s -> new Told(s.sum.get()))));
        List<Long> kept = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Ev e = event(random, i);
            driver.send(IN, e);
            if (e.value() <= MOST) {
                kept.add(e.value());
                long sum = kept.subList(Math.max(0, kept.size() - size), kept.size()).stream()
                        .mapToLong(v -> v)
                        .sum();
                expected.add(sum <= MOST ? sum : -1);
            } else {
                expected.add(-1L);
                redriven++;
            }
        }
        long refused = check(driver, expected, "seed " + seed);
        for (DeadLetter letter : driver.deadLetters()) {
            assertEquals(letter.ofResult(), letter.event().isEmpty(), letter::toString);
        }
        assertEquals(redriven, driver.redrive("w"), "only those that are not kept, seed " + seed);
        return refused;
    }

    @Test
    void shouldMakeADeadLetterOfTheEventThatAsksForWhatCannotBePutTogether() {
        long[] refused = {0};
        int cases = Seeds.each(0, 12, "ask(%d)", seed -> refused[0] += ask((int) seed));
        assertTrue(cases < 12 || refused[0] > 10, "dead letters: " + refused[0]);
    }

    private static long ask(int seed) {
        long refused = 0;
        boolean steps = seed % 2 == 0;
        boolean two = seed % 4 > 1;
        Supplier<Past> shape = steps ? Steps::new : Events::new;
        TestDriver driver = TestDriver.of(Millrace.topology("t", t -> {
            var kept = t.from(IN).keyBy(e -> 0);
            if (two) {
                t.from(ASKS).keyBy(a -> 0).<Ev, Past>lookBack("l", kept, shape).to(TOLD, s -> told(s));
            } else {
                kept.<Past>lookBack("l", shape).to(TOLD, s -> told(s));
            }
        }));
        refused += check(driver, run(driver, new Random(seed), steps ? 2 : 1, two), "seed " + seed);
        return refused;
    }

    private static Told told(Past past) {
        return new Told(past.sum().get());
    }

    private static List<Long> run(TestDriver driver, Random random, int step, boolean two) {
        List<Ev> kept = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 900; i++) {
            now += random.nextInt(2);
            Ev e = event(random, now);
            driver.send(IN, e);
            long in = sum(kept, now, step) + e.value();
            boolean fits = (step > 1 ? sumOfStep(kept, now, step) + e.value() : two ? 0 : in) <= MOST;
            if (fits && (two || in <= MOST)) {
                kept.add(e);
            } else if (two) {
                expected.add(-1L);
            }
            if (two) {
                driver.send(ASKS, new Ask(now));
                in = sum(kept, now, step);
            }
            expected.add(in <= MOST ? in : -1);
        }
        return expected;
    }

    private static long sum(List<Ev> kept, long now, int step) {
        long last = now / step;
        return kept.stream()
                .filter(e -> e.timeNs() / step > last - Duration.ofNanos(150).toNanos() / step)
                .mapToLong(Ev::value)
                .sum();
    }

    private static long sumOfStep(List<Ev> kept, long now, int step) {
        return kept.stream()
                .filter(e -> e.timeNs() / step == now / step)
                .mapToLong(Ev::value)
                .sum();
    }
}
