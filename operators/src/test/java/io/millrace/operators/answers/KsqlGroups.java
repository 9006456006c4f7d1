package io.millrace.operators.answers;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.DoubleValues;
import io.millrace.dsl.LongValues;
import io.millrace.dsl.LookBack;
import io.millrace.event.LongField;
import io.millrace.operators.Fn.DoubleField;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** What a group by of ksql comes to: everything its select lists ask for, of all of a key, or of a window. */
final class KsqlGroups {
    private KsqlGroups() {}

    /** What the aggregates are about, and how many of the largest are told. */
    record Asked(LongField<Cell> whole, DoubleField<Cell> broken, int k, boolean isDistinct) {}

    /** As many as any case asks for: whole numbers, or the bits of others. */
    record Largest(int size, long first, long second, long third) {
        static final int MOST = 3;

        static Largest of(long... bits) {
            long[] all = Arrays.copyOf(bits, MOST);
            return new Largest(bits.length, all[0], all[1], all[2]);
        }

        private static Largest of(LongValues values) {
            long[] bits = new long[values.size()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = values.get(i);
            }
            return of(bits);
        }

        private static Largest of(DoubleValues values) {
            long[] bits = new long[values.size()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = Double.doubleToLongBits(values.get(i));
            }
            return of(bits);
        }

        long bits(int rank) {
            return rank == 0 ? first : rank == 1 ? second : third;
        }
    }

    /** What a group by has come to, at a row. */
    record Group(
            long row,
            long count,
            long sum,
            double sumDouble,
            long min,
            long max,
            double minDouble,
            double maxDouble,
            Largest largest,
            Largest largestDouble,
            long startMs,
            long endMs) {}

    /** All of a key so far. */
    static final class Forever extends LookBack<Cell> {
        private final Ever ever;

        Forever(Asked asked) {
            ever = last(Duration.ofNanos(Long.MAX_VALUE)).of(() -> new Ever(asked));
        }

        Group group() {
            return ever.group(event().row(), 0, 0);
        }
    }

    /** The same of one window; a millisecond of theirs is a nanosecond here. */
    static final class InWindow extends Ever {
        final LongValue row = last(c -> c.row());

        InWindow(Asked asked) {
            super(asked);
        }

        Group group() {
            return group(row.get(), windowStartNs(), windowEndNs());
        }
    }

    /** The values. */
    static class Ever extends Aggregates<Cell> {
        final LongValue count = count();
        final LongValue sum;
        final DoubleValue sumDouble;
        final LongValue min;
        final LongValue max;
        final DoubleValue minDouble;
        final DoubleValue maxDouble;
        final LongValues largest;
        final DoubleValues largestDouble;

        Ever(Asked asked) {
            sum = sumSaturating(asked.whole);
            sumDouble = sumDouble(asked.broken);
            min = min(asked.whole);
            max = max(asked.whole);
            minDouble = minDouble(asked.broken);
            maxDouble = maxDouble(asked.broken);
            largest = asked.isDistinct ? largestDistinct(asked.k, asked.whole) : largest(asked.k, asked.whole);
            largestDouble = asked.isDistinct
                    ? largestDistinctDouble(asked.k, asked.broken)
                    : largestDouble(asked.k, asked.broken);
        }

        final Group group(long row, long startMs, long endMs) {
            return new Group(
                    row,
                    count.get(),
                    sum.get(),
                    sumDouble.get(),
                    min.get(),
                    max.get(),
                    minDouble.get(),
                    maxDouble.get(),
                    Largest.of(largest),
                    Largest.of(largestDouble),
                    startMs,
                    endMs);
        }
    }

    // ---- texts in their order

    /** A text of at most seven bytes as a number that is larger where the text is. */
    static long number(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= Long.BYTES) {
            throw new IllegalArgumentException("'" + text + "' is longer than a number can order");
        }
        long number = 0;
        for (int i = 0; i < Long.BYTES - 1; i++) {
            number = number << 8 | (i < bytes.length ? bytes[i] & 0xFF : 0);
        }
        return number;
    }

    static String text(long number) {
        byte[] bytes = new byte[Long.BYTES - 1];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (number >>> 8 * (bytes.length - 1 - i));
            length += bytes[i] == 0 ? 0 : 1;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
