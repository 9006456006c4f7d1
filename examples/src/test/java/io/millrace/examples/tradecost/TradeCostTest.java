package io.millrace.examples.tradecost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import io.millrace.examples.SharedData;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command end to end: on the shared day, on small files, and on what cannot be taken. */
class TradeCostTest {
    private static final String HEADER = "row,ms,price,size,ex,bid,ask\n";

    @TempDir
    Path folder;

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Console run(String trades, String quotes, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "trade-cost",
                "--trades",
                trades,
                "--quotes",
                quotes,
                "--out",
                folder.resolve("out.csv").toString(),
                "--dead-letters",
                folder.resolve("letters.csv").toString()));
        args.addAll(Arrays.asList(more));
        return Console.run(args.toArray(new String[0]));
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out.csv"));
    }

    private String letters() throws IOException {
        return Files.readString(folder.resolve("letters.csv"));
    }

    // ---- the shared day

    private String unzipped(String zip) throws IOException {
        try (ZipFile file = new ZipFile(SharedData.file(zip))) {
            byte[] bytes = file.getInputStream(file.entries().nextElement()).readAllBytes();
            return Files.write(folder.resolve(Path.of(zip).getFileName() + ".csv"), bytes)
                    .toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000"})
    void shouldGiveTheQuotesThatOthersFoundForEachTradeOfADay(String tolerance) throws Exception {
        String trades = unzipped("ticks/ibm_20131007_tick_trade.zip");
        String quotes = unzipped("ticks/ibm_20131007_tick_quote.zip");
        String[] more = tolerance.isEmpty() ? new String[0] : new String[] {"--tolerance-ms", tolerance};
        Console c = run(trades, quotes, more);
        assertEquals(0, c.code(), c.err());
        assertEquals("", c.err());
        String bid = tolerance.isEmpty() ? "bid" : "bid_within_1s";
        String ask = tolerance.isEmpty() ? "ask" : "ask_within_1s";
        int rows = 0;
        try (CsvReader ours = CsvReader.open(folder.resolve("out.csv").toString());
                CsvReader theirs = CsvReader.open(
                        SharedData.file("ticks/ibm_20131007_asof_expected.csv.gz"),
                        "row",
                        "ms",
                        "price",
                        "size",
                        "ex",
                        bid,
                        ask)) {
            while (theirs.next()) {
                assertTrue(ours.next(), "a row is missing");
                rows++;
                for (int i = 0; i < 7; i++) {
                    assertEquals(
                            field(theirs.row(), i),
                            field(ours.row(), i),
                            theirs.row().raw());
                }
            }
            assertTrue(!ours.next(), "a row too many");
        }
        assertEquals(24_293, rows);
        assertEquals("0", c.label("dead letters"));
        assertEquals(Integer.toString(24_293 + 109_067), c.label("events"));
    }

    private static String field(CsvRow row, int i) throws Exception {
        return row.asText(i).toString();
    }

    // ---- what is promised

    @Test
    void shouldTakeTheQuotesOfAMillisecondBeforeItsTrades() throws IOException {
        String trades = file("t.csv", "10,100,5,N,,0\n20,100,5,N,,0\n");
        String quotes = file("q.csv", "10,98,1,102,1,N,1,0\n20,96,1,0,0,N,1,0\n20,97,1,0,0,N,1,1\n");
        Console c = run(trades, quotes);
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,98,102\n2,20,100,5,N,97,102\n", out());
        assertEquals("2 2 10 100 0.5", c.label("N"));
        assertEquals("line,reason,detail,row\n", letters());
    }

    @Test
    void shouldTakeEachSideByItselfAndLeaveAbsentOnesEmpty() throws IOException {
        String trades = file("t.csv", "10,100,5,N,,0\n1000,100,5,N,,0\n1000,100,7,P,,0\n");
        String quotes = file("q.csv", "5,98,1,0,0,N,1,0\n900,0,0,103,1,N,1,0\n");
        Console c = run(trades, quotes, "--tolerance-ms", "500");
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,98,\n2,1000,100,5,N,,103\n3,1000,100,7,P,,\n", out());
        assertEquals("2 0 10 100", c.label("N"));
        assertEquals("1 0 7 100", c.label("P"));
    }

    @Test
    void shouldCountATradeAtTheToleranceAndNotBeyondIt() throws IOException {
        String trades = file("t.csv", "15,100,5,N,,0\n16,100,5,N,,0\n");
        String quotes = file("q.csv", "10,98,1,102,1,N,1,0\n");
        assertEquals(0, run(trades, quotes, "--tolerance-ms=5").code());
        assertEquals(HEADER + "1,15,100,5,N,98,102\n2,16,100,5,N,,\n", out());
        assertEquals(0, run(trades, quotes, "--tolerance-ms=0").code());
        assertEquals(HEADER + "1,15,100,5,N,,\n2,16,100,5,N,,\n", out());
    }

    @Test
    void shouldMakeDeadLettersOfRowsThatCannotBeTakenAndCountThem() throws IOException {
        String trades = file(
                "t.csv",
                "10,100,5,N,,0\nx,100,5,N,,0\n20,100,5,N\n20,100,5,,,0\n-1,100,5,N,,0\n5,100,5,N,,0\n"
                        + "30,100,5,ABCDEFGHIJKLMNOPQ,,0\n20,101,5,N,,0\n20,-1,5,N,,0\n20,100,-5,N,,0\n");
        String quotes =
                file("q.csv", "15,98,1,102,1,N,1,0\n14,1,1,1,1,N,1,0\n20,98,a,102,1,N,1,0\n20,-98,1,102,1,N,1,0\n");
        Console c = run(trades, quotes);
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,,\n8,20,101,5,N,98,102\n", out());
        assertEquals("11", c.label("dead letters"));
        assertEquals("2", c.label("late"));
        List<String> reasons = letters()
                .lines()
                .skip(1)
                .map(l -> l.split(",")[0] + " " + l.split(",")[1])
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "10 out-of-range",
                        "2 late",
                        "2 malformed",
                        "3 malformed",
                        "3 malformed",
                        "4 missing-value",
                        "4 out-of-range",
                        "5 out-of-range",
                        "6 late",
                        "7 out-of-range",
                        "9 out-of-range"),
                reasons);
        assertEquals(3, c.err().lines().count(), c.err());
        assertTrue(c.err().contains("t.csv:2: malformed: "), c.err());
    }

    /** Lines count in each file, so they say little without it; and the first rows are kept as others are. */
    @Test
    void shouldSayOfWhichFileARowWasThatItDidNotTake() throws IOException {
        String trades = file("t.csv", "x\n10,100,5,N,,0\n");
        String quotes = file("q.csv", "y\n10,98,1,102,1,N,1,0\n");
        assertEquals("2", run(trades, quotes).label("dead letters"));
        assertEquals(
                "line,reason,detail,row\n1,malformed," + trades + ":1: 1 field instead of 6,x\n1,malformed," + quotes
                        + ":1: 1 field instead of 8,y\n",
                letters());
        assertEquals(HEADER + "2,10,100,5,N,98,102\n", out());
    }

    /** Twice the price alone is more than 64 bits hold, and so is bid and ask together. */
    @Test
    void shouldSumUpSpreadsOfPricesNearTheLargest() throws IOException {
        String trades = file(
                "t.csv",
                "10,5000000000000000000,1,X,,0\n10,0,9223372036854775807,Y,,0\n10,9223372036854775807,2,Y,,0\n");
        String quotes = file("q.csv", "10,4,1,6,1,X,0,0\n10,9223372036854775807,1,9223372036854775807,1,Y,0,0\n");
        Console c = run(trades, quotes);
        assertEquals(0, c.code(), c.err());
        assertEquals("1 1 1 5000000000000000000 10000000000000000000", c.label("X"));
        assertEquals("2 2 9223372036854775809 2 18446744073709552000", c.label("Y"));
    }

    @Test
    void shouldSetAsideATradeFarAheadAndRefuseItWhenTimeGoesOn() throws IOException {
        String trades = file("t.csv", "10,100,5,N,,0\n9000000000,100,5,N,,0\n20,101,5,N,,0\n");
        String quotes = file("q.csv", "5,98,1,102,1,N,1,0\n");
        Console c = run(trades, quotes);
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,98,102\n3,20,101,5,N,98,102\n", out());
        assertTrue(letters().contains("2,ahead,"), letters());
    }

    @Test
    void shouldReadGzipAndCompressAsNamed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("5,98,1,102,1,N,1,0\n".getBytes(StandardCharsets.UTF_8));
        }
        String quotes = Files.write(folder.resolve("q.gz"), bytes.toByteArray()).toString();
        Console c = run(file("t.csv", "10,100,5,N,,0\r\n\r\n"), quotes);
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,98,102\n", out());
    }

    @Test
    void shouldReadStandardInput() throws IOException {
        Console c = Console.runWith(
                "10,100,5,N,,0\n".getBytes(StandardCharsets.UTF_8),
                "trade-cost",
                "--trades",
                "-",
                "--quotes",
                file("q.csv", "5,98,1,102,1,N,1,0\n"),
                "--out",
                folder.resolve("out.csv").toString());
        assertEquals(0, c.code(), c.err());
        assertEquals(HEADER + "1,10,100,5,N,98,102\n", out());
    }

    @Test
    void shouldWriteTheTableAsJson() throws IOException {
        Path json = folder.resolve("table.json");
        run(file("t.csv", "10,100,5,N,,0\n"), file("q.csv", "5,98,1,103,1,N,1,0\n"), "--json", json.toString());
        assertEquals(
                "{\"events\": 2, \"late\": 0, \"dead letters\": 0, \"N\": \"1 1 5 100 1\"}\n", Files.readString(json));
    }

    // ---- faults

    private void assertFault(int code, String message, Console c) {
        assertEquals(code, c.code(), c.err());
        assertEquals("millrace trade-cost: " + message + "\n", c.err());
    }

    @Test
    void shouldRefuseAFileThatIsNotThereOrIsEmptyAndTouchNoOutput() throws IOException {
        String quotes = file("q.csv", "5,98,1,102,1,N,1,0\n");
        String trades = file("t.csv", "10,100,5,N,,0\n");
        String absent = folder.resolve("absent.csv").toString();
        assertFault(
                1, absent + ": no such file; " + absent + "; give the path of a file that exists", run(absent, quotes));
        String empty = file("empty.csv", "");
        assertFault(1, empty + ": empty file; 0 bytes; give a file with content", run(empty, quotes));
        assertFault(1, empty + ": empty file; 0 bytes; give a file with content", run(trades, empty));
        assertFault(
                1,
                folder + ": a directory; " + folder + "; give the path of a file in it",
                run(folder.toString(), quotes));
        assertTrue(Files.notExists(folder.resolve("out.csv")));
    }

    @Test
    void shouldProcessWhatStandsBeforeADamage() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            rows.append(i).append(",100,5,N,").append(i * 7919L % 1_000_003).append(",0\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(rows.toString().getBytes(StandardCharsets.UTF_8));
        }
        Path half = Files.write(folder.resolve("half.gz"), Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
        Console c = run(half.toString(), file("q.csv", "5,98,1,102,1,N,1,0\n"));
        assertEquals(1, c.code());
        long written = out().lines().count() - 1;
        assertTrue(written > 1_000 && written < 20_000, written + " rows");
        assertTrue(c.err().startsWith("millrace trade-cost: " + half + ":" + (written + 1) + ": "), c.err());
        assertEquals(Long.toString(written), c.label("N").split(" ")[0]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--quotes q --out o|--trades: missing; write --trades FILE",
                "--trades t --quotes q|--out: missing; write --out FILE",
                "--trades - --quotes - --out o|--quotes -: standard input is read by --trades; "
                        + "name a file for one of them",
                "--trades t --quotes q --out t|--out t: is the file of --trades too; name two files",
                "--trades t --quotes q --out o --tolerance-ms -1|--tolerance-ms -1: not possible; "
                        + "use a whole number from 0 to 9223372036854",
                "--trades t --quotes q --out o --tolerance 5|--tolerance: unknown option; "
                        + "the nearest is --tolerance-ms",
                "--trades t --trades t --quotes q --out o|--trades: given twice; give it once",
            })
    void shouldRefuseACommandLineThatCannotBeUnderstood(String args, String message) {
        Console c = Console.run(("trade-cost " + args).split(" "));
        assertFault(2, message, c);
        assertEquals("", c.out());
    }
}
