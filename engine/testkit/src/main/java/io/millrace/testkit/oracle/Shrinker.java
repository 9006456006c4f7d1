package io.millrace.testkit.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes an input that fails smaller, as long as it fails: fewer steps, fewer keys, earlier times, smaller values. Each
 * candidate is a run; their number is bounded.
 */
final class Shrinker {
    private final Predicate<List<Step>> fails;
    private final long unitNs;
    private final int runsMax;
    private List<Step> best;
    private int runs;

    private Shrinker(List<Step> failing, Predicate<List<Step>> fails, long unitNs, int runsMax) {
        this.best = failing;
        this.fails = fails;
        this.unitNs = unitNs;
        this.runsMax = runsMax;
    }

    /**
     * What is left.
     *
     * @param steps fails
     * @param runs  how many runs it took
     */
    record Shrunk(List<Step> steps, int runs) {}

    static Shrunk shrink(List<Step> failing, Predicate<List<Step>> fails, long unitNs, int runsMax) {
        Shrinker s = new Shrinker(failing, fails, unitNs, runsMax);
        boolean smaller = true;
        while (smaller && s.runs < runsMax) {
            smaller = s.drop();
            smaller |= s.mergeKeys();
            smaller |= s.allTimes();
            smaller |= s.eachStep();
        }
        return new Shrunk(s.best, s.runs);
    }

    private boolean attempt(List<Step> candidate) {
        if (runs >= runsMax || candidate.isEmpty() || candidate.equals(best)) {
            return false;
        }
        runs++;
        if (!fails.test(candidate)) {
            return false;
        }
        best = candidate;
        return true;
    }

    /** Whole runs of steps first, single ones in the end. */
    private boolean drop() {
        boolean smaller = false;
        for (int size = Math.max(1, best.size() / 2); size > 0; size /= 2) {
            for (int at = best.size() - size; at >= 0; at -= size) {
                if (at + size <= best.size()) {
                    List<Step> candidate = new ArrayList<>(best);
                    candidate.subList(at, at + size).clear();
                    smaller |= attempt(candidate);
                }
            }
        }
        return smaller;
    }

    private boolean mergeKeys() {
        boolean smaller = false;
        List<Long> keys = best.stream()
                .filter(Step::isEvent)
                .map(Step::key)
                .distinct()
                .sorted()
                .toList();
        for (long key : keys) {
            for (long other = 0; other < key && other <= keys.size(); other++) {
                long into = other;
                if (each(s -> s.isEvent() && s.key() == key ? s.withKey(into) : s)) {
                    smaller = true;
                    break;
                }
            }
        }
        return smaller;
    }

    private boolean allTimes() {
        long least = best.stream()
                .filter(s -> s.kind() != Step.Kind.END)
                .mapToLong(Step::timeNs)
                .min()
                .orElse(0);
        boolean smaller = least != 0 && each(s -> timed(s, s.timeNs() - least));
        return smaller | each(s -> timed(s, half(s.timeNs())));
    }

    private long half(long ns) {
        return ns / unitNs / 2 * unitNs;
    }

    private static Step timed(Step s, long ns) {
        return s.kind() == Step.Kind.END ? s : s.withTime(ns);
    }

    private boolean each(UnaryOperator<Step> change) {
        return attempt(best.stream().map(change).toList());
    }

    private boolean eachStep() {
        boolean smaller = false;
        for (int i = 0; i < best.size(); i++) {
            Step s = best.get(i);
            smaller |= s.value() != 0
                    && (at(i, s.withValue(0))
                            || at(i, s.withValue(s.value() / 2))
                            || at(i, s.withValue(s.value() - 1)));
            smaller |= s.kind() != Step.Kind.END && earlier(i);
        }
        return smaller;
    }

    /** Nearer to 0: at once, by halves, by ones. */
    private boolean earlier(int i) {
        boolean smaller = false;
        for (long ns = best.get(i).timeNs(); ns != 0; ns = best.get(i).timeNs()) {
            long nearer = ns - Long.signum(ns) * unitNs;
            Step s = best.get(i);
            if (!at(i, s.withTime(0)) && !at(i, s.withTime(half(ns))) && !at(i, s.withTime(nearer))) {
                break;
            }
            smaller = true;
        }
        return smaller;
    }

    private boolean at(int i, Step changed) {
        List<Step> candidate = new ArrayList<>(best);
        candidate.set(i, changed);
        return attempt(candidate);
    }
}
