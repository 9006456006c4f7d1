package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Matches;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.pattern.PatternOracle.Seen;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Random patterns over random events against {@link PatternOracle}. A failure prints all of its case, and a test of it. */
class PatternRandomTest {
    private static final int CASES = 1_000;

    /** What came out, as text. */
    record Found(long key, @Length(200) String text) {}

    /** A case has few events, and memory is set apart at start. */
    private static final PlanOptions SMALL = PlanOptions.tested().withStateBytes(4L << 20);

    private static final Output<Found> FOUND = Output.of("found", Found.class);
    private static final Output<Found> OVER = Output.of("over", Found.class);

    private static long matches;
    private static long timeouts;

    @Test
    void shouldAgreeWithTheDefinitionOnRandomPatterns() {
        matches = 0;
        timeouts = 0;
        int cases = Seeds.each(1, CASES, "agree(%d)", PatternRandomTest::agree);
        assertTrue(
                cases < 50 || matches > cases / 2 && timeouts > cases / 2,
                matches + " matches, " + timeouts + " timeouts");
    }

    private static void agree(long seed) {
        Case c = new Case(seed);
        try {
            c.run();
        } catch (Throwable t) {
            throw new AssertionError(c + "\n" + t, t);
        }
    }

    /** One pattern and its events. */
    static final class Case {
        private final Random random;
        private final PatternSpec spec;
        private final int keys;
        private final long disorder;
        private final List<Input<Ev>> inputs = new ArrayList<>();
        private final List<Seen> sent = new ArrayList<>();
        private final Map<Long, List<Seen>> taken = new TreeMap<>();
        private int late;

        Case(long seed) {
            random = new Random(seed);
            spec = PatternSpec.random(random);
            keys = 1 + random.nextInt(2);
            disorder = random.nextInt(3) == 0 ? random.nextInt(6) : 0;
            for (int i = 0; i < spec.inputs; i++) {
                inputs.add(Input.of("in" + i, Ev.class)
                        .eventTime(Ev::time, NANOSECONDS)
                        .disorder(Duration.ofNanos(disorder)));
            }
            generate();
        }

        private void generate() {
            long now = 0;
            int n = 2 + random.nextInt(13);
            long[] highest = new long[spec.inputs];
            java.util.Arrays.fill(highest, Long.MIN_VALUE);
            for (int i = 0; i < n; i++) {
                now += random.nextInt(3);
                int behind = (int) (disorder + spec.lateness);
                long time = now - (behind == 0 ? 0 : random.nextInt(behind + 2));
                String kind = String.valueOf(PatternSpec.KINDS.charAt(random.nextInt(PatternSpec.KINDS.length())));
                Seen s = new Seen(
                        Ev.of(1 + random.nextInt(keys), kind + i, random.nextInt(4), time),
                        random.nextInt(spec.inputs));
                sent.add(s);
                highest[s.input()] = Math.max(highest[s.input()], time);
                long progress = Long.MAX_VALUE;
                for (long h : highest) {
                    progress = Math.min(progress, h == Long.MIN_VALUE ? h : h - disorder - spec.lateness);
                }
                if (time < progress) {
                    late++;
                } else {
                    taken.computeIfAbsent(s.event().key(), k -> new ArrayList<>())
                            .add(s);
                }
            }
        }

        void run() {
            Map<Long, List<String>> expected = new TreeMap<>();
            taken.forEach((key, events) -> {
                events.sort(Comparator.comparingLong(s -> s.event().time()));
                PatternOracle oracle = new PatternOracle(spec, events);
                oracle.outs()
                        .forEach(o -> expected.computeIfAbsent(key, k -> new ArrayList<>())
                                .add(oracle.text(o)));
            });
            Map<Long, List<String>> actual = new TreeMap<>();
            try (TestDriver driver = TestDriver.of(topology(), SMALL)) {
                sent.forEach(s -> {
                    driver.send(inputs.get(s.input()), s.event());
                    collect(driver, actual);
                });
                driver.endAll();
                collect(driver, actual);
                assertEquals(late, driver.deadLetters().size(), "late");
                assertEquals(0, driver.counters("pattern").keys, "keys left");
            }
            for (boolean match : new boolean[] {true, false}) {
                assertEquals(only(expected, match), only(actual, match));
            }
            matches += count(expected, "match");
            timeouts += count(expected, "over");
        }

        private static long count(Map<Long, List<String>> of, String what) {
            return of.values().stream()
                    .flatMap(List::stream)
                    .filter(s -> s.startsWith(what))
                    .count();
        }

        /** Timeouts of one moment have an order among partial matches, of which the definition knows nothing. */
        private static String only(Map<Long, List<String>> of, boolean matches) {
            StringBuilder out = new StringBuilder();
            of.forEach((key, texts) -> {
                List<String> kept = new ArrayList<>(texts.stream()
                        .filter(t -> t.startsWith("match") == matches)
                        .toList());
                if (!matches) {
                    kept.sort(null);
                }
                kept.forEach(t -> out.append(key).append(": ").append(t).append('\n'));
            });
            return out.toString();
        }

        private static void collect(TestDriver driver, Map<Long, List<String>> into) {
            for (Output<Found> output : List.of(FOUND, OVER)) {
                List<Meta> metas = driver.metas(output);
                List<Found> found = driver.take(output);
                for (int i = 0; i < found.size(); i++) {
                    into.computeIfAbsent(found.get(i).key(), k -> new ArrayList<>())
                            .add((output == FOUND ? "match" : "over") + " @"
                                    + metas.get(i).timeNs() + " "
                                    + found.get(i).text());
                }
            }
        }

        private Topology topology() {
            return Millrace.topology("patterns", t -> {
                KeyedStream<Ev> first = t.from(inputs.get(0)).keyBy(Ev::key);
                Duration within = Duration.ofNanos(spec.within);
                if (spec.inputs == 1) {
                    lead(first.pattern("pattern", within, () -> new PatternSpec.One(spec)), p -> p.steps);
                } else {
                    KeyedStream<Ev> second = t.from(inputs.get(1)).keyBy(Ev::key);
                    lead(
                            first.pattern("pattern", within, second, (a, b) -> new PatternSpec.Two(spec, a, b)),
                            p -> p.steps);
                }
            });
        }

        private static <P> void lead(Matches<Ev, P> matches, Function<P, List<Step<Ev>>> steps) {
            matches.timedOut(side -> side.to(OVER, p -> found(steps.apply(p)))).to(FOUND, p -> found(steps.apply(p)));
        }

        private static Found found(List<Step<Ev>> steps) {
            Ev any = steps.stream()
                    .filter(Step::isPresent)
                    .findFirst()
                    .orElseThrow()
                    .first();
            return new Found(any.key(), PatternSpec.text(steps));
        }

        @Override
        public String toString() {
            StringBuilder out = new StringBuilder(spec + ", disorder " + disorder);
            sent.forEach(s -> out.append("\n ").append(s));
            return out.toString();
        }
    }
}
