package io.millrace.operators;

/**
 * The interfaces of user code, for which you write lambdas. All may throw: the event then goes to the dead letters and
 * the engine goes on. All must depend on their arguments only: a captured variable that changes is outside the log, and
 * a replay cannot repeat it; use a {@code setting} or declared state instead.
 */
public interface Fn {
    /**
     * A condition on an event.
     *
     * @param <T> the type of the event
     */
    @FunctionalInterface
    interface Condition<T> {
        /**
         * Evaluates the condition.
         *
         * @param t the event, valid during the call
         * @return whether it holds
         * @throws Exception whatever user code throws
         */
        boolean test(T t) throws Exception;
    }

    /**
     * A condition on an event and another argument.
     *
     * @param <T> the type of the event
     * @param <U> the type of the other argument
     */
    @FunctionalInterface
    interface Condition2<T, U> {
        /**
         * Evaluates the condition.
         *
         * @param t the event, valid during the call
         * @param u the other argument
         * @return whether it holds
         * @throws Exception whatever user code throws
         */
        boolean test(T t, U u) throws Exception;
    }

    /**
     * Reads a double from an event.
     *
     * @param <T> the event
     */
    @FunctionalInterface
    interface DoubleField<T> {
        /**
         * Reads the double.
         *
         * @param t the event, valid during the call
         * @return the value
         * @throws Exception whatever user code throws
         */
        double of(T t) throws Exception;
    }

    /**
     * Reads a text from an event.
     *
     * @param <T> the event
     */
    @FunctionalInterface
    interface TextField<T> {
        /**
         * Reads the text.
         *
         * @param t the event, valid during the call
         * @return the text
         * @throws Exception whatever user code throws
         */
        CharSequence of(T t) throws Exception;
    }

    /**
     * Does something with an event.
     *
     * @param <T> the event
     */
    @FunctionalInterface
    interface Action<T> {
        /**
         * Does it.
         *
         * @param t the event, valid during the call
         * @throws Exception whatever user code throws
         */
        void on(T t) throws Exception;
    }

    /**
     * Fills an event in place from an event.
     *
     * @param <T> the type of the event that is read
     * @param <W> the type of the event that is filled, as the function sees it
     */
    @FunctionalInterface
    interface Writer<T, W> {
        /**
         * Fills the event.
         *
         * @param in  the event that is read, valid during the call
         * @param out the event to fill, valid during the call
         * @throws Exception whatever user code throws; what was filled is dropped
         */
        void write(T in, W out) throws Exception;
    }

    /**
     * Fills an event in place from two arguments.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <W> the type of the event that is filled, as the function sees it
     */
    @FunctionalInterface
    interface Writer2<A, B, W> {
        /**
         * Fills the event.
         *
         * @param a      the first argument
         * @param b      the second argument
         * @param target the event to fill; all fields are zero so far
         * @throws Exception whatever user code throws
         */
        void write(A a, B b, W target) throws Exception;
    }

    /**
     * A function of one argument.
     *
     * @param <A> the type of the argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    interface Fn1<A, R> {
        /**
         * Computes the result.
         *
         * @param a the argument, valid during the call
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a) throws Exception;
    }

    /**
     * A function of two arguments.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    interface Fn2<A, B, R> {
        /**
         * Computes the result.
         *
         * @param a the first argument
         * @param b the second argument
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b) throws Exception;
    }

    /**
     * A function of three arguments.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    interface Fn3<A, B, C, R> {
        /**
         * Computes the result.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c) throws Exception;
    }

    /**
     * A function of four arguments.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <D> the type of the fourth argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    interface Fn4<A, B, C, D, R> {
        /**
         * Computes the result.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @param d the fourth argument
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c, D d) throws Exception;
    }

    /**
     * A function of five arguments.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <D> the type of the fourth argument
     * @param <E> the type of the fifth argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    interface Fn5<A, B, C, D, E, R> {
        /**
         * Computes the result.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @param d the fourth argument
         * @param e the fifth argument
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c, D d, E e) throws Exception;
    }
}
