package io.millrace.dsl;

import io.millrace.topology.GraphBuilder;
import java.util.Arrays;

/**
 * A word that makes nothing until another word completes it. If that never came, the topology would silently lack it.
 */
final class Begun {
    private final String name;
    private final String site;
    private final String lacks;

    /** The word that completed it; null before. */
    private String by;

    Begun(String name, String site, String lacks) {
        this.name = name;
        this.site = site;
        this.lacks = lacks;
    }

    void complete() {
        by = Site.word();
    }

    /** Refuses a word that changes this one after it was completed, when it would do nothing. */
    void requireFirst(GraphBuilder graph) {
        if (by != null) {
            graph.problem(name + " (" + Site.here() + "): " + Site.word() + " changes nothing behind " + by
                    + ", which has made it; say it in front of that");
        }
    }

    boolean isComplete() {
        return by != null;
    }

    /** Whether it was begun in a line that the throw has passed. */
    boolean isOfLine(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace()).anyMatch(f -> site.equals(Site.of(f)));
    }

    String problem() {
        return name + " (" + site + "): " + lacks;
    }
}
