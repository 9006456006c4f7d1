package io.millrace.operators.aggregate.sketch;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.TextField;
import java.util.Objects;

/**
 * 64 bits that stand for a text: each character is multiplied and folded in, at the end the length. The same in every run and
 * release; of a thousand texts two are taken for one with a chance of 1 in 10^13.
 *
 * <p>Before the first character stands a number without a pattern, not the length: small numbers that differ, taken together with
 * characters that differ as much, were the same.
 */
final class TextHash<T> implements LongField<T> {
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    /** Fixed for good, as the rest: what is kept of texts goes by it. */
    private static final long SEED = 0x6A09E667F3BCC909L;

    private final TextField<T> field;

    TextHash(TextField<T> field) {
        this.field = Objects.requireNonNull(field, "distinct of what");
    }

    @Override
    public long of(T event) throws Exception {
        return hash(field.of(event));
    }

    static long hash(CharSequence text) {
        int length = text.length();
        long hash = SEED;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ text.charAt(i)) * FACTOR;
            hash ^= hash >>> 32;
        }
        return HyperLogLogFold.hash(hash ^ length * FACTOR);
    }
}
