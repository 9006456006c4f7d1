package io.millrace.examples.cli;

import java.util.Collection;

/** The nearest of several names, by edit distance. */
public final class Nearest {
    private Nearest() {}

    /**
     * Finds it.
     *
     * @param name  what was written
     * @param known the names there are, at least one
     * @return the nearest; the first of several equally near
     */
    public static String of(String name, Collection<String> known) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String k : known) {
            int d = distance(name, k);
            if (d < least) {
                least = d;
                best = k;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
