package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.engine.Waiting;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.operator.Held;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every diamond and double diamond, with the smallest rings that are legal: it comes to its end, and puts out what one stage does. */
class DiamondsTest {
    private static final int ON_THREADS_EVERY = 89;
    private static final List<byte[]> LOG = log();

    private static PlanOptions fused(Diamonds.Made made) {
        return PlanOptions.tested().withStateBytes(made.stateBytes()).withDigest(DigestOptions.NONE);
    }

    // ---- stages on one thread, in any order

    @Test
    void shouldRunEveryDiamond() {
        assertEquals(432, Diamonds.ofTwo().size());
        agree(Diamonds.ofTwo());
        agree(Diamonds.ofThree());
    }

    @Test
    void shouldRunEveryDoubleDiamond() {
        agree(Diamonds.nested());
        agree(Diamonds.chained());
    }

    @Test
    void shouldRunDiamondsWithParallelKeys() {
        agree(Diamonds.withKeys());
    }

    private static void agree(List<Diamonds.Way> ways) {
        int staged = 0;
        int outputs = 0;
        int smallest = Integer.MAX_VALUE;
        for (int i = 0; i < ways.size(); i++) {
            Diamonds.Made made = new Diamonds.Made(ways.get(i), 3, true);
            Plan plan = Planner.plan(made.topology, fused(made).withThreads().withSmallestRings());
            if (plan.edges().isEmpty()) {
                continue;
            }
            List<String> expected = new ArrayList<>();
            Core core = new Core(Planner.plan(made.topology, fused(made)), new Collecting(expected));
            for (int q = 0; q < LOG.size(); q++) {
                core.process(q, LOG.get(q), 0);
            }
            List<String> found = new ArrayList<>();
            run(new Core(plan, new Collecting(found)), new Random(i), ways.get(i));
            if (!expected.equals(found)) {
                fail(ways.get(i) + ": expected " + expected + ", found " + found + plan.describe());
            }
            staged++;
            outputs += found.size();
            smallest = Math.min(
                    smallest,
                    plan.edges().stream().mapToInt(e -> e.slots()).min().getAsInt());
        }
        assertTrue(staged > ways.size() * 3 / 4, staged + " of " + ways.size());
        assertTrue(outputs > 5 * staged, outputs + " outputs");
        assertEquals(2, smallest, "slots of the smallest ring"); // an event, and a note of progress
    }

    /** Stages have turns by chance. One that stops for others is told nothing more: what it has done it must have published itself. */
    private static void run(Core core, Random random, Diamonds.Way way) {
        int[] at = new int[core.stageCount()];
        int all = (1 << at.length) - 1;
        int over = 0;
        int tried = 0;
        int rounds = 0;
        while (over != all) {
            int stage = random.nextInt(at.length);
            int burst = 1 + random.nextInt(random.nextBoolean() ? 3 : LOG.size());
            int from = at[stage];
            boolean waits = false;
            while (at[stage] < LOG.size() && burst-- > 0 && !waits) {
                waits = !core.tryStage(stage, at[stage], LOG.get(at[stage]), 0);
                at[stage] += waits ? 0 : 1;
            }
            if (at[stage] == LOG.size()) {
                over |= 1 << stage;
                core.publishStage(stage);
            } else if (!waits && random.nextBoolean()) {
                core.publishStage(stage);
            }
            boolean moved = at[stage] > from;
            tried = moved ? 0 : tried | 1 << stage;
            rounds = moved ? 0 : rounds;
            // each has been asked, the second time behind what the others told at the first
            if ((tried | over) == all) {
                tried = 0;
                rounds++;
                assertFalse(
                        rounds > 2 && over != all,
                        () -> "no stage moves: " + way + core.plan().describe());
            }
        }
    }

    // ---- stages on threads

    @Test
    void shouldRunDiamondsOnThreads() {
        List<Diamonds.Way> all = new ArrayList<>();
        List.of(Diamonds.ofTwo(), Diamonds.ofThree(), Diamonds.nested(), Diamonds.chained(), Diamonds.withKeys())
                .forEach(all::addAll);
        int stages = 0;
        for (int i = 0; i < all.size(); i += ON_THREADS_EVERY) {
            stages += agreeOnThreads(all.get(i), i);
        }
        assertTrue(stages > 2 * all.size() / ON_THREADS_EVERY, stages + " stages");
    }

    /**
     * Answers how many stages there were. Windows fire all that is due at once, so that there is nothing for which a host goes on by
     * itself, whenever it has the time. Shards fire in their turn: a file waits for its next row instead.
     */
    private static int agreeOnThreads(Diamonds.Way way, int seed) {
        List<Cell> events = events(40);
        Diamonds.Made made = new Diamonds.Made(way, 16, !way.toString().contains("KEYS"));
        List<String> expected = new ArrayList<>();
        try (Inline inline = setup(made, expected).inline()) {
            events.forEach(c -> inline.publish(made.input, c));
            inline.publisher(made.input).end();
            while (inline.doWork(0)) {
                // left-over firings
            }
        }
        List<String> found = new ArrayList<>();
        Setup setup = setup(made, found).edgeSlots(1).ringSlots(64).waiting(Waiting.named("parking:10us"));
        try (Engine engine = setup.start()) {
            Random random = new Random(seed);
            for (int i = 0; i < events.size(); ) {
                int to = Math.min(events.size(), i + 1 + random.nextInt(20));
                engine.publisher(made.input).publishBatch(events.subList(i, to));
                i = to;
            }
            engine.publisher(made.input).end();
            assertEquals(0, engine.drain(Duration.ofMinutes(1)), () -> "left over: " + way);
        }
        assertEquals(expected, found, way::toString);
        return setup.plan().stages().size();
    }

    private static Setup setup(Diamonds.Made made, List<String> outputs) {
        return Engine.of(made.topology)
                .stateBudget(made.stateBytes())
                .tickEvery(Duration.ofDays(1))
                .outputWithMeta(made.output, (Cell c, Meta meta) -> outputs.add(c + (meta.fired() ? " fired" : "")));
    }

    // ---- input

    /** Events, now and then far from the last or late, ticks, and what lets left-over firings go on. */
    private static List<byte[]> log() {
        Random random = new Random(1);
        List<byte[]> log = new ArrayList<>();
        for (Cell c : events(14)) {
            if (random.nextInt(5) == 0) {
                log.add(plain(random.nextBoolean() ? EntryKind.TICK : EntryKind.CONTINUE, c.timeNs));
            }
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH + 24];
            int at = Entry.begin(entry, 0, EntryKind.EVENT, 0, c.timeNs, new Header());
            Entry.end(entry, 0, Cell.TYPE.encode(c, entry, at));
            log.add(entry);
        }
        log.add(plain(EntryKind.END, 0));
        for (int i = 0; i < 8; i++) {
            log.add(plain(EntryKind.CONTINUE, 0));
        }
        return log;
    }

    private static List<Cell> events(int n) {
        Random random = new Random(2);
        List<Cell> events = new ArrayList<>();
        long time = 100;
        for (int i = 0; i < n; i++) {
            time += random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(3);
            events.add(new Cell().set(random.nextInt(1000), time - random.nextInt(17), random.nextInt(2)));
        }
        return events;
    }

    private static byte[] plain(byte kind, long timeNs) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, kind, 0, timeNs);
        return entry;
    }

    /** Keeps what comes out, with its number. */
    private record Collecting(List<String> lines) implements Ports {
        @Override
        public SinkPort sink(Output<?> output) {
            byte[] bytes = new byte[24];
            return flow -> {
                Held.copyValue(flow, Cell.TYPE, bytes, 0);
                lines.add(flow.sequence() + "." + flow.ordinal() + " " + Cell.TYPE.text(bytes, 0, 24)
                        + (flow.fired() ? " fired" : ""));
            };
        }

        @Override
        public DeadLetterPort deadLetters(int stage) {
            return (sequence, node, reason, detail, cause, entry, offset) -> {};
        }

        @Override
        public boolean isLive(Input<?> input) {
            return true;
        }
    }
}
