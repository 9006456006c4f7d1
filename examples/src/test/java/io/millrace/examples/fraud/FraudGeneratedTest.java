package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.cli.UsageException;
import io.millrace.examples.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated stream: the same count, seed and cards give the same bytes, however it is run. */
class FraudGeneratedTest {
    private static final int COUNT = 4_000;
    private static final List<String> LABELS = List.of(
            "events",
            "events/s",
            "alerts",
            "late",
            "dead letters",
            "p50 us",
            "p90 us",
            "p99 us",
            "p99.9 us",
            "p99.99 us",
            "max us",
            "bytes/event",
            "collections");

    @TempDir
    Path folder;

    private Console run(String name, String... more) {
        List<String> args = new ArrayList<>(List.of("fraud", "--count", Integer.toString(COUNT), "--cards", "200"));
        args.addAll(List.of("--features", folder.resolve(name + "-features.csv").toString()));
        args.addAll(List.of("--alerts", folder.resolve(name + "-alerts.csv").toString()));
        args.addAll(List.of(more));
        Console c = Console.run(args.toArray(new String[0]));
        if (!args.contains("--rate") || "yes".equals(c.label("held"))) {
            assertEquals("", c.err());
            assertEquals(0, c.code());
        } else {
            assertNotHeld(c);
        }
        return c;
    }

    /** Whether a rate is held is up to the machine, and what else it has to do; what is said of it then is not. */
    private static void assertNotHeld(Console c) {
        assertEquals("no", c.label("held"), c.out());
        assertEquals(1, c.code());
        String what = "millrace fraud: --rate [0-9]+: not held; [0-9]+ ms behind at the end; give a lower rate\n";
        assertTrue(c.err().matches(what), c.err());
    }

    private void assertSameOutputs(String one, String other) throws IOException {
        for (String file : List.of("-features.csv", "-alerts.csv")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve(one + file)), Files.readAllBytes(folder.resolve(other + file)));
        }
    }

    @Test
    void shouldGiveTheSameBytesHoweverItIsRun() throws IOException {
        String[] threshold = {"--threshold", "0.01", "--seed", "5"};
        Console c = run("live", threshold);
        assertTrue(Long.parseLong(c.label("alerts")) > 20, c.out());
        run("again", threshold);
        run("inline", "--threshold", "0.01", "--seed", "5", "--host", "inline");
        run("rate", "--threshold", "0.01", "--seed", "5", "--rate", "4000");
        run("slow", "--threshold", "0.01", "--seed", "5", "--rate", "4000", "--host", "inline");
        assertSameOutputs("live", "again");
        assertSameOutputs("live", "inline");
        assertSameOutputs("live", "rate");
        assertSameOutputs("live", "slow");

        run("other", "--threshold", "0.01", "--seed", "6");
        assertNotEquals(
                Payments.text(folder.resolve("live-features.csv")),
                Payments.text(folder.resolve("other-features.csv")));
    }

    @Test
    void shouldSayWhenTheFirstPaymentWasScored() {
        Instant before = Instant.now();
        Console c = Console.run("fraud", "--count", "100", "--first-score", "--host", "inline");
        assertTrue(Long.parseLong(c.label("first score ms")) > 0, c.out());
        Instant at = Instant.parse(c.label("first score at"));
        assertFalse(at.isBefore(before) || at.isAfter(Instant.now()), c.out());

        Console nothing = Console.run("fraud", "--count", "0", "--first-score", "--host", "inline");
        assertEquals("", nothing.label("first score ms"));
    }

    /** What it takes is set apart before the first payment: gigabytes make somebody wait. */
    @Test
    void shouldSetNoMoreStateApartThanTheGeneratedCardsNeed() throws UsageException {
        long least = 256L << 20;
        long half = Math.max(least, Runtime.getRuntime().maxMemory() / 2);
        assertTrue(half > least, "a heap of more than 512 MiB");
        assertEquals(least, stateBytes());
        assertEquals(half, stateBytes("--cards", "100001"));
        assertEquals(half, stateBytes("--count", "1000001"));
        assertEquals(half, stateBytes("--payments", "file.csv"));
    }

    private static long stateBytes(String... args) throws UsageException {
        return FraudRun.stateBytes(FraudOptions.of(FraudOptions.declared().parse(List.of(args))));
    }

    @Test
    void shouldNumberPaymentsInTheOrderOfInput() {
        run("all", "--threshold", "0");
        List<String> lines =
                Payments.text(folder.resolve("all-alerts.csv")).lines().toList();
        assertEquals("TRANSACTION_ID,RAW_SCORE,PROBABILITY,SEQUENCE", lines.get(0));
        assertEquals(COUNT + 1, lines.size());
        long before = -1;
        for (String line : lines.subList(1, lines.size())) {
            long sequence = Long.parseLong(line.substring(line.lastIndexOf(',') + 1));
            assertTrue(sequence > before, line);
            before = sequence;
        }
        assertEquals(Payments.ids(folder.resolve("all-features.csv")), Payments.ids(folder.resolve("all-alerts.csv")));
    }

    @Test
    void shouldEndWithTheTable() {
        Console c = Console.run("fraud", "--count", "100");
        List<String> labels =
                c.out().lines().map(l -> l.substring(0, l.indexOf("  "))).toList();
        List<String> expected = new ArrayList<>(LABELS);
        expected.add(5, "latency");
        assertEquals(expected, labels);
        assertEquals("from publish (closed loop)", c.label("latency"));
        assertEquals("100", c.label("events"));
        for (String label : LABELS) {
            assertTrue(c.label(label).matches("[0-9]+(\\.[0-9])?"), c.out());
            assertFalse(c.label(label).endsWith(".0"), c.out());
        }
    }

    @Test
    void shouldSayWhetherTheRateWasHeld() {
        Console c = Console.run("fraud", "--count", "100", "--rate", "1000");
        assertNull(c.label("latency"));
        if (c.code() == 0) {
            assertEquals("yes", c.label("held"));
        } else {
            assertNotHeld(c);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldFailWhenTheRateWasNotHeld(String host) {
        assertNotHeld(
                Console.run("fraud", "--count", "30000", "--cards", "50", "--rate", "1000000000", "--host", host));
    }

    /** All payments find room in the ring in time, and are decided much later: whoever takes the alerts is slow. */
    @Test
    void shouldNotCallARateHeldWhoseLastDecisionComesLate() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "skipped: no mkfifo");
        Path pipe = folder.resolve("alerts");
        new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor();
        CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> readSlowly(pipe));
        Console c = Console.run(
                "fraud", "--count", "4000", "--rate", "40000", "--threshold", "0", "--alerts", pipe.toString());
        assertTrue(read.get(60, TimeUnit.SECONDS) > 100_000, "more than a pipe takes by itself");
        assertNotHeld(c);
        assertEquals("4000", c.label("events"));
        assertTrue(Integer.parseInt(c.err().replaceAll(".* ([0-9]+) ms behind.*\n", "$1")) > 200, c.err());
    }

    /** Half a second behind the first rows it takes the rest. */
    private static long readSlowly(Path pipe) {
        try (InputStream in = Files.newInputStream(pipe)) {
            int first = in.readNBytes(1_000).length;
            Thread.sleep(500); // what a slow reader does; the run has to be late by that
            return first + in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldWriteTheTableAsJsonToo() {
        Path json = folder.resolve("table.json");
        Console c = Console.run("fraud", "--count", "100", "--json", json.toString());
        StringBuilder expected = new StringBuilder("{");
        c.out().lines().forEach(l -> {
            String value = l.substring(l.indexOf("  ") + 2);
            expected.append(expected.length() == 1 ? "" : ", ");
            expected.append('"').append(l, 0, l.indexOf("  ")).append("\": ");
            expected.append(l.startsWith("latency") ? '"' + value + '"' : value);
        });
        assertEquals(expected + "}\n", Payments.text(json));
    }

    @Test
    void shouldTakeNoPaymentsAtAll() {
        Path alerts = folder.resolve("alerts.csv");
        Console c = Console.run("fraud", "--count", "0", "--alerts", alerts.toString());
        assertEquals(0, c.code(), c.err());
        assertEquals("TRANSACTION_ID,RAW_SCORE,PROBABILITY,SEQUENCE\n", Payments.text(alerts));
        assertEquals("0", c.label("events"));
    }
}
