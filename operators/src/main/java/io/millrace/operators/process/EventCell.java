package io.millrace.operators.process;

import io.millrace.event.EventType;

/**
 * An event kept for a key: its bytes.
 *
 * @param <V> the event
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
     * Declares it.
     *
     * @param state of the process
     * @param name  unique in it
     * @param type  the event's type
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
     * @return null when there is none; a view is valid until the next get, and during the call
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
     * Whether there is one.
     *
     * @return false for a new key
     */
    public final boolean isPresent() {
        return state.get(column) != 0;
    }

    /** Lets go of the event. */
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
