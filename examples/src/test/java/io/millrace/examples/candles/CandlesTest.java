package io.millrace.examples.candles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import io.millrace.examples.SharedData;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command end to end: on the shared day, on small files, and on what cannot be taken. */
class CandlesTest {
    @TempDir
    Path folder;

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Console run(String ticks, String size, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "candles",
                "--ticks",
                ticks,
                "--size",
                size,
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

    private String unzipped(String zip) throws IOException {
        try (ZipFile file = new ZipFile(SharedData.file(zip))) {
            byte[] bytes = file.getInputStream(file.entries().nextElement()).readAllBytes();
            return Files.write(folder.resolve(Path.of(zip).getFileName() + ".csv"), bytes)
                    .toString();
        }
    }

    @ParameterizedTest
    @CsvSource({"1s,second,17421", "1m,minute,1426"})
    void shouldGiveTheBarsThatTheSourceOfTheTicksHas(String size, String name, int count) throws Exception {
        String ticks = unzipped("bars/eurusd_20140501_tick_quote.zip");
        String bars = unzipped("bars/eurusd_20140501_" + name + "_quote.zip");
        Console c = run(ticks, size);
        assertEquals(0, c.code(), c.err());
        assertEquals("0", c.label("dead letters"));
        int rows = 0;
        try (CsvReader ours =
                        CsvReader.openWithoutHeader(folder.resolve("out.csv").toString(), 11);
                CsvReader theirs = CsvReader.openWithoutHeader(bars, 11)) {
            while (theirs.next()) {
                assertTrue(ours.next(), "a bar is missing");
                rows++;
                for (int i = 0; i < 11; i++) {
                    assertEquals(
                            number(theirs.row(), i),
                            number(ours.row(), i),
                            ours.row().raw());
                }
            }
            assertTrue(!ours.next(), "a bar too many");
        }
        assertEquals(count, rows);
    }

    private static double number(CsvRow row, int i) throws Exception {
        return row.asDouble(i);
    }

    @Test
    void shouldTakeTicksOfOneMillisecondInFileOrderAndRespectFractions() throws IOException {
        Console c = run(file("t.csv", "999.9,1,5\n1000,2,6\n1000,1.5,7\n1999.999999,4,3\n2000.5,9,9\n"), "1s");
        assertEquals(0, c.code(), c.err());
        assertEquals("0,1,1,1,1,0,5,5,5,5,0\n1000,2,4,1.5,4,0,6,7,3,3,0\n2000,9,9,9,9,0,9,9,9,9,0\n", out());
        assertEquals("3", c.label("bars"));
    }

    @Test
    void shouldMakeDeadLettersOfOlderTicksAndOfWhatIsNoTick() throws IOException {
        Console c = run(file("t.csv", "y\n5000,1,2\n4999,1,2\nx,1,2\n6000,,2\n60000,3,4\n"), "1m");
        assertEquals(0, c.code(), c.err());
        assertEquals("0,1,1,1,1,0,2,2,2,2,0\n60000,3,3,3,3,0,4,4,4,4,0\n", out());
        assertEquals("1", c.label("late"));
        assertEquals("4", c.label("dead letters"));
        List<String> letters = Files.readAllLines(folder.resolve("letters.csv"));
        assertEquals("line,reason,detail,row", letters.get(0));
        assertEquals("1,malformed,1 field instead of 3,y", letters.get(1));
        assertTrue(
                letters.stream().anyMatch(l -> l.startsWith("3,late,") && l.endsWith("\"4999,1,2\"")),
                letters::toString);
        assertTrue(letters.stream().anyMatch(l -> l.startsWith("4,malformed,")), letters::toString);
        assertTrue(letters.stream().anyMatch(l -> l.startsWith("5,missing-value,")), letters::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1d", "s", "-1m", "1.5s", "9999999h"})
    void shouldSayWhichSizesThereAre(String size) {
        Console c = run("no-such-file", size);
        assertEquals(2, c.code());
        assertTrue(c.err().contains("--size " + size) && c.err().contains("1 to 999999 with s, m or h"), c.err());
        assertTrue(!Files.exists(folder.resolve("out.csv")));
    }

    @Test
    void shouldSayWhatCannotBeRead() {
        Console c = run("no-such-file", "1s");
        assertEquals(1, c.code());
        assertTrue(c.err().startsWith("millrace candles: no-such-file"), c.err());
    }
}
