package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams put together: progress is that of the one that is furthest behind, and an input that is silent holds nobody. */
class UnionTest {
    record Bid(long venue, long price, long timeNs) {}

    private static final Input<Bid> A = Input.of("a", Bid.class).eventTime(Bid::timeNs, NANOSECONDS);
    private static final Input<Bid> B =
            Input.of("b", Bid.class).eventTime(Bid::timeNs, NANOSECONDS).disorder(Duration.ofNanos(7));
    private static final Input<Bid> C = Input.of("c", Bid.class).eventTime(Bid::timeNs, NANOSECONDS);
    private static final Input<Bid> UNTIMED = Input.of("c", Bid.class);
    private static final Output<Bid> OUT = Output.of("out", Bid.class);

    private static Topology of(Input<Bid> a, Input<Bid> b) {
        return Millrace.topology(
                "union", t -> t.from(a).merge(t.from(b)).onTime().to(OUT));
    }

    private static Bid at(long timeNs) {
        return new Bid(1, 1, timeNs);
    }

    private static List<Long> times(TestDriver driver) {
        return driver.take(OUT).stream().map(Bid::timeNs).toList();
    }

    @Test
    void shouldTakeTheProgressOfTheInputThatIsFurthestBehind() {
        TestDriver driver = TestDriver.of(of(A, C));
        driver.send(A, at(100))
                .send(C, at(10))
                .send(A, at(50))
                .send(A, at(9))
                .send(C, at(60))
                .send(A, at(59));
        assertEquals(List.of(100L, 10L, 50L, 60L), times(driver));
        assertEquals(
                List.of("event 9", "event 59"),
                driver.deadLetters().stream()
                        .map(l -> "event " + l.event().replaceAll(".*timeNs=(\\d+).*", "$1"))
                        .toList());
    }

    @Test
    void shouldCountTheDisorderOfEachInputByItself() {
        TestDriver driver = TestDriver.of(of(A, B));
        driver.send(A, at(100)).send(B, at(100)).send(B, at(93)).send(A, at(93)).send(B, at(92));
        assertEquals(List.of(100L, 100L, 93L, 93L), times(driver));
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldBeHeldByAnInputThatHasNotSentAndNotByOneThatHasEnded() {
        TestDriver driver = TestDriver.of(of(A, C)).send(A, at(100)).send(A, at(5));
        assertEquals(List.of(100L, 5L), times(driver), "the other may still send the past");
        driver.end(C).send(A, at(99));
        assertEquals(List.of(), times(driver));
    }

    @Test
    void shouldNotBeHeldByAnIdleInputAndReportWhatItSendsThatIsOlder() {
        Input<Bid> live = A.live().idleAfter(Duration.ofNanos(50));
        Input<Bid> idle = C.live().idleAfter(Duration.ofNanos(50));
        TestDriver driver = TestDriver.of(of(live, idle)).tick(Instant.EPOCH);
        driver.send(live, at(10)).send(idle, at(10));
        for (long ns = 20; ns < 200; ns += 10) {
            driver.tick(Instant.EPOCH.plusNanos(ns)).send(live, at(ns));
        }
        driver.send(idle, at(100));
        assertEquals(
                Reason.LATE, driver.deadLetters().get(0).reason(), "older than what the others have made of progress");
        driver.send(idle, at(195));
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldRefuseTheSmallestAndTheLargestLongAsTheTimeOfAnEvent() {
        TestDriver driver = TestDriver.of(of(A, C));
        for (long ns : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
            RefusedException refused = assertThrows(RefusedException.class, () -> driver.send(A, at(ns)));
            assertEquals(Reason.OUT_OF_RANGE, refused.reason());
        }
        driver.send(A, at(Long.MIN_VALUE + 1)).send(C, at(Long.MAX_VALUE - 1));
        assertEquals(List.of(Long.MIN_VALUE + 1, Long.MAX_VALUE - 1), times(driver));
    }

    @Test
    void shouldMoveProgressByEventsThatAreFilteredOut() {
        Topology topology = Millrace.topology(
                "filtered",
                t -> t.from(A)
                        .filter(b -> b.price() > 0)
                        .merge(t.from(C))
                        .onTime()
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        driver.send(C, at(50)).send(A, new Bid(1, 0, 40)).send(C, at(39));
        assertEquals(List.of(50L), times(driver));
    }

    // ---- against the definition

    private static void answer(History in, Expected out) {
        for (int i = 0; i < in.size(); i++) {
            if (in.step(i).isEvent()) {
                if (in.timeNs(i) < in.progressNs(i)) {
                    out.letter(i, "late", Reason.LATE);
                } else {
                    out.emit(OUT, in.timeNs(i), in.<Bid>event(i));
                }
            }
        }
    }

    static Trials trials() {
        return Trials.of(
                "trials()",
                random -> trial(A, B, random.nextInt(3) == 0 ? UNTIMED : C)
                        .weights(Weights.usual().with(Trait.LATE, 60).with(Trait.IDLE, 60)));
    }

    /** The clock ticks, and inputs fall silent and come back. */
    static Trials live() {
        return Trials.of(
                        "live()",
                        random -> trial(
                                        live(random, A),
                                        live(random, B),
                                        random.nextInt(3) == 0 ? UNTIMED.live() : live(random, C))
                                .weights(Weights.usual().with(Trait.TICKS, 95).with(Trait.END, 40)))
                .cases(300);
    }

    private static Input<Bid> live(Random random, Input<Bid> input) {
        return input.live()
                .disorder(Duration.ofNanos(random.nextInt(2) * random.nextInt(30)))
                .idleAfter(Duration.ofNanos(1 + random.nextInt(100)));
    }

    private static Trial trial(Input<Bid> a, Input<Bid> b, Input<Bid> c) {
        return Trial.of(Millrace.topology(
                        "union",
                        t -> t.from(a)
                                .merge(t.from(b))
                                .merge(t.from(c))
                                .via("late", OnTime.create())
                                .to(OUT)))
                .feed(a, (key, timeNs, value) -> new Bid(key, value, timeNs))
                .feed(b, (key, timeNs, value) -> new Bid(key, value, timeNs))
                .feed(c, (key, timeNs, value) -> new Bid(key, value, timeNs))
                .compare(OUT)
                .compareLetters()
                .oracle(UnionTest::answer);
    }

    @Test
    void shouldAgreeWithTheDefinition() {
        trials().check();
    }

    @Test
    void shouldAgreeWithTheDefinitionWhereLiveInputsFallSilentAndComeBack() {
        live().check();
    }
}
