package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.Console;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that are given, sound and not. */
class FraudModelTest {
    private static final Pattern OTHER =
            Pattern.compile("computes was SHA-256 [0-9a-f]{12}\\.\\.\\., is SHA-256 [0-9a-f]{12}\\.\\.\\.");

    @TempDir
    Path folder;

    private static String bundled() throws Exception {
        try (var in = Models.class.getResourceAsStream("fraud-model.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** One tree: amounts up to 10, and a risk of the terminal that is missing, unknown, or known. */
    private static final String SMALL = """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            label_index=0
            max_feature_idx=1
            objective=binary sigmoid:1
            feature_names=TX_AMOUNT TERMINAL_ID_RISK_1DAY_WINDOW
            feature_infos=[0:100] [0:1]
            tree_sizes=300

            Tree=0
            num_leaves=3
            num_cat=0
            split_feature=0 1
            split_gain=1 1
            threshold=10 0.5
            decision_type=2 10
            left_child=-1 -2
            right_child=1 -3
            leaf_value=-3 0.5 2
            leaf_weight=1 1 1
            leaf_count=1 1 1
            internal_value=0 0
            internal_weight=1 1
            internal_count=3 2
            is_linear=0
            shrinkage=1


            end of trees
            """;

    private Console run(String model, String... more) {
        String[] args = {
            "fraud",
            "--count",
            "50",
            "--cards",
            "5",
            "--host",
            "inline",
            "--model",
            model,
            "--alerts",
            folder.resolve("alerts.csv").toString(),
            "--threshold",
            "0"
        };
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Console.run(all);
    }

    private void assertFault(String start, String part, Console c) {
        assertEquals(1, c.code());
        assertEquals("", c.out());
        assertTrue(c.err().startsWith("millrace fraud: " + start), c.err());
        assertTrue(c.err().contains(part), c.err());
        assertEquals(1, c.err().lines().count(), c.err());
        assertTrue(Files.notExists(folder.resolve("alerts.csv")), "an output was made");
    }

    @Test
    void shouldScoreWithTheModelGiven() {
        Console c = run(Payments.file(folder, "small.txt", SMALL));
        assertEquals(0, c.code(), c.err());
        for (String line :
                Payments.text(folder.resolve("alerts.csv")).lines().skip(1).toList()) {
            String raw = line.split(",")[1];
            // young terminals have no risk yet: missing, which the second split sends left
            assertTrue(raw.equals("-3") || raw.equals("0.5"), line);
        }
    }

    @Test
    void shouldReadAModelFromAZippedFileAndFromStandardInput() throws Exception {
        assertEquals(0, run(Payments.file(folder, "model.txt", bundled())).code());
        String expected = Payments.text(folder.resolve("alerts.csv"));
        assertEquals(
                0,
                run(Payments.file(folder, "model.gz", Payments.gzip(bundled()))).code());
        assertEquals(expected, Payments.text(folder.resolve("alerts.csv")));
        Console c = Console.runWith(
                bundled().getBytes(StandardCharsets.UTF_8),
                "fraud",
                "--count",
                "50",
                "--cards",
                "5",
                "--model",
                "-",
                "--alerts",
                folder.resolve("alerts.csv").toString(),
                "--threshold",
                "0");
        assertEquals(0, c.code(), c.err());
        assertEquals(expected, Payments.text(folder.resolve("alerts.csv")));
    }

    @ParameterizedTest
    @CsvSource({
        "leaf_value=-3 0.5 2, leaf_value=-3 zero 2, 21, zero",
        "num_leaves=3, num_leaves=three, 13, three",
        "version=v4, version=v9, 2, v9",
        "left_child=-1 -2, left_child=-1 7, 19, 7"
    })
    void shouldNameTheLineThatCannotBeRead(String sound, String broken, int line, String value) {
        String file = Payments.file(folder, "broken.txt", SMALL.replace(sound, broken));
        assertFault(file + ":" + line + ": ", value, run(file));
    }

    @Test
    void shouldNameTheLineWhereAModelBreaksOff() {
        String file = Payments.file(folder, "half.txt", SMALL.substring(0, SMALL.indexOf("leaf_value")));
        assertFault(file + ":20: the text ends too early; ", "", run(file));
    }

    @Test
    void shouldRefuseWhatIsNoModel() {
        String file = Payments.file(folder, "no.txt", Payments.HEADER + "\n" + Payments.rows(2));
        assertFault(file + ":1: ", "", run(file));
        String empty = Payments.file(folder, "empty.txt", "");
        assertFault(empty + ": empty file; ", "", run(empty));
        String absent = folder.resolve("absent.txt").toString();
        assertFault(absent + ": no such file; ", "", run(absent));
        assertFault(folder + ": a directory; ", "", run(folder.toString()));
    }

    @Test
    void shouldNameTheNearestFeature() {
        String file =
                Payments.file(folder, "other.txt", SMALL.replace("TERMINAL_ID_RISK_1DAY", "TERMINAL_ID_RISK_2DAY"));
        assertFault(
                file + ":8: the model asks for a feature that there is not; TERMINAL_ID_RISK_2DAY_WINDOW; "
                        + "the nearest is TERMINAL_ID_RISK_1DAY_WINDOW\n",
                "",
                run(file));
    }

    @Test
    void shouldRefuseAModelWithoutProbability() {
        String file = Payments.file(
                folder, "regression.txt", SMALL.replace("objective=binary sigmoid:1", "objective=regression"));
        assertFault(
                file + ":7: the model gives no probability; a regression; use a binary classifier\n", "", run(file));
    }

    @Test
    void shouldAlertFromTheThresholdOn() {
        String model = Payments.file(folder, "small.txt", SMALL);
        assertEquals("50", run(model).label("alerts"));
        Console all = run(model);
        String text = Payments.text(folder.resolve("alerts.csv"));
        assertEquals(50, text.lines().skip(1).count());
        assertEquals("50", all.label("alerts"));
        String probability = text.lines()
                .skip(1)
                .filter(l -> l.split(",")[1].equals("0.5"))
                .findFirst()
                .map(l -> l.split(",")[2])
                .orElseThrow();
        long high =
                text.lines().skip(1).filter(l -> l.split(",")[1].equals("0.5")).count();
        Console some =
                Console.run("fraud", "--count", "50", "--cards", "5", "--model", model, "--threshold", probability);
        assertEquals(Long.toString(high), some.label("alerts")); // the threshold itself is reached
        Console none = Console.run("fraud", "--count", "50", "--cards", "5", "--model", model, "--threshold", "1");
        assertEquals("0", none.label("alerts"));
    }

    /** What it computes is compared, and not how its file is called. */
    @Test
    void shouldGoOnWithItsModelAndWithNoOther() throws Exception {
        Path file = folder.resolve("m.txt");
        Files.writeString(file, SMALL);
        String journal = folder.resolve("journal").toString();
        String relative = Path.of("").toAbsolutePath().relativize(file).toString();
        Console first = run(relative, "--journal", journal);
        assertEquals(0, first.code(), first.err());
        assertEquals(0, run(file.toString(), "--journal", journal).code());
        Console replay = Console.run("replay", "--journal", journal);
        assertEquals(0, replay.code(), replay.err());
        Path changed = folder.resolve("changed.txt");
        Files.writeString(changed, SMALL.replace("leaf_value=-3", "leaf_value=-2.5"));
        Console whatIf = Console.run("what-if", "--journal", journal, "--set", "model=" + changed);
        assertEquals(0, whatIf.code(), whatIf.err());
        assertTrue(Pattern.compile("changed [1-9]").matcher(whatIf.out()).find(), whatIf.out());

        Files.copy(changed, file, StandardCopyOption.REPLACE_EXISTING);
        Console other = run(relative, "--journal", journal);
        assertEquals(1, other.code(), other.out());
        assertTrue(OTHER.matcher(other.err()).find() && other.err().contains("--model, "), other.err());
        for (String command : List.of("replay", "preflight")) {
            Console c = Console.run(command, "--journal", journal);
            assertEquals(1, c.code(), c.out());
            assertTrue(OTHER.matcher(c.err() + c.out()).find(), command + ": " + c.err() + c.out());
            assertTrue((c.err() + c.out()).contains("node model, what its model "), command + ": " + c.err() + c.out());
        }
    }
}
