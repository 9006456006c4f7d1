package io.millrace.operators.window;

import static io.millrace.operators.window.Window.count;
import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.Window.slidingCount;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Unlucky;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.testkit.TestDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users write throws: a dead letter, nothing committed, and the next event is right. */
class WindowFailureTest {
    private static final Output<Told> TOLD = Output.of("told", Told.class);

    record Told(@Length(40) String text) {}

    static final class Shape extends Aggregates<Ev> {
        final LongValue count = count();
        final LongValue own = ownLong(new Unlucky<>(Ev::value));
        final LongValue sum = sum(e -> {
            if (e.value() < 0) {
                throw new IllegalArgumentException("below 0");
            }
            return e.value();
        });
    }

    private static TestDriver driver(Window window) {
        return TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(WindowSemanticsTest.IN)
                        .keyBy(Ev::key)
                        .window("w", window)
                        .aggregate(Shape::new)
                        .to(TOLD, s -> new Told(s.windowStartNs() + "=" + s.count + "/" + s.own + "/" + s.sum))));
    }

    private static TestDriver send(TestDriver driver, long timeNs, long... values) {
        for (long value : values) {
            driver.send(WindowSemanticsTest.IN, new Ev(0, value, timeNs));
        }
        return driver;
    }

    private static List<String> told(TestDriver driver) {
        return driver.take(TOLD).stream().map(Told::text).toList();
    }

    private static List<Reason> reasons(TestDriver driver) {
        return driver.deadLetters().stream().map(DeadLetter::reason).toList();
    }

    @Test
    void shouldKeepNothingOfAnEventForWhichAFunctionThrows() {
        TestDriver driver = send(driver(hopping(ofNanos(20), ofNanos(10))), 1, -1, 2, -1, 3);
        assertEquals(List.of(Reason.OPERATOR_ERROR, Reason.OPERATOR_ERROR), reasons(driver));
        assertEquals(List.of("-10=2/5/5", "0=2/5/5"), told(driver.endAll()));
        assertEquals(0, driver.counters("w").keys);
    }

    @Test
    void shouldCountAsPartlyLateOnlyWhatIsTaken() {
        TestDriver driver = driver(hopping(ofNanos(20), ofNanos(10))).advanceToNs(10);
        send(driver, 5, -1);
        assertEquals(0, driver.counters("w").partlyLate);
        send(driver, 5, 1);
        assertEquals(1, driver.counters("w").partlyLate);
    }

    @Test
    void shouldKeepNothingOfAnEventThatAnOwnAggregateCannotTake() {
        TestDriver driver = send(driver(tumbling(ofNanos(10))), 1, 13, 2, 13, 3);
        assertEquals(List.of(Reason.OPERATOR_ERROR, Reason.OPERATOR_ERROR), reasons(driver));
        assertEquals(List.of("0=2/5/5"), told(driver.advanceToNs(10)));
        send(driver, 11, 13).advanceToNs(20);
        assertEquals(List.of(), told(driver));
        assertEquals(0, driver.counters("w").keys);
        assertEquals(List.of("20=1/4/4"), told(send(driver, 21, 4).endAll()));
    }

    @Test
    void shouldGiveUpAResultThatAnOwnAggregateCannotTell() {
        TestDriver driver = send(driver(tumbling(ofNanos(10)).every(2)), 1, 3, 4, 1, 5);
        assertEquals(List.of(Reason.OPERATOR_ERROR), reasons(driver));
        assertEquals(List.of("0=4/13/13"), told(driver));
        send(driver, 11, 7).advanceToNs(20);
        assertEquals(2, driver.deadLetters().size());
        assertEquals(List.of("20=1/1/1"), told(send(driver, 21, 1).endAll()));
    }

    @Test
    void shouldKeepNothingOfAnEventThatAnOwnAggregateOfASessionCannotTake() {
        TestDriver driver = send(driver(session(ofNanos(10))), 1, 13, 2, 13, 3);
        assertEquals(List.of(Reason.OPERATOR_ERROR, Reason.OPERATOR_ERROR), reasons(driver));
        assertEquals(List.of("1=2/5/5"), told(driver.advanceToNs(20)));
        send(driver, 21, 13).advanceToNs(40);
        assertEquals(0, driver.counters("w").keys);
        send(driver, 41, 7).advanceToNs(60);
        assertEquals(4, driver.deadLetters().size());
        assertEquals(List.of("61=1/4/4"), told(send(driver, 61, 4).endAll()));
    }

    @Test
    void shouldKeepNothingOfAnEventThatAnOwnAggregateOfACountWindowCannotTake() {
        TestDriver driver = send(driver(count(2)), 1, 13, 2, 13, 3, 3, 13, 4);
        assertEquals(List.of("1=2/5/5"), told(driver));
        assertEquals(4, driver.deadLetters().size());
        assertEquals(List.of("1=2/9/9"), told(send(driver, 1, 4, 5)));
    }

    /** Of 3, 4, 1 it is the result of 3 and 4 that cannot be told: the events are kept, and sent once more they would count twice. */
    @Test
    void shouldLeaveNoEventToRedriveWhereOnlyTheResultOfOneThatIsKeptFails() {
        for (Window window : List.of(
                tumbling(ofNanos(100)).emitOnUpdate(),
                tumbling(ofNanos(100)).every(2),
                hopping(ofNanos(100), ofNanos(50)).emitOnUpdate(),
                session(ofNanos(100)).emitOnUpdate(),
                global().emitOnUpdate(),
                global().every(2),
                slidingCount(2, 1))) {
            String said = window.settings().toString();
            TestDriver driver = send(driver(window), 60, 3, 4, 1);
            List<String> told = told(driver);
            List<DeadLetter> letters = driver.deadLetters();
            assertEquals(window.steps(), letters.size(), said);
            for (DeadLetter letter : letters) {
                assertEquals(Reason.OPERATOR_ERROR, letter.reason());
                assertEquals("0 ", letter.key() + " " + letter.event(), said);
            }
            assertEquals(0, driver.redrive("w"), said);
            assertEquals(List.of(), told(driver));
            assertEquals(letters.size(), driver.deadLetters().size());
            boolean count = window.kind == Window.Kind.COUNTS;
            String last = count
                    ? told.get(told.size() - 1)
                    : lastOf(told(send(driver, 60, 2, 1).endAll()));
            assertEquals(count ? "2/5/5" : "5/11/11", last.substring(last.indexOf('=') + 1), said);
        }
    }

    private static String lastOf(List<String> told) {
        return told.get(told.size() - 1);
    }

    @Test
    void shouldSayOfWhichWindowAResultCannotBeToldAndWhoseEventAsked() {
        TestDriver driver = send(driver(hopping(ofNanos(100), ofNanos(50)).emitOnUpdate()), 60, 3);
        driver.send(WindowSemanticsTest.IN, new Ev(0, 4, 60), new Header().correlationId(8));
        assertEquals(
                List.of(8L, 8L),
                driver.deadLetters().stream().map(DeadLetter::correlationId).toList());
        assertEquals(
                List.of(100L, 150L),
                driver.deadLetters().stream().map(DeadLetter::dueNs).toList());
    }

    /** Each pane fits; what two of them make does not. */
    @Test
    void shouldLeaveNoEventToRedriveWhereTheResultOfOneThatIsKeptDoesNotFit() {
        long most = Long.MAX_VALUE;
        TestDriver driver = TestDriver.of(Millrace.topology(
                "t",
                t -> t.from(WindowSemanticsTest.IN)
                        .keyBy(Ev::key)
                        .window("w", hopping(ofNanos(20), ofNanos(10)).emitOnUpdate())
                        .aggregate(Sums::new)
                        .to(TOLD, s -> new Told(s.windowStartNs() + "=" + s.sum))));
        send(send(send(driver, 5, most), 15, 5), 16, 1);
        assertEquals(2, driver.deadLetters().size());
        assertEquals(0, driver.redrive("w"));
        assertEquals(List.of("-10=" + most, "0=" + most, "10=5", "10=6"), told(driver));
        assertEquals(
                List.of("10=16"), told(send(driver.advanceToNs(20), 21, 10)).subList(0, 1));
    }

    static final class Sums extends Aggregates<Ev> {
        final LongValue sum = sum(Ev::value);
    }
}
