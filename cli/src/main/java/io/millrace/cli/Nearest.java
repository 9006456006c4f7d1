package io.millrace.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The nearest of several names, by edit distance; a swap of neighbours is one edit, and case and hyphens in front are none. */
public final class Nearest {
    private Nearest() {}

    /**
     * Finds the nearest, however far it is.
     *
     * @param name  what was written
     * @param known the names there are, at least one
     * @return the nearest; the first of several equally near
     */
    public static String of(String name, Collection<String> known) {
        String best = null;
        int least = Integer.MAX_VALUE;
        for (String k : known) {
            int d = distance(folded(name), folded(k));
            if (d < least) {
                least = d;
                best = k;
            }
        }
        return best;
    }

    /**
     * Finds what was probably meant.
     *
     * @param name  what was written
     * @param known the names there are, at least one
     * @return the nearest, when at most a third of its letters differ
     */
    public static Optional<String> near(String name, Collection<String> known) {
        String best = of(name, known);
        int longer = Math.max(folded(name).length(), folded(best).length());
        return distance(folded(name), folded(best)) <= (longer + 1) / 3 ? Optional.of(best) : Optional.empty();
    }

    private static String folded(String name) {
        return name.replaceFirst("^-+", "").toLowerCase(Locale.ROOT);
    }

    /** Optimal string alignment. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
