package io.millrace.event;

import java.util.Objects;

/**
 * What came back for a request that a topology has sent through a {@link LookupPort}: an event of the port's input of replies. Which
 * request it answers stands in its header: {@link Header#cause} names the request by the place of its entry and its number.
 *
 * @param <R> the answer
 */
public abstract sealed class Reply<R> permits Reply.Made, ReplyType.View {
    Reply() {}

    /**
     * An answer.
     *
     * @param value what was found
     * @param <R>   the answer
     * @return to be published
     */
    public static <R> Reply<R> of(R value) {
        return new Made<>(Objects.requireNonNull(value, "value"));
    }

    /**
     * Says that there will be no answer.
     *
     * @param <R> the answer
     * @return to be published
     */
    public static <R> Reply<R> failed() {
        return new Made<>(null);
    }

    /**
     * Whether there will be no answer.
     *
     * @return false when there is one
     */
    public abstract boolean isFailed();

    /**
     * The answer.
     *
     * @return null when it {@link #isFailed failed}; a view is valid during the call
     */
    public abstract R value();

    /** One to be published. */
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
