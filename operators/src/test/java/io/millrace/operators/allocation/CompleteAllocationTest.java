package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.operators.allocation.WindowAllocationTest.Bar;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.window.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What of words allocates nothing either, and that none has been left out. */
class CompleteAllocationTest {
    private static final int EVENTS = 50_000;
    private static final Duration SPAN = Duration.ofNanos(5_000);

    @Test
    void shouldAllocateNothingBehindParallelKeys() {
        assertNothingAllocated(
                EVENTS,
                EVENTS,
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .parallel("spread", 4)
                        .window("w", Window.tumbling(SPAN))
                        .lateTo(OUT)
                        .aggregate(Bar::new)
                        .to(OUT, Bar::write));
    }

    /** An event an hour of each key: days end, and so do summer and winter. */
    @Test
    void shouldAllocateNothingInDays() {
        assertNothingAllocated(
                EVENTS,
                EVENTS,
                Duration.ofMinutes(1).toNanos(),
                (t, s) -> s.keyBy(QuoteDecoder::instrument)
                        .window("w", Window.days(ZoneId.of("Europe/Vienna")))
                        .lateTo(OUT)
                        .aggregate(Bar::new)
                        .to(OUT, Bar::write));
    }

    @Test
    void shouldAllocateNothingInWindowsWithoutAnEnd() {
        assertNothingAllocated(EVENTS, EVENTS, (t, s) -> {
            var byInstrument = s.keyBy(QuoteDecoder::instrument);
            Window all = Window.global();
            int n = 0;
            for (Window window : List.of(all.every(3), all.emitOnUpdate(), all.early(SPAN))) {
                byInstrument.window("w" + n++, window).aggregate(Bar::new).to(OUT, Bar::write);
            }
        });
    }

    /** A tenth of the keys has room: nearly each row takes the place of another. */
    @Test
    void shouldAllocateNothingInATableThatEvicts() {
        assertNothingAllocated(EVENTS, EVENTS, (t, s) -> {
            var bySize = s.keyBy(QuoteDecoder::size);
            var newest = t.table("newest", bySize).keysAtMost(100).evictOldest();
            bySize.lookup("last", newest).to(OUT, (j, out) -> AllocationRig.copy(j.left(), out));
        });
    }

    // ---- none is left out

    private static final Pattern WORD = Pattern.compile("public String word\\(\\) \\{\\s+return \"(\\w+)\";");

    /** Kinds of windows, and what words are given that keeps or gives up state in another way. */
    private static final Set<String> KINDS = Set.of(
            "tumbling",
            "hopping",
            "days",
            "global",
            "session",
            "count",
            "slidingCount",
            "table",
            "parallel",
            "evictOldest");

    @Test
    void shouldHaveATestOfAllocationForEachWord() throws IOException {
        Path module = Path.of(Files.exists(Path.of("operators/README.md")) ? "operators" : "");
        Set<String> words = new TreeSet<>(KINDS);
        Path main = module.resolve("src/main/java/io/millrace/operators");
        for (Path file : files(main)) {
            boolean isWord = !file.startsWith(main.resolve("aggregate"));
            Matcher word = WORD.matcher(Files.readString(file));
            while (isWord && word.find()) {
                words.add(word.group(1));
            }
        }
        assertTrue(words.size() > KINDS.size() + 20, words + " were found");
        String tests = files(module.resolve("src/test/java")).stream()
                .filter(f -> f.getFileName().toString().endsWith("AllocationTest.java"))
                .map(CompleteAllocationTest::text)
                .collect(Collectors.joining());
        words.removeIf(word -> Pattern.compile("\\.(<\\w+>)?" + word + "(ByFields)?\\(")
                .matcher(tests)
                .find());
        assertEquals(Set.of(), words, "have none");
    }

    private static List<Path> files(Path under) throws IOException {
        try (Stream<Path> all = Files.walk(under)) {
            return all.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
