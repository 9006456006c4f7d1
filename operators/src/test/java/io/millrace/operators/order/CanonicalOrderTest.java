package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.metric.Digest;
import io.millrace.operator.Held;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.time.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The one canonical order: the fused runner, the staged one under random schedules with the smallest legal rings, and an oracle
 * that evaluates list by list must put out the same, in the same order, for random graphs and random input.
 */
class CanonicalOrderTest {
    private static final int GRAPHS = 500;

    private static PlanOptions tested(RandomGraph graph) {
        return PlanOptions.tested().withStateBytes(graph.stateBytes());
    }

    @Test
    void shouldPutOutTheSameWhoeverRunsIt() {
        int[] sums = new int[5];
        int graphs = Seeds.each(1, GRAPHS, "agree(%d)", drawn -> {
            int[] counts = agree(drawn);
            Arrays.setAll(sums, i -> sums[i] + counts[i]);
        });
        if (graphs < GRAPHS) {
            return;
        }
        // the generator must not degenerate into graphs that prove nothing
        assertTrue(sums[0] > graphs / 2, sums[0] + " graphs had several stages");
        assertTrue(sums[1] > graphs / 10, sums[1] + " inboxes in fused plans");
        assertTrue(sums[2] > 20 * graphs, sums[2] + " outputs");
        assertTrue(sums[3] > graphs / 10, sums[3] + " sections of parallel keys");
        assertTrue(sums[4] > graphs / 100, sums[4] + " graphs with sections that read letters");
    }

    /** Answers what there was: graphs of several stages, inboxes, outputs, sections, graphs with those that read letters. */
    private static int[] agree(long drawn) {
        long seed = RandomGraph.smallFrom(drawn);
        RandomGraph graph = new RandomGraph(seed);
        List<byte[]> log = log(graph, seed);
        List<String> expected = oracle(new RandomGraph(seed), log);
        Ran fused = fused(graph, log, false);
        assertSame(expected, fused.outputs(), "fused", graph);
        Plan plan = Planner.plan(graph.topology, tested(graph).withThreads().withSmallestRings());
        Ran staged = staged(new RandomGraph(seed), log, seed);
        assertSame(expected, staged.outputs(), "staged", graph);
        assertEquals(fused.digest(), staged.digest(), () -> "digests" + repeat(graph));
        int stages = plan.stages().size() > 1 ? 1 : 0;
        int inboxes = Planner.plan(graph.topology, tested(graph))
                .stages()
                .get(0)
                .inboxes()
                .size();
        int sections = graph.topology.sections().size();
        return new int[] {stages, inboxes, expected.size(), sections, graph.readsLetters && sections > 0 ? 1 : 0};
    }

    @Test
    void shouldPutOutTheSameWithCopiedNodeClasses() {
        Seeds.each(1, GRAPHS / 10, "agreeWithCopies(%d)", CanonicalOrderTest::agreeWithCopies);
    }

    private static void agreeWithCopies(long drawn) {
        long seed = RandomGraph.smallFrom(drawn);
        RandomGraph graph = new RandomGraph(seed);
        List<byte[]> log = log(graph, seed);
        assertSame(oracle(new RandomGraph(seed), log), fused(graph, log, true).outputs(), "copies", graph);
    }

    private static void assertSame(List<String> expected, List<String> found, String how, RandomGraph g) {
        int at = 0;
        while (at < expected.size() && at < found.size() && expected.get(at).equals(found.get(at))) {
            at++;
        }
        if (at < expected.size() || at < found.size()) {
            fail(how + " differs at output " + at + ": expected "
                    + expected.subList(at, Math.min(expected.size(), at + 3)) + ", found "
                    + found.subList(at, Math.min(found.size(), at + 3)) + repeat(g)
                    + Planner.plan(g.topology, tested(g).withThreads().withSmallestRings())
                            .describe());
        }
    }

    private static String repeat(RandomGraph g) {
        return "\n" + g.topology.describe();
    }

    // ---- input

    private static List<byte[]> log(RandomGraph graph, long seed) {
        Random random = new Random(~seed);
        List<byte[]> log = new ArrayList<>();
        long time = random.nextInt(20);
        int entries = 30 + random.nextInt(50);
        for (int i = 0; i < entries; i++) {
            time += random.nextInt(10) == 0 ? random.nextInt(60) : random.nextInt(3);
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH + 24];
            if (random.nextInt(8) == 0) {
                EntryEncoder.plain(entry, 0, EntryKind.CONTINUE, 0, 0);
            } else if (!graph.asks.isEmpty() && random.nextInt(3) == 0) {
                reply(graph, random, entry, i);
            } else {
                event(graph, random, entry, Math.max(0, time - random.nextInt(6)), i);
            }
            log.add(entry);
        }
        for (int i = 0; i < graph.inputs.size(); i++) {
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
            EntryEncoder.plain(entry, 0, EntryKind.END, i, 0);
            log.add(entry);
        }
        for (int i = 0; i < 40; i++) {
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
            EntryEncoder.plain(entry, 0, EntryKind.CONTINUE, 0, 0);
            log.add(entry);
        }
        return log;
    }

    private static void event(RandomGraph graph, Random random, byte[] entry, long timeNs, int q) {
        int source = random.nextInt(graph.inputs.size());
        int at = Entry.begin(entry, 0, EntryKind.EVENT, source, timeNs, new Header().correlationId(q + 1L));
        Entry.end(
                entry, 0, Cell.TYPE.encode(new Cell().set(random.nextInt(1000), timeNs, random.nextInt(5)), entry, at));
    }

    /** To a request that may have been made not long ago. */
    private static void reply(RandomGraph graph, Random random, byte[] entry, int q) {
        int which = random.nextInt(graph.asks.size());
        var type = graph.asks.get(which).port.replies().type();
        Header header =
                new Header().correlationId(q + 1L).cause(Math.max(0, q - random.nextInt(12)), random.nextInt(3) / 2);
        int at = Entry.begin(entry, 0, EntryKind.EVENT, graph.inputs.size() + which, 0, header);
        Entry.end(entry, 0, type.encode(Asks.reply(random.nextInt(100)), entry, at));
    }

    /** By node, and of a node as they came. */
    private static List<OracleNode.Item> letters(RandomGraph graph, long seenNs) {
        List<OracleNode.Item> all = new ArrayList<>();
        Stream<OracleNode> nodes =
                graph.oracle.stream().flatMap(n -> n.section == null ? Stream.of(n) : n.section.oneOfEach().stream());
        for (OracleNode n : nodes.toList()) {
            n.letters.stream()
                    .filter(l -> !n.isBelow)
                    .limit(Plan.LETTERS_OF_NODE)
                    .forEach(l -> {
                        long id = RandomGraph.letter(l.reason(), l.fired());
                        all.add(new OracleNode.Item(id, 0, l.reason().ordinal(), null, seenNs, l.fired()));
                    });
            n.letters.clear();
        }
        return all;
    }

    /** An event as the oracle reads it. */
    private static OracleNode.Item event(byte[] entry) {
        int at = Entry.payload(entry, 0);
        return new OracleNode.Item(
                Bytes.getLong(entry, at),
                Bytes.getLong(entry, at + 8),
                Bytes.getLong(entry, at + 16),
                null,
                Entry.timeNs(entry, 0),
                false);
    }

    /** A reply as the oracle reads it: its number, then which request it is for. */
    private static OracleNode.Item reply(byte[] entry, long seenNs) {
        int at = Entry.payload(entry, 0);
        long number = entry[at] == LookupPort.ANSWERED ? Bytes.getLong(entry, at + LookupPort.REPLY_HEAD) : 0;
        return new OracleNode.Item(
                number, Entry.causeSequence(entry, 0), Entry.causeOrdinal(entry, 0), null, seenNs, false);
    }

    // ---- the oracle

    private static List<String> oracle(RandomGraph graph, List<byte[]> log) {
        List<List<String>> bySink = new ArrayList<>();
        graph.outputs.forEach(o -> bySink.add(new ArrayList<>()));
        long[] max = new long[graph.inputs.size()];
        java.util.Arrays.fill(max, Long.MIN_VALUE);
        long seenNs = 0; // there are none before that
        for (int q = 0; q < log.size(); q++) {
            byte[] entry = log.get(q);
            int[] ordinals = new int[bySink.size()];
            int source = Entry.source(entry, 0);
            boolean isEvent = Entry.kind(entry, 0) == EntryKind.EVENT;
            if (isEvent && source < max.length) {
                seenNs = Math.max(seenNs, Entry.timeNs(entry, 0));
                max[source] = Math.max(max[source], Entry.timeNs(entry, 0));
                graph.oracle.get(source).forwardNs =
                        max[source] - graph.inputs.get(source).disorderNs();
            } else if (Entry.kind(entry, 0) == EntryKind.END) {
                graph.oracle.get(source).forwardNs = Progress.END;
            }
            evaluate(graph, null, -1, seenNs, q, true, ordinals, bySink);
            if (isEvent) {
                evaluate(graph, entry, source, seenNs, q, false, ordinals, bySink);
            }
            if (graph.readsLetters) {
                evaluate(graph, null, -1, seenNs, q, false, ordinals, bySink);
                graph.oracle.forEach(
                        n -> n.letters.clear()); // letters make no further ones, wherever they let a shard fire
            }
        }
        List<String> all = new ArrayList<>();
        bySink.forEach(all::addAll);
        return all;
    }

    private static void evaluate(
            RandomGraph graph,
            byte[] entry,
            int source,
            long seenNs,
            int q,
            boolean timeStep,
            int[] ordinals,
            List<List<String>> bySink) {
        int sourceAt = 0;
        boolean isLast = entry == null && !timeStep;
        for (OracleNode n : graph.oracle) {
            if (n.kind == OracleNode.Kind.SOURCE) {
                n.out = new ArrayList<>();
                if (sourceAt++ == source) {
                    n.out.add(source < graph.inputs.size() ? event(entry) : reply(entry, seenNs));
                }
                continue;
            }
            n.begin(q);
            if (n.kind == OracleNode.Kind.LETTERS) {
                n.out = isLast ? letters(graph, seenNs) : new ArrayList<>();
                continue;
            }
            if (n.kind == OracleNode.Kind.SECTION) {
                n.section.evaluate(q, timeStep);
                continue;
            }
            n.take();
            if (timeStep) {
                n.advanceAndFire();
            }
            if (n.kind == OracleNode.Kind.SINK) {
                for (OracleNode.Item i : n.out) {
                    bySink.get(n.number())
                            .add(line(
                                    n.number(),
                                    q,
                                    ordinals[n.number()]++,
                                    i.id(),
                                    i.timeNs(),
                                    i.tag(),
                                    i.fired() ? 0 : q + 1L));
                }
            }
        }
    }

    private static String line(int sink, long q, int ordinal, long id, long timeNs, long tag, long correlation) {
        return "out" + sink + " " + q + "." + ordinal + " " + id + "@" + timeNs + "#" + tag
                + (correlation == 0 ? " fired" : " of " + correlation);
    }

    // ---- the engine

    /** What came out, and its digest; null where none was kept. */
    private record Ran(List<String> outputs, Digest digest) {}

    private static Ran fused(RandomGraph graph, List<byte[]> log, boolean copies) {
        Collected out = new Collected(graph);
        PlanOptions options = copies ? PlanOptions.fused().withStateBytes(graph.stateBytes()) : tested(graph);
        Core core = new Core(Planner.plan(graph.topology, options), out);
        int killedAt = new Random(log.size()).nextInt(2 * log.size()); // or beyond the end
        for (int q = 0; q < log.size(); q++) {
            core = q == killedAt ? restored(core, out) : core;
            core.process(q, log.get(q), 0);
        }
        return new Ran(out.all(), digest(core, log.size() - 1));
    }

    private static Digest digest(Core core, long last) {
        return core.digests() == null ? null : core.digests().now(last);
    }

    private static Ran staged(RandomGraph graph, List<byte[]> log, long seed) {
        Collected out = new Collected(graph);
        Core core = new Core(
                Planner.plan(graph.topology, tested(graph).withThreads().withSmallestRings()), out);
        Random random = new Random(seed * 31);
        int[] at = new int[core.stageCount()];
        int killedAt = random.nextInt(2 * log.size());
        if (killedAt < log.size()) {
            run(core, graph, log.subList(0, killedAt), random, at);
            core = restored(core, out);
        }
        run(core, graph, log, random, at);
        return new Ran(out.all(), digest(core, log.size() - 1));
    }

    /** Goes on with all that was left behind by a core that is thrown away. */
    private static Core restored(Core killed, Ports ports) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        killed.save(to);
        to.finish();
        Core core = new Core(killed.plan(), ports);
        core.load(new StateReader(new ByteArrayInputStream(bytes.toByteArray())));
        return core;
    }

    private static void run(Core core, RandomGraph graph, List<byte[]> log, Random random, int[] at) {
        int stuck = 0;
        int over = (int) Arrays.stream(at).filter(a -> a == log.size()).count();
        while (over < at.length) {
            int stage = random.nextInt(at.length);
            int burst = 1 + random.nextInt(12);
            boolean moved = false;
            while (burst-- > 0 && at[stage] < log.size() && core.tryStage(stage, at[stage], log.get(at[stage]), 0)) {
                moved = true;
                over += ++at[stage] == log.size() ? 1 : 0;
            }
            if (at[stage] == log.size() || random.nextInt(4) == 0) {
                core.publishStage(stage);
            }
            stuck = moved ? 0 : stuck + 1;
            if (stuck > 1000 * at.length) {
                fail("stages do not move, at " + java.util.Arrays.toString(at) + repeat(graph)
                        + core.plan().describe());
            }
        }
    }

    /** Collects outputs by sink. */
    private static final class Collected implements Ports {
        private final RandomGraph graph;
        private final List<List<String>> bySink = new ArrayList<>();

        Collected(RandomGraph graph) {
            this.graph = graph;
            graph.outputs.forEach(o -> bySink.add(new ArrayList<>()));
        }

        @Override
        public SinkPort sink(Output<?> output) {
            int sink = graph.outputs.indexOf(output);
            if (sink < 0) {
                return flow -> {}; // requests: what comes of their replies says whether they were right
            }
            byte[] bytes = new byte[24];
            return flow -> {
                Held.copyValue(flow, Cell.TYPE, bytes, 0);
                bySink.get(sink)
                        .add(line(
                                sink,
                                flow.sequence(),
                                flow.ordinal(),
                                Bytes.getLong(bytes, 0),
                                Bytes.getLong(bytes, 8),
                                Bytes.getLong(bytes, 16),
                                flow.fired() ? 0 : flow.correlationId()));
            };
        }

        @Override
        public DeadLetterPort deadLetters(int stage) {
            return (sequence, node, reason, detail, cause, entry, offset) -> {};
        }

        @Override
        public boolean isLive(Input<?> input) {
            return false;
        }

        List<String> all() {
            List<String> all = new ArrayList<>();
            bySink.forEach(all::addAll);
            return all;
        }
    }
}
