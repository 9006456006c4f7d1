package io.millrace.bench.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each class of engine, operators and transports that has memory-order code has a case of its name here, or a reason why it needs none. */
class StressCasesTest {
    private static final Path ROOT = root();

    private static final Pattern MEMORY_ORDER = Pattern.compile(
            "\\bvolatile\\b|\\bVarHandle\\b|java\\.util\\.concurrent\\.atomic"
                    + "|\\b(load|store|full|acquire|release)\\w*Fence\\(|(get|set)(Opaque|Acquire|Release)\\(|lazySet\\(");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

    private static final Map<String, String> NONE_NEEDED = new TreeMap<>();

    private static void none(String why, String classes) {
        for (String c : classes.strip().split("\\s+")) {
            NONE_NEEDED.put(c, why);
        }
    }

    static {
        none("reads and writes bytes, plainly", "Bytes");
        none(
                "stores one word behind the other, as LogMarks does, whose own case says what that promises",
                "SenderMarks");
        none("asks positions, whose own case says what they promise", "StageRunner");
        none(
                "numbers for others to read, each by itself: a count, or how far something is; nothing else is read because of one",
                """
                AeronMedia CounterFile Cores Ingress LookupRunner OutputCounts OutputPort RecoveryProgress SnapshotLag StageSteps
                Tally Undecided MediaDirectory""");
        none("words and last failures for others to read, each an immutable object, or final before it is shown", """
                AeronAsk AeronSink AeronSource BoundSink EngineMetrics EngineThreads HeardAt InlineDoor JournalDigest Received
                JournalThread SensitiveHash SinkFaults Sinks Snapshots Store TopologyNode""");
        none("flags that are raised once and looked at again and again, so that an older one costs another look", """
                Engine Inline InlineDigest InlineSnapshots MemoryLog Recording Snapshotter StatFile""");
        none(
                "volatile numbers of one writer, the journal's thread, each told when what it counts is on its way: an older one makes "
                        + "who waits look again",
                "ArchiveLog");
        none(
                "closing is set behind the last output and read in front of the look at its ring, which has a case; what is read "
                        + "once it has stopped is written before that is set: volatile, one writer each, so in one order for all; who "
                        + "wants a flush raises a number, hands over nothing by it, and asks how far the flushes are",
                "BlockingSink");
        none(
                "its first failure is set by compare-and-set before the ring is closed, which has a case; the stage that lets firings go "
                        + "on is not done with that place before it has said so, and who asks reads what is done (positions, which have a "
                        + "case) before both; all else is one word each",
                "EngineLoop");
        none(
                "who is about to doze says so and looks what is held, who holds something looks whether it dozes, a full fence between: as "
                        + "in Doze, whose own case says what that promises; its flags are raised once",
                "JournalLoop");
        none(
                "volatile words of one writer, the stage: whether firings are left is written before how far it is (a position), and "
                        + "read behind that; what is read of a stage that has ended is written before it says so",
                "StageLoop");
        none(
                "one compare-and-set a stage, and a count that is taken down behind the copy; the point has its case",
                "StatsRequest");
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("engine/ARCHITECTURE.md"))) {
            at = at.getParent();
        }
        return at;
    }

    private static Set<String> classes(Path of, String ending, Pattern with) throws IOException {
        try (Stream<Path> files = Files.walk(of)) {
            return files.filter(f -> f.toString().endsWith(ending) && isMain(f))
                    .filter(f -> with == null || with.matcher(code(f)).find())
                    .map(f -> f.getFileName().toString().replace(ending, ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isMain(Path file) {
        return file.toString().replace('\\', '/').contains("/src/main/java/");
    }

    private static String code(Path file) {
        try {
            return COMMENT.matcher(Files.readString(file)).replaceAll("");
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }

    @Test
    void shouldHaveACaseOfEachClassWithMemoryOrderCode() throws IOException {
        Set<String> cases = classes(ROOT.resolve("bench/stress"), "Stress.java", null);
        Set<String> found = new TreeSet<>();
        Set<String> all = new TreeSet<>();
        for (String module : new String[] {"engine", "operators", "transports"}) {
            found.addAll(classes(ROOT.resolve(module), ".java", MEMORY_ORDER));
            all.addAll(classes(ROOT.resolve(module), ".java", null));
        }
        assertTrue(found.size() > 50, found.size() + " classes");
        Set<String> missing = new TreeSet<>(found);
        missing.removeAll(cases);
        missing.removeAll(NONE_NEEDED.keySet());
        assertEquals(Set.of(), missing, "no case: write one, or enter the class in the list here, with the reason");
        Set<String> stale = new TreeSet<>(NONE_NEEDED.keySet());
        stale.removeIf(c -> found.contains(c) && !cases.contains(c));
        assertEquals(Set.of(), stale, "in the list, but gone, without such code, or with a case");
        cases.removeAll(all);
        assertEquals(Set.of(), cases, "cases of no class");
    }
}
