package io.millrace.bench.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs of the same benchmarks one behind the other, again and again, each time all of them: JMH by itself measures all forks of one
 * before the first of the next, and a machine that is another one an hour later is then taken for a difference between them. So each is
 * compared, turn by turn, with the first of its benchmark, and the median of these differences is told.
 */
final class Turns {
    /** Which turn it is; a benchmark that draws something for a fork draws the same for all of a turn. */
    static final String TURN = "millrace.turn";

    /** What {@link #rank} begins with is a power of a half, and of more than 1,074 turns none. */
    static final int MOST = 1000;

    /** What a thread used of a core, by a benchmark that counts it. */
    private static final String CORE = "cpuNs";

    /** Outside of the interval that is told on each side. */
    private static final double TAIL = 0.025;

    private final int turns;

    /** By benchmark and parameters, in the order of JMH, what each turn gave. */
    private final Map<String, List<RunResult>> results = new LinkedHashMap<>();

    private Turns(int turns) {
        this.turns = turns;
    }

    /** Runs so many; one fork a turn, unless the options name a number. */
    static Turns run(CommandLineOptions options, int turns) throws RunnerException {
        Turns all = new Turns(turns);
        for (int turn = 0; turn < turns; turn++) {
            List<String> prepended = new ArrayList<>(options.getJvmArgsPrepend().orElse(List.of()));
            prepended.add("-D" + TURN + "=" + turn);
            Options of = new OptionsBuilder()
                    .parent(options)
                    .forks(options.getForkCount().orElse(1))
                    .jvmArgsPrepend(prepended.toArray(String[]::new))
                    .build();
            for (RunResult r : new Runner(of).run()) {
                String name = r.getParams().getBenchmark() + " " + JmhPage.parameters(r.getParams());
                all.results.computeIfAbsent(name, n -> new ArrayList<>()).add(r);
            }
        }
        if (options.getResult().hasValue()) { // each turn has written its own there
            ResultFormatFactory.getInstance(
                            options.getResultFormat().orElse(Defaults.RESULT_FORMAT),
                            options.getResult().get())
                    .writeOut(all.merged());
        }
        return all;
    }

    /** Of all turns together. */
    Collection<RunResult> merged() {
        List<RunResult> merged = new ArrayList<>();
        for (List<RunResult> ofOne : results.values()) {
            List<BenchmarkResult> forks = new ArrayList<>();
            ofOne.forEach(r -> forks.addAll(r.getBenchmarkResults()));
            merged.add(new RunResult(ofOne.get(0).getParams(), forks));
        }
        return merged;
    }

    /** As JMH's, with what each took beside the first of its benchmark. */
    String table() {
        List<String> beside = new ArrayList<>(List.of("beside the first | of its core", "--- | ---"));
        String benchmark = "";
        List<RunResult> first = List.of();
        for (List<RunResult> ofOne : results.values()) {
            String its = ofOne.get(0).getParams().getBenchmark();
            if (!its.equals(benchmark)) {
                benchmark = its;
                first = ofOne;
                beside.add("- | -");
                continue;
            }
            beside.add(
                    told(first, ofOne, r -> r.getPrimaryResult().getScore()) + " | " + told(first, ofOne, Turns::core));
        }
        StringBuilder table = new StringBuilder();
        int row = 0;
        for (String line : JmhPage.table(merged()).split("\\R")) {
            table.append(line).append(' ').append(beside.get(row++)).append(" |\n");
        }
        return table + "\nBeside the first: the median over " + turns
                + " turns, in each of which all ran one behind the other, and in brackets "
                + (rank(turns) == 0 ? "the least and the most of them" : "where with 95 % it lies")
                + "; of its core: the same, of the time that the thread had a core.\n";
    }

    /** Zero where the benchmark does not count it. */
    private static double core(RunResult r) {
        Result<?> core = r.getSecondaryResults().get(CORE);
        return core == null ? 0 : core.getScore();
    }

    private static String told(List<RunResult> first, List<RunResult> ofOne, ToDoubleFunction<RunResult> score) {
        double[] percent = new double[Math.min(first.size(), ofOne.size())];
        for (int i = 0; i < percent.length; i++) {
            percent[i] = 100 * (score.applyAsDouble(ofOne.get(i)) / score.applyAsDouble(first.get(i)) - 1);
        }
        return told(percent);
    }

    /** The median and where it lies; a dash where there is nothing to compare. */
    static String told(double... percent) {
        double[] sorted = percent.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        if (n == 0 || !Double.isFinite(sorted[0]) || !Double.isFinite(sorted[n - 1])) {
            return "-";
        }
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        int outside = Math.max(0, rank(n) - 1);
        return String.format(
                Locale.ROOT, "%+.1f %% (%+.1f to %+.1f)", median, sorted[outside], sorted[n - 1 - outside]);
    }

    /**
     * The median of what so many are drawn from lies between the one of this rank, from below, and that from above, in 95 of 100 cases or
     * more, whatever it is that they are drawn from; 0 where they are too few for that.
     */
    static int rank(int n) {
        double ofNone = Math.pow(0.5, n);
        double below = 0;
        int rank = 0;
        for (double exactly = ofNone; below + exactly <= TAIL; rank++) {
            below += exactly;
            exactly *= (double) (n - rank) / (rank + 1);
        }
        return rank;
    }
}
