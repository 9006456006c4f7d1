package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.examples.Console;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What-if over a journal that one topology took over from another, of events with a sensitive field. */
class WhatIfTest {
    private static final long CARD = 4_711_004_711_004_711L;
    private static final int EACH = 30;

    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long BETWEEN_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Of smaller amounts there is no fee. */
    private static final int FREE = 7;

    /** Of long events, with 16 MiB a file. */
    private static final int MORE_THAN_A_FILE = 20_000;

    record Paid(@Sensitive long card, long cents, long timeMs) {}

    private static final Input<Paid> PAID = Input.of("paid", Paid.class)
            .eventTime(Paid::timeMs, TimeUnit.MILLISECONDS)
            .historic();
    private static final Output<Paid> TAKEN = Output.of("taken", Paid.class);

    @TempDir
    static Path folder;

    private static String journal;
    private static String classPath;

    /** Lets events through from a number of cents on. */
    public static final class Spending implements TopologyProvider {
        @Override
        public String name() {
            return "spending";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            long least = Long.parseLong(options.getOrDefault("least", "0"));
            long fee = Long.parseLong(options.getOrDefault("fee", "0"));
            return Millrace.topology(
                    "spending",
                    t -> t.from(PAID)
                            .filter(p -> p.cents() >= least)
                            .to(TAKEN, p -> new Paid(p.card(), p.cents() + (p.cents() < FREE ? 0 : fee), p.timeMs())));
        }
    }

    record Noted(@Length(1_000) String note, long number) {}

    private static final Input<Noted> NOTED = Input.of("noted", Noted.class);
    private static final Output<Noted> NOTES = Output.of("notes", Noted.class);

    /** Lets long events through whose last digit is at least a number. */
    public static final class Notes implements TopologyProvider {
        @Override
        public String name() {
            return "notes";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            long least = Long.parseLong(options.getOrDefault("least", "0"));
            return Millrace.topology(
                    "notes",
                    t -> t.from(NOTED).filter(n -> n.number() % 10 >= least).to(NOTES));
        }
    }

    @BeforeAll
    static void record() throws Exception {
        Path directory = folder.resolve("journal");
        journal = directory.toString();
        for (int run = 0; run < 2; run++) {
            Journaling how = Journaling.plain()
                    .fact("rules", "r" + run)
                    .migrate(Migration.none().fact("rules"));
            try (Engine engine = Engine.of(new Spending().topology(Map.of()))
                    .discard(TAKEN)
                    .journal(ArchiveJournal.in(directory), how)
                    .start()) {
                for (int i = 0; i < EACH; i++) {
                    engine.publisher(PAID).publish(new Paid(CARD + i % 2, i, EACH * run + i));
                }
                engine.drain(LONG);
                engine.makeSnapshot();
            }
        }
        Path services = folder.resolve("classes").resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(
                services.resolve(TopologyProvider.class.getName()),
                Spending.class.getName() + "\n" + Notes.class.getName());
        classPath = services.getParent().getParent().toString();
    }

    private static Console whatIf(String... more) {
        List<String> all =
                new java.util.ArrayList<>(List.of("what-if", "--journal", journal, "--classpath", classPath));
        all.addAll(List.of(more));
        return Console.run(all.toArray(String[]::new));
    }

    @Test
    void shouldCompareAllOfAJournalThatWasTakenOver() {
        Console c = whatIf("--set", "least=1");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().endsWith("new 0, gone 2, changed 0, same " + (2 * EACH - 2) + "\n"), c.out());
    }

    /** An output with the id of one before and another content is neither new nor gone. */
    @Test
    void shouldTellWhatHasChanged() throws Exception {
        Path out = folder.resolve("changed.csv");
        Console c = whatIf("--set", "fee=1000", "--set", "least=1", "--out", out.toString());
        assertEquals(0, c.code(), c.err());
        int changed = 2 * (EACH - FREE);
        assertTrue(c.out().endsWith("new 0, gone 2, changed " + changed + ", same " + 2 * (FREE - 1) + "\n"), c.out());
        List<String> rows = Files.readAllLines(out).stream()
                .filter(r -> r.startsWith("changed,taken,"))
                .toList();
        assertEquals(changed, rows.size(), rows::toString);
        assertTrue(
                rows.get(0).contains("cents=" + FREE) && rows.get(0).contains("cents=" + (1000 + FREE)), rows.get(0));
    }

    /**
     * As they were written, whatever their times are: hours apart here; the first of those that are let out comes at once. Each is durable for a
     * while before the next one comes, so that no two of them are written together.
     */
    @Test
    void shouldReplayAtTheRecordedPace() throws Exception {
        Path paced = folder.resolve("paced");
        try (Engine engine = Engine.of(new Spending().topology(Map.of()))
                .discard(TAKEN)
                .journal(ArchiveJournal.in(paced))
                .start()) {
            for (int i = 0; i < EACH; i++) {
                long at = engine.publisher(PAID).publish(new Paid(CARD, i, HOUR_MS * i));
                assertEquals(Durability.DISK, engine.awaitDurable(at, LONG));
                long durableNs = System.nanoTime();
                while (System.nanoTime() - durableNs < BETWEEN_NS) {
                    LockSupport.parkNanos(BETWEEN_NS);
                }
            }
        }
        List<String> words = List.of("replay", "--journal", paced.toString(), "--classpath", classPath);
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of("--pace", "recorded", "--from", "5", "--to", "24"));
        Console c = Console.run(all.toArray(String[]::new));
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().endsWith("\nreplay: 20 entries, digest equal\n"), c.out());
        long perSecond = Long.parseLong(c.label("entries/s"));
        assertTrue(
                perSecond <= 25 * 1000 / 190 + 1,
                "all 25 within less than the 190 ms in which 20 were written, each in a commit of its own: " + c.out());
    }

    private static void run(Path directory, Journaling how, int events, boolean isKept) throws Exception {
        try (Engine engine = Engine.of(new Spending().topology(Map.of()))
                .discard(TAKEN)
                .journal(ArchiveJournal.in(directory), how)
                .start()) {
            for (int i = 0; i < events; i++) {
                engine.publisher(PAID).publish(new Paid(CARD, i, i));
            }
            engine.drain(LONG);
            if (isKept) {
                engine.makeSnapshot();
            }
        }
    }

    /** So many events of the second topology. */
    private static Path takenOver(String name, int events) throws Exception {
        Path directory = folder.resolve(name);
        run(directory, Journaling.plain().fact("rules", "r0"), EACH, true);
        Journaling how =
                Journaling.plain().fact("rules", "r1").migrate(Migration.none().fact("rules"));
        run(directory, how, events, false);
        return directory;
    }

    private static Console replay(Path directory, String... more) {
        List<String> all = new ArrayList<>(List.of("replay", "--journal", directory.toString()));
        all.addAll(List.of("--classpath", classPath));
        all.addAll(List.of(more));
        return Console.run(all.toArray(String[]::new));
    }

    private static void assertRefuses(String says, Path directory, String... more) {
        Console c = replay(directory, more);
        assertEquals(2, c.code(), c.err());
        assertEquals("millrace replay: nothing was let out: no entry lies " + says + "\n", c.err());
    }

    /** What the first topology has worked out is there, and the second one cannot replay it: it is not to be asked for. */
    @Test
    void shouldSayWhatCanBeReplayedWhereAnotherTopologyTookOver() throws Exception {
        Path taken = takenOver("taken", EACH);
        long first = Long.parseLong(replay(taken).requireFine().label("first"));
        long last = first + Long.parseLong(replay(taken).label("evaluated")) - 1;
        assertTrue(first >= EACH && last > first, first + " to " + last);
        String these = "; entries " + first + " to " + last + " can be replayed; ask for some of these";
        String below =
                "; entries below " + first + " were given up, or are of another topology; what-if runs them, too";
        assertRefuses("up to --to 10" + these + below, taken, "--to", "10");
        assertRefuses("from --from " + (last + 1) + " on" + these, taken, "--from", "" + (last + 1));
        replay(taken, "--from", "" + first, "--to", "" + last).requireFine();
    }

    @Test
    void shouldSayThatThereIsNothingToReplay() throws Exception {
        Path empty = folder.resolve("empty");
        run(empty, Journaling.plain(), 0, false);
        assertRefuses("up to --to 100; the journal has no entries", empty, "--to", "100");
        Path taken = takenOver("only-taken", 0);
        long first = Long.parseLong(replay(taken).requireFine().label("first"));
        assertRefuses(
                "up to --to 10; the journal has no entries that can be replayed; entries below " + first
                        + " were given up, or are of another topology; what-if runs them, too",
                taken,
                "--to",
                "10");
    }

    /** A journal that runs for long has not all its entries any more: what is left is compared, by both from one snapshot on. */
    @Test
    void shouldCompareWhatIsLeftWhereOlderEntriesHaveBeenGivenUp() throws Exception {
        ArchiveJournal kept =
                ArchiveJournal.in(folder.resolve("kept")).segmentBytes(1 << 24).keepSnapshots(2);
        String note = "n".repeat(1_000);
        try (Engine engine = Engine.of(new Notes().topology(Map.of()))
                .discard(NOTES)
                .journal(kept, Journaling.plain())
                .start()) {
            Publisher<Noted> publisher = engine.publisher(NOTED);
            for (int i = 0; i < MORE_THAN_A_FILE; i++) {
                publisher.publish(new Noted(note, i));
            }
            engine.drain(LONG);
            engine.makeSnapshot();
            for (int i = 0; i < 100; i++) {
                publisher.publish(new Noted(note, i));
            }
            engine.drain(LONG);
            engine.makeSnapshot();
            for (int i = 0; i < 40; i++) {
                publisher.publish(new Noted(note, i));
            }
            engine.drain(LONG);
        }
        Console c = Console.run(
                "what-if",
                "--journal",
                folder.resolve("kept").toString(),
                "--classpath",
                classPath,
                "--set",
                "least=1");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().contains("from a snapshot on: older ones have been given up\n"), c.out());
        assertTrue(c.out().endsWith("new 0, gone 14, changed 0, same 126\n"), c.out());
        replayWhatIsLeft(kept);
        compareFromTheLaterSnapshot(kept);
    }

    /** From the older of the two snapshots on, unless what is asked for is behind the newer one. */
    private static void replayWhatIsLeft(ArchiveJournal kept) {
        long newest;
        long older;
        try (JournalLog log = kept.openToRead()) {
            newest = log.snapshot();
            older = log.snapshotAt(newest - 1);
        }
        assertReplays(older, "", List.of());
        assertReplays(older, "", List.of("--from", "" + (newest - 1)));
        assertReplays(newest, "", List.of("--from", "" + newest));
        assertReplays(older, "--from 5: entries below " + older + " were given up", List.of("--from", "5"));
        Path directory = folder.resolve("kept");
        long next =
                newest + Long.parseLong(replay(directory, "--from", "" + newest).label("evaluated"));
        String these = "; entries " + older + " to " + (next - 1) + " can be replayed; ask for some of these";
        assertRefuses("from --from " + next + " on" + these, directory, "--from", "" + next);
        assertRefuses(
                "up to --to " + (older - 1) + these + "; entries below " + older
                        + " were given up, or are of another topology; put older files back beside the journal, or take the"
                        + " build that has the topology that wrote them",
                directory,
                "--to",
                "" + (older - 1));
    }

    private static void assertReplays(long first, String says, List<String> options) {
        List<String> all = new ArrayList<>(List.of("replay", "--classpath", classPath, "--journal"));
        all.add(folder.resolve("kept").toString());
        all.addAll(options);
        Console c = Console.run(all.toArray(String[]::new));
        assertEquals(0, c.code(), c.err());
        assertEquals("" + first, c.label("first"), c.out());
        assertTrue(c.label("compared").startsWith("with what was put out before, entries " + first), c.out());
        assertTrue(c.err().contains(says), c.err());
    }

    /** An engine gives up the oldest snapshot between the two runs. */
    private static void compareFromTheLaterSnapshot(ArchiveJournal kept) throws Exception {
        Recorded recorded = Recorded.open(folder.resolve("kept").toString(), classPath);
        long[] second = new long[1];
        long[] left = new long[1];
        try (JournalLog log = kept.openToRead()) {
            second[0] = log.snapshot();
            left[0] = log.next() - log.snapshotAt(second[0] - 1);
        }
        BooleanSupplier asked = () -> {
            if (left[0]-- == 0) { // all of the first run was asked for
                snapshot(kept);
            }
            return false;
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Topology before = recorded.topology(null, Map.of());
        Topology after = recorded.topology(null, Map.of("least", "1"));
        try (Differences differences = new Differences(recorded, before, after, null, asked)) {
            assertTrue(differences.run(null));
            differences.print(new PrintStream(out, true));
        }
        assertTrue(out.toString().startsWith("compared  entries " + second[0] + " to "), out.toString());
        assertTrue(out.toString().contains("on while this ran\n"), out.toString());
        assertTrue(out.toString().endsWith("new 0, gone 4, changed 0, same 36\n"), out.toString());
    }

    private static void snapshot(ArchiveJournal kept) {
        try (Engine engine = Engine.of(new Notes().topology(Map.of()))
                .discard(NOTES)
                .journal(kept, Journaling.plain())
                .start()) {
            engine.publisher(NOTED).publish(new Noted("one more", 0));
            engine.drain(LONG);
            engine.makeSnapshot();
        }
    }

    @Test
    void shouldCountBySensitiveLabelsByTheirHash() {
        Console c = whatIf("--set", "least=0", "--label", "card");
        assertEquals(0, c.code(), c.err());
        assertFalse((c.out() + c.err()).contains("4711"), c.out());
        Pattern line = Pattern.compile("taken card=#[0-9a-f]{8}  new 0, gone 0, changed 0, same " + EACH + "\n");
        assertEquals(2, line.matcher(c.out()).results().count(), c.out());
    }

    @Test
    void shouldSayNothingOfWhatIsBehindAnInterrupt() throws Exception {
        Recorded recorded = Recorded.open(journal, classPath);
        Topology before = recorded.topology(null, Map.of());
        Topology after = recorded.topology(null, Map.of("least", "" + EACH));
        AtomicInteger asked = new AtomicInteger();
        int at = 2 * EACH + EACH / 2; // in the second run
        Path rows = folder.resolve("rows.csv");
        try (Differences differences =
                        new Differences(recorded, before, after, null, () -> asked.incrementAndGet() > at);
                CsvWriter to = CsvWriter.create(rows.toString(), "change", "sink", "id", "before", "after")) {
            assertFalse(differences.run(to));
        }
        assertEquals(1, Files.readAllLines(rows).size(), "all is gone, and none of it was compared");
    }
}
