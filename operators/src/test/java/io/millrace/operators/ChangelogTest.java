package io.millrace.operators;

import static io.millrace.operators.LookUpTest.PROFILES;
import static io.millrace.operators.LookUpTest.profile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.View;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.LookUpTest.Profile;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of a table that carry what they take back, and the words that need them: those which make something of a row's content. */
class ChangelogTest {
    record Row(long card, long mean) {}

    private static final Output<Row> ROWS = Output.of("rows", Row.class);

    /** The sum of the means of a card, replaced at each row. */
    static final class Sums extends Aggregates<Profile> {
        final LongValue card = longKey();
        final LongValue sum = sum(Profile::mean);
    }

    private static KeyedStream<Row> sums(TopologyBuilder t) {
        return t.from(PROFILES)
                .keyBy(Profile::card)
                .window("sums", Window.global().emitOnUpdate())
                .aggregate(Sums::new)
                .map(Row.class, s -> new Row(s.card.get(), s.sum.get()));
    }

    private static TestDriver driver(Function<KeyedStream<Row>, EventStream<Row>> words) {
        return TestDriver.of(
                Millrace.topology("changes", t -> words.apply(sums(t)).to(ROWS)));
    }

    /** Each change as {@code +card:mean} or {@code -card:mean}. */
    private static String told(TestDriver driver) {
        List<Meta> metas = driver.metas(ROWS);
        List<Row> rows = driver.take(ROWS);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            char sign = switch (metas.get(i).form()) {
                case INSERT -> '+';
                case RETRACTION -> '-';
                case REPLACEMENT -> '=';
            };
            text.append(sign).append(rows.get(i).card()).append(':');
            text.append(rows.get(i).mean()).append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void shouldTakeTheOldRowBackThenInsertTheNewOne() {
        TestDriver driver = driver(s -> s.changelog("changes"));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(2, 7)).send(PROFILES, profile(1, 2));
        assertEquals("+1:5 +2:7 -1:5 +1:7", told(driver));
    }

    @Test
    void shouldSayNothingOfARowThatDidNotChange() {
        TestDriver driver = driver(s -> s.changelog("changes"));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 0));
        assertEquals("+1:5", told(driver));
    }

    @Test
    void shouldCarryTheRowThatItHoldsWhereARowIsTakenBackByKey() {
        TestDriver driver = driver(s -> s.filter(r -> r.mean() < 10).changelog("changes"));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 6)).send(PROFILES, profile(1, 1));
        driver.send(PROFILES, profile(1, -9));
        assertEquals("+1:5 -1:5 +1:3", told(driver));
    }

    @Test
    void shouldRefuseARowOfANewKeyAtTheBound() {
        TestDriver driver = driver(s -> s.keysAtMost(1).changelog("changes"));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(2, 7)).send(PROFILES, profile(1, 1));
        assertEquals("+1:5 -1:5 +1:6", told(driver));
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
    }

    // ---- the words that need it

    @Test
    void shouldMoveARowToAnotherKey() {
        TestDriver driver = driver(s -> s.changelog("changes").keyBy(r -> r.mean() / 10));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 6));
        assertEquals("+1:5 -1:5 +1:11", told(driver));
    }

    /** A filter and a map behind a changelog ask again for what is taken back: what did not pass is not taken back either. */
    @Test
    void shouldTakeBackOnlyWhatHasPassed() {
        TestDriver driver = driver(s -> s.changelog("changes")
                .filter(r -> r.mean() != 5)
                .map(Row.class, r -> new Row(r.card() / (r.mean() - 6), r.mean()))
                .keyBy(Row::card));
        driver.send(PROFILES, profile(4, 5)); // does not pass
        driver.send(PROFILES, profile(4, 1)); // is divided by zero
        assertEquals(1, driver.deadLetters().size());
        driver.send(PROFILES, profile(4, 2)).send(PROFILES, profile(4, 1));
        assertEquals("+2:8 -2:8 +1:9", told(driver));
    }

    private static void several(Row row, Emitter<Row> out) {
        for (long i = 0; i < row.mean() % 4; i++) {
            out.emit(new Row(row.card() * 10 + i, row.mean()));
        }
    }

    /** Three rows, then one: two of them must go. */
    @Test
    void shouldTakeBackEachRowThatWasMadeOfTheOneBefore() {
        TestDriver driver = driver(s -> s.changelog("changes").flatMap(Row.class, 3, ChangelogTest::several));
        driver.send(PROFILES, profile(1, 3)).send(PROFILES, profile(1, 2));
        assertEquals("+10:3 +11:3 +12:3 -10:3 -11:3 -12:3 +10:5", told(driver));
    }

    /** Words that make something of the content of a row which decides where it goes. */
    enum Word {
        KEY_BY(s -> s.keyBy(Row::mean)),
        KEY_BY_TWO(s -> s.keyBy(Row::mean, Row::card)),
        KEY_BY_TEXT(s -> s.keyByText(r -> "" + r.mean())),
        FLAT_MAP(s -> s.flatMap(Row.class, 3, ChangelogTest::several)),
        FLAT_MAP_IN_PLACE(s -> s.flatMap(FlatType.FLAT, 3, (row, out) -> {})),
        BEHIND_OTHER_WORDS(
                s -> s.filter(r -> r.mean() > 0).map(Row.class, r -> r).keyBy(Row::mean)),
        OF_A_JOIN(
                s -> s.tableJoin("pairs", s, JoinKind.INNER).keyBy(j -> j.left().mean())),
        OF_DELETES(s -> s.deleteWhen(r -> r.mean() == 0).keyBy(Row::mean)),
        OF_TWO_KEYS(
                s -> s.merge(s.changelog("changes").keyBy(Row::card, Row::mean)).keyBy(Row::mean)),
        OF_A_KEY_AND_NONE(s -> without(s).merge(s).keyBy(Row::mean)),
        BEHIND_A_MERGE(s -> without(s).merge(s).filter(r -> r.mean() > 0).keyBy(Row::mean)),
        FLAT_MAP_OF_A_MERGE(s -> without(s).merge(s).flatMap(Row.class, 3, ChangelogTest::several));

        /** The changes of a table, without a key. */
        private static EventStream<Row> without(KeyedStream<Row> rows) {
            return rows.changelog("changes")
                    .keyBy(Row::card)
                    .merge(rows.changelog("more").keyBy(Row::card, Row::mean));
        }

        private final Consumer<KeyedStream<Row>> word;

        Word(Consumer<KeyedStream<Row>> word) {
            this.word = word;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseUpdatesByKeyInFrontOfWordsThatNeedTheRowTakenBack(Word word) {
        TopologyException thrown = assertThrows(
                TopologyException.class, () -> Millrace.topology("changes", t -> word.word.accept(sums(t))));
        String problem = thrown.problems().get(0);
        assertTrue(
                problem.contains("accepts only updates that carry the row which they retract, but ")
                        && problem.contains("put changelog(name) in "),
                problem);
    }

    /** Each cure is one that is there: a changelog needs the key, and not all that sends updates is a window. */
    @Test
    void shouldNameOnlyCuresThatThereAre() {
        String deletes = problem(t -> deletes(t).keyBy(Profile::mean));
        assertTrue(deletes.endsWith("; put changelog(name) in between"), deletes);
        String merged = problem(t -> t.from(PROFILES).merge(deletes(t)).keyBy(Profile::mean));
        assertTrue(merged.contains("; put changelog(name) in front of merge@"), merged);
        for (Window of : List.of(
                Window.tumbling(Duration.ofSeconds(1)), Window.count(3), Window.slidingCount(4, 2), Window.global())) {
            String window = problem(t -> keyBySum(t, of.emitOnUpdate()));
            assertTrue(
                    window.endsWith("; put changelog(name) in between, or make the window from which the "
                            + "rows come retracting()"),
                    window);
            Millrace.topology(
                    "cured",
                    t -> keyBySum(t, of.emitOnUpdate().retracting())
                            .map(Row.class, s -> new Row(s.card.get(), s.sum.get()))
                            .to(ROWS));
        }
        Millrace.topology(
                "cured",
                t -> t.from(PROFILES)
                        .merge(deletes(t).changelog("changes"))
                        .keyBy(Profile::mean)
                        .to(Output.of("cured", Profile.class)));
    }

    private static KeyedStream<Sums> keyBySum(TopologyBuilder t, Window window) {
        return t.from(PROFILES)
                .keyBy(Profile::card)
                .window("sums", window)
                .aggregate(Sums::new)
                .filter(s -> s.sum.get() > 0)
                .keyBy(s -> s.sum.get());
    }

    private static KeyedStream<Profile> deletes(TopologyBuilder t) {
        return t.from(PROFILES).keyBy(Profile::card).deleteWhen(p -> p.mean() == 0);
    }

    private static String problem(Consumer<TopologyBuilder> words) {
        return assertThrows(TopologyException.class, () -> Millrace.topology("changes", words))
                .problems()
                .get(0);
    }

    /** Of all events there is no key to keep rows by: only the window itself can take back what it told. */
    @Test
    void shouldNameTheCureForResultsOfAllEvents() {
        Window onUpdate = Window.global().emitOnUpdate();
        assertEquals(1, build(onUpdate.retracting()));
        TopologyException thrown = assertThrows(TopologyException.class, () -> build(onUpdate));
        assertTrue(thrown.getMessage().contains("make its window retracting()"), thrown.getMessage());
    }

    static final class Sum extends Aggregates<Profile> {
        final LongValue sum = sum(Profile::mean);
    }

    private static int build(Window window) {
        return Millrace.topology(
                                "all",
                                t -> t.from(PROFILES)
                                        .window("sum", window)
                                        .aggregate(Sum::new)
                                        .map(Row.class, s -> new Row(0, s.sum.get()))
                                        .keyBy(Row::mean)
                                        .to(ROWS))
                        .nodes()
                        .stream()
                        .anyMatch(n -> n.word().equals("keyBy"))
                ? 1
                : 0;
    }

    @Test
    void shouldTakeWhatAWindowTakesBackItself() {
        TestDriver driver = TestDriver.of(Millrace.topology(
                "changes",
                t -> t.from(PROFILES)
                        .keyBy(Profile::card)
                        .window("sums", Window.global().emitOnUpdate().retracting())
                        .aggregate(Sums::new)
                        .map(Row.class, s -> new Row(s.card.get(), s.sum.get()))
                        .keyBy(Row::mean)
                        .to(ROWS)));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(1, 6));
        assertEquals("+1:5 -1:5 +1:11", told(driver));
    }

    // ---- the twin

    /** A view of rows by another key, against a list of sums. */
    @Test
    void shouldShowNoRowThatIsNotThere() {
        Seeds.each(3, 5, "shows(%d)", ChangelogTest::shows);
    }

    private static void shows(long seed) {
        View<Row> view = View.of(ROWS);
        Map<Long, Long> sums = new HashMap<>();
        Random random = new Random(seed);
        try (Inline host = Engine.of(Millrace.topology(
                        "changes",
                        t -> sums(t).filter(r -> r.mean() % 5 != 0)
                                .changelog("changes")
                                .filter(r -> r.mean() % 3 != 0)
                                .flatMap(Row.class, 3, ChangelogTest::several)
                                .keyBy(r -> r.card() + 100 * r.mean())
                                .to(ROWS)))
                .output(ROWS, view)
                .inline()) {
            for (int i = 0; i < 300; i++) {
                long card = random.nextInt(4);
                long mean = random.nextInt(7) - 3;
                sums.merge(card, mean, Long::sum);
                host.publish(PROFILES, profile(card, mean));
                host.doWork(0);
                assertEquals(expected(sums), shown(view), "step " + i);
            }
        }
    }

    private static List<Row> expected(Map<Long, Long> sums) {
        Map<Long, Row> rows = new TreeMap<>();
        sums.forEach((card, sum) -> {
            for (long i = 0; sum % 5 != 0 && sum % 3 != 0 && i < sum % 4; i++) {
                rows.put(card * 10 + i + 100 * sum, new Row(card * 10 + i, sum));
            }
        });
        return new ArrayList<>(rows.values());
    }

    private static List<Row> shown(View<Row> view) {
        Map<Long, Row> rows = new TreeMap<>();
        view.all().rows().forEach(r -> rows.put(r.card() + 100 * r.mean(), r));
        return new ArrayList<>(rows.values());
    }
}
