package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a script that only says what the command says. */
class FirstScoreCommandTest {
    @TempDir
    Path tree;

    private int run(String script) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: no bash");
        Path run = tree.resolve("examples/run");
        Files.createDirectories(run.getParent());
        Files.writeString(run, "#!/bin/bash\necho \"$*\" >>" + tree + "/calls\n" + script);
        run.toFile().setExecutable(true);
        return Main.run(List.of(
                "first-score",
                "--runs",
                "2",
                "--tree",
                tree.toString(),
                "--json",
                tree + "/json",
                "--hlog",
                tree + "/hlog"));
    }

    @Test
    void shouldTakeTheScriptAndTheJvmTogether() throws Exception {
        assertEquals(0, run("""
                echo "events  1000"
                echo "first score ms  40"
                echo "first score at  2100-01-01T00:00:00.123456Z"
                """));
        String call = "fraud --quiet --first-score --count 1000";
        assertEquals(
                List.of(call, call, call), Files.readAllLines(tree.resolve("calls")), "one to build, two to measure");
        String json = Files.readString(tree.resolve("json"));
        assertTrue(json.replaceAll("\\s", "").contains("\"JVM,untilthefirstscore\":{\"max\":40,\"median\":40,"), json);
        String log = Files.readString(tree.resolve("hlog"));
        assertTrue(log.contains("Tag=script,") && log.contains("Tag=jvm,") && log.contains("Tag=whole,"), log);
        assertTrue(json.replaceAll("\\s", "").matches(".*\"whole\":\\{\"max\":[0-9]{13},.*"), json);
    }

    @Test
    void shouldGiveNoFigureForARunThatFails() throws Exception {
        assertEquals(1, run("echo no such model; exit 1\n"));
        assertTrue(Files.notExists(tree.resolve("json")));
    }

    @Test
    void shouldGiveNoFigureForARunThatScoresNothing() throws Exception {
        assertEquals(1, run("echo 'first score ms  '; echo 'first score at  '\n"));
    }
}
