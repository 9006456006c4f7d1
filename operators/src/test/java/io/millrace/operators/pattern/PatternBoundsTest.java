package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.EventPattern;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Seeds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Bounded work and memory, and nothing allocated: shown by counters, by a small budget, and by the thread's own count. */
class PatternBoundsTest {
    private static final int MOST = 64;

    /** Whole entries. */
    private static final int KEYS = Integer.getInteger("millrace.million", 1_000_000) / MOST * MOST;

    /** Of a heap of all keys, with four children a node: at most each level gets another entry, with its cell. */
    private static final int OUT_OF_HEAP = 2 + 2 * ((32 - Integer.numberOfLeadingZeros(3 * KEYS)) / 2 + 2);

    /** A look at the run and at its place; run, link, event and row are let go of and zeroed, and each is marked as free. */
    private static final int OF_DEADLINE = OUT_OF_HEAP + 16;

    private static final PlanOptions LARGE = PlanOptions.fused().withStateBytes(512L << 20);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static class AThenB extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedBy(e -> e.is('b'));
    }

    static class NotFollowed extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));

        NotFollowed() {
            notFollowedBy(e -> e.is('b'));
        }
    }

    private static BeatRun aThenB(long within, PlanOptions options) {
        return new BeatRun(
                within,
                0,
                options,
                AThenB::new,
                (p, isMatch, out) -> out.set(p.a.event().key(), p.a.event().timeNs(), isMatch ? 1 : 0));
    }

    // ---- a million keys

    @Test
    void shouldLeaveNoPartialMatchOfAMillionKeysWithOnlyAOnceProgressHasPassed() {
        BeatRun run = aThenB(100, LARGE);
        fillAndPass(KEYS, run);
        for (int key = 0; key < 1_000; key++) {
            run.send(key, 5_000, 'a', 0);
            run.send(key, 5_000, 'b', 0);
        }
        assertEquals(KEYS + 1_000, run.outputs(), "room again");
        assertEquals(0, run.counters().keys);
        assertEquals(0, run.dead());
    }

    @Test
    void shouldMatchTrailingNegationsThatAreDueTogetherAFewAtATime() {
        fillAndPass(
                200_000,
                new BeatRun(
                        100,
                        0,
                        LARGE,
                        NotFollowed::new,
                        (p, isMatch, out) ->
                                out.set(p.a.event().key(), p.a.event().timeNs(), isMatch ? 1 : 0)));
    }

    private static void fillAndPass(int keys, BeatRun run) {
        for (int key = 0; key < keys; key++) {
            run.send(key, 0, 'a', 0);
        }
        assertEquals(0, run.dead(), "all are held");
        assertEquals(keys, run.counters().keys);
        run.advance(1_000);
        long before = 0;
        int entries = 1;
        while (run.isBehind()) {
            assertTrue(run.outputs() - before <= MOST, "outputs of one entry");
            before = run.outputs();
            run.goOn();
            entries++;
        }
        assertEquals(keys / MOST, entries);
        assertEquals(keys, run.outputs());
        assertEquals(0, run.counters().keys, "no partial match is left");
        assertEquals(MOST, run.counters().maxFirings);
        long slots = run.counters().maxSlotsTouched;
        assertTrue(slots > 0 && slots <= MOST * OF_DEADLINE, slots + " slots of one entry");
    }

    @Test
    void shouldTakeAnEventAtOnceWhileAMillionDeadlinesOfOtherKeysWait() {
        BeatRun run = aThenB(100, LARGE).keep();
        for (int key = 0; key < 100_000; key++) {
            run.send(key, 0, 'a', 0);
        }
        run.send(99_999, 1_000, 'a', 0);
        List<String> first = run.take();
        assertTrue(run.isBehind());
        assertTrue(first.contains("99999@100 0"), "what is due of its own key comes first");
        run.send(99_999, 1_001, 'b', 0);
        List<String> second = run.take();
        assertTrue(run.isBehind());
        assertEquals("99999@1001 1", second.get(second.size() - 1), "and its match does not wait");
    }

    /** Of 200 keys due at 10 the last waits behind more than an entry fires; its event at exactly 10 is behind its deadline. */
    @Test
    void shouldMeetADeadlineBeforeAnEventOfItsKeyAtExactlyThatTimeHoweverManyWait() {
        BeatRun run = new BeatRun(
                        10,
                        0,
                        PlanOptions.fused(),
                        NotFollowed::new,
                        (p, isMatch, out) ->
                                out.set(p.a.event().key(), p.a.event().timeNs(), isMatch ? 1 : 0))
                .keep();
        for (int key = 0; key < 200; key++) {
            run.send(key, 0, 'a', 0);
        }
        run.send(199, 10, 'b', 0);
        assertTrue(run.isBehind());
        List<String> matches = run.take();
        assertEquals("199@10 1", matches.get(matches.size() - 1));
        assertTrue(matches.size() <= MOST + 1, matches.size() + " of one entry");
    }

    // ---- spread and at once are the same

    static class Mix extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b =
                followedBy(e -> e.is('b')).times(1, 3).optional().greedy();
        final Step<Beat.View> c =
                followedBy(e -> e.is('c') && e.value() >= a.event().value());

        Mix() {
            notFollowedBy(e -> e.is('d'));
            skipToNext();
        }
    }

    @Test
    void shouldGiveEachKeyTheSameWhetherFiringIsSpreadOrAtOnce() {
        Seeds.each(7, 2, "fireByKey(%d)", PatternBoundsTest::fireByKey);
    }

    private static void fireByKey(long seed) {
        long disorder = seed % 2 == 0 ? 40 : 0;
        Map<String, List<String>> spread = byKey(play(seed, disorder, false));
        Map<String, List<String>> atOnce = byKey(play(seed, disorder, true));
        assertEquals(atOnce, spread);
        assertTrue(atOnce.size() > 700, atOnce.size() + " keys");
    }

    private static List<String> play(long seed, long disorder, boolean atOnce) {
        BeatRun run = new BeatRun(
                        100,
                        disorder,
                        PlanOptions.tested(),
                        Mix::new,
                        (p, isMatch, out) -> out.set(
                                p.a.event().key(), p.a.event().timeNs(), (isMatch ? 1 : -1) * (1 + p.b.count())))
                .keep();
        Random random = new Random(seed);
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(500) == 0 ? 400 : random.nextInt(2);
            long time = now - (disorder == 0 ? 0 : random.nextInt((int) disorder));
            run.send(random.nextInt(800), time, "aaabbccd".charAt(random.nextInt(8)), random.nextInt(3));
            while (atOnce && run.isBehind()) {
                run.goOn();
            }
        }
        run.end();
        assertEquals(0, run.dead());
        assertTrue(run.counters().maxFirings <= MOST);
        return run.take();
    }

    private static Map<String, List<String>> byKey(List<String> texts) {
        Map<String, List<String>> keys = new TreeMap<>();
        for (String t : texts) {
            keys.computeIfAbsent(t.substring(0, t.indexOf('@')), k -> new ArrayList<>())
                    .add(t);
        }
        return keys;
    }

    // ---- memory

    static class Chains extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b =
                followedBy(e -> e.is('b') && e.value() > a.event().value()).oneOrMore(8);
        final Step<Beat.View> c =
                followedByAny(e -> e.is('c') && e.value() > b.last().value());
        final Step<Beat.View> d =
                followedBy(e -> e.is('d') && b.first().value() < c.event().value());

        Chains() {
            partialsAtMost(20);
            noSkip();
        }
    }

    private static BeatRun chains(long disorder, PlanOptions options) {
        return new BeatRun(
                200,
                disorder,
                options,
                Chains::new,
                (p, isMatch, out) -> out.set(p.a.event().key(), p.a.event().timeNs(), p.b.count()));
    }

    @Test
    void shouldGiveBackAllItTakes() {
        for (long disorder : new long[] {0, 30}) {
            // a leak of one link in thirty would fill this long before the end
            BeatRun run = chains(disorder, PlanOptions.tested().withStateBytes(1L << 20));
            churn(run, 0, 40_000, disorder, new Random(3));
            run.end();
            assertEquals(0, run.dead());
            assertEquals(0, run.counters().keys);
            assertTrue(
                    run.counters().evicted > 500 && run.outputs() > 1_000,
                    run.outputs() + " " + run.counters().evicted);
        }
    }

    private static long churn(BeatRun run, long from, int events, long disorder, Random random) {
        long now = from;
        for (int i = 0; i < events; i++) {
            now += 1 + (random.nextInt() & 3);
            long time = disorder == 0 ? now : now - Math.floorMod(random.nextInt(), disorder);
            int draw = random.nextInt() >>> 1;
            run.send(draw % 7, time, (char) ('a' + draw / 7 % 4), draw / 28 % 50);
        }
        return now;
    }

    @Test
    void shouldRefuseAnEventThatFindsNoRoomAndGoOn() {
        BeatRun run = aThenB(100, PlanOptions.tested().withStateBytes(1L << 20));
        int keys = 20_000;
        for (int key = 0; key < keys; key++) {
            run.send(key, 0, 'a', 0);
        }
        assertTrue(run.dead() > 0 && run.counters().keys > 100, run.dead() + " refused");
        assertEquals(keys, run.dead() + run.counters().keys);
        run.advance(100);
        while (run.isBehind()) {
            run.goOn();
        }
        assertEquals(keys, run.dead() + run.outputs());
        run.send(1, 200, 'a', 0);
        run.send(1, 201, 'b', 0);
        assertEquals(keys + 1, run.dead() + run.outputs());
    }

    // ---- nothing allocated

    @Test
    void shouldAllocateNothing() {
        for (long disorder : new long[] {0, 30}) {
            assertNothingAllocated(() -> chains(disorder, PlanOptions.fused()), disorder);
        }
    }

    private static void assertNothingAllocated(Supplier<BeatRun> of, long disorder) {
        BeatRun run = of.get();
        Random random = new Random(5);
        long now = churn(run, 0, 60_000, disorder, random);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > 0; round++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            now = churn(run, now, 30_000, disorder, random);
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertEquals(0, least, "bytes for 30,000 events");
        assertEquals(0, run.dead());
    }
}
