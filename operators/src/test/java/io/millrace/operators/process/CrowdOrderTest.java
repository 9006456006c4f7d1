package io.millrace.operators.process;

import static io.millrace.operators.process.MillionDueTest.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.StagedRun;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Entries that bring more events than one fires else: random topologies of words that fire, and of joins of what comes of them, put out the
 * same on one thread, on one that is killed, and on several under any schedule; and no entry fires more than the plan says.
 */
class CrowdOrderTest {
    private static final int CASES = 30;
    private static final int ENTRIES = 30;
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(48 << 20);
    private static final Output<Blip.View> LATE = Output.of("late", Blip.BLIP);
    private static final Output<Blip.View> BEHIND = Output.of("behind", Blip.BLIP);
    private static final Input<Blip.View> EVENTS = Input.of("events", Blip.BLIP)
            .eventTime(Blip.View::timeNs, TimeUnit.NANOSECONDS)
            .disorder(Duration.ofNanos(3))
            .live();

    /** As few as keep rings small. */
    static final class Alone extends EventPattern<Blip.View> {
        final Step<Blip.View> one = begin(b -> true);

        Alone() {
            notFollowedBy(b -> b.key() % 5 == 0);
            partialsAtMost(3);
            matchesAtMost(2);
        }
    }

    /** One of the topologies: drawn anew each time it is made, and the same. */
    private static final class Drawn {
        private final SplittableRandom random;

        Drawn(long seed) {
            random = new SplittableRandom(seed);
        }

        Topology topology() {
            int size = 66 + random.nextInt(10);
            long keys = random.nextBoolean() ? 40 : Long.MAX_VALUE;
            return Millrace.topology("crowd", t -> {
                EventStream<Blip.View> many = t.from(EVENTS).flatMap(Blip.BLIP, size, (b, out) -> {
                    for (int i = 0; i < size; i++) {
                        out.begin().set((b.key() * size + i) % keys, b.timeNs(), i % 7);
                        out.end();
                    }
                });
                EventStream<Blip.View> first = word("first", anywhere(many.keyBy(Blip.View::key)));
                EventStream<Blip.View> second = word("second", anywhere(many.keyBy(Blip.View::key)));
                EventStream<Blip.View> joined = anywhere(first.keyBy(Blip.View::key))
                        .join("join", second.keyBy(Blip.View::key), how())
                        .late(side -> side.to(LATE))
                        .map(
                                Blip.BLIP,
                                (j, out) -> out.set(
                                        j.hasLeft() ? j.left().key() : j.right().key(),
                                        j.hasRight() ? j.right().timeNs() : 0,
                                        j.hasLeft() ? 1 : 2));
                joined.to(OUT);
                word("third", joined.keyBy(Blip.View::key)).to(BEHIND);
            });
        }

        private KeyedStream<Blip.View> anywhere(KeyedStream<Blip.View> stream) {
            int thread = random.nextInt(4);
            return thread == 0 ? stream : stream.onThread("thread-" + thread);
        }

        private Duration time() {
            return Duration.ofNanos(2 + random.nextInt(8));
        }

        private Interval<Object> how() {
            Interval<Object> in = switch (random.nextInt(3)) {
                case 0 -> Interval.sameWindow(Window.session(time()));
                case 1 -> Interval.sameWindow(Window.tumbling(time()));
                default -> Interval.between(time().negated(), time());
            };
            Interval<Object> bounded = in.eventsAtMost(8).matchesAtMost(8);
            return switch (random.nextInt(3)) {
                case 0 -> bounded.left();
                case 1 -> bounded.anti();
                default -> bounded.full();
            };
        }

        private EventStream<Blip.View> word(String name, KeyedStream<Blip.View> s) {
            return switch (random.nextInt(9)) {
                case 0 -> tallied(name, s, Window.tumbling(time()).windowsAtMost(4));
                case 1 -> tallied(name, s, Window.session(time()).windowsAtMost(4));
                case 2 -> // any number of them may go before an event, as far as the plan knows: not in front of a join
                    tallied(
                            name,
                            s,
                            name.equals("third")
                                    ? Window.count(3).early(time())
                                    : Window.hopping(Duration.ofNanos(6), Duration.ofNanos(3))
                                            .windowsAtMost(4));
                case 3 -> s.conflate(name, time());
                case 4 -> s.defer(name, time());
                case 5 -> s.process(name, time(), CrowdsTest.Twice::new).out(p -> p.out);
                case 6 ->
                    s.pattern(name, time(), Alone::new)
                            .map(Blip.BLIP, (m, out) -> out.set(m.one.first().key(), 0, 0));
                case 7 ->
                    s.asOf(name, s.filter(b -> b.key() % 3 == 0), AsOf.nearest().tolerance(time()))
                            .map(
                                    Blip.BLIP,
                                    (j, out) -> out.set(
                                            j.left().key(),
                                            j.hasRight() ? j.right().timeNs() : 0,
                                            1));
                default -> s.dedupe(name, time());
            };
        }

        private static EventStream<Blip.View> tallied(String name, KeyedStream<Blip.View> s, Window window) {
            return s.window(name, window)
                    .aggregate(CrowdsTest.Tally::new)
                    .map(Blip.BLIP, (t, out) -> out.set(t.key.get(), t.count.get(), 0));
        }
    }

    private static List<byte[]> log(long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        List<byte[]> log = new ArrayList<>();
        long clock = 0;
        for (int i = 0; i < ENTRIES; i++) {
            clock += random.nextInt(10) == 0 ? random.nextInt(30) : random.nextInt(3);
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH + Blip.BLIP.maxLength()];
            long ns = Math.max(0, clock - random.nextInt(4));
            int at = Entry.begin(entry, 0, EntryKind.EVENT, 0, ns, new Header().correlationId(i + 1));
            Entry.end(entry, 0, Blip.BLIP.encode(Blip.of(i, ns, 0), entry, at));
            log.add(entry);
        }
        plain(log, EntryKind.END);
        for (int i = 0; i < 20; i++) {
            plain(log, EntryKind.CONTINUE);
        }
        return log;
    }

    private static void plain(List<byte[]> log, byte kind) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        EntryEncoder.plain(entry, 0, kind, 0, 0);
        log.add(entry);
    }

    @Test
    void shouldPutOutTheSameWhoeverRunsItHoweverManyEventsAnEntryBrings() {
        int[] sums = new int[3];
        int cases = Seeds.each(0, CASES, "agree(%d)", seed -> agree(seed, sums));
        if (cases == CASES) {
            assertTrue(sums[0] > 500 * cases, sums[0] + " outputs");
            assertTrue(sums[1] > cases, sums[1] + " nodes fired more than they do else");
            assertTrue(sums[2] > 2 * cases, sums[2] + " stages");
        }
    }

    private static void agree(long seed, int[] sums) {
        List<byte[]> log = log(seed);
        Map<String, List<String>> expected =
                StagedRun.fused(topology(seed), log, OPTIONS, -1, core -> look(core, sums));
        int killedAt = (int) (seed * 7 % ENTRIES);
        assertEquals(
                expected,
                StagedRun.fused(topology(seed), log, OPTIONS, killedAt, core -> {}),
                "killed at " + killedAt + " of seed " + seed);
        assertEquals(expected, StagedRun.staged(topology(seed), log, OPTIONS, seed), "staged, seed " + seed);
        sums[0] += expected.values().stream().mapToInt(List::size).sum();
        sums[2] += plan(seed).stages().size();
    }

    private static Topology topology(long seed) {
        return new Drawn(seed).topology();
    }

    private static Plan plan(long seed) {
        return Planner.plan(topology(seed), OPTIONS.withThreads());
    }

    /** No node fires more at an entry than the plan says. */
    private static void look(Core core, int[] sums) {
        Topology topology = core.plan().topology();
        for (String name : List.of("first", "second", "join", "third")) {
            int id = topology.node(name).id();
            long most = core.counters()[id].maxFirings;
            assertTrue(most <= core.plan().mostFirings().get(id), () -> name + " fired " + most);
            sums[1] += most > topology.nodes().get(id).operator().maxFirings() ? 1 : 0;
        }
    }
}
