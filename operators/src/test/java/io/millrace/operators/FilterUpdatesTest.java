package io.millrace.operators;

import static io.millrace.operators.LookUpTest.PAYMENTS;
import static io.millrace.operators.LookUpTest.PROFILES;
import static io.millrace.operators.LookUpTest.SEEN;
import static io.millrace.operators.LookUpTest.payment;
import static io.millrace.operators.LookUpTest.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Output;
import io.millrace.operators.LookUpTest.Profile;
import io.millrace.operators.LookUpTest.Seen;
import io.millrace.operators.LookUpUpdatesTest.Retract;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a filter does with entries that change earlier ones: behind it lives the row that passes, or none. */
class FilterUpdatesTest {
    private static final Output<Profile> ROWS = Output.of("rows", Profile.class);

    private static TestDriver driver(UnaryOperator<EventStream<Profile>> words) {
        return TestDriver.of(Millrace.topology("filter", t -> {
            EventStream<Profile> rows = words.apply(t.from(PROFILES).via("retract", new Retract()));
            rows.to(ROWS);
            t.from(PAYMENTS)
                    .keyBy(LookUpTest.Payment::card)
                    .lookup("profile", t.table("profiles", rows.keyBy(Profile::card)))
                    .to(SEEN, LookUpTest.SEE);
        }));
    }

    private static List<String> forms(TestDriver driver) {
        List<String> forms =
                driver.metas(ROWS).stream().map(m -> m.form().name()).toList();
        driver.take(ROWS);
        return forms;
    }

    @Test
    void shouldTakeTheOldRowBackWhenItsReplacementDoesNotPass() {
        TestDriver driver = driver(rows -> rows.filter(p -> p.mean() <= 200));
        driver.send(PROFILES, profile(1, 5)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 300)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 150)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, true, 5), new Seen(1, false, -1), new Seen(1, true, 150)), driver.take(SEEN));
        assertEquals(List.of("INSERT", "RETRACTION", "REPLACEMENT"), forms(driver));
    }

    @Test
    void shouldLetARetractionThroughFurtherFilters() {
        TestDriver driver = driver(rows -> rows.filter(p -> p.mean() <= 200).filter(p -> p.mean() <= 100));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 300)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, false, -1)), driver.take(SEEN));
        assertEquals(List.of("INSERT", "RETRACTION"), forms(driver));
    }

    @Test
    void shouldLetARetractionThroughThoughTheConditionThrowsForIt() {
        boolean[] throwing = {false};
        TestDriver driver = driver(rows -> rows.filter(p -> p.mean() <= 200).filter(p -> {
            if (throwing[0]) {
                throw new IllegalStateException("on purpose");
            }
            return true;
        }));
        driver.send(PROFILES, profile(1, 5));
        throwing[0] = true;
        driver.send(PROFILES, profile(1, 300)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, false, -1)), driver.take(SEEN));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldDropAnInsert() {
        TestDriver driver = driver(rows -> rows.filter(p -> p.mean() > 50));
        driver.send(PROFILES, profile(1, 5));
        assertEquals(List.of(), forms(driver));
    }

    /** The oracle keeps the last row of each key and asks the conditions when it is wanted. */
    @Test
    void shouldShowTheLastRowWhenItPassesAndElseNone() {
        Seeds.each(3, 10, "showTheLastRow(%d)", FilterUpdatesTest::showTheLastRow);
    }

    private static void showTheLastRow(long seed) {
        TestDriver driver = driver(rows -> rows.filter(p -> p.mean() % 2 == 0).filter(p -> p.mean() % 3 == 0));
        Map<Long, Long> last = new HashMap<>();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            long card = random.nextInt(5);
            if (random.nextBoolean()) {
                long mean = random.nextInt(5) == 0 ? -1 - random.nextInt(9) : 101 + random.nextInt(30);
                last.put(card, mean);
                driver.send(PROFILES, profile(card, mean));
            } else {
                driver.send(PAYMENTS, payment(card));
                long mean = last.getOrDefault(card, -1L);
                boolean passes = mean > 0 && mean % 6 == 0;
                assertEquals(List.of(new Seen(card, passes, passes ? mean : -1)), driver.take(SEEN), "step " + i);
            }
        }
    }
}
