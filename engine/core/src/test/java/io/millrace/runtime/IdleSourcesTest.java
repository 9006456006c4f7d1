package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.time.Progress;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How time goes on where several live sources meet and some of them, or all, are silent. */
class IdleSourcesTest {
    private static final long IDLE_AFTER_NS = 50;
    private static final Input<Num> A = Num.input("a").idleAfter(Duration.ofNanos(IDLE_AFTER_NS));
    private static final Input<Num> B = Num.input("b").idleAfter(Duration.ofNanos(IDLE_AFTER_NS));
    private static final Input<Num> C = Num.input("c").idleAfter(Duration.ofNanos(IDLE_AFTER_NS));
    private static final Input<Num> UNTIMED = Input.of("questions", Num.TYPE);
    private static final Output<Num> OUT = Num.output("out");
    private static final Output<Num> SIDE = Num.output("side");
    private static final int MANY = 1000;

    private static Topology merged(Input<Num> a, Input<Num> b) {
        GraphBuilder g = new GraphBuilder("merged");
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", g.source(a, ""), g.source(b, ""));
        g.sink(OUT, g.operator("op", Agenda.buckets(MANY, 10), null, "", merged), "");
        return g.build();
    }

    @Test
    void shouldGoOnFromWhereTheLastOfSeveralSourcesWasWhenAllAreIdle() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(1000).event(A, 1, 1000);
        for (long clock = 1000; clock <= 5000; clock += 10) {
            run.event(B, 2, clock).tick(clock);
        }
        run.taken();
        run.tick(5050).tick(5061); // both idle; a for a long time
        assertEquals("[out 2@5009]", run.taken());
    }

    @Test
    void shouldGoOnWhenAllAreIdleThoughOneNeverSent() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(1000).event(A, 1, 1000).tick(1001).tick(1051).tick(1060);
        assertEquals("[]", run.taken(), "idle for 9");
        run.tick(1061);
        assertEquals("[out 1@1009]", run.taken());
    }

    @Test
    void shouldGoOnFromWhereProgressIsWhenTheOneThatLagsIsIdleFirst() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(100_000).event(A, 1, 500); // its clock is far behind
        for (long clock = 100_000; clock <= 100_200; clock += 10) {
            run.event(B, 2, clock).tick(clock);
        }
        run.taken();
        run.tick(100_259);
        assertEquals("[]", run.taken(), "both idle, b for 9");
        run.tick(100_260);
        assertEquals("[out 2@100209]", run.taken());
    }

    @Test
    void shouldNotJumpToTheOneThatIsAheadWhenAllAreIdle() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(1000).event(A, 1, 5000).event(B, 2, 1000).tick(1001).tick(1060);
        run.event(B, 3, 1005);
        assertEquals("[5 op late]", run.letters(), "time went on by the 9 since both were idle");
        run.event(B, 4, 1009);
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldGoOnToTheSmallestOfWhereEachLeadsWhenAllBecomeIdleWithOneTick() {
        Input<Num> a = A.idleAfter(Duration.ofNanos(20));
        Input<Num> b = B.idleAfter(Duration.ofNanos(18)).disorder(Duration.ofNanos(15));
        CoreRun run = CoreRun.live(merged(a, b));
        run.tick(1000).event(a, 1, 1000).tick(1018); // b never sent and is idle: a leads, to 1000
        run.event(b, 2, 1000).event(a, 3, 1001).tick(1000).tick(1059);
        run.event(b, 4, 1039); // a by itself is at 1040, b leads from 1000 by 41
        assertEquals("[7 op late]", run.letters());
        run.event(b, 5, 1040);
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldNotGoOnBeyondTheTickLessTheDisorderWhenAllAreIdle() {
        Input<Num> b = B.disorder(Duration.ofNanos(30));
        CoreRun run = CoreRun.live(merged(A, b));
        run.tick(1000).event(b, 1, 1131).event(A, 2, 1101).tick(1001).tick(1051);
        run.tick(1120).tick(1140);
        run.event(b, 3, 1109);
        assertEquals("[7 op late]", run.letters());
        run.event(b, 4, 1110);
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldGoOnAloneWhenTheOtherHasEnded() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(1000).event(A, 1, 500).event(B, 2, 1000).tick(1001).tick(1060);
        run.end(B);
        assertEquals("[]", run.taken(), "not the end of time");
        run.tick(1061);
        assertEquals("[out 1@509]", run.taken());
    }

    @Test
    void shouldNotGoOnFromAheadOfTheClockWhenTheOneThatWasAheadHasEnded() {
        CoreRun run = CoreRun.live(merged(A, B));
        run.tick(1000).event(A, 1, 500).event(B, 2, 1000).tick(1001).tick(1051);
        run.event(B, 3, 1109).end(B).tick(1061); // a is idle: progress was at 1109, ahead of the clock
        run.event(A, 4, 1109);
        assertEquals("[]", run.letters());
        run.event(A, 5, 1108);
        assertEquals("[9 op late]", run.letters());
    }

    @Test
    void shouldNotGoOnBeyondTheTickLessTheDisorderOfTheOneThatLags() {
        Input<Num> lags = B.disorder(Duration.ofNanos(30));
        CoreRun run = CoreRun.live(merged(A, lags));
        run.tick(1000).event(lags, 1, 500).tick(1001).tick(1051);
        run.event(A, 2, 1081).tick(1052).tick(1152); // by itself a goes on to 1131
        run.event(lags, 3, 1122);
        assertEquals("[]", run.letters());
        run.event(lags, 4, 1121);
        assertEquals("[8 op late]", run.letters());
    }

    @Test
    void shouldNotLetAnUntimedEventBeLateWhereTimeHasGoneOnBeyondEverySource() {
        GraphBuilder g = new GraphBuilder("three");
        Port merged = g.operator(
                "merged", TrialOp.pass(3), null, "", g.source(A, ""), g.source(B, ""), g.source(UNTIMED, ""));
        g.sink(OUT, g.operator("op", Agenda.buckets(MANY, 10), null, "", merged), "");
        CoreRun run = CoreRun.live(g.build());
        run.tick(20_000).event(A, 1, 500).event(A, 2, 501).tick(20_001).tick(20_052);
        run.event(B, 3, 20_000).end(B); // A is idle: B alone says how far time is
        run.tick(20_100).event(UNTIMED, 4, 0);
        assertEquals("[]", run.letters());
        run.taken();
        run.tick(20_101);
        assertEquals("[]", run.taken());
        run.tick(20_102);
        assertEquals("[out 4@20049]", run.taken(), "50 since B ended: what is due beyond every source fires");
    }

    // ---- at random

    /** A question about progress comes as an event without a time; the operator answers with where it is. */
    private static Topology asks(long[] answer) {
        TrialOp asks = TrialOp.of("asks", context -> flow -> {
            answer[0] = context.progress().ns();
            return false;
        });
        asks.keepsState = true;
        GraphBuilder g = new GraphBuilder("asks");
        Port all = g.operator(
                "merged",
                TrialOp.pass(4),
                null,
                "",
                g.source(A, ""),
                g.source(B, ""),
                g.source(C, ""),
                g.source(UNTIMED, ""));
        g.sink(OUT, g.operator("asks", asks, null, "", all), "");
        return g.build();
    }

    @Test
    void shouldGoOnByExactlyTheTickTimeWhoeverWasSilentFirst() {
        Seeds.each(0, 500, "goOnByTickTime(%d)", IdleSourcesTest::goOnByTickTime);
    }

    private static void goOnByTickTime(long seed) {
        Input<?>[] inputs = {A, B, C};
        Random random = new Random(seed);
        long[] answer = new long[1];
        CoreRun run = CoreRun.live(asks(answer));
        long clock = 1_000_000;
        run.tick(clock);
        long[] lag = {random.nextInt(20_000), random.nextInt(200), random.nextInt(200_000)};
        int senders = 1 + random.nextInt(7); // a bit for each that sends
        long last = Progress.NONE;
        for (int i = 0; i < 60; i++) {
            int which = random.nextInt(3);
            if ((senders >> which & 1) != 0) {
                run.event(cast(inputs[which]), i, clock - lag[which]);
            }
            clock += random.nextInt(30);
            run.tick(clock).event(UNTIMED, 0, 0);
            assertTrue(answer[0] >= last, "never back");
            last = answer[0];
        }
        run.event(cast(inputs[0]), 99, clock - lag[0]).tick(clock);
        run.tick(clock + IDLE_AFTER_NS).event(UNTIMED, 0, 0); // all others were silent before it
        long from = answer[0];
        long room = clock + IDLE_AFTER_NS - from;
        for (long by = 1; by < 1000; by += 1 + random.nextInt(100)) {
            run.tick(clock + IDLE_AFTER_NS + by).event(UNTIMED, 0, 0);
            assertTrue(room >= 0, "never beyond the tick");
            assertEquals(from + by, answer[0]);
        }
    }

    @SuppressWarnings("unchecked")
    private static Input<Num> cast(Input<?> input) {
        return (Input<Num>) input;
    }

    /** Inputs that meet on other threads than they fire on, with lateness, and a question that has no time. */
    private static Topology staged() {
        GraphBuilder g = new GraphBuilder("staged");
        TrialOp lenient = Agenda.buckets(2, 10);
        lenient.latenessNs = 7;
        Port a = g.operator("first", lenient, null, "", g.source(A, ""));
        g.thread(a, "left");
        Port ab = g.operator("ab", TrialOp.pass(2), null, "", a, g.source(B.disorder(Duration.ofNanos(4)), ""));
        Port fired = g.operator("fired", Agenda.buckets(1, 20), null, "", ab);
        g.thread(fired, "right");
        Port all = g.operator("all", TrialOp.pass(4), null, "", ab, fired, g.source(C, ""), g.source(UNTIMED, ""));
        g.thread(all, "end");
        g.sink(OUT, g.operator("last", Agenda.buckets(2, 10), null, "", all), "");
        g.sink(SIDE, fired, "");
        return g.build();
    }

    @Test
    void shouldGoOnAlikeWhateverTheStages() {
        int[] outputs = {0};
        int cases = Seeds.each(0, 400, "goOnAlike(%d)", seed -> outputs[0] += goOnAlike(seed));
        assertTrue(cases < 400 || outputs[0] > 10_000, outputs[0] + " outputs");
    }

    private static int goOnAlike(long seed) {
        Topology t = staged();
        CoreRun fused = new CoreRun(t, PlanOptions.tested(), i -> true);
        CoreRun staged = new CoreRun(t, PlanOptions.tested().withThreads().withSmallestRings(), i -> true);
        for (CoreRun run : new CoreRun[] {fused, staged}) {
            drive(run, t, new Random(seed));
        }
        assertEquals(fused.outs(), staged.outs());
        assertEquals(fused.sortedLetters(), staged.sortedLetters());
        return fused.outs().size();
    }

    private static void drive(CoreRun run, Topology t, Random random) {
        long clock = 100_000;
        long[] lag = {random.nextInt(3) * random.nextInt(300), random.nextInt(50) - 25, random.nextInt(100), 0};
        int quiet = -1;
        for (int i = 0; i < 150; i++) {
            clock += random.nextInt(20) == 0 ? random.nextInt(90) - 10 : random.nextInt(5);
            quiet = random.nextInt(15) == 0 ? random.nextInt(16) : quiet; // a bit for each input that is silent
            int which = random.nextInt(5);
            if (which == 4) {
                run.tick(clock);
            } else if (quiet < 0 || (quiet >> which & 1) == 0) {
                run.event(cast(t.inputs().get(which)), i, clock - lag[which] - random.nextInt(6));
            }
            if (random.nextInt(150) == 0) {
                run.end(t.inputs().get(random.nextInt(3)));
            }
        }
        t.inputs().forEach(run::end);
        for (int i = 0; i < 200; i++) {
            run.go();
        }
    }
}
