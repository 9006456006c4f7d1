package io.millrace.operators;

import static io.millrace.operators.FlatType.FLAT;
import static io.millrace.operators.LookUpTest.PAYMENTS;
import static io.millrace.operators.LookUpTest.PROFILES;
import static io.millrace.operators.LookUpTest.SEEN;
import static io.millrace.operators.LookUpTest.payment;
import static io.millrace.operators.LookUpTest.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EntryForm;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.LookUpTest.Profile;
import io.millrace.operators.LookUpTest.Seen;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a retraction for which user code throws: the row that it takes back must not stay behind the word. */
class RetractionFailuresTest {
    record Rate(long card, double perUnit) {}

    /** Has no idea of a rate of nothing. */
    record Strict(long card, double perUnit) {
        Strict {
            if (!(perUnit > 0)) {
                throw new IllegalArgumentException("a rate of " + perUnit);
            }
        }
    }

    /** As strict, by an error in place of an exception; the machine itself is well. */
    record Asserting(long card, double perUnit) {
        Asserting {
            if (!(perUnit > 0)) {
                throw new AssertionError("a rate of " + perUnit);
            }
        }
    }

    private static final Output<Rate> RATES = Output.of("rates", Rate.class);

    /** Throws for what takes a row away: those have a mean of 0. */
    private static long perUnit(Profile p) {
        return 100 / p.mean();
    }

    /** Words that call a function for what passes. */
    enum Word {
        MAP(s -> s.map(Rate.class, p -> new Rate(p.card(), perUnit(p)))),
        MAP_IN_PLACE(s -> s.map(FLAT, (p, out) -> out.set(p.card(), perUnit(p), 3, 1))),
        MAP_THEN_MAP(s ->
                s.<Object>map(p -> perUnit(p)).map(Object::toString).map(Rate.class, o -> new Rate(1, o.length()))),
        PEEK(s -> s.peek(RetractionFailuresTest::perUnit)),
        SCORE_OF_WHAT_THROWS(s ->
                score(s, Features.of(Profile.class, f -> f.add("RATE", RetractionFailuresTest::perUnit)))),
        SCORE_OF_NOTHING(s ->
                score(s, Features.of(Profile.class, f -> f.add("RATE", p -> p.mean() == 0 ? Double.NaN : 1))));

        private final Function<KeyedStream<Profile>, KeyedStream<?>> behind;

        Word(Function<KeyedStream<Profile>, KeyedStream<?>> behind) {
            this.behind = behind;
        }

        private static KeyedStream<?> score(KeyedStream<Profile> s, Features<Profile> features) {
            return s.score("score", LinearModel.intercept(1).plus("RATE", 2), features);
        }
    }

    private static <T> void lookedUp(io.millrace.dsl.TopologyBuilder t, KeyedStream<T> rows) {
        t.from(PAYMENTS)
                .keyBy(LookUpTest.Payment::card)
                .lookup("row", t.table("rows", rows))
                .to(SEEN, j -> new Seen(j.left().card(), j.hasRight(), 0));
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeARowBackThoughTheFunctionThrowsForIt(Word word) {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rates",
                t -> lookedUp(
                        t,
                        word.behind.apply(t.from(PROFILES).keyBy(Profile::card).deleteWhen(p -> p.mean() == 0)))));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(2, 5)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 0)).send(PAYMENTS, payment(1)).send(PAYMENTS, payment(2));
        assertEquals(List.of(new Seen(1, true, 0), new Seen(1, false, 0), new Seen(2, true, 0)), driver.take(SEEN));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldSendARetractionOfZeros() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rates",
                t -> t.from(PROFILES)
                        .keyBy(Profile::card)
                        .deleteWhen(p -> p.mean() == 0)
                        .to(RATES, p -> new Rate(p.card(), perUnit(p)))));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 0));
        assertEquals(EntryForm.RETRACTION, driver.metas(RATES).get(1).form());
        assertEquals(List.of(new Rate(1, 20), new Rate(0, 0)), driver.take(RATES));
    }

    /** There is no other way: a row of that type with nothing in it cannot be made. */
    @Test
    void shouldMakeADeadLetterWhereARecordRefusesZeros() {
        shouldMakeADeadLetter(Strict.class, p -> new Strict(p.card(), perUnit(p)));
        shouldMakeADeadLetter(Asserting.class, p -> new Asserting(p.card(), perUnit(p)));
    }

    private static <R extends Record> void shouldMakeADeadLetter(Class<R> row, Fn.Fn1<Profile, R> function) {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rates",
                t -> lookedUp(
                        t,
                        t.from(PROFILES)
                                .keyBy(Profile::card)
                                .deleteWhen(p -> p.mean() == 0)
                                .map(row, function))));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 0)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, true, 0)), driver.take(SEEN));
        assertEquals(Reason.OPERATOR_ERROR, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldStopWhereTheMachineFails() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rates",
                t -> t.from(PROFILES)
                        .keyBy(Profile::card)
                        .deleteWhen(p -> p.mean() == 0)
                        .peek(p -> {
                            throw new StackOverflowError("on purpose");
                        })
                        .to(RATES, p -> new Rate(p.card(), 1))));
        assertThrows(StackOverflowError.class, () -> driver.send(PROFILES, profile(1, 0)));
    }

    static final class Sums extends Aggregates<Profile> {
        final LongValue sum = sum(Profile::mean);
    }

    /** Behind a filter of results that are replaced: the oracle keeps sums. */
    @Test
    void shouldShowTheLastRowWhenItPassesAndElseNone() {
        Seeds.each(3, 10, "showTheLastRow(%d)", RetractionFailuresTest::showTheLastRow);
    }

    private static void showTheLastRow(long seed) {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "rates",
                t -> lookedUp(
                        t,
                        t.from(PROFILES)
                                .keyBy(Profile::card)
                                .window("sums", Window.global().emitOnUpdate())
                                .aggregate(Sums::new)
                                .filter(s -> s.sum.get() % 3 != 0)
                                .map(Rate.class, s -> new Rate(1, 1 / (s.sum.get() % 3)))
                                .filter(r -> r.perUnit() > 0)
                                .map(Rate.class, r -> new Rate(1, 1 / (int) r.perUnit())))));
        Map<Long, Long> sums = new HashMap<>();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            long card = random.nextInt(4);
            if (random.nextBoolean()) {
                long mean = random.nextInt(6);
                sums.merge(card, mean, Long::sum);
                driver.send(PROFILES, profile(card, mean));
            } else {
                driver.send(PAYMENTS, payment(card));
                boolean isThere = sums.getOrDefault(card, 0L) % 3 == 1;
                assertEquals(List.of(new Seen(card, isThere, 0)), driver.take(SEEN), "step " + i);
            }
        }
        assertEquals(List.of(), driver.deadLetters());
    }
}
