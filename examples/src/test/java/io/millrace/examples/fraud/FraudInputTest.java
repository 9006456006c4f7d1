package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.millrace.examples.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of payments in every form that is taken, and those that are not. */
class FraudInputTest {
    private static final int PAYMENTS = 40;

    @TempDir
    Path folder;

    private Path features;
    private Path alerts;
    private Path letters;

    @BeforeEach
    void nameOutputs() {
        features = folder.resolve("features.csv");
        alerts = folder.resolve("alerts.csv");
        letters = folder.resolve("letters.csv");
    }

    private Console run(String payments) {
        return runWith(new byte[0], payments);
    }

    private Console runWith(byte[] standardInput, String payments) {
        return Console.runWith(
                standardInput,
                "fraud",
                "--payments",
                payments,
                "--threshold",
                "0",
                "--host",
                "inline",
                "--features",
                features.toString(),
                "--alerts",
                alerts.toString(),
                "--dead-letters",
                letters.toString());
    }

    private static String plain() {
        return Payments.HEADER + "\n" + Payments.rows(PAYMENTS);
    }

    /** The same rows with their fields in another order. */
    private static String reordered(String text, int... order) {
        return text.lines()
                .map(l -> l.split(","))
                .map(f -> IntStream.of(order).mapToObj(i -> f[i]).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String everyLine(String text, String before, String behind) {
        return text.lines().map(l -> before + l + behind).collect(Collectors.joining("\n", "", "\n"));
    }

    private void assertSameAsPlain(byte[] odd) {
        assertEquals(0, run(Payments.file(folder, "plain.csv", plain())).code());
        List<String> expected = List.of(Payments.text(features), Payments.text(alerts), Payments.text(letters));
        assertEquals(PAYMENTS, Payments.ids(features).size());
        Console c = run(Payments.file(folder, "odd name.csv", odd));
        assertEquals("", c.err());
        assertEquals(0, c.code());
        assertEquals(expected, List.of(Payments.text(features), Payments.text(alerts), Payments.text(letters)));
    }

    private void assertSameAsPlain(String odd) {
        assertSameAsPlain(odd.getBytes(StandardCharsets.UTF_8));
    }

    // ---- forms

    @Test
    void shouldTakeAByteOrderMark() {
        assertSameAsPlain("\uFEFF" + plain());
    }

    @Test
    void shouldTakeCarriageReturns() {
        assertSameAsPlain(plain().replace("\n", "\r\n"));
    }

    @Test
    void shouldTakeAFileWithoutALastLineEnd() {
        assertSameAsPlain(plain().stripTrailing());
    }

    @Test
    void shouldTakeQuotes() {
        assertSameAsPlain(plain().replaceAll("([^,\n]+)", "\"$1\""));
    }

    @Test
    void shouldSkipBlankLines() {
        assertSameAsPlain("\n" + plain().replace("\n", "\n\n\r\n"));
    }

    @Test
    void shouldTakeColumnsInAnyOrder() {
        assertSameAsPlain(reordered(plain(), 5, 3, 1, 0, 4, 2));
    }

    @Test
    void shouldIgnoreExtraColumns() {
        assertSameAsPlain(everyLine(plain(), "a,\"b,\nc\",", ",d"));
    }

    @Test
    void shouldTakeSeveralGzipMembers() throws IOException {
        String text = plain();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(Payments.gzip(text.substring(0, 100)));
        bytes.write(Payments.gzip(""));
        bytes.write(Payments.gzip(text.substring(100)));
        assertSameAsPlain(bytes.toByteArray());
    }

    @Test
    void shouldReadStandardInput() {
        assertEquals(0, run(Payments.file(folder, "plain.csv", plain())).code());
        String expected = Payments.text(features) + Payments.text(alerts);
        assertEquals(0, runWith(Payments.gzip(plain()), "-").code());
        assertEquals(expected, Payments.text(features) + Payments.text(alerts));
    }

    @Test
    void shouldCompressOutputsNamedSo() throws IOException {
        features = folder.resolve("features.csv.gz");
        assertEquals(0, run(Payments.file(folder, "plain.csv", plain())).code());
        byte[] bytes = Files.readAllBytes(features);
        assertEquals(0x1F, bytes[0]);
        assertEquals((byte) 0x8B, bytes[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n\n"})
    void shouldTakeAHeaderWithoutRows(String end) {
        Console c = run(Payments.file(folder, "header.csv", Payments.HEADER + end));
        assertEquals(0, c.code());
        assertEquals("", c.err());
        assertEquals(String.join(",", FeatureRow.COLUMNS) + "\n", Payments.text(features));
        assertEquals("TRANSACTION_ID,RAW_SCORE,PROBABILITY,SEQUENCE\n", Payments.text(alerts));
        assertEquals("line,reason,detail,row\n", Payments.text(letters));
        assertEquals("0", c.label("events"));
        assertEquals("0", c.label("bytes/event"));
        assertEquals("", c.label("p50 us"));
    }

    // ---- faults

    private void assertFault(String message, Console c) {
        assertEquals(1, c.code());
        assertEquals("millrace fraud: " + message + "\n", c.err());
    }

    private void assertNoOutputs() {
        for (Path p : List.of(features, alerts, letters)) {
            assertTrue(Files.notExists(p), p + " was made");
        }
    }

    @Test
    void shouldRefuseAnEmptyFile() {
        String file = Payments.file(folder, "empty.csv", "");
        assertFault(file + ": empty file; 0 bytes; give a file with content", run(file));
        assertNoOutputs();
    }

    @Test
    void shouldRefuseEmptyStandardInput() {
        assertFault("standard input: empty file; 0 bytes; give a file with content", run("-"));
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        String file = folder.resolve("absent.csv").toString();
        assertFault(file + ": no such file; " + file + "; give the path of a file that exists", run(file));
        assertNoOutputs();
    }

    @Test
    void shouldRefuseADirectory() {
        assertFault(folder + ": a directory; " + folder + "; give the path of a file in it", run(folder.toString()));
    }

    @Test
    void shouldRefuseWhatItMayNotRead() throws IOException {
        Path file = Path.of(Payments.file(folder, "secret.csv", plain()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "skipped: this user may read everything");
        assertFault(file + ": no permission to read; " + file + "; allow this user to read it", run(file.toString()));
    }

    @Test
    void shouldRefuseAZipFileByName() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("payments.csv"));
            zip.write(plain().getBytes(StandardCharsets.UTF_8));
        }
        String file = Payments.file(folder, "payments.csv", bytes.toByteArray());
        assertFault(file + ": a zip file; PK; unzip it and give the file inside; gzip is read as it is", run(file));
    }

    @Test
    void shouldNameTheMissingColumn() {
        String file = Payments.file(folder, "in.csv", plain().replace("CUSTOMER_ID", "CUSTOMERID"));
        Console c = run(file);
        assertFault(
                file + ":1: missing column CUSTOMER_ID; the header has "
                        + Payments.HEADER.replace("CUSTOMER_ID", "CUSTOMERID")
                        + "; rename CUSTOMERID, it is the nearest",
                c);
        assertNoOutputs();
    }

    @Test
    void shouldRefuseAnOutputInADirectoryThatIsNotThere() {
        alerts = folder.resolve("absent/alerts.csv");
        assertFault(
                alerts + ": no such directory; " + alerts + "; make the directory first",
                run(Payments.file(folder, "in.csv", plain())));
    }

    /** Rows before the fault are processed and written, on both hosts. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldProcessWhatStandsBeforeADamage(String host) {
        String text = Payments.HEADER + "\n" + Payments.rows(5_000);
        byte[] bytes = Payments.gzip(text);
        byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
        Console c = Console.run(
                "fraud",
                "--payments",
                Payments.file(folder, "half.csv.gz", half),
                "--host",
                host,
                "--threshold",
                "0",
                "--features",
                features.toString(),
                "--alerts",
                alerts.toString());
        assertEquals(1, c.code());
        List<String> ids = Payments.ids(features);
        assertTrue(ids.size() > 1_000 && ids.size() < 5_000, ids.size() + " rows");
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(Integer.toString(i + 1), ids.get(i));
        }
        assertEquals(ids, Payments.ids(alerts));
        assertEquals(Integer.toString(ids.size()), c.label("events"));
        String start = "millrace fraud: " + folder.resolve("half.csv.gz") + ":" + (ids.size() + 2) + ": ";
        assertTrue(c.err().startsWith(start), c.err());
        assertEquals(1, c.err().lines().count());

        byte[] damaged = bytes.clone();
        damaged[bytes.length - 6] ^= 1; // in the checksum
        Console d = Console.run(
                "fraud",
                "--payments",
                Payments.file(folder, "sum.csv.gz", damaged),
                "--host",
                host,
                "--threshold",
                "0",
                "--features",
                features.toString());
        assertEquals(1, d.code());
        assertEquals(5_000, Payments.ids(features).size());
        assertTrue(d.err().startsWith("millrace fraud: " + folder.resolve("sum.csv.gz") + ":5002: "), d.err());
    }

    /** What was set aside as too far ahead when the reading broke off is taken, as at the end of input. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldTakeWhatWaitsWhenTheReadingBreaksOff(String host) {
        String text = Payments.HEADER + "\n" + Payments.rows(3) + Payments.row(4, Payments.START + 90 * 86_400L) + "\n";
        byte[] bytes = Payments.gzip(text);
        bytes[bytes.length - 6] ^= 1;
        Console c = Console.run(
                "fraud",
                "--payments",
                Payments.file(folder, "sum.csv.gz", bytes),
                "--host",
                host,
                "--threshold",
                "0",
                "--features",
                features.toString(),
                "--alerts",
                alerts.toString());
        assertEquals(1, c.code());
        assertEquals(List.of("1", "2", "3", "4"), Payments.ids(features));
        assertEquals(List.of("1", "2", "3", "4"), Payments.ids(alerts));
    }
}
