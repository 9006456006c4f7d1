package io.millrace.runtime;

import io.millrace.operator.Flow;
import java.util.Arrays;

/**
 * A key, to be found again in another replay, where texts have other numbers.
 *
 * @param number of a key that is one; 0 of one that is bytes
 * @param bytes  of a text or composite key; null of a number
 */
record LineageKey(long number, byte[] bytes) {
    static LineageKey of(Flow flow) {
        return flow.keyBytes() == null
                ? new LineageKey(flow.key(), null)
                : new LineageKey(0, Arrays.copyOf(flow.keyBytes(), flow.keyLength()));
    }

    boolean isOf(Flow flow) {
        return bytes == null
                ? flow.keyBytes() == null && flow.key() == number
                : flow.keyBytes() != null
                        && Arrays.equals(bytes, 0, bytes.length, flow.keyBytes(), 0, flow.keyLength());
    }

    boolean isSame(LineageKey other) {
        return number == other.number && Arrays.equals(bytes, other.bytes);
    }
}
