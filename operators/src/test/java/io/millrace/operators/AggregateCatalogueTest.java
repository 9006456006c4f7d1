package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of aggregates in README.md has a row for each that can be declared, and leads somewhere. */
class AggregateCatalogueTest {
    /** What a class of aggregates says of its key is no aggregate. */
    private static final Set<String> OF_THE_KEY = Set.of("longKey", "textKey");

    /** What a span has beside aggregates. */
    private static final Set<String> OF_THE_SPAN = Set.of("every", "of");

    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\w+)` \\|.*\\| \\[[^]]+]\\(([^)]+)\\) \\|$", Pattern.MULTILINE);

    @Test
    void shouldHaveARowForEachAggregateAndNoOther() throws IOException {
        Path module = Path.of(Files.exists(Path.of("operators/README.md")) ? "operators" : "");
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(module.resolve("README.md")));
        while (row.find()) {
            assertTrue(rows.add(row.group(1)), () -> "two rows for " + row.group(1));
            assertTrue(Files.exists(module.resolve(row.group(2))), () -> row.group(1) + " links to " + row.group(2));
        }
        assertEquals(String.join("\n", declarable()), String.join("\n", rows));
    }

    @Test
    void shouldDeclareTheSameOnASpanAsInAClass() {
        Set<String> onSpans = new TreeSet<>();
        for (Method m : LookBack.Span.class.getMethods()) {
            if (m.getDeclaringClass() != Object.class && !OF_THE_SPAN.contains(m.getName())) {
                onSpans.add(m.getName());
            }
        }
        assertEquals(String.join("\n", declarable()), String.join("\n", onSpans));
    }

    /** The protected words. */
    static Set<String> declarable() {
        Set<String> words = new TreeSet<>();
        for (Class<?> c = Aggregates.class; c != Object.class; c = c.getSuperclass()) {
            for (Method m : c.getDeclaredMethods()) {
                if (Modifier.isProtected(m.getModifiers()) && !OF_THE_KEY.contains(m.getName())) {
                    words.add(m.getName());
                }
            }
        }
        return words;
    }
}
