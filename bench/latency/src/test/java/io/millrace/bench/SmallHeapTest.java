package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a heap does not hold is said in one line, by a JVM that ends with 1. */
class SmallHeapTest {
    private static final long PATIENCE_S = 60;

    @ParameterizedTest
    @CsvSource({
        "nexmark --query q5 --events 1000 --quiet, millrace nexmark:, MILLRACE_JAVA_OPTS=-Xmx1g",
        "child hand W3 false spinning 64, the JVM of system hand:, --jvm=-Xmx1g",
    })
    void shouldSayInOneLineThatTheHeapIsTooSmall(String words, String begins, String cure) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx20m",
                "-XX:TieredStopAtLevel=1",
                "-Dmillrace.jitter.ms=0",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "it ends");
            assertEquals(1, process.exitValue(), err);
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.startsWith(begins + " Java heap space; it has 20 MB; give it more, such as " + cure), err);
        } finally {
            process.destroyForcibly();
        }
    }
}
