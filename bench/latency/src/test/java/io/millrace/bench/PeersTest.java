package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.command.Beside;
import io.millrace.bench.command.ReadmePage;
import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Jvm;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.UsageException;
import io.millrace.engine.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Systems of another build: their figures, the page they go to, and the JVM they run in. */
class PeersTest {
    @TempDir
    Path folder;

    @Test
    void shouldGiveNoFigureToAPeerWithAnotherAnswer() throws Exception {
        Path page = Files.writeString(folder.resolve("page.md"), """
                before
                <!-- peers settings -->
                <!-- /peers settings -->
                <!-- peers W0 -->
                old
                <!-- /peers W0 -->
                after
                """);
        int code = Main.run(List.of(
                "peers",
                "--workload=W0",
                "--systems=twin,liar",
                "--events=5000",
                "--runs=1",
                "--no-latency",
                "--jvm=" + SmokeTest.SMALL_JVM,
                "--readme=" + page));
        assertEquals(1, code);
        String text = Files.readString(page);
        assertTrue(text.contains("| liar | VOID: "), text);
        assertTrue(
                text.matches(
                        "(?s).*\\| twin \\(1,000 events a run\\) \\| [0-9.]+( \\| [0-9.]+ to [0-9.]+){2} \\| 1\\.00 \\|.*"),
                text);
        assertTrue(text.contains("\nW0: 1 runs of 5,000 events a system, in 1 JVMs\n\n|"), text);
        assertTrue(text.contains("$ bench/run peers --workload W0 --systems twin,liar"), text);
        assertTrue(text.startsWith("before\n") && text.endsWith("after\n") && !text.contains("old"), text);
    }

    /** Of its own accord all that there are, on all that they compute: one has another answer, one too few latencies, one ends. */
    @Test
    void shouldRunEachPeerOnEachWorkloadThatItComputesHoweverTheOthersEnd() throws Exception {
        Path json = folder.resolve("json");
        int code = Main.run(List.of("peers", "--quick", "--jvm=" + SmokeTest.SMALL_JVM, "--json=" + json));
        assertEquals(1, code);
        String text = Files.readString(json).replaceAll("\\s+", " ");
        for (String part : List.of(
                "{ \"W0\": {",
                "\"inline\": { \"right\": true",
                "\"twin\": { \"right\": true",
                "\"liar\": { \"right\": false",
                "\"forgetful\": { \"right\": true",
                "\"mortal\": { \"right\": false",
                "\"inline at 2000\": { \"right\": true",
                "\"forgetful at 2000\": { \"right\": false",
                "\"floor at 2000\": { \"right\": true")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
        assertFalse(text.contains("\"W1\""), "no peer here computes it");
    }

    /** Where there was none a peer would pass that does nothing with what comes at a rate. */
    @ParameterizedTest
    @EnumSource(names = {"W0", "W1", "W2", "W3"})
    void shouldHaveResultsOfBothHalvesOfASmoke(Workload workload) {
        Common.Expected reference = new Common.Expected(workload);
        long atFullSpeed = reference.upTo(PeersSmoke.events(workload)).count();
        assertTrue(atFullSpeed > 0, "at full speed");
        assertTrue(reference.upTo(PeersSmoke.allEvents(workload)).count() > atFullSpeed, "at a rate");
    }

    /** A system that does not speak as it should, by its name; another is itself. */
    static final class Strange {
        public static void main(String[] args) throws Exception {
            switch (args[1]) {
                case "deaf" -> untilTheOtherEndGoes();
                case "hanging" -> {
                    System.out.println("@millrace-bench ready=true");
                    untilTheOtherEndGoes();
                }
                case "garbling" -> {
                    System.out.println("@millrace-bench ready=true");
                    new Scanner(System.in).nextLine();
                    System.out.println("@millrace-bench ns=many cpuNs=few");
                }
                case "mumbling" -> {
                    System.out.println("@millrace-bench ready");
                    untilTheOtherEndGoes();
                }
                default -> Main.main(args);
            }
        }

        /** Says nothing more, and does not outlive who started it. */
        private static void untilTheOtherEndGoes() throws IOException {
            while (System.in.read() >= 0) {
                // asked for something: no answer
            }
        }
    }

    @Test
    @Timeout(
            value = 300,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what waits for a child does not heed interrupts
    void shouldGoOnBehindAPeerThatHangsOrAnswersNonsense() throws Exception {
        Jvm jvm = Jvm.own(List.of(SmokeTest.SMALL_JVM.split(" ")));
        Child.Settings settings =
                new Child.Settings(Strange.class.getName(), Workload.W0, true, Waiting.SPINNING, 4096, jvm);
        PeersTables hung = PeersSmoke.measure(Workload.W0, List.of("deaf", "hanging"), settings, Duration.ofSeconds(1));
        for (String system : List.of("deaf", "hanging")) {
            assertVoid("VOID: system " + system + " was not done within 1 s; its JVM was ended", hung, system);
        }
        PeersTables garbled = PeersSmoke.measure(Workload.W0, List.of("garbling", "mumbling", "hand"), settings);
        for (String system : List.of("garbling", "mumbling")) {
            assertVoid("VOID: its answer cannot be read: ", garbled, system);
        }
        assertEquals("", garbled.throughput.get("hand").wrong);
    }

    private static void assertVoid(String why, PeersTables tables, String system) {
        assertTrue(tables.throughput.get(system).wrong.startsWith(why), tables.throughput.get(system).wrong);
        tables.latency.forEach((rate, rows) -> assertTrue(
                rows.get(system).wrong().startsWith(why), rows.get(system).wrong()));
        assertFalse(tables.isSound());
    }

    @Test
    void shouldTakeNoSystemForSoundThatHasNoRunOrNoResult() throws Exception {
        PeersTables tables = new PeersTables(Workload.W0);
        ThroughputCommand.Row row = new ThroughputCommand.Row(1_000);
        tables.throughput = Map.of("twin", row);
        assertFalse(tables.isSound(), "it has not run");
        Child.Full result = new Child.Full(1, 1, 0, new Answer(), 1_000);
        row.nextJvm();
        row.add(result);
        assertTrue(tables.isSound());
        ThroughputCommand.checkLast(row, result, new Answer(), "twin");
        assertFalse(tables.isSound(), "nothing was compared");
        assertTrue(tables.toString().contains("| twin | VOID: no result to compare after 1000 events |"), "" + tables);
    }

    /** The line of {@code all --quick}: without a workload or a system it is of all. */
    @Test
    void shouldLeaveNoPeerOutOfTheQuickRunOfAll() {
        assertTrue(Beside.lines(true).contains(List.of("peers", "--quick")));
        assertEquals(List.of(Workload.W0), PeersSmoke.workloads());
        assertEquals(List.of("inline", "twin", "liar", "forgetful", "mortal"), PeersSmoke.systems(Workload.W0));
        assertEquals(List.of("inline"), PeersSmoke.systems(Workload.W1));
    }

    /** By the JVM that makes the events, not by what the system says: of 1,000 events two were slow. */
    @Test
    void shouldGiveNoLatencyToAPeerThatLeavesItsSlowEventsOut() throws Exception {
        Path json = folder.resolve("json");
        int code = Main.run(List.of(
                "latency",
                "--workload=W0",
                "--systems=forgetful",
                "--rates=1k",
                "--seconds=1",
                "--pairs=1",
                "--warmup=1000",
                "--jvm=" + SmokeTest.SMALL_JVM,
                "--json=" + json));
        assertEquals(1, code);
        String text = Files.readString(json);
        assertTrue(
                text.matches("(?s).*\"forgetful\": \\{\\s*\"right\": false.*\"floor\": \\{\\s*\"right\": true.*"),
                text);
    }

    @Test
    void shouldRefuseWhatAPeerDoesNotDo() {
        assertRefused(
                "--systems twin: it does not compute W1; leave it out",
                "peers",
                "--workload",
                "W1",
                "--systems",
                "twin");
        assertRefused("--systems twin: it has no live source", "latency", "--workload", "W0", "--systems", "twin");
        assertRefused("--runs: has no meaning with --quick", "peers", "--quick", "--runs", "2");
        assertRefused("--readme: has no meaning with --quick", "peers", "--quick", "--readme", "page.md");
        assertRefused("--workload W9: not possible; use w0", "peers", "--workload", "W9");
        assertRefused("--gc cms: no such collector; use some of g1", "throughput", "--gc", "cms");
        assertRefused("--gc g1,zgc: a table here is of one collector; name one", "scale", "--gc", "g1,zgc");
        assertRefused("--one keys: not possible", "scale", "--one", "keys");
        assertRefused("--one keys:many: not possible", "scale", "--one", "keys:many");
        assertRefused(": it has no bin/java; name the folder of a JDK", "throughput", "--jdk", folder.toString());
    }

    private static void assertRefused(String why, String... words) {
        UsageException e = assertThrows(UsageException.class, () -> Main.run(List.of(words)));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void shouldFillNoPageThatHasNoPlace() throws Exception {
        ReadmePage page = new ReadmePage(Files.writeString(folder.resolve("page.md"), "nothing\n"));
        assertThrows(IOException.class, () -> page.require("peers W1"));
        Path noSettings = Files.writeString(folder.resolve("other.md"), "<!-- peers W0 -->\n<!-- /peers W0 -->\n");
        Path json = folder.resolve("json");
        int code = Main.run(List.of(
                "peers",
                "--workload=W0",
                "--systems=twin",
                "--events=1000",
                "--runs=1",
                "--no-latency",
                "--json=" + json,
                "--readme=" + noSettings));
        assertEquals(1, code);
        assertFalse(Files.exists(json), "nothing is measured for it");
    }

    @Test
    void shouldTakeZgcWithGenerations() {
        List<String> flags = List.of("-Xmx1g", "-XX:+UseG1GC");
        assertEquals(
                List.of("-Xmx1g", "-XX:+UseZGC"), jvm(17, flags).with("zgc").flags());
        assertEquals(List.of("-Xmx1g"), jvm(17, flags).flagsWithoutCollector());
        assertTrue(jvm(21, flags).with("zgc").flags().contains("-XX:+ZGenerational"));
        assertFalse(jvm(25, flags).with("zgc").flags().contains("-XX:+ZGenerational"));
        assertEquals(
                List.of("-Xmx1g", "-XX:+UseParallelGC"),
                jvm(25, flags).with("parallel").flags());
    }

    private static Jvm jvm(int version, List<String> flags) {
        return new Jvm(Path.of("jdk"), version, "a JDK", flags);
    }
}
