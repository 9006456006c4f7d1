package io.millrace.bench.rig;

import io.millrace.bench.system.Impossible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JVM that systems run in.
 *
 * @param home    of its JDK
 * @param version such as 17
 * @param name    with its version in full
 * @param flags   that it is started with
 */
public record Jvm(Path home, int version, String name, List<String> flags) {
    private static final Pattern LARGEST_HEAP = Pattern.compile("-Xmx([0-9]{1,9})([kKmMgG]?)");
    private static final int GENERATIONAL_SINCE = 21;
    private static final int GENERATIONAL_ALWAYS = 24;

    private static final Map<String, String> COLLECTORS = new LinkedHashMap<>();

    static {
        COLLECTORS.put("g1", "-XX:+UseG1GC");
        COLLECTORS.put("parallel", "-XX:+UseParallelGC");
        COLLECTORS.put("serial", "-XX:+UseSerialGC");
        COLLECTORS.put("zgc", "-XX:+UseZGC");
    }

    /** The JDK that this runs in. */
    public static Jvm own(List<String> flags) {
        return new Jvm(
                Path.of(System.getProperty("java.home")),
                Runtime.version().feature(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                flags);
    }

    /**
     * A JDK by its folder.
     *
     * @param home  its folder
     * @param flags of the JVM
     */
    public static Jvm of(String home, List<String> flags) throws Impossible {
        Path folder = Path.of(home);
        if (!Files.isExecutable(folder.resolve("bin/java"))) {
            throw new Impossible("it has no bin/java", "name the folder of a JDK");
        }
        Properties release = release(folder);
        String version = unquoted(release, "JAVA_VERSION");
        try {
            int feature = Runtime.Version.parse(version).feature();
            String name = unquoted(release, "IMPLEMENTOR") + " " + unquoted(release, "JAVA_RUNTIME_VERSION");
            return new Jvm(folder, feature, name, flags);
        } catch (IllegalArgumentException e) {
            throw new Impossible(
                    "'" + version + "' in its release file is no version of Java", "name the folder of a JDK");
        }
    }

    private static Properties release(Path home) throws Impossible {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new Impossible("its version is not known, " + e.getMessage(), "name the folder of a JDK");
        }
        return release;
    }

    private static String unquoted(Properties release, String name) {
        return release.getProperty(name, "").replace("\"", "");
    }

    /** Checks the name of a collector. */
    public static void requireCollector(String name) throws Impossible {
        if (!COLLECTORS.containsKey(name)) {
            throw new Impossible("no such collector", "use some of " + String.join(", ", COLLECTORS.keySet()));
        }
    }

    /** What {@code -Xmx} says, the last of several; else what this JVM may have, which has the same default. */
    public long heapBytes() {
        long bytes = Runtime.getRuntime().maxMemory();
        for (String flag : flags) {
            Matcher m = LARGEST_HEAP.matcher(flag);
            if (m.matches()) {
                bytes = Long.parseLong(m.group(1))
                        << switch (m.group(2).toLowerCase(Locale.ROOT)) {
                            case "k" -> 10;
                            case "m" -> 20;
                            case "g" -> 30;
                            default -> 0;
                        };
            }
        }
        return bytes;
    }

    /** The same with a collector in place of what the flags name; ZGC with generations where it has them. */
    public Jvm with(String collector) {
        List<String> others = new ArrayList<>(flagsWithoutCollector());
        others.add(COLLECTORS.get(collector));
        if (collector.equals("zgc") && version >= GENERATIONAL_SINCE && version < GENERATIONAL_ALWAYS) {
            others.add("-XX:+ZGenerational");
        }
        return new Jvm(home, version, name, List.copyOf(others));
    }

    /** What is left of the flags where each of several JVMs has a collector of its own. */
    public List<String> flagsWithoutCollector() {
        return flags.stream().filter(f -> !f.matches("-XX:[+-]Use\\w+GC")).toList();
    }

    Path java() {
        return home.resolve("bin/java");
    }
}
