package io.millrace.transport.file;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the wanted columns stand in a row.
 *
 * @param names    the wanted columns, in the order of the program
 * @param fieldOf  the field of each, in the order of the file
 * @param inFile   the number of fields each row must have
 */
record CsvColumns(List<String> names, int[] fieldOf, int inFile) {
    private static final int LISTED_MAX = 12;

    /** A file without header: all fields, by number. */
    static CsvColumns numbered(int fields) {
        List<String> names =
                IntStream.rangeClosed(1, fields).mapToObj(i -> "field " + i).toList();
        return new CsvColumns(names, IntStream.range(0, fields).toArray(), fields);
    }

    /** Finds the wanted columns, all when none is named; others are ignored, also when they stand there twice. */
    static CsvColumns resolve(String file, long line, List<String> header, List<String> wanted) throws FileFault {
        List<String> names = wanted.isEmpty() ? header : wanted;
        Map<String, List<Integer>> fieldsOf =
                IntStream.range(0, header.size()).boxed().collect(Collectors.groupingBy(header::get));
        refuseMissing(file, line, header, fieldsOf.keySet(), names);
        int[] fieldOf = new int[names.size()];
        for (int i = 0; i < fieldOf.length; i++) {
            fieldOf[i] = only(file, line, names.get(i), fieldsOf.get(names.get(i)));
        }
        return new CsvColumns(List.copyOf(names), fieldOf, header.size());
    }

    private static int only(String file, long line, String name, List<Integer> fields) throws FileFault {
        if (fields.size() > 1) {
            String where = "fields " + (fields.get(0) + 1) + " and " + (fields.get(1) + 1);
            String what = "column " + Shown.value(name) + " stands there twice";
            throw new FileFault(file, line, what, where, "rename one of them");
        }
        return fields.get(0);
    }

    private static void refuseMissing(
            String file, long line, List<String> header, Set<String> present, List<String> wanted) throws FileFault {
        List<String> missing =
                wanted.stream().filter(name -> !present.contains(name)).toList();
        if (missing.isEmpty()) {
            return;
        }
        boolean one = missing.size() == 1;
        String what = "missing column" + (one ? " " : "s ") + String.join(", ", missing);
        Set<String> near = new LinkedHashSet<>();
        for (String name : missing) {
            near.addAll(nearest(name, header));
        }
        String cure = near.isEmpty()
                ? "add " + (one ? "it" : "them") + " to the header"
                : "rename " + Shown.value(String.join(", ", near)) + (near.size() == 1 ? ", it is" : ", they are")
                        + " the nearest";
        throw new FileFault(file, line, what, "the header has " + listed(header), cure);
    }

    private static String listed(List<String> header) {
        List<String> first = header.subList(0, Math.min(header.size(), LISTED_MAX));
        return String.join(",", first) + (first.size() < header.size() ? ",..." : "");
    }

    /** The name that was probably meant, if one is close: at most a third of its letters differ. */
    private static List<String> nearest(String name, List<String> header) {
        String best = null;
        int least = name.length() / 3 + 1;
        for (String candidate : header) {
            int distance = distance(fold(name), fold(candidate), least);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best == null ? List.of() : List.of(best);
    }

    private static String fold(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's distance, or the bound when it is at least that. */
    private static int distance(String a, String b, int bound) {
        if (Math.abs(a.length() - b.length()) >= bound) {
            return bound;
        }
        int[] row = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
