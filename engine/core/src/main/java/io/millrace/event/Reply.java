package io.millrace.event;

import java.util.Objects;

/**
 * The reply to a request that a topology has sent through a {@link LookupPort}: an event of the port's input of
 * replies. Its header tells which request it answers: {@link Header#cause} names the place of the request's entry and
 * its number.
 *
 * @param <R> the type of the answer
 */
public abstract sealed class Reply<R> permits Reply.Made, ReplyType.View {
    Reply() {}

    /**
     * Creates a reply with an answer.
     *
     * @param value the answer
     * @param <R> the type of the answer
     * @return to be published
     */
    public static <R> Reply<R> of(R value) {
        return new Made<>(Objects.requireNonNull(value, "value"));
    }

    /**
     * Creates a reply that says that there will be no answer.
     *
     * @param <R> the type of the answer
     * @return to be published
     */
    public static <R> Reply<R> failed() {
        return new Made<>(null);
    }

    /**
     * Tells whether there will be no answer.
     *
     * @return false if there is one
     */
    public abstract boolean isFailed();

    /**
     * Returns the answer.
     *
     * @return null if it {@link #isFailed failed}; a view is valid during the call only
     */
    public abstract R value();

    /** A reply to be published. */
    static final class Made<R> extends Reply<R> {
        private final R value;

        private Made(R value) {
            this.value = value;
        }

        @Override
        public boolean isFailed() {
            return value == null;
        }

        @Override
        public R value() {
            return value;
        }

        @Override
        public String toString() {
            return "Reply[" + (value == null ? "failed" : value) + "]";
        }
    }
}
