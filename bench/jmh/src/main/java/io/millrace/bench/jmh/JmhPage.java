package io.millrace.bench.jmh;

import io.millrace.bench.command.ReadmePage;
import io.millrace.rig.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * What JMH has measured, in a place of a page: {@code --readme FILE}, and {@code --mark NAME} for another place than {@code jmh}; {@code --json FILE} as its own.
 * With {@code --turns N} it is measured in turns; without a page that is printed.
 */
final class JmhPage {
    private static final String README = "--readme";
    private static final String MARK = "--mark";
    private static final String JSON = "--json";
    private static final String TURNS = "--turns";

    /** What the script puts before the words of the user. */
    private static final List<List<String>> OF_THE_SCRIPT = List.of(List.of("-prof", "gc"), List.of("-foe", "true"));

    /** By the collector's profiler, for one call. */
    private static final String BYTES = "gc.alloc.rate.norm";

    /** What one of a pair takes more than the other, by a benchmark that counts it. */
    private static final String PERCENT = "percent";

    private final Path file;
    private final String mark;
    private final int turns;
    private final List<String> jmh;
    private final String json;

    private JmhPage(Path file, String mark, int turns, List<String> jmh, String json) {
        this.file = file;
        this.mark = mark;
        this.turns = turns;
        this.jmh = jmh;
        this.json = json;
    }

    /**
     * Of the words of a command line.
     *
     * @throws IllegalArgumentException with what is wrong with them
     */
    static JmhPage of(String... arguments) {
        List<String> left = new ArrayList<>(List.of(arguments));
        String file = taken(left, README);
        String mark = taken(left, MARK);
        String json = taken(left, JSON);
        String turns = taken(left, TURNS);
        if (file == null && mark != null) {
            throw new IllegalArgumentException(MARK + ": has no meaning without " + README + "; name a page");
        }
        return new JmhPage(
                file == null ? null : Path.of(file),
                mark == null ? "jmh" : mark,
                turns == null ? 0 : number(turns),
                left,
                json);
    }

    private static int number(String turns) {
        if (!turns.matches("[1-9]\\d{0,3}") || Integer.parseInt(turns) > Turns.MOST) {
            throw new IllegalArgumentException(
                    TURNS + ": '" + turns + "' is not a number of turns; give 1 to " + Turns.MOST);
        }
        return Integer.parseInt(turns);
    }

    /** The value of an option, which is not there any more then; null where it was not. */
    private static String taken(List<String> words, String name) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(name + '=')) {
                return words.remove(i).substring(name.length() + 1);
            }
            if (words.get(i).equals(name)) {
                if (i + 1 == words.size()) {
                    throw new IllegalArgumentException(name + ": has no value; give it one");
                }
                words.remove(i);
                return words.remove(i);
            }
        }
        return null;
    }

    /** Those of JMH. */
    String[] arguments() {
        List<String> words = new ArrayList<>(jmh);
        if (json != null) {
            words.addAll(List.of("-rf", "json", "-rff", json));
        }
        return words.toArray(String[]::new);
    }

    /** Where nothing is measured, but named or explained, there is nothing for a page: that is left to JMH's own program. */
    boolean isWished() throws CommandLineOptionException {
        if (file == null && turns == 0) {
            return false;
        }
        CommandLineOptions options = new CommandLineOptions(arguments());
        return !(options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats());
    }

    /** Measures, and writes the page when all went well. */
    void run() throws IOException, RunnerException, CommandLineOptionException {
        CommandLineOptions options = new CommandLineOptions(arguments());
        if (file == null) {
            System.out.print(Turns.run(options, turns).table());
            return;
        }
        ReadmePage page = new ReadmePage(file);
        page.require(mark);
        Map<String, Object> conditions = Machine.conditions(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        Turns inTurns = turns == 0 ? null : Turns.run(options, turns);
        Collection<RunResult> results = inTurns == null ? new Runner(options).run() : inTurns.merged();
        watch.addTo(conditions);
        conditions.put(
                "flags",
                results.stream()
                        .flatMap(r -> ((Collection<?>) r.getParams().getJvmArgs()).stream())
                        .map(Object::toString)
                        .filter(flag -> !flag.startsWith("-Dmillrace.terminal"))
                        .filter(flag -> !flag.startsWith("-D" + Turns.TURN))
                        .distinct()
                        .collect(Collectors.joining(" ")));
        String table = inTurns == null ? table(results) : inTurns.table();
        page.put(mark, ReadmePage.conditions(command(), conditions) + table);
        page.write();
    }

    private String command() {
        List<String> words = new ArrayList<>(jmh);
        for (List<String> own : OF_THE_SCRIPT) {
            if (words.size() >= own.size() && words.subList(0, own.size()).equals(own)) {
                words.subList(0, own.size()).clear();
            }
        }
        if (turns > 0) {
            words.addAll(List.of(TURNS, "" + turns));
        }
        return ("bench/run jmh "
                        + words.stream()
                                .map(w -> w.matches("[\\w.,:=/-]+") ? w : '\'' + w + '\'')
                                .collect(Collectors.joining(" ")))
                .strip();
    }

    static String table(Collection<RunResult> results) {
        boolean inPairs = results.stream().anyMatch(r -> r.getSecondaryResults().containsKey(PERCENT));
        StringBuilder table = new StringBuilder("| benchmark | parameters | score | ± | unit | bytes |")
                .append(inPairs ? " beside its pair |\n" : "\n")
                .append("| --- | --- | --- | --- | --- | --- |")
                .append(inPairs ? " --- |\n" : "\n");
        for (RunResult result : results) {
            table.append(row(result)).append(inPairs ? pair(result) : "").append('\n');
        }
        return table.toString();
    }

    private static String row(RunResult result) {
        BenchmarkParams params = result.getParams();
        Result<?> score = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get(BYTES);
        return String.format(
                Locale.ROOT,
                "| `%s` | %s | %.1f | %s | %s | %s |",
                name(params.getBenchmark()),
                parameters(params),
                score.getScore(),
                number(score.getScoreError()),
                score.getScoreUnit(),
                bytes == null ? "-" : number(bytes.getScore()));
    }

    /** Over JVMs, of which each has its own place in memory for what is compared. */
    private static String pair(RunResult result) {
        double[] ofForks = result.getBenchmarkResults().stream()
                .mapToDouble(fork -> fork.getIterationResults().stream()
                        .mapToDouble(i -> percent(i.getSecondaryResults()))
                        .average()
                        .orElse(Double.NaN))
                .toArray();
        return " " + Turns.told(ofForks) + " |";
    }

    @SuppressWarnings("rawtypes") // as JMH has them
    private static double percent(Map<String, Result> counted) {
        Result<?> percent = counted.get(PERCENT);
        return percent == null ? Double.NaN : percent.getScore();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f", value);
    }

    /** Class and method. */
    private static String name(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    }

    static String parameters(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(key -> key + "=" + params.getParam(key))
                .collect(Collectors.joining(" "));
    }
}
