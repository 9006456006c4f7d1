package io.millrace.operators.lookback;

import io.millrace.event.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A look-back as it is defined: all events that were ever accepted in a list, each window gathered anew from all of
 * them in unbounded integers. Slow, and without a thought of how it could be done better.
 */
final class Oracle {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    record Ev(long cents, double amount, boolean fraud) {}

    /** One span; {@code sums} says whether it has a sum of longs, which can overflow. */
    record SpanSpec(long size, long delay, long step, boolean sums) {
        /** Whether content at a time is in the window of a time. */
        boolean holds(long content, long asked) {
            if (isSmall(content) && isSmall(asked) && isSmall(size) && isSmall(delay)) {
                long unit = Math.max(step, 1);
                long last = Math.floorDiv(asked, unit) - delay / unit;
                long at = Math.floorDiv(content, unit);
                return at <= last && at > last - size / unit;
            }
            if (step > 0) {
                BigInteger last = floor(asked).subtract(big(delay / step));
                BigInteger first = last.subtract(big(size / step));
                return floor(content).compareTo(last) <= 0 && floor(content).compareTo(first) > 0;
            }
            BigInteger last = big(asked).subtract(big(delay));
            BigInteger first = last.subtract(big(size));
            return big(content).compareTo(last) <= 0 && big(content).compareTo(first) > 0;
        }

        private static boolean isSmall(long n) {
            return Math.abs(n) < 1L << 60 && n != Long.MIN_VALUE;
        }

        BigInteger floor(long time) {
            return big(Math.floorDiv(time, Math.max(step, 1)));
        }
    }

    private record Kept(long time, Ev event) {}

    private final List<SpanSpec> spans;
    private final Map<Long, List<Kept>> kept = new HashMap<>();

    Oracle(List<SpanSpec> spans) {
        this.spans = spans;
    }

    static BigInteger big(long n) {
        return BigInteger.valueOf(n);
    }

    /** The events of a span for a question that comes now. */
    List<Ev> window(long key, SpanSpec span, long time) {
        List<Ev> found = new ArrayList<>();
        for (Kept k : kept.getOrDefault(key, List.of())) {
            if (span.holds(k.time, time)) {
                found.add(k.event);
            }
        }
        return found;
    }

    /** The same in the order of time; those of one time as they came. */
    List<Ev> byTime(long key, SpanSpec span, long time) {
        return kept.getOrDefault(key, List.of()).stream()
                .filter(k -> span.holds(k.time, time))
                .sorted(Comparator.comparingLong(Kept::time))
                .map(Kept::event)
                .toList();
    }

    void keep(long key, long time, Ev event) {
        kept.computeIfAbsent(key, k -> new ArrayList<>()).add(new Kept(time, event));
    }

    /** Why an event that asks and is kept cannot be taken. */
    Reason refusal(long key, long time, long progress, Ev event) {
        Reason reason = contentRefusal(key, time, progress, event);
        for (SpanSpec span : spans) {
            List<Ev> own = new ArrayList<>(window(key, span, time));
            if (span.delay == 0) {
                own.add(event);
            }
            boolean fits = !span.sums || fits(own);
            BigInteger newest = newestUnit(key, span);
            if (span.delay == 0 && newest != null && span.floor(time).compareTo(newest) < 0) {
                List<Ev> atNewest = new ArrayList<>();
                long newestTime = newestTime(key);
                for (Kept k : kept.get(key)) {
                    if (span.holds(k.time, newestTime)) {
                        atNewest.add(k.event);
                    }
                }
                if (span.holds(time, newestTime)) {
                    atNewest.add(event);
                    fits &= !span.sums || fits(atNewest);
                }
            }
            reason = reason == null && !fits ? Reason.OUT_OF_RANGE : reason;
        }
        return reason;
    }

    /** Why an event that is only kept cannot be taken. */
    Reason contentRefusal(long key, long time, long progress, Ev event) {
        if (time < progress) {
            return Reason.LATE;
        }
        for (SpanSpec span : spans) {
            if (span.step > 0 && span.sums) {
                List<Ev> bucket = new ArrayList<>(List.of(event));
                for (Kept k : kept.getOrDefault(key, List.of())) {
                    if (span.floor(k.time).equals(span.floor(time))) {
                        bucket.add(k.event);
                    }
                }
                if (!fits(bucket)) {
                    return Reason.OUT_OF_RANGE;
                }
            }
        }
        return null;
    }

    Reason questionRefusal(long key, long time, long progress) {
        if (time < progress) {
            return Reason.LATE;
        }
        for (SpanSpec span : spans) {
            if (span.sums && !fits(window(key, span, time))) {
                return Reason.OUT_OF_RANGE;
            }
        }
        return null;
    }

    private long newestTime(long key) {
        return kept.get(key).stream().mapToLong(Kept::time).max().orElseThrow();
    }

    private BigInteger newestUnit(long key, SpanSpec span) {
        return kept.containsKey(key) ? span.floor(newestTime(key)) : null;
    }

    static BigInteger sum(List<Ev> events) {
        return events.stream().map(e -> big(e.cents)).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static boolean fits(List<Ev> events) {
        if (events.stream().allMatch(e -> Math.abs(e.cents) < 1 << 20 && e.cents != Long.MIN_VALUE)) {
            return true;
        }
        BigInteger sum = sum(events);
        return sum.compareTo(LONG_MIN) >= 0 && sum.compareTo(LONG_MAX) <= 0;
    }

    /** The sum of doubles, rounded once; as plain addition has it where one is not finite. */
    static double sumDouble(List<Ev> events) {
        double plain = 0;
        BigDecimal exact = BigDecimal.ZERO;
        boolean finite = true;
        for (Ev e : events) {
            plain += e.amount;
            finite &= Double.isFinite(e.amount);
            exact = Double.isFinite(e.amount) ? exact.add(new BigDecimal(e.amount)) : exact;
        }
        return finite ? exact.doubleValue() : plain;
    }

    /** How far a compensated sum may be from the exact one. */
    static double tolerance(List<Ev> events) {
        double all = 0;
        for (Ev e : events) {
            all += Double.isFinite(e.amount) ? Math.abs(e.amount) : 0;
        }
        return all * 0x1p-90;
    }
}
