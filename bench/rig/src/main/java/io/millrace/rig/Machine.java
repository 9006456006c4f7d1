package io.millrace.rig;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a figure depends on besides the code. */
public final class Machine {
    private static final List<String> HOW_IT_RUNS =
            List.of("-X", "-D", "-ea", "-enableassertions", "-da", "-disableassertions", "-esa", "-dsa");

    /** What the scripts add by themselves, or this JVM for those that it starts. */
    private static final List<String> HOW_IT_IS_STARTED = List.of(
            "-Xlog:", "-Xrunjdwp", "-Xdebug", "-XX:SharedArchiveFile", "-Dmillrace.terminal", "-Dmillrace.jitter.ms");

    private Machine() {}

    /**
     * Machine, JVM and load, now.
     *
     * @param jvmFlags with which the JVM that is measured runs
     * @return names and values
     */
    public static Map<String, Object> conditions(List<String> jvmFlags) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.put("cpu", cpu());
        conditions.put("cores", Runtime.getRuntime().availableProcessors());
        conditions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        conditions.put("flags", String.join(" ", jvmFlags));
        conditions.put("clock", line("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
        conditions.put("isolated", isolated());
        conditions.put("load", load());
        return conditions;
    }

    /**
     * The same, also printed.
     *
     * @param jvmFlags with which the JVM that is measured runs
     * @return names and values
     */
    public static Map<String, Object> tell(List<String> jvmFlags) {
        Map<String, Object> conditions = conditions(jvmFlags);
        print(conditions);
        return conditions;
    }

    /**
     * The same for a table of latencies: with a line of what threads that only read the clock find on this machine, below which no latency can
     * be measured.
     *
     * @param jvmFlags with which the JVM that is measured runs
     * @return names and values
     */
    public static Map<String, Object> tellWithJitter(List<String> jvmFlags) {
        Map<String, Object> conditions = conditions(jvmFlags);
        addJitter(conditions);
        print(conditions);
        return conditions;
    }

    /**
     * Adds that line; with the property {@code millrace.jitter.ms=0} none.
     *
     * @param conditions get one more
     */
    public static void addJitter(Map<String, Object> conditions) {
        String floor = Jitter.floor();
        if (!floor.isEmpty()) {
            conditions.put("jitter", floor);
        }
    }

    /**
     * Prints conditions, one a line.
     *
     * @param conditions names and values
     */
    public static void print(Map<String, Object> conditions) {
        print(conditions, System.out);
    }

    /**
     * Prints conditions, one a line.
     *
     * @param conditions names and values
     * @param to         where to
     */
    public static void print(Map<String, Object> conditions, PrintStream to) {
        conditions.forEach((name, value) -> to.printf("%-9s %s%n", name, shown(value)));
    }

    /**
     * The flags of this JVM that say how it runs, among them properties and assertions: neither where it reads its classes, nor what it
     * opens of them, nor who looks on (an agent has one JVM).
     *
     * @return as they were given
     */
    public static List<String> ownFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(Machine::saysHowItRuns)
                .toList();
    }

    static boolean saysHowItRuns(String flag) {
        return HOW_IT_RUNS.stream().anyMatch(flag::startsWith)
                && HOW_IT_IS_STARTED.stream().noneMatch(flag::startsWith);
    }

    /** With two places, where it is a number with a fraction. */
    static Object shown(Object value) {
        return value instanceof Double d ? String.format(Locale.ROOT, "%.2f", d) : value;
    }

    /** What the machine did to a run, between two moments; adds itself to the conditions when the run is over. */
    public static final class Watch {
        private final long[] before = times();

        /** Begins. */
        public Watch() {}

        /**
         * Ends: prints load and stolen time, and adds them.
         *
         * @param conditions get two more
         */
        public void end(Map<String, Object> conditions) {
            addTo(conditions);
            Object stolen = conditions.get(STOLEN);
            System.out.printf(
                    "load after %.2f, stolen %s%n",
                    load(), stolen instanceof Double percent ? String.format(Locale.ROOT, "%.2f %%", percent) : stolen);
        }

        /**
         * Ends, and prints nothing.
         *
         * @param conditions get two more
         */
        public void addTo(Map<String, Object> conditions) {
            long[] now = times();
            long all = now[ALL] - before[ALL];
            conditions.put("load after", load());
            conditions.put(STOLEN, all <= 0 ? "not known" : 100.0 * (now[STEAL] - before[STEAL]) / all);
        }

        /** The time that others had of what this machine should have had, and all time: of all cores, since the start. */
        private static long[] times() {
            String[] words = line("/proc/stat").split(" +");
            long[] times = new long[2];
            for (int i = 1; i < Math.min(words.length, STEAL_WORD + 1); i++) {
                times[ALL] += Long.parseLong(words[i]);
                times[STEAL] = i == STEAL_WORD ? Long.parseLong(words[i]) : 0;
            }
            return times;
        }

        private static final String STOLEN = "steal %";
        private static final int STEAL = 0, ALL = 1;
        private static final int STEAL_WORD = 8;
    }

    private static String isolated() {
        String cores = line("/sys/devices/system/cpu/isolated");
        return cores.isEmpty() ? "none" : cores;
    }

    /** The first line of a file; empty where there is none. */
    private static String line(String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * The load average of the last minute; above 0.2 before a run means that somebody else uses the cores.
     *
     * @return negative where it is not known
     */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String cpu() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
