package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random graphs of forks, merges and nodes that fail, against a plain evaluation list by list: each node takes all entries of
 * its first input, then all of its second, and what it fails at is read node after node.
 */
class DeadLetterRandomTest {
    record N(long v) {}

    record Failed(long node, long v) {}

    static final Input<N> IN = Input.of("in", N.class);
    static final Output<N> OUT = Output.of("out", N.class);
    static final Output<Failed> FAILED = Output.of("failed", Failed.class);

    /** A node: 0 the source, 1 two of each, 2 fails for some, 3 merge. */
    private record Plain(int kind, int a, int b, int salt) {}

    private static boolean failsAt(int salt, long v) {
        return Math.floorMod(v * 31 + salt, 5) < 2;
    }

    private static N checked(int node, int salt, N n) {
        if (failsAt(salt, n.v)) {
            throw new IllegalStateException(node + " " + n.v);
        }
        return new N(n.v + 1);
    }

    private static List<Plain> random(Random r) {
        List<Plain> nodes = new ArrayList<>(List.of(new Plain(0, 0, 0, 0)));
        int n = 2 + r.nextInt(8);
        while (nodes.size() < n) {
            int size = nodes.size();
            nodes.add(new Plain(1 + r.nextInt(3), r.nextInt(size), r.nextInt(size), r.nextInt(100)));
        }
        nodes.add(new Plain(2, nodes.size() - 1, 0, 7));
        return nodes;
    }

    private static void build(TopologyBuilder t, List<Plain> nodes, boolean lettersFirst) {
        if (lettersFirst) {
            letters(t);
        }
        List<EventStream<N>> streams = new ArrayList<>(List.of(t.from(IN)));
        for (int i = 1; i < nodes.size(); i++) {
            int id = i;
            Plain p = nodes.get(i);
            EventStream<N> from = streams.get(p.a);
            streams.add(
                    switch (p.kind) {
                        case 1 ->
                            from.flatMap(N.class, 2, (n, out) -> {
                                out.emit(n);
                                out.emit(new N(n.v + 3));
                            });
                        case 2 -> from.map(N.class, n -> checked(id, p.salt, n));
                        default -> from.merge(streams.get(p.b));
                    });
        }
        for (int i = 1; i < nodes.size(); i++) {
            streams.get(i).to(OUT);
        }
        if (!lettersFirst) {
            letters(t);
        }
    }

    private static void letters(TopologyBuilder t) {
        t.deadLetters().to(FAILED, d -> {
            String[] words = d.cause().substring(d.cause().indexOf(": ") + 2).split(" ");
            return new Failed(Long.parseLong(words[0]), Long.parseLong(words[1]));
        });
    }

    private static List<Failed> oracle(List<Plain> nodes, long event) {
        List<List<N>> out = new ArrayList<>(List.of(List.of(new N(event))));
        List<Failed> failed = new ArrayList<>();
        for (int i = 1; i < nodes.size(); i++) {
            Plain p = nodes.get(i);
            List<N> result = new ArrayList<>();
            for (N n : out.get(p.a)) {
                if (p.kind == 1) {
                    result.addAll(List.of(n, new N(n.v + 3)));
                } else if (p.kind == 3) {
                    result.add(n);
                } else if (failsAt(p.salt, n.v)) {
                    failed.add(new Failed(i, n.v));
                } else {
                    result.add(new N(n.v + 1));
                }
            }
            if (p.kind == 3) {
                result.addAll(out.get(p.b));
            }
            out.add(result);
        }
        return failed;
    }

    @Test
    void shouldBringLettersInTheOrderOfAPlainEvaluation() {
        int[] letters = {0};
        int cases = Seeds.each(0, 300, "agree(%d)", seed -> letters[0] += agree((int) seed));
        assertTrue(letters[0] > 10 * cases, letters[0] + " letters");
    }

    private static int agree(int seed) {
        int letters = 0;
        Random r = new Random(seed);
        List<Plain> nodes = random(r);
        boolean first = r.nextBoolean();
        TestDriver driver = TestDriver.of(Millrace.topology("random", t -> build(t, nodes, first)));
        for (int e = 0; e < 10; e++) {
            long event = r.nextInt(1000);
            driver.send(IN, new N(event));
            List<Failed> expected = oracle(nodes, event);
            letters += expected.size();
            if (expected.stream().mapToLong(Failed::node).distinct().allMatch(n -> count(expected, n) <= 64)) {
                assertEquals(expected, driver.take(FAILED), nodes::toString);
            } else {
                driver.take(FAILED);
            }
        }
        return letters;
    }

    private static long count(List<Failed> all, long node) {
        return all.stream().filter(f -> f.node == node).count();
    }
}
