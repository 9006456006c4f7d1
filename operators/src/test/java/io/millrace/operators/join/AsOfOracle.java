package io.millrace.operators.join;

import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** An as-of join by looking through all rows, each time. */
final class AsOfOracle {
    private final String direction;
    private final boolean strict;
    private final boolean inner;
    private final boolean arrival;
    private final long toleranceNs;
    private final List<Price> rows = new ArrayList<>();
    private final List<Trade> waiting = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<Long> times = new ArrayList<>();

    /** A tolerance below zero is none. */
    AsOfOracle(String direction, boolean strict, boolean inner, boolean arrival, long toleranceNs) {
        this.direction = direction;
        this.strict = strict;
        this.inner = inner;
        this.arrival = arrival;
        this.toleranceNs = toleranceNs;
    }

    /** Of any kind; each time one without rows. */
    static Supplier<AsOfOracle> any(Random random) {
        return of(random, random.nextBoolean());
    }

    /** Of those that answer each trade. */
    static Supplier<AsOfOracle> anyOuter(Random random) {
        return of(random, false);
    }

    private static Supplier<AsOfOracle> of(Random random, boolean inner) {
        String direction = List.of("backward", "backward", "forward", "nearest").get(random.nextInt(4));
        boolean backward = direction.equals("backward");
        boolean strict = random.nextBoolean();
        boolean arrival = random.nextInt(3) == 0;
        long toleranceNs = (backward || arrival) && random.nextBoolean() ? -1 : random.nextInt(15);
        return () -> new AsOfOracle(direction, strict, inner, arrival, toleranceNs);
    }

    AsOf how() {
        AsOf how = switch (direction) {
            case "backward" -> AsOf.backward();
            case "forward" -> AsOf.forward();
            default -> AsOf.nearest();
        };
        how = strict ? how.strictly() : how;
        how = inner ? how.inner() : how;
        how = arrival ? how.onArrival() : how;
        return toleranceNs < 0 ? how : how.tolerance(java.time.Duration.ofNanos(toleranceNs));
    }

    void row(Price row) {
        rows.add(row);
    }

    void trade(Trade trade) {
        if (arrival) {
            answer(trade);
        } else {
            waiting.add(trade);
        }
    }

    /** Answers what need not wait any more, by time and then as it came. */
    void progress(long progressNs) {
        List<Trade> due = waiting.stream()
                .filter(t -> dueNs(t) <= progressNs)
                .sorted(Comparator.comparingLong(Trade::ns))
                .toList();
        waiting.removeAll(due);
        due.forEach(this::answer);
    }

    private long dueNs(Trade t) {
        return knownNs(t) + (direction.equals("backward") && strict ? 0 : 1);
    }

    private long knownNs(Trade t) {
        return t.ns() + (direction.equals("backward") || arrival ? 0 : toleranceNs);
    }

    private void answer(Trade t) {
        Price before = null;
        Price behind = null;
        for (Price r : rows) {
            if (r.key() != t.key()) {
                continue;
            }
            if (r.ns() < t.ns() || r.ns() == t.ns() && !strict) {
                before = before == null || r.ns() >= before.ns() ? r : before;
            }
            if (r.ns() > t.ns() || r.ns() == t.ns() && !strict) {
                behind = behind == null || r.ns() <= behind.ns() ? r : behind;
            }
        }
        before = direction.equals("forward") || !counts(before, t) ? null : before;
        behind = direction.equals("backward") || !counts(behind, t) ? null : behind;
        Price found = before;
        if (before == null || behind != null && behind.ns() - t.ns() < t.ns() - before.ns()) {
            found = behind;
        }
        if (found != null || !inner) {
            answers.add(new Answer(t.id(), found == null ? -1 : found.value()));
            times.add(knownNs(t));
        }
    }

    private boolean counts(Price row, Trade t) {
        return row != null && !row.gone() && (toleranceNs < 0 || Math.abs(row.ns() - t.ns()) <= toleranceNs);
    }
}
