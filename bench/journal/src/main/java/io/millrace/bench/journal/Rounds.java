package io.millrace.bench.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was measured, round by round. */
final class Rounds {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    private double at(double share) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
    }

    double least() {
        return at(0);
    }

    double median() {
        return at(0.5);
    }

    double most() {
        return at(1);
    }
}
