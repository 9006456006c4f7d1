package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A second and a third engine start beside one that runs, and the code that it runs on stays as it is. */
class BesideTest {
    /** Compiled by the optimizing compiler and thrown away, of what an event of the first engine passes. */
    private static final Pattern LOST =
            Pattern.compile(".* 4 +io\\.millrace\\.(engine\\.(Inline::(process|evaluate|enter)|InlinePublisher"
                    + "|OutputPort|Setup)|runtime\\.(EntryEncoder|Core|StageCore|SourceIntake|SinkNode|EnterInput)"
                    + "|event\\.[A-Za-z]*|time\\.[A-Za-z]*|operators\\.(FilterNode|MapNode))\\b.*made not entrant.*");

    @Test
    void shouldLoseNoCompiledCodeToEnginesThatStartBesideIt() throws Exception {
        Path out = Files.createTempFile("millrace-beside", ".txt");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+PrintCompilation",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BesideService.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertTrue(child.waitFor(100, TimeUnit.SECONDS), "it ends");
            List<String> said =
                    Files.readString(out, StandardCharsets.UTF_8).lines().toList();
            assertTrue(said.stream().anyMatch(l -> l.startsWith(BesideService.MARK + "TOLD")), "" + said);
            assertEquals(List.of(), lines(said, BesideService.MARK + "FAILED.*"));
            assertEquals(List.of(), lines(said, BesideService.MARK + "DEOPTIMISED.*"), "on the thread of the first");
            List<String> since =
                    said.subList(said.indexOf(BesideService.MARK + "SECOND"), said.indexOf(BesideService.MARK + "END"));
            assertEquals(List.of(), lines(since, LOST.pattern()), "of the code of the first");
            assertTrue(
                    lines(said, LOST.pattern().replace("made not entrant", "bytes"))
                                    .size()
                            > 5,
                    "it was compiled");
        } finally {
            child.destroyForcibly();
            Files.delete(out);
        }
    }

    private static List<String> lines(List<String> said, String pattern) {
        return said.stream().filter(l -> l.matches(pattern)).toList();
    }
}
