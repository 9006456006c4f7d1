package io.millrace.journal;

import io.millrace.event.LayoutChange;
import io.millrace.operator.GivenDigest;
import io.millrace.operator.GivenRow;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What can change a result and is not an entry. The facts are kept at the beginning of a log and compared when it is
 * opened again. Immutable.
 *
 * @param topology the name of the topology
 * @param hashSeed the seed of all hashes of keys; for an existing log, that of the log is used
 * @param facts what has to be the same, by name, in order: operators and their constants, digests of models and tables
 * @param notes what is worth knowing when two runs differ and is no reason to refuse: versions of engine and JDK, kind
 *     of processor
 */
public record JournalFacts(String topology, long hashSeed, Map<String, String> facts, Map<String, String> notes) {
    /**
     * The end of the name of a fact that is the layout of an input or output: for these a message tells what has
     * changed, field by field.
     */
    public static final String LAYOUT = ", the layout of its events";

    /**
     * Copies the maps.
     *
     * @param topology the name of the topology
     * @param hashSeed the seed of all hashes of keys
     * @param facts by name
     * @param notes by name
     */
    public JournalFacts {
        Objects.requireNonNull(topology, "topology");
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
    }

    /**
     * Returns the same facts with another seed.
     *
     * @param seed that of the log
     * @return a changed copy
     */
    public JournalFacts withHashSeed(long seed) {
        return new JournalFacts(topology, seed, facts, notes);
    }

    /**
     * Describes how these facts differ from those of a log.
     *
     * @param kept those of the log
     * @return null if nothing but the seed and notes differs; otherwise each name with both values, or, if the
     *     topologies have different names, only that
     */
    public String differenceTo(JournalFacts kept) {
        if (!topology.equals(kept.topology)) {
            return "topology" + change("topology", kept.topology, topology); // what else differs would be all there is
        }
        StringBuilder all = new StringBuilder();
        tell(all, kept.facts, facts);
        return all.length() == 0 ? null : all.toString();
    }

    /**
     * Describes which notes differ from those of a log.
     *
     * @param kept those of the log
     * @return null if none does; otherwise each name with both values
     */
    public String notesDifferentFrom(JournalFacts kept) {
        StringBuilder all = new StringBuilder();
        tell(all, kept.notes, notes);
        return all.length() == 0 ? null : all.toString();
    }

    private static void tell(StringBuilder all, Map<String, String> were, Map<String, String> are) {
        Set<String> names = new LinkedHashSet<>(were.keySet());
        names.addAll(are.keySet());
        for (String name : names) {
            String was = were.get(name);
            String is = are.get(name);
            boolean same = name.endsWith(LAYOUT) ? LayoutChange.isRead(was, is) : Objects.equals(was, is);
            if (!same) {
                boolean isSecret = GivenRow.isSecret(name) || turns(name, were, are) || turns(name, are, were);
                begin(all, name).append(isSecret ? turn(was, is) : change(name, was, is));
            }
        }
    }

    private static StringBuilder begin(StringBuilder all, String name) {
        return all.append(all.length() == 0 ? "" : "; ").append(name);
    }

    /**
     * Whether the rows of a node have become sensitive on one side only: the fact of the other side then has them in
     * plain.
     */
    private static boolean turns(String name, Map<String, String> from, Map<String, String> to) {
        return to.keySet().stream()
                .anyMatch(n -> GivenRow.isSecret(n) && n.startsWith(name + ", ") && !from.containsKey(n));
    }

    private static String turn(String was, String is) {
        return was == null ? " is new" : is == null ? " is gone" : " has changed";
    }

    private static String change(String name, String was, String is) {
        String fields = was != null && is != null && name.endsWith(LAYOUT) ? LayoutChange.of(was, is) : null;
        return fields != null
                ? " has changed: " + fields
                : (was == null ? " is new" : " was " + GivenDigest.shown(was))
                        + (is == null
                                ? ", is gone"
                                : was == null ? ": " + GivenDigest.shown(is) : ", is " + GivenDigest.shown(is));
    }
}
