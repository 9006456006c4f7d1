package io.millrace.bench.stress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs all cases and counts what was seen: {@code bench/run stress [options of jcstress]}. What is said replaces the setting
 * here of the same name: {@code bench/run stress -t View -time 5000}; a preset ({@code -m default}: every way to compile, some
 * hours) replaces all of them.
 */
public final class Main {
    /** One way to compile, and many samples: what decides here is how often two threads meet. */
    private static final List<String> SETTINGS = List.of(
            "-f 1",
            "-fsm 1",
            "-sc false",
            "-af NONE",
            "-iters 10",
            "-time 2000",
            "-jvmArgs -Xmx1g",
            "-spinStyle THREAD_YIELD");

    private static final int USAGE = 2;

    private Main() {}

    /**
     * Ends with 1 when a forbidden outcome was seen, or a case could not be run.
     *
     * @param args options of jcstress
     * @throws Exception when it cannot run
     */
    public static void main(String[] args) throws Exception {
        System.exit(run(args));
    }

    /** The exit code: 2 when the options cannot be understood, which is said in a line. */
    static int run(String... args) throws Exception {
        Path report = Files.createTempDirectory("stress");
        List<String> all = new ArrayList<>(Arrays.asList(args));
        for (String s : SETTINGS) {
            String[] option = s.split(" ");
            if (!all.contains(option[0]) && !all.contains("-m")) {
                all.addAll(List.of(option));
            }
        }
        if (!all.contains("-r")) {
            all.addAll(List.of("-r", report.toString()));
        }
        Options options = new Options(all.toArray(new String[0]));
        String wrong = wrongWith(options);
        if (wrong != null) {
            System.err.print(wrong.isEmpty() ? "" : ("millrace stress: " + wrong).replaceAll("\\p{Cntrl}", "?") + '\n');
            return wrong.isEmpty() ? 0 : USAGE;
        }
        boolean sound = true;
        try {
            new JCStress(options).run();
        } catch (AssertionError e) {
            sound = false; // has been printed
        }
        sound &= summary(Path.of(options.getResultFile()), options.getResultDest());
        return sound ? 0 : 1;
    }

    /** What cannot be understood, and the cure; empty when the options only asked for help, null when there is something to run. */
    private static String wrongWith(Options options) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream screen = System.err;
        System.setErr(new PrintStream(
                said, true, StandardCharsets.UTF_8)); // all of its help stands behind the line that matters
        try {
            if (!options.parse()) {
                String line = said.toString(StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("");
                return line.isEmpty() ? "" : line.replaceFirst("ERROR: *", "") + "; see bench/run stress --help";
            }
        } catch (RuntimeException e) { // of a value that is none: no other exception has a common class there
            return e.getMessage() + "; see bench/run stress --help";
        } finally {
            System.setErr(screen);
        }
        String filter = options.getTestFilter();
        try {
            Pattern pattern = Pattern.compile(filter);
            return TestList.tests().stream().anyMatch(t -> pattern.matcher(t).find())
                    ? null
                    : "-t " + filter + ": no case of that name; bench/run stress -l names all";
        } catch (PatternSyntaxException e) {
            return "-t " + filter + ": is no pattern, " + e.getDescription() + "; write one such as Ring";
        }
    }

    /** What was seen over all configurations, a line a case; answers whether all of it is allowed. */
    private static boolean summary(Path file, String report) throws Exception {
        InProcessCollector results = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), results);
        reader.dump();
        reader.close();
        Files.deleteIfExists(file);
        Map<String, Map<String, Long>> cases = new TreeMap<>();
        long bad = 0;
        for (TestResult r : results.getTestResults()) {
            Map<String, Long> seen = cases.computeIfAbsent(r.getName(), n -> new TreeMap<>());
            r.getStateKeys().forEach(k -> seen.merge(k, r.getCount(k), Long::sum));
            bad += r.grading().isPassed ? 0 : 1;
        }
        System.out.println();
        long samples = 0;
        for (Map.Entry<String, Map<String, Long>> c : cases.entrySet()) {
            long n = c.getValue().values().stream().mapToLong(Long::longValue).sum();
            samples += n;
            System.out.printf("%-52s %12d  %s%n", c.getKey(), n, c.getValue());
        }
        System.out.printf("%d samples of %d cases: %s; report: %s%n", samples, cases.size(), verdict(bad), report);
        return bad == 0;
    }

    private static String verdict(long bad) {
        return bad == 0 ? "0 forbidden" : bad + " runs with something forbidden, or that failed";
    }
}
