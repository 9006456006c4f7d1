package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static String printed(Summary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void shouldPrintALineALabelAndTheSameAsJson() {
        Summary summary = new Summary().put("events", 5).put("held", "yes").put("share", "0.25");
        assertEquals("events  5\nheld  yes\nshare  0.25\n", printed(summary));
        assertEquals("{\"events\": 5, \"held\": \"yes\", \"share\": 0.25}\n", summary.json());
    }

    @Test
    void shouldSetWhatStandsTogetherBehindTheRestInJson() {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("flags", "-D\"a\\b\"");
        group.put("cores", 2);
        group.put("steal %", 0.0001);
        group.put("isolated", "");
        Summary summary = new Summary().putGroup("conditions", group).put("events", 5);
        assertEquals("events  5\n", printed(summary));
        assertEquals(
                "{\"events\": 5, \"conditions\": {\"flags\": \"-D\\\"a\\\\b\\\"\", \"cores\": 2, \"steal %\": 0.00010, \"isolated\": null}}\n",
                summary.json());
    }

    @Test
    void shouldGiveLatencyInMicroseconds() {
        Histogram ns = new Histogram(1_000_000_000, 3);
        for (int i = 1; i <= 100; i++) {
            ns.recordValue(i * 10L);
        }
        assertEquals(
                "p50 us  0.5\np90 us  0.9\np99 us  1\np99.9 us  1\np99.99 us  1\nmax us  1\n",
                printed(new Summary().putLatency(ns)));
    }

    @Test
    void shouldLeaveLatencyEmptyWithoutEvents() {
        Summary summary = new Summary().putLatency(new Histogram(1));
        assertEquals("p50 us  ", printed(summary).lines().findFirst().orElseThrow());
        assertEquals(
                "{\"p50 us\": null, \"p90 us\": null, \"p99 us\": null, \"p99.9 us\": null, \"p99.99 us\": null, "
                        + "\"max us\": null}\n",
                summary.json());
    }
}
