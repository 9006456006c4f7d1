package io.millrace.operators.process;

/**
 * Makes the user's object, once at build for its layout and once for each node. It must be a function of nothing: each
 * call declares the same fields, timers and outputs in the same order.
 */
@FunctionalInterface
public interface ProcessFactory {
    /**
     * Makes an object and answers what its fields declare.
     *
     * @return sealed
     */
    KeyState make();
}
