package io.millrace.operators.process;

import io.millrace.event.EventType;

/**
 * An event kept of a key, as its bytes; none for a new key.
 *
 * @param <V> the type of the event
 */
public class EventCell<V> {
    private final KeyState state;
    private final String name;
    private final int column;
    private final EventBlocks<V> blocks;
    private final boolean isValue;
    private V read;
    private int readInCall;

    /**
     * Declares the state.
     *
     * @param state the state of the process
     * @param name  unique in the process
     * @param type  the type of the event
     */
    protected EventCell(KeyState state, String name, EventType<V> type) {
        this.state = state;
        this.name = name;
        isValue = type.isValue();
        column = state.field(name, "event " + type.name() + " (" + type.layout() + ")", 1);
        blocks = state.keep(name, type, column, 1);
    }

    /**
     * Keeps an event in place of the one before.
     *
     * @param event a value, or a view; copied
     */
    public final void set(V event) {
        state.requireRunning(name);
        long held;
        try {
            held = blocks.store(event);
        } catch (OverBoundException e) {
            throw state.overBound(e);
        }
        clear();
        state.set(column, held);
    }

    /**
     * The event.
     *
     * @return the event; null if there is none. A view is valid until the next call of this method, and during the call
     */
    public final V get() {
        state.requireRunning(name);
        long held = state.get(column);
        if (held == 0) {
            return null;
        }
        if (!isValue) {
            return blocks.load(held);
        }
        if (read == null || readInCall != state.call()) {
            read = blocks.load(held);
            readInCall = state.call();
        }
        return read;
    }

    /**
     * Whether there is an event.
     *
     * @return false for a new key
     */
    public final boolean isPresent() {
        return state.get(column) != 0;
    }

    /** Forgets the event. */
    public final void clear() {
        state.requireRunning(name);
        long held = state.get(column);
        if (held != 0) {
            blocks.drop(held);
            state.set(column, 0);
        }
        read = null;
    }
}
