package io.millrace.operators.process;

import io.millrace.operators.process.Script.Cmd;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.List;

/** Runs {@link Script} in the test driver. */
final class ScriptRun {
    private static final PlanOptions SMALL = PlanOptions.tested().withStateBytes(4 << 20);

    private final TestDriver driver;

    ScriptRun() {
        this(Duration.ofNanos(100));
    }

    ScriptRun(Duration keepIdle) {
        this(keepIdle, SMALL);
    }

    ScriptRun(Duration keepIdle, PlanOptions options) {
        driver = TestDriver.of(Script.topology(Script.CMDS, keepIdle), options);
    }

    ScriptRun send(long key, long timeNs, String script) {
        driver.send(Script.CMDS, new Cmd(key, timeNs, script));
        return this;
    }

    ScriptRun progress(long ns) {
        driver.advanceToNs(ns);
        return this;
    }

    /** What was said since the last call. */
    List<String> said() {
        return driver.take(Script.SAYS).stream().map(Object::toString).toList();
    }

    List<String> dead() {
        return driver.deadLetters().stream()
                .map(d -> d.reason().text() + ": " + d.cause())
                .toList();
    }

    TestDriver driver() {
        return driver;
    }
}
