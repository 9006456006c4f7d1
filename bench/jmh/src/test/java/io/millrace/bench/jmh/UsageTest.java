package io.millrace.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is said of words that JMH cannot understand. */
class UsageTest {
    @Test
    void shouldSayThatResultsHaveNoPlace() throws Exception {
        assertEquals("none/there.json", Main.placeThatIsMissing("-rff", "none/there.json", "-rf", "json"));
        assertNull(Main.placeThatIsMissing("-rff", "there.json"));
        assertNull(Main.placeThatIsMissing());
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
