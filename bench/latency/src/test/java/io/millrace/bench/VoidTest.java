package io.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.rig.Child;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Reference;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.rig.Json;
import io.millrace.rig.Paced;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is void has no figure, in no table and in no file, and nothing is compared with it. */
class VoidTest {
    private static final long RATE = 1_000;

    @TempDir
    Path folder;

    /** A million events in 13 ms: 76.92 M/s. */
    private static ThroughputCommand.Row fast(String wrong) {
        ThroughputCommand.Row row = new ThroughputCommand.Row(1_000_000);
        row.add(new Child.Full(13_000_000, 13_000_000, 0, new Answer(), 1_000_000));
        row.wrong = wrong;
        return row;
    }

    private static LatencyCommand.Row slow(boolean right, boolean held) {
        Histogram all = new Histogram(3);
        all.recordValue(77_000);
        LatencyCommand.Row row = new LatencyCommand.Row();
        row.runs.add(new Paced(all, all, held, 1, 0, 0, 0, 0));
        row.right = right;
        return row;
    }

    private static String lineOf(String table, String system) {
        return table.lines().filter(l -> l.startsWith(system + " ")).findFirst().orElseThrow();
    }

    @Test
    void shouldPrintNoThroughputOfAnotherAnswer() {
        Map<String, ThroughputCommand.Row> rows = new LinkedHashMap<>();
        rows.put("hand", fast("VOID: 1/2, not 1/3"));
        rows.put("inline", fast(""));
        rows.put("live", fast("VOID: 1/2, not 1/3"));
        rows.put("disruptor", fast(""));
        String table = ThroughputCommand.table(rows);
        for (String wrong : List.of("hand", "live")) {
            assertEquals(
                    List.of(wrong, "-", "-", "-", "-", "-", "-", "VOID:"),
                    List.of(lineOf(table, wrong).split(" +")).subList(0, 8));
        }
        String right = lineOf(table, "inline");
        assertTrue(right.matches("inline +76.92 +76.92 +76.92 +- +1.00 .* right"), right);
        assertFalse(Json.text(ThroughputCommand.json(rows.get("hand"))).contains("76.9"));
        assertTrue(Json.text(ThroughputCommand.json(rows.get("inline"))).contains("76.9"));
    }

    @Test
    void shouldPrintAndDrawNoLatencyOfAnotherAnswer() throws Exception {
        Map<String, LatencyCommand.Row> rows = new LinkedHashMap<>();
        rows.put("hand", slow(true, false));
        rows.put("live", slow(false, true));
        String table = LatencyCommand.table(Map.of(RATE, rows), 1);
        assertTrue(lineOf(table, "live").matches("live +1000 all +- +- +- +- +- +- +- +yes .*VOID.*"), table);
        assertTrue(lineOf(table, "hand").contains(" 77.0"), table);
        assertEquals(2, table.lines().filter(l -> l.contains(" 77.0")).count(), "hand, all and clear: " + table);
        assertTrue(
                lineOf(table, "hand").matches("hand +1000 all +- +- +- +- +- +77\\.\\d+ +1 +0/1 .*right"),
                "of one event there is the maximum only: " + table);
        assertTrue(table.contains("FAIL: the rate was not held"), table);
        assertFalse(Json.text(LatencyCommand.figures(rows.get("live"))).contains("p50"));
        String figures = Json.text(LatencyCommand.figures(rows.get("hand")));
        assertTrue(figures.contains("\"p50\": null") && figures.contains("\"allEvents\": 1"), figures);
        Options options = new LatencyCommand()
                .options()
                .parse(List.of("--hlog=" + folder.resolve("hlog"), "--plot=" + folder.resolve("svg")));
        try (LatencyFiles files = new LatencyFiles(options, Map.of("java", "17", "cores", 2, "load", 0.0))) {
            files.add("", Map.of(RATE, rows), 1);
        }
        assertFalse(Files.readString(folder.resolve("hlog")).contains("Tag=live"));
        assertTrue(Files.readString(folder.resolve("hlog")).contains("Tag=hand"));
        assertEquals(1, Files.readString(folder.resolve("svg")).split("<polyline", -1).length - 1);
    }

    @Test
    void shouldPutEachRateIntoALineAndAPanel() throws Exception {
        Map<String, LatencyCommand.Row> rows = new LinkedHashMap<>();
        rows.put("hand", slow(true, true));
        rows.put("floor", slow(true, true));
        Map<Long, Map<String, LatencyCommand.Row>> all = new LinkedHashMap<>();
        all.put(500L, rows);
        all.put(RATE, rows);
        String table = LatencyCommand.table(all, 1);
        assertTrue(table.lines().anyMatch(l -> l.matches("hand +500 all .*")), table);
        assertTrue(table.lines().anyMatch(l -> l.matches("hand +1000 all .*")), table);
        Path svg = folder.resolve("svg");
        Options options = new LatencyCommand().options().parse(List.of("--plot=" + svg));
        try (LatencyFiles files = new LatencyFiles(options, Map.of("java", "17", "cores", 2, "load", 0.0))) {
            files.add("", all, 1);
        }
        assertEquals(2, Files.readString(svg).split("<g ", -1).length - 1, "a panel a rate");
        assertEquals(4, Files.readString(svg).split("<polyline", -1).length - 1);
    }

    private static AeronCommand.Side aeron(boolean... held) {
        AeronCommand.Side side = new AeronCommand.Side();
        for (boolean one : held) {
            side.add(new AeronCommand.Round(Map.of(), null, new AeronOneWay.Round(null, 0, one)));
        }
        return side;
    }

    @Test
    void shouldCallARateOverAeronHeldOnlyWhereItWasInEachRound() {
        assertTrue(aeron(true, true).isHeld());
        assertEquals("yes", aeron(true, true).heldWords());
        assertFalse(aeron(true, false, true).isHeld());
        assertEquals("2 of 3", aeron(true, false, true).heldWords());
        assertFalse(aeron(false).isHeld());
    }

    private static StormCommand.Row storm(long... ended) {
        StormCommand.Row row = new StormCommand.Row();
        for (long windows : ended) {
            row.add(null, windows);
        }
        return row;
    }

    @Test
    void shouldCallAStormOneOnlyWhereItLastedInEachRun() {
        long events = 100;
        assertTrue(storm(0, 0, 0).isRight("calm", events));
        assertFalse(storm(0, 5, 0).isRight("calm", events), "one calm of three had windows");
        assertTrue(storm(100, 1_600, 100).isRight("storm", events));
        assertFalse(storm(1_600, 99, 1_600).isRight("storm", events), "one storm of three was over before");
    }

    @Test
    void shouldTakeNoFirstEventsOfAnotherAnswer() {
        int events = 1_000;
        Generator generator = new Generator(Workload.W0, events);
        Answer right = new Answer();
        Tx tx = new Tx();
        for (long i = 0; i < events; i++) {
            generator.fill(i, tx);
            Reference.of(Workload.W0).on(tx, right);
        }
        long decided = right.count();
        WarmUpCommand.requireRight(Workload.W0, generator, events, decided, right);
        for (long wrong : new long[] {0, decided - 1, decided + 1}) {
            assertThrows(
                    IllegalStateException.class,
                    () -> WarmUpCommand.requireRight(Workload.W0, generator, events, wrong, right),
                    wrong + " decided");
        }
        Answer other = new Answer(decided, right.checksum() + 1);
        assertThrows(
                IllegalStateException.class,
                () -> WarmUpCommand.requireRight(Workload.W0, generator, events, decided, other));
    }

    @Test
    void shouldSayInHowManyRunsAPeerHeldItsRate() {
        LatencyCommand.Row row = slow(true, true);
        row.runs.add(slow(true, false).runs.get(0));
        PeersTables tables = new PeersTables(Workload.W1);
        tables.latency = Map.of(RATE, Map.of("jet", row));
        assertTrue(tables.toString().contains("| no: 1 of 2 runs |"), tables.toString());
    }

    @Test
    void shouldCallPeersSoundOnlyWhereEachRateWasHeld() {
        PeersTables tables = new PeersTables(Workload.W1);
        tables.latency = Map.of(RATE, Map.of("hand", slow(true, true)));
        assertTrue(tables.isSound());
        tables.latency = Map.of(RATE, Map.of("hand", slow(true, false)));
        assertFalse(tables.isSound());
        tables.latency = Map.of(RATE, Map.of("hand", slow(false, true)));
        assertFalse(tables.isSound());
    }
}
