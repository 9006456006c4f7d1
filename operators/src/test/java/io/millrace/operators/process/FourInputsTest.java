package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A process of four inputs of different types: each has its handler, all share the state of a key, in the canonical order. */
class FourInputsTest {
    record First(long key, long timeNs) {}

    record Second(long key, long timeNs, long number) {}

    record Third(@Length(4) String text, long key, long timeNs) {}

    record Fourth(long timeNs, long key, boolean fails) {}

    record Said(long key, long digits, long timeNs) {}

    static final Input<First> FIRSTS = Input.of("firsts", First.class)
            .eventTime(First::timeNs, NANOSECONDS)
            .disorder(Duration.ofNanos(100));
    static final Input<Second> SECONDS = Input.of("seconds", Second.class)
            .eventTime(Second::timeNs, NANOSECONDS)
            .disorder(Duration.ofNanos(100));
    static final Input<Third> THIRDS = Input.of("thirds", Third.class)
            .eventTime(Third::timeNs, NANOSECONDS)
            .disorder(Duration.ofNanos(100));
    static final Input<Fourth> FOURTHS = Input.of("fourths", Fourth.class)
            .eventTime(Fourth::timeNs, NANOSECONDS)
            .disorder(Duration.ofNanos(100));
    static final Output<Said> SAID = Output.of("said", Said.class);

    /** Writes down which input came when, as digits; the first input sets two timers for the same moment, the fourth stops one. */
    static class Four extends KeyedProcess {
        final LongState digits = longState("digits");
        final Timer one = timer("one", () -> say(-digits.get()));
        final Timer two = timer("two", () -> say(-1_000_000_000 - digits.get()));
        final Emit<Said> said = emits("said", Said.class);

        Four(On<First> firsts, On<Second> seconds, On<Third> thirds, On<Fourth> fourths) {
            on(firsts, f -> {
                came(1);
                one.at(f.timeNs() + 10);
                two.at(f.timeNs() + 10);
            });
            on(seconds, s -> came(2));
            on(thirds, t -> came(3));
            on(fourths, this::fourth);
        }

        private void fourth(Fourth f) {
            one.cancel();
            came(4);
            if (f.fails()) {
                throw new IllegalStateException("on purpose");
            }
        }

        private void came(int digit) {
            digits.set(digits.get() * 10 + digit);
            say(digits.get());
        }

        private void say(long what) {
            said.emit(new Said(key(), what, nowNs()));
        }
    }

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("four", topology));
    }

    private static void ofFourInputs(TopologyBuilder t) {
        t.from(FIRSTS)
                .keyBy(First::key)
                .process(
                        "four",
                        Duration.ofDays(1),
                        t.from(SECONDS).keyBy(Second::key),
                        t.from(THIRDS).keyBy(Third::key),
                        t.from(FOURTHS).keyBy(Fourth::key),
                        Four::new)
                .out(f -> f.said)
                .to(SAID);
    }

    @Test
    void shouldCallTheHandlerOfEachInputWithTheStateOfItsKey() {
        TestDriver driver = driver(FourInputsTest::ofFourInputs);
        driver.send(THIRDS, new Third("a", 2, 0)).send(FIRSTS, new First(1, 1)).send(SECONDS, new Second(1, 2, 0));
        driver.send(FOURTHS, new Fourth(3, 2, false)).send(THIRDS, new Third("b", 1, 4));
        assertEquals(
                List.of(
                        new Said(2, 3, 0),
                        new Said(1, 1, 1),
                        new Said(1, 12, 2),
                        new Said(2, 34, 3),
                        new Said(1, 123, 4)),
                driver.take(SAID));
    }

    @Test
    void shouldFireWhatIsDueWhenTheSlowestInputHasPassedIt() {
        TestDriver driver = driver(FourInputsTest::ofFourInputs);
        driver.send(FIRSTS, new First(1, 0)).take(SAID);
        driver.send(SECONDS, new Second(9, 300, 0)).send(THIRDS, new Third("", 9, 300));
        driver.send(FOURTHS, new Fourth(300, 9, false)).take(SAID);
        driver.send(FIRSTS, new First(7, 400));
        assertEquals(
                List.of(new Said(1, -1, 10), new Said(1, -1_000_000_001, 10), new Said(7, 1, 400)), driver.take(SAID));
    }

    @Test
    void shouldPutBackWhatAnInputDidThatFailed() {
        TestDriver driver = driver(FourInputsTest::ofFourInputs);
        driver.send(FIRSTS, new First(1, 0))
                .send(FOURTHS, new Fourth(1, 1, true))
                .send(FOURTHS, new Fourth(1, 2, true));
        assertEquals(List.of(new Said(1, 1, 0)), driver.take(SAID));
        assertEquals(2, driver.deadLetters().size());
        driver.advanceToNs(50);
        assertEquals(List.of(new Said(1, -1, 10), new Said(1, -1_000_000_001, 10)), driver.take(SAID), "not cancelled");
        assertEquals(1, driver.counters("four").keys);
    }

    // ---- the canonical order

    /** All four are of one type, so that one source can feed them. */
    static class Same extends KeyedProcess {
        final LongState digits = longState("digits");
        final Emit<Said> said = emits("said", Said.class);

        Same(On<First> a, On<First> b, On<First> c, On<First> d) {
            on(a, f -> came(1));
            on(b, f -> came(2));
            on(c, f -> came(3));
            on(d, f -> came(4));
        }

        private void came(int digit) {
            digits.set(digits.get() * 10 + digit);
            said.emit(new Said(key(), digits.get(), nowNs()));
        }
    }

    private static List<Long> digitsOf(int eventsOfAnEntry) {
        TestDriver driver = driver(t -> {
            KeyedStream<First> firsts = t.from(FIRSTS)
                    .flatMap(First.class, 3, (f, out) -> {
                        for (int i = 0; i < eventsOfAnEntry; i++) {
                            out.emit(f);
                        }
                    })
                    .keyBy(First::key);
            // forks in another order than the inputs
            KeyedStream<First> fourth = firsts.map(First.class, f -> f);
            KeyedStream<First> third = firsts.filter(f -> true);
            firsts.peek(f -> {})
                    .process("same", Duration.ofDays(1), firsts, third, fourth, Same::new)
                    .out(s -> s.said)
                    .to(SAID);
        });
        driver.send(FIRSTS, new First(1, 0));
        return driver.take(SAID).stream().map(Said::digits).toList();
    }

    @Test
    void shouldTakeWhatOneEventCausesInputAfterInput() {
        assertEquals(List.of(1L, 12L, 123L, 1234L), digitsOf(1));
    }

    @Test
    void shouldTakeAllOfAnInputBeforeTheNextWhereAnEntryBringsSeveral() {
        List<Long> digits = digitsOf(2);
        assertEquals(8, digits.size());
        assertEquals(11_223_344L, digits.get(7));
    }

    // ---- against a plain oracle

    @Test
    void shouldAgreeWithAMapOfDigits() {
        Seeds.each(0, 20, "agree(%d)", seed -> agree((int) seed));
    }

    private static void agree(int seed) {
        Random random = new Random(seed);
        TestDriver driver = driver(FourInputsTest::ofFourInputs);
        long[] digits = new long[5];
        List<Said> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int key = random.nextInt(digits.length);
            int input = 2 + random.nextInt(3);
            boolean fails = input == 4 && random.nextInt(3) == 0;
            switch (input) {
                case 2 -> driver.send(SECONDS, new Second(key, i, i));
                case 3 -> driver.send(THIRDS, new Third("t", key, i));
                default -> driver.send(FOURTHS, new Fourth(i, key, fails));
            }
            if (!fails) {
                digits[key] = digits[key] * 10 + input;
                expected.add(new Said(key, digits[key], i));
            }
        }
        assertEquals(expected, driver.take(SAID));
        assertTrue(driver.deadLetters().size() > 10);
    }
}
