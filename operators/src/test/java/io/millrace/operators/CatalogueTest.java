package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.ConflatedStream;
import io.millrace.dsl.DedupedStream;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Grouped;
import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyFields;
import io.millrace.dsl.KeyedAsyncWork;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.KeyedWindowed;
import io.millrace.dsl.Matches;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Processed;
import io.millrace.dsl.Setting;
import io.millrace.dsl.Table;
import io.millrace.dsl.ThrottledStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.dsl.Windowed;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.topology.TopologyNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue in README.md: complete, its links lead somewhere, and its code is what {@link CatalogueSnippets} compiles. */
class CatalogueTest {
    /** Whose public methods are the words. A further class of words is added here. */
    private static final List<Class<?>> WORDS = List.of(TopologyBuilder.class, EventStream.class, KeyedStream.class);

    /** What the steps of a word are said by: classes that it gives or takes, whose public methods are the steps. */
    private static final Map<String, List<Class<?>>> STEPS = Map.ofEntries(
            Map.entry("async", List.of(AsyncWork.class, KeyedAsyncWork.class)),
            Map.entry("asOf", List.of(AsOf.class)),
            Map.entry("conflate", List.of(ConflatedStream.class)),
            Map.entry("dedupe", List.of(DedupedStream.class)),
            Map.entry("group", List.of(Grouped.class)),
            Map.entry("join", List.of(Interval.class, JoinedStream.class)),
            Map.entry("keyByFields", List.of(KeyFields.class)),
            Map.entry("pattern", List.of(Matches.class)),
            Map.entry("process", List.of(Processed.class)),
            Map.entry("table", List.of(Table.class)),
            Map.entry("throttle", List.of(ThrottledStream.class)),
            Map.entry("window", List.of(Window.class, Windowed.class, KeyedWindowed.class)));

    /** Given by words, and asked by others. */
    private static final Set<Class<?>> WITHOUT_STEPS = Set.of(Setting.class);

    private static final Pattern STEP = Pattern.compile("^\\| `(\\w+)` \\| `(\\w+)` \\| [^|]+ \\|$", Pattern.MULTILINE);

    /** Doors to words of others. */
    private static final Set<String> DOORS = Set.of("as");

    /** Regions without a row: what all snippets use, and recipes. */
    private static final Set<String> SHARED = Set.of("declarations", "windowByEvents", "aggregates");

    private static final Pattern ROW =
            Pattern.compile("^\\| \\[`(\\w+)`]\\(#(\\w+)\\) \\|.*\\| \\[[^]]+]\\(([^)]+)\\) \\|$", Pattern.MULTILINE);

    private static final List<Class<?>> SNIPPETS =
            List.of(CatalogueSnippets.class, CatalogueJoins.class, CataloguePatterns.class, CatalogueWindows.class);
    private static final Path MODULE = module();
    private static final String README = read(MODULE.resolve("README.md"));
    private static final Map<String, String> REGIONS = regions();

    /** A class of words may have some of them from a class that only this package knows. */
    private static Set<Class<?>> wordsAndWhatTheyExtend() {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> words : WORDS) {
            for (Class<?> c = words; c != Object.class; c = c.getSuperclass()) {
                all.add(c);
            }
        }
        return all;
    }

    @Test
    void shouldHaveARowForEachWordAndNoOther() {
        Set<String> words = new TreeSet<>();
        for (Class<?> c : wordsAndWhatTheyExtend()) {
            for (Method m : c.getDeclaredMethods()) {
                if (Modifier.isPublic(m.getModifiers()) && !m.isSynthetic() && !DOORS.contains(m.getName())) {
                    words.add(m.getName());
                }
            }
        }
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(README);
        while (row.find()) {
            assertTrue(rows.add(row.group(1)), () -> "two rows for " + row.group(1));
            assertEquals(row.group(1).toLowerCase(Locale.ROOT), row.group(2), "its link");
            assertTrue(Files.exists(MODULE.resolve(row.group(3))), () -> row.group(1) + " links to " + row.group(3));
        }
        assertEquals(String.join("\n", words), String.join("\n", rows));
    }

    @Test
    void shouldHaveARowForEachStepAndNoOther() {
        Set<String> steps = new TreeSet<>();
        STEPS.forEach((word, classes) -> {
            for (Class<?> c : classes) {
                Stream.of(c.getDeclaredMethods())
                        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
                        .filter(m -> !m.getName().equals("toString"))
                        .forEach(m -> steps.add(word + " " + m.getName()));
            }
        });
        Set<String> rows = new TreeSet<>();
        Matcher row = STEP.matcher(README);
        while (row.find()) {
            assertTrue(rows.add(row.group(1) + " " + row.group(2)), () -> "two rows for " + row.group());
        }
        assertEquals(String.join("\n", steps), String.join("\n", rows));
    }

    /** A class that a word gives, and that has steps of its own, is known above. */
    @Test
    void shouldKnowTheClassesThatHaveSteps() {
        Set<Class<?>> known = new LinkedHashSet<>(WORDS);
        STEPS.values().forEach(known::addAll);
        for (Class<?> c : wordsAndWhatTheyExtend()) {
            for (Method m : c.getDeclaredMethods()) {
                if (Modifier.isPublic(m.getModifiers())
                        && m.getReturnType().getPackage() == WORDS.get(0).getPackage()) {
                    assertTrue(
                            known.contains(m.getReturnType()) || WITHOUT_STEPS.contains(m.getReturnType()),
                            () -> m.getName() + " gives " + m.getReturnType());
                }
            }
        }
    }

    @Test
    void shouldShowTheCompiledSnippetOfEachWord() {
        Map<String, String> shown = blocks();
        assertEquals(REGIONS.keySet(), shown.keySet());
        for (Map.Entry<String, String> region : REGIONS.entrySet()) {
            assertEquals(region.getValue(), shown.get(region.getKey()), region.getKey());
        }
    }

    @Test
    void shouldHaveARowForEachSnippet() {
        Set<String> regions = new TreeSet<>(REGIONS.keySet());
        regions.removeAll(SHARED);
        Matcher row = ROW.matcher(README);
        while (row.find()) {
            regions.remove(row.group(1));
        }
        assertEquals(Set.of(), regions);
    }

    static Stream<Method> snippets() {
        return SNIPPETS.stream()
                .flatMap(c -> Stream.of(c.getDeclaredMethods()))
                .filter(m -> m.getParameterCount() == 1 && m.getParameterTypes()[0] == TopologyBuilder.class);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void shouldBuildATopologyOfEachSnippet(Method snippet) {
        assertTrue(REGIONS.containsKey(snippet.getName()), "a method is named as its region");
        assertFalse(Millrace.topology(snippet.getName(), t -> invoke(snippet, t))
                .nodes()
                .isEmpty());
    }

    /** What `with` may rely on is what the column says. */
    @Test
    void shouldSayHowManyAnswersTheOperatorOfEachWordGives() {
        Matcher row = ROW.matcher(README);
        int compared = 0;
        while (row.find()) {
            String word = row.group(1);
            String said = row.group().split("\\|")[3].strip();
            Method snippet =
                    snippets().filter(m -> m.getName().equals(word)).findAny().orElseThrow();
            for (TopologyNode n :
                    Millrace.topology(word, t -> invoke(snippet, t)).nodes()) {
                if (n.operator() != null && !said.equals("–") && word.startsWith(n.word())) {
                    String gives = n.operator()
                            .answers()
                            .name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', ' ');
                    assertTrue(said.startsWith(gives), () -> word + " gives " + gives + " and the row says " + said);
                    compared++;
                }
            }
        }
        assertTrue(compared >= 15, compared + " operators compared");
    }

    /** Rule 6 of the DSL; overriding words without a comment of their own inherit it. */
    @Test
    void shouldSayOfEachWordThatACapturedVariableIsOutsideTheLog() {
        Pattern word =
                Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+public ([^{;=]*?\\([^{;]*\\))\\s*\\{", Pattern.DOTALL);
        Pattern userCode = Pattern.compile(
                "\\b(Condition2?|Action|Fn\\d|Writer2?|LongField|DoubleField|TextField|FlatMap\\w*\\.Function)<");
        int said = 0;
        for (String file : List.of(
                "EventStream", "KeyedStream", "TopologyBuilder", "LookBack", "KeyFields", "Table", "PatternWords")) {
            Matcher m = word.matcher(read(MODULE.resolve("src/main/java/io/millrace/dsl/" + file + ".java")));
            while (m.find()) {
                boolean inherits = m.group(1).contains("{@inheritDoc}");
                if (!inherits && userCode.matcher(m.group(2)).find()) {
                    assertTrue(m.group(1).contains("captured variable that changes is outside"), m.group());
                    said++;
                }
            }
        }
        assertTrue(said >= 35, said + " words");
    }

    private static void invoke(Method snippet, TopologyBuilder t) {
        try {
            snippet.invoke(null, t);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(snippet.getName(), e);
        }
    }

    // ---- reading

    /** The code below each heading of the third level. */
    private static Map<String, String> blocks() {
        Map<String, String> result = new TreeMap<>();
        String heading = null;
        StringBuilder code = null;
        for (String line : README.split("\n")) {
            if (line.equals("```java")) {
                code = new StringBuilder();
            } else if (line.equals("```") && code != null) {
                result.put(heading, code.toString());
                code = null;
            } else if (code != null) {
                code.append(line).append('\n');
            } else if (line.startsWith("### ")) {
                heading = line.substring("### ".length());
            }
        }
        return result;
    }

    /** Regions of one name are one snippet, with an empty line between them. */
    private static Map<String, String> regions() {
        Map<String, String> result = new TreeMap<>();
        String name = null;
        List<String> lines = new ArrayList<>();
        for (String line : SNIPPETS.stream()
                .flatMap(c -> read(MODULE.resolve("src/test/java/io/millrace/operators/" + c.getSimpleName() + ".java"))
                        .lines())
                .toList()) {
            String text = line.strip();
            if (text.startsWith("// region: ")) {
                name = text.substring("// region: ".length());
                lines.clear();
            } else if (text.equals("// endregion")) {
                result.merge(name, unindented(lines), (before, more) -> before + "\n" + more);
                name = null;
            } else if (name != null) {
                lines.add(line);
            }
        }
        return result;
    }

    private static String unindented(List<String> lines) {
        String first = lines.get(0);
        int indent = first.length() - first.stripLeading().length();
        StringBuilder out = new StringBuilder();
        for (String line : lines) {
            out.append(line.substring(Math.min(indent, line.length()))).append('\n');
        }
        return out.toString();
    }

    private static Path module() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("operators/README.md"))) {
            at = at.getParent();
        }
        return at.resolve("operators");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }
}
