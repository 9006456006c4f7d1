package io.millrace.operators.process;

import io.millrace.event.EventType;

/**
 * Events kept for a key, in the order of adding, up to a declared number.
 *
 * @param <V> the event
 */
public class EventListCells<V> {
    private final KeyState state;
    private final String name;
    private final int column;
    private final int atMost;
    private final EventBlocks<V> blocks;

    /**
     * Declares it.
     *
     * @param state  of the process
     * @param name   unique in it
     * @param type   the event's type
     * @param atMost the most events of one key, 1 to 1024
     */
    protected EventListCells(KeyState state, String name, EventType<V> type, int atMost) {
        if (atMost < 1 || atMost > 1024) {
            throw new IllegalArgumentException("list " + name + " of at most " + atMost + " events; use 1 to 1024");
        }
        this.state = state;
        this.name = name;
        this.atMost = atMost;
        column = state.field(name, "list of " + type.name() + " (" + type.layout() + ")", 1 + atMost);
        blocks = state.keep(name, type, column + 1, atMost);
    }

    /**
     * Adds an event at the end.
     *
     * @param event a value, or a view; copied
     * @throws IllegalStateException when the list is full: the event in hand goes to the dead letters
     */
    public final void add(V event) {
        state.requireRunning(name);
        int size = size();
        if (size == atMost) {
            throw state.overBound(new OverBoundException(
                    "list " + name + " is full with " + atMost + " events; ask isFull(), or raise its bound"));
        }
        try {
            state.set(column + 1 + size, blocks.store(event));
        } catch (OverBoundException e) {
            throw state.overBound(e);
        }
        state.set(column, size + 1);
    }

    /**
     * How many events there are.
     *
     * @return 0 for a new key
     */
    public final int size() {
        return (int) state.get(column);
    }

    /**
     * Whether there are none.
     *
     * @return true for a new key
     */
    public final boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Whether one more would be too many.
     *
     * @return true at the bound
     */
    public final boolean isFull() {
        return size() == atMost;
    }

    /**
     * Reads an event.
     *
     * @param index 0 is the first
     * @return a view is valid until the next get of this list, and during the call
     */
    public final V get(int index) {
        state.requireRunning(name);
        return blocks.load(held(index));
    }

    /**
     * Removes an event; those behind it move up.
     *
     * @param index 0 is the first
     */
    public final void remove(int index) {
        state.requireRunning(name);
        blocks.drop(held(index));
        int last = size() - 1;
        for (int i = index; i < last; i++) {
            state.set(column + 1 + i, state.get(column + 2 + i));
        }
        state.set(column + 1 + last, 0);
        state.set(column, last);
    }

    /** Removes all events. */
    public final void clear() {
        while (!isEmpty()) {
            remove(size() - 1);
        }
    }

    private long held(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("list " + name + ": " + index + " of " + size() + " events");
        }
        return state.get(column + 1 + index);
    }
}
