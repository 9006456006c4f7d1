package io.millrace.operators.process;

import io.millrace.event.EventType;

/**
 * A list of events kept of a key, in the order in which they are added, up to a declared number.
 *
 * @param <V> the type of the events
 */
public class EventListCells<V> {
    private final KeyState state;
    private final String name;
    private final int column;
    private final int atMost;
    private final EventBlocks<V> blocks;

    /**
     * Declares the state.
     *
     * @param state  the state of the process
     * @param name   unique in the process
     * @param type   the type of the events
     * @param atMost the most events of one key, 1 to 1,024
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
     * @throws IllegalStateException if the list is full; the event that is being handled then goes to the dead letters
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
     * @return the number; 0 for a new key
     */
    public final int size() {
        return (int) state.get(column);
    }

    /**
     * Whether there are no events.
     *
     * @return true for a new key
     */
    public final boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Whether one more event would be too many.
     *
     * @return true at the bound
     */
    public final boolean isFull() {
        return size() == atMost;
    }

    /**
     * An event of the list.
     *
     * @param index 0 for the first
     * @return the event; a view is valid until the next call of this method for this list, and during the call
     */
    public final V get(int index) {
        state.requireRunning(name);
        return blocks.load(held(index));
    }

    /**
     * Removes an event; later ones move up.
     *
     * @param index 0 for the first
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
