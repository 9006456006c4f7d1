package io.millrace.cli;

import java.util.Collection;
import java.util.List;

/** What is said of options that a topology is made with, as tools hand them over. */
public final class TopologyOptions {
    private TopologyOptions() {}

    /**
     * Refuses unknown ones.
     *
     * @param topology its name
     * @param given    the names that were given
     * @param known    the names that there are
     * @throws IllegalArgumentException naming the first unknown one, the nearest that there is, and all of them
     */
    public static void requireKnown(String topology, Collection<String> given, List<String> known) {
        for (String name : given) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("option " + name + " of topology " + topology + ": unknown; "
                        + (known.isEmpty() ? "it has none" : nearest(name, known) + "there is " + all(known)));
            }
        }
    }

    private static String nearest(String name, List<String> known) {
        return Nearest.near(name, known).map(n -> "the nearest is " + n + "; ").orElse("");
    }

    private static String all(List<String> known) {
        return String.join(", ", known);
    }
}
