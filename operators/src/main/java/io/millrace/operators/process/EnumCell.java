package io.millrace.operators.process;

import java.util.Arrays;
import java.util.Objects;

/**
 * One of the constants of an enum, for a key. The layout names all of them.
 *
 * @param <E> the enum
 */
public class EnumCell<E extends Enum<E>> {
    private final KeyState state;
    private final int column;
    private final E[] constants;

    /**
     * Declares it.
     *
     * @param state   of the process
     * @param name    unique in it
     * @param type    the enum
     * @param initial what it is for a new key
     */
    protected EnumCell(KeyState state, String name, Class<E> type, E initial) {
        this.state = state;
        constants = type.getEnumConstants();
        column = state.field(name, "enum" + Arrays.toString(constants), 1);
        state.set(column, initial.ordinal());
    }

    /**
     * Reads it.
     *
     * @return a constant
     */
    public final E get() {
        return constants[(int) state.get(column)];
    }

    /**
     * Compares it.
     *
     * @param constant a constant
     * @return whether it is that one
     */
    public final boolean is(E constant) {
        return state.get(column) == constant.ordinal();
    }

    /**
     * Sets it.
     *
     * @param constant not null
     */
    public final void set(E constant) {
        state.requireRunning("set");
        state.set(column, Objects.requireNonNull(constant, "constant").ordinal());
    }
}
