package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.plan.PlanOptions;
import io.millrace.state.FiringPace;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand timers that are due at once: bounded work an entry, and the order of each key as if they fired at
 * once.
 */
class SpreadTest {
    private static final int KEYS = 50_000;
    private static final long JUMP = 1_000_000;

    @Test
    void shouldFireWhatIsDueOverManyEntriesInOrder() {
        ManualRun run = started(Duration.ofDays(1));
        run.advance(JUMP);
        assertTrue(run.isBehind());
        int entries = 1;
        while (run.goOn()) {
            entries++;
        }
        assertEquals(2 * KEYS / 64 + 1, entries + 1, "64 an entry");
        assertEquals(64, run.counters("alarm").maxFirings);
        assertEquals(2 * KEYS, run.counters("alarm").firings);
        List<String> said = run.take();
        assertEquals(atOnce(), said, "without events in between it is the order of firing at once");
    }

    @Test
    void shouldFireTheOwnTimersOfAnEventFirst() {
        Seeds.each(4, 1, "fireOwnTimersFirst(%d)", SpreadTest::fireOwnTimersFirst);
    }

    private static void fireOwnTimersFirst(long seed) {
        List<String> first = disturbed(seed);
        assertEquals(first, disturbed(seed), "the order between keys is a function of the input");
        assertEquals(byKey(atOnce()), byKey(withoutAnswers(first)));
        Map<Long, List<String>> keys = byKey(first);
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            long key = random.nextInt(KEYS);
            List<String> ofKey = keys.get(key);
            assertTrue(ofKey.get(0).endsWith(" " + (due(key) - 1)), ofKey::toString);
            assertTrue(ofKey.get(1).endsWith(" " + due(key)), ofKey::toString);
            assertTrue(ofKey.get(2).contains("@" + JUMP + " -"), ofKey::toString);
        }
    }

    @Test
    void shouldFireTheOwnTimersOfOneDueInTheOrderOfSetting() {
        ManualRun run = new ManualRun(Script.topology(), PlanOptions.tested());
        for (int key = 0; key < 100; key++) {
            run.send(0, Script.CMDS, new Script.Cmd(key, 0, "a=10 b=20 c=20 a=20"));
        }
        run.advance(30);
        run.take();
        run.send(0, Script.CMDS, new Script.Cmd(99, 30, "say.event"));
        List<String> said = run.take();
        assertEquals(
                List.of("99@20 b", "99@20 c", "99@20 a", "99@30 event"), said.subList(said.size() - 4, said.size()));
        assertTrue(run.isBehind(), "the others still wait");
    }

    @Test
    void shouldForgetIdleKeysOverManyEntries() {
        ManualRun run = started(Duration.ofNanos(5_000));
        run.advance(11_000);
        while (run.isBehind()) {
            run.goOn();
        }
        assertEquals(KEYS, run.counters("alarm").keys, "the timers have just fired");
        run.advance(JUMP);
        assertEquals(KEYS - FiringPace.FEW, run.counters("alarm").keys);
        while (run.isBehind()) {
            run.goOn();
        }
        assertEquals(0, run.counters("alarm").keys);
        assertEquals(64, run.counters("alarm").maxFirings, "timers");
    }

    private static List<String> disturbed(long seed) {
        ManualRun run = started(Duration.ofDays(1));
        run.advance(JUMP);
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(run.isBehind());
            run.send(0, Alarm.BLIPS, Blip.of(random.nextInt(KEYS), JUMP, 0));
        }
        while (run.isBehind()) {
            run.goOn();
        }
        assertFalse(run.counters("alarm").maxFirings > 64);
        assertEquals(0, run.dead());
        return run.take();
    }

    private static ManualRun started(Duration keepIdle) {
        ManualRun run = new ManualRun(Alarm.topology(keepIdle), PlanOptions.tested());
        for (int key = 0; key < KEYS; key++) {
            run.send(0, Alarm.BLIPS, Blip.of(key, 0, due(key)));
        }
        run.take();
        return run;
    }

    private static long due(long key) {
        return 10_000 + key * 7919 % 977;
    }

    private static List<String> atOnce() {
        List<long[]> all = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            all.add(new long[] {due(key), 2L * key, key});
            all.add(new long[] {due(key) - 1, 2L * key + 1, key});
        }
        all.sort((x, y) -> x[0] != y[0] ? Long.compare(x[0], y[0]) : Long.compare(x[1], y[1]));
        return all.stream().map(x -> x[2] + "@" + x[0] + " " + x[0]).toList();
    }

    private static List<String> withoutAnswers(List<String> said) {
        return said.stream().filter(s -> !s.contains(" -")).toList();
    }

    private static Map<Long, List<String>> byKey(List<String> said) {
        Map<Long, List<String>> keys = new LinkedHashMap<>();
        for (String s : said) {
            keys.computeIfAbsent(Long.parseLong(s.substring(0, s.indexOf('@'))), k -> new ArrayList<>())
                    .add(s);
        }
        return new java.util.TreeMap<>(keys);
    }
}
