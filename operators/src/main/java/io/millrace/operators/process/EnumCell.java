package io.millrace.operators.process;

import java.util.Arrays;
import java.util.Objects;

/**
 * A constant of an enum, kept of a key. The layout names all constants.
 *
 * @param <E> the enum
 */
public class EnumCell<E extends Enum<E>> {
    private final KeyState state;
    private final int column;
    private final E[] constants;

    /**
     * Declares the state.
     *
     * @param state   the state of the process
     * @param name    unique in the process
     * @param type    the enum
     * @param initial the value for a new key
     */
    protected EnumCell(KeyState state, String name, Class<E> type, E initial) {
        this.state = state;
        constants = type.getEnumConstants();
        column = state.field(name, "enum" + Arrays.toString(constants), 1);
        state.set(column, initial.ordinal());
    }

    /**
     * The constant.
     *
     * @return the constant
     */
    public final E get() {
        return constants[(int) state.get(column)];
    }

    /**
     * Compares the constant.
     *
     * @param constant a constant
     * @return whether it is that one
     */
    public final boolean is(E constant) {
        return state.get(column) == constant.ordinal();
    }

    /**
     * Sets the constant.
     *
     * @param constant the constant, not null
     */
    public final void set(E constant) {
        state.requireRunning("set");
        state.set(column, Objects.requireNonNull(constant, "constant").ordinal());
    }
}
