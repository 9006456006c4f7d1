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
