package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.operators.process.Script.Cmd;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What timers and time mean: each promise of the page on semantics, and what this operator adds to it. */
class TimersTest {
    private final ScriptRun run = new ScriptRun();

    @Test
    void shouldFireByDueThenBySetOrderEachAtItsOwnDue() {
        run.send(1, 0, "a=10 b=10 c=7").progress(100);
        assertEquals(List.of("1@7 c", "1@10 a", "1@10 b"), run.said());
    }

    @Test
    void shouldTakeTheOrderOfTheLastSetting() {
        run.send(1, 0, "a=10 b=10 a=10").progress(9).progress(10);
        assertEquals(List.of("1@10 b", "1@10 a"), run.said());
    }

    @Test
    void shouldOrderOneDueBySettingOverKeys() {
        run.send(2, 0, "a=10").send(1, 0, "a=10").send(3, 0, "b=10").progress(10);
        assertEquals(List.of("2@10 a", "1@10 a", "3@10 b"), run.said());
    }

    @Test
    void shouldFireInTheSameJumpWhatAFiringSets() {
        run.send(1, 0, "a:b=12 a=10 c=13").progress(100);
        assertEquals(List.of("1@10 a", "1@12 b", "1@13 c"), run.said());
    }

    @Test
    void shouldFireAtProgressAndNotBefore() {
        run.send(1, 0, "a=10").progress(9);
        assertEquals(List.of(), run.said());
        run.progress(10).progress(10).progress(11);
        assertEquals(List.of("1@10 a"), run.said());
    }

    @Test
    void shouldFireBeforeAnEventOfTheSameTime() {
        run.send(1, 0, "a=10").send(1, 10, "say.event a-");
        assertEquals(List.of("1@10 a", "1@10 event"), run.said(), "a cancel carried by that event is too late");
    }

    @Test
    void shouldReplaceAndCancel() {
        run.send(1, 0, "a=10 b=11").send(1, 1, "a=20 b-").progress(15);
        assertEquals(List.of(), run.said());
        run.progress(20);
        assertEquals(List.of("1@20 a"), run.said());
    }

    @Test
    void shouldFireEachPeriodOfAJump() {
        run.send(1, 0, "a*10").progress(50);
        assertEquals(List.of("1@10 a", "1@20 a", "1@30 a", "1@40 a", "1@50 a"), run.said());
        run.send(1, 55, "a-").progress(100);
        assertEquals(List.of(), run.said());
    }

    @Test
    void shouldFireTheLastPeriodOfAJumpWithTheirNumber() {
        run.send(1, 0, "a/10").progress(50);
        assertEquals(List.of("1@50 a x5"), run.said());
        run.progress(59);
        assertEquals(List.of(), run.said());
        run.progress(60).progress(85);
        assertEquals(List.of("1@60 a", "1@80 a x2"), run.said());
    }

    @Test
    void shouldFireTheLastPeriodWhereItsDueStands() {
        run.send(1, 0, "a/10 b=45 c=55").progress(57);
        assertEquals(List.of("1@45 b", "1@50 a x5", "1@55 c"), run.said());
    }

    @Test
    void shouldCountTheLastPeriodsBeforeAnEventOfTheKey() {
        run.send(1, 0, "a/10").send(1, 35, "say.event").send(1, 40, "say.event");
        assertEquals(List.of("1@30 a x3", "1@35 event", "1@40 a", "1@40 event"), run.said());
    }

    @Test
    void shouldStopAPeriodicTimerFromItsOwnFiring() {
        run.send(1, 0, "a:a- a*10").progress(50);
        assertEquals(List.of("1@10 a"), run.said());
        run.send(2, 50, "a:a+7 a*10").progress(70);
        assertEquals(List.of("2@60 a", "2@67 a"), run.said(), "set otherwise by its own firing");
    }

    @Test
    void shouldMoveADueThatHasPassedUpToProgress() {
        run.send(1, 50, "").send(1, 10, "late a=20 b+5").progress(51);
        assertEquals(List.of("1@10 late", "1@50 a", "1@50 b"), run.said());
    }

    @Test
    void shouldFireADueThatHasPassedWithoutWaitingForProgress() {
        run.send(1, 50, "").send(1, 10, "b=20 c=49 a=50").send(2, 50, "say.two").send(1, 50, "say.one");
        assertEquals(List.of("1@50 b", "1@50 c", "1@50 a", "2@50 two", "1@50 one"), run.said());
    }

    @Test
    void shouldMoveADueBeforeAFiringUpToTheFiring() {
        run.send(1, 0, "a:b=3 a=10").progress(20);
        assertEquals(List.of("1@10 a", "1@10 b"), run.said());
    }

    @Test
    void shouldRefuseATimerThatWouldFireForEver() {
        run.send(1, 0, "a:a=10 a=10").progress(20);
        assertEquals(List.of(), run.said());
        assertTrue(run.dead().get(0).contains("would fire for ever"), run.dead()::toString);
    }

    /** Neither sets itself, and yet neither lets time go on: the key behind them fires, and what they have set last is dropped. */
    @Test
    void shouldEndTimersThatSetEachOtherForNow() {
        run.send(1, 0, "a:b=10 b:a=10 a=10 c=30").send(2, 0, "a=11").progress(20);
        List<String> said = run.said();
        assertEquals(List.of("1@10 a", "1@10 b", "1@10 a"), said.subList(0, 3));
        assertEquals("2@11 a", said.get(said.size() - 1));
        assertEquals(4 * 3 + 1, said.size(), "four rounds of three timers, and the other key");
        assertEquals(1, run.dead().size());
        assertTrue(run.dead().get(0).contains("timer a sets timer b for the time it fires at"), run.dead()::toString);
        assertTrue(run.dead().get(0).startsWith("over-bound"), run.dead()::toString);
        run.progress(40);
        assertEquals(List.of("1@30 c"), run.said(), "the key goes on");
    }

    @Test
    void shouldLetTimersSetEachOtherForLaterWithoutEnd() {
        run.send(1, 0, "a:b+1 b:a+1 a=10").progress(1_009);
        assertEquals(1_000, run.said().size());
        assertEquals(List.of(), run.dead());
    }

    @Test
    void shouldTakeEveryEventAndTellWhichAreLate() {
        run.send(1, 50, "late").send(1, 49, "late").send(1, 50, "late");
        assertEquals(List.of("1@50 in time", "1@49 late", "1@50 in time"), run.said());
        assertEquals(List.of(), run.dead());
    }

    @Test
    void shouldShowWhatIsSetWithinTheCall() {
        run.send(1, 0, "a? a=10 a? a- a? b=5").send(1, 1, "b? b=6 b?").progress(6);
        assertEquals(
                List.of("1@0 a not set", "1@0 a due 10", "1@0 a not set", "1@1 b due 5", "1@1 b due 6", "1@6 b"),
                run.said());
    }

    @Test
    void shouldForgetTimersWithTheirKey() {
        run.send(1, 0, "a=10 n+1").send(1, 1, "say.bye b=12 forget").progress(50);
        assertEquals(List.of("1@0 n1", "1@1 bye"), run.said());
        assertEquals(0, run.driver().counters("script").keys);
        run.send(1, 51, "n+1");
        assertEquals(List.of("1@51 n1"), run.said());
    }

    @Test
    void shouldFireByTicksWhenALiveInputIsSilent() {
        Input<Cmd> live = Input.of("cmds", Cmd.class)
                .eventTime(Cmd::timeNs, NANOSECONDS)
                .live()
                .idleAfter(Duration.ofSeconds(2));
        TestDriver driver = TestDriver.of(Script.topology(live, Duration.ofDays(1)));
        long t0 = 1_000_000_000_000L;
        driver.tick(at(t0)).send(live, new Cmd(1, t0, "a+500000000")).tick(at(t0 + 1_000_000_000L));
        driver.tick(at(t0 - 5_000_000_000L));
        assertEquals(List.of(), driver.take(Script.SAYS), "the source is not idle yet, and clocks do not move P back");
        for (int s = 2; s < 7; s++) {
            driver.tick(at(t0 + s * 1_000_000_000L));
        }
        assertEquals(1, driver.take(Script.SAYS).size());
    }

    @Test
    void shouldNotFireByTicksOnAHistoricInput() {
        run.send(1, 0, "a=10");
        run.driver().tick(Instant.EPOCH.plusSeconds(100)).tick(Instant.EPOCH.plusSeconds(1000));
        assertEquals(List.of(), run.said());
    }

    private static Instant at(long ns) {
        return Instant.ofEpochSecond(0, ns);
    }

    @Test
    void shouldFireEverythingOnceAtTheEndOfInput() {
        run.send(1, 0, "a:b+1000000000 b:b+1 a=10 c*10");
        run.driver().end(Script.CMDS);
        assertEquals(
                List.of("1@10 a", "1@1000000010 b"), run.said(), "b sets itself again and c is periodic: both end");
        assertEquals(List.of(), run.dead());
    }

    @Test
    void shouldTakeAnEventBehindAllFiringsOfItsKeyHoweverManyThereAre() {
        ScriptRun small = new ScriptRun(Duration.ofSeconds(1));
        for (int key = 1; key <= 3; key++) {
            small.send(key, 0, "a*1");
        }
        // three keys with 100 firings each, 64 of them in the time step, then at most 19 of the event's own: it waits
        // for the others
        small.send(1, 100, "say.event");
        assertEquals(List.of(), small.dead());
        List<String> said = small.said();
        assertEquals(300 + 1, said.size());
        assertTrue(said.indexOf("1@100 a") < said.indexOf("1@100 event"), said::toString);
        small.send(1, 101, "say.event");
        assertEquals(List.of("1@101 a", "2@101 a", "3@101 a", "1@101 event"), small.said());
    }

    @Test
    void shouldDescribeWhatItKeeps() {
        String text = Script.topology().describe();
        assertTrue(text.contains("keep idle PT0.0000001S"), text);
        assertTrue(text.contains("n long 8"), text);
        assertTrue(text.contains("a timer 40"), text);
        assertTrue(text.contains("on-a text(60) 72"), text);
        assertTrue(text.contains("says output Said"), text);
        assertEquals(Script.topology().describe(), text);
    }

    @Test
    void shouldRunTheSameInCopiedClasses() {
        ScriptRun copied =
                new ScriptRun(Duration.ofNanos(100), PlanOptions.fused().withStateBytes(4 << 20));
        copied.send(1, 0, "a=10 b=10 c=7").send(1, 10, "say.event").progress(100);
        assertEquals(List.of("1@7 c", "1@10 a", "1@10 b", "1@10 event"), copied.said());
    }
}
