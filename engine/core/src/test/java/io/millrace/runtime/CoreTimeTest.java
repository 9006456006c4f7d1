package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.time.Progress;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Timers and time: what every host relies on. */
class CoreTimeTest {
    private static final Input<Num> IN = Num.input("in").maxAhead(Duration.ofDays(10_000));
    private static final Input<Num> OTHER = Num.input("other").maxAhead(Duration.ofDays(10_000));
    private static final Input<Num> GUARDED = Num.input("in").maxAhead(Duration.ofNanos(100));
    private static final Input<Num> UNTIMED = Input.of("questions", Num.TYPE);
    private static final Output<Num> OUT = Num.output("out");
    private static final Output<Num> SIDE = Num.output("side");
    private static final int MANY = 1000;

    private static Topology one(Input<Num> input, TrialOp op) {
        GraphBuilder g = new GraphBuilder("one");
        g.sink(OUT, g.operator("op", op, null, "", g.source(input, "")), "");
        return g.build();
    }

    /** Two inputs, merged, in front of one operator. */
    private static Topology two(Input<Num> a, Input<Num> b, TrialOp op) {
        GraphBuilder g = new GraphBuilder("two");
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", g.source(a, ""), g.source(b, ""));
        g.sink(OUT, g.operator("op", op, null, "", merged), "");
        return g.build();
    }

    @Test
    void shouldFireByDueTimeThenSetOrderEachSeeingItsOwn() {
        CoreRun run = CoreRun.historic(one(IN, Agenda.timers(MANY, n -> n.id() % 100)));
        run.event(IN, 110, 0).event(IN, 210, 0).event(IN, 307, 0);
        assertEquals("[]", run.taken());
        run.event(IN, 499, 100);
        assertEquals(
                "[out 307@7, out 110@10, out 210@10, out 499@99]",
                run.advance(100).taken());
    }

    @Test
    void shouldFireWhatIsSetWhileFiringInTheSameJump() {
        TrialOp op = Agenda.op("timers", MANY, false, item -> {
            long due = item.output().id();
            Agenda.Item then = due == 10 ? new Agenda.Item(12, 0, new Num(12, 12), null) : null;
            return new Agenda.Item(due, 0, new Num(due, due), then);
        });
        CoreRun run = CoreRun.historic(one(IN, op));
        run.event(IN, 13, 0).event(IN, 10, 0).event(IN, 200, 100);
        assertEquals("[out 10@10, out 12@12, out 13@13]", run.taken());
    }

    @Test
    void shouldFireATimerBeforeTheEventOfItsTime() {
        GraphBuilder g = new GraphBuilder("both");
        Port in = g.source(IN, "");
        g.sink(OUT, g.operator("timers", Agenda.timers(MANY, n -> 10), null, "", in), "");
        g.sink(OUT, in, "");
        CoreRun run = CoreRun.historic(g.build());
        run.event(IN, 1, 0);
        assertEquals("[out 1@0]", run.taken());
        run.event(IN, 2, 9);
        assertEquals("[out 2@9]", run.taken());
        run.event(IN, 3, 10);
        assertEquals("[out 1@10, out 2@10, out 3@10]", run.taken());
    }

    @Test
    void shouldFireWhatProgressHasPassedAlreadyWithTheNextEntry() {
        CoreRun run = CoreRun.historic(one(IN, Agenda.timers(MANY, Num::id)));
        run.event(IN, 1000, 100);
        run.event(IN, 5, 50); // behind, and due long ago
        assertEquals("[]", run.taken());
        assertTrue(run.core().isBehind(), "so that a host without input goes on");
        run.event(IN, 2000, 60); // moves nothing
        assertEquals("[out 5@5]", run.taken());
        assertFalse(run.core().isBehind());
    }

    @Test
    void shouldTakeTheSmallestProgressOverTheSourcesThatReachANode() {
        CoreRun run = CoreRun.historic(two(IN, OTHER, Agenda.buckets(MANY, 10)));
        run.event(IN, 1, 5).event(IN, 2, 100);
        assertEquals("[]", run.taken());
        run.event(OTHER, 3, 9);
        assertEquals("[]", run.taken());
        run.event(OTHER, 4, 10);
        assertEquals("[out 1@9, out 3@9]", run.taken());
        run.end(OTHER);
        assertEquals("[out 4@19]", run.taken());
        run.end(IN);
        assertEquals("[out 2@109]", run.taken());
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldNotBeHeldByASourceThatDoesNotReachTheNode() {
        GraphBuilder g = new GraphBuilder("apart");
        g.sink(OUT, g.operator("a", Agenda.buckets(MANY, 10), null, "", g.source(IN, "")), "");
        g.sink(SIDE, g.operator("b", Agenda.buckets(MANY, 10), null, "", g.source(OTHER, "")), "");
        CoreRun run = CoreRun.historic(g.build());
        run.event(IN, 1, 5).event(IN, 2, 10);
        assertEquals("[out 1@9]", run.taken());
    }

    @Test
    void shouldMoveProgressByEventsThatAreAllFiltered() {
        GraphBuilder g = new GraphBuilder("filtered");
        Port kept = g.operator("keep", TrialOp.keep(n -> n.id() < 10), null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("b", Agenda.buckets(MANY, 10), null, "", kept), "");
        CoreRun run = CoreRun.historic(g.build());
        run.event(IN, 1, 5).event(IN, 99, 30);
        assertEquals("[out 1@9]", run.taken());
    }

    @Test
    void shouldTakeAnEventAtProgressAndRefuseOneBelow() {
        CoreRun run = CoreRun.historic(one(IN, Agenda.buckets(MANY, 10)));
        run.event(IN, 1, 9).event(IN, 2, 9);
        assertEquals("[]", run.letters());
        run.event(IN, 3, 10).event(IN, 4, 10).event(IN, 5, 9);
        assertEquals("[4 op late]", run.letters());
        assertEquals("[out 1@9, out 2@9]", run.taken());
    }

    // ---- ticks

    @Test
    void shouldMoveALiveSourceByTicksOnceItIsSilent() {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofNanos(50));
        CoreRun run = CoreRun.live(one(in, Agenda.buckets(MANY, 10)));
        run.tick(1000).event(in, 1, 1001).tick(1002).tick(1051);
        assertEquals("[]", run.taken());
        run.tick(1060);
        assertEquals("[]", run.taken()); // idle for 8: progress 1009
        run.tick(1061);
        assertEquals("[out 1@1009]", run.taken());
        run.event(in, 2, 1005);
        assertEquals("[6 op late]", run.letters()); // older than where time has come meanwhile
    }

    @Test
    void shouldNotLetAnIdleSourceHoldTheOthers() {
        Input<Num> quiet = Num.input("quiet").idleAfter(Duration.ofNanos(50));
        CoreRun run = CoreRun.live(two(quiet, IN, Agenda.buckets(MANY, 10)));
        run.tick(1000).event(quiet, 1, 1001).event(IN, 2, 1001).tick(1001);
        run.event(IN, 3, 1040).tick(1040);
        assertEquals("[]", run.taken());
        run.event(IN, 4, 1052).tick(1052);
        assertEquals("[out 1@1009, out 2@1009, out 3@1049]", run.taken());
        run.event(quiet, 5, 1002);
        assertEquals("[8 op late]", run.letters());
        run.event(quiet, 6, 1060);
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldLetAnIdleSourceGoOnWhereverAnotherPartIsBusy() {
        Input<Num> quiet = Num.input("quiet").idleAfter(Duration.ofNanos(50));
        GraphBuilder g = new GraphBuilder("apart");
        g.sink(OUT, g.operator("a", Agenda.buckets(MANY, 10), null, "", g.source(quiet, "")), "");
        g.sink(SIDE, g.source(IN, ""), "");
        CoreRun run = CoreRun.live(g.build());
        run.tick(1000).event(quiet, 1, 1001);
        for (long clock = 1010; clock <= 1080; clock += 10) {
            run.tick(clock).event(IN, 0, clock);
        }
        assertTrue(run.taken().contains("out 1@1009"));
    }

    @Test
    void shouldNeitherMoveNorBlockHistoricTimeByTicks() {
        CoreRun run = CoreRun.historic(one(IN, Agenda.buckets(MANY, 10)));
        run.tick(0).event(IN, 1, 5);
        for (long clock = 0; clock < 1L << 60; clock = clock * 2 + 1) {
            run.tick(clock);
        }
        assertEquals("[]", run.taken());
        assertEquals(5, run.core().sourceProgressNs(0));
    }

    @Test
    void shouldNotGoBackWhenTheClockDoes() {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofNanos(50));
        CoreRun run = CoreRun.live(one(in, Agenda.buckets(MANY, 10)));
        run.tick(1000).event(in, 1, 1000).tick(1001).tick(1060);
        long before = run.core().sourceProgressNs(0);
        run.tick(500).tick(400).tick(450);
        assertEquals(before, run.core().sourceProgressNs(0));
        run.event(in, 2, before);
        assertEquals("[]", run.letters(), "at progress is on time");
    }

    // ---- the guard

    @Test
    void shouldRefuseALiveEventAheadOfTheTicksClock() {
        CoreRun run = CoreRun.live(one(GUARDED, Agenda.buckets(MANY, 10)));
        run.tick(1000).event(GUARDED, 1, 1100).event(GUARDED, 2, 1101);
        assertEquals("[2 in ahead]", run.letters());
        assertEquals(1100, run.core().sourceProgressNs(0), "progress has not moved by it");
        run.tick(1001).event(GUARDED, 3, 1101);
        assertEquals("[]", run.letters());
        assertEquals(1, run.core().sourceAhead(0));
        run.tick(500).event(GUARDED, 4, 1102); // the clock was wrong and has been set right
        assertEquals("[6 in ahead]", run.letters());
        run.event(GUARDED, 5, 550).event(GUARDED, 6, 1101);
        assertEquals("[7 op late, 8 in ahead]", run.letters(), "though one as late was let in before that tick");
    }

    @Test
    void shouldTakeUpHistoricEventsWhenSixteenAgree() {
        CoreRun run = CoreRun.historic(one(GUARDED, TrialOp.pass(1)));
        run.event(GUARDED, 0, 0);
        for (int i = 1; i <= 15; i++) {
            run.event(GUARDED, i, 10_000 + i * 3 % 7);
        }
        assertEquals("[out 0@0]", run.taken(), "set aside");
        run.event(GUARDED, 16, 10_000);
        assertEquals(16, run.outs().size());
        for (int i = 0; i < 16; i++) {
            assertEquals(i + 1, run.outs().get(i).id(), "in order");
            assertEquals(16, run.outs().get(i).q(), "caused by the entry that was missing");
            assertEquals(i, run.outs().get(i).ordinal());
        }
        assertEquals("[]", run.letters());
        run.taken();
        run.event(GUARDED, 17, 10_050);
        assertEquals("[out 17@10050]", run.taken(), "the jump is real");
    }

    @Test
    void shouldTakeUpHistoricEventsWhenTheSourceEnds() {
        CoreRun run = CoreRun.historic(one(GUARDED, Agenda.buckets(MANY, 10)));
        run.event(GUARDED, 0, 0).event(GUARDED, 1, 10_000).event(GUARDED, 2, 10_001);
        assertEquals("[]", run.taken());
        run.end(GUARDED);
        assertEquals("[out 0@9, out 1@10009, out 2@10009]", run.taken());
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldRefuseHistoricEventsWhenOneWithinTheGuardComesFirst() {
        CoreRun run = CoreRun.historic(one(GUARDED, TrialOp.pass(1)));
        run.event(GUARDED, 0, 0).event(GUARDED, 1, 10_000).event(GUARDED, 2, 10_001);
        run.event(GUARDED, 3, 100);
        assertEquals("[out 0@0, out 3@100]", run.taken());
        assertEquals("[1 in ahead, 2 in ahead]", run.letters());
        run.event(GUARDED, 4, 10_000).event(GUARDED, 5, 50);
        assertEquals("[out 5@50]", run.taken());
        assertEquals("[4 in ahead]", run.letters(), "also by one that moves no time");
        run.end(GUARDED);
        assertEquals("[]", run.taken(), "they are gone");
    }

    @Test
    void shouldBeginAnewWhereEventsAheadDoNotAgree() {
        CoreRun run = CoreRun.historic(one(GUARDED, TrialOp.pass(1)));
        run.event(GUARDED, 0, 0)
                .event(GUARDED, 1, 10_000)
                .event(GUARDED, 2, 50_000)
                .event(GUARDED, 3, 50_100);
        assertEquals("[1 in ahead]", run.letters());
        run.end(GUARDED);
        assertEquals("[out 0@0, out 2@50000, out 3@50100]", run.taken());
    }

    @Test
    void shouldBeginAnewWhereNotAllOfThoseAheadAgree() {
        CoreRun run = CoreRun.historic(one(GUARDED, TrialOp.pass(1)));
        run.event(GUARDED, 0, 0).event(GUARDED, 1, 10_000).event(GUARDED, 2, 10_100);
        assertEquals("[]", run.letters());
        run.event(GUARDED, 3, 9_900);
        assertEquals("[1 in ahead, 2 in ahead]", run.letters(), "9900 agrees with the first, and not with the second");
    }

    @Test
    void shouldNotTakeADistanceThatOverflowsForAgreement() {
        CoreRun run = CoreRun.historic(one(GUARDED, TrialOp.pass(1)));
        run.event(GUARDED, 0, Long.MIN_VALUE + 1).event(GUARDED, 1, -10).event(GUARDED, 2, Long.MAX_VALUE - 5);
        assertEquals("[1 in ahead]", run.letters());
        run.end(GUARDED);
        assertEquals("[out 0@-9223372036854775807, out 2@9223372036854775802]", run.taken());
    }

    @Test
    void shouldGoOnFiringWhileEventsAheadAreRefused() {
        CoreRun run = CoreRun.live(one(GUARDED, Agenda.timers(1, n -> 10)));
        run.tick(0);
        for (int i = 0; i < 4; i++) {
            run.event(GUARDED, i, 0);
        }
        run.event(GUARDED, 9, 50); // one of four fires
        run.event(GUARDED, 9, 500).event(GUARDED, 9, 500).event(GUARDED, 9, 500);
        assertEquals("[out 0@10, out 1@10, out 2@10, out 3@10]", run.taken());
    }

    // ---- inputs without event time

    @Test
    void shouldGiveUntimedEventsTheLargestTimeThatIsLateNowhere() {
        Input<Num> quiet = Num.input("quiet").idleAfter(Duration.ofNanos(50));
        CoreRun run = CoreRun.live(two(quiet, UNTIMED, Agenda.buckets(MANY, 10)));
        run.event(UNTIMED, 1, 0);
        run.tick(1000).event(quiet, 2, 1001).event(UNTIMED, 3, 0);
        run.tick(1002).tick(1200); // idle: progress goes beyond what any event had
        run.event(UNTIMED, 4, 0);
        assertEquals("[]", run.letters());
        assertEquals("[out 1@9, out 2@1009, out 3@1009]", run.taken());
        run.event(quiet, 5, 5000);
        assertEquals("[out 4@1149]", run.taken());
    }

    @Test
    void shouldGiveAnUntimedEventTheLargestClockThoughItStepsBack() {
        CoreRun run = CoreRun.live(two(IN, UNTIMED, TrialOp.pass(1)));
        run.tick(1000).event(UNTIMED, 1, 0).tick(500).event(UNTIMED, 2, 0);
        assertEquals("[out 1@1000, out 2@1000]", run.taken());
    }

    @Test
    void shouldNotGiveUntimedHistoricEventsTheClock() {
        CoreRun run = CoreRun.historic(two(IN, UNTIMED, TrialOp.pass(1)));
        run.tick(1L << 60).event(UNTIMED, 1, 0).event(IN, 2, 7).event(UNTIMED, 3, 0);
        assertEquals("[out 1@0, out 2@7, out 3@7]", run.taken());
    }

    @Test
    void shouldFireEverythingAtTheEndAlsoWithoutAnyEventTime() {
        CoreRun run = CoreRun.historic(one(UNTIMED, Agenda.timers(MANY, n -> 10)));
        run.event(UNTIMED, 1, 0).tick(1000);
        assertEquals("[]", run.taken());
        run.end(UNTIMED);
        assertEquals("[out 1@10]", run.taken());
    }

    @Test
    void shouldNotCountUntimedInputsInProgress() {
        CoreRun run = CoreRun.historic(two(IN, UNTIMED, Agenda.buckets(MANY, 10)));
        run.event(IN, 1, 5).event(IN, 2, 10);
        assertEquals("[out 1@9]", run.taken(), "nobody waits for what has no time");
        run.end(IN);
        assertEquals("[out 2@19]", run.taken());
    }

    // ---- allowed lateness

    private static Topology lenient(long firstNs, long secondNs) {
        TrialOp a = Agenda.buckets(MANY, 10);
        a.latenessNs = firstNs;
        TrialOp b = Agenda.buckets(MANY, 10);
        b.latenessNs = secondNs;
        GraphBuilder g = new GraphBuilder("lenient");
        Port in = g.source(IN, "");
        Port first = g.operator("a", a, null, "", in);
        g.sink(SIDE, first, "");
        Port second = g.operator("b", b, null, "", first);
        g.sink(OUT, g.operator("c", Agenda.buckets(MANY, 10), null, "", second), "");
        return g.build();
    }

    @Test
    void shouldForwardProgressLessTheAllowedLateness() {
        CoreRun run = CoreRun.historic(lenient(7, 0));
        run.event(IN, 1, 5).event(IN, 2, 10);
        assertEquals("[side 1@9]", run.taken(), "fires at its own progress, and is 3 to what follows");
        run.event(IN, 3, 16);
        assertEquals("[]", run.taken());
        run.event(IN, 4, 17);
        assertEquals("[out 1@9]", run.taken());
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldAddAllowedLatenessUpAlongAChain() {
        CoreRun run = CoreRun.historic(lenient(7, 20));
        run.event(IN, 1, 5).event(IN, 2, 36);
        assertEquals("[side 1@9]", run.taken());
        run.event(IN, 3, 37);
        assertEquals("[out 1@9]", run.taken(), "37 less 7 less 20");
        run.end(IN);
        assertEquals("[side 2@39, side 3@39, out 2@39, out 3@39]", run.taken(), "the end is the end for all");
    }

    @Test
    void shouldNotUnderflowByTheAllowedLateness() {
        CoreRun run = CoreRun.historic(lenient(Long.MAX_VALUE, Long.MAX_VALUE));
        run.event(IN, 1, -5).event(IN, 2, 1L << 58);
        assertEquals("[side 1@-1]", run.taken());
        run.end(IN);
        assertEquals(2, run.outs().stream().filter(o -> o.sink().equals("out")).count());
    }

    // ---- the ends of time

    @Test
    void shouldStandExtremeTimes() {
        CoreRun run = CoreRun.historic(one(Num.input("in").maxAhead(Duration.ofDays(200_000)), TrialOp.pass(1)));
        Topology t = run.core().plan().topology();
        @SuppressWarnings("unchecked")
        Input<Num> in = (Input<Num>) t.inputs().get(0);
        for (long time : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, 0, Progress.END - 1, Long.MAX_VALUE}) {
            run.event(in, 1, time);
        }
        assertEquals(5, run.outs().size());
        assertEquals(Progress.END - 1, run.core().sourceProgressNs(0));
        run.end(in);
        assertEquals(Progress.END, run.core().sourceProgressNs(0));
    }

    @Test
    void shouldNotFireWhatIsNotSetAtTheEndOfTime() {
        CoreRun run = CoreRun.historic(one(IN, Agenda.buckets(MANY, 10)));
        run.advance(Long.MAX_VALUE).event(IN, 1, 5).end(IN).end(IN).advance(3).go();
        assertEquals("[]", run.taken());
        assertEquals("[1 op late]", run.letters());
    }

    @Test
    void shouldMoveAllTimedInputsByHand() {
        CoreRun run = CoreRun.historic(two(IN, OTHER, Agenda.buckets(MANY, 10)));
        run.event(IN, 1, 5).advance(9);
        assertEquals("[]", run.taken());
        run.advance(10);
        assertEquals("[out 1@9]", run.taken());
        run.advance(3).event(IN, 2, 9);
        assertEquals("[4 op late]", run.letters(), "never back");
    }

    @Test
    void shouldHandEachFiringACleanEntry() {
        TrialOp changes = TrialOp.of("changes", context -> flow -> {
            flow.form(EntryForm.RETRACTION);
            flow.reason(Reason.DUPLICATE);
            return true;
        });
        StringBuilder seen = new StringBuilder();
        TrialOp looks = TrialOp.of("looks", context -> flow -> {
            seen.append(flow.form()).append(' ').append(flow.reason()).append(' ');
            return true;
        });
        GraphBuilder g = new GraphBuilder("clean");
        Port in = g.source(IN, "");
        Port a = g.operator("a", Agenda.timers(MANY, n -> 10), null, "", in);
        g.sink(SIDE, g.operator("changes", changes, null, "", a), "");
        Port b = g.operator("b", Agenda.timers(MANY, n -> 10), null, "", in);
        g.sink(OUT, g.operator("looks", looks, null, "", b), "");
        CoreRun.historic(g.build()).event(IN, 1, 0).event(IN, 2, 20).go();
        assertEquals("INSERT null INSERT null ", seen.toString());
    }

    @Test
    void shouldReportEventsThatAreNoneAndGoOn() {
        record Strict(int value) {
            Strict {
                if (value < 0) {
                    throw new IllegalArgumentException("negative");
                }
            }
        }
        Input<Strict> strict = Input.of("strict", Strict.class);
        GraphBuilder g = new GraphBuilder("strict");
        g.sink(Output.of("out", Strict.class), g.source(strict, ""), "");
        Topology t = g.build();
        int[] got = {0};
        StringBuilder letters = new StringBuilder();
        Core core = new Core(Planner.plan(t, PlanOptions.fused()), new Ports() {
            @Override
            public SinkPort sink(Output<?> output) {
                return flow -> got[0]++;
            }

            @Override
            public DeadLetterPort deadLetters(int stage) {
                return (q, node, reason, detail, cause, bytes, offset) ->
                        letters.append(q).append(' ').append(reason).append(' ').append(cause.getMessage());
            }

            @Override
            public boolean isLive(Input<?> input) {
                return false;
            }
        });
        byte[] entry = new byte[core.largestEntry()];
        for (int value : new int[] {1, -1, 2}) {
            int at = Entry.begin(entry, 0, EntryKind.EVENT, 0, 0, null);
            int length = strict.type().encode(new Strict(1), entry, at);
            Entry.end(entry, 0, length);
            Bytes.putInt(entry, at + length - 4, value);
            core.process(got[0] + letters.length(), entry, 0);
        }
        assertEquals(2, got[0]);
        assertTrue(letters.toString().contains("MALFORMED negative"), letters.toString());
    }
}
