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
 * What becomes of the state when a changed topology takes over the snapshot of the previous one. Everything with state
 * has a name by which it is found again; a migration declares what names cannot tell. Given to
 * {@code Journaling.migrate}.
 *
 * <pre>{@code
 * Migration.none()
 *         .rename("by-card", "per-card")                        // the same operator under another name
 *         .drop("by-terminal")                                  // what it kept is thrown away
 *         .startEmpty("by-device")                              // new, or changed so that what it kept is of no use
 *         .rows("saga", row -> row.set("tries", row.was("attempts") + 1))
 * }</pre>
 *
 * <p>Not to be declared, because it is taken over as it is:
 * <ul>
 * <li>an operator that has not changed, or is fed by other nodes with the same key and layout;
 * <li>other bounds on keys and state, as long as what is kept fits;
 * <li>anything without state;
 * <li>new inputs and outputs, after the existing ones.
 * </ul>
 *
 * <p>Everything else is refused with a message that names the operator, the change and the cure. A declaration about an
 * operator that is already as declared has no effect, so a migration may stay declared until a snapshot of the new
 * topology is kept.
 *
 * <p>Immutable: each method returns a changed copy.
 */
public final class Migration {
    /** The setting of windows over calendar days that tells when days begin in their zone. */
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
     * Declares nothing. Used by the previous topology, it goes back to that, as long as the newest snapshot is its own.
     *
     * @return a migration to be changed
     */
    public static Migration none() {
        return NONE;
    }

    /**
     * Declares that an operator, input or output has another name.
     *
     * @param from its name before
     * @param to its name now
     * @return a changed copy
     * @throws IllegalArgumentException if {@code from} has been renamed already, or something else to {@code to}
     */
    public Migration rename(String from, String to) {
        if (renamed.containsKey(from) || renamed.containsValue(to)) {
            throw new IllegalArgumentException("rename '" + from + "' to '" + to + "': the renames so far are "
                    + renamed + "; rename each name once, and to a name of its own");
        }
        Map<String, String> more = new LinkedHashMap<>(renamed);
        more.put(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"));
        return new Migration(Collections.unmodifiableMap(more), dropped, empty, rows, facts, zoneRules);
    }

    /**
     * Declares that an operator or output is gone, and its state with it.
     *
     * @param name its name before
     * @return a changed copy
     */
    public Migration drop(String name) {
        return new Migration(renamed, with(dropped, name), empty, rows, facts, zoneRules);
    }

    /**
     * Declares that an operator begins without state: a new one, or one that has changed and whose state is thrown
     * away. For an output: views of it whose rows cannot be taken over begin without rows.
     *
     * @param name its name now
     * @return a changed copy
     */
    public Migration startEmpty(String name) {
        return new Migration(renamed, dropped, with(empty, name), rows, facts, zoneRules);
    }

    /**
     * Declares that the fields of a process have changed. Fields of the same name and kind are taken over, new ones
     * begin as those of a new key do, and others are thrown away.
     *
     * @param name its name now
     * @return a changed copy
     */
    public Migration rows(String name) {
        return rows(name, row -> {});
    }

    /**
     * Declares that the fields of a process have changed, as {@link #rows(String)}; then a function fills what is new.
     *
     * @param name its name now
     * @param how called once for each key
     * @return a changed copy
     */
    public Migration rows(String name, RowMigration how) {
        Map<String, RowMigration> more = new LinkedHashMap<>(rows);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(how, "how"));
        return new Migration(renamed, dropped, empty, Collections.unmodifiableMap(more), facts, zoneRules);
    }

    /**
     * Declares that a fact of the service besides the topology, or whether a source ends, may differ from now on.
     *
     * @param name the name of the fact, such as {@code rules}, or {@code source of payments}
     * @return a changed copy
     */
    public Migration fact(String name) {
        return new Migration(renamed, dropped, empty, rows, with(facts, name), zoneRules);
    }

    /**
     * Declares that the data of the time zone of windows over calendar days have changed. Days that end from now on end
     * by the new data, and what the windows hold is taken over as it is.
     *
     * @param name the name of the operator now
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
     * Returns the present name of something.
     *
     * @param was its name before
     * @return another name if it was renamed
     */
    public String nameOf(String was) {
        return renamed.getOrDefault(was, was);
    }

    /**
     * Tells whether something was renamed.
     *
     * @param was its name before
     * @return false if nothing was declared
     */
    public boolean renames(String was) {
        return renamed.containsKey(was);
    }

    /**
     * Tells whether something that is gone may be thrown away.
     *
     * @param was its name before
     * @return false if nothing was declared
     */
    public boolean drops(String was) {
        return dropped.contains(was);
    }

    /**
     * Tells whether something begins without state.
     *
     * @param is its name now
     * @return false if nothing was declared
     */
    public boolean startsEmpty(String is) {
        return empty.contains(is);
    }

    /**
     * Returns how the rows of a process are taken over.
     *
     * @param is its name now
     * @return null if nothing was declared
     */
    public RowMigration rowsOf(String is) {
        return rows.get(is);
    }

    /**
     * Tells whether a fact may differ.
     *
     * @param name the name of the fact
     * @return false if nothing was declared
     */
    public boolean changesFact(String name) {
        return facts.contains(name);
    }

    /**
     * Tells whether the data of the time zone of an operator may differ.
     *
     * @param is its name now
     * @return false if nothing was declared
     */
    public boolean changesZoneRules(String is) {
        return zoneRules.contains(is);
    }

    /**
     * Returns declarations about names that do not exist, or that still do: likely slips.
     *
     * @param are the present names
     * @return in words; empty if there are none
     */
    public List<String> slips(Set<String> are) {
        List<String> result = new ArrayList<>();
        renamed.forEach((from, to) -> {
            if (!are.contains(to)) {
                result.add("rename('" + from + "', '" + to + "'): the topology has nothing named '" + to + "'");
            }
        });
        for (String name : dropped) {
            if (are.contains(name)) {
                result.add("drop('" + name + "'): the topology still has it; use startEmpty, or "
                        + "remove it from the topology");
            }
        }
        for (String name : empty) {
            if (!are.contains(name)) {
                result.add("startEmpty('" + name + "'): the topology has nothing of that name");
            }
        }
        for (String name : zoneRules) {
            if (!are.contains(name)) {
                result.add("zoneRules('" + name + "'): the topology has nothing of that name");
            }
        }
        for (String name : rows.keySet()) {
            if (!are.contains(name)) {
                result.add("rows('" + name + "'): the topology has nothing of that name");
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
