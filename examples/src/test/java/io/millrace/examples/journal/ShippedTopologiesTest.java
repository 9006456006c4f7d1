package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Output;
import io.millrace.examples.Console;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of a journal over one of each topology that comes along: all that {@code describe} knows, also one that comes tomorrow. */
class ShippedTopologiesTest {
    @TempDir
    static Path folder;

    /** Of these all that is explained is a window's, which no event brings out. */
    private static final Set<String> OF_TIME = Set.of("candles");

    private static final Map<String, LiveRun> RUNS = new HashMap<>();

    static Stream<String> names() throws IOException {
        return Providers.of(null).stream().map(TopologyProvider::name);
    }

    private static LiveRun run(String name) throws Exception {
        if (!RUNS.containsKey(name)) {
            TopologyProvider provider = Providers.of(null).stream()
                    .filter(p -> p.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            RUNS.put(name, LiveRun.of(provider, folder.resolve(name)));
        }
        return RUNS.get(name);
    }

    private static Console command(String command, LiveRun run, String... more) {
        List<String> all = new ArrayList<>(List.of(command, "--journal", run.journal.toString()));
        all.addAll(List.of(more));
        return Console.run(all.toArray(String[]::new));
    }

    private static String lastLine(Console c) {
        return c.out().lines().reduce("", (a, b) -> b);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldReplayToTheFilesThatCameOutLive(String name) throws Exception {
        LiveRun run = run(name);
        Path out = folder.resolve(name).resolve("replayed");
        Console c = command("replay", run, "--out", out.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals("", c.err());
        long entries = Long.parseLong(c.label("evaluated"));
        assertTrue(entries > run.published.size(), c.out());
        assertEquals("replay: " + entries + " entries, digest equal", lastLine(c));
        assertEquals("with what was put out before, entries 0 to " + (entries - 1), c.label("compared"));
        for (Output<?> output : run.topology.outputs()) {
            String file = output.name() + ".csv";
            List<String> rows = Files.readAllLines(out.resolve(file));
            assertEquals(run.came.get(output.name()).size(), rows.size() - 1, file);
            assertEquals(Files.readAllLines(run.files.resolve(file)), rows, file);
        }
    }

    /** The first one, and the last, which is behind the snapshot. */
    @ParameterizedTest
    @MethodSource("names")
    void shouldExplainWhatCameOutOfEachOutput(String name) throws Exception {
        LiveRun run = run(name);
        int ofEvents = 0;
        for (List<LiveRun.Came> ids : run.came.values()) {
            long last = ids.get(ids.size() - 1).sequence();
            assertTrue(last >= run.snapshotAt, last + " is in the snapshot, which ends before " + run.snapshotAt);
            for (LiveRun.Came came : List.of(ids.get(0), ids.get(ids.size() - 1))) {
                Console c = command("explain", run, "--output", came.id());
                assertEquals(0, c.code(), c.err());
                assertEquals("", c.err());
                String begin = "output " + came.id() + " of topology " + name + "\n";
                assertTrue(c.out().startsWith(begin), c.out());
                assertTrue(
                        c.out()
                                .substring(begin.length())
                                .matches("(?s)(caused by|came out at) entry " + came.sequence() + "[ ,:].*"),
                        c.out());
                MadeEvents.Published event = run.published.get(came.eventSequence());
                if (event != null) {
                    ofEvents++;
                    String entry = "entry " + event.at() + ", event of " + event.input();
                    assertTrue(c.out().contains(entry) && c.out().contains(": " + event.text() + "\n"), c.out());
                }
            }
        }
        assertEquals(OF_TIME.contains(name), ofEvents == 0, ofEvents + " were of an event that was made");
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSayWhatIsWrongWithAnId(String name) throws Exception {
        LiveRun run = run(name);
        String output = run.topology.outputs().get(0).name();
        String last = run.came.get(output).get(run.came.get(output).size() - 1).id();
        Map<String, String> says = Map.of(
                output,
                "2 --output " + output + ": is no id of an output; write SINK/SEQ.ORDINAL, such as ",
                output + "/1",
                "2 --output " + output + "/1: is no id of an output; write SINK/SEQ.ORDINAL, such as ",
                output + "s/1.0",
                "1 --output " + output + "s/1.0: topology " + name + " has no output " + output + "s; the nearest is "
                        + output + "; there is ",
                output + "/999999.0",
                "1 " + output + "/999999.0: the journal has no such output; the nearest: " + last);
        says.forEach((id, answer) -> {
            Console c = command("explain", run, "--output", id);
            assertEquals(answer.charAt(0) - '0', c.code(), c.err());
            assertTrue(c.err().startsWith("millrace explain: " + answer.substring(2)), c.err());
            assertEquals(1, c.err().lines().count(), c.err());
            assertEquals("", c.out());
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldFindNoDifferenceToItself(String name) throws Exception {
        LiveRun run = run(name);
        Path out = folder.resolve(name + "-differences.csv");
        Console c = command("what-if", run, "--topology", name, "--out", out.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals("new 0, gone 0, changed 0, same " + run.outputs(), lastLine(c));
        assertEquals(List.of("change,sink,id,before,after"), Files.readAllLines(out));
        assertTrue(c.err().startsWith("millrace what-if: --topology " + name + ": is the name of that"), c.err());
        assertEquals(1, c.err().lines().count(), c.err());
    }
}
