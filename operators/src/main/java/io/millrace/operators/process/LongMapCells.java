package io.millrace.operators.process;

/**
 * A map from long to long kept of a key, up to a declared number of entries, in the order in which keys are first put.
 * Made for few entries: a search goes through them in turn.
 */
public class LongMapCells {
    // Columns: | size | key 0 | value 0 | key 1 | …
    private final KeyState state;
    private final String name;
    private final int column;
    private final int atMost;

    /**
     * Declares the state.
     *
     * @param state  the state of the process
     * @param name   unique in the process
     * @param atMost the most entries of one key, 1 to 1,024
     */
    protected LongMapCells(KeyState state, String name, int atMost) {
        if (atMost < 1 || atMost > 1024) {
            throw new IllegalArgumentException("map " + name + " of at most " + atMost + " entries; use 1 to 1024");
        }
        this.state = state;
        this.name = name;
        this.atMost = atMost;
        column = state.field(name, "map of long to long", 1 + 2 * atMost);
    }

    /**
     * How many entries there are.
     *
     * @return the number; 0 for a new key
     */
    public final int size() {
        return (int) state.get(column);
    }

    /**
     * Whether one more entry would be too many.
     *
     * @return true at the bound
     */
    public final boolean isFull() {
        return size() == atMost;
    }

    /**
     * Whether there is an entry.
     *
     * @param of the key of the entry
     * @return false if there is none
     */
    public final boolean has(long of) {
        return find(of) >= 0;
    }

    /**
     * The value of an entry.
     *
     * @param of     the key of the entry
     * @param absent what to return if there is none
     * @return the value
     */
    public final long get(long of, long absent) {
        int i = find(of);
        return i < 0 ? absent : valueAt(i);
    }

    /**
     * Puts an entry, or replaces its value.
     *
     * @param of    the key of the entry
     * @param value the value
     * @throws IllegalStateException if the map is full; the event that is being handled then goes to the dead letters
     */
    public final void put(long of, long value) {
        state.requireRunning(name);
        int i = find(of);
        if (i < 0) {
            i = append(of);
        }
        state.set(column + 2 + 2 * i, value);
    }

    private int append(long of) {
        int size = size();
        if (size == atMost) {
            throw state.overBound(new OverBoundException(
                    "map " + name + " is full with " + atMost + " entries; ask isFull(), or raise its bound"));
        }
        state.set(column + 1 + 2 * size, of);
        state.set(column, size + 1);
        return size;
    }

    /**
     * Removes an entry; later ones move up.
     *
     * @param of the key of the entry
     * @return whether there was one
     */
    public final boolean remove(long of) {
        state.requireRunning(name);
        int i = find(of);
        if (i < 0) {
            return false;
        }
        int end = column + 1 + 2 * size();
        for (int at = column + 1 + 2 * i; at + 2 < end; at++) {
            state.set(at, state.get(at + 2));
        }
        state.set(end - 1, 0);
        state.set(end - 2, 0);
        state.set(column, size() - 1);
        return true;
    }

    /** Removes all entries. */
    public final void clear() {
        state.requireRunning(name);
        int end = column + 1 + 2 * size();
        for (int at = column; at < end; at++) {
            state.set(at, 0);
        }
    }

    /**
     * The key of an entry.
     *
     * @param index 0 for the first
     * @return the key
     */
    public final long keyAt(int index) {
        return state.get(column + 1 + 2 * checked(index));
    }

    /**
     * The value of an entry.
     *
     * @param index 0 for the first
     * @return the value
     */
    public final long valueAt(int index) {
        return state.get(column + 2 + 2 * checked(index));
    }

    private int checked(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("map " + name + ": " + index + " of " + size() + " entries");
        }
        return index;
    }

    private int find(long of) {
        int size = size();
        for (int i = 0; i < size; i++) {
            if (state.get(column + 1 + 2 * i) == of) {
                return i;
            }
        }
        return -1;
    }
}
