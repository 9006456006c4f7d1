package io.millrace.bench.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty kills with those of {@link KillTwoTest}, which runs beside: these are of engines with one stage. A thousand take minutes:
 * {@code bench/run kill --times 1000}.
 */
@Timeout(1800) // for a loaded machine: a run that stands still is told by the harness, long before
class KillTest {
    private static final int KILLS = 33;

    /** Every other session is of two stages: that of this seed is not. */
    private static final long SEED = 2 * Long.getLong("millrace.seed", 1);

    private static final List<Kind> KINDS = List.of(Kind.values());

    /** A first kill that is aimed at nothing. */
    private static final long AT_ELSEWHERE = 2L * Aim.ELSEWHERE.ordinal();

    private static final List<Kind> ONE_STAGE = List.of(Kind.ONE, Kind.INLINE);

    @TempDir
    Path folder;

    @Test
    void shouldLoseDoubleAndReorderNothingHoweverOftenItIsKilled() throws Exception {
        Kills kills;
        try (Scratch scratch = new Scratch()) {
            kills = new Kills(scratch.directory(), Durability.PROCESS, KINDS).run(KILLS, SEED);
        }
        assertNull(kills.failure());
        assertEquals(KILLS + " runs: 0 lost, 0 doubled, 0 reordered", kills.toString());
        for (Aim aim : Aim.values()) {
            assertTrue(kills.killedIn(aim) > 0, "none in " + aim + "; " + kills.killedIn());
        }
        for (Kind kind : ONE_STAGE) {
            assertTrue(kills.killedOf(kind) > 0, "none of " + kind + "; " + kills.killedOf());
        }
    }

    @Test
    void shouldNameTheCommandThatRepeatsASessionAlsoWhereNoFileCanBeWritten() throws Exception {
        Kills kills = new Kills(folder.resolve("none"), Durability.PROCESS, KINDS).run(1, 3);
        assertTrue(kills.failure().startsWith("seed 3: java.nio.file.NoSuchFileException"), kills.failure());
        assertTrue(
                kills.failure().endsWith("; again: bench/run kill --times 1 --seed 3 --level PROCESS --kind mixed"),
                kills.failure());
        kills = new Kills(folder.resolve("none"), Durability.DISK, List.of(Kind.INLINE)).run(1, 3);
        assertTrue(
                kills.failure().endsWith("; again: bench/run kill --times 1 --seed 3 --level DISK --kind inline"),
                kills.failure());
    }

    /** Nothing is lost of a process that nobody kills. */
    @Test
    void shouldFailWhereNobodyWasKilled() throws Exception {
        ChildCommand ends = new ChildCommand(folder) {
            @Override
            Process start(Path at, Order order) throws IOException {
                Model model = new Model(Load.PRODUCERS, order.events());
                write(at, "sums", model.sums);
                write(at, "counts", model.counts);
                write(at, "silent", model.silent);
                writeRows(at, model.counts);
                Files.writeString(at.resolve("log"), "");
                return new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            }
        };
        Kills kills = new Kills(folder, Durability.PROCESS, ONE_STAGE, ends).run(1, AT_ELSEWHERE);
        assertEquals("1 runs: 0 lost, 0 doubled, 0 reordered", kills.toString());
        assertEquals(1, kills.early());
        assertEquals(
                "seed " + AT_ELSEWHERE + ": 1 of 1 kills came too late, when the process had ended by itself;"
                        + " give it a machine where less else runs; again: bench/run kill --times 1 --seed "
                        + AT_ELSEWHERE + " --level PROCESS --kind mixed",
                kills.failure());
    }

    @Test
    void shouldFailWhereMoreThanAFifthCameTooLate() {
        Hits hits = new Hits();
        Target any = Target.none(Kind.ONE);
        for (int i = 0; i < 40; i++) {
            hits.killed(any, Aim.ELSEWHERE);
        }
        for (int i = 0; i < 10; i++) {
            hits.tooLate(any);
        }
        assertNull(hits.missed(), "a fifth");
        hits.tooLate(any);
        assertTrue(hits.missed().startsWith("11 of 51 kills came too late"), hits.missed());
    }

    @Test
    void shouldFailWhereWhatWasAimedAtOftenWasNeverHit() {
        Hits hits = new Hits();
        Target snapshot = new Target(Aim.SNAPSHOT, Kind.TWO, true, false);
        for (int i = 0; i < 19; i++) {
            hits.killed(snapshot, Aim.RECOVERY);
        }
        assertNull(hits.missed(), "it may be chance");
        hits.tooLate(snapshot);
        assertTrue(
                hits.missed().startsWith("no process was killed in snapshot write, at which 20 kills were aimed"),
                hits.missed());
        hits.killed(snapshot, Aim.SNAPSHOT);
        assertNull(hits.missed());
    }

    /** So that a session that failed can be had again by its seed, whatever was killed before it. */
    @Test
    void shouldAimAtEachKindAsOftenBySeedsAlone() {
        Map<Aim, Map<Kind, Integer>> all = new EnumMap<>(Aim.class);
        Set<Object> hit = new HashSet<>();
        int seeds = Aim.values().length * ONE_STAGE.size();
        for (long seed = 6; seed < 6 + 2 * seeds; seed += 2) {
            List<Target> targets = targets(seed, ONE_STAGE);
            assertEquals(targets, targets(seed, ONE_STAGE));
            assertFalse(targets.get(0).aim().isOfOpening(), "nothing to open yet");
            Set<Object> here = new HashSet<>();
            for (Target t : targets) {
                hit.add(List.of(t.aim(), t.kind(), t.waits(), t.threads()));
                here.add(List.of(t.aim(), t.kind()));
                all.computeIfAbsent(t.aim(), aim -> new EnumMap<>(Kind.class)).merge(t.kind(), 1, Integer::sum);
            }
            assertEquals(seeds, here.size(), "each aim at each kind in one session");
        }
        Map<Kind, Integer> each = new EnumMap<>(Kind.class);
        ONE_STAGE.forEach(kind -> each.put(kind, 33));
        assertEquals(Collections.nCopies(Aim.values().length, each), List.copyOf(all.values()));
        assertEquals(seeds * 4 - 4, hit.size(), "in each way, but a log that is not behind when nobody waits");
        assertTrue(targets(7, List.of(Kind.TWO)).stream().allMatch(t -> t.kind() == Kind.TWO));
    }

    private static List<Target> targets(long seed, List<Kind> kinds) {
        return Target.of(33, seed, Durability.PROCESS, kinds, new SplittableRandom(seed));
    }

    @Test
    void shouldTellAChildAllOfItsOrder() {
        for (Target target : targets(4, ONE_STAGE)) {
            Order order = new Order(7, target.waits(), Durability.DISK, target, 5, List.of(Kind.INLINE, target.kind()));
            assertEquals(order, Order.of(order.words().toArray(String[]::new)));
        }
    }

    @Test
    void shouldSeeWhatIsLostDoubledAndReordered() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        writeAll(model);
        assertEquals(List.of(), compared(model, 2).examples());
        List<String> sums = Files.readAllLines(folder.resolve("sums"));
        List<String> bad = new ArrayList<>(sums.subList(1, sums.size()));
        String moved = bad.remove(3);
        bad.add(5, moved);
        bad.add(bad.get(bad.size() - 1));
        Files.write(folder.resolve("sums"), bad);
        Comparison seen = compared(model, 2);
        assertFalse(seen.isGood());
        assertEquals(1, seen.lost());
        assertEquals(1, seen.doubled());
        assertEquals(1, Math.min(1, seen.reordered()));
    }

    @Test
    void shouldSeeWhatIsNotInTheFileThatGoesOn() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        writeAll(model);
        Path file = folder.resolve(Receivers.ROWS);
        List<String> rows = Files.readAllLines(file);
        List<String> bad = new ArrayList<>(rows);
        bad.remove(1);
        bad.add(rows.get(rows.size() - 1));
        Files.write(file, bad);
        Comparison seen = compared(model, 2);
        assertEquals(1, seen.lost());
        assertEquals(1, seen.doubled());
        Files.write(file, rows);
        Files.writeString(folder.resolve(Receivers.ROWS + ".cut-1"), "1,2");
        assertFalse(compared(model, 2).isGood(), "a kill cuts nothing");
    }

    @Test
    void shouldExcuseNothingByADoubtAboutAnother() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        int n = withoutTheLastTwo(model);
        tellDoubts("silent: 7 to 7; its receiver is given more");
        Comparison seen = compared(model, 2);
        assertEquals(0, seen.inDoubt(), "it is there");
        assertEquals(2, seen.lost());
        tellDoubts("silent: " + (n - 1) + " to " + (n - 1));
        seen = compared(model, 2);
        assertEquals(1, seen.inDoubt());
        assertEquals(1, seen.lost(), "one of the two was in doubt");
        String last = "silent: " + n + " to " + n;
        tellDoubts("silent: " + (n - 1) + " to " + (n - 1), last, last);
        seen = compared(model, 2);
        assertEquals(2, seen.inDoubt());
        assertTrue(seen.isGood(), seen.examples().toString());
    }

    /** Who put in doubt all that it had given would lose nothing. */
    @Test
    void shouldFailWhereMoreIsInDoubtThanCanBe() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        int n = withoutTheLastTwo(model);
        tellDoubts("silent: " + (n - 1) + " to " + n);
        Comparison seen = compared(model, 2);
        assertEquals(0, seen.lost(), "both are named");
        assertFalse(seen.isGood(), "and two at once");
        assertTrue(seen.examples().get(0).startsWith("more is in doubt than the receiver can have had in hand"));
        tellDoubts("silent: " + (n - 1) + " to " + (n - 1), "silent: " + n + " to " + n);
        seen = compared(model, 1);
        assertEquals(0, seen.lost());
        assertFalse(seen.isGood(), "one kill, and two");
        assertTrue(seen.examples().get(0).startsWith("2 outputs were put in doubt by 1 kills"));
        writeAll(model);
        tellDoubts("counts: 3 to 3");
        assertFalse(compared(model, 1).isGood(), "it says itself what it holds");
    }

    /** Where the start that named one is killed while it gives the next, which is then in doubt too. */
    @Test
    void shouldLetADoubtGrowByOneAKill() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        int n = withoutTheLastTwo(model);
        String one = "silent: " + (n - 1) + " to " + (n - 1);
        String both = "silent: " + (n - 1) + " to " + n;
        tellDoubts(one, both, both);
        Comparison seen = compared(model, 2);
        assertEquals(2, seen.inDoubt());
        assertTrue(seen.isGood(), seen.examples().toString());
        assertFalse(compared(model, 1).isGood(), "by a kill");
        tellDoubts(one, "silent: " + (n - 2) + " to " + n);
        assertFalse(compared(model, 9).isGood(), "by two");
    }

    private Comparison compared(Model model, int kills) throws IOException {
        return Comparison.of(folder, model, kills, Durability.PROCESS);
    }

    private void writeAll(Model model) throws IOException {
        write("sums", model.sums);
        write("counts", model.counts);
        write("silent", model.silent);
        writeRows(folder, model.counts);
        Files.writeString(folder.resolve("log"), "");
    }

    /** Of the marked receiver; answers the number of the last. */
    private int withoutTheLastTwo(Model model) throws IOException {
        writeAll(model);
        List<String> silent = Files.readAllLines(folder.resolve("silent"));
        Files.write(folder.resolve("silent"), silent.subList(0, silent.size() - 2));
        return silent.size();
    }

    private void tellDoubts(String... each) throws IOException {
        StringBuilder log = new StringBuilder("it tells; first\n");
        for (String doubt : each) {
            log.append("WARNING: engine kill: in doubt: ").append(doubt).append('\n');
        }
        Files.writeString(folder.resolve("log"), log);
    }

    private static void writeRows(Path folder, Map<Long, List<String>> lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("key,startMs,count,sum"));
        lines.forEach((key, of) -> of.forEach(line -> all.add(key + "," + line.replace(' ', ','))));
        Files.write(folder.resolve(Receivers.ROWS), all);
    }

    private void write(String name, Map<Long, List<String>> lines) throws IOException {
        write(folder, name, lines);
    }

    private static void write(Path folder, String name, Map<Long, List<String>> lines) throws IOException {
        List<String> all = new ArrayList<>();
        lines.forEach((key, of) -> of.forEach(line -> all.add(all.size() + 1 + " 0 " + key + " " + line)));
        Files.write(folder.resolve(name), all);
    }
}
