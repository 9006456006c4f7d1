package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.ASIDE;
import static io.millrace.operators.rate.Ping.LATE;
import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.operators.rate.RateRun.Seen;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where more falls due at once than an entry fires, the same comes out as if all of it were fired at once, key by key. */
class SpreadRateTest {
    private static final int CASES = 30;
    private static final int KEYS = 300;

    /** A word, and how long it holds on to things. */
    enum Word {
        DEDUPE((s, d) -> s.dedupe("word", d).duplicatesTo(ASIDE).lateTo(LATE).to(OUT)),
        DEDUPE_TO_LETTERS((s, d) -> s.dedupe("word", d).to(OUT)),
        THROTTLE((s, d) -> s.throttle("word", 2, d).stoppedTo(ASIDE).to(OUT)),
        CONFLATE((s, d) -> s.conflate("word", d).lateTo(LATE).to(OUT)),
        CONFLATE_TO_SUMS((s, d) -> s.conflate("word", d, (a, b) -> new Ping(b.key(), a.value() + b.value(), b.timeNs()))
                .to(OUT));

        private final BiConsumer<KeyedStream<Ping>, Duration> say;

        Word(BiConsumer<KeyedStream<Ping>, Duration> say) {
            this.say = say;
        }

        Topology topology(long ns) {
            return Millrace.topology("spread", t -> say.accept(t.from(LOOSE).keyBy(Ping::key), Duration.ofNanos(ns)));
        }
    }

    /** One or two events of each of many keys; then a jump that makes all of them due, and events of theirs while they wait. */
    private static List<Ping> history(SplittableRandom random) {
        List<Ping> result = new ArrayList<>();
        long now = 0;
        for (int burst = 0; burst < 3; burst++) {
            int keys = 200 + random.nextInt(KEYS - 200);
            for (int i = 0; i < 2 * keys; i++) {
                result.add(Ping.of(i % keys, now - random.nextInt(5), result.size()));
            }
            now += random.nextInt(100);
            result.add(Ping.of(0, now, result.size()));
            for (int i = 0; i < 12; i++) {
                result.add(Ping.of(random.nextInt(keys), now - random.nextInt(60), result.size()));
            }
            now += random.nextInt(30);
        }
        return result;
    }

    private static RateRun run(Topology topology, List<Ping> history, boolean atOnce) {
        RateRun run = new RateRun(topology);
        int behind = 0;
        for (Ping p : history) {
            run.send(0, LOOSE, p);
            behind += run.isBehind() ? 1 : 0;
            if (atOnce) {
                run.catchUp();
            }
        }
        waited += atOnce ? 0 : behind;
        run.end();
        return run;
    }

    private static int waited;

    private static Map<String, List<String>> byKey(RateRun run) {
        Map<String, List<String>> result = new TreeMap<>();
        for (Seen s : run.seen()) {
            result.computeIfAbsent(s.where() + " " + s.key(), k -> new ArrayList<>())
                    .add(s.what());
        }
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void shouldPutOutTheSameByKeyAsWhereAllFiresAtOnce(Word word) {
        waited = 0;
        int cases = Seeds.each(1, CASES, "agree(Word." + word.name() + ", %d)", seed -> agree(word, seed));
        assumeTrue(cases >= 10, "skipped: too few cases to say that much waited");
        assertTrue(waited > cases, waited + " entries at which something waited");
    }

    private static void agree(Word word, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Topology topology = word.topology(1 + random.nextInt(60));
        List<Ping> history = history(random);
        RateRun spread = run(topology, history, false);
        assertEquals(byKey(run(topology, history, true)), byKey(spread));
        assertEquals(0, spread.counters("word").keys);
    }
}
