package io.millrace.bench;

import io.millrace.rig.Median;
import java.util.ArrayList;
import java.util.List;

/**
 * A figure of each run of a system, by JVM. The middle is the median over JVMs of the median of each (of two JVMs the mean of both): were all runs
 * taken together, that of five in two JVMs would nearly always be one of the JVM that has three.
 */
final class Runs {
    private final List<List<Double>> byJvm = new ArrayList<>();

    /** Runs that follow are of another JVM. */
    void nextJvm() {
        byJvm.add(new ArrayList<>());
    }

    void add(double figure) {
        if (byJvm.isEmpty()) {
            nextJvm();
        }
        byJvm.get(byJvm.size() - 1).add(figure);
    }

    /** Of the medians of the JVMs the middle, the least and the most. */
    Median ofJvms() {
        return Median.of(byJvm.stream().map(runs -> Median.of(runs).median()).toList());
    }

    /** Over JVMs. */
    double median() {
        return ofJvms().median();
    }

    /** The median over JVMs; the least and the most of all runs. */
    Median spread() {
        Median runs = Median.of(all());
        return new Median(median(), runs.least(), runs.most());
    }

    List<Double> all() {
        return byJvm.stream().flatMap(List::stream).toList();
    }

    /** Of each run the number of its JVM, from 0. */
    List<Integer> jvms() {
        List<Integer> jvms = new ArrayList<>();
        for (int jvm = 0; jvm < byJvm.size(); jvm++) {
            for (int run = 0; run < byJvm.get(jvm).size(); run++) {
                jvms.add(jvm);
            }
        }
        return jvms;
    }
}
