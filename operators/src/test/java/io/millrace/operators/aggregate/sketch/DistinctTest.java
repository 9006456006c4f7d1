package io.millrace.operators.aggregate.sketch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Panes;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Different values, counted and estimated. */
class DistinctTest {
    private static List<long[]> values(Random random, int n, long span) {
        List<long[]> values = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            long value = span == 0 ? random.nextLong() : Math.floorMod(random.nextLong(), span);
            values.add(new long[] {random.nextInt(50) == 0 ? Long.MIN_VALUE + value : value});
        }
        return values;
    }

    private static int different(List<long[]> values) {
        Set<Long> set = new HashSet<>();
        values.forEach(v -> set.add(v[0]));
        return set.size();
    }

    @Test
    void shouldBeExactUpToTheBoundAndOneMoreBeyondIt() {
        boolean[] exceeded = {false};
        int cases = Seeds.each(0, 800, "agreeOnDistinct(%d)", seed -> exceeded[0] |= agreeOnDistinct((int) seed));
        assertTrue(cases < 800 || exceeded[0]);
    }

    private static boolean agreeOnDistinct(int seed) {
        boolean exceeded = false;
        Random random = new Random(seed * 13L);
        int atMost = 1 + random.nextInt(40);
        Aggregate distinct = Sketches.distinct(atMost);
        List<long[]> values = values(random, random.nextInt(120), 1 + random.nextInt(60));
        int due = Math.min(different(values), atMost + 1);
        exceeded |= due > atMost;
        assertEquals(
                due,
                Panes.result(distinct, new Panes(distinct.fold(), random).of(values))
                        .asLong(),
                "seed " + seed);
        return exceeded;
    }

    @Test
    void shouldKeepTheSameRegistersInWhateverOrderAndPanes() {
        Seeds.each(0, 300, "agreeOnRegisters(%d)", seed -> agreeOnRegisters((int) seed));
    }

    private static void agreeOnRegisters(int seed) {
        Random random = new Random(seed * 7L);
        HyperLogLogFold fold = new HyperLogLogFold(4 + random.nextInt(9));
        List<long[]> values = values(random, random.nextInt(3000), random.nextInt(2000));
        long[] atOnce = new Panes(fold, random).atOnce(values);
        Collections.shuffle(values, random);
        assertArrayEquals(atOnce, new Panes(fold, random).of(values));
    }

    /** 1.04 / sqrt(m) is the standard error: the root mean square of many estimates is near it, none is far beyond it. */
    @Test
    void shouldEstimateWithinTheErrorThatIsPromised() {
        for (int precision : new int[] {4, 8, 11, 12}) {
            double error = 1.04 / Math.sqrt(1 << precision);
            for (int n : new int[] {1, 10, 100, 1_000, 3_000, 10_000, 40_000}) {
                double squares = 0;
                int runs = 40;
                for (int run = 0; run < runs; run++) {
                    double off = Math.abs(estimate(precision, n, run) - n) / (double) n;
                    assertTrue(off <= Math.max(5 * error, 0.5 / n), precision + " bits: off by " + off + " of " + n);
                    squares += off * off;
                }
                double rms = Math.sqrt(squares / runs);
                assertTrue(rms <= 1.35 * error, precision + " bits: " + rms + " at " + n + ", promised " + error);
            }
        }
    }

    private static long estimate(int precision, int n, int run) {
        HyperLogLogFold fold = new HyperLogLogFold(precision);
        long[] summary = new long[fold.summaryLongs()];
        Random random = new Random(run * 1_000_003L + n);
        long first = random.nextLong();
        long step = random.nextBoolean() ? 1 : random.nextLong() | 1;
        long[] value = new long[1];
        for (int i = 0; i < n; i++) {
            value[0] = first + i * step;
            fold.add(summary, 0, value, 0);
        }
        return Panes.result(Sketches.distinctAbout(precision), summary).asLong();
    }

    @Test
    void shouldBeNearlyExactForSmallNumbers() {
        for (int n = 0; n < 20; n++) {
            assertEquals(n, estimate(11, n, 1), 1);
        }
        assertEquals(0, estimate(11, 0, 1));
    }

    /** Estimates are part of what a log gives: they stay as they are from release to release. */
    @Test
    void shouldHashWithAFixedSeed() {
        assertEquals(-2152535657050944081L, HyperLogLogFold.hash(0));
        assertEquals(7960286522194355700L, HyperLogLogFold.hash(0x9E3779B97F4A7C15L));
    }

    private static final char[] CHARACTERS = {'\0', '\1', 'a', 'b', 'é', '\uD800', '\uFFFF'};

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int characters = 1 + random.nextInt(CHARACTERS.length);
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(CHARACTERS[random.nextInt(characters)]);
        }
        return text.toString();
    }

    @Test
    void shouldCountTextsAsASetOfThemDoes() {
        Seeds.each(0, 400, "agreeOnTexts(%d)", DistinctTest::agreeOnTexts);
    }

    private static void agreeOnTexts(long seed) {
        Random random = new Random(seed * 17);
        int most = 1 + random.nextInt(13);
        int atMost = 1 + random.nextInt(40);
        Aggregate distinct = Sketches.distinctTexts(most, atMost);
        Argument[] parts = Sketches.texts((String s) -> s, most);
        Set<String> texts = new HashSet<>();
        List<long[]> values = new ArrayList<>();
        try {
            for (int n = random.nextInt(120); n > 0; n--) {
                String text = text(random, random.nextInt(most + 1));
                texts.add(text);
                long[] value = new long[parts.length];
                for (int i = 0; i < parts.length; i++) {
                    value[i] = parts[i].bits(text);
                }
                values.add(value);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertEquals(
                Math.min(texts.size(), atMost + 1),
                Panes.result(distinct, new Panes(distinct.fold(), random).of(values))
                        .asLong());
    }

    record Said(@Length(16) String text, long ns) {}

    record Number(long n) {}

    static final class Texts extends Aggregates<Said> {
        final LongValue texts = distinctText(Said::text, 5, 10);
    }

    static final class TextsBack extends LookBack<Said> {
        final Aggregates.LongValue texts = last(Duration.ofNanos(100)).distinctText(Said::text, 5, 10);
    }

    @Test
    void shouldMakeADeadLetterOfATextThatIsTooLong() {
        Input<Said> in = Input.of("in", Said.class).eventTime(Said::ns, TimeUnit.NANOSECONDS);
        Output<Number> out = Output.of("out", Number.class);
        Output<Number> back = Output.of("back", Number.class);
        TestDriver driver = TestDriver.of(Millrace.topology("t", t -> {
            var said = t.from(in).keyBy(s -> 0);
            said.window("w", Window.tumbling(Duration.ofNanos(100)).emitOnUpdate())
                    .aggregate(Texts::new)
                    .to(out, a -> new Number(a.texts.get()));
            said.lookBack("l", TextsBack::new).to(back, a -> new Number(a.texts.get()));
        }));
        for (String text : List.of("12345", "123456", "1234", "12345", "", "12346")) {
            driver.send(in, new Said(text, 1));
        }
        List<Number> counts = List.of(new Number(1), new Number(2), new Number(2), new Number(3), new Number(4));
        assertEquals(counts, driver.take(out));
        assertEquals(counts, driver.take(back));
        assertEquals(2, driver.deadLetters().size());
        assertTrue(driver.deadLetters().get(0).toString().contains("6 characters, and 5 are kept"));
    }

    @Test
    void shouldTellTextsApartByAFixedHash() {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            hashes.add(TextHash.hash("#" + Integer.toString(i, 36)));
            hashes.add(TextHash.hash("\0".repeat(i % 300) + (char) (i / 300)));
        }
        assertEquals(400_000, hashes.size());
        assertEquals(TextHash.hash("abc"), TextHash.hash(new StringBuilder("abc")));
        assertEquals(7192185014346937746L, TextHash.hash(""));
        assertEquals(-275263394103209495L, TextHash.hash("AT"));
    }

    /** Beginnings of one to three characters, and what they have in common behind them. */
    @Test
    void shouldTellTextsOfDifferentLengthsApartThatEndAlike() {
        for (int rest = 0; rest < 100; rest++) {
            Set<String> texts = new HashSet<>();
            for (char first = '!'; first < '~'; first++) {
                texts.add(first + "x".repeat(rest));
                for (char second : new char[] {'A', 'm', '0', 'x'}) {
                    texts.add("" + first + second + "x".repeat(rest));
                    texts.add("" + first + second + "y" + "x".repeat(rest));
                }
            }
            Set<Long> hashes = new HashSet<>();
            texts.forEach(text -> hashes.add(TextHash.hash(text)));
            assertEquals(texts.size(), hashes.size(), "behind them " + rest);
        }
        String rest = "0123456789012345678901234567890123456789012345";
        assertNotEquals(TextHash.hash("0A" + rest), TextHash.hash("n" + rest));
    }

    @Test
    void shouldRefuseBoundsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinct(0));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinct(1_001));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctTexts(0, 1));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctTexts(256, 1));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctTexts(1, 0));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctTexts(40, 1_000));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctTexts(255, 128));
        assertEquals(1 + 127 * 64, Sketches.distinctTexts(255, 127).fold().summaryLongs());
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctAbout(3));
        assertThrows(IllegalArgumentException.class, () -> Sketches.distinctAbout(13));
    }
}
