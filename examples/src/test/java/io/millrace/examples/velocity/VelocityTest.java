package io.millrace.examples.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command end to end: on generated events, against loops that know no patterns, and on what cannot be taken. */
class VelocityTest {
    private static final String HEADER = "id,card,type,amount,approved,time_ms\n";
    private static final String OUT = "rule,card,first_id,last_id,ids,time_ms\n";

    @TempDir
    Path folder;

    private Console run(String... args) {
        List<String> all = new ArrayList<>(List.of(
                "velocity",
                "--alerts",
                folder.resolve("alerts.csv").toString(),
                "--dead-letters",
                folder.resolve("letters.csv").toString()));
        all.addAll(Arrays.asList(args));
        return Console.run(all.toArray(new String[0]));
    }

    private Console runOn(String rows) throws IOException {
        return run(
                "--events",
                Files.writeString(folder.resolve("events.csv"), rows).toString());
    }

    private String alerts() throws IOException {
        return Files.readString(folder.resolve("alerts.csv"));
    }

    private String letters() throws IOException {
        return Files.readString(folder.resolve("letters.csv"));
    }

    private static String text(List<Alert> alerts) {
        StringBuilder out = new StringBuilder(OUT);
        alerts.forEach(a -> out.append(a.rule()
                + ','
                + a.card()
                + ','
                + a.firstId()
                + ','
                + a.lastId()
                + ','
                + a.ids()
                + ','
                + a.timeMs()
                + '\n'));
        return out.toString();
    }

    // ---- the rules

    @Test
    void shouldFindSmallPaymentsThenALargeOneWithinLessThanAMinute() throws IOException {
        Console c = runOn(HEADER
                + "1,7,payment,1.99,1,0\n2,7,login,,,10\n3,7,payment,2.00,1,20\n4,7,payment,0.5,0,30\n"
                + "5,7,payment,99.99,1,40\n6,7,payment,100.00,1,59999\n" // a match
                + "7,7,payment,1,1,100000\n8,7,payment,500,1,100001\n9,7,payment,1,1,100002\n" // one is not enough
                + "10,7,payment,500,1,160001\n"); // the first is a minute and more ago
        assertEquals(0, c.code(), c.err());
        assertEquals(OUT + "probing,7,1,6,1 4 6,59999\n", alerts());
    }

    @Test
    void shouldNameAllPaymentsOfAnAlertHoweverManyPartsItComesIn() throws IOException {
        int ofPart = VelocityTopology.IDS_OF_PART;
        for (int small : new int[] {ofPart - 2, ofPart - 1, ofPart, 2 * ofPart - 1, 2 * ofPart, 700}) {
            Console c = runOn(probing(small));
            String ids = String.join(
                    " ", IntStream.range(0, small).mapToObj(Integer::toString).toList());
            assertEquals(OUT + "probing,7,0,5000," + ids + " 5000,5000\n", alerts());
            assertEquals("1", c.label("alerts"));
        }
    }

    @Test
    void shouldSayHowManyAlertsNameNotAllTheirPayments() throws Exception {
        Console most = inMuchMemory(probing(VelocityTopology.SMALL_MOST));
        assertEquals(VelocityTopology.SMALL_MOST + 1, ids(alerts()));
        assertFalse(most.out().contains("cut alerts"), most.out());
        Console more = inMuchMemory(probing(VelocityTopology.SMALL_MOST + 5));
        assertEquals(VelocityTopology.SMALL_MOST + 1, ids(alerts()));
        assertEquals("1", more.label("cut alerts"));
    }

    /** Steps of so many payments of one card are more than half of a small heap holds. */
    private Console inMuchMemory(String rows) throws Exception {
        Files.writeString(folder.resolve("events.csv"), rows);
        String[] args = "velocity --events events.csv --alerts alerts.csv --dead-letters letters.csv".split(" ");
        try (ChildJvm jvm = ChildJvm.startWithHeap("1500m", folder, args)) {
            return jvm.end();
        }
    }

    private static String probing(int small) {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int i = 0; i < small; i++) {
            rows.append(i).append(",7,payment,1,1,").append(i).append('\n');
        }
        return rows.append("5000,7,payment,100,1,5000\n").toString();
    }

    private static int ids(String alerts) {
        return alerts.lines().skip(1).findFirst().orElseThrow().split(",")[4].split(" ").length;
    }

    @Test
    void shouldFindThreeConsecutiveDeclinesThenAnApproval() throws IOException {
        runOn(HEADER + "1,7,payment,5,0,0\n2,7,payment,5,0,1\n3,7,login,,,2\n4,7,payment,5,0,3\n5,7,payment,5,1,4\n"
                + "6,7,payment,5,1,5\n11,8,payment,5,0,10\n12,8,payment,5,0,11\n13,8,payment,5,0,12\n"
                + "14,8,payment,5,0,13\n15,8,payment,5,1,60010\n");
        assertEquals(OUT + "guessing,7,1,5,1 2 4 5,4\nguessing,8,12,15,12 13 14 15,60010\n", alerts());
    }

    @Test
    void shouldFindALoginWithoutAPaymentAtTheEndOfItsMinuteOrOfTheInput() throws IOException {
        runOn(HEADER + "1,7,login,,,0\n2,8,login,0,0,5\n3,8,payment,5,1,60004\n4,9,login,,,60005\n"
                + "5,8,login,,,60010\n6,8,payment,5,1,120010\n");
        assertEquals(
                OUT + "login-only,7,1,1,1,60000\nlogin-only,9,4,4,4,120005\nlogin-only,8,5,5,5,120010\n", alerts());
    }

    @Test
    void shouldPutAlertsOfOneTimeByRuleAndCard() throws IOException {
        runOn(HEADER + "1,9,login,,,0\n2,8,login,,,0\n3,7,payment,1,0,59998\n4,7,payment,1,0,59999\n"
                + "5,7,payment,1,0,60000\n6,7,payment,100,1,60000\n");
        assertEquals(
                OUT + "guessing,7,3,6,3 4 5 6,60000\nlogin-only,8,2,2,2,60000\nlogin-only,9,1,1,1,60000\n"
                        + "probing,7,3,6,3 4 5 6,60000\n",
                alerts());
    }

    // ---- against the loops

    @Test
    void shouldAgreeWithLoopsOnGeneratedEvents() throws IOException {
        Console c = run("--count", "60000", "--seed", "5");
        assertEquals(0, c.code(), c.err());
        List<CardEvent> events = new ArrayList<>();
        EventGenerator generator = new EventGenerator(60_000, 5);
        for (CardEvent e = generator.next(); e != null; e = generator.next()) {
            events.add(e);
        }
        List<Alert> expected = VelocityOracle.alerts(events);
        for (String rule : List.of("probing", "guessing", "login-only")) {
            assertTrue(expected.stream().filter(a -> a.rule().equals(rule)).count() > 100, rule);
        }
        assertEquals(text(expected), alerts());
        assertEquals(Integer.toString(expected.size()), c.label("alerts"));
        assertEquals("60000", c.label("events"));
    }

    @Test
    void shouldAgreeWithLoopsOnRandomFiles() throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            agree(seed);
        }
    }

    private void agree(int seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder rows = new StringBuilder(HEADER);
        List<CardEvent> events = new ArrayList<>();
        long time = -100_000;
        for (int i = 1; i <= 300; i++) {
            time += random.nextInt(4) == 0 ? 0 : random.nextInt(20_000);
            double amount = new double[] {1.99, 2, 50, 99.99, 100, 1}[random.nextInt(6)];
            boolean payment = random.nextInt(5) > 0;
            boolean approved = random.nextInt(3) == 0;
            long card = random.nextInt(3);
            events.add(new CardEvent(i, card, payment, amount, approved, time));
            rows.append(i + "," + card + ',' + (payment ? "payment," : "login,") + amount + ','
                    + (approved ? "1," : "0,") + time + '\n');
        }
        assertEquals(0, runOn(rows.toString()).code());
        assertEquals(
                text(VelocityOracle.alerts(events)),
                alerts(),
                () -> "as a test:\n\n    @Test\n    void shouldAgreeOnTheFileOfSeed" + seed
                        + "() throws IOException {\n        agree(" + seed + ");\n    }\n");
    }

    @Test
    void shouldGiveTheSameBytesForTheSameCountAndSeed() throws IOException {
        run("--count", "20000", "--seed", "3");
        String first = alerts();
        run("--count", "20000", "--seed", "3");
        assertEquals(first, alerts());
        run("--count", "20000", "--seed", "4");
        assertFalse(first.equals(alerts()));
    }

    // ---- what cannot be taken

    @Test
    void shouldMakeDeadLettersOfRowsThatAreNoEventsAndGoOn() throws IOException {
        Console c = runOn("\uFEFFtime_ms,id,card,type,amount,approved,more\r\n"
                + "0,1,7,login,,,x\r\n"
                + "1,2,7,logout,,,x\r\n"
                + "2,3,7,payment,,1,x\r\n"
                + "3,4,7,payment,-1,1,x\r\n"
                + "4,5,7,payment,1,maybe,x\r\n"
                + "5,6,7,payment,1,,x\r\n"
                + "\r\n"
                + "6,x,7,login,,,x\r\n"
                + "7,8\r\n"
                + "99999999999999999999,9,7,login,,,x\r\n"
                + "70000,10,8,login,,,\"a,b\"\r\n"
                + "69999,11,8,payment,1,1,x\r\n");
        assertEquals(0, c.code(), c.err());
        assertEquals(OUT + "login-only,7,1,1,1,60000\nlogin-only,8,10,10,10,130000\n", alerts());
        List<String> letters = letters()
                .lines()
                .skip(1)
                .map(l -> l.replaceAll("^([0-9]+,[a-z-]+),.*", "$1"))
                .toList();
        assertEquals(
                List.of(
                        "3,malformed",
                        "4,missing-value",
                        "5,out-of-range",
                        "6,malformed",
                        "7,missing-value",
                        "9,malformed",
                        "10,malformed",
                        "11,out-of-range",
                        "13,late"),
                letters);
        assertEquals("9", c.label("dead letters"));
        assertEquals("1", c.label("late"));
        assertEquals("2", c.label("events"));
        assertEquals(3, c.err().lines().count(), c.err());
        assertTrue(letters().contains("\"69999,11,8,payment,1,1,x\""), letters());
    }

    @Test
    void shouldRefuseAnEventMoreThanThirtyDaysAhead() throws IOException {
        runOn(HEADER + "1,7,login,,,0\n2,7,payment,1,1,2592000001\n3,7,payment,1,1,1000\n");
        assertEquals(OUT, alerts());
        assertTrue(letters().contains("3,ahead,"), letters());
    }

    @Test
    void shouldReadGzipAndWriteHeadersOnlyForAFileWithoutRows() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write((HEADER + "1,7,login,,,0\n").getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("events.csv.gz"), bytes.toByteArray());
        assertEquals(0, run("--events", file.toString()).code());
        assertEquals(OUT + "login-only,7,1,1,1,60000\n", alerts());
        assertEquals(0, runOn(HEADER).code());
        assertEquals(OUT, alerts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none.csv|none.csv",
                ".|directory",
                "empty.csv|empty",
                "columns.csv|time_ms",
                "cut.csv.gz|cut.csv.gz"
            })
    void shouldSayWhyAFileCannotBeRead(String name, String says) throws IOException {
        Files.writeString(folder.resolve("empty.csv"), "");
        Files.writeString(folder.resolve("columns.csv"), "id,card,type,amount,approved\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write((HEADER + "1,7,login,,,0\n").getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
        Console c = run("--events", folder.resolve(name).toString());
        assertEquals(1, c.code());
        assertTrue(c.err().startsWith("millrace velocity: ") && c.err().contains(says), c.err());
        assertEquals(1, c.err().lines().count(), c.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--evens x|the nearest is --events",
                "--events|its value is missing",
                "--events a --count 5|has no meaning with --events",
                "--count -1|use a whole number from 0",
                "--count 1 --count 2|given twice",
                "--count 1 --alerts same --json same|is the file of --alerts too"
            })
    void shouldRefuseOptionsThatMakeNoSense(String options, String says) {
        Console c = Console.run(("velocity " + options).split(" "));
        assertEquals(2, c.code());
        assertTrue(c.err().contains(says), c.err());
        assertEquals("", c.out());
        assertFalse(Files.exists(Path.of("same")));
    }

    @Test
    void shouldReadStandardInput() throws IOException {
        Console c = Console.runWith(
                (HEADER + "1,7,login,,,0\n").getBytes(StandardCharsets.UTF_8),
                "velocity",
                "--events=-",
                "--alerts=" + folder.resolve("alerts.csv"));
        assertEquals(0, c.code(), c.err());
        assertEquals(OUT + "login-only,7,1,1,1,60000\n", alerts());
    }
}
