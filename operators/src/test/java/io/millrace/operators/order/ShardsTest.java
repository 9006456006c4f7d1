package io.millrace.operators.order;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operator.Shards;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shard of a section of parallel keys is: its share, its turn; where sections end, what cannot stand in one. */
@Tag("jit")
@Timeout(240)
class ShardsTest {
    private static final long STATE_BYTES = 1L << 30;

    record Num(long key, long timeNs) {}

    private static final Input<Num> NUMS =
            Input.of("nums", Num.class).eventTime(Num::timeNs, NANOSECONDS).historic();
    private static final Output<Num> TOLD = Output.of("told", Num.class);

    /** Keys of one shard. */
    private static long[] keysOf(int shard, int n) {
        return LongStream.range(0, 1 << 20)
                .filter(k -> Shards.of(k) == shard)
                .limit(n)
                .toArray();
    }

    private static TestDriver driver(Consumer<TopologyBuilder> define) {
        return TestDriver.of(
                Millrace.topology("shards", define), PlanOptions.tested().withStateBytes(STATE_BYTES));
    }

    @Test
    void shouldDivideKeysByAFixedHash() {
        assertEquals(
                "[0, 56, 23, 53]",
                List.of(Shards.of(0), Shards.of(1), Shards.of(2), Shards.of(-1)).toString());
        assertEquals(55, Shards.of("4000001".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 7));
        int[] keys = new int[Shards.COUNT];
        for (long k = 0; k < 64_000; k++) {
            keys[Shards.of(k << 3)]++;
        }
        for (int n : keys) {
            assertTrue(n > 800 && n < 1_200, () -> java.util.Arrays.toString(keys));
        }
    }

    static final class Counts extends Aggregates<Num> {
        final LongValue key = longKey();
        final LongValue count = count();
    }

    /** An engine of one thread, and what it told: the entry, then the key. It lets nothing go on by itself. */
    private static Inline windows(List<long[]> told) {
        Topology topology = Millrace.topology(
                "shards",
                t -> t.from(NUMS)
                        .keyBy(Num::key)
                        .parallel("p", 2)
                        .window("w", tumbling(ofNanos(10)))
                        .aggregate(Counts::new)
                        .to(TOLD, c -> new Num(c.key.get(), c.count.get())));
        return Engine.of(topology)
                .stateBudget(STATE_BYTES)
                .outputWithMeta(TOLD, (Num n, Meta m) -> told.add(new long[] {m.sequence(), n.key()}))
                .inline();
    }

    @Test
    void shouldFireAShardWhenItsTurnHasCome() {
        List<long[]> told = new ArrayList<>();
        try (Inline inline = windows(told)) {
            int q = 0;
            for (int shard = 0; shard < Shards.COUNT; shard += 9, q++) {
                inline.publish(NUMS, new Num(keysOf(shard, 1)[0], 1));
            }
            long other = keysOf(1, 1)[0];
            for (int i = 0; i < Shards.COUNT; i++) {
                inline.publish(NUMS, new Num(other, 20));
            }
            assertEquals(8, told.size());
            for (long[] t : told) {
                assertEquals(Shards.of(t[1]), t[0] % Shards.COUNT, "its turn");
                assertTrue(t[0] >= q && t[0] < q + Shards.COUNT);
            }
        }
    }

    @Test
    void shouldFireAShardBeforeAnEventOfItsOwn() {
        List<long[]> told = new ArrayList<>();
        try (Inline inline = windows(told)) {
            long[] keys = keysOf(40, 3); // it is not its turn soon
            inline.publish(NUMS, new Num(keys[0], 1));
            inline.publish(NUMS, new Num(keys[1], 2));
            inline.publish(NUMS, new Num(keysOf(50, 1)[0], 20));
            assertEquals(0, told.size());
            inline.publish(NUMS, new Num(keys[2], 21));
            assertEquals(
                    List.of("[3, " + keys[0] + "]", "[3, " + keys[1] + "]"),
                    told.stream().map(java.util.Arrays::toString).toList());
        }
    }

    static final class Reminds extends KeyedProcess {
        final Emit<Num> out = emits("out", Num.class);
        private final Timer due = timer("due", this::due);

        Reminds(On<Num> nums) {
            on(nums, n -> {
                if (n.timeNs() == 1) {
                    due.at(nowNs() + 10);
                }
            });
        }

        private void due() {
            out.emit(new Num(key(), nowNs()));
        }
    }

    /** What holds back something of an event at 11 until 20 or a little later, and of the next of its key until 30 or 32. */
    private enum Holds {
        DEFER(1, s -> s.defer("held", ofNanos(10)).to(TOLD)),
        TUMBLING(2, s -> counted(s, tumbling(ofNanos(10)))),
        SESSION(1, s -> counted(s, Window.session(ofNanos(9)))),
        CONFLATE(2, s -> s.conflate("held", ofNanos(10)).to(TOLD)),
        PROCESS(
                1,
                s -> s.process("held", ofNanos(1_000), Reminds::new)
                        .out(p -> p.out)
                        .to(TOLD));

        final int dueAt31;
        final Consumer<KeyedStream<Num>> word;

        Holds(int dueAt31, Consumer<KeyedStream<Num>> word) {
            this.dueAt31 = dueAt31;
            this.word = word;
        }

        private static void counted(KeyedStream<Num> s, Window window) {
            s.window("held", window).aggregate(Counts::new).to(TOLD, c -> new Num(c.key.get(), c.count.get()));
        }
    }

    /**
     * What another word fires comes in a step for time. It is an event all the same: what is due of its key by the progress before that
     * step comes in front of it, whosever turn it is; what is due only by the progress of that step waits.
     */
    @ParameterizedTest
    @EnumSource
    void shouldFireWhatIsDueOfAKeyBeforeWhatIsFiredIntoItsShard(Holds holds) {
        Topology topology = Millrace.topology(
                "fired-into",
                t -> holds.word.accept(
                        t.from(NUMS).keyBy(Num::key).defer("fires", ofNanos(10)).parallel("p", 2)));
        long own = keysOf(40, 1)[0]; // it is not its turn soon
        long other = keysOf(50, 1)[0];
        List<Long> told = new ArrayList<>();
        try (Inline inline = Engine.of(topology)
                .stateBudget(128L << 20)
                .outputWithMeta(TOLD, (Num n, Meta m) -> told.add(m.sequence()))
                .inline()) {
            inline.publish(NUMS, new Num(own, 1));
            inline.publish(NUMS, new Num(own, 12)); // the first is fired at 11
            inline.publish(NUMS, new Num(other, 30)); // the second is fired at 22; before this step it was 12
            inline.publish(NUMS, new Num(own, 31));
            assertEquals(List.of(), told);
            inline.publish(NUMS, new Num(other, 41)); // the third is fired at 41; before this step it was 31
            assertEquals(Collections.nCopies(holds.dueAt31, 4L), told);
        }
    }

    static final class Tells extends KeyedProcess {
        final Emit<Num> out = emits("out", Num.class);

        Tells(On<Num> nums) {
            on(nums, n -> out.emit(new Num(n.key(), progressNs())));
        }
    }

    /** As in front of a section: whatever made the last step for time in which its shard was looked at. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellInATurnTheProgressBeforeIt(boolean divided) {
        Topology topology = Millrace.topology("tells", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
            (divided ? nums.parallel("p", 2) : nums)
                    .defer("held", ofNanos(10))
                    .process("tells", ofNanos(1_000), Tells::new)
                    .out(p -> p.out)
                    .to(TOLD);
        });
        long own = keysOf(5, 1)[0];
        long other = keysOf(6, 1)[0];
        List<String> told = new ArrayList<>();
        try (Inline inline = Engine.of(topology)
                .stateBudget(STATE_BYTES)
                .outputWithMeta(TOLD, (Num n, Meta m) -> told.add(m.sequence() + ": " + n))
                .inline()) {
            inline.publish(NUMS, new Num(own, 1));
            for (long timeNs : new long[] {2, 3, 4, 8, 11}) {
                inline.publish(NUMS, new Num(other, timeNs));
            }
        }
        assertEquals(List.of("5: " + new Num(own, 8)), told);
    }

    @Test
    void shouldGiveEachShardABoundOfItsOwn() {
        long[] keys = keysOf(5, 4);
        long elsewhere = keysOf(6, 1)[0];
        for (boolean behind : new boolean[] {false, true}) {
            TestDriver driver = driver(t -> {
                KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
                (behind
                                ? nums.parallel("p", 4).keysAtMost(100)
                                : nums.keysAtMost(100).parallel("p", 4))
                        .dedupe("once", ofNanos(1_000))
                        .to(TOLD);
            });
            for (long key : new long[] {keys[0], keys[1], keys[2], elsewhere, keys[1], keys[3]}) {
                driver.send(NUMS, new Num(key, 1));
            }
            assertEquals(
                    List.of(new Num(keys[0], 1), new Num(keys[1], 1), new Num(elsewhere, 1)),
                    driver.take(TOLD),
                    "100 of 64 shards are 2 of each");
            assertEquals(3, driver.stats().node("once").keys());
            assertEquals(1, driver.stats().node("once").duplicates());
        }
    }

    @Test
    void shouldGiveEachShardItsPartOfTheStateBudget() {
        Topology topology = Millrace.topology(
                "shards",
                t -> t.from(NUMS)
                        .keyBy(Num::key)
                        .parallel("p", 4)
                        .dedupe("once", ofNanos(1_000))
                        .to(TOLD));
        String message = assertThrows(
                        TopologyException.class,
                        () -> Planner.plan(topology, PlanOptions.tested().withStateBytes((12 << 20) - 1)))
                .getMessage();
        assertTrue(message.contains("less than the 12582912 that it needs for 64 shards"), message);
        TestDriver driver = TestDriver.of(topology, PlanOptions.tested().withStateBytes(12 << 20));
        long[] keys = keysOf(9, 10_000);
        int held = 0;
        for (long key : keys) {
            driver.send(NUMS, new Num(key, 1));
        }
        held = driver.take(TOLD).size();
        assertTrue(held > 500 && held < 8_000, held + " keys in two pages");
        driver.send(NUMS, new Num(keysOf(10, 1)[0], 1));
        assertEquals(1, driver.take(TOLD).size(), "what one shard holds takes no room from another");
    }

    // ---- what it shows, and what is refused

    @Test
    void shouldShowSectionsInDescriptionAndPlan() {
        Topology topology = Millrace.topology(
                "shards",
                t -> t.from(NUMS)
                        .keyBy(Num::key)
                        .parallel("cards", 2)
                        .dedupe("once", ofNanos(1_000))
                        .to(TOLD));
        assertTrue(topology.describe().contains("  cards: parallel <- keyBy@"), topology.describe());
        assertTrue(topology.describe().contains("shards 64, threads 2"), topology.describe());
        assertTrue(topology.describe().contains("key long, parallel in cards"), topology.describe());
        String plan = Planner.plan(topology, PlanOptions.tested().withThreads()).describe();
        assertTrue(plan.contains("  stage 1 cards.1: "), plan);
        assertTrue(plan.contains("    shards 32 to 63 of section cards, each with its own cards once"), plan);
        assertTrue(plan.contains(" -> cards to cards.2: "), plan);
        assertTrue(plan.contains("  ring once -> told from cards.1: "), plan);
        assertTrue(plan.contains("  state of once: at most 262144 KiB, 4096 KiB a shard"), plan);
        assertTrue(plan.contains("stage 3 main-3:  | told"), plan);
        String fused = Planner.plan(topology, PlanOptions.tested()).describe();
        assertTrue(fused.contains("    shards 0 to 63 of section cards"), fused);
    }

    private static void assertRefused(String expected, Consumer<TopologyBuilder> define) {
        String message = assertThrows(TopologyException.class, () -> Millrace.topology("refused", define))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldSayWhatCannotStandInASection() {
        assertRefused("it needs a keyed stream, but merge", t -> {
            EventStream<Num> nums = t.from(NUMS);
            nums.keyBy(Num::key)
                    .merge(nums.keyBy(Num::key, Num::timeNs))
                    .parallel("p", 2)
                    .to(TOLD);
        });
        assertRefused(
                "65 threads; use 1 to 64",
                t -> t.from(NUMS).keyBy(Num::key).parallel("p", 65).to(TOLD));
        assertRefused("with 2 threads, and here with 4;", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
            nums.parallel("p", 2).to(TOLD);
            nums.parallel("p", 4).to(TOLD);
        });
        assertRefused("put parallel with the same name behind the keyBy of each", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
            nums.parallel("p", 2)
                    .join("j", nums, between(ofNanos(0), ofNanos(5)))
                    .to(TOLD, j -> j.left());
        });
        assertRefused(
                "has left parallel section p and cannot enter it again",
                t -> t.from(NUMS)
                        .keyBy(Num::key)
                        .parallel("p", 2)
                        .dedupe("once", ofNanos(5))
                        .keyBy(Num::timeNs)
                        .parallel("p", 2)
                        .to(TOLD));
        assertRefused(
                "which has its own threads",
                t -> t.from(NUMS)
                        .keyBy(Num::key)
                        .parallel("p", 2)
                        .dedupe("once", ofNanos(5))
                        .onThread("t")
                        .to(TOLD));
        assertRefused("looks up rows by a key other than", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key).parallel("p", 2);
            nums.foreignKeyJoin("f", Num::timeNs, nums, io.millrace.operators.join.JoinKind.LEFT)
                    .to(TOLD, j -> j.left());
        });
        assertRefused("call it on the stream in front of parallel", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key).parallel("p", 2);
            nums.with(nums.lookBack("b", Past::new), (n, p) -> n).to(TOLD, n -> n);
        });
    }

    static final class Past extends LookBack<Num> {
        final Aggregates.LongValue n = last(ofNanos(5)).count();
    }

    @Test
    void shouldEndASectionWhereAStreamMeetsOneFromElsewhere() {
        Topology topology = Millrace.topology("ends", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
            nums.parallel("p", 2)
                    .filter(n -> n.key() > 0)
                    .merge(nums)
                    .dedupe("once", ofNanos(5))
                    .to(TOLD);
        });
        assertEquals(
                "[p, filter]",
                topology.sections().get(0).nodes().stream()
                        .map(id -> topology.nodes().get(id).name().replaceAll("@.*", ""))
                        .toList()
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveTheWholeBoundToWhatIsBehindASection(boolean inside) {
        long[] keys = keysOf(5, 101);
        for (boolean again : new boolean[] {false, true}) {
            TestDriver driver = driver(t -> {
                KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key);
                KeyedStream<Num> met = (inside
                                ? nums.parallel("p", 2).keysAtMost(100)
                                : nums.keysAtMost(100).parallel("p", 2))
                        .filter(n -> true)
                        .merge(nums);
                (again ? met.parallel("q", 2) : met)
                        .dedupe("once", ofNanos(1_000))
                        .to(TOLD);
            });
            for (long key : keys) {
                driver.send(NUMS, new Num(key, 1));
            }
            assertEquals(again ? 2 : 100, driver.take(TOLD).size(), "of one shard, or of all");
        }
    }

    // ---- what dies

    static final class Dies extends KeyedProcess {
        private final LongState n = longState("n");

        Dies(On<Num> nums) {
            on(nums, m -> {
                n.add(1);
                if (m.timeNs() == 100) {
                    throw new OutOfMemoryError("made up");
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 60})
    void shouldHaltAllWhenAThreadOfASectionDies(int shard) throws Exception {
        Topology topology = Millrace.topology("dies", t -> {
            KeyedStream<Num> nums = t.from(NUMS).keyBy(Num::key).parallel("cards", 4);
            nums.process("dies", ofNanos(1_000), Dies::new);
            nums.to(TOLD);
        });
        Engine engine =
                Engine.of(topology).discard(TOLD).stateBudget(STATE_BYTES).start();
        Publisher<Num> publisher = engine.publisher(NUMS);
        long key = keysOf(shard, 1)[0];
        assertThrows(EngineStoppedException.class, () -> {
            for (long i = 0; ; i++) {
                publisher.publish(new Num(i == 100 ? key : i, i == 100 ? 100 : 0));
            }
        });
        while (engine.health().state() != Health.State.HALTED) {
            Thread.sleep(1); // no one tells a caller that a thread of the engine has died; health is asked
        }
        String stage = "stage cards." + (shard / 16 + 1);
        String message = assertThrows(EngineStoppedException.class, () -> publisher.publish(new Num(1, 0)))
                .getMessage();
        assertTrue(message.contains(stage), message);
        assertTrue(engine.health().why().contains(stage), () -> engine.health().why());
        engine.close();
    }
}
