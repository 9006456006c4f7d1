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

/** The kinds of state that a {@link KeyedProcess} can keep of a key, declared by its fields. */
public abstract class StateFields {
    final KeyState state = new KeyState();

    StateFields() {}

    /**
     * Declares a long, 0 for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final LongState longState(String name) {
        return new LongState(state, name, 0);
    }

    /**
     * Declares a long.
     *
     * @param name    unique in the class
     * @param initial the value for a new key
     * @return the state
     */
    protected final LongState longState(String name, long initial) {
        return new LongState(state, name, initial);
    }

    /**
     * Declares a double, 0.0 for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final DoubleState doubleState(String name) {
        return new DoubleState(state, name, 0);
    }

    /**
     * Declares a double.
     *
     * @param name    unique in the class
     * @param initial the value for a new key
     * @return the state
     */
    protected final DoubleState doubleState(String name, double initial) {
        return new DoubleState(state, name, initial);
    }

    /**
     * Declares a time, not set for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final TimeState timeState(String name) {
        return new TimeState(state, name);
    }

    /**
     * Declares a flag, false for a new key.
     *
     * @param name unique in the class
     * @return the state
     */
    protected final BooleanState booleanState(String name) {
        return new BooleanState(state, name);
    }

    /**
     * Declares a constant of an enum.
     *
     * @param name    unique in the class
     * @param type    the enum; the names of its constants are part of the layout
     * @param initial the value for a new key
     * @param <E>     the enum
     * @return the state
     */
    protected final <E extends Enum<E>> EnumState<E> enumState(String name, Class<E> type, E initial) {
        return new EnumState<>(state, name, type, initial);
    }

    /**
     * Declares a text, empty for a new key.
     *
     * @param name     unique in the class
     * @param maxBytes the most bytes of UTF-8, 1 to 4,096
     * @return the state
     */
    protected final TextState textState(String name, int maxBytes) {
        return new TextState(state, name, maxBytes);
    }

    /**
     * Declares an event that is kept, none for a new key.
     *
     * @param name unique in the class
     * @param type the type of the event
     * @param <V>  the event
     * @return the state
     */
    protected final <V> Kept<V> keeps(String name, EventType<V> type) {
        return new Kept<>(state, name, type);
    }

    /**
     * Declares a list of events, in the order in which they are added.
     *
     * @param name   unique in the class
     * @param type   the type of the events
     * @param atMost the most events of one key, 1 to 1,024
     * @param <V>    the event
     * @return the state
     */
    protected final <V> KeptList<V> list(String name, EventType<V> type, int atMost) {
        return new KeptList<>(state, name, type, atMost);
    }

    /**
     * Declares a map from long to long.
     *
     * @param name   unique in the class
     * @param atMost the most entries of one key, 1 to 1,024; keep it small, since a search goes through the entries in
     *     turn
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
     * A constant of an enum, kept of a key.
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
     * An event kept of a key.
     *
     * @param <V> the event
     */
    public static final class Kept<V> extends EventCell<V> {
        Kept(KeyState state, String name, EventType<V> type) {
            super(state, name, type);
        }
    }

    /**
     * A list of events kept of a key.
     *
     * @param <V> the event
     */
    public static final class KeptList<V> extends EventListCells<V> {
        KeptList(KeyState state, String name, EventType<V> type, int atMost) {
            super(state, name, type, atMost);
        }
    }

    /** A map from long to long, kept of a key. */
    public static final class LongMap extends LongMapCells {
        LongMap(KeyState state, String name, int atMost) {
            super(state, name, atMost);
        }
    }
}
