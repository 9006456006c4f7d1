package io.millrace.bench;

import io.millrace.bench.rig.Child;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import io.millrace.rig.Median;
import io.millrace.rig.Paced;
import io.millrace.rig.Percentile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * The latencies of one system at one rate. They are void where an answer is another than the reference's, and where a run has not recorded as
 * many as it had events to record: a system that leaves out its slow ones would look better for it.
 */
final class LatencyRow {
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};
    static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");

    /** Those of {@link #PERCENTILES} whose least and most are told. */
    static final List<Integer> SPREAD = List.of(0, 2);

    private final String system;
    private final List<Paced> runs = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();

    /** How many of the runs the JVMs had had, when each ended. */
    private final List<Integer> ended = new ArrayList<>();

    private End last;
    private String wrong = "";

    LatencyRow(String system) {
        this.system = system;
    }

    /** The answer to all events that a JVM has seen. */
    private record End(Answer answer, long events) {}

    /** A run, by the JVM in hand. */
    void add(Child.PacedAnswer run) {
        runs.add(run.paced());
        last = new End(run.answer(), run.events());
        long recorded = run.paced().all().getTotalCount();
        if (Systems.isOfResults(Common.plain(system))) {
            if (recorded == 0) {
                isWrong("no result in run " + runs.size() + " of a second that ended in it");
            }
        } else if (recorded != run.due()) {
            isWrong(recorded + " latencies of " + run.due() + " events in run " + runs.size());
        } else if (run.others() > 0 && !Common.isFloor(system)) {
            isWrong(run.others() + " latencies are of other events, or missing, in run " + runs.size());
        }
    }

    /**
     * The JVM in hand has had its runs. Where the last ended while windows fire, more events follow, which are not measured: its answer would be
     * a part of one.
     */
    void end(Child child, Workload workload) throws IOException {
        long more = WindowEnds.more(workload, last.events);
        if (more > 0) {
            Child.Full result = child.full(more);
            last = new End(result.answer(), result.events());
        }
        ends.add(last);
        ended.add(runs.size());
    }

    /** Compares all answers with the reference's. */
    static void check(Collection<LatencyRow> rows, Workload workload) {
        check(rows, new Common.Expected(workload));
    }

    /** The same, with a reference that has not been asked for more events. */
    static void check(Collection<LatencyRow> rows, Common.Expected reference) {
        Map<Long, Answer> expected = new TreeMap<>();
        rows.forEach(row -> row.ends.forEach(end -> expected.put(end.events, end.answer)));
        expected.replaceAll((events, any) -> reference.upTo(events)); // in ascending order
        rows.forEach(row -> row.check(expected));
    }

    private void check(Map<Long, Answer> expected) {
        for (End end : ends) {
            Answer right = expected.get(end.events);
            if (!Common.isFloor(system) && !end.answer.equals(right)) {
                isWrong(end.answer + " after " + end.events + " events, not " + right);
            }
        }
    }

    void isWrong(String why) {
        wrong = wrong.isEmpty() ? "VOID: " + why : wrong;
    }

    boolean isRight() {
        return wrong.isEmpty();
    }

    /** Why there are no figures; empty where there are. */
    String wrong() {
        return wrong;
    }

    List<Paced> runs() {
        return runs;
    }

    int size() {
        return runs.size();
    }

    long held() {
        return runs.stream().filter(Paced::held).count();
    }

    boolean isHeld() {
        return held() == runs.size();
    }

    /** NaN where a run has too few events for one. */
    double[] percentilesUs(Function<Paced, Histogram> which) {
        return Arrays.stream(PERCENTILES).map(p -> ofJvmsUs(which, p).median()).toArray();
    }

    /** Of one of {@link #PERCENTILES}: the median over JVMs, the least and the most of all runs; NaN where a run has too few events for it. */
    Median spreadUs(Function<Paced, Histogram> which, int percentile) {
        Median all = Percentile.spreadUs(runs, which, PERCENTILES[percentile]);
        return new Median(ofJvmsUs(which, percentile).median(), all.least(), all.most());
    }

    /** Of one of {@link #PERCENTILES}: of the medians of the JVMs the middle, the least and the most; NaN where a run has too few events for it. */
    Median ofJvmsUs(Function<Paced, Histogram> which, int percentile) {
        return ofJvmsUs(which, PERCENTILES[percentile]);
    }

    private Median ofJvmsUs(Function<Paced, Histogram> which, double percentile) {
        return Percentile.isKnown(percentile, fewest(which))
                ? byJvm(run -> which.apply(run).getValueAtPercentile(percentile) / 1e3)
                        .ofJvms()
                : new Median(Double.NaN, Double.NaN, Double.NaN);
    }

    private Runs byJvm(Function<Paced, Double> figure) {
        Runs byJvm = new Runs();
        for (int run = 0; run < runs.size(); run++) {
            if (ended.contains(run)) {
                byJvm.nextJvm();
            }
            byJvm.add(figure.apply(runs.get(run)));
        }
        return byJvm;
    }

    /** Of each run the number of its JVM, from 0. */
    List<Integer> jvms() {
        return byJvm(run -> 0.0).jvms();
    }

    long fewest(Function<Paced, Histogram> which) {
        return Percentile.fewest(runs, which);
    }

    double median(Function<Paced, Double> figure) {
        return byJvm(figure).median();
    }

    /** For a file, where it has any. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("right", isRight());
        figures.put("held", isHeld());
        if (isRight()) {
            figures.put("allUs", named(percentilesUs(Paced::all)));
            figures.put("clearUs", named(percentilesUs(Paced::clear)));
            figures.put("allSpreadUs", spreads(Paced::all));
            figures.put("clearSpreadUs", spreads(Paced::clear));
            figures.put("allJvmsUs", ofJvms(Paced::all));
            figures.put("clearJvmsUs", ofJvms(Paced::clear));
            figures.put("jvmOfRun", jvms());
            figures.put("allEvents", fewest(Paced::all));
            figures.put("clearEvents", fewest(Paced::clear));
        }
        return figures;
    }

    /** From least to most over the runs. */
    private Map<String, Object> spreads(Function<Paced, Histogram> which) {
        return ends(p -> spreadUs(which, p));
    }

    /** From least to most of the medians of the JVMs. */
    private Map<String, Object> ofJvms(Function<Paced, Histogram> which) {
        return ends(p -> ofJvmsUs(which, p));
    }

    private static Map<String, Object> ends(IntFunction<Median> of) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int p : SPREAD) {
            Median us = of.apply(p);
            named.put(NAMES.get(p), List.of(us.least(), us.most()));
        }
        return named;
    }

    private static Map<String, Object> named(double[] us) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < us.length; i++) {
            named.put(NAMES.get(i), us[i]);
        }
        return named;
    }
}
