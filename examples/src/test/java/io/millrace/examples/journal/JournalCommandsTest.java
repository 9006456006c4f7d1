package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.examples.Console;
import io.millrace.examples.fraud.FraudTopology;
import io.millrace.examples.fraud.Payment;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replay and what-if over the journal of one run of the fraud example. */
class JournalCommandsTest {
    private static final int COUNT = 3000;
    private static final String ALERTS_FROM = "0.1";

    @TempDir
    static Path folder;

    @TempDir
    Path own;

    @BeforeAll
    static void record() {
        Console run = fraud("recorded", ALERTS_FROM, "--journal", journal());
        assertEquals(0, run.code(), run.err());
    }

    private static Console fraud(String name, String threshold, String... more) {
        List<String> all = new ArrayList<>(List.of("fraud", "--quiet", "--count", "" + COUNT, "--cards", "300"));
        all.addAll(List.of("--threshold", threshold, "--alerts", file(name + "-alerts.csv")));
        all.addAll(List.of("--features", file(name + "-features.csv")));
        all.addAll(List.of(more));
        return Console.run(all.toArray(String[]::new));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String journal() {
        return file("the journal");
    }

    private static String lastLine(Console c) {
        return c.out().lines().reduce("", (a, b) -> b);
    }

    private static List<String> ids(Path csv) throws IOException {
        try (Stream<String> lines = Files.lines(csv)) {
            return lines.skip(1).map(l -> l.split(",")[0]).toList();
        }
    }

    @Test
    void shouldReplayToTheSameOutputsAndSayThatTheyAreEqual() throws IOException {
        Path out = own.resolve("new").resolve("dir");
        Console c = Console.run("replay", "--journal", journal(), "--out", out.toString());
        assertEquals(0, c.code(), c.err());
        long entries = Long.parseLong(c.label("evaluated")); // payments, the end, and ticks as the clock had it
        assertTrue(entries > COUNT, c.out());
        assertEquals("replay: " + entries + " entries, digest equal", lastLine(c));
        assertEquals("0", c.label("first"));
        assertEquals("with what was put out before, entries 0 to " + (entries - 1), c.label("compared"));
        assertEquals(ids(Path.of(file("recorded-alerts.csv"))), ids(out.resolve("alerts.csv")));
        assertEquals(COUNT, ids(out.resolve("decisions.csv")).size());
        assertEquals(
                "id,raw,probability",
                Files.readAllLines(out.resolve("alerts.csv")).get(0));
    }

    @Test
    void shouldLetOutWhatWasAskedFor() throws IOException {
        Console c = Console.run(
                "replay", "--journal", journal(), "--from", "1000", "--to", "1999", "--out", own.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals("replay: 1000 entries, digest equal", lastLine(c));
        List<String> some = ids(own.resolve("decisions.csv"));
        List<String> all = ids(Path.of(file("recorded-features.csv")));
        int first = all.indexOf(some.get(0));
        assertEquals(all.subList(first, first + some.size()), some);
        assertTrue(some.size() > 900 && some.size() <= 1000, "the rest is ticks: " + some.size());
    }

    /** A word that all is equal would be taken for one of what was meant. */
    @Test
    void shouldNotCallEqualWhatHasNoEntries() {
        long last = Long.parseLong(Console.run("replay", "--journal", journal()).label("evaluated")) - 1;
        Map<String, String> spans = new LinkedHashMap<>();
        spans.put("--to 1990-01-01 --pace recorded", "up to --to 1990-01-01T00:00:00Z");
        spans.put(
                "--from 2200-01-01 --to 2200-01-02T00:00:01",
                "from --from 2200-01-01T00:00:00Z on, up to --to 2200-01-02T00:00:01Z");
        spans.put("--from " + (last + 1), "from --from " + (last + 1) + " on");
        spans.forEach((options, words) -> {
            List<String> all = new ArrayList<>(List.of("replay", "--journal", journal()));
            all.addAll(List.of(options.split(" ")));
            Console none = Console.run(all.toArray(String[]::new));
            assertEquals(2, none.code(), none.err());
            assertFalse(none.out().contains("equal"), none.out());
            assertEquals(
                    "millrace replay: nothing was let out: no entry lies " + words + "; entries 0 to " + last
                            + " can be replayed; ask for some of these\n",
                    none.err());
        });
        Console one = Console.run("replay", "--journal", journal(), "--from", "" + last);
        assertEquals("replay: 1 entries, digest equal", lastLine(one), one.err());
    }

    @ParameterizedTest
    @CsvSource({
        "'', --journal: is missing",
        "--journal x --from soon, --from soon: not possible",
        "--journal x --from 5 --to 4, --to 4: comes before --from 5",
        "--journal x --pace slow, --pace slow: not possible",
        "--journal x --form 5, the nearest is --from"
    })
    void shouldSayWhatIsWrongWithTheOptions(String options, String says) {
        List<String> all = new ArrayList<>(List.of("replay"));
        Stream.of(options.split(" ")).filter(o -> !o.isEmpty()).forEach(all::add);
        Console c = Console.run(all.toArray(String[]::new));
        assertEquals(2, c.code());
        assertTrue(c.err().contains(says) && c.err().lines().count() == 1, c.err());
    }

    @Test
    void shouldSayThatThereIsNoJournalAndTouchNothing() {
        Path out = own.resolve("out");
        for (String command : List.of("replay", "what-if")) {
            for (String journal : List.of(file("none"), file("recorded-alerts.csv"))) {
                Console c = Console.run(command, "--journal", journal, "--out", out.toString(), "--topology", "fraud");
                assertEquals(1, c.code());
                assertEquals(1, c.err().lines().count(), c.err());
                assertTrue(c.err().startsWith("millrace " + command + ": there is no journal in " + journal), c.err());
                assertTrue(c.err().contains("; name the directory"), c.err());
            }
        }
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldSayWhatCannotBeTakenForAJournalOrForItsOutputs() {
        Console empty = Console.run("replay", "--journal", own.toString());
        assertEquals(1, empty.code());
        assertEquals(
                "millrace replay: there is no journal in " + own
                        + "; name the directory in which an engine has written one\n",
                empty.err());
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "skipped: no /proc");
        Console out = Console.run("replay", "--journal", journal(), "--out", "/proc/xx");
        assertEquals(1, out.code());
        assertEquals(
                "millrace replay: /proc/xx: cannot be used; it is not there, and cannot be made "
                        + "there; name another one\n",
                out.err());
    }

    @Test
    void shouldSayWhatIsDamaged() throws IOException {
        copy(Path.of(journal()), own);
        Path log;
        try (Stream<Path> files = Files.walk(own)) {
            log = files.filter(f -> f.toString().endsWith(".rec")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(log);
        bytes[insideAFrame(bytes)] ^= 1;
        Files.write(log, bytes);
        Console c = Console.run("replay", "--journal", own.toString());
        assertEquals(1, c.code(), c.out());
        assertEquals(1, c.err().lines().count(), c.err());
        assertTrue(c.err().contains(log.getFileName().toString()), c.err());
    }

    /** A byte of the first entry of a frame: how events were batched is another each time, and between frames are bytes of no meaning. */
    private static int insideAFrame(byte[] log) {
        byte[] magic = {'M', 'R', 'J', '1'};
        int at = 1000;
        while (!Arrays.equals(log, at, at + magic.length, magic, 0, magic.length)) {
            at++;
        }
        return at + 70;
    }

    @Test
    void shouldSayWhereItDiffersFromWhatWasPutOut() throws IOException {
        copy(Path.of(journal()), own);
        Path kept = own.resolve("note-digest");
        List<String> lines = new ArrayList<>(Files.readAllLines(kept));
        int at = 0;
        while (!lines.get(at).startsWith("output alerts")) {
            at++;
        }
        at += 2; // behind its second checkpoint all are as they were
        String line = lines.get(at);
        String hash = line.substring(line.lastIndexOf(' ') + 1);
        lines.replaceAll(l -> l.replace(hash, "00000000000000ff"));
        Files.write(kept, lines);
        Console c = Console.run("replay", "--journal", own.toString());
        assertEquals(1, c.code());
        assertTrue(lastLine(c).matches("replay: first difference at [0-9]+, node alerts"), c.out());
        assertTrue(c.label("compared").matches(".*it differs within entries [0-9]+ to [0-9]+, output alerts"), c.out());
        assertTrue(c.err().matches("(?s).*output alerts differs within entries [0-9]+ to [0-9]+, .*"), c.err());
    }

    @Test
    void shouldCompareWithASecondReplayWhereNothingIsKept() throws IOException {
        copy(Path.of(journal()), own);
        Files.delete(own.resolve("note-digest"));
        Console c = Console.run("replay", "--journal", own.toString());
        assertEquals(0, c.code(), c.err());
        assertTrue(c.label("compared").startsWith("with a second replay"), c.out());
        assertTrue(lastLine(c).endsWith(" entries, digest equal"), c.out());
    }

    @Test
    void shouldSayWhatCanBeDoneWhereItsDigestIsCutOff() throws IOException {
        copy(Path.of(journal()), own);
        Path kept = own.resolve("note-digest");
        String text = Files.readString(kept);
        Files.writeString(kept, text.substring(0, text.length() - 17));
        Console c = Console.run("replay", "--journal", own.toString());
        assertEquals(1, c.code());
        assertTrue(
                c.err()
                        .matches("millrace replay: digest of the journal, line [0-9]+: '' is not a hash; put back .*"
                                + " or move the file away, .*\n"),
                c.err());
    }

    @Test
    void shouldSayThatTheManifestIsMissing() throws IOException {
        copy(Path.of(journal()), own);
        Files.delete(own.resolve("manifest"));
        Console c = Console.run("replay", "--journal", own.toString());
        assertEquals(1, c.code());
        assertTrue(
                c.err().matches(".* holds epoch-0*1 and no manifest that can be read: put back a copy .*\\n"), c.err());
    }

    /** A class that it needs is nowhere. */
    public static final class Unlinked implements TopologyProvider {
        @Override
        public String name() {
            return "unlinked";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            throw new NoClassDefFoundError("com/acme/Missing");
        }
    }

    @Test
    void shouldSayInOneLineThatAClassOfAUsersTopologyIsMissing() throws IOException {
        Path services = own.resolve("classes").resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(TopologyProvider.class.getName()), Unlinked.class.getName());
        String path = services.getParent().getParent().toString();
        Console c = Console.run("replay", "--journal", journal(), "--classpath", path, "--topology", "unlinked");
        assertEquals(1, c.code());
        assertEquals(1, c.err().lines().count(), c.err());
        assertTrue(c.err().contains("NoClassDefFoundError: com/acme/Missing); name all jars"), c.err());
    }

    /** A provider that is found on a class path of the user's only. */
    public static final class Mine implements TopologyProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            try {
                return FraudTopology.bundled(Double.parseDouble(options.getOrDefault("at", "0.05")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void shouldRunATopologyOfTheUsersJar() throws IOException {
        Path services = own.resolve("classes").resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(TopologyProvider.class.getName()), Mine.class.getName());
        String path = services.getParent().getParent().toString();
        Console c = Console.run("what-if", "--journal", journal(), "--classpath", path, "--topology", "mine");
        assertEquals(0, c.code(), c.err());
        assertTrue(lastLine(c).matches("new [1-9][0-9]*, gone " + COUNT + ", changed 0, same [0-9]+"), c.out());
        Console set = Console.run(
                "what-if", "--journal", journal(), "--classpath", path, "--topology", "mine", "--set", "at=0.1");
        assertTrue(lastLine(set).startsWith("new 0, gone " + COUNT + ", changed 0, same "), set.out());
        Console replay = Console.run("replay", "--journal", journal(), "--classpath", path, "--topology", "mine");
        assertEquals(1, replay.code(), "it has no features");
        String why = "millrace replay: the journal belongs to another service: option threshold was "
                + "0.1 and is now 0.05: ";
        assertTrue(replay.err().startsWith(why), replay.err());
        assertEquals(1, replay.err().lines().count(), replay.err());
    }

    @Test
    void shouldSayWhatAStartDoesThatHasNoSnapshot() {
        long entries = Long.parseLong(
                Console.run("replay", "--journal", journal()).requireFine().label("evaluated"));
        Console same = Console.run("preflight", "--journal", journal());
        assertEquals(0, same.code(), same.err());
        assertEquals(
                "preflight: there is no snapshot; this build can start with the first entry, and works out all "
                        + entries + " again\n",
                same.out());
        Console other = Console.run("preflight", "--journal", journal(), "--topology", "velocity");
        assertEquals(1, other.code(), other.err());
        assertTrue(
                lastLine(other)
                        .startsWith(
                                "preflight: refused: the journal belongs to another topology (topology was fraud, is"
                                        + " velocity), "),
                other.out());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path f : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(f).toString());
                if (Files.isDirectory(f)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(f, target);
                }
            }
        }
    }

    /** Two runs of the example are the oracle: what they put out is compared as sets of lines. */
    @ParameterizedTest
    @CsvSource({"0.02", "0.6", ALERTS_FROM})
    void shouldCountWhatAnotherThresholdWouldHaveChanged(String threshold) throws IOException {
        assertEquals(0, fraud("other", threshold).code());
        Set<String> before = new HashSet<>(ids(Path.of(file("recorded-alerts.csv"))));
        Set<String> after = new HashSet<>(ids(Path.of(file("other-alerts.csv"))));
        Set<String> both = new HashSet<>(before);
        both.retainAll(after);
        Path out = own.resolve("d.csv");
        Console c = Console.run(
                "what-if", "--journal", journal(), "--set", "threshold=" + threshold, "--out", out.toString());
        assertEquals(0, c.code(), c.err());
        int fresh = after.size() - both.size();
        int gone = before.size() - both.size();
        assertTrue(threshold.equals(ALERTS_FROM) || fresh + gone > 0, "the thresholds tell something");
        int same = both.size() + 2 * COUNT; // each payment has a decision and a row of features
        assertEquals("new " + fresh + ", gone " + gone + ", changed 0, same " + same, lastLine(c));
        List<String> rows = Files.readAllLines(out);
        assertEquals("change,sink,id,before,after", rows.get(0));
        assertEquals(fresh + gone, rows.size() - 1);
        rows.stream().skip(1).forEach(r -> assertTrue(r.matches("(new|gone),alerts,[0-9]+[.]0,.*"), r));
        assertEquals(
                countsByLabel(rows),
                c.out()
                        .lines()
                        .filter(l -> l.startsWith("alerts fraud="))
                        .mapToLong(JournalCommandsTest::weight)
                        .boxed()
                        .toList());
        for (String run : List.of("before", "after")) {
            assertTrue(c.label("ns/entry " + run).matches("[0-9]+, p50 [0-9]+, p99 [0-9]+"), c.out());
            assertTrue(Long.parseLong(c.label("state bytes " + run)) > 0, c.out());
        }
    }

    /** Of a line such as alerts fraud=true  new 1, gone 0, changed 0, same 5: what is new or gone of it. */
    private static long weight(String line) {
        Matcher m = Pattern.compile("new ([0-9]+), gone ([0-9]+), changed 0, same [0-9]+")
                .matcher(line);
        assertTrue(m.find(), line);
        return 1_000_000 * Long.parseLong(m.group(1)) + Long.parseLong(m.group(2));
    }

    /** What is new and gone of payments that were no fraud, and of those that were, as the journal has the payments. */
    private static List<Long> countsByLabel(List<String> rows) throws IOException {
        Map<String, Boolean> frauds = new HashMap<>();
        EventView<Payment> view = EventType.of(Payment.class).newView();
        Recorded recorded = Recorded.open(journal(), null);
        Topology topology = recorded.topology(null, Map.of());
        Setup setup = recorded.setup(topology);
        topology.outputs().forEach(setup::discard);
        Replay.of(setup, recorded.journal())
                .watch((q, bytes, offset, length) -> {
                    if (Entry.kind(bytes, offset) == EntryKind.EVENT) {
                        int payload = Entry.payloadLength(bytes, offset);
                        frauds.put(
                                q + ".0",
                                view.wrap(bytes, Entry.payload(bytes, offset), payload)
                                        .fraud());
                    }
                    return true;
                })
                .run();
        long[] counts = new long[2];
        for (String row : rows.subList(1, rows.size())) {
            String[] fields = row.split(",");
            counts[frauds.get(fields[2]) ? 1 : 0] += fields[0].equals("new") ? 1_000_000 : 1;
        }
        return List.of(counts[0], counts[1]);
    }

    @Test
    void shouldSayWhatIsWrongWithALabel() {
        Console none = Console.run("what-if", "--journal", journal(), "--set", "threshold=1", "--label", "frauds");
        assertEquals(1, none.code());
        assertTrue(
                none.err().contains("--label frauds: no input of fraud has a record with it; the nearest is fraud"),
                none.err());
        Path out = own.resolve("differs.csv");
        String[] amounts = {"--label", "amount", "--out", out.toString()};
        List<String> all = new ArrayList<>(List.of("what-if", "--journal", journal(), "--set", "threshold=1"));
        all.addAll(List.of(amounts));
        Console many = Console.run(all.toArray(String[]::new));
        assertEquals(1, many.code());
        assertTrue(many.err().contains("--label amount: it has more than 20 values"), many.err());
        assertFalse(Files.exists(out), "one that is refused makes none");
    }

    @ParameterizedTest
    @CsvSource({
        "--set treshold=1, 1, --set treshold=1: option treshold of topology fraud: unknown; the nearest is threshold",
        "--set threshold=2, 1, '--set threshold=2: option threshold of topology fraud: ''2'' is not possible'",
        "--topology velocity, 1, only a topology with the same inputs",
        "--topology frauds, 1, the nearest is fraud",
        "--topology fraud, 0, the only one of it: set beside itself",
        "--set threshold, 2, write --set NAME=VALUE",
        "--classpath none.jar, 2, --set: is missing",
        "--topology mine --classpath none.jar, 1, none.jar: no such file"
    })
    void shouldSayWhyItCannotRunAnother(String options, int code, String says) {
        List<String> all = new ArrayList<>(List.of("what-if", "--journal", journal()));
        all.addAll(List.of(options.split(" ")));
        Console c = Console.run(all.toArray(String[]::new));
        assertEquals(code, c.code());
        assertTrue(c.err().contains(says) && c.err().lines().count() == 1, c.err());
    }

    @Test
    void shouldLeaveTheJournalAsItIs() throws IOException {
        byte[] manifest = Files.readAllBytes(Path.of(journal(), "manifest"));
        Console.run("replay", "--journal", journal()).requireFine();
        assertArrayEquals(manifest, Files.readAllBytes(Path.of(journal(), "manifest")));
    }
}
