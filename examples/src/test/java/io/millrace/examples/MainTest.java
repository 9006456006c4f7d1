package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final List<String> NAMES = List.of(
            "fraud",
            "fraud-service",
            "stat",
            "trade-cost",
            "velocity",
            "candles",
            "anomaly",
            "quickstart",
            "failing",
            "ledger",
            "describe",
            "replay",
            "explain",
            "what-if",
            "preflight");

    @Test
    void shouldShowItsUsageWithoutAName() {
        Console c = Console.run();
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertTrue(c.err().startsWith("usage: examples/run NAME [options]\n"), c.err());
        Console asked = Console.run("--help");
        assertEquals(0, asked.code());
        assertEquals(c.err(), asked.out());
    }

    @Test
    void shouldListALineAName() {
        Console c = Console.run("list");
        assertEquals(0, c.code());
        assertEquals(
                NAMES, c.out().lines().map(l -> l.substring(0, l.indexOf("  "))).toList());
        assertEquals("", c.err());
    }

    @Test
    void shouldTakeNoOptionsToList() {
        Console c = Console.run("list", "all");
        assertEquals(2, c.code());
        assertEquals("millrace list: all: takes no options; write examples/run list\n", c.err());
    }

    @Test
    void shouldExplainTheList() {
        Console c = Console.run("list", "--help");
        assertEquals(0, c.code());
        assertTrue(c.out().startsWith("usage: examples/run list\n"), c.out());
        assertEquals("", c.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "-h", "--hepl"})
    void shouldSayHowHelpIsAskedFor(String asked) {
        Console c = Console.run(asked);
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertEquals("millrace: " + asked + ": no such example; see examples/run --help\n", c.err());
    }

    @Test
    void shouldNameTheNearestExample() {
        Console c = Console.run("quikstart", "--help");
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertEquals(
                "millrace: quikstart: no such example; the nearest is quickstart; examples/run list names all\n",
                c.err());
    }

    @Test
    void shouldNotGuessWhenNothingIsNear() {
        Console c = Console.run("nexmark");
        assertEquals(2, c.code());
        assertEquals("millrace: nexmark: no such example; examples/run list names all\n", c.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fraud",
                "fraud-service",
                "stat",
                "trade-cost",
                "velocity",
                "candles",
                "anomaly",
                "quickstart",
                "failing",
                "ledger",
                "describe"
            })
    void shouldExplainEveryExample(String name) {
        Console c = Console.run(name, "--help");
        assertEquals(0, c.code());
        assertTrue(c.out().startsWith("usage: examples/run " + name), c.out());
        assertEquals("", c.err());
    }

    @Test
    void shouldPrintWhatTheReadmePromises() {
        Console c = Console.run("quickstart");
        assertEquals(0, c.code());
        assertEquals("""
                Alert[card=4000001, payments=3, cents=180000]
                Alert[card=4000001, payments=4, cents=240000]
                Alert[card=4000001, payments=5, cents=300000]
                """, c.out());
        assertEquals("", c.err());
    }

    @Test
    void shouldShowAFailureItsLetterAndItsRedrive() {
        Console c = Console.run("failing");
        assertEquals(0, c.code());
        List<String> lines = c.out().lines().toList();
        assertEquals(6, lines.size(), c.out());
        assertEquals("Converted[id=1, euroCents=1000]", lines.get(0));
        assertEquals("Converted[id=3, euroCents=3000]", lines.get(1));
        assertTrue(
                lines.get(2)
                        .matches("dead letter #[0-9]+ \\S+ \\(FailingCommand\\.java:[0-9]+\\): operator-error: "
                                + "java\\.lang\\.IllegalArgumentException: no rate for GBP: "
                                + "Order\\[id=2, currency=GBP, cents=2000, timeMs=10\\]"),
                lines.get(2));
        assertEquals("health DEGRADED", lines.get(3));
        assertEquals(List.of("Converted[id=2, euroCents=2340]", "redriven 1"), lines.subList(4, 6));
        assertEquals("", c.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "failing"})
    void shouldRefuseOptionsWhereThereAreNone(String name) {
        Console c = Console.run(name, "--hepl");
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertEquals("millrace " + name + ": --hepl: unknown option; the nearest is --help\n", c.err());
    }
}
