package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What {@code .ci/break} does to the code can still be done to it: it runs seldom, and the code changes. */
class BreaksTest {
    private static final Path ROOT = FormTest.root();
    private static final List<String> NAMES = List.of("what", "file", "from", "to", "seen");

    private record Break(String what, String file, String from, String seen) {}

    private static List<Break> breaks() throws IOException {
        Path table = ROOT.resolve(".ci/breaks");
        Assumptions.assumeTrue(Files.exists(table), "no .ci/breaks here");
        return Stream.of(Files.readString(table).split("\n\n"))
                .filter(block -> !block.startsWith("#"))
                .map(BreaksTest::read)
                .toList();
    }

    private static Break read(String block) {
        String[] lines = block.strip().split("\n");
        assertEquals(NAMES.size(), lines.length, block);
        for (int i = 0; i < lines.length; i++) {
            assertTrue(lines[i].startsWith(NAMES.get(i) + " "), "not " + NAMES.get(i) + ": " + lines[i]);
        }
        return new Break(value(lines[0]), value(lines[1]), value(lines[2]), value(lines[4]));
    }

    private static String value(String line) {
        return line.substring(6).strip();
    }

    @Test
    void shouldFindEachLineThatIsToBeBrokenOnce() throws IOException {
        List<Break> breaks = breaks();
        assertTrue(breaks.size() >= 10, breaks.size() + " ways to break it");
        for (Break b : breaks) {
            String text = Files.readString(ROOT.resolve(b.file));
            int at = text.indexOf(b.from);
            assertTrue(at >= 0 && text.indexOf(b.from, at + 1) < 0, b.what + ": not once in " + b.file + ": " + b.from);
        }
    }

    @Test
    void shouldFindTheTestsThatSeeIt() throws IOException {
        for (Break b : breaks()) {
            Path tests =
                    ROOT.resolve(b.file.substring(0, b.file.indexOf("/src/"))).resolve("src/test");
            for (String name : b.seen.split(",")) {
                try (Stream<Path> all = Files.walk(tests)) {
                    assertTrue(all.anyMatch(p -> p.endsWith(name + ".java")), b.what + ": no test " + name);
                }
            }
        }
    }
}
