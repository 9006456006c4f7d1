package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.Extremes;
import io.millrace.operators.process.Script.Cmd;
import io.millrace.operators.process.Script.Said;
import io.millrace.operators.process.ScriptOracle.Failed;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random scripts over several keys, with jumps, late events, cancels, failures and idle times, against plain objects:
 * each key says the same in the same order, and the same events and firings fail.
 */
class ProcessRandomTest {
    private static final int CASES = 1_000;
    private static final int ENTRIES = 150;
    private static final long KEEP_IDLE = 60;

    static Trials trials() {
        return Trials.of("trials()", ProcessRandomTest::trial).cases(CASES);
    }

    @Test
    void shouldSayWhatPlainObjectsSay() {
        dead = 0;
        Trials.Summary done = trials().check();
        long cases = done.cases();
        assertTrue(cases < 10 || done.outs() > 50 * cases && dead > 3 * cases, done + ", dead " + dead);
    }

    private static long dead;

    private static Trial trial(Random random) {
        long baseNs = Extremes.base(random);
        return Trial.of(Script.topology(Script.CMDS, Duration.ofNanos(KEEP_IDLE)))
                .options(PlanOptions.tested().withStateBytes(2 << 20))
                .feed(
                        Script.CMDS,
                        (key, timeNs, value) -> new Cmd(key, baseNs + timeNs, script(baseNs + timeNs, value)))
                .weights(Weights.usual()
                        .events(ENTRIES)
                        .keys(5)
                        .values(Integer.MAX_VALUE)
                        .scale(1, 8)
                        .with(Trait.EXTREMES, 0)
                        .with(Trait.ADVANCE, baseNs == 0 ? 80 : 0)
                        // timers that fire again and again would do so until the end of time
                        .with(Trait.END, 0))
                .compareByKey(Script.SAYS, Said::key)
                .compareLetters()
                .oracle(ProcessRandomTest::answer)
                .look(d -> dead += d.deadLetters().size());
    }

    private static void answer(History in, Expected out) {
        ScriptOracle oracle = new ScriptOracle(KEEP_IDLE);
        for (int i = 0; i < in.size(); i++) {
            int before = oracle.failed.size();
            if (in.step(i).isEvent()) {
                Cmd cmd = in.event(i);
                oracle.send(cmd.key(), cmd.timeNs(), cmd.script());
            } else {
                oracle.progress(in.progressNs(i));
            }
            for (Failed f : oracle.failed.subList(before, oracle.failed.size())) {
                if (f.isEvent()) {
                    out.letter(i, "script", f.reason());
                } else {
                    out.firedLetter(f.dueNs(), "script", f.reason());
                }
            }
        }
        oracle.all.forEach(s -> out.emit(Script.SAYS, s.said().nowNs(), s.said()));
    }

    /** By the last digit a question for all there is, or how many words; which follows from the others. */
    private static String script(long now, long value) {
        if (value % 6 == 0) {
            return "n+0 kept list a? b? c?";
        }
        Random random = new Random(value / 6);
        StringBuilder script = new StringBuilder();
        for (long words = value % 6 - 1; words > 0; words--) {
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
