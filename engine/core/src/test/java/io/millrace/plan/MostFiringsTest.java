package io.millrace.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import org.junit.jupiter.api.Test;

/** How many fire at an entry: twice what its events make due in the long run, where that is more than is declared. */
class MostFiringsTest {
    private static final Input<Num> LIVE = Num.input("live").live();
    private static final Output<Num> OUT = Output.of("out", Num.TYPE);
    private static final KeyInfo KEY = new KeyInfo("long", 0, 0, "");

    private final GraphBuilder graph = new GraphBuilder("firings");
    private int count;

    private Port then(TrialOp op, Port... from) {
        return graph.operator(op.word() + ++count, op, KEY, "", from);
    }

    private Port many(int events) {
        return then(TrialOp.several(events), graph.source(LIVE, ""));
    }

    private static TrialOp fires() {
        return Agenda.buckets(64, 10);
    }

    private Plan plan(Port end) {
        graph.sink(OUT, end, "");
        return Planner.plan(graph.build(), PlanOptions.fused().withThreads().withSmallestRings());
    }

    private int most(Port at) {
        return plan(at).mostFirings().get(at.node());
    }

    @Test
    void shouldBeWhatIsDeclaredWhereAnEntryBringsOneEvent() {
        assertEquals(1, most(then(Agenda.buckets(1, 10), graph.source(LIVE, ""))));
    }

    @Test
    void shouldBeWhatIsDeclaredWhereEventsMakeLessDue() {
        assertEquals(64, most(then(fires(), many(32))));
    }

    @Test
    void shouldBeTwiceWhatTheEventsOfAnEntryMakeDue() {
        Port first = then(fires(), many(200));
        Plan plan = plan(first);
        assertEquals(400, plan.mostFirings().get(first.node()));
        assertEquals(0, plan.mostFirings().get(0));
        assertTrue(plan.describe().contains("firings of buckets2: at most 400 an entry"), plan.describe());
    }

    @Test
    void shouldNotMultiplyAlongAChain() {
        Port at = many(200);
        for (int i = 0; i < 5; i++) {
            at = then(fires(), at);
        }
        Port last = at;
        Port away = then(TrialOp.pass(1), last);
        graph.thread(away, "elsewhere");
        Plan plan = plan(away);
        assertEquals(400, plan.mostFirings().get(last.node()));
        assertEquals(
                5 * 400 + 200 + 1,
                plan.edges().get(0).mostPerQ(),
                "in a step for time each, in one of the event, a note");
    }

    @Test
    void shouldCountAllWaysOfADiamond() {
        Port many = many(100);
        Port both = then(TrialOp.pass(2), then(TrialOp.pass(1), many), then(fires(), many));
        assertEquals(400, most(then(fires(), both)));
    }

    /** Of several inputs an event comes by one. */
    @Test
    void shouldTakeTheMostOfSeveralInputs() {
        Port few = then(TrialOp.several(70), graph.source(Num.input("few").live(), ""));
        assertEquals(200, most(then(fires(), then(TrialOp.pass(2), many(100), few))));
    }

    /** Where so many come, as much as they may send in their own step is no less than what they make due. */
    @Test
    void shouldSendNoMoreThanEventsMayInTheirOwnStep() {
        assertEquals(MostFirings.CAP, most(then(fires(), many(5_000))));
    }

    @Test
    void shouldSayWhereItIsCut() {
        Port at = then(fires(), many(5_000));
        String said = plan(at).describe();
        String line =
                "firings of buckets2: at most 8192 an entry, cut from 10000, twice what its events may make due\n";
        assertTrue(said.contains(line), said);
    }

    @Test
    void shouldKeepUpWithAnyNumberOfEvents() {
        assertEquals(20_000, most(then(fires(), many(20_000))));
    }

    @Test
    void shouldNotCapWhatOnlyFrees() {
        TrialOp frees = fires();
        frees.maxOutputsPerFiring = 0;
        assertEquals(40_000, most(then(frees, many(20_000))));
    }

    /** All shards may have their turn in one step of an event. */
    @Test
    void shouldGiveAShardItsShare() {
        TrialOp keyed = fires();
        keyed.keyed = true;
        Port inside = then(keyed, graph.parallel(then(TrialOp.pass(1), many(500)), KEY, "section", 2, ""));
        graph.sink(OUT, inside, "");
        Plan plan = Planner.plan(graph.build(), PlanOptions.fused());
        assertEquals(MostFirings.CAP / 64, plan.mostFirings().get(inside.node()));
        String said =
                ": at most 128 an entry in each of 64 shards, cut from 1000, twice what its events may make due\n";
        assertTrue(plan.describe().contains(said), plan.describe());
    }
}
