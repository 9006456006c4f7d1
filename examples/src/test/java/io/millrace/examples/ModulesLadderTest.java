package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What each module may import of the others, and that no packages import each other in a circle: by the sources of all modules, so that
 * none has to depend on all. How the packages within the engine stand, and what operators know, is looked at in their own modules, by
 * classes.
 */
class ModulesLadderTest {
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.millrace(?:\\.[a-z][a-z0-9]*)*)\\.", Pattern.MULTILINE);

    private static final List<String> SPI = List.of("event", "lineage", "metric", "operator", "transport", "journal");
    private static final List<String> ANY = List.of("..");

    /** Packages below io.millrace, with ".." those below them too. A new module is entered here. */
    private static final Map<String, List<String>> MAY_IMPORT = new TreeMap<>(Map.ofEntries(
            Map.entry("engine/core", List.of()),
            Map.entry("engine/sbe", List.of("event")),
            Map.entry("engine/micrometer", List.of("engine")),
            // runs topologies without a host
            Map.entry("engine/testkit", with(SPI, "state", "time", "topology", "plan", "runtime", "engine")),
            Map.entry("operators", with(List.of("event", "metric", "operator"), "state", "time", "topology")),
            Map.entry("transports/file", SPI),
            // makes engines of another process, and asks what one has counted
            Map.entry("transports/aeron", with(SPI, "engine")),
            Map.entry("transports/journal", SPI),
            Map.entry("cli", with(SPI, "transport.file")),
            Map.entry("bench/rig", with(SPI, "topology", "engine")),
            Map.entry("bench/command", List.of("cli")),
            Map.entry("bench/workloads", ANY),
            Map.entry("bench/jmh", ANY),
            Map.entry("bench/latency", ANY),
            Map.entry("bench/journal", ANY),
            Map.entry("bench/nexmark", ANY),
            Map.entry("bench/peers", ANY),
            Map.entry("bench/stress", ANY),
            Map.entry(
                    "examples", with(SPI, "state", "topology", "engine", "operators..", "dsl", "cli", "transport.."))));

    /** Programs in which a package and one below it know each other: a command and its queries, a journal that is watched and who kills it. */
    private static final Map<String, Set<String>> CIRCLES = Map.of(
            "bench/nexmark", Set.of("bench.nexmark", "bench.nexmark.query"),
            "bench/journal", Set.of("bench.kill", "transport.journal"));

    private static List<String> with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    @Test
    void shouldImportWhatAModuleMayKnow() throws IOException {
        List<String> wrong = new ArrayList<>();
        Map<String, Map<String, Set<String>>> modules = modules();
        assertEquals(MAY_IMPORT.keySet(), modules.keySet(), "all modules have their rule");
        modules.forEach((module, packages) -> packages.forEach((from, imports) -> imports.stream()
                .filter(to -> !packages.containsKey(to) && !allows(MAY_IMPORT.get(module), to))
                .forEach(to -> wrong.add(module + ": " + from + " imports " + to))));
        assertEquals(List.of(), wrong);
    }

    @Test
    void shouldHaveNoPackageCycle() throws IOException {
        modules().forEach((module, packages) -> {
            Set<String> circle = circle(packages);
            circle.removeAll(CIRCLES.getOrDefault(module, Set.of()));
            assertEquals(Set.of(), circle, module);
        });
    }

    @Test
    void shouldSeeWhatIsWrong() {
        assertFalse(allows(SPI, "operators"));
        assertFalse(allows(SPI, "transport.file"));
        assertTrue(allows(SPI, "transport"));
        assertTrue(allows(List.of("operators.."), "operators.join") && allows(List.of("operators.."), "operators"));
        assertFalse(allows(List.of("operators.."), "operator"));
        assertTrue(allows(ANY, "operator"));
        assertEquals(
                Set.of("a", "b", "c"),
                circle(Map.of(
                        "a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a", "d"), "d", Set.of(), "e", Set.of("a"))));
        Matcher m = IMPORT.matcher("import static io.millrace.state.Page.LONGS;\nimport io.millrace.dsl.Fn.One;\n");
        assertEquals(
                List.of("io.millrace.state", "io.millrace.dsl"),
                m.results().map(r -> r.group(1)).toList());
    }

    private static boolean allows(List<String> allowed, String name) {
        return allowed.stream()
                .anyMatch(a -> name.equals(a)
                        || a.equals("..")
                        || a.endsWith("..") && (name + ".").startsWith(a.substring(0, a.length() - 1)));
    }

    /** All packages that stand in a circle. */
    private static Set<String> circle(Map<String, Set<String>> packages) {
        Set<String> circle = new TreeSet<>();
        for (String from : packages.keySet()) {
            List<String> next = new ArrayList<>(packages.get(from));
            Set<String> seen = new HashSet<>();
            while (!next.isEmpty()) {
                String to = next.remove(next.size() - 1);
                if (seen.add(to)) {
                    next.addAll(packages.getOrDefault(to, Set.of()));
                }
            }
            if (seen.contains(from)) {
                circle.add(from);
            }
        }
        return circle;
    }

    /** Modules, their packages below io.millrace, and what these import of others. */
    private static Map<String, Map<String, Set<String>>> modules() throws IOException {
        Path root = root();
        Map<String, Map<String, Set<String>>> modules = new TreeMap<>();
        for (String group : List.of("engine", "operators", "transports", "cli", "bench", "examples")) {
            try (Stream<Path> all =
                    Files.find(root.resolve(group), 2, (p, a) -> Files.isDirectory(p.resolve("src/main/java")))) {
                for (Path module : all.toList()) {
                    modules.put(root.relativize(module).toString().replace('\\', '/'), packages(module));
                }
            }
        }
        return modules;
    }

    private static Map<String, Set<String>> packages(Path module) throws IOException {
        Map<String, Set<String>> packages = new TreeMap<>();
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String text = Files.readString(file);
                Matcher own = PACKAGE.matcher(text);
                assertTrue(own.find(), file + " has a package");
                Set<String> imports = packages.computeIfAbsent(below(own.group(1)), p -> new TreeSet<>());
                IMPORT.matcher(text).results().map(r -> below(r.group(1))).forEach(imports::add);
                imports.remove(below(own.group(1)));
            }
        }
        return packages;
    }

    private static String below(String name) {
        return name.replaceFirst("^io\\.millrace\\.?", "");
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve(".mvn/launch.sh"))) {
            at = at.getParent();
        }
        return at;
    }
}
