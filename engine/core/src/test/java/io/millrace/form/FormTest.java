package io.millrace.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The form of all main sources of the project: idioms that break a promise of the engine (same input, same output;
 * nothing printed by a library; files one can read in one go), each with what to write instead.
 *
 * <p>A rule is one entry in {@link #RULES}: where it holds, what it bans, the cure, and two samples that prove it: one
 * it must report and one it must let pass. Comments and literals are blanked first, so a rule sees code only.
 */
class FormTest {
    private static final int LINES_MAX = 800;

    /** Of these, lines that are more than comment: what a file has to explain does not make it a large one. */
    private static final int CODE_MAX = 560;

    private static final String CURE_OF_LENGTH = ": give a part that has a name of its own its own file";

    /** Engine packages whose results must be a function of the input alone. */
    private static final Set<String> PURE = Set.of("event", "lineage", "operator", "state", "time", "topology", "plan");

    /** Engine packages where the order of a hash table could leak into results, or into what is printed. */
    private static final Set<String> ORDERED = Set.of("operator", "state", "topology", "plan", "runtime");

    private static final Pattern WALL_CLOCK = Pattern.compile("\\bSystem\\s*(\\.|::)\\s*(currentTimeMillis|nanoTime)\\b"
            + "|\\b(Instant|LocalDate|LocalTime|LocalDateTime|ZonedDateTime|OffsetDateTime)\\s*(\\.|::)\\s*now\\b"
            + "|\\bjava\\s*\\.\\s*time\\s*\\.\\s*Clock\\b|\\bClock\\s*\\.\\s*(system|tick)\\w*"
            + "|\\bnew\\s+Date\\s*\\(\\s*\\)|\\bimport\\s+static\\s+java\\.lang\\.System\\.\\*");

    private static final Pattern INEXACT_MATH = Pattern.compile("(?<!\\w)Math\\s*(\\.|::)\\s*"
            + "(?!(abs|min|max|floor|ceil|sqrt|fma|\\w+Exact|floorMod|floorDiv|clamp|multiplyHigh|round|rint|signum"
            + "|random|PI|E)\\b)(\\w+|\\*)");

    private static final Pattern RANDOM = Pattern.compile(
            "\\bMath\\s*(\\.|::)\\s*random\\b|\\b(Random|SplittableRandom|ThreadLocalRandom|SecureRandom|RandomGenerator)\\b"
                    + "|\\brandomUUID\\b");

    private static final Pattern UNSEEDED =
            Pattern.compile("\\bMath\\s*(\\.|::)\\s*random\\b|\\bnew\\s+(Random|SplittableRandom)\\s*\\(\\s*\\)"
                    + "|\\b(ThreadLocalRandom|SecureRandom)\\b|\\brandomUUID\\b");

    /** {@code Map.of} and {@code Set.of} with entries are walked in another order in each JVM. */
    private static final Pattern HASH_ORDER =
            Pattern.compile("\\b(HashMap|HashSet|IdentityHashMap|WeakHashMap|ConcurrentHashMap)\\b"
                    + "|\\b(Map|Set)\\s*\\.\\s*(ofEntries|copyOf)\\b|\\b(Map|Set)\\s*\\.\\s*of\\s*\\((?!\\s*\\))"
                    + "|\\b(toSet|toUnmodifiableSet|toMap|toUnmodifiableMap|groupingBy)\\b");

    /** Digits of some locales are not 0 to 9, a comma stands for the point, and an I has no dot: files and names must not have them. */
    private static final Pattern LOCALE = Pattern.compile(
            "\\bString\\s*\\.\\s*format\\s*\\(\\s*(?!\\s|(java\\.util\\.)?Locale\\b)|\\.\\s*formatted\\s*\\("
                    + "|\\bString\\s*::\\s*format\\b|\\b(toLowerCase|toUpperCase)\\s*\\(\\s*\\)"
                    + "|::\\s*(toLowerCase|toUpperCase)\\b|\\b(NumberFormat|DecimalFormat)\\b");

    private static final Pattern CONSOLE =
            Pattern.compile("\\bSystem\\s*(\\.|::)\\s*(out|err)\\b|\\bprintStackTrace\\s*\\(\\s*\\)");

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "wall clock",
                    s -> s.core(PURE) || s.in("operators"),
                    WALL_CLOCK,
                    "take time from the entry or the tick (event time, progress)",
                    null,
                    new Source("engine/core/src/main/java/io/millrace/state/X.java", "long now = System.nanoTime();"),
                    new Source("engine/core/src/main/java/io/millrace/state/X.java", "// not System.nanoTime()")),
            new Rule(
                    "wall clock outside a clock class",
                    s -> s.library() && !s.core(PURE) && !s.in("operators") && !s.clock(),
                    WALL_CLOCK,
                    "read the clock in a class of runtime, engine or a transport whose name ends in Clock, and hand it in",
                    null,
                    new Source(
                            "engine/core/src/main/java/io/millrace/runtime/Stage.java", "Instant t = Instant.now();"),
                    new Source(
                            "engine/core/src/main/java/io/millrace/runtime/SystemClock.java",
                            "Instant t = Instant.now();")),
            new Rule(
                    "inexact Math",
                    s -> s.library() || s.in("cli") || s.in("examples"),
                    INEXACT_MATH,
                    "StrictMath gives the same bits on every JVM",
                    null,
                    new Source("operators/src/main/java/io/millrace/operators/X.java", "double d = Math.exp(x);"),
                    new Source(
                            "operators/src/main/java/io/millrace/operators/X.java",
                            "double d = StrictMath.exp(Math.max(x, Math.addExact(a, b))) * Math.PI;")),
            new Rule(
                    "randomness",
                    s -> s.library() && !s.in("engine/testkit"),
                    RANDOM,
                    "mix a seed that is in the log (or, where no result depends on it, end the line with: // form: random, WHY)",
                    "// form: random",
                    new Source("operators/src/main/java/io/millrace/operators/X.java", "var r = new Random(1);"),
                    new Source(
                            "engine/core/src/main/java/io/millrace/runtime/X.java",
                            "long seed = new SecureRandom().nextLong(); // form: random, goes into the log")),
            new Rule(
                    "randomness without a seed",
                    s -> s.in("engine/testkit") || s.in("cli") || s.in("examples"),
                    UNSEEDED,
                    "take the seed as an argument and print it when something fails",
                    null,
                    new Source("engine/testkit/src/main/java/io/millrace/testkit/X.java", "var r = new Random();"),
                    new Source("engine/testkit/src/main/java/io/millrace/testkit/X.java", "var r = new Random(seed);")),
            new Rule(
                    "hash order",
                    s -> s.core(ORDERED) || s.in("operators"),
                    HASH_ORDER,
                    "LinkedHashMap, TreeMap, List or an array (or, where nothing walks it, end the line with:"
                            + " // form: hash-ordered, never iterated)",
                    "// form: hash-ordered, never iterated",
                    new Source("operators/src/main/java/io/millrace/dsl/X.java", "var seen = new HashSet<String>();"),
                    new Source(
                            "operators/src/main/java/io/millrace/dsl/X.java",
                            "var seen = new HashSet<String>(); // form: hash-ordered, never iterated")),
            new Rule(
                    "locale",
                    s -> true,
                    LOCALE,
                    "say Locale.ROOT: the same text in every country",
                    null,
                    new Source("bench/rig/src/main/java/io/millrace/rig/X.java", "return String.format(\"%d\", n);"),
                    new Source(
                            "bench/rig/src/main/java/io/millrace/rig/X.java",
                            "return String.format(\n Locale.ROOT, \"%d\", n).toLowerCase(Locale.ROOT);")),
            new Rule(
                    "console",
                    Source::library,
                    CONSOLE,
                    "a library reports through dead letters, metrics, exceptions or a handler handed in",
                    null,
                    new Source(
                            "transports/file/src/main/java/io/millrace/transport/file/X.java",
                            "System.err.println(1);"),
                    new Source("examples/src/main/java/io/millrace/examples/X.java", "System.err.println(1);")));

    private static final Pattern OPEN_END = Pattern.compile("\\b(TODO|FIXME)\\b");

    @Test
    void shouldHoldInAllMainSources() {
        List<String> found = new ArrayList<>();
        for (Source source : mainSources(root())) {
            found.addAll(judge(source));
        }
        assertTrue(found.isEmpty(), () -> found.size() + " in bad form:\n" + String.join("\n", found));
    }

    static Stream<Rule> rules() {
        return RULES.stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void shouldReportItsBadSampleOnly(Rule rule) {
        List<String> bad = judge(rule.bad());
        assertEquals(1, bad.size(), () -> rule + " reports " + bad);
        assertTrue(bad.get(0).startsWith(rule.bad().path() + ":1: " + rule.name() + ": "), bad.get(0));
        assertTrue(bad.get(0).endsWith("; instead: " + rule.cure()), bad.get(0));
        assertEquals(List.of(), judge(rule.good()));
    }

    @Test
    void shouldReportALongFile() {
        String path = "bench/jmh/src/main/java/X.java";
        assertEquals(List.of(), judge(new Source(path, "\n".repeat(LINES_MAX))));
        assertEquals(1, judge(new Source(path, "\n".repeat(LINES_MAX) + "}\n")).size());
        String commented = "int a; // one\n/* two */\n".repeat(LINES_MAX / 2); // all of it would be too much
        assertEquals(List.of(), judge(new Source(path, commented)));
        assertEquals(
                1, judge(new Source(path, "int a;\n".repeat(CODE_MAX) + "}\n")).size());
    }

    @Test
    void shouldReportAnOpenEndInAComment() {
        Source source = new Source("examples/src/main/java/X.java", "int a;\n// TODO later");
        assertTrue(judge(source).get(0).startsWith("examples/src/main/java/X.java:2: open end"), "line 2");
    }

    @Test
    void shouldReportACommentOfNothing() {
        String path = "examples/src/main/java/X.java";
        assertEquals(List.of(), judge(new Source(path, "/** Of a. */\nint a;\n/** Of b. */\nint b;")));
        for (String before : new String[] {"/** Of b. */", "/**\n * Of b.\n */"}) {
            List<String> found = judge(new Source(path, before + "\n/** Of a. */\nint a;"));
            assertEquals(1, found.size());
            assertTrue(found.get(0).contains(": a comment of nothing before it: "), found.get(0));
        }
    }

    @Test
    void shouldTakeAWaiverFromTheLineAbove() {
        String code = "// form: hash-ordered, never iterated\nvar seen = new HashSet<String>();\n";
        String path = "operators/src/main/java/io/millrace/dsl/X.java";
        assertEquals(List.of(), judge(new Source(path, code)));
        assertEquals(
                1,
                judge(new Source(path, code + "var more = new HashSet<String>();"))
                        .size());
    }

    @ParameterizedTest
    @MethodSource("banned")
    void shouldReportEachBannedIdiom(String code) {
        assertEquals(
                1, judge(new Source("operators/src/main/java/X.java", code)).size(), code);
    }

    static Stream<String> banned() {
        return Stream.of(
                "LongSupplier s = System::nanoTime;",
                "long t = System.currentTimeMillis();",
                "import static java.lang.System.nanoTime;",
                "import java.time.Clock;",
                "var d = new Date();",
                "DoubleUnaryOperator f = Math::pow;",
                "import static java.lang.Math.log;",
                "import static java.lang.Math.*;",
                "double d = Math\n.tanh(x);",
                "double d = Math.random();",
                "var id = UUID.randomUUID();",
                "var r = ThreadLocalRandom.current();",
                "var r = new SecureRandom();",
                "var m = new IdentityHashMap<A, B>();",
                "var m = new ConcurrentHashMap<A, B>();",
                "var m = Map.of(1, 2);",
                "var m = Set.copyOf(list);",
                "var s = list.stream().collect(Collectors.toSet());",
                "var s = \"%d\".formatted(1);",
                "var s = String.format(\n    \"%d\", 1);",
                "var s = name.toLowerCase();",
                "f = String::toUpperCase;",
                "e.printStackTrace();",
                "System.out.println();");
    }

    @Test
    void shouldSeeCodeOnly() {
        assertEquals("a  b", blank("a/*x*/b").replaceAll(" +", "  "));
        assertEquals("x = \"   \"; y();", blank("x = \"a\\\"b\"; y();").replaceAll("\" +\"", "\"   \""));
        assertEquals("c = ' '; d();", blank("c = '\"'; d();"));
        assertEquals("c = '  '; d();", blank("c = '\\''; d();"));
        assertEquals("t = \"\"\"\n    \n\"\"\"; d();", blank("t = \"\"\"\n\"a\" \n\"\"\"; d();"));
        assertEquals("a\n  \nb", blank("a\n//\nb"));
        assertFalse(blank("x // System.out").contains("System"));
    }

    // What follows is the machine: sources, rules, and the blanking of all that is not code.

    /** Where an idiom is banned, and what to write instead. {@code waiver}, or null, begins a comment that lets a line pass. */
    private record Rule(
            String name, Predicate<Source> where, Pattern banned, String cure, String waiver, Source bad, Source good) {
        @Override
        public String toString() {
            return name;
        }

        void judge(Source source, List<String> raw, String code, List<String> found) {
            if (!where.test(source)) {
                return;
            }
            var matcher = banned.matcher(code);
            int last = -1;
            while (matcher.find()) {
                // Where the idiom ends: a match may begin lines above.
                int line = (int) code.substring(0, matcher.end())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
                if (line != last && !waived(raw, line)) {
                    String idiom = matcher.group().strip().replaceAll("\\s+", " ");
                    found.add(source.path() + ":" + (line + 1) + ": " + name + ": " + idiom + "; instead: " + cure);
                }
                last = line;
            }
        }

        /** The comment stands at the end of the line or alone above it; with a waiver an import needs none. */
        private boolean waived(List<String> raw, int line) {
            return waiver != null
                    && (raw.get(line).contains(waiver)
                            || raw.get(line).startsWith("import ")
                            || line > 0 && raw.get(line - 1).strip().startsWith(waiver));
        }
    }

    /** A main source with its path from the root of the repository, separated by {@code /}. */
    private record Source(String path, String text) {
        boolean in(String module) {
            return path.startsWith(module + "/");
        }

        boolean library() {
            return in("engine") || in("operators") || in("transports");
        }

        boolean core(Set<String> packages) {
            String base = "engine/core/src/main/java/io/millrace/";
            return path.startsWith(base)
                    && packages.contains(path.substring(base.length()).split("/")[0]);
        }

        boolean clock() {
            return (core(Set.of("runtime", "engine")) || in("transports")) && path.endsWith("Clock.java");
        }
    }

    private static List<String> judge(Source source) {
        List<String> found = new ArrayList<>();
        List<String> raw = source.text().lines().toList();
        String code = blank(source.text());
        RULES.forEach(rule -> rule.judge(source, raw, code, found));
        for (int i = 0; i < raw.size(); i++) {
            if (OPEN_END.matcher(raw.get(i)).find()) {
                found.add(source.path() + ":" + (i + 1) + ": open end: "
                        + raw.get(i).strip() + "; instead: do it, or open an issue and name what holds today");
            }
        }
        for (int i = 1; i < raw.size(); i++) {
            if (raw.get(i).strip().startsWith("/**") && endsDoc(raw, i - 1)) {
                found.add(source.path() + ":" + (i + 1) + ": a comment of nothing before it: "
                        + raw.get(i - 1).strip() + "; instead: one, since newer compilers refuse two");
            }
        }
        if (raw.size() > LINES_MAX) {
            found.add(source.path() + ":" + (LINES_MAX + 1) + ": " + raw.size() + " lines; instead: at most "
                    + LINES_MAX + CURE_OF_LENGTH);
        }
        long codeLines = code.lines().filter(line -> !line.isBlank()).count();
        if (codeLines > CODE_MAX) {
            found.add(
                    source.path() + ": " + codeLines + " lines of code; instead: at most " + CODE_MAX + CURE_OF_LENGTH);
        }
        return found;
    }

    private static boolean endsDoc(List<String> raw, int line) {
        int at = line;
        while (at > 0 && raw.get(line).endsWith("*/") && raw.get(at).strip().startsWith("*")) {
            at--;
        }
        return raw.get(line).endsWith("*/") && raw.get(at).strip().startsWith("/**");
    }

    /** The text with all comments and literals blanked; line ends and positions stay. */
    private static String blank(String text) {
        StringBuilder out = new StringBuilder(text);
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("//", i)) {
                i = blankUntil(out, text, i, i, "\n", 0);
            } else if (text.startsWith("/*", i)) {
                i = blankUntil(out, text, i, i + 2, "*/", 2);
            } else if (text.startsWith("\"\"\"", i)) {
                i = blankUntil(out, text, i + 3, i + 3, "\"\"\"", 0) + 3;
            } else if (text.charAt(i) == '"' || text.charAt(i) == '\'') {
                i = blankUntil(out, text, i + 1, i + 1, text.substring(i, i + 1), 0) + 1;
            } else {
                i++;
            }
        }
        return out.toString();
    }

    /** Blanks from {@code from} to the end mark, searched from {@code search}, with {@code more} characters of it. */
    private static int blankUntil(StringBuilder out, String text, int from, int search, String end, int more) {
        int to = search;
        while (to < text.length() && !text.startsWith(end, to)) {
            boolean escape = text.charAt(to) == '\\' && end.charAt(0) != '\n' && end.charAt(0) != '*';
            to += escape ? 2 : 1;
        }
        to = Math.min(to + more, text.length());
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '\n') {
                out.setCharAt(i, ' ');
            }
        }
        return to;
    }

    private static List<Source> mainSources(Path root) {
        List<Source> sources = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                    String name = dir.getFileName().toString();
                    boolean skip = !dir.equals(root) && (name.startsWith(".") || name.matches("target\\d*"));
                    return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = root.relativize(file).toString().replace('\\', '/');
                    if (path.contains("src/main/java/") && path.endsWith(".java")) {
                        sources.add(new Source(path, Files.readString(file)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sources.sort((a, b) -> a.path().compareTo(b.path()));
        return Collections.unmodifiableList(sources);
    }

    /** The directory above whose pom.xml has modules and no parent. */
    static Path root() {
        try {
            for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
                Path pom = dir.resolve("pom.xml");
                if (Files.exists(pom)) {
                    String text = Files.readString(pom);
                    if (text.contains("<modules>") && !text.contains("<parent>")) {
                        return dir;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no pom.xml with modules and without parent above "
                + Path.of("").toAbsolutePath());
    }
}
