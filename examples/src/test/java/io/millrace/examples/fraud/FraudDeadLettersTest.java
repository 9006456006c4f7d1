package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that cannot be taken: counted, shown, written with their lines, and nowhere else. */
class FraudDeadLettersTest {
    private static final long DAY = 86_400;

    @TempDir
    Path folder;

    private Path features;
    private Path alerts;
    private Path letters;

    private Console run(String host, String text) {
        features = folder.resolve("features.csv");
        alerts = folder.resolve("alerts.csv");
        letters = folder.resolve("letters.csv");
        String in = Payments.file(folder, "in.csv", text);
        return Console.run(
                "fraud",
                "--payments",
                in,
                "--host",
                host,
                "--threshold",
                "0",
                "--features",
                features.toString(),
                "--alerts",
                alerts.toString(),
                "--dead-letters",
                letters.toString());
    }

    private static String at(long id, long seconds) {
        return Payments.row(id, Payments.START + seconds) + "\n";
    }

    private static final String ODD = Payments.HEADER + "\n" // line 1
            + at(1, 60)
            + "x,2024-03-01 12:02:00,1,2,3.5,0\n"
            + at(2, 59)
            + "3,2024-03-01 12:02:00,1,2,,0\n"
            + "4,2024-03-01 12:02:00,1,2,-0.01,0\n" // 6
            + "5,2024-03-01 12:02:00,1,2,3.5,2\n"
            + "\n"
            + "6,2024-02-30 12:02:00,1,2,3.5,0\n"
            + "7,1600-01-01 00:00:00,1,2,3.5,0\n"
            + "8,2024-03-01 12:02:00,1,2,3.5\n" // 11
            + at(9, 120)
            + at(10, 120 + 30 * DAY + 1)
            + "11,2024-03-01 12:02:00,1.0,2,3.5,0\n"
            + "12,2024-03-01 12:02:00,1,2,NaN,0\n"
            + "13,2024-03-01 12:02:00,1,2,1e309,0\n" // 16
            + "14,2024-03-01T12:02:00,1,2,3.5,0\n"
            + "\"15\"x,2024-03-01 12:02:00,1,2,3.5,0\n"
            + at(16, 120)
            + at(17, 119)
            + at(18, 120 + 30 * DAY); // 21: not more than 30 days

    private static final List<String> ODD_LETTERS = List.of(
            "line,reason,detail,row",
            "3,malformed,TRANSACTION_ID 'x' is not an integer,\"x,2024-03-01 12:02:00,1,2,3.5,0\"",
            "4,late,TX_DATETIME is before that of a payment taken earlier,\"2,2024-03-01 12:00:59,2,2,3.5,0\"",
            "5,missing-value,TX_AMOUNT is empty,\"3,2024-03-01 12:02:00,1,2,,0\"",
            "6,out-of-range,TX_AMOUNT '-0.01' is not at least 0,\"4,2024-03-01 12:02:00,1,2,-0.01,0\"",
            "7,out-of-range,TX_FRAUD '2' is not between 0 and 1,\"5,2024-03-01 12:02:00,1,2,3.5,2\"",
            "9,malformed,*,\"6,2024-02-30 12:02:00,1,2,3.5,0\"",
            "10,out-of-range,*,\"7,1600-01-01 00:00:00,1,2,3.5,0\"",
            "11,malformed,5 fields instead of 6,\"8,2024-03-01 12:02:00,1,2,3.5\"",
            "13,ahead,TX_DATETIME is more than 30 days after the newest payment taken,"
                    + "\"10,2024-03-31 12:02:01,3,1,11.5,0\"",
            "14,malformed,CUSTOMER_ID '1.0' is not an integer,\"11,2024-03-01 12:02:00,1.0,2,3.5,0\"",
            "15,malformed,*,\"12,2024-03-01 12:02:00,1,2,NaN,0\"",
            "16,out-of-range,*,\"13,2024-03-01 12:02:00,1,2,1e309,0\"",
            "17,malformed,*,\"14,2024-03-01T12:02:00,1,2,3.5,0\"",
            "18,malformed,*,\"\"\"15\"\"x,2024-03-01 12:02:00,1,2,3.5,0\"",
            "20,late,TX_DATETIME is before that of a payment taken earlier,\"17,2024-03-01 12:01:59,3,2,18.5,0\"");

    /** A star stands for a detail that the reader words. */
    private static void assertLetters(List<String> expected, Path file) {
        List<String> actual = Payments.text(file).lines().toList();
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            String e = expected.get(i);
            int star = e.indexOf(",*,");
            if (star < 0) {
                assertEquals(e, actual.get(i));
            } else {
                assertTrue(actual.get(i).startsWith(e.substring(0, star + 1)), actual.get(i));
                assertTrue(actual.get(i).endsWith(e.substring(star + 2)), actual.get(i));
            }
        }
        assertEquals(expected.size(), actual.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldWriteEachWithItsLineAndReason(String host) {
        Console c = run(host, ODD);
        assertEquals(0, c.code());
        assertLetters(ODD_LETTERS, letters);
        assertEquals(List.of("1", "9", "16", "18"), Payments.ids(features));
        assertEquals(List.of("1", "9", "16", "18"), Payments.ids(alerts));
        assertEquals("4", c.label("events"));
        assertEquals("4", c.label("alerts"));
        assertEquals("2", c.label("late"));
        assertEquals("15", c.label("dead letters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldShowTheFirstThree(String host) {
        String in = folder.resolve("in.csv").toString();
        String kept = "; left out, kept in " + folder.resolve("letters.csv");
        assertEquals(
                List.of(
                        "millrace fraud: " + in + ":3: malformed: TRANSACTION_ID 'x' is not an integer; "
                                + "x,2024-03-01 12:02:00,1,2,3.5,0" + kept,
                        "millrace fraud: " + in + ":4: late: TX_DATETIME is before that of a payment taken earlier; "
                                + "2,2024-03-01 12:00:59,2,2,3.5,0" + kept,
                        "millrace fraud: " + in + ":5: missing-value: TX_AMOUNT is empty; "
                                + "3,2024-03-01 12:02:00,1,2,,0" + kept),
                run(host, ODD).err().lines().toList());
    }

    @Test
    void shouldSayHowToKeepThem() {
        String in = Payments.file(folder, "in.csv", Payments.HEADER + "\n1,2\n" + at(1, 0));
        Console c = Console.run("fraud", "--payments", in, "--quiet");
        assertEquals(0, c.code());
        assertEquals(
                "millrace fraud: " + in + ":2: malformed: 2 fields instead of 6; 1,2; left out, "
                        + "--dead-letters FILE keeps such rows\n",
                c.err());
        assertEquals("1", c.label("dead letters"));
    }

    @Test
    void shouldShowOneLineHoweverLongAndOddTheRow() {
        Console c = run("inline", Payments.HEADER + "\n\"1\u0007\n2\"," + "9".repeat(5_000) + "\n" + at(1, 0));
        assertEquals(1, c.err().lines().count());
        assertTrue(c.err().length() < 600, c.err());
        assertTrue(c.err().contains(":2: malformed: 2 fields instead of 6; \"1\\u0007\\n2\","), c.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldBelieveSixteenThatAgree(String host) {
        StringBuilder text = new StringBuilder(Payments.HEADER + "\n" + at(1, 0));
        for (int i = 2; i <= 16; i++) {
            text.append(at(i, 100 * DAY + i));
        }
        Console fifteen = run(host, text + at(17, 1));
        assertEquals(List.of("1", "17"), Payments.ids(features));
        assertEquals("15", fifteen.label("dead letters"));
        List<String> lines = Payments.text(letters).lines().skip(1).toList();
        for (int i = 0; i < 15; i++) {
            assertEquals(
                    i + 3 + ",ahead,TX_DATETIME is more than 30 days after the newest payment taken,\""
                            + at(i + 2, 100 * DAY + i + 2).strip() + "\"",
                    lines.get(i));
        }

        Console sixteen = run(host, text + at(17, 100 * DAY + 17) + at(18, 1));
        assertEquals(IntStream.rangeClosed(1, 17).mapToObj(Integer::toString).toList(), Payments.ids(features));
        assertEquals(Payments.ids(features), Payments.ids(alerts));
        assertEquals("1", sixteen.label("late"));
        assertEquals("1", sixteen.label("dead letters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldBelieveTheEndOfInput(String host) {
        Console c = run(host, Payments.HEADER + "\n" + at(1, 0) + at(2, 100 * DAY) + at(3, 100 * DAY - 1));
        assertEquals(List.of("1", "2"), Payments.ids(features));
        assertEquals("1", c.label("late"));
        assertTrue(Payments.text(letters)
                .endsWith("4,late,TX_DATETIME is before that of a payment taken earlier,\""
                        + at(3, 100 * DAY - 1).strip() + "\"\n"));
    }

    /** Amounts whose sum is beyond a double have no mean: it is absent; no row is lost, and none is left half. */
    @Test
    void shouldLeaveOutAMeanThatNoDoubleCanHold() {
        String row = ",2024-03-01 12:02:00,1,2,1.7e308,0\n";
        Console c = run(
                "inline", Payments.HEADER + "\n1" + row + "2" + row + "3" + row + "4,2024-05-01 12:03:00,1,2,6,0\n");
        assertEquals(0, c.code());
        assertEquals("0", c.label("dead letters"));
        List<String[]> rows = Payments.text(features)
                .lines()
                .skip(1)
                .map(l -> l.split(",", -1))
                .toList();
        assertEquals(List.of("1", "2", "3", "4"), rows.stream().map(r -> r[0]).toList());
        for (int mean : new int[] {4, 6, 8}) {
            assertEquals(
                    List.of("170" + "0".repeat(306), "", "", "6"),
                    rows.stream().map(r -> r[mean]).toList());
        }
        assertEquals(4, Payments.ids(alerts).size());
    }

    @Test
    void shouldWriteOnlyAHeaderForGeneratedPayments() {
        letters = folder.resolve("letters.csv");
        Console c = Console.run("fraud", "--count", "10", "--dead-letters", letters.toString());
        assertEquals(0, c.code());
        assertEquals("line,reason,detail,row\n", Payments.text(letters));
    }
}
