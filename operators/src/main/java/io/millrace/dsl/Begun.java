package io.millrace.dsl;

import io.millrace.topology.GraphBuilder;
import java.util.Arrays;

/** A word that makes nothing until another completes it. Where that never comes the topology would lack it, in silence. */
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

    /** Of a word that changes it: behind the one that completes it that would do nothing. */
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
