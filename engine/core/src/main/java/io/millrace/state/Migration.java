package io.millrace.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What becomes of the state of a topology when a changed one takes over its snapshot. All that keeps state has a name, and by that name it
 * is found again; this says what cannot be seen from names.
 *
 * <pre>{@code
 * Migration.none()
 *         .rename("by-card", "per-card")                        // the same operator under another name
 *         .drop("by-terminal")                                  // what it kept is thrown away
 *         .startEmpty("by-device")                              // new, or changed so that what it kept is of no use
 *         .rows("saga", row -> row.set("tries", row.was("attempts") + 1))
 * }</pre>
 *
 * <p>Needs no word: an operator that is as it was; one that is fed by other nodes with the same key and layout; other bounds on keys and
 * state, as long as what is kept fits; whatever keeps no state; inputs and outputs that are new, behind those there were. All else is
 * refused, and the message names operator, change and cure. Words about operators that are as they are now do nothing, so a migration may stay
 * declared until a snapshot of the new topology is kept.
 *
 * <p>Immutable: each word answers a changed copy.
 */
public final class Migration {
    /** The setting of windows over calendar days that says when days begin in their zone. */
    public static final String ZONE_RULES = "zone rules";

    private static final Migration NONE = new Migration(Map.of(), Set.of(), Set.of(), Map.of(), Set.of(), Set.of());

    private final Map<String, String> renamed;
    private final Set<String> dropped;
    private final Set<String> empty;
    private final Map<String, RowMigration> rows;
    private final Set<String> facts;
    private final Set<String> zoneRules;

    private Migration(
            Map<String, String> renamed,
            Set<String> dropped,
            Set<String> empty,
            Map<String, RowMigration> rows,
            Set<String> facts,
            Set<String> zoneRules) {
        this.renamed = renamed;
        this.dropped = dropped;
        this.empty = empty;
        this.rows = rows;
        this.facts = facts;
        this.zoneRules = zoneRules;
    }

    /**
     * Nothing but what needs no word. Declared by the topology that was before, it goes back to that, as long as its snapshot is the newest.
     *
     * @return to be changed
     */
    public static Migration none() {
        return NONE;
    }

    /**
     * An operator, input or output has another name.
     *
     * @param from as it was
     * @param to   as it is
     * @return a changed copy
     * @throws IllegalArgumentException when one of them has been renamed already
     */
    public Migration rename(String from, String to) {
        if (renamed.containsKey(from) || renamed.containsValue(to)) {
            throw new IllegalArgumentException("rename '" + from + "' to '" + to + "': " + renamed
                    + " are renamed already; one name becomes one other");
        }
        Map<String, String> more = new LinkedHashMap<>(renamed);
        more.put(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"));
        return new Migration(Collections.unmodifiableMap(more), dropped, empty, rows, facts, zoneRules);
    }

    /**
     * An operator or output is gone, and what was kept of it with it.
     *
     * @param name as it was
     * @return a changed copy
     */
    public Migration drop(String name) {
        return new Migration(renamed, with(dropped, name), empty, rows, facts, zoneRules);
    }

    /**
     * An operator begins without state: a new one, or one that has changed and whose state is thrown away. Of an output: views of it whose rows
     * cannot be taken over begin without any.
     *
     * @param name as it is
     * @return a changed copy
     */
    public Migration startEmpty(String name) {
        return new Migration(renamed, dropped, with(empty, name), rows, facts, zoneRules);
    }

    /**
     * The declared fields of a process have changed: those of the same name and kind are taken over, new ones begin as those of a new
     * key do, others are thrown away.
     *
     * @param name as it is
     * @return a changed copy
     */
    public Migration rows(String name) {
        return rows(name, row -> {});
    }

    /**
     * The same, and then a function fills what is new.
     *
     * @param name as it is
     * @param how  called once for each key
     * @return a changed copy
     */
    public Migration rows(String name, RowMigration how) {
        Map<String, RowMigration> more = new LinkedHashMap<>(rows);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(how, "how"));
        return new Migration(renamed, dropped, empty, Collections.unmodifiableMap(more), facts, zoneRules);
    }

    /**
     * What the service says of itself beside the topology, or whether a source ends, may be another from now on.
     *
     * @param name of the fact, such as {@code rules}, or {@code source of payments}
     * @return a changed copy
     */
    public Migration fact(String name) {
        return new Migration(renamed, dropped, empty, rows, with(facts, name), zoneRules);
    }

    /**
     * The data of the time zone of windows over calendar days have changed: days that end from now on end by the new ones, and what the
     * windows hold is taken over as it is.
     *
     * @param name of the operator as it is
     * @return a changed copy
     */
    public Migration zoneRules(String name) {
        return new Migration(renamed, dropped, empty, rows, facts, with(zoneRules, name));
    }

    private static Set<String> with(Set<String> all, String name) {
        Set<String> more = new LinkedHashSet<>(all);
        more.add(Objects.requireNonNull(name, "name"));
        return Collections.unmodifiableSet(more);
    }

    // ---- for who carries it out

    /**
     * The name that something has now.
     *
     * @param was its name before
     * @return another one where it was renamed
     */
    public String nameOf(String was) {
        return renamed.getOrDefault(was, was);
    }

    /**
     * Whether something was renamed.
     *
     * @param was its name before
     * @return false when it was not said so
     */
    public boolean renames(String was) {
        return renamed.containsKey(was);
    }

    /**
     * Whether something that is gone may be thrown away.
     *
     * @param was its name before
     * @return false when it was not said so
     */
    public boolean drops(String was) {
        return dropped.contains(was);
    }

    /**
     * Whether something begins without state.
     *
     * @param is its name now
     * @return false when it was not said so
     */
    public boolean startsEmpty(String is) {
        return empty.contains(is);
    }

    /**
     * How the rows of a process are taken over.
     *
     * @param is its name now
     * @return null when nothing was said
     */
    public RowMigration rowsOf(String is) {
        return rows.get(is);
    }

    /**
     * Whether a fact may be another one.
     *
     * @param name of the fact
     * @return false when it was not said so
     */
    public boolean changesFact(String name) {
        return facts.contains(name);
    }

    /**
     * Whether the rules of the time zone of an operator may be others.
     *
     * @param is its name now
     * @return false when it was not said so
     */
    public boolean changesZoneRules(String is) {
        return zoneRules.contains(is);
    }

    /**
     * What is said of names that there are not, or still are: slips of the pen.
     *
     * @param are  names now
     * @return in words; empty when there is none
     */
    public List<String> slips(Set<String> are) {
        List<String> result = new ArrayList<>();
        renamed.forEach((from, to) -> {
            if (!are.contains(to)) {
                result.add("rename('" + from + "', '" + to + "'): nothing is named '" + to + "' now");
            }
        });
        for (String name : dropped) {
            if (are.contains(name)) {
                result.add("drop('" + name + "'): it is still there; say startEmpty, or take it out of the topology");
            }
        }
        for (String name : empty) {
            if (!are.contains(name)) {
                result.add("startEmpty('" + name + "'): nothing is named so now");
            }
        }
        for (String name : zoneRules) {
            if (!are.contains(name)) {
                result.add("zoneRules('" + name + "'): nothing is named so now");
            }
        }
        for (String name : rows.keySet()) {
            if (!are.contains(name)) {
                result.add("rows('" + name + "'): nothing is named so now");
            }
        }
        return result;
    }

    @Override
    public String toString() {
        return "rename " + renamed + ", drop " + dropped + ", start empty " + empty + ", rows of " + rows.keySet()
                + (zoneRules.isEmpty() ? "" : ", zone rules of " + zoneRules);
    }
}
