package io.millrace.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Inboxes where they are needed and only there, rings of the right size, and a plan that says so. */
class PlannerTest {
    private static final Input<Num> IN = Num.input("in");
    private static final Input<Num> LIVE = Num.input("live").live();
    private static final Output<Num> OUT = Num.output("out");

    private static int inboxes(GraphBuilder g) {
        return Planner.plan(g.build(), PlanOptions.fused())
                .stages()
                .get(0)
                .inboxes()
                .size();
    }

    private static GraphBuilder merge(TrialOp first, TrialOp second, boolean sameSource) {
        GraphBuilder g = new GraphBuilder("merge");
        Port in = g.source(IN, "");
        Port other = sameSource ? in : g.source(LIVE, "");
        Port a = first == null ? in : g.operator("a", first, null, "", in);
        Port b = second == null ? other : g.operator("b", second, null, "", other);
        g.sink(OUT, g.operator("m", TrialOp.pass(2), null, "", a, b), "");
        return g;
    }

    @Test
    void shouldCallDirectlyWhatComesInOrderAnyway() {
        assertEquals(0, inboxes(merge(null, null, false)), "an event comes from one source");
        assertEquals(0, inboxes(merge(null, null, true)), "first branch, then second");
        assertEquals(
                0, inboxes(merge(TrialOp.several(3), TrialOp.several(3), true)), "all of the first, then the second");
        assertEquals(0, inboxes(merge(Agenda.buckets(5, 10), null, true)), "firing comes by one input only");
        assertEquals(0, inboxes(merge(Agenda.buckets(5, 10), Agenda.buckets(5, 10), false)), "the first fires first");
    }

    @Test
    void shouldStageWhatCouldComeOutOfOrder() {
        GraphBuilder late = new GraphBuilder("late");
        Port in = late.source(IN, "");
        Port twice = late.operator("twice", TrialOp.several(2), null, "", in);
        Port pass = late.operator("pass", TrialOp.pass(1), null, "", twice);
        late.sink(OUT, late.operator("m", TrialOp.pass(2), null, "", twice, pass), "");
        assertEquals(1, inboxes(late), "each of two goes down both branches: 1a 1b 2a 2b");

        GraphBuilder crossed = new GraphBuilder("crossed");
        Port from = crossed.source(IN, "");
        Port first = crossed.operator("first", TrialOp.pass(1), null, "", from);
        Port second = crossed.operator("second", TrialOp.pass(1), null, "", from);
        crossed.sink(OUT, crossed.operator("m", TrialOp.pass(2), null, "", second, first), "");
        assertEquals(1, inboxes(crossed), "the second input is reached first");

        GraphBuilder fires = new GraphBuilder("fires");
        Port source = fires.source(IN, "");
        Port b1 = fires.operator("b1", Agenda.buckets(5, 10), null, "", source);
        Port b2 = fires.operator("b2", Agenda.buckets(5, 10), null, "", source);
        fires.sink(OUT, fires.operator("m", TrialOp.pass(2), null, "", b2, b1), "");
        assertEquals(1, inboxes(fires), "b1 fires before b2");
    }

    @Test
    void shouldCountWhatOneEntryCanCause() {
        GraphBuilder g = new GraphBuilder("bounds");
        Port in = g.source(IN, "");
        Port three = g.operator("three", TrialOp.several(3), null, "", in);
        Port nine = g.operator("nine", TrialOp.several(3), null, "", three);
        g.sink(OUT, g.operator("m", TrialOp.pass(2), null, "", nine, three), "");
        Plan plan = Planner.plan(g.build(), PlanOptions.fused());
        assertEquals(12, plan.stages().get(0).inbox(3).capacity());
    }

    @Test
    void shouldSizeRingsByWhatOneEntryCanCause() {
        GraphBuilder live = staged(LIVE);
        EdgePlan edge = Planner.plan(
                        live.build(), PlanOptions.fused().withThreads().withSmallestRings())
                .edges()
                .get(0);
        assertEquals(3 + 1, edge.mostPerQ(), "three, and the note of held progress");
        assertEquals(4, edge.slots());
        assertEquals(Num.TYPE.maxLength(), edge.valueBytes());
        assertEquals(16, edge.keyBytes());
        EdgePlan historic = Planner.plan(
                        staged(IN).build(), PlanOptions.fused().withThreads().withSmallestRings())
                .edges()
                .get(0);
        assertEquals((3 + 1) * 17, historic.mostPerQ(), "sixteen that were set aside come at once");
        assertEquals(128, historic.slots(), "a power of two");
    }

    private static GraphBuilder staged(Input<Num> input) {
        return staged(input, TrialOp.several(3));
    }

    private static GraphBuilder staged(Input<Num> input, TrialOp first) {
        GraphBuilder g = new GraphBuilder("staged");
        Port three = g.operator("three", first, new KeyInfo("text", 16, 0, ""), "", g.source(input, ""));
        Port away = g.operator("away", TrialOp.pass(1), null, "", three);
        g.thread(away, "elsewhere");
        g.sink(OUT, away, "");
        return g;
    }

    @Test
    void shouldRunWhatFollowsASourceOnTheThreadThatIsAskedForThere() {
        GraphBuilder g = new GraphBuilder("two-threads");
        Port left = g.source(Num.input("left"), "");
        g.thread(left, "one");
        g.sink(OUT, g.operator("pass", TrialOp.pass(1), null, "", left), "");
        Port right = g.source(Num.input("right"), "");
        g.thread(right, "two");
        g.sink(Num.output("side"), g.operator("pass-too", TrialOp.pass(1), null, "", right), "");
        Plan plan = Planner.plan(g.build(), PlanOptions.fused().withThreads());
        assertEquals(
                List.of("one", "two"),
                plan.stages().stream().map(StagePlan::name).toList());
    }

    /** A product that has run over would be a bound below nothing, and a ring for it would be full in the middle of an entry. */
    @Test
    void shouldRefuseABoundBelowNothing() {
        TrialOp outputs = TrialOp.several(-17);
        TrialOp firings = Agenda.buckets(5, 10);
        firings.maxFirings = -1;
        TrialOp ofFiring = Agenda.buckets(5, 10);
        ofFiring.maxOutputsPerFiring = -2;
        TrialOp ofFirings = Agenda.buckets(5, 10);
        ofFirings.maxFirings = 5;
        ofFirings.maxOutputsPerFiring = 1;
        ofFirings.fewerOutputs = 8;
        assertEquals(
                "three: several declares -17 as maxOutputs; it must be 1 or more, so lower the "
                        + "bounds from which it is computed",
                unbounded(outputs));
        assertTrue(unbounded(firings).contains(" declares -1 as maxFirings; it must be 0 or more"));
        assertTrue(unbounded(ofFiring).contains(" declares -2 as maxOutputsPerFiring; it must be 0 or more"));
        assertTrue(unbounded(ofFirings).contains(" declares -3 as maxOutputsOfFirings; it must be 0 or more"));
    }

    private static String unbounded(TrialOp first) {
        Topology t = staged(LIVE, first).build();
        return assertThrows(
                        IllegalStateException.class,
                        () -> Planner.plan(t, PlanOptions.fused().withThreads()))
                .getMessage();
    }

    @Test
    void shouldNotLoseCountOfWhatIsDeclaredTogether() {
        GraphBuilder g = new GraphBuilder("most");
        Port at = g.source(LIVE, "");
        for (int i = 0; i < 5; i++) {
            at = g.operator("x" + i, TrialOp.several(Integer.MAX_VALUE), null, "T.java:" + i, at);
        }
        Port away = g.operator("away", TrialOp.pass(1), null, "", at);
        g.thread(away, "elsewhere");
        g.sink(OUT, away, "");
        Topology t = g.build();
        String said = assertThrows(
                        TopologyException.class,
                        () -> Planner.plan(t, PlanOptions.fused().withThreads()))
                .getMessage();
        assertTrue(said.contains("x4 (T.java:4): one entry can cause "), said);
    }

    @Test
    void shouldRefuseWhatOneEntryCouldBlowUp() {
        GraphBuilder g = new GraphBuilder("huge");
        Port at = g.source(IN, "");
        for (int i = 0; i < 7; i++) {
            at = g.operator("x" + i, TrialOp.several(10), null, "T.java:" + i, at);
        }
        Port pass = g.operator("pass", TrialOp.pass(1), null, "", at);
        g.sink(OUT, g.operator("m", TrialOp.pass(2), null, "T.java:9", at, pass), "");
        Topology t = g.build();
        TopologyException thrown = assertThrows(TopologyException.class, () -> Planner.plan(t, PlanOptions.fused()));
        assertEquals(
                "[m (T.java:9): one entry can bring it 20000000 entries at once, which is too many; "
                        + "lower the bounds of flatMap and joins in front of it]",
                thrown.problems().toString());
    }

    @Test
    void shouldGiveThreadsOnlyWhenAsked() {
        GraphBuilder g = new GraphBuilder("threads");
        Port in = g.source(IN, "");
        Port a = g.operator("a", TrialOp.pass(1), null, "", in);
        Port b = g.operator("b", TrialOp.pass(1), null, "", a);
        Port c = g.operator("c", TrialOp.pass(1), null, "", b);
        g.thread(a, "x");
        g.thread(b, "y");
        g.thread(c, "x");
        g.sink(OUT, c, "");
        Topology t = g.build();
        assertEquals(1, Planner.plan(t, PlanOptions.fused()).stages().size());
        Plan plan = Planner.plan(t, PlanOptions.fused().withThreads().withSmallestRings());
        assertEquals(
                "[x, y, x-3]",
                plan.stages().stream().map(StagePlan::name).toList().toString());
        for (EdgePlan e : plan.edges()) {
            assertTrue(e.from() < e.to(), "no cycle of stages");
        }
    }

    @Test
    void shouldDivideTheBudgetAmongThoseThatKeepStateByKey() {
        GraphBuilder g = new GraphBuilder("budget");
        Port in = g.source(IN, "");
        KeyInfo key = new KeyInfo("long", 0, 0, "");
        Port byKey = g.operator("key", TrialOp.pass(1), key, "", in);
        Port a = g.operator("a", keyed(), key, "", byKey);
        Port b = g.operator("b", keyed(), key, "", a);
        g.sink(OUT, g.operator("c", TrialOp.pass(1), null, "", b), "");
        Plan plan = Planner.plan(g.build(), PlanOptions.fused().withStateBytes(10 << 20));
        assertEquals("[0, 0, 5242880, 5242880, 0, 0]", plan.budgetBytes().toString());
    }

    @Test
    void shouldRefuseABudgetThatIsTooSmallForAllNodesAtOnce() {
        GraphBuilder g = new GraphBuilder("small");
        Port in = g.source(IN, "");
        KeyInfo key = new KeyInfo("long", 0, 0, "");
        Port byKey = g.operator("key", TrialOp.pass(1), key, "", in);
        Port a = g.operator("a", keyed(), key, "T.java:1", byKey);
        g.sink(OUT, g.operator("b", keyed(), key, "T.java:2", a), "");
        Topology t = g.build();
        PlanOptions least = PlanOptions.fused().withStateBytes(4 << 16);
        assertEquals(
                "[0, 0, 131072, 131072, 0]",
                Planner.plan(t, least).budgetBytes().toString());
        TopologyException thrown =
                assertThrows(TopologyException.class, () -> Planner.plan(t, least.withStateBytes((4 << 16) - 2)));
        assertEquals(
                "[a (T.java:1): its share of the state budget, 131071 of 262142 bytes, is less than "
                        + "the 131072 that it"
                        + " needs; raise the budget to 262144 bytes or more, b (T.java:2): its share "
                        + "of the state budget,"
                        + " 131071 of 262142 bytes, is less than the 131072 that it needs; raise the "
                        + "budget to 262144 bytes"
                        + " or more]",
                thrown.problems().toString());
    }

    private static TrialOp keyed() {
        TrialOp op = Agenda.buckets(2, 10);
        op.keyed = true;
        return op;
    }

    @Test
    void shouldPrintItself() {
        GraphBuilder g = new GraphBuilder("printed");
        Port in = g.source(LIVE, "");
        Port three = g.operator("three", TrialOp.several(3), new KeyInfo("long", 0, 0, ""), "", in);
        Port sums = g.operator("sums", keyed(), null, "", three);
        g.thread(sums, "second");
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", sums, three);
        g.sink(OUT, merged, "");
        assertEquals(
                """
                plan of topology printed
                  stage 0 main: live | three
                    segment from live: three fork of 2
                    segment from three, branch 1: ring to sums
                    segment from three, branch 2: ring to merged
                  stage 1 second:  | sums merged out
                    segment from the inbox of sums: sums to merged
                    segment from the inbox of merged: merged out
                    firings of sums: at most 6 an entry
                    inbox of sums: 3 entries, one of its inputs comes from another stage
                    inbox of merged: 6 entries, one of its inputs comes from another stage
                  ring three -> sums: 4 slots, at most 4 an entry, 2 KiB
                  ring three -> merged: 4 slots, at most 4 an entry, 2 KiB
                  state of sums: at most 262144 KiB
                """,
                Planner.plan(g.build(), PlanOptions.fused().withThreads().withSmallestRings())
                        .describe());
    }

    @Test
    void shouldRefuseEdgesThatTheHeapDoesNotHold() {
        GraphBuilder g = new GraphBuilder("large");
        Port three = g.operator("three", TrialOp.several(3), null, "", g.source(IN, ""));
        Port far = g.operator("far", TrialOp.pass(1), null, "", three);
        g.thread(far, "second");
        g.sink(OUT, far, "");
        Plan plan = Planner.plan(g.build(), PlanOptions.fused().withThreads().withSmallestRings());
        plan.requireRoomForEdges(1 << 20);
        TopologyException e = assertThrows(TopologyException.class, () -> plan.requireRoomForEdges(40_000));
        assertTrue(e.getMessage().contains("The largest edge starts at three"), e.getMessage());
        assertTrue(e.getMessage().contains("-Xmx"), e.getMessage());
    }

    @Test
    void shouldPrintTheRingInFrontAndTheChainsOfOneStage() {
        TrialOp saga = Agenda.buckets(7, 10);
        saga.ports = List.of("holds", "timed-out");
        GraphBuilder g = new GraphBuilder("chains");
        Port in = g.source(IN, "");
        Port a = g.operator("a", TrialOp.pass(1), null, "", in);
        Port b = g.operator("b", saga, null, "", a);
        Port c = g.operator("c", TrialOp.pass(1), null, "", in);
        Port met = g.operator("met", TrialOp.pass(2), null, "", new Port(b.node(), 1), c);
        g.sink(OUT, met, "");
        assertEquals(
                """
                plan of topology chains
                  input ring: 64 slots, at most %d bytes an entry
                  stage 0 main: in | a b c met out
                    segment from in: fork of 2
                    segment from in, branch 1: a b
                    segment from b.holds: dropped
                    segment from b.timed-out: to met
                    segment from in, branch 2: c to met
                    segment from where streams meet, met: met out
                    firings of b: at most 7 an entry
                """.formatted(Entry.MAX_HEADER_LENGTH + Num.TYPE.maxLength()),
                Planner.plan(g.build(), PlanOptions.fused().withRingSlots(64)).describe());
    }

    @Test
    void shouldPrintItsDescriptionToWhoeverPrintsIt() {
        Plan plan = Planner.plan(staged(IN).build(), PlanOptions.fused());
        assertTrue(plan.describe().startsWith("plan of topology "), plan.describe());
        assertEquals(plan.describe(), String.valueOf(plan));
    }

    /** Rows are shared within what would be a stage with threads: the bounds are met by the same events on every host. */
    @Test
    void shouldShareTheSameWhetherThreadsAreGivenOrNot() {
        Topology t = staged(IN).build();
        Plan fused = Planner.plan(t, PlanOptions.fused());
        assertEquals(1, fused.stages().size());
        assertEquals(Planner.plan(t, PlanOptions.fused().withThreads()).sharing(), fused.sharing());
        assertTrue(
                fused.sharing().stream().distinct().count() > 1,
                () -> fused.sharing().toString());
    }
}
