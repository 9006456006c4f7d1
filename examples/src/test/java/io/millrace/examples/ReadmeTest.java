package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The README's Java stands in files that are compiled and tested; what it shows must be what they hold. With {@code
 * -Dmillrace.readme.write=true} the README is brought up to date instead.
 */
class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile(
            "(<!-- region: (\\S+) (\\S+) -->\n```java\n)(.*?)(```\n<!-- endregion -->)", Pattern.DOTALL);

    private static final List<String> REGIONS =
            List.of("quickstart", "test", "device-check", "device-check-test", "durable", "migration", "consumer-loop");

    @Test
    void shouldShowCodeThatIsCompiled() throws IOException {
        Path root = root();
        String readme = Files.readString(root.resolve("README.md"));
        StringBuilder upToDate = new StringBuilder();
        Matcher m = SHOWN.matcher(readme);
        List<String> regions = new ArrayList<>();
        while (m.find()) {
            String region = region(root.resolve(m.group(2)), m.group(3));
            m.appendReplacement(upToDate, Matcher.quoteReplacement(m.group(1) + region + m.group(5)));
            regions.add(m.group(3));
        }
        m.appendTail(upToDate);
        assertEquals(REGIONS, regions, "its regions; one that has lost its marker is compared with nothing");
        assertEquals(REGIONS.size(), readme.split("```java", -1).length - 1, "all Java stands in a region");
        if (Boolean.getBoolean("millrace.readme.write")) {
            Files.writeString(root.resolve("README.md"), upToDate);
        }
        assertEquals(upToDate.toString(), Files.readString(root.resolve("README.md")));
    }

    private static String region(Path file, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            if (line.strip().equals("// endregion")) {
                inside = false;
            }
            if (inside) {
                lines.add(line);
            }
            if (line.strip().equals("// region: " + name)) {
                inside = true;
            }
        }
        assertTrue(!lines.isEmpty(), file + " has no region " + name);
        return String.join("\n", lines).stripIndent() + "\n";
    }

    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("README.md")) || !Files.isDirectory(at.resolve("operators"))) {
            at = at.getParent();
        }
        return at;
    }
}
