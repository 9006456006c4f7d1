package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stages over the smallest legal rings; random graphs of them are the order property's, in the tests of the operators. */
class StagedTest {
    private static final Input<Num> IN =
            Num.input("in").maxAhead(Duration.ofNanos(50)).disorder(Duration.ofNanos(3));
    private static final Output<Num> OUT = Num.output("out");
    private static final PlanOptions THREADS =
            PlanOptions.tested().withThreads().withSmallestRings();

    /** A key of 60 bytes, longer than the event itself. */
    private static TrialOp keyByText() {
        byte[] text = "k".repeat(60).getBytes(StandardCharsets.US_ASCII);
        return TrialOp.of("keyBy", context -> flow -> {
            flow.key(17, text, text.length);
            return true;
        });
    }

    private static TrialOp seesKey(StringBuilder seen) {
        return TrialOp.of("sees", context -> flow -> {
            seen.append(flow.key())
                    .append(':')
                    .append(flow.keyBytes() == null ? "-" : flow.keyLength())
                    .append(' ');
            return true;
        });
    }

    @Test
    void shouldCarryTextKeysBetweenStages() {
        StringBuilder seen = new StringBuilder();
        GraphBuilder g = new GraphBuilder("keys");
        Port keyed = g.operator("key", keyByText(), new KeyInfo("text", 60, 0, ""), "", g.source(IN, ""));
        Port away = g.operator("sees", seesKey(seen), null, "", keyed);
        g.thread(away, "elsewhere");
        g.sink(OUT, away, "");
        new CoreRun(g.build(), THREADS, i -> false).event(IN, 1, 0).event(IN, 2, 0);
        assertEquals("17:60 17:60 ", seen.toString());
    }

    @Test
    void shouldLeaveTheBytesOfAKeyBehindWhereTheStreamHasLostIt() {
        StringBuilder seen = new StringBuilder();
        GraphBuilder g = new GraphBuilder("lost");
        Port keyed = g.operator("key", keyByText(), new KeyInfo("text", 60, 0, ""), "", g.source(IN, ""));
        Port lost = g.operator("lost", TrialOp.pass(1), null, "", keyed);
        Port away = g.operator("sees", seesKey(seen), null, "", lost);
        g.thread(away, "elsewhere");
        g.sink(OUT, away, "");
        CoreRun run =
                new CoreRun(g.build(), THREADS, i -> false).event(IN, 1, 0).event(IN, 2, 0);
        assertEquals("17:- 17:- ", seen.toString());
        assertEquals("[out 1@0, out 2@0]", run.taken());
    }

    @Test
    void shouldCarryEventsThatWereSetAsideThroughSmallestRings() {
        Topology t = diamond(3);
        CoreRun fused = new CoreRun(t, PlanOptions.tested(), i -> false);
        CoreRun staged = new CoreRun(t, THREADS, i -> false);
        for (CoreRun run : new CoreRun[] {fused, staged}) {
            run.event(IN, 0, 0);
            for (int i = 1; i <= 17; i++) {
                run.event(IN, i, 1000 + i);
            }
            run.event(IN, 18, 5000).event(IN, 19, 1020).end(IN);
            for (int i = 0; i < 100; i++) {
                run.go();
            }
        }
        assertTrue(fused.outs().size() > 100);
        assertEquals(fused.outs(), staged.outs());
        assertEquals(fused.sortedLetters(), staged.sortedLetters());
    }

    /** The time of an event without one is made of what all nodes have seen, in whichever stage they are. */
    @Test
    void shouldGiveUntimedEventsTheSameTimeWhereNodesOfOtherStagesGoOnByTicks() {
        Input<Num> a = Num.input("a").idleAfter(Duration.ofNanos(50));
        Input<Num> b = Num.input("b").idleAfter(Duration.ofNanos(50));
        Input<Num> untimed = Input.of("untimed", Num.TYPE);
        GraphBuilder g = new GraphBuilder("three");
        Port w0 = g.operator("w0", Agenda.buckets(1000, 10), null, "", g.source(a, ""));
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", w0, g.source(b, ""));
        g.thread(merged, "away");
        g.sink(OUT, g.operator("op", Agenda.buckets(1000, 10), null, "", merged), "");
        g.sink(Num.output("side"), g.operator("w1", TrialOp.pass(1), null, "", g.source(untimed, "")), "");
        Topology t = g.build();
        List<List<CoreRun.Out>> outs = new ArrayList<>();
        for (PlanOptions options : List.of(PlanOptions.tested(), THREADS)) {
            CoreRun run = new CoreRun(t, options, i -> true);
            run.tick(20_000).event(a, 1, 500).event(a, 2, 501).tick(20_001).tick(20_052);
            run.event(b, 3, 20_000).end(b);
            run.tick(20_100).event(untimed, 4, 0).tick(20_200).end(a).end(untimed);
            for (int i = 0; i < 20; i++) {
                run.go();
            }
            outs.add(run.outs());
        }
        assertTrue(outs.get(0).toString().contains("20048"), outs.get(0)::toString);
        assertEquals(outs.get(0), outs.get(1));
    }

    @Test
    void shouldGiveTheSameWhereSourcesAreLive() {
        for (int seed = 0; seed < 100; seed++) {
            Topology t = diamond(1 + seed % 3);
            CoreRun fused = new CoreRun(t, PlanOptions.tested(), i -> true);
            CoreRun staged = new CoreRun(t, THREADS, i -> true);
            for (CoreRun run : new CoreRun[] {fused, staged}) {
                Random random = new Random(seed);
                long clock = 0;
                for (int i = 0; i < 80; i++) {
                    clock += random.nextInt(20) == 0 ? random.nextInt(60) - 10 : random.nextInt(4);
                    if (random.nextInt(3) == 0) {
                        run.tick(clock);
                    } else {
                        run.event(IN, i, clock + random.nextInt(80) - 40);
                    }
                }
                run.end(IN);
                for (int i = 0; i < 100; i++) {
                    run.go();
                }
            }
            assertEquals(fused.outs(), staged.outs(), "seed " + seed);
            assertEquals(fused.sortedLetters(), staged.sortedLetters(), "seed " + seed);
        }
    }

    /** Two branches on threads of their own, both firing, put together on a third. */
    private static Topology diamond(int firings) {
        GraphBuilder g = new GraphBuilder("diamond");
        Port in = g.source(IN, "");
        Port twice = g.operator("twice", TrialOp.several(2), null, "", in);
        Port a = g.operator("a", Agenda.buckets(firings, 10), null, "", twice);
        Port b = g.operator("b", Agenda.timers(firings, n -> n.timeNs() + 5), null, "", twice);
        g.thread(a, "left");
        g.thread(b, "right");
        Port merged = g.operator("merged", TrialOp.pass(3), null, "", b, a, in);
        g.thread(merged, "end");
        Port again = g.operator("again", Agenda.buckets(firings, 10), null, "", merged);
        g.sink(OUT, again, "");
        g.sink(OUT, merged, "");
        return g.build();
    }

    @Test
    void shouldHoldAMergeBackForAnEndedSourceThatHasStillToFireElsewhere() {
        Input<Num> other = Num.input("other");
        GraphBuilder g = new GraphBuilder("ended");
        Port a = g.operator("a", Agenda.buckets(1, 10), null, "", g.source(IN, ""));
        g.thread(a, "elsewhere");
        Port merged = g.operator("merged", TrialOp.pass(2), null, "", a, g.source(other, ""));
        g.thread(merged, "here");
        g.sink(OUT, g.operator("b", Agenda.buckets(100, 10), null, "", merged), "");
        CoreRun run = new CoreRun(g.build(), THREADS, i -> false);
        run.event(IN, 0, 5).event(IN, 1, 5).event(IN, 2, 5);
        run.event(other, 9, 100);
        run.end(IN);
        assertEquals("[]", run.taken());
        run.go().go();
        assertEquals("[out 0@9, out 1@9, out 2@9]", run.taken());
        assertEquals("[]", run.letters());
    }

    @Test
    void shouldRefuseWhatSendsMoreThanItDeclares() {
        TrialOp liar = TrialOp.several(6);
        liar.maxOutputs = 2;
        GraphBuilder g = new GraphBuilder("liar");
        Port many = g.operator("liar", liar, null, "", g.source(Num.input("in").live(), ""));
        Port away = g.operator("away", TrialOp.pass(1), null, "", many);
        g.thread(away, "elsewhere");
        g.sink(OUT, away, "");
        Topology t = g.build();
        @SuppressWarnings("unchecked")
        Input<Num> in = (Input<Num>) t.inputs().get(0);
        CoreRun run = new CoreRun(t, THREADS, i -> true);
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class, () -> run.event(in, 1, 0).event(in, 2, 0));
        assertTrue(thrown.getMessage().contains("more than its maxOutputs"), thrown.getMessage());
    }
}
