package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.DEVICES;
import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static io.millrace.operators.CatalogueSnippets.RATES;
import static io.millrace.operators.CatalogueSnippets.REFUNDS;
import static io.millrace.operators.CatalogueSnippets.RULES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;
import io.millrace.operators.CatalogueSnippets.Rate;
import io.millrace.operators.CatalogueSnippets.Reputation;
import io.millrace.operators.CatalogueSnippets.Rules;
import io.millrace.plan.PlanOptions;
import io.millrace.state.StateException;
import io.millrace.testkit.Asked;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SEMANTICS 11. Every word of the catalogue over a random log, twice: unbroken, and killed and restored before each entry. What
 * comes out is the same, and so is what is left behind, byte for byte.
 */
public class RestartTest {
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(4 << 20);
    private static final Set<String> PRINT = Set.of("peek", "score");
    private static final long DAY_MS = 86_400_000L;

    /** Those that print have nothing to remember. */
    static Stream<Method> words() {
        return Stream.concat(
                CatalogueTest.snippets().filter(m -> !PRINT.contains(m.getName())),
                Stream.of(FurtherWords.class.getDeclaredMethods()).filter(m -> !m.isSynthetic()));
    }

    /** One for each word, in the middle of its log. */
    public static List<TestDriver> drivers() {
        List<TestDriver> all = new ArrayList<>();
        words().forEach(word -> {
            Log log = new Log(topology(word), word.getName().hashCode());
            TestDriver driver = TestDriver.of(log.topology, options(log.topology));
            for (int i = 0; i < 12; i++) {
                log.next(i).accept(driver);
            }
            all.add(driver);
        });
        return all;
    }

    /** Each of 64 shards has memory of its own. */
    static PlanOptions stateOptions(Topology topology) {
        return topology.sections().isEmpty() ? OPTIONS : OPTIONS.withStateBytes(64 << 20);
    }

    static PlanOptions options(Topology topology) {
        return stateOptions(topology).withThreads();
    }

    @ParameterizedTest
    @MethodSource("words")
    void shouldGoOnAsIfNothingHadHappenedWhereverItIsKilled(Method word) {
        Seeds.each(1, 1, "goOn(word(\"" + word.getName() + "\"), %d)", seed -> goOn(word, seed));
    }

    /** For a test that was printed: {@code goOn(word("dedupe"), 7)}. */
    static Method word(String name) {
        return words().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
    }

    /** Most logs are short, as the one of the ordinary run. */
    private static void goOn(Method word, long seed) {
        Log log = new Log(topology(word), seed + word.getName().hashCode());
        int entries = seed % 8 == 0 ? 210 : 12; // a log of 10,000 through all words is in RestartTogetherTest
        TestDriver unbroken = TestDriver.of(log.topology, options(log.topology));
        TestDriver killed = TestDriver.of(topology(word), options(log.topology));
        for (int i = 0; i < entries; i++) {
            killed.restart();
            Consumer<TestDriver> entry = log.next(i);
            entry.accept(unbroken);
            entry.accept(killed);
            log.asked(unbroken, killed);
            assertEquals(taken(unbroken), taken(killed), "outputs of entry " + i);
            assertEquals(unbroken.deadLetters().toString(), killed.deadLetters().toString(), "letters at entry " + i);
            if (i % 4 == 0) {
                assertArrayEquals(unbroken.snapshot(), killed.snapshot(), "state behind entry " + i);
            }
        }
        unbroken.endAll();
        killed.restart().endAll();
        assertEquals(taken(unbroken), taken(killed), "outputs of the end");
        assertEquals(unbroken.digest(), killed.digest());
    }

    static String taken(TestDriver driver) {
        StringBuilder all = new StringBuilder();
        for (Output<?> o : driver.plan().topology().outputs()) {
            if (!o.equals(DEVICES.requests())) {
                all.append(o.name())
                        .append(driver.metas(o))
                        .append(driver.take(o))
                        .append('\n');
            }
        }
        return all.toString();
    }

    static Topology topology(Method word) {
        return Millrace.topology(word.getName(), t -> invoke(word, t));
    }

    static void invoke(Method word, TopologyBuilder t) {
        try {
            word.invoke(null, t);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(word.getName(), e);
        }
    }

    /** Random entries: time goes on by nothing to days, some events are late and some far ahead. */
    static final class Log {
        final Topology topology;
        private final List<Input<?>> inputs;
        private final Random random;
        private final List<Asked<?>> open = new ArrayList<>();
        private long nowMs = 100 * DAY_MS;
        private int longest = 9;

        Log(Topology topology, long seed) {
            this.topology = topology;
            random = new Random(seed);
            inputs = topology.inputs().stream()
                    .filter(i -> !i.equals(DEVICES.replies()))
                    .toList();
        }

        /** In turns some hundred entries of little time, in which state comes together, and as many of much. */
        Consumer<TestDriver> nextInPhases(int i) {
            longest = (i >>> 8) % 2 == 0 ? 4 : 9;
            return next(i);
        }

        Consumer<TestDriver> next(int i) {
            nowMs +=
                    List.of(0L, 1L, 20L, 1_000L, 60_000L, 3_600_000L, DAY_MS).get(Math.min(6, random.nextInt(longest)));
            int what = random.nextInt(20);
            if (what == 0) {
                long ms = nowMs;
                return d -> d.tick(Instant.ofEpochMilli(ms));
            } else if (what == 1) {
                Duration by = Duration.ofMillis(1L << random.nextInt(28));
                return d -> d.advance(by);
            } else if (what < 6 && !open.isEmpty()) {
                Asked<?> asked = open.remove(random.nextInt(open.size()));
                Reputation answer = new Reputation(random.nextInt(20));
                return d -> d.reply(DEVICES, asked, answer);
            }
            return event(inputs.get(random.nextInt(inputs.size())));
        }

        private Consumer<TestDriver> event(Input<?> input) {
            long ms = switch (random.nextInt(20)) {
                case 0 -> nowMs + 40 * DAY_MS; // is set aside
                case 1, 2, 3 -> nowMs - 1 - random.nextInt(100_000);
                default -> nowMs;
            };
            String country = random.nextBoolean() ? "AT" : "DE";
            if (input.equals(PAYMENTS) || input.equals(REFUNDS)) {
                @SuppressWarnings("unchecked") // both are
                Input<Payment> payments = (Input<Payment>) input;
                Payment p = new Payment(
                        random.nextInt(4), random.nextInt(3), (random.nextInt(8) - 1) * 20_000L, country, ms);
                return d -> d.send(payments, p);
            } else if (input.equals(PROFILES)) {
                Profile p = new Profile(random.nextInt(4), random.nextInt(100), random.nextInt(4) == 0);
                return d -> d.send(PROFILES, p);
            } else if (input.equals(RULES)) {
                Rules rules = new Rules(random.nextInt(100_000));
                return d -> d.send(RULES, rules);
            }
            assertEquals(RATES, input, "an input without events here");
            Rate rate = new Rate(country, random.nextInt(3), ms);
            return d -> d.send(RATES, rate);
        }

        void asked(TestDriver driver) {
            if (topology.outputs().contains(DEVICES.requests())) {
                open.addAll(driver.asked(DEVICES));
            }
        }

        void asked(TestDriver unbroken, TestDriver killed) {
            if (topology.outputs().contains(DEVICES.requests())) {
                List<Asked<CatalogueSnippets.Device>> asked = unbroken.asked(DEVICES);
                assertEquals(asked.toString(), killed.asked(DEVICES).toString(), "requests");
                open.addAll(asked);
            }
        }
    }

    // ---- what cannot be restored

    private static Topology two(String first, int horizonMs, boolean second) {
        return Millrace.topology("two", t -> {
            t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .dedupe(first, Duration.ofMillis(horizonMs))
                    .to(CatalogueSnippets.PASSED);
            if (second) {
                t.from(PAYMENTS)
                        .keyBy(Payment::terminal)
                        .dedupe("by-terminal", Duration.ofMinutes(1))
                        .to(CatalogueSnippets.REPEATED);
            }
        });
    }

    private static byte[] snapshotOfTwo() {
        return TestDriver.of(two("by-card", 10, true), OPTIONS)
                .send(PAYMENTS, new Payment(1, 2, 3, "AT", 5))
                .snapshot();
    }

    private static String refused(Topology topology, PlanOptions options, byte[] snapshot) {
        return assertThrows(StateException.class, () -> TestDriver.restore(topology, options, snapshot))
                .getMessage();
    }

    @Test
    void shouldRefuseAnOperatorThatWasRenamedIsMissingOrHasChangedByItsName() {
        byte[] snapshot = snapshotOfTwo();
        String renamed = refused(two("per-card", 10, true), OPTIONS, snapshot);
        assertTrue(renamed.contains("dedupe 'by-card' is in the snapshot, but is now gone or renamed"), renamed);
        assertTrue(renamed.contains("dedupe 'per-card' is new and is not in the snapshot"), renamed);
        String missing = refused(two("by-card", 10, false), OPTIONS, snapshot);
        assertTrue(missing.contains("dedupe 'by-terminal' is in the snapshot, but is now gone or renamed"), missing);
        String changed = refused(two("by-card", 11, true), OPTIONS, snapshot);
        assertTrue(
                changed.contains("dedupe 'by-card' has changed: its setting 'horizon' was PT0.01S and is PT0.011S"),
                changed);
        assertTrue(changed.contains("run the topology that was saved, replay the log"), changed);
        byte[] fewer = TestDriver.of(two("by-card", 10, false), OPTIONS).snapshot();
        String added = refused(two("by-card", 10, true), OPTIONS, fewer);
        assertTrue(added.contains("dedupe 'by-terminal' is new"), added);
    }

    @Test
    void shouldTakeAnOperatorWithoutANameThatStandsOnAnotherLine() {
        Topology one = Millrace.topology(
                "lines", t -> t.from(PAYMENTS).filter(p -> p.card() > 0).to(CatalogueSnippets.PASSED));
        Topology other = Millrace.topology(
                "lines", t -> t.from(PAYMENTS).filter(p -> p.card() > 0).to(CatalogueSnippets.PASSED));
        byte[] snapshot = TestDriver.of(one, OPTIONS)
                .send(PAYMENTS, new Payment(1, 2, 3, "AT", 5))
                .snapshot();
        assertEquals(1, TestDriver.restore(other, OPTIONS, snapshot).nextSequence());
    }

    @Test
    void shouldRefuseAnotherSeedBudgetOrMissingDigests() {
        byte[] snapshot = snapshotOfTwo();
        Topology same = two("by-card", 10, true);
        String seed = refused(same, OPTIONS.withHashSeed(1), snapshot);
        assertTrue(seed.contains("use the seed of the log"), seed);
        String budget = refused(same, OPTIONS.withStateBytes(3 << 20), snapshot);
        assertTrue(budget.contains("when its state was saved, and now it is"), budget);
        TestDriver none = TestDriver.of(same, OPTIONS.withDigest(DigestOptions.NONE));
        String digests = refused(same, OPTIONS, none.snapshot());
        assertTrue(digests.contains("it was saved without digests"), digests);
        TestDriver.restore(same, OPTIONS.withDigest(DigestOptions.NONE), snapshot);
    }

    /** Each byte in the beginning, and many behind; whatever is wrong, it is said at once. */
    @Test
    void shouldRefuseADamagedSnapshot() {
        byte[] snapshot = snapshotOfTwo();
        Topology topology = two("by-card", 10, true);
        Random random = new Random(5);
        for (int i = 0; i < 150; i++) {
            byte[] damaged = snapshot.clone();
            damaged[random.nextInt(snapshot.length)] ^= (byte) (1 << random.nextInt(8));
            refused(topology, OPTIONS, damaged);
            refused(topology, OPTIONS, Arrays.copyOf(snapshot, random.nextInt(snapshot.length)));
        }
        TestDriver.restore(topology, OPTIONS, snapshot);
    }
}
