package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import io.millrace.examples.Signals;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However often a run with a journal is killed or interrupted: its files end as those of one run, byte for byte. */
class FraudJournalTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

    /** A run takes ten seconds: whoever ends it before its end may stand still for some of them. */
    private static final String SLOW = "2000";

    private static final List<String> FILES = List.of("f.csv", "a.csv", "d.csv");

    @TempDir
    Path folder;

    /** Payments, with rows in between that no reader and no engine takes. */
    private void input() {
        StringBuilder text = new StringBuilder(Payments.HEADER).append('\n');
        for (int i = 1; i <= 20_000; i++) {
            text.append(Payments.row(i, Payments.START + 60L * i)).append('\n');
            if (i % 97 == 0) {
                text.append("no,payment\n");
            }
            if (i % 131 == 0) {
                text.append(Payments.row(i, Payments.START)).append('\n');
            }
        }
        Payments.file(folder, "in.csv", text.toString());
    }

    private String[] command(String prefix, String... more) {
        List<String> all = new ArrayList<>(List.of("fraud", "--quiet", "--threshold", "0.2"));
        all.addAll(List.of("--payments", folder.resolve("in.csv").toString()));
        String[] options = {"--features", "--alerts", "--dead-letters"};
        for (int i = 0; i < options.length; i++) {
            all.add(options[i]);
            all.add(folder.resolve(prefix + FILES.get(i)).toString());
        }
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String journal() {
        return folder.resolve("journal of fraud").toString();
    }

    private void awaitMore(String file, long bytes) throws Exception {
        long until = System.nanoTime() + PATIENCE_NS;
        Path path = folder.resolve(file);
        while (!Files.exists(path) || Files.size(path) <= bytes) {
            assertTrue(System.nanoTime() < until, "nothing is written to " + file);
            Thread.sleep(5); // a process writes it; any length is right
        }
    }

    private void requireSame() throws IOException {
        for (String f : FILES) {
            assertArrayEquals(Files.readAllBytes(folder.resolve("one-" + f)), Files.readAllBytes(folder.resolve(f)), f);
        }
    }

    @ParameterizedTest
    @CsvSource({"live, inline", "inline, live"})
    void shouldEndAsOneRunHoweverOftenItIsKilled(String host, String last) throws Exception {
        input();
        Console.run(command("one-")).requireFine();
        long written = 0;
        for (int kill = 0; kill < 2; kill++) {
            try (ChildJvm jvm =
                    ChildJvm.start(folder, null, command("", "--journal", journal(), "--host", host, "--rate", SLOW))) {
                awaitMore("f.csv", written);
                jvm.process().destroyForcibly().waitFor();
                written = Files.size(folder.resolve("f.csv"));
            }
        }
        assertTrue(written < Files.size(folder.resolve("one-f.csv")), "it was killed before its end");
        Console end = Console.run(command("", "--journal", journal(), "--host", last));
        assertEquals(0, end.code(), end.err());
        requireSame();
        Console again = Console.run(command("", "--journal", journal(), "--rate", "77"));
        assertEquals(0, again.code());
        assertEquals("", again.out());
        assertTrue(again.err().endsWith("finished before, nothing to do\n"), again.err());
        Files.delete(folder.resolve("a.csv")); // what was taken away is made again
        Console.run(command("", "--journal", journal())).requireFine();
        requireSame();
        Console remade = Console.run(command("", "--journal", journal()));
        assertTrue(remade.err().endsWith("finished before, nothing to do\n"), remade.err());
    }

    @Test
    void shouldGoOnBehindAnInterrupt() throws Exception {
        input();
        Console.run(command("one-")).requireFine();
        try (ChildJvm jvm = ChildJvm.start(folder, null, command("", "--journal", journal(), "--rate", SLOW))) {
            awaitMore("f.csv", 100);
            assumeTrue(!Signals.ignoresInterrupts(jvm.process().pid()), "skipped: interrupts are ignored here");
            new ProcessBuilder("kill", "-INT", Long.toString(jvm.process().pid()))
                    .start()
                    .waitFor();
            Console c = jvm.end();
            assertEquals(130, c.code(), c.err());
            assertTrue(Long.parseLong(c.label("events")) < 20_000, "it was interrupted before its end");
        }
        Console.run(command("", "--journal", journal())).requireFine();
        requireSame();
    }

    @Test
    void shouldRefuseOtherOptionsAndTouchNothing() throws Exception {
        String[] own = {
            "fraud",
            "--quiet",
            "--count",
            "100",
            "--alerts",
            folder.resolve("a.csv").toString(),
            "--journal",
            journal()
        };
        Console.run(own).requireFine();
        byte[] alerts = Files.readAllBytes(folder.resolve("a.csv"));
        own[3] = "101";
        Console other = Console.run(own);
        assertEquals(1, other.code());
        assertEquals(
                "millrace fraud: " + journal() + ": the journal of a run with other options; --count was 100, is 101;"
                        + " give the same ones, or another directory\n",
                other.err());
        assertArrayEquals(alerts, Files.readAllBytes(folder.resolve("a.csv")));
    }

    /** By a journal that cannot be made, and by another output, which somebody else writes: the one that was there is as it was. */
    @Test
    void shouldLeaveNoNewFileBehindAStartThatIsRefused() throws Exception {
        Path torn = Files.writeString(folder.resolve("a.csv"), "TRANS");
        Path noFolder = Files.writeString(folder.resolve("file"), "");
        List<String> run = new ArrayList<>(List.of("fraud", "--quiet", "--count", "100"));
        String[] options = {"--features", "f.csv", "--dead-letters", "d.csv", "--alerts", "a.csv", "--json", "t.json"};
        for (int i = 0; i < options.length; i += 2) {
            run.addAll(List.of(options[i], folder.resolve(options[i + 1]).toString()));
        }
        run.add("--journal");
        for (String host : List.of("live", "inline")) {
            List<String> all = new ArrayList<>(run);
            all.addAll(List.of(noFolder.resolve("j").toString(), "--host", host));
            Console c = Console.run(all.toArray(String[]::new));
            assertEquals(1, c.code(), c.err());
            requireNoneNew(torn);
        }
        run.add(journal());
        try (FileOutput taken = FileOutput.create(folder.resolve("t.json").toString())) {
            assertEquals(1, Console.run(run.toArray(String[]::new)).code());
            taken.write('x');
        }
        Files.delete(folder.resolve("t.json"));
        requireNoneNew(torn);
        try (FileOutput taken = FileOutput.create(folder.resolve("t.json").toString())) {
            List<String> anew = run.subList(0, run.indexOf("--journal"));
            assertEquals(1, Console.run(anew.toArray(String[]::new)).code());
            taken.write('x');
        }
        Files.delete(folder.resolve("t.json"));
        requireNoneNew(torn);
        Console.run(run.toArray(String[]::new)).requireFine();
        assertTrue(Files.readString(torn).startsWith("TRANSACTION_ID,"), "a start that is accepted goes on with it");
    }

    private void requireNoneNew(Path torn) throws IOException {
        for (String name : List.of("f.csv", "d.csv", "t.json")) {
            assertFalse(Files.exists(folder.resolve(name)), name);
        }
        assertEquals("TRANS", Files.readString(torn));
    }

    @Test
    void shouldNotTakeAnotherInputForOneThatIsFinished() throws Exception {
        String rows = Payments.HEADER + "\n" + Payments.row(1, Payments.START) + "\n";
        Path in = folder.resolve("in.csv");
        Files.writeString(in, rows);
        Console.run(command("", "--journal", journal())).requireFine();
        Files.writeString(in, rows + Payments.row(2, Payments.START + 60) + "\n");
        Console other = Console.run(command("", "--journal", journal()));
        assertEquals(1, other.code());
        assertEquals(
                "millrace fraud: " + in + ": is not as the run had read it that finished " + journal()
                        + "; give the same file, or another directory\n",
                other.err());
        Files.writeString(in, rows);
        assertEquals(0, Console.run(command("", "--journal", journal())).code());
        Files.delete(in); // nothing to do, and nothing to be read
        assertEquals(0, Console.run(command("", "--journal", journal())).code());
    }

    /** Who asks for the table gets it, also behind the end: that of the run which has come to it. */
    @Test
    void shouldWriteTheTableOfTheRunThatHasFinishedIt() throws Exception {
        Payments.file(folder, "in.csv", Payments.HEADER + "\n" + Payments.rows(3));
        Console.run(command("", "--journal", journal())).requireFine();
        Path json = folder.resolve("t.json");
        Files.writeString(json, "of some other run");
        Console again = Console.run(command("", "--journal", journal(), "--json", json.toString()));
        assertTrue(again.err().endsWith("finished before, nothing to do\n"), again.err());
        String table = Files.readString(json);
        assertTrue(table.startsWith("{\"events\": 3, ") && table.endsWith("}\n"), table);
        Path nowhere = folder.resolve("nowhere/t.json");
        Console refused = Console.run(command("", "--journal", journal(), "--json", nowhere.toString()));
        assertEquals(1, refused.code());
        assertEquals(
                "millrace fraud: " + nowhere + ": no such directory; " + nowhere + "; make the directory first\n",
                refused.err());
        Files.delete(Path.of(journal(), "finished.json")); // made once more
        Console.run(command("", "--journal", journal(), "--json", json.toString()))
                .requireFine();
        assertTrue(Files.readString(json).startsWith("{\"events\": 3, "));
    }

    /** Its files are whole, so that it is finished; that its figures are void nobody has to find in a table. */
    @Test
    void shouldSayOfAFinishedRunThatItsRateWasNotHeld() throws Exception {
        Path json = folder.resolve("t.json");
        String[] words = {
            "fraud", "--quiet", "--count", "30000", "--cards", "50", "--rate", "1000000000", "--journal", journal()
        };
        Console first = Console.run(words);
        assertEquals(1, first.code(), first.err());
        assertEquals("no", first.label("held"));
        List<String> more = new ArrayList<>(List.of(words));
        more.addAll(List.of("--json", json.toString()));
        Console again = Console.run(more.toArray(String[]::new));
        assertEquals(0, again.code());
        assertEquals(
                "millrace fraud: " + journal() + ": finished before, nothing to do; that run did not hold its rate:"
                        + " to measure once more give another directory\n",
                again.err());
        assertTrue(Files.readString(json).contains("\"held\": \"no\""));
    }

    /** Empty or torn as by a kill while it was written, or of a build that wrote lengths only. */
    @ParameterizedTest
    @CsvSource({"''", "'72 by'"})
    void shouldMakeAgainWhatIsNotSaidWholeToBeFinished(String said) throws Exception {
        Payments.file(folder, "in.csv", Payments.HEADER + "\n" + Payments.rows(3));
        Console.run(command("", "--journal", journal())).requireFine();
        Path finished = Path.of(journal(), "finished");
        byte[] whole = Files.readAllBytes(finished);
        Files.writeString(finished, said);
        Console c = Console.run(command("", "--journal", journal()));
        assertEquals(0, c.code(), c.err());
        assertArrayEquals(whole, Files.readAllBytes(finished));
    }

    /** Who read the file once more for its sum would count for read what was added behind the end that the run has met. */
    @Test
    void shouldNotTakeForReadWhatIsAddedBehindTheEnd() throws Exception {
        Path in = folder.resolve("in.csv");
        String rows = Payments.HEADER + "\n" + Payments.row(1, Payments.START) + "\n";
        Files.writeString(in, rows);
        Console.run(command("", "--journal", journal())).requireFine();
        Path finished = Path.of(journal(), "finished");
        byte[] said = Files.readAllBytes(finished);
        String[] options = command("", "--journal", journal());
        FraudJournal journal = new FraudJournal(
                FraudOptions.of(FraudOptions.declared().parse(List.of(options).subList(1, options.length))));
        try (CsvReader reader = CsvReader.of("in.csv", journal.summedInput())) {
            while (reader.next()) {
                // up to the end
            }
            Files.writeString(in, rows + Payments.row(2, Payments.START + 60) + "\n");
            journal.finished("{}");
        }
        assertArrayEquals(said, Files.readAllBytes(finished));
    }

    /** As behind a loss of power that came after the run had said that it was finished. */
    @Test
    void shouldMakeAgainAFileThatHasLostItsEnd() throws Exception {
        Path file = folder.resolve("f.csv");
        String[] own = {"fraud", "--quiet", "--count", "100", "--features", file.toString(), "--journal", journal()};
        Console.run(own).requireFine();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 50));
        Console.run(own).requireFine();
        assertArrayEquals(whole, Files.readAllBytes(file));
        assertTrue(Console.run(own).err().endsWith("finished before, nothing to do\n"));
    }

    @Test
    void shouldSayWhichFileIsNotThatOfTheLastRun() throws Exception {
        String file = folder.resolve("f.csv").toString();
        String[] own = {"fraud", "--quiet", "--count", "100", "--features", file, "--journal", journal()};
        Console.run(own).requireFine();
        Files.delete(Path.of(journal(), "finished"));
        Files.writeString(Path.of(file), "x" + Files.readString(Path.of(file)).substring(1));
        Console c = Console.run(own);
        assertEquals(1, c.code());
        assertEquals(
                "millrace fraud: " + file
                        + ": differs from what is written again; byte 0; move it away, or put back the"
                        + " file of the last run\n",
                c.err());
    }

    /** The journal brings its letter back before the reader comes to it, and no decision behind it. */
    @Test
    void shouldKeepTheTextOfALateRowThatIsTheLast() throws Exception {
        Payments.file(
                folder, "in.csv", Payments.HEADER + "\n" + Payments.rows(10) + Payments.row(11, Payments.START) + "\n");
        Console.run(command("", "--journal", journal())).requireFine();
        byte[] letters = Files.readAllBytes(folder.resolve("d.csv"));
        Files.delete(Path.of(journal(), "finished"));
        Console again = Console.run(command("", "--journal", journal()));
        assertEquals(0, again.code(), again.err());
        assertArrayEquals(letters, Files.readAllBytes(folder.resolve("d.csv")));
    }

    /** Rows, and behind them what no gzip is: a run ends there, and another one goes on. */
    private void inputEndingInAFault(String text) throws IOException {
        byte[] sound = Payments.gzip(text);
        byte[] all = Arrays.copyOf(sound, sound.length + 1);
        all[sound.length] = 'x';
        Payments.file(folder, "in.csv", all);
    }

    /**
     * A payment far ahead is decided by the one behind it: its letter comes before that of the row between them. And the journal
     * brings back a letter whose row is not read again before a run ends: its text comes with the next one.
     */
    @ParameterizedTest
    @CsvSource({"live, inline", "inline, live"})
    void shouldKeepEachLetterInItsPlaceWhereverARunEnds(String host, String last) throws Exception {
        String start = Payments.HEADER + "\n" + Payments.rows(5);
        String ahead = start + Payments.row(6, Payments.START + TimeUnit.DAYS.toSeconds(40)) + "\nno,payment\n";
        String late = ahead + Payments.row(7, Payments.START + 700) + "\n" + Payments.row(8, Payments.START) + "\n";
        String whole = late + Payments.row(9, Payments.START + 900) + "\n";
        Payments.file(folder, "in.csv", whole);
        Console.run(command("one-")).requireFine();
        for (String part : List.of(ahead, late, start)) {
            inputEndingInAFault(part);
            Console c = Console.run(command("", "--journal", journal(), "--host", host));
            assertEquals(1, c.code());
            assertTrue(c.err().contains(": damaged gzip;"), c.err());
            if (part.equals(late)) {
                Payments.file(
                        folder, "d.csv", "line,reason,detail,row\n"); // as behind a kill just before they were written
            }
        }
        Payments.file(folder, "in.csv", whole);
        Console.run(command("", "--journal", journal(), "--host", last)).requireFine();
        requireSame();
    }

    @Test
    void shouldSayThatTheInputIsAnother() throws Exception {
        input();
        Path in = folder.resolve("in.csv");
        String text = Files.readString(in);
        Console.run(command("", "--journal", journal())).requireFine();
        Files.delete(Path.of(journal(), "finished"));
        Files.writeString(in, text.replaceFirst("(?m)^1,(.*),2[.]5,", "1,$1,2.75,"));
        Console c = Console.run(command("", "--journal", journal()));
        assertEquals(1, c.code());
        assertTrue(c.err().contains("input payments: one of the first 20152 events"), c.err());
    }

    @ParameterizedTest
    @CsvSource({"--alerts, -", "--features, f.csv.gz"})
    void shouldRefuseAFileThatCannotBeContinued(String option, String file) {
        Console c = Console.run("fraud", "--count", "10", "--journal", journal(), option, file);
        assertEquals(2, c.code());
        assertEquals(1, c.err().lines().count(), c.err());
        assertTrue(c.err().contains(option + ": cannot go on with " + file), c.err());
        assertFalse(Files.exists(Path.of(journal())), "nothing is touched");
    }
}
