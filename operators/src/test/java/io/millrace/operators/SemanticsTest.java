package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule of SEMANTICS.md names a test, and each test that is named exists. */
class SemanticsTest {
    private static final Pattern ROW = Pattern.compile("^\\| (.+?) \\| ([^|]+?) \\|$");
    private static final Pattern NAME = Pattern.compile("(\\w+)\\.(\\w+)");
    private static final Path ROOT = root();

    @Test
    void shouldNameATestThatExistsForEachRule() throws IOException {
        Map<String, String> tests = tests();
        List<String> rows = rows(Files.readString(ROOT.resolve("operators/SEMANTICS.md")));
        assertTrue(rows.size() > 70, rows.size() + " rules");
        assertEquals(List.of(), wrong(rows, tests));
    }

    @Test
    void shouldReportARuleWithoutATestAndATestThatIsNone() throws IOException {
        Map<String, String> tests = tests();
        List<String> rows = rows("| a rule | SemanticsTest.shouldFly |\n| another | later |\n"
                + "| true | SemanticsTest.shouldNameATestThatExistsForEachRule |\n| helper | SemanticsTest.root |\n");
        assertEquals(
                List.of(
                        "| a rule | SemanticsTest.shouldFly |",
                        "| another | later |",
                        "| helper | SemanticsTest.root |"),
                wrong(rows, tests));
    }

    private static List<String> rows(String page) {
        return page.lines()
                .filter(l -> l.startsWith("|") && !l.startsWith("| ---") && !l.equals("| rule | shown by |"))
                .toList();
    }

    private static List<String> wrong(List<String> rows, Map<String, String> tests) {
        List<String> result = new ArrayList<>();
        for (String line : rows) {
            Matcher row = ROW.matcher(line);
            Matcher name = NAME.matcher(row.matches() ? row.group(2) : "");
            String source = name.matches() ? tests.get(name.group(1)) : null;
            boolean exists = source != null
                    && Pattern.compile(
                                    "@(Test|ParameterizedTest)\\b(?:(?!\\bvoid )[^;])*\\bvoid " + name.group(2) + "\\(",
                                    Pattern.DOTALL)
                            .matcher(source)
                            .find();
            if (!exists) {
                result.add(line);
            }
        }
        return result;
    }

    /** The source of each test class; of two with one name, both. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> result = new TreeMap<>();
        for (String module : List.of("engine/core", "engine/testkit", "operators", "examples")) {
            Path dir = ROOT.resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.walk(dir)) {
                for (Path f :
                        files.filter(p -> p.toString().endsWith("Test.java")).toList()) {
                    String name = f.getFileName().toString().replace(".java", "");
                    result.merge(name, Files.readString(f), String::concat);
                }
            }
        }
        assertFalse(result.isEmpty());
        return result;
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("operators/SEMANTICS.md"))) {
            at = at.getParent();
        }
        return at;
    }
}
