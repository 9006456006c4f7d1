package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A key that was silent for many periods of its timers: its event waits until all of them have fired, and nothing is refused. */
class SilenceTest {
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(8 << 20);

    private static ManualRun run(Duration keepIdle) {
        return new ManualRun(Script.topology(Script.CMDS, keepIdle), OPTIONS);
    }

    private static ManualRun send(ManualRun run, long key, long timeNs, String script) {
        run.send(0, Script.CMDS, new Script.Cmd(key, timeNs, script));
        return run;
    }

    @Test
    void shouldTakeAnEventBehindAllPeriodsOfASilenceHoweverManyTheyAre() {
        for (int periods : new int[] {81, 82, 1_000, 20_000}) {
            ManualRun run = send(run(Duration.ofDays(1)), 1, 0, "a*10");
            send(run, 1, periods * 10L, "say.event late a?");
            send(run, 1, periods * 10L, "say.second");
            List<String> said = new ArrayList<>(run.take());
            while (run.isBehind()) {
                run.goOn();
                said.addAll(run.take());
            }
            assertEquals(0, run.dead());
            assertTrue(run.counters("script").maxFirings <= 64);
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= periods; i++) {
                expected.add("1@" + i * 10L + " a");
            }
            String now = "1@" + periods * 10L + " ";
            expected.add(now + "event");
            expected.add(now + "in time");
            expected.add(now + "a due " + (periods + 1) * 10L);
            expected.add(now + "second");
            assertEquals(expected, said, periods + " periods");
        }
    }

    /** While others go on: their events do not wait, and what the event that waits is judged by is where time stood when it came. */
    @Test
    void shouldLetOthersGoOnWhileAnEventWaits() {
        ManualRun run = send(run(Duration.ofDays(1)), 1, 0, "a*10 b/1000");
        send(run, 2, 0, "n+1");
        send(run, 1, 100_000, "say.event late b?");
        run.take();
        send(run, 2, 200_000, "say.other");
        assertEquals("2@200000 other", last(run.take()), "it does not wait");
        while (run.isBehind()) {
            run.goOn();
        }
        List<String> said = run.take();
        int event = said.indexOf("1@100000 event");
        assertEquals("1@100000 in time", said.get(event + 1));
        assertEquals("1@100000 b due 101000", said.get(event + 2));
        assertTrue(said.indexOf("1@100000 a") < event);
        assertEquals(1, said.stream().filter("1@100000 b x100"::equals).count(), "and not with later periods");
        assertTrue(said.indexOf("1@100000 b x100") < event);
        assertTrue(said.indexOf("1@100010 a") > event);
        assertEquals(0, run.dead());
    }

    /** Keys are told apart by a hash while there is room; without, one of another key goes ahead instead of being refused. */
    @Test
    void shouldRefuseForWantOfRoomNoEventOfAKeyForWhichNoneWaits() {
        PlanOptions little = PlanOptions.tested().withStateBytes(1 << 20);
        ManualRun run = send(new ManualRun(Script.topology(Script.CMDS, Duration.ofDays(1)), little), 1, 0, "a*10");
        for (int key = 900; key < 1_000; key++) {
            send(run, key, 0, "n+1");
        }
        int sent = 0;
        while (run.dead() == 0) {
            send(run, 1, 1_000_000_000, "say.event");
            sent++;
        }
        assertTrue(sent > 100, "the budget held " + sent);
        run.take();
        for (int key = 900; key < 1_000; key++) { // the hash of one of them at least begins as that of 1 does
            send(run, key, 1_000_000_000, "say.other");
        }
        assertEquals(1, run.dead());
        assertEquals(
                100,
                run.take().stream().filter(s -> s.endsWith("other")).count(),
                "none of them waits, since none can");
    }

    private static String last(List<String> said) {
        return said.get(said.size() - 1);
    }

    /** It is not idle while an event of it waits that came in time. */
    @Test
    void shouldNotForgetAKeyForWhichAnEventWaits() {
        ManualRun run = send(run(Duration.ofNanos(500)), 1, 0, "a:n+1 a*10");
        send(run, 1, 10_000, "a- n+1000");
        send(run, 2, 20_000, "say.other");
        while (run.isBehind()) {
            run.goOn();
        }
        assertTrue(run.take().contains("1@10000 n2000"));
        assertEquals(0, run.dead());
    }

    /** Events of all kinds of a few keys, with silences of up to hundreds of periods, entry by entry: each key says what objects say. */
    @Test
    void shouldSayOfEachKeyWhatPlainObjectsSayWhateverWaits() {
        waited = 0;
        int seeds = Seeds.each(0, 6, "agree(%d)", SilenceTest::agree);
        assertTrue(seeds < 6 || waited > 4, waited + " events that waited");
    }

    private static long waited;

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long keepIdleNs = random.nextInt(3) == 0 ? 700 : 100_000_000;
        ManualRun run = run(Duration.ofNanos(keepIdleNs));
        ScriptOracle oracle = new ScriptOracle(keepIdleNs);
        long now = 0;
        List<String> said = new ArrayList<>();
        Set<String> silent = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            now += random.nextInt(15) == 0 ? random.nextInt(1_500) : random.nextInt(15);
            long key = random.nextInt(3);
            long time = now - (random.nextInt(8) == 0 ? random.nextInt(30) : 0);
            String script = "say.e" + i + " " + script(random);
            send(run, key, time, script);
            oracle.send(key, time, script);
            said.addAll(run.take());
            String own = "e" + i;
            if (said.stream().noneMatch(s -> s.endsWith(" " + own))) {
                silent.add(own);
            }
            for (int more = random.nextInt(4); more > 0; more--) {
                run.goOn();
            }
            said.addAll(run.take());
            if (random.nextInt(8) == 0 || run.isBehind()) {
                run.restart();
            }
        }
        while (run.isBehind()) {
            run.goOn();
        }
        said.addAll(run.take());
        waited += said.stream()
                .filter(s -> silent.contains(s.substring(s.indexOf(' ') + 1)))
                .count(); // what it says has come later
        assertEquals(oracle.failed.size(), run.dead());
        assertEquals(byKey(oracle.all.stream().map(s -> s.said().toString()).toList()), byKey(said));
    }

    private static String script(SplittableRandom random) {
        String timer = "abc".substring(random.nextInt(3)).substring(0, 1);
        String[] words = {
            timer + "*" + (7 + random.nextInt(20)),
            timer + "+" + random.nextInt(40),
            timer + "-",
            timer + ":n+1",
            timer + ":late,n+2",
            timer + "?",
            "n+1 late",
            "keep kept",
            "kept",
            random.nextInt(3) == 0 ? "boom" : "say.x",
            random.nextInt(3) == 0 ? "forget" : "say.y",
            "push list"
        };
        return words[random.nextInt(words.length)] + " " + words[random.nextInt(words.length)];
    }

    private static Map<String, List<String>> byKey(List<String> said) {
        Map<String, List<String>> keys = new TreeMap<>();
        for (String s : said) {
            keys.computeIfAbsent(s.substring(0, s.indexOf('@')), k -> new ArrayList<>())
                    .add(s);
        }
        return keys;
    }
}
