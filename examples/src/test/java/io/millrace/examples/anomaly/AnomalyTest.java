package io.millrace.examples.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.examples.SharedData;
import io.millrace.transport.file.CsvReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command end to end: on the shared series, on small files, and on what cannot be taken. */
class AnomalyTest {
    private static final String TIME = "2014-07-01 00:00:0";

    @TempDir
    Path folder;

    private Console run(String series, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "anomaly",
                "--series",
                series,
                "--out",
                folder.resolve("out.csv").toString(),
                "--dead-letters",
                folder.resolve("letters.csv").toString()));
        args.addAll(Arrays.asList(more));
        return Console.run(args.toArray(new String[0]));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    /** A row a second. */
    private static String series(String... values) {
        StringBuilder text = new StringBuilder("timestamp,value\n");
        for (int i = 0; i < values.length; i++) {
            text.append(TIME).append(i).append(',').append(values[i]).append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "realAdExchange/exchange-2_cpc_results.csv,realAdExchange/windowedGaussian_exchange-2_cpc_results.csv.gz,1624",
        "realKnownCause/nyc_taxi.csv,realKnownCause/windowedGaussian_nyc_taxi.csv.gz,10320"
    })
    void shouldScoreAsThePublishedDetectorDoes(String series, String published, int count) throws Exception {
        Console c = run(
                SharedData.file("nab/data/" + series), "--labels", SharedData.file("nab/labels/combined_windows.json"));
        assertEquals(0, c.code(), c.err());
        int rows = 0;
        try (CsvReader ours = CsvReader.open(folder.resolve("out.csv").toString(), "timestamp", "anomaly_score");
                CsvReader theirs = CsvReader.open(
                        SharedData.file("nab/windowedGaussian/" + published), "timestamp", "anomaly_score")) {
            while (theirs.next()) {
                assertTrue(ours.next(), "a row is missing");
                rows++;
                String row = theirs.row().raw();
                assertEquals(
                        theirs.row().asText(0).toString(), ours.row().asText(0).toString());
                assertEquals(theirs.row().asDouble(1), ours.row().asDouble(1), 1e-9, row);
            }
            assertTrue(!ours.next(), "a row too many");
        }
        assertEquals(count, rows);
        assertTrue(c.out().contains("labelled "), c.out());
    }

    @Test
    void shouldCountNoDeviationAsAMillionthAndKeepWhatWasRead() throws IOException {
        Console c = run(file("s.csv", series("1.50", "1.5", "x", "2")));
        assertEquals(0, c.code(), c.err());
        assertEquals(
                "timestamp,value,anomaly_score\n" + TIME + "0,1.50,0\n" + TIME + "1,1.5,0.5\n" + TIME + "3,2,1\n",
                Files.readString(folder.resolve("out.csv")));
        assertEquals("1", c.label("dead letters"));
    }

    /** A time is put out as it was read, whatever its form. */
    @Test
    void shouldTakeAnyTimeButAnEmptyOne() throws IOException {
        String rows = series("1", "2") + ",3\n1404172804,4\n2014-07-01T00:00:05Z,5\n" + TIME + "2.123456,6\n";
        Console c = run(file("s.csv", rows));
        assertEquals(0, c.code(), c.err());
        assertEquals("1", c.label("dead letters"));
        List<String> letters = Files.readAllLines(folder.resolve("letters.csv"));
        assertEquals("4,missing-value,timestamp is empty,\",3\"", letters.get(1));
        List<String> out = Files.readAllLines(folder.resolve("out.csv"));
        assertEquals(6, out.size());
        assertTrue(out.get(3).startsWith("1404172804,4,"), out.get(3));
        assertTrue(out.get(4).startsWith("2014-07-01T00:00:05Z,5,"), out.get(4));
        assertTrue(out.get(5).startsWith(TIME + "2.123456,6,"), out.get(5));
    }

    /** Squares and sums of these are no double, and means and deviations are; both windows, the growing one and the moving one. */
    @ParameterizedTest
    @CsvSource({"100, 1", "2, 1"})
    void shouldScoreValuesNearTheLargest(String window, String step) throws IOException {
        String[] options = {"--window", window, "--step", step};
        run(file("s.csv", series("1e308", "-1e308", "1e308", "1.5e308", "1.75e308")), options);
        List<String> large = Files.readAllLines(folder.resolve("out.csv"));
        run(file("s.csv", series("1", "-1", "1", "1.5", "1.75")), options);
        List<String> small = Files.readAllLines(folder.resolve("out.csv"));
        for (int i = 1; i < small.size(); i++) {
            assertEquals(score(small.get(i)), score(large.get(i)), 1e-12, large.get(i));
        }
    }

    private static double score(String row) {
        return Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
    }

    @Test
    void shouldSayWhichRunsMeetLabelsAndWhichLabelsWereMissed() throws IOException {
        String b = TIME + "1";
        String labels =
                file("l.json", "{\"a/s.csv\": [], \"s.csv\": [[\"" + b + "\", \"" + b + ".000\"], [\"x\", \"z\"]]}");
        Console c = run(file("s.csv", series("1", "9", "1", "7", "100")), "--labels", labels);
        assertEquals(0, c.code(), c.err());
        List<String> lines = c.out().lines().toList();
        assertEquals("detected " + b + " " + b + " 1 hit", lines.get(0));
        assertTrue(lines.contains("labelled " + b + " " + b + ".000 found"), c.out());
        assertTrue(lines.contains("labelled x z missed"), c.out());
    }

    /** Labels are read as any other input: gunzipped, a mark in front passed over, and told by what is wrong with the file. */
    @Test
    void shouldReadLabelsAsOtherInputs() throws IOException {
        String series = file("s.csv", series("1"));
        Path labels = folder.resolve("l.json");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(labels))) {
            out.write("\uFEFF{\"s.csv\": [[\"x\", \"z\"]]}\n".getBytes(StandardCharsets.UTF_8));
        }
        Console c = run(series, "--labels", labels.toString());
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().startsWith("labelled x z missed\n"), c.out());
        String cutOff = file("cut.json", "{\"s.csv\": [[\"x\", \"z\"]], \"t.csv\": [[");
        String labelled = file("n.json", "{\"nab/cpu.csv\": []}");
        assertTrue(run(series, "--labels", labelled, "--series-key", "nab/cpo.csv")
                .err()
                .contains("the nearest is nab/cpu.csv"));
        assertTrue(run(series, "--labels", cutOff).err().contains(": no JSON; "));
        assertTrue(
                run(series, "--labels", folder.resolve("no").toString()).err().contains(": no such file; "));
        assertTrue(run(series, "--labels", folder.toString()).err().contains(": a directory; "));
        assertTrue(run(series, "--labels", file("0.json", "")).err().contains(": empty file; 0 bytes; "));
    }

    /** A label that is passed over would make the misses fewer than they are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'s.csv': [['a', 'b'], ['c']]}|no labels; ]",
                "{'s.csv': [['a', 'b', 'c']]}|no labels; c",
                "{'s.csv': [[1, 2]]}|no labels; 1",
                "{'s.csv': 'zz'}|no labels; zz",
                "{'s.csv': [['b', 'a']]}|a period that ends before it begins; b to a",
                "{'s.csv': [['a', 'b']], 's.csv': []}|no JSON; Duplicate field 's.csv'",
                "{'s.csv': [['a', 'b'],]}|no JSON; ",
                "{'s.csv': [['a', 'b']], 'z': [}|no JSON; ",
                "{'s.csv': []} {}|no labels; {",
                "[]|no labels; [",
            },
            quoteCharacter = '`')
    void shouldRefuseLabelsThatAreNone(String json, String said) throws IOException {
        Console c = run(file("s.csv", series("1")), "--labels", file("l.json", "\n" + json.replace('\'', '"')));
        assertEquals(1, c.code());
        assertTrue(c.err().contains("l.json:2: ") || c.err().contains("l.json:1: "), c.err());
        assertTrue(c.err().contains(said), c.err());
        assertTrue(c.err().contains("labels are one object: key -> list of [from, to]"), c.err());
    }

    /** The key may name the directory that the series is read from. */
    @Test
    void shouldFindTheKeyOfARelativePath() throws Exception {
        file("s.csv", series("1"));
        file("l.json", "{\"" + folder.getFileName() + "/s.csv\": [[\"x\", \"z\"]]}");
        String[] command = {"anomaly", "--series", "s.csv", "--out", "out.csv", "--labels", "l.json"};
        try (ChildJvm jvm = ChildJvm.start(folder, null, command)) {
            Console c = jvm.end();
            assertEquals(0, c.code(), c.err());
            assertTrue(c.out().startsWith("labelled x z missed\n"), c.out());
        }
    }

    @Test
    void shouldSayWhatIsWrongWithOptionsAndFiles() throws IOException {
        assertEquals(2, run("s.csv", "--window", "10", "--step", "3").code());
        assertEquals(2, run("s.csv", "--series-key", "k").code());
        assertEquals(1, run("no-such-file").code());
        Console c = run(file("s.csv", "timestamp,value\n"), "--labels", file("l.json", "{}"));
        assertEquals(1, c.code());
        assertTrue(c.err().contains("--series-key"), c.err());
    }
}
