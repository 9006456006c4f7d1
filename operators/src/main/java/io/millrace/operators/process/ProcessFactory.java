package io.millrace.operators.process;

/**
 * Makes the user's object, once at build for its layout and once for each node. Each call must declare the same fields,
 * timers and outputs in the same order.
 */
@FunctionalInterface
public interface ProcessFactory {
    /**
     * Makes an object and returns what its fields declare.
     *
     * @return the state, sealed
     */
    KeyState make();
}
