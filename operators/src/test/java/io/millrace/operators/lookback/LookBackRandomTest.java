package io.millrace.operators.lookback;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.Fn.DoubleField;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.operators.lookback.Oracle.Ev;
import io.millrace.operators.lookback.Oracle.SpanSpec;
import io.millrace.testkit.oracle.ByHand;
import io.millrace.testkit.oracle.Step;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories against the definition. */
class LookBackRandomTest {
    private static final int CASES = 1_000;
    private static final long UNBOUNDED = 8 << 20;

    /** By kind, in the order of {@link Probe#declare}. */
    private static final boolean[] HAS_SUM = {true, true, false, false, true, true, false, false};

    static final class All extends Aggregates<Ev> {
        final LongValue count = count();
        final LongValue sum = sum(Ev::cents);
        final LongValue min = min(Ev::cents);
        final LongValue max = max(Ev::cents);
        final DoubleValue sumDouble = sumDouble(Ev::amount);
        final DoubleValue mean = mean(Ev::amount);
        final DoubleValue minDouble = minDouble(Ev::amount);
        final DoubleValue maxDouble = maxDouble(Ev::amount);
        final DoubleValue share = share(Ev::fraud);
    }

    static final class Whole extends Aggregates<Ev> {
        final LongValue sum = sum(Ev::cents);
        final LongValue count = count();
        final DoubleValue share = share(Ev::fraud);
    }

    /** One or two totals, which alone in a look-back go the shortest way. */
    static final class Pair extends Aggregates<Ev> {
        final LongValue count = count();
        final LongValue sum = sum(Ev::cents);
    }

    static final class Sole extends Aggregates<Ev> {
        final LongValue sum = sum(Ev::cents);
    }

    static final class ShareFirst extends Aggregates<Ev> {
        final DoubleValue share = share(Ev::fraud);
        final LongValue count = count();
    }

    static final class ShareLast extends Aggregates<Ev> {
        final LongValue count = count();
        final DoubleValue share = share(Ev::fraud);
    }

    static final class Floating extends Aggregates<Ev> {
        final DoubleValue sumDouble = sumDouble(Ev::amount);
        final DoubleValue maxDouble = maxDouble(Ev::amount);
    }

    /** An aggregate of somebody's own: largest less smallest. */
    static final class Range<T> extends OwnAggregate<T> {
        Range(DoubleField<? super T> field) {
            super("range");
            readsDouble(field);
        }

        @Override
        public int summaryLongs() {
            return 2;
        }

        @Override
        public void clear(long[] summary, int at) {
            summary[at] = Double.doubleToLongBits(Double.POSITIVE_INFINITY);
            summary[at + 1] = Double.doubleToLongBits(Double.NEGATIVE_INFINITY);
        }

        @Override
        public void add(long[] summary, int at, long[] from, int p) {
            Folds.MIN_DOUBLE.add(summary, at, from, p);
            Folds.MAX_DOUBLE.add(summary, at + 1, from, p);
        }

        @Override
        public void merge(long[] summary, int at, long[] other, int p) {
            Folds.MIN_DOUBLE.merge(summary, at, other, p);
            Folds.MAX_DOUBLE.merge(summary, at + 1, other, p + 1);
        }

        @Override
        protected void result(long[] summary, int at, Cell result) {
            double range = Double.longBitsToDouble(summary[at + 1]) - Double.longBitsToDouble(summary[at]);
            if (range == Double.NEGATIVE_INFINITY) {
                result.absent();
            } else {
                result.set(range);
            }
        }
    }

    /** Folds of several arguments, and of the time. */
    static final class Ends extends Aggregates<Ev> {
        final LongValue saturated = sumSaturating(Ev::cents);
        final DoubleValue vwap = vwap(Ev::amount, Ev::cents);
        final LongValue first = first(Ev::cents);
        final Ohlc ohlc = ohlc(AMOUNT);
        final LongValue last = last(Ev::cents);
        final DoubleValue variance = variance(AMOUNT);
        final DoubleValue range = ownDouble(new Range<>(AMOUNT));
    }

    private static final DoubleField<Ev> AMOUNT = Ev::amount;

    /** Up to four spans, each with one of the classes. */
    static final class Probe extends LookBack<Ev> {
        final Aggregates<Ev> a;
        final Aggregates<Ev> b;
        final Aggregates<Ev> c;
        final Aggregates<Ev> d;

        Probe(List<SpanSpec> spans, int[] kinds) {
            a = declare(spans, kinds, 0);
            b = declare(spans, kinds, 1);
            c = declare(spans, kinds, 2);
            d = declare(spans, kinds, 3);
        }

        private Aggregates<Ev> declare(List<SpanSpec> spans, int[] kinds, int i) {
            if (i >= spans.size()) {
                return null;
            }
            SpanSpec s = spans.get(i);
            Span<Ev> span = last(Duration.ofNanos(s.size()), Duration.ofNanos(s.delay()));
            if (s.step() > 0) {
                span.every(Duration.ofNanos(s.step()));
            }
            return switch (kinds[i]) {
                case 0 -> span.of(All::new);
                case 1 -> span.of(Whole::new);
                case 2 -> span.of(Floating::new);
                case 3 -> span.of(Ends::new);
                case 4 -> span.of(Pair::new);
                case 5 -> span.of(Sole::new);
                case 6 -> span.of(ShareFirst::new);
                default -> span.of(ShareLast::new);
            };
        }

        Aggregates<Ev> part(int i) {
            return i == 0 ? a : i == 1 ? b : i == 2 ? c : d;
        }
    }

    static Trials trials() {
        return Trials.byHand("trials()", random -> new Case(random).byHand()).cases(CASES);
    }

    @Test
    void shouldAgreeWithTheDefinitionOnRandomHistories() {
        refusals = 0;
        int cases = trials().check().cases();
        assertTrue(cases < 50 || refusals > 0, "some case met its bound");
    }

    private static int refusals;

    /** What is asked of random histories. */
    static final class Case {
        private final List<SpanSpec> spans = new ArrayList<>();
        private final int[] kinds = new int[4];
        private final boolean two;
        private final long disorder;
        private final boolean wild;
        private final long bytes;
        private final long leapFromNs;
        private final Weights weights;

        Case(Random random) {
            two = random.nextInt(4) == 0;
            boolean deep = random.nextInt(12) == 0;
            int events = deep ? 900 : 270;
            int scale = deep ? 1_500 : 1 + random.nextInt(60);
            int n = 1 + random.nextInt(4);
            boolean brief = random.nextInt(3) == 0;
            for (int i = 0; i < n; i++) {
                kinds[i] = brief ? 1 : random.nextInt(4);
                spans.add(span(random, scale, HAS_SUM[kinds[i]], !brief));
            }
            if (brief && random.nextBoolean()) {
                spans.replaceAll(s -> new SpanSpec(s.size() * Math.max(1, s.step()), 0, 0, true));
            }
            disorder = random.nextInt(3) == 0 ? 0 : random.nextInt(Math.min(scale + 1, 200));
            wild = random.nextInt(4) == 0;
            bytes = random.nextInt(6) == 0 ? (8 + random.nextInt(12)) * 64L << 10 : UNBOUNDED;
            leapFromNs = random.nextInt(8) == 0 ? random.nextInt(events) : Long.MAX_VALUE;
            weights = Weights.usual()
                    .events(events)
                    .keys(deep ? 1 : 4)
                    .values(Integer.MAX_VALUE)
                    .scale(1, random.nextInt(3) == 0 ? scale * 3 : 6);
            if (random.nextInt(4) == 0) {
                kinds[0] = 4 + random.nextInt(4);
                spans.clear();
                spans.add(span(random, scale, HAS_SUM[kinds[0]], false));
            }
        }

        private static SpanSpec span(Random random, int scale, boolean sums, boolean delays) {
            long step = random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(5);
            long unit = Math.max(step, 1);
            long size = unit * (1 + random.nextInt(scale));
            long delay = delays && random.nextInt(3) == 0 ? unit * random.nextInt(scale + 1) : 0;
            if (step == 0 && random.nextInt(15) == 0) {
                size = Long.MAX_VALUE - random.nextInt(3);
            }
            return new SpanSpec(size, delay, step, sums);
        }

        ByHand byHand() {
            Input<Ev> events = Input.of("events", Ev.class)
                    .eventTime(Ev::cents, NANOSECONDS) // never asked: a step has its time
                    .disorder(Duration.ofNanos(disorder));
            return ByHand.of(weights, two ? List.of(events, events) : List.of(events), steps -> new Play().run(steps));
        }

        /** Time that leaps by a third of all there is. */
        private long timeNs(Step s) {
            return s.timeNs() < leapFromNs ? s.timeNs() : Units.plus(s.timeNs(), Long.MAX_VALUE / 3);
        }

        /** One history. */
        private final class Play {
            private final Oracle oracle = new Oracle(spans);
            private final Rig<Probe> rig = two
                    ? Rig.two(() -> new Probe(spans, kinds), bytes)
                    : Rig.one(() -> new Probe(spans, kinds), null, bytes);
            private long largest = Long.MIN_VALUE;
            private int answers;

            int run(List<Step> steps) {
                for (Step s : steps) {
                    switch (s.kind()) {
                        case EVENT -> event(s);
                        case ADVANCE -> advance(timeNs(s), LookBackOperator.FIRINGS);
                        default -> {
                            // a rig has no clock, and ends below
                        }
                    }
                }
                rig.settle(Long.MAX_VALUE);
                assertEquals(0, rig.counters.keys, "keys left at the end of time");
                assertEquals(0, rig.node.keys.blocks(), "blocks left at the end of time");
                return answers;
            }

            private void event(Step s) {
                Digits digits = new Digits(s.value());
                int moves = digits.next(12);
                int firings = 1 + digits.next(4);
                take(s.port(), s.key(), timeNs(s), digits.event(wild));
                largest = Math.max(largest, timeNs(s));
                if (moves > 3) {
                    advance(Units.minus(largest, moves > 9 ? 0 : disorder), firings);
                }
            }

            private void advance(long toNs, int firings) {
                rig.advance(Math.min(toNs, Long.MAX_VALUE - 2), firings);
            }

            private void take(int input, long key, long time, Ev event) {
                Probe answer = rig.send(input, key, time, event);
                assertNull(rig.thrown);
                Reason reason = !two
                        ? oracle.refusal(key, time, rig.progress.ns(), event)
                        : input == 0
                                ? oracle.questionRefusal(key, time, rig.progress.ns())
                                : oracle.contentRefusal(key, time, rig.progress.ns(), event);
                if (bytes != UNBOUNDED && rig.refused == Reason.OVER_BOUND) {
                    assertTrue(reason == null || reason == Reason.OUT_OF_RANGE, "not when it is late");
                    refusals++;
                    return;
                }
                assertEquals(reason, rig.refused, () -> "time " + time + " key " + key);
                if (reason == null && (!two || input == 1)) {
                    oracle.keep(key, time, event);
                }
                if (reason == null && (!two || input == 0)) {
                    assertNotNull(answer);
                    check(answer, oracle, key, time);
                    answers++;
                } else {
                    assertNull(answer);
                }
            }
        }

        private void check(Probe answer, Oracle oracle, long key, long time) {
            for (int i = 0; i < spans.size(); i++) {
                List<Ev> window = oracle.window(key, spans.get(i), time);
                Aggregates<Ev> part = answer.part(i);
                if (part instanceof All all) {
                    checkAll(all, window);
                } else if (part instanceof Whole whole) {
                    assertEquals(window.size(), whole.count.get());
                    assertEquals(Oracle.sum(window).longValueExact(), whole.sum.get());
                    checkShare(whole.share, window);
                } else if (part instanceof Pair pair) {
                    assertEquals(window.size(), pair.count.get());
                    assertEquals(Oracle.sum(window).longValueExact(), pair.sum.get());
                } else if (part instanceof Sole sole) {
                    assertEquals(Oracle.sum(window).longValueExact(), sole.sum.get());
                } else if (part instanceof ShareFirst shares) {
                    checkShare(shares.share, window);
                    assertEquals(window.size(), shares.count.get());
                } else if (part instanceof ShareLast shares) {
                    assertEquals(window.size(), shares.count.get());
                    checkShare(shares.share, window);
                } else if (part instanceof Ends ends) {
                    checkEnds(ends, window, oracle.byTime(key, spans.get(i), time));
                } else {
                    Floating floating = (Floating) part;
                    checkSum(floating.sumDouble.get(), window);
                    checkMaxDouble(floating.maxDouble, window);
                }
            }
        }

        private static void checkAll(All all, List<Ev> window) {
            assertEquals(window.size(), all.count.get(), "count");
            assertEquals(Oracle.sum(window).longValueExact(), all.sum.get(), "sum");
            assertEquals(window.isEmpty(), !all.min.isPresent());
            assertEquals(window.isEmpty(), !all.max.isPresent());
            assertEquals(window.stream().mapToLong(Ev::cents).min().orElse(0), all.min.get(), "min");
            assertEquals(window.stream().mapToLong(Ev::cents).max().orElse(0), all.max.get(), "max");
            checkSum(all.sumDouble.get(), window);
            assertEquals(window.isEmpty(), !all.mean.isPresent());
            double mean = window.isEmpty() ? Double.NaN : all.sumDouble.get() / window.size();
            assertEquals(mean, all.mean.get(), "mean");
            assertEquals(window.isEmpty(), !all.minDouble.isPresent());
            double min =
                    window.stream().mapToDouble(Ev::amount).reduce(Math::min).orElse(Double.NaN);
            assertEquals(min, all.minDouble.get(), "minDouble");
            checkMaxDouble(all.maxDouble, window);
            checkShare(all.share, window);
        }

        private static void checkEnds(Ends ends, List<Ev> window, List<Ev> byTime) {
            BigInteger sum = Oracle.sum(window);
            BigInteger nearest = sum.max(Oracle.big(Long.MIN_VALUE)).min(Oracle.big(Long.MAX_VALUE));
            assertEquals(nearest.longValueExact(), ends.saturated.get(), "saturated");
            assertEquals(window.isEmpty(), !ends.first.isPresent());
            assertEquals(window.isEmpty(), !ends.ohlc.isPresent());
            assertEquals(window.isEmpty(), !ends.range.isPresent());
            assertEquals(window.isEmpty(), !ends.variance.isPresent());
            if (window.isEmpty()) {
                return;
            }
            assertEquals(byTime.get(0).cents(), ends.first.get(), "first");
            assertEquals(byTime.get(byTime.size() - 1).cents(), ends.last.get(), "last");
            assertEquals(byTime.get(0).amount(), ends.ohlc.open(), "open");
            assertEquals(byTime.get(byTime.size() - 1).amount(), ends.ohlc.close(), "close");
            double max =
                    window.stream().mapToDouble(Ev::amount).reduce(Math::max).orElseThrow();
            double min =
                    window.stream().mapToDouble(Ev::amount).reduce(Math::min).orElseThrow();
            assertEquals(max, ends.ohlc.high(), "high");
            assertEquals(min, ends.ohlc.low(), "low");
            assertEquals(max - min, ends.range.get(), "range");
            checkSpread(ends.variance.get(), window);
            checkVwap(ends.vwap, window);
        }

        private static void checkSpread(double variance, List<Ev> window) {
            if (!window.stream().allMatch(e -> Double.isFinite(e.amount()))) {
                assertTrue(Double.isNaN(variance), "of what is not finite");
                return;
            }
            if (window.size() > 25) {
                return; // exact arithmetic takes its time
            }
            BigDecimal n = BigDecimal.valueOf(window.size());
            BigDecimal mean = window.stream()
                    .map(e -> new BigDecimal(e.amount()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add)
                    .divide(n, MathContext.DECIMAL128);
            BigDecimal squares = BigDecimal.ZERO;
            for (Ev e : window) {
                squares = squares.add(new BigDecimal(e.amount()).subtract(mean).pow(2));
            }
            double exact = squares.divide(n, MathContext.DECIMAL128).doubleValue();
            double scale = Math.max(exact, mean.abs().doubleValue() * Math.sqrt(exact));
            assertEquals(exact, variance, scale * 1e-12, "variance");
        }

        private static void checkVwap(Aggregates.DoubleValue vwap, List<Ev> window) {
            BigInteger weights = Oracle.sum(window);
            boolean small = window.stream().allMatch(e -> Math.abs(e.cents()) < 1L << 40 && e.cents() >= -(1L << 40));
            if (!small || window.size() > 25 || !window.stream().allMatch(e -> Double.isFinite(e.amount()))) {
                return;
            }
            assertEquals(weights.signum() != 0, vwap.isPresent());
            if (vwap.isPresent()) {
                BigDecimal sum = BigDecimal.ZERO;
                double all = 0;
                for (Ev e : window) {
                    sum = sum.add(new BigDecimal(e.amount()).multiply(BigDecimal.valueOf(e.cents())));
                    all += Math.abs(e.amount() * e.cents());
                }
                double exact = sum.divide(new BigDecimal(weights), MathContext.DECIMAL128)
                        .doubleValue();
                double off = all / Math.abs(weights.doubleValue()) * 0x1p-90 + Math.ulp(exact) * 2;
                assertEquals(exact, vwap.get(), off, "vwap");
            }
        }

        private static void checkMaxDouble(Aggregates.DoubleValue got, List<Ev> window) {
            assertEquals(window.isEmpty(), !got.isPresent());
            double max =
                    window.stream().mapToDouble(Ev::amount).reduce(Math::max).orElse(Double.NaN);
            assertEquals(max, got.get(), "maxDouble");
        }

        private static void checkShare(Aggregates.DoubleValue got, List<Ev> window) {
            assertEquals(window.isEmpty(), !got.isPresent());
            double met = window.stream().filter(Ev::fraud).count();
            assertEquals(window.isEmpty() ? Double.NaN : met / window.size(), got.get(), "share");
        }

        private static void checkSum(double got, List<Ev> window) {
            double exact = Oracle.sumDouble(window);
            if (Double.isFinite(exact)) {
                double off = Math.abs(got - exact);
                assertTrue(off <= Math.ulp(exact) + Oracle.tolerance(window), () -> got + " for " + exact);
            } else {
                assertEquals(exact, got, "sum of what is not finite");
            }
        }
    }

    /** What an event is, digit by digit of a number: 0 is the plainest. */
    private static final class Digits {
        private long rest;

        Digits(long of) {
            rest = of;
        }

        int next(int radix) {
            int digit = (int) (rest % radix);
            rest /= radix;
            return digit;
        }

        Ev event(boolean wild) {
            boolean fraud = next(2) == 1;
            int large = next(8);
            int kind = next(wild ? 12 : 4);
            long cents = next(1_999);
            cents = cents % 2 == 0 ? cents / 2 : -cents / 2 - 1;
            if (wild && large > 5) {
                cents = (large == 6 ? Long.MAX_VALUE : Long.MIN_VALUE) / (1 + next(3));
            }
            return new Ev(cents, amount(kind), fraud);
        }

        private double amount(int kind) {
            return switch (kind) {
                case 0 -> rest % 100;
                case 1 -> new Random(rest).nextGaussian() * 1e16;
                case 4 -> Double.POSITIVE_INFINITY;
                case 5 -> Double.NEGATIVE_INFINITY;
                case 6 -> Double.NaN;
                case 7 -> -0.0;
                case 8 -> Double.MIN_VALUE;
                default -> new Random(rest).nextGaussian();
            };
        }
    }
}
