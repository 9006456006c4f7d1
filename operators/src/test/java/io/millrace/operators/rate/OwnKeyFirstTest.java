package io.millrace.operators.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.join.DueByKey;
import io.millrace.operators.process.ManualRun;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Before an event what is due of its own key comes, however much is due of other keys. */
class OwnKeyFirstTest {
    private static final Duration TEN = Duration.ofNanos(10);
    private static final Input<Ping> PINGS = ahead("pings");
    private static final Input<Ping> ASKING = ahead("asking");
    private static final Output<Ping> OUT = Output.of("out", Ping.class);

    private static Input<Ping> ahead(String name) {
        return Input.of(name, Ping.class)
                .eventTime(Ping::timeNs, TimeUnit.NANOSECONDS)
                .maxAhead(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** The value of what comes of an event later; the times are those of the words. */
    enum Word {
        CONFLATE,
        DEFER,
        WINDOW;

        EventStream<Ping> of(KeyedStream<Ping> s) {
            return switch (this) {
                case CONFLATE -> s.conflate("word", TEN);
                case DEFER -> s.defer("word", TEN);
                case WINDOW ->
                    s.window("word", Window.tumbling(TEN))
                            .aggregate(Latest::new)
                            .map(Ping.class, l -> new Ping(l.key.get(), l.value.get(), l.windowEndNs() - 1));
            };
        }
    }

    /** The latest of a window. */
    static final class Latest extends io.millrace.dsl.Aggregates<Ping> {
        final LongValue key = longKey();
        final LongValue value = last(Ping::value);
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBeforeAnEventOfItsKeyWhereTheWayOfTheEventStandsBehind(Word word) {
        Topology topology = Millrace.topology("t", t -> {
            KeyedStream<Ping> s = t.from(PINGS).keyBy(Ping::key);
            word.of(s).merge(s).to(OUT);
        });
        for (int keys : new int[] {10, 300}) {
            TestDriver driver = TestDriver.of(topology);
            for (int key = 0; key < keys; key++) {
                driver.send(PINGS, Ping.of(key, 1, 1));
            }
            driver.take(OUT);
            driver.send(PINGS, Ping.of(keys - 1, 12, 2));
            List<Long> ofKey = driver.take(OUT).stream()
                    .filter(p -> p.key() == keys - 1)
                    .map(Ping::value)
                    .toList();
            assertEquals(List.of(1L, 2L), ofKey, keys + " keys due");
        }
    }

    private static Topology asked(Word word) {
        return Millrace.topology("t", t -> {
            var last = t.table("last", word.of(t.from(PINGS).keyBy(Ping::key)).keyBy(Ping::key));
            t.from(ASKING)
                    .keyBy(Ping::key)
                    .lookup("look", last)
                    .to(
                            OUT,
                            j -> new Ping(
                                    j.left().key(),
                                    j.hasRight() ? j.right().value() : -1,
                                    j.left().timeNs()));
        });
    }

    /** Asked behind an event of the same key, a table says the same whether all that is due has fired or a part of it. */
    @ParameterizedTest
    @EnumSource
    void shouldStandInATableBehindAnEventOfItsKeyHoweverMuchIsDueOfOthers(Word word) {
        Topology topology = asked(word);
        waited = 0;
        int seeds = Seeds.each(
                1,
                20,
                "agree(" + word + ", %d)",
                seed -> assertEquals(answers(topology, seed, true), answers(topology, seed, false)));
        assertTrue(seeds < 20 || waited > 20, waited + " times something waited");
    }

    private static int waited;

    private static Map<Long, List<String>> answers(Topology topology, long seed, boolean atOnce) {
        SplittableRandom random = new SplittableRandom(seed);
        ManualRun run = new ManualRun(topology, PlanOptions.tested());
        int keys = 100 + random.nextInt(300);
        long now = 0;
        Map<Long, List<String>> result = new TreeMap<>();
        for (int burst = 0; burst < 3; burst++) {
            for (int key = 0; key < keys; key++) {
                send(run, 0, PINGS, Ping.of(key, now, random.nextInt(1_000)), atOnce);
            }
            now += 10 + random.nextInt(30);
            run.send(1, ASKING, Ping.of(-1, now, 0)); // both inputs have to move on
            for (int i = 0; i < 10; i++) {
                long key = random.nextInt(keys);
                send(run, 0, PINGS, Ping.of(key, now, random.nextInt(1_000)), atOnce);
                run.take();
                run.send(1, ASKING, Ping.of(key, now, 0));
                result.computeIfAbsent(key, k -> new ArrayList<>()).addAll(run.take());
                waited += run.isBehind() ? 1 : 0;
            }
        }
        return result;
    }

    private static void send(ManualRun run, int source, Input<Ping> input, Ping ping, boolean atOnce) {
        run.send(source, input, ping);
        while (atOnce && run.goOn()) {
            // all that is due
        }
    }

    @Test
    void shouldSendSoManyOfAKeyBeforeItsEventAndTheOthersInTheirTurn() {
        Topology topology = Millrace.topology("t", t -> {
            KeyedStream<Ping> s = t.from(PINGS).keyBy(Ping::key);
            s.defer("word", TEN).merge(s).to(OUT);
        });
        TestDriver driver = TestDriver.of(topology);
        int most = 2 * DueByKey.BEFORE_EVENT;
        for (int i = 0; i < most + 100; i++) {
            driver.send(PINGS, Ping.of(i < most ? 7 : 1_000 + i, i < most ? 5 : 0, i));
        }
        driver.take(OUT);
        driver.send(PINGS, Ping.of(7, 100, -1));
        List<Long> all = driver.take(OUT).stream()
                .filter(p -> p.key() == 7)
                .map(Ping::value)
                .toList();
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < most; i++) {
            expected.add(i);
        }
        assertEquals(expected, all.stream().filter(v -> v >= 0).toList());
        assertTrue(all.indexOf(-1L) >= DueByKey.BEFORE_EVENT, "its place is " + all.indexOf(-1L));
    }

    /** What an entry may cause is multiplied along a chain: retries of growing delay, and roll-ups over longer periods, are such chains. */
    @Test
    void shouldLeaveRoomForChainsOfThemInFrontOfAThread() {
        Topology topology = Millrace.topology("t", t -> {
            EventStream<Ping> delayed = t.from(PINGS);
            for (int i = 0; i < 6; i++) {
                delayed = delayed.keyBy(Ping::key).defer("delay-" + i, TEN);
            }
            delayed.onThread("away").to(OUT);
            EventStream<Ping> rolled = Word.WINDOW.of(t.from(ASKING).keyBy(Ping::key));
            for (int i = 0; i < 3; i++) {
                rolled = rolled.keyBy(Ping::key).conflate("over-" + i, TEN.multipliedBy(10 + i));
            }
            rolled.onThread("away").to(OUT);
        });
        assertEquals(
                2,
                Planner.plan(topology, PlanOptions.fused().withThreads())
                        .stages()
                        .size());
    }
}
