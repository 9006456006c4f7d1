package io.millrace.operators.window;

import io.millrace.dsl.Aggregates;
import io.millrace.event.EntryForm;
import java.util.Comparator;
import java.util.List;

/**
 * A result of a window as tests compare it.
 *
 * @param key      0 without a key
 * @param start    of the window
 * @param end      of the window
 * @param revision of the result
 * @param count    of events
 * @param sum      of values
 * @param min      of values
 * @param max      of values
 * @param first    value
 * @param last     value
 * @param mean     of values; -1 for none
 */
record Bar(
        long key,
        long start,
        long end,
        int revision,
        long count,
        long sum,
        long min,
        long max,
        long first,
        long last,
        double mean) {
    /** An event. */
    record Ev(long key, long value, long timeNs) {}

    /** What is computed of each window. */
    static class Shape extends Aggregates<Ev> {
        final LongValue count = count();
        final LongValue sum = sum(Ev::value);
        final LongValue min = min(Ev::value);
        final LongValue max = max(Ev::value);
        final LongValue first = first(Ev::value);
        final LongValue last = last(Ev::value);
        final DoubleValue mean = mean(Ev::value);

        long key() {
            return 0;
        }

        Bar bar() {
            return new Bar(
                    key(),
                    windowStartNs(),
                    windowEndNs(),
                    revision(),
                    count.get(),
                    sum.get(),
                    min.get(),
                    max.get(),
                    first.get(),
                    last.get(),
                    mean.isPresent() ? mean.get() : -1);
        }
    }

    /** The same with the key. */
    static final class KeyedShape extends Shape {
        final LongValue key = longKey();

        @Override
        long key() {
            return key.get();
        }
    }

    /** The result of some events, gathered anew from all of them; {@code events} as they came. */
    static Bar of(long key, long start, long end, int revision, List<Ev> events) {
        List<Ev> byTime =
                events.stream().sorted(Comparator.comparingLong(Ev::timeNs)).toList();
        long sum = events.stream().mapToLong(Ev::value).sum();
        boolean none = events.isEmpty();
        return new Bar(
                key,
                start,
                end,
                revision,
                events.size(),
                sum,
                events.stream().mapToLong(Ev::value).min().orElse(0),
                events.stream().mapToLong(Ev::value).max().orElse(0),
                none ? 0 : byTime.get(0).value,
                none ? 0 : byTime.get(byTime.size() - 1).value,
                none ? -1 : (double) sum / events.size());
    }

    /** A time that an input takes: its ends of the range of time it refuses. */
    static long within(long ns) {
        return Math.max(Long.MIN_VALUE + 1, Math.min(ns, Long.MAX_VALUE - 2));
    }

    /** The form of a result where later ones replace earlier ones. */
    static EntryForm form(int revision, boolean retracts) {
        return revision > 0 && !retracts ? EntryForm.REPLACEMENT : EntryForm.INSERT;
    }
}
