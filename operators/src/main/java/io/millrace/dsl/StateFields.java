package io.millrace.dsl;

import io.millrace.event.EventType;
import io.millrace.operators.process.BooleanCell;
import io.millrace.operators.process.DoubleCell;
import io.millrace.operators.process.EnumCell;
import io.millrace.operators.process.EventCell;
import io.millrace.operators.process.EventListCells;
import io.millrace.operators.process.KeyState;
import io.millrace.operators.process.LongCell;
import io.millrace.operators.process.LongMapCells;
import io.millrace.operators.process.TextCells;
import io.millrace.operators.process.TimeCell;

/** What may be kept of a key, for the fields of a {@link KeyedProcess}. */
public abstract class StateFields {
    final KeyState state = new KeyState();

    StateFields() {}

    /**
     * A long, 0 for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final LongState longState(String name) {
        return new LongState(state, name, 0);
    }

    /**
     * A long.
     *
     * @param name    unique in the class
     * @param initial what it is for a new key
     * @return the state
     */
    protected final LongState longState(String name, long initial) {
        return new LongState(state, name, initial);
    }

    /**
     * A double, 0.0 for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final DoubleState doubleState(String name) {
        return new DoubleState(state, name, 0);
    }

    /**
     * A double.
     *
     * @param name    unique in the class
     * @param initial what it is for a new key
     * @return the state
     */
    protected final DoubleState doubleState(String name, double initial) {
        return new DoubleState(state, name, initial);
    }

    /**
     * A time, not set for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final TimeState timeState(String name) {
        return new TimeState(state, name);
    }

    /**
     * A flag, false for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final BooleanState booleanState(String name) {
        return new BooleanState(state, name);
    }

    /**
     * A constant of an enum.
     *
     * @param name    unique in the class
     * @param type    the enum; its names are part of the layout
     * @param initial what it is for a new key
     * @param <E>     the enum
     * @return the state
     */
    protected final <E extends Enum<E>> EnumState<E> enumState(String name, Class<E> type, E initial) {
        return new EnumState<>(state, name, type, initial);
    }

    /**
     * A text, empty for a new key.
     *
     * @param name     unique in the class
     * @param maxBytes the most bytes of UTF-8, 1 to 4096
     * @return the state
     */
    protected final TextState textState(String name, int maxBytes) {
        return new TextState(state, name, maxBytes);
    }

    /**
     * An event, none for a new key.
     *
     * @param name unique in the class
     * @param type the event's type
     * @param <V>  the event
     * @return the state
     */
    protected final <V> Kept<V> keeps(String name, EventType<V> type) {
        return new Kept<>(state, name, type);
    }

    /**
     * Events in the order of adding.
     *
     * @param name   unique in the class
     * @param type   the event's type
     * @param atMost the most events of one key, 1 to 1024
     * @param <V>    the event
     * @return the state
     */
    protected final <V> KeptList<V> list(String name, EventType<V> type, int atMost) {
        return new KeptList<>(state, name, type, atMost);
    }

    /**
     * Longs by long.
     *
     * @param name   unique in the class
     * @param atMost the most entries of one key, 1 to 1024; few, for it is searched from the front
     * @return the state
     */
    protected final LongMap map(String name, int atMost) {
        return new LongMap(state, name, atMost);
    }

    // ---- kinds of fields

    /** A long of a key. */
    public static final class LongState extends LongCell {
        LongState(KeyState state, String name, long initial) {
            super(state, name, initial);
        }
    }

    /** A double of a key. */
    public static final class DoubleState extends DoubleCell {
        DoubleState(KeyState state, String name, double initial) {
            super(state, name, initial);
        }
    }

    /** A time of a key. */
    public static final class TimeState extends TimeCell {
        TimeState(KeyState state, String name) {
            super(state, name);
        }
    }

    /** A flag of a key. */
    public static final class BooleanState extends BooleanCell {
        BooleanState(KeyState state, String name) {
            super(state, name);
        }
    }

    /**
     * A constant of an enum, of a key.
     *
     * @param <E> the enum
     */
    public static final class EnumState<E extends Enum<E>> extends EnumCell<E> {
        EnumState(KeyState state, String name, Class<E> type, E initial) {
            super(state, name, type, initial);
        }
    }

    /** A text of a key. */
    public static final class TextState extends TextCells {
        TextState(KeyState state, String name, int maxBytes) {
            super(state, name, maxBytes);
        }
    }

    /**
     * An event kept for a key.
     *
     * @param <V> the event
     */
    public static final class Kept<V> extends EventCell<V> {
        Kept(KeyState state, String name, EventType<V> type) {
            super(state, name, type);
        }
    }

    /**
     * Events kept for a key.
     *
     * @param <V> the event
     */
    public static final class KeptList<V> extends EventListCells<V> {
        KeptList(KeyState state, String name, EventType<V> type, int atMost) {
            super(state, name, type, atMost);
        }
    }

    /** Longs by long, of a key. */
    public static final class LongMap extends LongMapCells {
        LongMap(KeyState state, String name, int atMost) {
            super(state, name, atMost);
        }
    }
}
