package io.millrace.bench.kill;

import io.millrace.journal.Durability;
import io.millrace.transport.journal.WatchedJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is outside beside what had to be: what is lost, is there twice, or stands out of its key's order; and whether no more was put in doubt than
 * may be. Only the receiver of {@link Load#SILENT} is counted for by the journal, and has no flush: it has dealt with each output when the
 * call returns, so a kill leaves one in doubt at most, the one it had in hand. The others say or know by themselves what they hold.
 */
final class Comparison {
    /** Where a kill counts as a loss of power, behind which what was only reserved is in doubt. */
    private static final long RESERVED_AT_MOST = 2 * 65_536;

    private static final Pattern DOUBT = Pattern.compile("(?:in doubt:|;) ([a-z]+): ([0-9]+) to ([0-9]+)");

    /** How many outputs a kill may leave in doubt. */
    private final long doubtfulAtOnce;

    private final List<String> examples = new ArrayList<>();
    private long lost;
    private long doubled;
    private long reordered;
    private long strange;
    private long inDoubt;
    private long unfounded;

    private Comparison(long doubtfulAtOnce) {
        this.doubtfulAtOnce = doubtfulAtOnce;
    }

    /**
     * Compares the files of a directory.
     *
     * @param kills how many processes were killed there
     * @param level of the journal; without one (MEMORY) there is no file that goes on
     */
    static Comparison of(Path directory, Model model, long kills, Durability level) throws IOException {
        boolean isPowerLoss = level == Durability.DISK && !WatchedJournal.doStartsOfTheMachineDiffer();
        Comparison all = new Comparison(isPowerLoss ? RESERVED_AT_MOST : 1);
        all.compare(directory.resolve("sums"), model.sums, Set.of());
        all.compare(directory.resolve("counts"), model.counts, Set.of());
        if (level != Durability.MEMORY) {
            all.compareRows(directory.resolve(Receivers.ROWS), model.counts);
        }
        all.compare(directory.resolve("silent"), model.silent, all.doubts(directory.resolve("log"), kills));
        return all;
    }

    /**
     * Outputs that a marked receiver may or may not have had: named by a start before the receiver was given more, and not sent again. Whoever
     * asks the engine hears of them when it has started only, and may be killed before.
     */
    private Set<Long> doubts(Path file, long kills) throws IOException {
        Set<Long> numbers = new HashSet<>();
        for (String line : Files.readAllLines(file)) {
            Matcher m = DOUBT.matcher(line);
            while (line.contains("in doubt: ") && m.find()) {
                boundDoubt(line, m, numbers);
            }
        }
        if (numbers.size() > doubtfulAtOnce * kills) {
            unfounded += note(numbers.size() + " outputs were put in doubt by " + kills + " kills, each of which can"
                    + " leave " + doubtfulAtOnce);
        }
        return numbers;
    }

    /**
     * A build that put in doubt all that it had ever given would lose nothing else. A start names again what was in doubt before, since marks do
     * not tell that the receiver was spared it until it has dealt with one more: so each line may add what one kill can leave.
     */
    private void boundDoubt(String line, Matcher doubt, Set<Long> numbers) {
        boolean isMarked = doubt.group(1).equals(Load.SILENT.name());
        long first = Long.parseLong(doubt.group(2));
        long last = Long.parseLong(doubt.group(3));
        long added = isMarked ? 0 : 1;
        for (long n = first; isMarked && n <= last; n++) {
            added += numbers.add(n) ? 1 : 0;
        }
        if (added > (isMarked ? doubtfulAtOnce : 0)) {
            unfounded += note("more is in doubt than the receiver can have had in hand: " + line);
        }
    }

    /** A line that is missing is excused only by its own number: one that is there although it was in doubt excuses no other. */
    private void compare(Path file, Map<Long, List<String>> expected, Set<Long> doubtful) throws IOException {
        Set<Long> absent = new HashSet<>(doubtful);
        Map<Long, List<String>> got = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", 4); // two numbers of the sink's, the key, what is of the key
            absent.remove(Long.parseLong(words[0]));
            put(got, words[2], words[3]);
        }
        compare(file, expected, got, absent);
    }

    /** A row: the key, what is of the key. Behind a kill nothing of such a file is cut. */
    private void compareRows(Path file, Map<Long, List<String>> expected) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Map<Long, List<String>> got = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.replace(',', ' ').split(" ", 2);
            put(got, words[0], words[1]);
        }
        compare(file, expected, got, Set.of());
        Path cut = file.resolveSibling(file.getFileName() + ".cut-1");
        if (Files.exists(cut)) {
            strange += note(cut + " is there: " + Files.readAllLines(cut));
        }
    }

    private static void put(Map<Long, List<String>> lines, String key, String line) {
        lines.computeIfAbsent(Long.parseLong(key), k -> new ArrayList<>()).add(line);
    }

    private void compare(Path file, Map<Long, List<String>> expected, Map<Long, List<String>> got, Set<Long> absent) {
        long missing = 0;
        for (Map.Entry<Long, List<String>> e : expected.entrySet()) {
            missing += compare(file, e.getKey(), e.getValue(), got.getOrDefault(e.getKey(), List.of()));
        }
        got.keySet().removeAll(expected.keySet());
        strange += got.size();
        inDoubt += Math.min(missing, absent.size());
        lost += Math.max(0, missing - absent.size());
    }

    /** Answers how many are missing. */
    private long compare(Path file, long key, List<String> expected, List<String> got) {
        Map<String, Integer> places = new HashMap<>(); // form: hash-ordered, never iterated
        for (String line : expected) {
            places.put(line, places.size());
        }
        Set<String> seen = new HashSet<>(); // form: hash-ordered, never iterated
        int newest = -1;
        for (String line : got) {
            Integer place = places.get(line);
            if (place == null) {
                strange += note(file, key, "never to be put out", line);
            } else if (!seen.add(line)) {
                doubled += note(file, key, "doubled", line);
            } else if (place < newest) {
                reordered += note(file, key, "reordered", line);
            } else {
                newest = place;
            }
        }
        for (String line : expected) {
            if (!seen.contains(line)) {
                note(file, key, "missing", line);
            }
        }
        return expected.size() - seen.size();
    }

    private int note(Path file, long key, String what, String line) {
        return note(file.getFileName() + ", key " + key + ", " + what + ": " + line);
    }

    private int note(String what) {
        if (examples.size() < 5) {
            examples.add(what);
        }
        return 1;
    }

    boolean isGood() {
        return lost + doubled + reordered + strange + unfounded == 0;
    }

    long lost() {
        return lost;
    }

    /** What nobody ever had to put out counts as doubled: it is an effect too many. */
    long doubled() {
        return doubled + strange;
    }

    long reordered() {
        return reordered;
    }

    long inDoubt() {
        return inDoubt;
    }

    List<String> examples() {
        return examples;
    }
}
