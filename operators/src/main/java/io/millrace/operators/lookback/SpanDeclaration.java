package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import java.time.Duration;
import java.util.Objects;

/** A span of a look-back, as declared. */
public final class SpanDeclaration {
    final long sizeNs;
    final long delayNs;
    long stepNs;
    Declarations aggregates = new Declarations();
    String name;

    SpanDeclaration(Duration size, Duration delay) {
        if (Objects.requireNonNull(size, "size").isNegative() || size.isZero()) {
            throw new IllegalArgumentException("last(" + size + "): the size of a span has to be positive");
        }
        if (Objects.requireNonNull(delay, "delay").isNegative()) {
            throw new IllegalArgumentException("last(" + size + ", " + delay + "): the delay of a span is 0 or more");
        }
        sizeNs = nanos(size);
        delayNs = nanos(delay);
    }

    /** Nanoseconds; what does not fit is as long as there is. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /**
     * Declares that events are kept as sums of steps.
     *
     * @param step the length of a step; size and delay must be multiples of it
     * @throws IllegalArgumentException if they are not
     */
    public void every(Duration step) {
        long ns = nanos(step);
        if (ns <= 0 || sizeNs % ns != 0 || delayNs % ns != 0) {
            throw new IllegalArgumentException("every(" + step + "): size " + sizeNs + " ns and delay " + delayNs
                    + " ns of the span have to be multiples of a positive step; choose a step that divides both");
        }
        if (stepNs != 0 && stepNs != ns) {
            throw new IllegalArgumentException("every(" + step + "): the span has a step of " + stepNs + " ns already");
        }
        stepNs = ns;
    }

    /**
     * The aggregates of the span.
     *
     * @return the declarations, to add to
     */
    public Declarations aggregates() {
        return aggregates;
    }

    /**
     * Takes the aggregates that a class declares.
     *
     * @param declared its declarations
     * @throws IllegalArgumentException if the span has aggregates already
     */
    public void aggregates(Declarations declared) {
        if (!aggregates.all().isEmpty()) {
            throw new IllegalArgumentException(
                    "a span has aggregates of its own and a class of them; declare a second span of the same size");
        }
        aggregates = declared;
    }

    private long stepOf(long timeNs) {
        return new Units(stepNs).of(timeNs);
    }

    private long unitNs() {
        return Math.max(1, stepNs);
    }

    /** The first moment that belongs to the span of an event: whole steps where there are some. */
    long firstNs(long timeNs) {
        long first = Units.minus(Units.minus(stepOf(timeNs), delayNs / unitNs()), sizeNs / unitNs() - 1);
        return stepNs == 0 || first < Long.MIN_VALUE / stepNs ? first : first * stepNs;
    }

    /** The last moment of it. */
    long lastNs(long timeNs) {
        long behind = Units.plus(Units.minus(stepOf(timeNs), delayNs / unitNs()), 1);
        return new Units(stepNs).startNs(behind) - 1;
    }

    /** Such as {@code last PT1M every PT1S: payments count, cents sum}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("last ").append(Duration.ofNanos(sizeNs));
        if (delayNs > 0) {
            text.append(" delayed ").append(Duration.ofNanos(delayNs));
        }
        if (stepNs > 0) {
            text.append(" every ").append(Duration.ofNanos(stepNs));
        }
        String before = ": ";
        for (Declared d : aggregates.all()) {
            text.append(before).append(d.name()).append(' ').append(d.word());
            before = ", ";
        }
        return text.toString();
    }
}
