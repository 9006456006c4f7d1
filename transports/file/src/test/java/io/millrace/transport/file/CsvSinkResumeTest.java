package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.transport.Resumption;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is continued says how many rows it holds, wherever it was cut off. */
class CsvSinkResumeTest {
    record Row(long id, String text) {}

    @TempDir
    Path folder;

    /** More than places are noted of, and are written at once. */
    private static final int ALL = 9_000;

    private static final Row[] ROWS = {
        new Row(1, "plain"), new Row(2, "with \"quotes\" and,\na line end"), new Row(3, "\u00e4\u20ac"), new Row(4, "")
    };

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void write(String name, long from) throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file(name).toString(), Row.class)) {
            assertEquals(from, sink.resume("rows").held());
            for (long i = from; i < ROWS.length; i++) {
                sink.on(ROWS[(int) i], null);
            }
        }
    }

    @Test
    void shouldGoOnBehindTheLastWholeRow() throws Exception {
        write("whole.csv", 0);
        byte[] whole = Files.readAllBytes(file("whole.csv"));
        long rows = -1; // of the header
        boolean quoted = false;
        for (int cut = 0; cut <= whole.length; cut++) {
            if (cut > 0) {
                quoted ^= whole[cut - 1] == '"';
                rows += whole[cut - 1] == '\n' && !quoted ? 1 : 0;
            }
            Files.write(file("cut.csv"), Arrays.copyOf(whole, cut));
            write("cut.csv", Math.max(0, rows));
            assertEquals(new String(whole, StandardCharsets.UTF_8), Files.readString(file("cut.csv")), "cut at " + cut);
        }
        assertEquals(4, rows);
    }

    private static Row row(int i) {
        return new Row(i, i % 7 == 0 ? "two\n\"lines\"" : "x".repeat(i % 50));
    }

    private void again(String name, int from, int rows) throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file(name).toString(), Row.class)) {
            Resumption held = sink.resume("rows");
            assertTrue(held.held() >= from, held.held() + " of " + from);
            held.compared().goOn(from);
            assertTrue(held.held() >= from && held.held() <= rows, held.held() + " of " + rows);
            int accepted = (from + rows) / 2; // what comes again may come behind that
            for (int i = from; i < rows; i++) {
                if (i == accepted) {
                    held.compared().accepted();
                }
                sink.on(row(i), null);
                if (i % 100 == 0) {
                    sink.flush();
                }
            }
        }
    }

    /** Anything may be missing, or another, behind what was forced with the snapshot that is begun with: the header, too, where nothing was. */
    @Test
    void shouldPutRightWhatALossOfPowerHasLeft() throws Exception {
        again("whole.csv", 0, ALL);
        byte[] whole = Files.readAllBytes(file("whole.csv"));
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int forced = seed % 3 == 0 ? 0 : random.nextInt(ALL);
            int kept = forced == 0 ? 0 : placeOf(forced);
            byte[] hurt = Arrays.copyOf(whole, kept + random.nextInt(whole.length - kept + 1));
            for (int hole = random.nextInt(4); hole > 0 && hurt.length > kept; hole--) {
                int from = kept + random.nextInt(hurt.length - kept);
                int to = from + 1 + random.nextInt(hurt.length - from);
                Arrays.fill(hurt, from, to, (byte) (seed % 5 == 4 && forced > 0 ? '#' : 0));
            }
            Files.write(file("hurt.csv"), hurt);
            again("hurt.csv", forced, ALL);
            assertArrayEquals(whole, Files.readAllBytes(file("hurt.csv")), "seed " + seed);
        }
    }

    private int placeOf(int rows) throws Exception {
        return placeOf("whole.csv", rows);
    }

    private int placeOf(String name, int rows) throws Exception {
        try (ClaimedFile open = ClaimedFile.open(file(name))) {
            return (int) WrittenRows.of(open).place(open, 1 + rows);
        }
    }

    /** What is no hole is kept beside the file. */
    @Test
    void shouldKeepRowsThatTheJournalDoesNotMake() throws Exception {
        again("other.csv", 0, 10);
        String whole = Files.readString(file("other.csv"));
        Files.writeString(file("other.csv"), whole.replace("8,xxxxxxxx", "8,yyyyyyyy"));
        again("other.csv", 5, 10);
        assertEquals(whole, Files.readString(file("other.csv")));
        assertEquals("yyyyyyyy\n9,xxxxxxxxx\n", Files.readString(file("other.csv.cut-1")));
    }

    /** At once, not with the next row: what the journal has lost is of no use, and is kept beside the file. */
    @Test
    void shouldGiveUpRowsThatTheJournalHasLost() throws Exception {
        again("lost.csv", 0, 20);
        byte[] whole = Files.readAllBytes(file("lost.csv"));
        try (CsvSink<Row> sink = CsvSink.resume(file("lost.csv").toString(), Row.class)) {
            Resumption held = sink.resume("rows");
            held.compared().goOn(5);
            for (int i = 5; i < 8; i++) {
                sink.on(row(i), null);
            }
            assertTrue(held.compared().giveUp(8));
            assertEquals(8, held.held());
            assertArrayEquals(whole, Files.readAllBytes(file("lost.csv")), "the start may be refused yet");
            held.compared().accepted();
            assertArrayEquals(Arrays.copyOf(whole, bytesOf(whole, 11)), Files.readAllBytes(file("lost.csv")));
            sink.on(row(3), null);
        }
        String text = Files.readString(file("lost.csv"));
        assertEquals(new String(whole, 0, bytesOf(whole, 11), StandardCharsets.UTF_8) + "3,xxx\n", text);
        assertEquals(whole.length - bytesOf(whole, 11), Files.size(file("lost.csv.cut-1")));
    }

    private static int bytesOf(byte[] whole, int lines) {
        int at = 0;
        for (int i = 0; i < lines; at++) {
            i += whole[at] == '\n' ? 1 : 0;
        }
        return at;
    }

    private void refused(String name, int from, int rows, String text) throws Exception {
        CsvSink<Row> sink = CsvSink.resume(file(name).toString(), Row.class);
        sink.resume("rows").compared().goOn(from);
        for (int i = from; i < rows; i++) {
            sink.on(new Row(i, text), null);
            if (i % 100 == 0) {
                sink.flush();
            }
        }
        sink.abandon();
    }

    private List<String> files() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** Who put back another journal is told so, and finds the file as it was: whole, torn, or with nothing in it. */
    @Test
    void shouldLeaveTheFileAsItWasWhereTheStartIsRefused() throws Exception {
        again("good.csv", 0, ALL);
        byte[] good = Files.readAllBytes(file("good.csv"));
        for (int length : new int[] {good.length, good.length - 3, placeOf("good.csv", 7_000) + 2, 5, 0}) {
            byte[] kept = Arrays.copyOf(good, length);
            for (String text : new String[] {"other", "x".repeat(9_000)}) {
                Files.write(file("good.csv"), kept);
                refused("good.csv", length > 10 ? 5_000 : 0, length > 10 ? 5_150 : 150, text);
                assertArrayEquals(kept, Files.readAllBytes(file("good.csv")));
                assertEquals(List.of("good.csv"), files());
            }
        }
        again("good.csv", 0, ALL);
        assertArrayEquals(good, Files.readAllBytes(file("good.csv")));
        assertEquals(List.of("good.csv"), files());
    }

    /** It is no header of ours that was hurt: of that zeros go to its end. */
    @Test
    void shouldRefuseAFileThatBeginsWithAZero() throws Exception {
        byte[] binary = {0, 1, 2, '\n', 3};
        for (byte[] bytes :
                new byte[][] {binary, "no header".getBytes(StandardCharsets.UTF_8), new byte[] {'i', 'd', 0, 1}}) {
            Files.write(file("binary"), bytes);
            CsvSink<Row> sink = CsvSink.resume(file("binary").toString(), Row.class);
            assertThrows(FileFault.class, () -> sink.resume("rows"));
            sink.abandon();
            assertArrayEquals(bytes, Files.readAllBytes(file("binary")));
        }
    }

    @Test
    void shouldKeepWhatStandsBehindAHurtHeader() throws Exception {
        again("rows.csv", 0, ALL);
        byte[] whole = Files.readAllBytes(file("rows.csv"));
        byte[] hurt = whole.clone();
        Arrays.fill(hurt, 3, 512, (byte) 0);
        Files.write(file("rows.csv"), hurt);
        again("rows.csv", 0, ALL);
        assertArrayEquals(whole, Files.readAllBytes(file("rows.csv")));
        assertArrayEquals(Arrays.copyOfRange(hurt, 3, hurt.length), Files.readAllBytes(file("rows.csv.cut-1")));
    }

    /** Only zeros to the end are nothing. */
    @Test
    void shouldKeepRowsBehindAZero() throws Exception {
        again("rows.csv", 0, 2_000);
        byte[] whole = Files.readAllBytes(file("rows.csv"));
        byte[] hurt = whole.clone();
        int at = placeOf("rows.csv", 1_000) + 2;
        hurt[at] = 0;
        Files.write(file("rows.csv"), hurt);
        Set<PosixFilePermission> own = PosixFilePermissions.fromString("rw-r-----");
        Files.setPosixFilePermissions(file("rows.csv"), own);
        again("rows.csv", 900, 2_000);
        assertArrayEquals(whole, Files.readAllBytes(file("rows.csv")));
        assertArrayEquals(Arrays.copyOfRange(hurt, at, hurt.length), Files.readAllBytes(file("rows.csv.cut-1")));
        assertEquals(own, Files.getPosixFilePermissions(file("rows.csv.cut-1")));
        Arrays.fill(hurt, at, hurt.length, (byte) 0);
        Files.write(file("rows.csv"), hurt);
        again("rows.csv", 900, 2_000);
        assertArrayEquals(whole, Files.readAllBytes(file("rows.csv")));
        assertEquals(List.of("rows.csv", "rows.csv.cut-1"), files());
    }

    /** Zeros of a torn end hide no line end that was counted. */
    @Test
    void shouldBelieveItsCountInFrontOfZerosAtTheEnd() throws Exception {
        again("rows.csv", 0, 10);
        Files.write(file("rows.csv"), new byte[100], StandardOpenOption.APPEND);
        CsvSink<Row> sink = CsvSink.resume(file("rows.csv").toString(), Row.class);
        Resumption held = sink.resume("rows");
        held.compared().goOn(4);
        assertEquals(10, held.held());
        sink.abandon();
    }

    /** Once all whole rows have come again, the torn one behind them is none that comes. */
    @Test
    void shouldCutATornRowThatIsNotMadeAgain() throws Exception {
        again("rows.csv", 0, 10);
        String whole = Files.readString(file("rows.csv"));
        Files.writeString(file("rows.csv"), whole + "10,xx");
        again("rows.csv", 4, 10);
        assertEquals(whole, Files.readString(file("rows.csv")));
        assertEquals("10,xx", Files.readString(file("rows.csv.cut-1")));
    }

    /** Its row may have come before the start is accepted, and be with who writes still. */
    @Test
    void shouldMakeATornRowWholeThatCameBeforeTheStartIsAccepted() throws Exception {
        again("rows.csv", 0, 10);
        byte[] whole = Files.readAllBytes(file("rows.csv"));
        Files.write(file("rows.csv"), Arrays.copyOf(whole, whole.length - 3));
        try (CsvSink<Row> sink = CsvSink.resume(file("rows.csv").toString(), Row.class)) {
            Resumption held = sink.resume("rows");
            held.compared().goOn(9);
            sink.on(row(9), null);
            held.compared().accepted();
        }
        assertArrayEquals(whole, Files.readAllBytes(file("rows.csv")));
        assertFalse(Files.exists(file("rows.csv.cut-1")));
    }

    @Test
    void shouldReadNoMoreOfTheFirstRowThanTellsWhetherItIsTheHeader() throws Exception {
        Files.write(file("zeros"), new byte[1 << 20]);
        try (ClaimedFile open = ClaimedFile.open(file("zeros"))) {
            assertEquals(8, WrittenRows.of(open, "id,text").header().length());
        }
    }

    @Test
    void shouldRefuseAFileWithOtherColumns() throws Exception {
        Files.writeString(file("other.csv"), "a,b\n1,2\n");
        CsvSink<Row> sink = CsvSink.resume(file("other.csv").toString(), Row.class);
        FileFault fault = assertThrows(FileFault.class, () -> sink.resume("rows"));
        assertTrue(fault.getMessage().contains("has other columns; a,b"), fault.getMessage());
        assertEquals("a,b\n1,2\n", Files.readString(file("other.csv")));
    }

    record Named(long größe) {}

    @Test
    void shouldGoOnWithColumnsThatAreNotAscii() throws Exception {
        for (long i = 0; i < 2; i++) {
            try (CsvSink<Named> sink = CsvSink.resume(file("named.csv").toString(), Named.class)) {
                assertEquals(i, sink.resume("rows").held());
                sink.on(new Named(i), null);
            }
        }
        assertEquals("gr\u00f6\u00dfe\n0\n1\n", Files.readString(file("named.csv")));
    }

    @Test
    void shouldRefuseRowsOfTwoOutputs() throws Exception {
        try (CsvSink<Row> sink = CsvSink.resume(file("two.csv").toString(), Row.class)) {
            sink.resume("one");
            assertThrows(FileFault.class, () -> sink.resume("two"));
        }
    }
}
