package io.millrace.bench.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand kills take minutes: {@code bench/run kill --times 1000}. */
@Timeout(300)
class KillTest {
    private static final int KILLS = Integer.getInteger("millrace.kills", 50);

    @TempDir
    Path folder;

    @Test
    void shouldLoseDoubleAndReorderNothingHoweverOftenItIsKilled() throws Exception {
        Kills kills;
        try (Scratch scratch = new Scratch()) {
            kills = new Kills(scratch.directory(), Durability.PROCESS).run(KILLS, Long.getLong("millrace.seed", 1));
        }
        assertNull(kills.failure());
        assertEquals(KILLS + " runs: 0 lost, 0 doubled, 0 reordered", kills.toString());
        for (Aim aim : Aim.values()) {
            assertTrue(kills.killedIn(aim) > 0, "none in " + aim + "; " + kills.killedIn());
        }
    }

    @Test
    void shouldNameTheCommandThatRepeatsASessionAlsoWhereNoFileCanBeWritten() throws Exception {
        Kills kills = new Kills(folder.resolve("none"), Durability.PROCESS).run(1, 3);
        assertTrue(kills.failure().startsWith("seed 3: java.nio.file.NoSuchFileException"), kills.failure());
        assertTrue(
                kills.failure().endsWith("; again: bench/run kill --times 1 --seed 3 --level PROCESS"),
                kills.failure());
    }

    /** So that a session that failed can be had again by its seed, whatever was killed before it. */
    @Test
    void shouldAimAtEachKindAsOftenBySeedsAlone() {
        Map<Aim, Integer> all = new EnumMap<>(Aim.class);
        for (long seed = 5; seed < 5 + Aim.values().length; seed++) {
            List<Aim> aims = Kills.aims(50, seed, Durability.PROCESS, new SplittableRandom(seed));
            assertEquals(aims, Kills.aims(50, seed, Durability.PROCESS, new SplittableRandom(seed)));
            assertFalse(aims.get(0).isOfOpening(), "nothing to open yet");
            aims.forEach(aim -> all.merge(aim, 1, Integer::sum));
        }
        assertEquals(Collections.nCopies(Aim.values().length, 50), List.copyOf(all.values()));
    }

    @Test
    void shouldSeeWhatIsLostDoubledAndReordered() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        write("sums", model.sums);
        write("counts", model.counts);
        write("silent", model.silent);
        Files.writeString(folder.resolve("doubts"), "");
        assertEquals(List.of(), Comparison.of(folder, model).examples());
        List<String> sums = Files.readAllLines(folder.resolve("sums"));
        List<String> bad = new ArrayList<>(sums.subList(1, sums.size()));
        String moved = bad.remove(3);
        bad.add(5, moved);
        bad.add(bad.get(bad.size() - 1));
        Files.write(folder.resolve("sums"), bad);
        Comparison seen = Comparison.of(folder, model);
        assertFalse(seen.isGood());
        assertEquals(1, seen.lost());
        assertEquals(1, seen.doubled());
        assertEquals(1, Math.min(1, seen.reordered()));
    }

    @Test
    void shouldExcuseNothingByADoubtAboutAnother() throws Exception {
        Model model = new Model(Load.PRODUCERS, 300);
        write("sums", model.sums);
        write("counts", model.counts);
        write("silent", model.silent);
        List<String> silent = Files.readAllLines(folder.resolve("silent"));
        int n = silent.size();
        Files.write(folder.resolve("silent"), silent.subList(0, n - 2));
        Files.writeString(folder.resolve("doubts"), "silent: 7 to 8\n");
        Comparison seen = Comparison.of(folder, model);
        assertEquals(0, seen.inDoubt(), "both are there");
        assertEquals(2, seen.lost());
        Files.writeString(folder.resolve("doubts"), "silent: " + (n - 3) + " to " + (n - 1) + "\n");
        seen = Comparison.of(folder, model);
        assertEquals(1, seen.inDoubt());
        assertEquals(1, seen.lost(), "one of the two was in doubt");
    }

    private void write(String name, Map<Long, List<String>> lines) throws Exception {
        List<String> all = new ArrayList<>();
        lines.forEach((key, of) -> of.forEach(line -> all.add(all.size() + 1 + " 0 " + key + " " + line)));
        Files.write(folder.resolve(name), all);
    }
}
