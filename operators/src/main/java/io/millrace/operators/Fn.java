package io.millrace.operators;

/**
 * The shapes of user code. All may throw: the event goes to the dead letters, the engine goes on. All must be functions of
 * their arguments: a captured variable that changes is outside the log, and a replay cannot repeat it; use a {@code setting}
 * or declared state.
 */
public interface Fn {
    /**
     * A question about an event.
     *
     * @param <T> the event
     */
    @FunctionalInterface
    interface Condition<T> {
        /**
         * Asks.
         *
         * @param t the event, valid during the call
         * @return the answer
         * @throws Exception whatever user code throws
         */
        boolean test(T t) throws Exception;
    }

    /**
     * A question about an event and something beside it.
     *
     * @param <T> the event
     * @param <U> what stands beside it
     */
    @FunctionalInterface
    interface Condition2<T, U> {
        /**
         * Asks.
         *
         * @param t the event, valid during the call
         * @param u what stands beside it
         * @return the answer
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
         * Reads.
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
         * Reads.
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
     * Fills an event in place.
     *
     * @param <T> the event read
     * @param <W> the writer of the event filled
     */
    @FunctionalInterface
    interface Writer<T, W> {
        /**
         * Fills.
         *
         * @param in  the event read, valid during the call
         * @param out the event to fill, valid during the call
         * @throws Exception whatever user code throws; what was filled is dropped
         */
        void write(T in, W out) throws Exception;
    }

    /**
     * Fills an event in place from two things.
     *
     * @param <A> the first thing read
     * @param <B> the second thing read
     * @param <W> what is filled
     */
    @FunctionalInterface
    interface Writer2<A, B, W> {
        /**
         * Fills it.
         *
         * @param a      the first thing read
         * @param b      the second thing read
         * @param target to be filled; zero so far
         * @throws Exception whatever user code throws
         */
        void write(A a, B b, W target) throws Exception;
    }

    /**
     * Makes something of one thing.
     *
     * @param <A> the argument
     * @param <R> the result
     */
    @FunctionalInterface
    interface Fn1<A, R> {
        /**
         * Makes it.
         *
         * @param a valid during the call
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a) throws Exception;
    }

    /**
     * Makes something of two things.
     *
     * @param <A> the first
     * @param <B> the second
     * @param <R> the result
     */
    @FunctionalInterface
    interface Fn2<A, B, R> {
        /**
         * Makes it.
         *
         * @param a the first
         * @param b the second
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b) throws Exception;
    }

    /**
     * Makes something of three things.
     *
     * @param <A> the first
     * @param <B> the second
     * @param <C> the third
     * @param <R> the result
     */
    @FunctionalInterface
    interface Fn3<A, B, C, R> {
        /**
         * Makes it.
         *
         * @param a the first
         * @param b the second
         * @param c the third
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c) throws Exception;
    }

    /**
     * Makes something of four things.
     *
     * @param <A> the first
     * @param <B> the second
     * @param <C> the third
     * @param <D> the fourth
     * @param <R> the result
     */
    @FunctionalInterface
    interface Fn4<A, B, C, D, R> {
        /**
         * Makes it.
         *
         * @param a the first
         * @param b the second
         * @param c the third
         * @param d the fourth
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c, D d) throws Exception;
    }

    /**
     * Makes something of five things.
     *
     * @param <A> the first
     * @param <B> the second
     * @param <C> the third
     * @param <D> the fourth
     * @param <E> the fifth
     * @param <R> the result
     */
    @FunctionalInterface
    interface Fn5<A, B, C, D, E, R> {
        /**
         * Makes it.
         *
         * @param a the first
         * @param b the second
         * @param c the third
         * @param d the fourth
         * @param e the fifth
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        R apply(A a, B b, C c, D d, E e) throws Exception;
    }
}
