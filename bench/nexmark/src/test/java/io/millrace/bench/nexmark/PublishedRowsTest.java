package io.millrace.bench.nexmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows that others have published for these files and queries, as sets. */
class PublishedRowsTest {
    @TempDir
    Path folder;

    static Stream<String> published() throws IOException {
        if (Shared.folder() == null) {
            System.err.println(Shared.ABSENT);
            return Stream.of("q0");
        }
        try (Stream<Path> files = Files.list(Shared.folder().resolve("expected"))) {
            return files.map(f -> f.getFileName().toString().replace(".slt", "")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("published")
    void shouldGiveTheRowsThatWerePublished(String query) throws Exception {
        assumeTrue(Shared.folder() != null, Shared.ABSENT);
        Path out = folder.resolve("rows of " + query + ".csv");
        assertEquals(0, Shared.run(query, out));
        List<String> rows = Files.readAllLines(out);
        List<String> expected = expected(query);
        assertTrue(rows.size() > 1, rows::toString);
        assertEquals(
                expected,
                rows.stream()
                        .skip(1)
                        .map(r -> r.replaceAll("[, ]+", " "))
                        .sorted()
                        .toList());
    }

    /** As they stand: columns with blanks or tabs between. */
    private static List<String> expected(String query) throws IOException {
        List<String> lines =
                Files.readAllLines(Shared.folder().resolve("expected").resolve(query + ".slt"));
        return lines.subList(lines.indexOf("----") + 1, lines.size()).stream()
                .filter(l -> !l.isBlank())
                .map(l -> l.strip().replaceAll("\\s+", " "))
                .sorted()
                .toList();
    }
}
