package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.examples.Console;
import io.millrace.journal.JournalException;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.transport.journal.ArchiveJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Journals of topologies that were not made as usual: the commands make them as they were, without being told. */
class RecordedOptionsTest {
    @TempDir
    Path folder;

    /** One that is made with options, what it was made with, another option, and what is said to that. */
    private record Made(String name, Map<String, String> with, String other, String said) {
        @Override
        public String toString() {
            return name + with;
        }
    }

    static Stream<Made> all() {
        return Stream.of(
                new Made("candles", Map.of("size", "10s"), "size=1m", "with size=10s"),
                new Made("candles", Map.of("size", "PT2.5S"), "size=2s", "with size=PT2.5S"),
                new Made("trade-cost", Map.of("tolerance-ms", "900"), "tolerance-ms=901", "with tolerance-ms=900"),
                new Made("trade-cost", Map.of(), "tolerance-ms=900", "without tolerance-ms"),
                new Made("anomaly", Map.of("window", "20", "step", "5"), "step=10", "with step=5"),
                new Made(
                        "fraud",
                        Map.of("threshold", "0.25", "features", "false"),
                        "features=true",
                        "with features=false"),
                new Made("fraud-with-labels", Map.of("threshold", "0.25"), "threshold=0.5", "with threshold=0.25"));
    }

    private static TopologyProvider provider(String name) throws Exception {
        return Providers.of(null).stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Console command(String command, LiveRun run, String... more) {
        List<String> all = new ArrayList<>(List.of(command, "--journal", run.journal.toString()));
        all.addAll(List.of(more));
        return Console.run(all.toArray(String[]::new));
    }

    private static String lastLine(Console c) {
        return c.out().lines().reduce("", (a, b) -> b);
    }

    /** So that none is forgotten that comes tomorrow: whoever is not here has none. */
    @Test
    void shouldKnowAllThatHaveOptions() throws Exception {
        Set<String> with = new TreeSet<>();
        for (TopologyProvider p : Providers.of(null)) {
            String refused = assertThrows(
                            IllegalArgumentException.class, () -> p.topology(Map.of("no such option", "1")), p::name)
                    .getMessage();
            if (!refused.endsWith("it has none")) {
                with.add(p.name());
            }
        }
        assertEquals(new TreeSet<>(all().map(Made::name).toList()), with);
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldReplayWithWhatWasRecordedAndNothingElse(Made made) throws Exception {
        LiveRun run = LiveRun.of(provider(made.name()), made.with(), folder);
        Console c = command("replay", run);
        assertEquals(0, c.code(), c.err());
        assertTrue(lastLine(c).endsWith(" entries, digest equal"), c.out());
        for (Map.Entry<String, String> same : made.with().entrySet()) {
            assertEquals(0, command("replay", run, "--set", same.toString()).code(), same.toString());
        }
        String said = " --set " + made.other() + ": the journal was written " + made.said() + "; leave it out, or let"
                + " what-if say what would have come out\n";
        Console other = command("replay", run, "--set", made.other());
        assertEquals(1, other.code());
        assertEquals("millrace replay:" + said, other.err());
        assertEquals("", other.out());
        String output = run.topology.outputs().get(0).name();
        String id = run.came.get(output).get(0).id();
        Console explained = command("explain", run, "--output", id);
        assertEquals(0, explained.code(), explained.err());
        assertTrue(explained.out().startsWith("output " + id), explained.out());
        Console otherwise = command("explain", run, "--output", id, "--set", made.other());
        assertEquals(1, otherwise.code());
        assertEquals("millrace explain:" + said, otherwise.err());
    }

    @Test
    void shouldSayWhatWhatIfHasChangedAndWhatAStartWouldBeRefusedFor() throws Exception {
        LiveRun run = LiveRun.of(provider("candles"), Map.of("size", "10s"), folder);
        Console same = command("what-if", run, "--topology", "candles");
        assertEquals("new 0, gone 0, changed 0, same " + run.outputs(), lastLine(same), same.err());
        Console c = command("what-if", run, "--set", "size=300s");
        assertEquals(0, c.code(), c.err());
        assertEquals("option size  was 10s, is 5m", c.out().lines().findFirst().orElse(""), c.out());
        assertTrue(lastLine(c).matches("new [0-9]+, gone [1-9][0-9]*, changed .*"), c.out());
        assertEquals(0, command("preflight", run).code());
        Console other = command("preflight", run, "--set", "size=1m");
        assertEquals(1, other.code());
        assertTrue(other.out().contains("option size was 10s and is now 1m"), other.out());
        Console wrong = command("replay", run, "--set", "size=0s");
        assertEquals(1, wrong.code());
        assertTrue(
                wrong.err().startsWith("millrace replay: --set size=0s: option size of topology candles: '0s'"),
                wrong.err());
        assertEquals(2, command("replay", run, "--set", "size").code());
    }

    /** A payment. */
    public record Payment(long card, long cents) {}

    private static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class);
    private static final Output<Payment> LARGE = Output.of("large", Payment.class);

    /** Of a user's jar, with an option that nothing but a function sees. */
    public static final class Mine implements TopologyProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            long limit = Long.parseLong(options.getOrDefault("limit", "1000"));
            return Millrace.topology(
                            "mine",
                            t -> t.from(PAYMENTS).filter(p -> p.cents() > limit).to(LARGE))
                    .withOption("limit", Long.toString(limit));
        }
    }

    private static Setup start(String limit, Path journal) {
        return Engine.of(new Mine().topology(Map.of("limit", limit)))
                .journal(ArchiveJournal.in(journal))
                .discard(LARGE);
    }

    @Test
    void shouldMakeOneOfTheUsersJarAsItWas() throws Exception {
        Path journal = folder.resolve("journal");
        try (Engine engine = start("5", journal).start()) {
            for (int i = 0; i < 10; i++) {
                engine.publisher(PAYMENTS).publish(new Payment(1, i));
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
        }
        Setup other = start("7", journal);
        String refused = assertThrows(
                        JournalException.class, () -> other.start().close())
                .getMessage();
        assertTrue(refused.contains("option limit was 5, is 7"), refused);
        Path services = folder.resolve("classes/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(TopologyProvider.class.getName()), Mine.class.getName());
        String[] args = {
            "replay",
            "--journal",
            journal.toString(),
            "--classpath",
            folder.resolve("classes").toString(),
            "",
            ""
        };
        Console told = Console.run(withLast(args, "--set", "limit=6"));
        assertEquals(1, told.code());
        assertTrue(
                told.err().startsWith("millrace replay: --set limit=6: the journal was written with limit=5;"),
                told.err());
        Path out = folder.resolve("replayed");
        Console c = Console.run(withLast(args, "--out", out.toString()));
        assertEquals(0, c.code(), c.err());
        assertTrue(lastLine(c).endsWith("digest equal"), c.out());
        assertEquals(List.of("card,cents", "1,6", "1,7", "1,8", "1,9"), Files.readAllLines(out.resolve("large.csv")));
    }

    private static String[] withLast(String[] args, String name, String value) {
        String[] all = args.clone();
        all[args.length - 2] = name;
        all[args.length - 1] = value;
        return all;
    }
}
