package io.millrace.bench.kill;

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

/** What is outside beside what had to be: what is lost, is there twice, or stands out of its key's order. */
final class Comparison {
    private static final Pattern DOUBT = Pattern.compile("in doubt: .*\\bsilent: ([0-9]+) to ([0-9]+)");

    private final List<String> examples = new ArrayList<>();
    private long lost;
    private long doubled;
    private long reordered;
    private long strange;
    private long inDoubt;

    /** Compares the files of a directory. */
    static Comparison of(Path directory, Model model) throws IOException {
        Comparison all = new Comparison();
        all.compare(directory.resolve("sums"), model.sums, Set.of());
        all.compare(directory.resolve("counts"), model.counts, Set.of());
        all.compare(directory.resolve("silent"), model.silent, doubts(directory.resolve("log")));
        return all;
    }

    /**
     * Outputs that a marked receiver may or may not have had: named by a start before the receiver was given more, and not sent again. Whoever
     * asks the engine hears of them when it has started only, and may be killed before.
     */
    private static Set<Long> doubts(Path file) throws IOException {
        Set<Long> numbers = new HashSet<>();
        for (String line : Files.readAllLines(file)) {
            Matcher m = DOUBT.matcher(line);
            if (m.find()) {
                for (long n = Long.parseLong(m.group(1)); n <= Long.parseLong(m.group(2)); n++) {
                    numbers.add(n);
                }
            }
        }
        return numbers;
    }

    /** A line that is missing is excused only by its own number: one that is there although it was in doubt excuses no other. */
    private void compare(Path file, Map<Long, List<String>> expected, Set<Long> doubtful) throws IOException {
        Set<Long> absent = new HashSet<>(doubtful);
        Map<Long, List<String>> got = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", 4); // two numbers of the sink's, the key, what is of the key
            absent.remove(Long.parseLong(words[0]));
            got.computeIfAbsent(Long.parseLong(words[2]), k -> new ArrayList<>())
                    .add(words[3]);
        }
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
        if (examples.size() < 5) {
            examples.add(file.getFileName() + ", key " + key + ", " + what + ": " + line);
        }
        return 1;
    }

    boolean isGood() {
        return lost + doubled + reordered + strange == 0;
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
