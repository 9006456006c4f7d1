package io.millrace.bench.rig;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a figure depends on besides the code. */
public final class Machine {
    private Machine() {}

    /** Machine, JVM and load, now. */
    public static Map<String, Object> conditions(List<String> jvmFlags) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.put("cpu", cpu());
        conditions.put("cores", Runtime.getRuntime().availableProcessors());
        conditions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        conditions.put("flags", String.join(" ", jvmFlags));
        conditions.put("load", load());
        return conditions;
    }

    /** The load average of the last minute; above 0.2 before a run means that somebody else uses the cores. */
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
