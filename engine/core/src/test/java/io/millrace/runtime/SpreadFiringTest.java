package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.Seeds;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Firing that is spread over entries gives what firing at once gives. */
class SpreadFiringTest {
    private static final Input<Num> IN = Num.input("in");
    private static final Input<Num> OTHER = Num.input("other");
    private static final Output<Num> OUT = Num.output("out");
    private static final int ALL = 10_000;

    private static Topology chain(int first, int second) {
        GraphBuilder g = new GraphBuilder("chain");
        Port a = g.operator("a", Agenda.buckets(first, 10), null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("b", Agenda.buckets(second, 10), null, "", a), "");
        return g.build();
    }

    private static Topology single(int most) {
        GraphBuilder g = new GraphBuilder("single");
        g.sink(OUT, g.operator("a", Agenda.buckets(most, 10), null, "", g.source(IN, "")), "");
        return g.build();
    }

    @Test
    void shouldFireAtMostFAnEntryAndCountIt() {
        CoreRun run = CoreRun.historic(single(3));
        for (int i = 0; i < 10; i++) {
            run.event(IN, i, 5);
        }
        run.event(IN, 99, 10);
        assertEquals("[out 0@9, out 1@9, out 2@9]", run.taken());
        assertTrue(run.core().isBehind());
        run.event(IN, 99, 10);
        assertEquals("[out 3@9, out 4@9, out 5@9]", run.taken(), "any entry is an occasion");
        run.go().tick(7);
        assertEquals("[out 6@9, out 7@9, out 8@9, out 9@9]", run.taken());
        assertFalse(run.core().isBehind());
        assertEquals(10, run.core().counters()[1].firings);
        assertEquals(3, run.core().counters()[1].maxFirings);
    }

    @Test
    void shouldForwardLessThanWhatIsLeft() {
        CoreRun run = CoreRun.historic(chain(1, ALL));
        for (int i = 0; i < 3; i++) {
            run.event(IN, i, 5);
        }
        run.event(IN, 99, 30);
        assertEquals("[]", run.taken(), "b must wait for what a has still to fire");
        run.go();
        assertEquals("[]", run.taken());
        run.go();
        assertEquals("[out 0@9, out 1@9, out 2@9]", run.taken());
        assertEquals("[]", run.letters(), "a result is not late because its turn came later");
    }

    @Test
    void shouldJudgeLatenessByProgressAtOnce() {
        CoreRun run = CoreRun.historic(single(1));
        run.event(IN, 0, 5).event(IN, 1, 5).event(IN, 2, 10);
        assertEquals("[out 0@9]", run.taken());
        run.event(IN, 3, 9); // its window is still waiting to be fired
        assertEquals("[3 a late]", run.letters());
    }

    @Test
    void shouldHoldAMergeBackForAnEndedSourceThatHasStillToFire() {
        GraphBuilder g = new GraphBuilder("ended");
        Port a = g.operator("a", Agenda.buckets(1, 10), null, "", g.source(IN, ""));
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", a, g.source(OTHER, ""));
        g.sink(OUT, g.operator("b", Agenda.buckets(ALL, 10), null, "", merged), "");
        CoreRun run = CoreRun.historic(g.build());
        run.event(IN, 0, 5).event(IN, 1, 5).event(IN, 2, 5);
        run.event(OTHER, 9, 100);
        run.end(IN);
        assertEquals("[]", run.taken());
        run.go().go();
        assertEquals("[out 0@9, out 1@9, out 2@9]", run.taken());
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldHoldNobodyBackWhenFiringSendsNothing() {
        TrialOp frees = Agenda.buckets(1, 10);
        frees.maxOutputsPerFiring = 0;
        GraphBuilder g = new GraphBuilder("frees");
        Port in = g.source(IN, "");
        Port silent = g.operator("silent", TrialOp.keep(n -> false), null, "", g.operator("a", frees, null, "", in));
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", silent, in);
        g.sink(OUT, g.operator("b", Agenda.buckets(ALL, 10), null, "", merged), "");
        CoreRun run = CoreRun.historic(g.build());
        run.event(IN, 0, 5).event(IN, 1, 5).event(IN, 2, 5).event(IN, 9, 10);
        assertEquals("[out 0@9, out 1@9, out 2@9]", run.taken());
        assertTrue(run.core().plan().stages().get(0).inboxes().isEmpty(), "nothing comes in a time step");
    }

    @Test
    void shouldGiveTheSameResultsHoweverMuchFiresAnEntry() {
        Seeds.each(0, 300, "agree(%d)", SpreadFiringTest::agree);
    }

    private static void agree(long seed) {
        List<String> atOnce = results(seed, ALL, ALL, PlanOptions.tested());
        Random random = new Random(seed);
        int first = 1 + random.nextInt(3);
        int second = 1 + random.nextInt(3);
        assertEquals(atOnce, results(seed, first, second, PlanOptions.tested()));
        assertEquals(atOnce, results(seed, 1, 1, PlanOptions.tested()));
    }

    private static List<String> results(long seed, int first, int second, PlanOptions options) {
        CoreRun run = new CoreRun(chain(first, second), options, i -> false);
        Random random = new Random(seed);
        long time = 0;
        for (int i = 0; i < 60; i++) {
            time += random.nextInt(10) == 0 ? random.nextInt(50) : random.nextInt(3);
            run.event(IN, i, time);
        }
        run.end(IN);
        for (int i = 0; i < 130; i++) {
            run.go();
        }
        assertEquals("[]", run.letters());
        List<String> result = new ArrayList<>();
        run.outs().forEach(o -> result.add(o.toString()));
        return result;
    }
}
