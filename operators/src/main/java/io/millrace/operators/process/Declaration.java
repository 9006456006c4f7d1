package io.millrace.operators.process;

import io.millrace.operators.OutputBound;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a process class declares, in the order of declaration. */
final class Declaration {
    private static final int USUAL_OUTPUTS = 16;

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final List<Field> stored = new ArrayList<>();
    private final List<EventBlocks<?>> kept = new ArrayList<>();
    private final List<Outlet<?>> outlets = new ArrayList<>();
    private final List<ProcessHandler<?>> handlers = new ArrayList<>();
    private final BitSet updates = new BitSet();
    private int outputsAtMost = USUAL_OUTPUTS;

    /**
     * What is kept of a field in the row of a key.
     *
     * @param name   unique in the class
     * @param kind   with its bytes
     * @param column the first
     * @param longs  how many columns
     */
    record Field(String name, String kind, int column, int longs) {
        boolean isTimer() {
            return kind.startsWith("timer ");
        }

        /** Whether it holds events, which stand in blocks. */
        boolean isKept() {
            return kind.startsWith("event ") || kind.startsWith("list of ");
        }

        boolean isNumber() {
            return longs == 1 && !isKept() && !isTimer();
        }

        @Override
        public String toString() {
            return name + " (" + kind + ")";
        }
    }

    void handler(int input, ProcessHandler<?> handler) {
        while (handlers.size() <= input) {
            handlers.add(null);
        }
        if (handlers.set(input, handler) != null) {
            throw new IllegalArgumentException(
                    "input " + input + " has two handlers; call on or onUpdates once for each input");
        }
    }

    void updates(int input, ProcessHandler<?> handler) {
        handler(input, handler);
        updates.set(input);
    }

    /** Whether a handler takes retractions and replacements. */
    boolean takesUpdates(int input) {
        return updates.get(input);
    }

    void outputsAtMost(int most) {
        if (!OutputBound.holds(most)) {
            throw new IllegalArgumentException(
                    "emitsAtMost(" + most + "): outputs of one call; use 1 to " + OutputBound.MOST);
        }
        outputsAtMost = most;
    }

    void field(String name, String what, int column) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException(
                    "a field of a process has no name; give it one, for snapshots and listings");
        }
        if (fields.putIfAbsent(name, what) != null) {
            throw new IllegalArgumentException(
                    "two fields of a process are named '" + name + "'; names are unique in its class");
        }
        columns.put(name, column);
    }

    /** Names, with kinds and bytes: the layout. */
    Map<String, String> fields() {
        return fields;
    }

    /** Where a field begins in a row, by name. */
    int column(String name) {
        return columns.get(name);
    }

    void stored(String name, String kind, int column, int longs) {
        stored.add(new Field(name, kind, column, longs));
    }

    List<Field> stored() {
        return stored;
    }

    List<EventBlocks<?>> kept() {
        return kept;
    }

    List<Outlet<?>> outlets() {
        return outlets;
    }

    List<ProcessHandler<?>> handlers() {
        return handlers;
    }

    int outputsAtMost() {
        return outputsAtMost;
    }
}
