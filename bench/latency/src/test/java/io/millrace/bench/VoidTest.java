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
import java.util.Arrays;
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

    private static LatencyRow slow(boolean right, boolean held) {
        Histogram all = new Histogram(3);
        all.recordValue(77_000);
        return row("hand", new Paced(all, all, held, 1, 0, 0, 0, 0), right ? 1 : 2);
    }

    /** With the run of so many events that are measured. */
    private static LatencyRow row(String system, Paced run, long due) {
        LatencyRow row = new LatencyRow(system);
        row.add(new Child.PacedAnswer(run, new Answer(), 1, due, 0));
        return row;
    }

    private static Paced run(long... us) {
        Histogram all = new Histogram(3);
        for (long one : us) {
            all.recordValue(one * 1_000);
        }
        return new Paced(all, all, true, 1, 0, 0, 0, 0);
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
                    List.of(wrong, "-", "-", "-", "-", "-", "-", "-", "VOID:"),
                    List.of(lineOf(table, wrong).split(" +")).subList(0, 9));
        }
        String right = lineOf(table, "inline");
        assertTrue(right.matches("inline( +76.92){5} +- +1.00 .* right"), right);
        assertFalse(Json.text(ThroughputCommand.json(rows.get("hand"))).contains("76.9"));
        assertTrue(Json.text(ThroughputCommand.json(rows.get("inline"))).contains("76.9"));
    }

    @Test
    void shouldPrintAndDrawNoLatencyOfAnotherAnswer() throws Exception {
        Map<String, LatencyRow> rows = new LinkedHashMap<>();
        rows.put("hand", slow(true, false));
        rows.put("live", slow(false, true));
        String table = new LatencyTables(Map.of(RATE, rows)).medians(1);
        assertTrue(lineOf(table, "live").matches("live +1000 all +- +- +- +- +- +- +- +yes .*VOID.*"), table);
        assertTrue(lineOf(table, "hand").contains(" 77.0"), table);
        assertEquals(2, table.lines().filter(l -> l.contains(" 77.0")).count(), "hand, all and clear: " + table);
        assertTrue(
                lineOf(table, "hand").matches("hand +1000 all +- +- +- +- +- +77\\.\\d+ +1 +0/1 .*right"),
                "of one event there is the maximum only: " + table);
        assertTrue(table.contains("FAIL: the rate was not held"), table);
        assertFalse(Json.text(rows.get("live").figures()).contains("p50"));
        String figures = Json.text(rows.get("hand").figures());
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
        Map<String, LatencyRow> rows = new LinkedHashMap<>();
        rows.put("hand", slow(true, true));
        rows.put("floor", slow(true, true));
        Map<Long, Map<String, LatencyRow>> all = new LinkedHashMap<>();
        all.put(500L, rows);
        all.put(RATE, rows);
        String table = new LatencyTables(all).medians(1);
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

    /** Whoever left its slow events out would have the better percentiles. */
    @Test
    void shouldGiveNoLatencyWhereOneIsMissingOrTooMany() {
        assertTrue(row("live", run(1, 2, 3), 3).isRight());
        for (long due : new long[] {2, 4}) {
            LatencyRow row = row("live", run(1, 2, 3), due);
            assertFalse(row.isRight());
            assertEquals("VOID: 3 latencies of " + due + " events in run 1", row.wrong());
            assertFalse(Json.text(row.figures()).contains("p50"));
        }
        LatencyRow swapped = new LatencyRow("live");
        swapped.add(new Child.PacedAnswer(run(1, 2, 3), new Answer(), 1, 3, 2));
        assertEquals("VOID: 2 latencies are of other events, or missing, in run 1", swapped.wrong());
        assertTrue(row("inline-results", run(1, 2, 3), 1_000).isRight(), "which events bring some is not known before");
        assertFalse(row("inline-results", run(), 1_000).isRight());
    }

    /** The lowest of the loops by hand at each percentile, but of none whose rate was not held; that of a live engine is another. */
    @Test
    void shouldSetEachPercentileBesideTheLowestOfTheBaselines() {
        Map<String, LatencyRow> rows = new LinkedHashMap<>();
        long[] stalls = steps(10, 0);
        Arrays.fill(stalls, 0, 5, 1_000);
        rows.put("hand", row("hand", run(stalls), 200));
        rows.put("hand:records", row("hand:records", run(steps(20, 1)), 200));
        rows.put("disruptor/spinning", row("disruptor/spinning", run(steps(5, 1)), 200));
        rows.put("disruptor/yielding", row("disruptor/yielding", run(steps(4, 1)), 200));
        rows.put("inline", row("inline", run(steps(100, 0)), 200));
        rows.put("live/spinning", row("live/spinning", run(steps(100, 0)), 200));
        rows.get("inline").add(new Child.PacedAnswer(run(steps(100, 2)), new Answer(), 1, 200, 0));
        String table = new LatencyTables(Map.of(RATE, rows)).spreads();
        assertTrue(
                lineOf(table, "hand").matches("hand +1000 all( +10.01 to 10.01){2}( +1000 to 1000){2} +- +- +- +-"),
                table);
        String inline = lineOf(table, "inline");
        // p50: 199 beside 10 and 119, p99: 297 beside 1,000 and 217
        assertTrue(
                inline.matches(
                        "inline +1000 all +100 to 298 +199 to 199 +100 to 494 +297 to 297 +19.\\d+ +1.3\\d +- +-  hand, hand:records"),
                table);
        assertTrue(lineOf(table, "live/spinning").endsWith("  disruptor/spinning, disruptor/yielding"), table);
        String json = Json.text(new LatencyTables(Map.of(RATE, rows)).json());
        assertTrue(json.contains("\"allSpreadUs\"") && json.contains("\"allTimes\""), json);
    }

    /** So many microseconds, and on in steps. */
    private static long[] steps(long first, int step) {
        long[] us = new long[200];
        for (int i = 0; i < us.length; i++) {
            us[i] = first + (long) i * step;
        }
        return us;
    }

    /** Single beside single, batched beside both, as who has a batch may take it one by one; those of another collector are none. */
    @Test
    void shouldSetThroughputBesideTheQuickestBaselineOfItsKind() {
        List<String> measured = List.of(
                "hand",
                "hand:records",
                "hand-32",
                "hand-bytes",
                "disruptor/spinning",
                "disruptor:records/yielding",
                "disruptor-single",
                "disruptor-single-64",
                "disruptor-64",
                "disruptor-three",
                "disruptor-three-64",
                "hand@zgc");
        assertEquals(List.of("hand", "hand:records"), Baselines.of("hand", "inline", measured));
        assertEquals(List.of("hand", "hand:records"), Baselines.of("inline", measured));
        assertEquals(List.of("hand", "hand:records", "hand-32"), Baselines.of("inline-32", measured));
        assertEquals(
                List.of("disruptor/spinning", "disruptor:records/yielding"), Baselines.of("live/yielding", measured));
        assertEquals(
                List.of("disruptor/spinning", "disruptor:records/yielding", "disruptor-64"),
                Baselines.of("live-hop-64", measured));
        assertEquals(List.of("disruptor-single"), Baselines.of("exclusive-hop", measured));
        assertEquals(
                List.of("disruptor-single", "disruptor-single-64"),
                Baselines.of("exclusive-hop-64/spinning", measured));
        assertEquals(List.of("hand", "hand:records"), Baselines.of("hand", "exclusive", measured));
        assertEquals(List.of("disruptor-three"), Baselines.of("live-three", measured));
        assertEquals(List.of("disruptor-three", "disruptor-three-64"), Baselines.of("live-three-64", measured));
        assertEquals(List.of("hand@zgc"), Baselines.of("inline@zgc", measured));
        assertEquals(List.of(), Baselines.of("inline-results", measured));
        assertEquals(List.of(), Baselines.of("reactor", measured));
        Map<String, ThroughputCommand.Row> rows = new LinkedHashMap<>();
        rows.put("disruptor", slower(2));
        rows.put("disruptor:records", slower(1));
        rows.put("live", slower(4));
        rows.put("disruptor-64", slower(2));
        rows.put("live-64", slower(2));
        String table = ThroughputCommand.table(rows);
        assertTrue(lineOf(table, "live-64").matches("live-64( +38.46){5} +- +0.50 .*"), table);
        assertTrue(lineOf(table, "live").matches("live( +19.23){5} +- +0.25 .*"), table);
    }

    private static ThroughputCommand.Row slower(long times) {
        ThroughputCommand.Row row = new ThroughputCommand.Row(1_000_000);
        row.add(new Child.Full(times * 13_000_000, 13_000_000, 0, new Answer(), 1_000_000));
        return row;
    }

    /** Of five runs three are of the first JVM, in which everything took twice as long. */
    @Test
    void shouldTakeTheMedianOverJvmsOfTheMedianOfEach() throws Exception {
        ThroughputCommand.Row row = new ThroughputCommand.Row(1_000_000);
        LatencyRow latency = new LatencyRow("live");
        for (int jvm = 0; jvm < 2; jvm++) {
            row.nextJvm();
            for (int run = 0; run < 3 - jvm; run++) {
                row.add(new Child.Full((2 - jvm) * 10_000_000, 13_000_000, 0, new Answer(), 1_000_000));
                latency.add(new Child.PacedAnswer(run(steps((2 - jvm) * 100, 0)), new Answer(), 1, 200, 0));
            }
            latency.end(null, Workload.W0);
        }
        assertEquals(75.0, row.median());
        String table = ThroughputCommand.table(Map.of("live", row));
        assertTrue(lineOf(table, "live").matches("live +75.00 +50.00 +100.00 +50.00 +100.00 .*"), table);
        assertTrue(Json.text(ThroughputCommand.json(row)).replaceAll("\\s", "").contains("\"jvmOfRun\":[0,0,0,1,1]"));
        assertEquals(150, latency.percentilesUs(Paced::all)[0], 0.2);
        assertEquals(150, latency.spreadUs(Paced::all, 0).median(), 0.2);
        assertEquals(100, latency.ofJvmsUs(Paced::all, 0).least(), 0.1);
        assertEquals(200, latency.ofJvmsUs(Paced::all, 0).most(), 0.2);
        assertEquals(List.of(0, 0, 0, 1, 1), latency.jvms());
    }

    /** A stuck sink that hurts in some runs only is no noise of the machine. */
    @Test
    void shouldJudgeAStuckSinkByPairsAndNoiseByRunsWithoutOne() {
        StuckSinkCommand.Verdict miss =
                StuckSinkCommand.Verdict.of(List.of(100.0, 101.0, 102.0), List.of(500.0, 101.0, 306.0), 1.1);
        assertTrue(miss.isTold());
        assertEquals(3.0, miss.ratio(), 1e-9);
        assertFalse(StuckSinkCommand.Verdict.of(List.of(100.0, 200.0), List.of(100.0, 200.0), 1.1)
                .isTold());
        assertEquals(
                1.0,
                StuckSinkCommand.Verdict.of(List.of(100.0, 200.0, 300.0), List.of(100.0, 200.0, 30.0), 4)
                        .ratio());
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
        assertFalse(storm(0, 5, 0).isRight("live-calm", events));
        assertTrue(storm(100, 1_600, 100).isRight("storm", events));
        assertTrue(storm(20_000, 20_000).isRight("live-storm", events));
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
        LatencyRow row = slow(true, true);
        row.runs().add(slow(true, false).runs().get(0));
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
