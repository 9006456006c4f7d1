package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each relative link of the project's pages leads to a file or directory that is there, and each anchor to a heading of
 * that page, as GitHub names them, or to an {@code <a id>}. Code is passed over, and so are addresses elsewhere.
 */
class LinksTest {
    private static final Pattern FENCE =
            Pattern.compile("^ *(`{3,}|~{3,}).*?^ *\\1[`~]* *$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

    /** Ends with its paragraph. */
    private static final Pattern SPAN =
            Pattern.compile("(?<!`)(`+)(?!`)((?:(?!\\n\\s*\\n).)+?)(?<!`)\\1(?!`)", Pattern.DOTALL);

    /** What a text, a definition, or a tag leads to. */
    private static final Pattern LINK = Pattern.compile(
            "\\]\\(\\s*<?((?:[^()\\s<>]|\\([^()\\s]*\\))*)>?(?:\\s+[\"'][^\"']*[\"'])?\\s*\\)"
                    + "|^ {0,3}\\[[^]^]+]:\\s*<?([^\\s>]+)|<(?:a|img)\\b[^>]*\\b(?:href|src)=\"([^\"]*)\"",
            Pattern.MULTILINE);

    private static final Pattern HEADING =
            Pattern.compile("^ {0,3}#{1,6}[ \\t]+(.*?)[ \\t]*#*[ \\t]*$", Pattern.MULTILINE);
    private static final Pattern ANCHOR = Pattern.compile("<a\\b[^>]*\\b(?:id|name)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*|//.*");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    void shouldLeadToWhatIsThere() throws IOException {
        List<Path> pages = pages(ReadmeTest.root());
        assertTrue(pages.size() > 20, "found only " + pages);
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages) {
            links += judge(ReadmeTest.root(), page, broken);
        }
        assertTrue(links > 500, "found only " + links + " links");
        assertEquals("", String.join("\n", broken), "links that lead nowhere");
    }

    @Test
    void shouldReportEachLinkThatLeadsNowhere(@TempDir Path root) throws IOException {
        Path page = root.resolve("page.md");
        Files.createDirectory(root.resolve("folder"));
        Files.writeString(
                root.resolve("folder/other.md"), "# One `two`: *three*, a_b - [é](x)!\n\n# Again\n\n## Again ##\n");
        Files.writeString(
                page,
                String.join(
                        "\n",
                        "[a](folder/other.md#one-two-three-a_b---é) [b](folder/other.md#again-1) [c](folder) [d](#here)",
                        "[e](https://example.org/none#none) [f](mailto:x@example.org) <!-- [g](none.md) -->",
                        "`[h](none.md)` ``[i](none.md) ` ``",
                        "```text",
                        "[j](none.md)",
                        "# No heading",
                        "```",
                        "<a id=\"here\"></a> ![k](page.md)",
                        "[l `code`](none.md) and [m](folder/other.md#two)",
                        "[over a",
                        "line](#no-heading) [n](folder#again) [o](folder/other.md#again-2)",
                        "",
                        "[p]: none.md",
                        "<img src=\"none.png\">",
                        "[q](100%zz.md) [r](folder/other.md#%zz) [s](Folder/other.md) [t](folder/%6Fther.md)"));
        inAnyCase(root, "Folder", "folder");
        List<String> broken = new ArrayList<>();
        judge(root, page, broken);
        assertEquals(
                List.of(
                        "page.md:9: none.md: nothing is there",
                        "page.md:9: folder/other.md#two: no such heading",
                        "page.md:11: #no-heading: no such heading",
                        "page.md:11: folder#again: not a page",
                        "page.md:11: folder/other.md#again-2: no such heading",
                        "page.md:13: none.md: nothing is there",
                        "page.md:14: none.png: nothing is there",
                        "page.md:15: 100%zz.md: no address",
                        "page.md:15: folder/other.md#%zz: no address",
                        "page.md:15: Folder/other.md: nothing is there"),
                broken);
    }

    /** What some file systems do by themselves. */
    private static void inAnyCase(Path root, String other, String name) throws IOException {
        if (!Files.exists(root.resolve(other))) {
            Files.createSymbolicLink(root.resolve(other), Path.of(name));
        }
    }

    /** Answers how many relative links it has. */
    private int judge(Path root, Path page, List<String> broken) throws IOException {
        String text = prose(Files.readString(page));
        int links = 0;
        for (Matcher m = LINK.matcher(text); m.find(); ) {
            String link = Stream.of(m.group(1), m.group(2), m.group(3))
                    .filter(g -> g != null)
                    .findFirst()
                    .orElseThrow();
            if (ELSEWHERE.matcher(link).matches()) {
                continue;
            }
            links++;
            String why = why(root, page, link);
            if (why != null) {
                long line = text.substring(0, m.end()).lines().count();
                broken.add(root.relativize(page) + ":" + line + ": " + link + ": " + why);
            }
        }
        return links;
    }

    private String why(Path root, Path page, String link) throws IOException {
        try {
            return missing(root, page, link);
        } catch (IllegalArgumentException e) { // of what is decoded, or is to be a path
            return "no address";
        }
    }

    /** Null where it leads to what is there. */
    private String missing(Path root, Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = decoded(hash < 0 ? link : link.substring(0, hash));
        Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!Files.exists(target) || !isNamedSo(root, target)) {
            return "nothing is there";
        }
        if (hash < 0) {
            return null;
        }
        if (!Files.isRegularFile(target) || !target.toString().endsWith(".md")) {
            return "not a page";
        }
        return anchors(target).contains(decoded(link.substring(hash + 1))) ? null : "no such heading";
    }

    /** Also where files are found by a name in another case: as text, because paths may be equal then. */
    private static boolean isNamedSo(Path root, Path target) throws IOException {
        Path named = root.toRealPath().resolve(root.relativize(target)).normalize();
        return target.toRealPath().toString().equals(named.toString());
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Set<String> anchors(Path page) throws IOException {
        Set<String> known = anchors.get(page);
        if (known != null) {
            return known;
        }
        Set<String> all = new HashSet<>();
        String raw = blanked(Files.readString(page), FENCE, COMMENT); // a heading may have code in it
        Map<String, Integer> times = new HashMap<>();
        HEADING.matcher(raw).results().forEach(r -> {
            String slug = slug(r.group(1));
            int before = times.merge(slug, 1, Integer::sum) - 1;
            all.add(before == 0 ? slug : slug + "-" + before);
        });
        ANCHOR.matcher(prose(Files.readString(page))).results().forEach(r -> all.add(r.group(1)));
        anchors.put(page, all);
        return all;
    }

    private static String slug(String heading) {
        return heading.replaceAll("!?\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("<[^>]+>", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
    }

    private static String prose(String text) {
        return blanked(text, FENCE, COMMENT, SPAN);
    }

    /** Without what matches; lines stay. */
    private static String blanked(String text, Pattern... all) {
        String rest = text;
        for (Pattern p : all) {
            rest = p.matcher(rest).replaceAll(r -> r.group().replaceAll("[^\\n]", " "));
        }
        return rest;
    }

    private static List<Path> pages(Path root) throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                String name = dir.getFileName().toString();
                boolean skip = !dir.equals(root) && (name.startsWith(".") || name.matches("target\\d*"));
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        pages.sort(null);
        return pages;
    }
}
