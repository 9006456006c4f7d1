package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A second and a third engine start beside one that runs, and the code that it runs on stays as it is. */
class BesideTest {
    /** Compiled by the optimizing compiler and thrown away, of what an event of the first engine passes. */
    private static final Pattern LOST =
            Pattern.compile(".* 4 +io\\.millrace\\.(engine\\.(Inline::(process|evaluate|enter)|InlinePublisher"
                    + "|OutputPort|Setup)|runtime\\.(EntryEncoder|Core|StageCore|SourceIntake|SinkNode|EnterInput)"
                    + "|event\\.[A-Za-z]*|time\\.[A-Za-z]*|operators\\.(FilterNode|MapNode))\\b.*made not entrant.*");

    /**
     * The compiler works beside the engine, and may be behind by an event or two: one run in which nothing is lost shows that it can, since what
     * a start costs the engine beside it, it costs in each. Ten runs on a busy machine: nothing in nine, one method in one.
     */
    private static final int RUNS = 5;

    /** What a compiler that is behind makes anew is a method or two, and not the way of an event: in no run more than these. */
    private static final int LOST_MOST = 4;

    @Test
    void shouldLoseNoCompiledCodeToEnginesThatStartBesideIt() throws Exception {
        assertNothingIsLost("of the code of the first engine, and on its thread", BesideTest::lost);
    }

    /** Its threads and that of its publisher, in all code of the engine; the engines beside it are live ones, too. */
    @Test
    void shouldDeoptimiseNothingOfALiveEngineBesideWhichOthersStart() throws Exception {
        assertNothingIsLost("on the threads of the first engine", BesideTest::deoptimised, "live");
    }

    private static void assertNothingIsLost(String where, Function<List<String>, List<String>> found, String... args)
            throws Exception {
        List<Integer> counts = new ArrayList<>();
        List<String> all = new ArrayList<>();
        while (!counts.contains(0)) {
            List<String> here = found.apply(said(args));
            counts.add(here.size());
            all.addAll(here);
            String what = "lost " + where + " in each of " + counts.size() + " runs: " + counts + ": " + all;
            assertTrue(here.size() <= LOST_MOST, what);
            assertTrue(counts.size() < RUNS || counts.contains(0), what);
        }
    }

    private static List<String> said(String... args) throws Exception {
        Path out = Files.createTempFile("millrace-beside", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+PrintCompilation",
                "-cp",
                System.getProperty("java.class.path"),
                BesideService.class.getName()));
        command.addAll(List.of(args));
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertTrue(child.waitFor(5, TimeUnit.MINUTES), "it ends");
            return Files.readString(out, StandardCharsets.UTF_8).lines().toList();
        } finally {
            child.destroyForcibly();
            Files.delete(out);
        }
    }

    private static List<String> lost(List<String> said) {
        List<String> result = deoptimised(said);
        assertTrue(
                lines(said, LOST.pattern().replace("made not entrant", "bytes")).size() > 5, "it was compiled");
        List<String> since =
                said.subList(said.indexOf(BesideService.MARK + "SECOND"), said.indexOf(BesideService.MARK + "END"));
        result.addAll(lines(since, LOST.pattern()));
        return result;
    }

    private static List<String> deoptimised(List<String> said) {
        assertTrue(said.stream().anyMatch(l -> l.startsWith(BesideService.MARK + "TOLD")), "" + said);
        assertEquals(List.of(), lines(said, BesideService.MARK + "FAILED.*"));
        assertEquals(
                1, lines(said, BesideService.MARK + "RECORDED BEFORE [1-9].*").size(), "deoptimisations are recorded");
        return new ArrayList<>(lines(said, BesideService.MARK + "DEOPTIMISED.*"));
    }

    private static List<String> lines(List<String> said, String pattern) {
        return said.stream().filter(l -> l.matches(pattern)).toList();
    }
}
