package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.process.Script.Cmd;
import io.millrace.operators.process.Script.Said;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random scripts over several keys, with jumps, late events, cancels, failures and idle times, against plain objects:
 * each key says the same in the same order, and as many events and firings fail.
 */
class ProcessRandomTest {
    private static final int CASES = 500;
    private static final int ENTRIES = 100;
    private static final long KEEP_IDLE = 60;

    @Test
    void shouldSayWhatPlainObjectsSay() {
        long[] sum = {0, 0};
        int cases = Seeds.each(1, CASES, "agree(%d)", seed -> {
            long[] counts = agree(seed);
            sum[0] += counts[0];
            sum[1] += counts[1];
        });
        assertTrue(cases < 10 || sum[0] > 100L * cases && sum[1] > 6L * cases, "said " + sum[0] + ", dead " + sum[1]);
    }

    private static long[] agree(long seed) {
        ScriptOracle oracle = new ScriptOracle(KEEP_IDLE);
        TestDriver driver = TestDriver.of(
                Script.topology(Script.CMDS, Duration.ofNanos(KEEP_IDLE)),
                PlanOptions.tested().withStateBytes(2 << 20));
        List<String> trace = play(new Random(seed), oracle, driver);
        List<Said> all = driver.take(Script.SAYS);
        String which = String.join("\n", trace) + "\n";
        assertEquals(oracle.said(), byKey(all), which);
        assertEquals(oracle.dead(), driver.deadLetters().size(), which + driver.deadLetters());
        return new long[] {all.size(), oracle.dead()};
    }

    private static Map<Long, List<String>> byKey(List<Said> all) {
        Map<Long, List<String>> keys = new TreeMap<>();
        all.forEach(s -> keys.computeIfAbsent(s.key(), k -> new ArrayList<>()).add(s.toString()));
        return keys;
    }

    private static List<String> play(Random random, ScriptOracle oracle, TestDriver driver) {
        List<String> trace = new ArrayList<>();
        int keys = 1 + random.nextInt(5);
        long now = random.nextInt(100) - 50;
        for (int i = 0; i < ENTRIES; i++) {
            int step = random.nextInt(10);
            now += step < 6 ? random.nextInt(4) : step < 9 ? random.nextInt(15) : random.nextInt(90);
            if (random.nextInt(8) == 0) {
                trace.add("progress " + now);
                oracle.progress(now);
                driver.advanceToNs(now);
                continue;
            }
            long key = random.nextInt(keys);
            long time = random.nextInt(6) == 0 ? now - random.nextInt(30) : now;
            String script = script(random, now);
            trace.add(key + " at " + time + ": " + script);
            oracle.send(key, time, script);
            driver.send(Script.CMDS, new Cmd(key, time, script));
        }
        for (int key = 0; key < keys; key++) {
            oracle.send(key, now, "n+0 kept list a? b? c?");
            driver.send(Script.CMDS, new Cmd(key, now, "n+0 kept list a? b? c?"));
        }
        return trace;
    }

    private static String script(Random random, long now) {
        StringBuilder script = new StringBuilder();
        int words = random.nextInt(5);
        while (words-- > 0) {
            String word = word(random, now, random.nextInt(10) == 0);
            if (script.length() + word.length() < 58) {
                script.append(script.length() == 0 ? "" : " ").append(word);
            }
        }
        return script.toString();
    }

    private static String word(Random random, long now, boolean rare) {
        String timer = "abc".substring(random.nextInt(3)).substring(0, 1);
        if (rare) {
            String[] words = {
                "forget", "boom", "flood", timer + "*" + (12 + random.nextInt(9)), timer + "/" + (3 + random.nextInt(9))
            };
            return words[random.nextInt(words.length)];
        }
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> timer + "+" + random.nextInt(20);
            case 3 -> timer + "=" + (now + random.nextInt(25) - 5);
            case 4 -> timer + "-";
            case 5 -> timer + ":" + then(random, now);
            case 6 -> "n+" + random.nextInt(9);
            case 7 -> "keep";
            case 8 -> random.nextBoolean() ? "kept" : "let";
            case 9 -> "push";
            case 10 -> random.nextBoolean() ? "pop" : "list";
            case 11 -> "map." + random.nextInt(3);
            case 12 -> timer + "?";
            default -> "late";
        };
    }

    /** What a timer does when it fires; no blanks, no further colons, and not too many firings in a jump. */
    private static String then(Random random, long now) {
        StringBuilder then = new StringBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            String word = word(random, now, random.nextInt(8) == 0);
            if (!word.contains(":") && !word.contains("*") && !word.matches("[abc][+][0-8]")) {
                then.append(then.length() == 0 ? "" : ",").append(word);
            }
        }
        return then.toString();
    }
}
