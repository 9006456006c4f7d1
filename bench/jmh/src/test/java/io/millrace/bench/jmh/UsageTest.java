package io.millrace.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of words that JMH cannot understand. */
class UsageTest {
    @Test
    void shouldSayThatResultsHaveNoPlace() throws Exception {
        assertEquals("none/there.json", Main.placeThatIsMissing("-rff", "none/there.json", "-rf", "json"));
        assertNull(Main.placeThatIsMissing("-rff", "there.json"));
        assertNull(Main.placeThatIsMissing());
    }

    @Test
    void shouldWriteAPageWithWhatItMeasures(@TempDir Path folder) throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        Path page = Files.writeString(folder.resolve("page"), "a\n<!-- jmh some -->\n<!-- /jmh some -->\nb\n");
        String[] words = {
            "-prof",
            "gc",
            "-foe",
            "true",
            "PublishBenchmark.encode",
            "--mark=jmh some",
            "--readme",
            page.toString(),
            "--json",
            folder.resolve("figures.json").toString(),
            "-f",
            "0",
            "-wi",
            "0",
            "-i",
            "1",
            "-r",
            "10ms"
        };
        Main.main(words);
        String text = Files.readString(page);
        assertTrue(text.contains("$ bench/run jmh PublishBenchmark.encode -f 0 -wi 0 -i 1 -r 10ms\n"), text);
        assertTrue(Files.readString(folder.resolve("figures.json")).contains("\"primaryMetric\""), "as JMH writes it");
        for (String name : List.of("Record", "Sbe")) {
            String row = "\\| `PublishBenchmark.encode" + name + "` \\|  \\| [0-9.]+ \\| - \\| ns/op \\| [0-9.]+ \\|";
            assertTrue(text.lines().anyMatch(l -> l.matches(row)), text);
        }
        assertTrue(text.contains(" load ") && text.startsWith("a\n") && text.endsWith("b\n"), text);
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    @Test
    void shouldCompareInTurnsWithTheFirst(@TempDir Path folder) throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        Path page = Files.writeString(folder.resolve("page"), "<!-- jmh_watch -->\n<!-- /jmh_watch -->\n");
        String own = "WatchBenchmark.inline -f 0 -wi 0 -i 1 -r 10ms -p watch=nothing,again";
        Main.main(words("-prof gc " + own + " --turns 3 --mark=jmh_watch --readme " + page + " --json "
                + folder.resolve("figures.json")));
        String text = Files.readString(page);
        assertTrue(text.contains("$ bench/run jmh " + own + " --turns 3\n"), text);
        String row = "\\| `WatchBenchmark.inline` \\| watch=%s \\| .* \\| ns/op \\| .* \\| %s \\| %s \\|";
        String beside = "[+-][\\d.]+ % \\([+-][\\d.]+ to [+-][\\d.]+\\)";
        assertTrue(text.lines().anyMatch(l -> l.matches(row.formatted("nothing", "-", "-"))), text);
        assertTrue(text.lines().anyMatch(l -> l.matches(row.formatted("again", beside, beside))), text);
        assertTrue(text.contains("the median over 3 turns") && text.contains("the least and the most"), text);
        String json = Files.readString(folder.resolve("figures.json"));
        assertEquals(2, json.split("\"benchmark\"").length - 1, json);
        String raw = json.split("\"secondaryMetrics\"")[0].split("\"rawData\"")[1];
        assertEquals(3, raw.strip().split(",").length, "of all turns: " + json);
    }

    @Test
    void shouldTellTheMedianAndWhereItLies() {
        assertEquals("+2.0 % (-1.0 to +30.0)", Turns.told(3, 30, 1, -1), "too few for more");
        double[] sixteen = new double[16];
        for (int i = 0; i < sixteen.length; i++) {
            sixteen[i] = 15 - i;
        }
        assertEquals("+7.5 % (+3.0 to +12.0)", Turns.told(sixteen));
        assertEquals("-", Turns.told(Double.NaN, Double.NaN), "of a benchmark that does not count it");
        int[] ranks = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4};
        for (int n = 1; n < ranks.length; n++) {
            assertEquals(ranks[n], Turns.rank(n), n + " turns");
        }
        assertEquals(469, Turns.rank(Turns.MOST), "or it tells no interval");
    }

    @Test
    void shouldRefuseTurnsThatAreNone() {
        for (String line : List.of("--turns 0", "--turns x", "--turns", "--turns 1001", "--turns 10000")) {
            String message = assertThrows(IllegalArgumentException.class, () -> JmhPage.of(words(line)))
                    .getMessage();
            assertTrue(message.startsWith("--turns: "), message);
            String value = line.replaceAll("--turns ?", "");
            String says = "--turns: '" + value + "' is not a number of turns; give 1 to 1000";
            assertTrue(value.isEmpty() || message.equals(says), message);
        }
        for (String line : List.of("--turns 1", "--turns 999", "--turns 1000")) {
            JmhPage.of(words(line));
        }
    }

    /** Or all benchmarks that are to be named would run. */
    @Test
    void shouldWriteNoPageWhereNothingIsMeasured() throws Exception {
        for (String word : List.of("-l", "-lp", "-lprof", "-lrf", "-h")) {
            assertFalse(JmhPage.of("--readme=a", word).isWished(), word);
        }
        assertTrue(JmhPage.of("--readme=a", "Watch").isWished());
    }

    @Test
    void shouldTakeItsOwnWordsFromThoseOfJmh() throws Exception {
        assertFalse(JmhPage.of("Watch", "-f", "1").isWished());
        assertArrayEquals(
                new String[] {"Watch", "-f", "1"},
                JmhPage.of("Watch", "--readme=a", "-f", "1", "--mark", "b").arguments());
        assertArrayEquals(
                new String[] {"Watch", "-rf", "json", "-rff", "a"},
                JmhPage.of("--json=a", "Watch").arguments());
        for (String[] words : new String[][] {{"--mark", "b"}, {"--readme"}, {"--json"}}) {
            String message = assertThrows(IllegalArgumentException.class, () -> JmhPage.of(words))
                    .getMessage();
            assertTrue(message.startsWith(words[0] + ": has no "), message);
        }
    }

    @Test
    void shouldSayInALineWhatCannotBeUnderstood() {
        assertNull(Main.wrongWith("WatchBenchmark", "-f", "1", "-p", "watch=nothing"));
        assertNull(Main.wrongWith());
        assertNull(Main.wrongWith("-h"));
        assertEquals(
                "WotchBenchmark: no benchmark of that name; bench/run jmh -l names all",
                Main.wrongWith("WotchBenchmark"));
        assertTrue(Main.wrongWith("Watch(").startsWith("Watch(: is no pattern"), Main.wrongWith("Watch("));
        for (String[] words : new String[][] {{"--wrong", "wrong"}, {"-f", "many"}}) {
            String wrong = Main.wrongWith(words);
            assertTrue(wrong.contains(words[1]) && wrong.endsWith("; see bench/run jmh --help"), wrong);
        }
    }
}
