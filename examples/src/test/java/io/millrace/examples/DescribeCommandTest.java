package io.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.quickstart.QuickstartProvider;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeCommandTest {
    @TempDir
    Path own;

    @Test
    void shouldPrintTheTopologyOfAProvider() {
        Console c = Console.run("describe", "fraud");
        assertEquals(0, c.code());
        assertTrue(c.out().startsWith("topology fraud\n"), c.out());
        for (String name : new String[] {"payments", "customer-history", "terminal-history", "model", "alerts"}) {
            assertTrue(c.out().contains("\n  " + name + ": "), c.out());
        }
        assertEquals("", c.err());
    }

    @Test
    void shouldPrintTheFraudTopologyWithLabelsOfTheirOwn() {
        Console c = Console.run("describe", "fraud-with-labels");
        assertEquals(0, c.code(), c.err());
        for (String name : new String[] {"labels", "customer-history", "terminal-labels", "model", "alerts"}) {
            assertTrue(c.out().contains("\n  " + name + ": "), c.out());
        }
        assertTrue(!c.out().contains("terminal-history"), c.out());
    }

    @ParameterizedTest
    @CsvSource({"text, topology spree", "mermaid, flowchart", "dot, digraph", "json, '{\"topology\": \"spree\"'"})
    void shouldPrintInEveryFormatWithOptionsInAnyOrder(String format, String start) {
        Console c = Console.run("describe", "spree", "--format", format);
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().startsWith(start), c.out());
        assertEquals(c, Console.run("describe", "--format=" + format, "spree"));
    }

    /** A provider that is found on a class path of the user's only. */
    public static final class Mine implements TopologyProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            return new QuickstartProvider().topology(options);
        }
    }

    private String classPath(String provider) throws IOException {
        Path services = Files.createDirectories(own.resolve("META-INF/services"));
        Files.writeString(services.resolve(TopologyProvider.class.getName()), provider);
        return own.toString();
    }

    @Test
    void shouldPrintATopologyOfTheUsersJar() throws IOException {
        Console c = Console.run("describe", "mine", "--classpath", classPath(Mine.class.getName()));
        assertEquals(0, c.code(), c.err());
        assertEquals(Console.run("describe", "spree").out(), c.out());
        Console near = Console.run("describe", "mime", "--classpath", own.toString());
        assertEquals("millrace describe: mime: no such topology; the nearest is mine\n", near.err());
    }

    @Test
    void shouldSayInALineWhyAClassPathIsNotToBeUsed() throws IOException {
        Console absent = Console.run("describe", "spree", "--classpath", "none.jar");
        assertEquals(1, absent.code());
        assertTrue(absent.err().startsWith("millrace describe: --classpath: none.jar: no such file, or"), absent.err());
        Console gone = Console.run("describe", "spree", "--classpath", classPath("no.such.Provider"));
        assertEquals(1, gone.code());
        assertTrue(gone.err().contains("no.such.Provider") && gone.err().lines().count() == 1, gone.err());
        assertEquals("", gone.out());
    }

    @Test
    void shouldPrintThePlanBehindIt() {
        Console c = Console.run("describe", "--plan", "spree");
        assertEquals(0, c.code(), c.err());
        assertTrue(c.out().contains("\nplan of topology spree\n"), c.out());
        assertTrue(c.out().startsWith(Console.run("describe", "spree").out()), c.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "describe|NAME: is missing; one of anomaly, candles, device-check, durable-spree, fraud, fraud-with-labels, ledger, spree, trade-cost, velocity",
                "describe --plan|NAME: is missing; one of anomaly, candles, device-check, durable-spree, fraud, fraud-with-labels, ledger, spree, trade-cost, velocity",
                "describe SPREE|SPREE: no such topology; the nearest is spree",
                "describe orders|orders: no such topology; one of anomaly, candles, device-check, durable-spree, fraud, fraud-with-labels, ledger, spree, trade-cost, velocity",
                "describe frod|frod: no such topology; the nearest is fraud",
                "describe spree fraud|'fraud': no such argument; options begin with --; see examples/run describe --help",
                "describe spree --format xml|--format xml: not possible; use text or mermaid or dot or json",
                "describe spree --format json --plan|--plan: is text, behind json nobody could read it; "
                        + "leave one of the two out",
                "describe spree --plan=yes|--plan=yes: takes no value; write --plan"
            })
    void shouldSayWhatItDoesNotUnderstand(String command, String message) {
        Console c = Console.run(command.split(" "));
        assertEquals(2, c.code());
        assertEquals("", c.out());
        assertEquals("millrace describe: " + message + "\n", c.err());
    }
}
