package io.millrace.examples.fraudservice;

import io.millrace.cli.Summary;
import io.millrace.transport.aeron.AeronMedia;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the three processes share: the media driver's buffers, the channels, and what each says at its end. */
final class SharedDir {
    static final int PAYMENTS = 21;
    static final int DECISIONS = 22;

    /** How long a process that was killed holds up the others. */
    static final Duration DRIVER_TIMEOUT = Duration.ofSeconds(3);

    /** How long each waits for the others. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_MS = 10;

    private static final List<String> FILES = List.of(
            "channels",
            "engine.ready",
            "gateway.began",
            "gateway.result",
            "engine.result",
            "desk.result",
            "engine.marks");

    private final Path dir;

    SharedDir(Path dir) {
        this.dir = dir;
    }

    Path path() {
        return dir;
    }

    Path aeron() {
        return dir.resolve("aeron");
    }

    Path marks() {
        return dir.resolve("engine.marks");
    }

    /** What an earlier run has left would be taken for this one's. Whoever is first does it. */
    void clear() throws IOException {
        for (String name : FILES) {
            Files.deleteIfExists(dir.resolve(name));
        }
    }

    /** The desk is first: it runs the driver, and says by which channels payments and decisions go. */
    void channels(boolean udp) throws IOException {
        String text = udp ? udp() + "\n" + udp() + "\n" : "aeron:ipc\naeron:ipc\n";
        write("channels", text);
    }

    private static String udp() throws IOException {
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress("localhost", 0))) {
            return "aeron:udp?endpoint=localhost:" + free.getLocalPort();
        }
    }

    String paymentsChannel() throws IOException {
        return Files.readAllLines(dir.resolve("channels")).get(0);
    }

    String decisionsChannel() throws IOException {
        return Files.readAllLines(dir.resolve("channels")).get(1);
    }

    /** For engine and gateway: waits for the desk. */
    AeronMedia connect() throws InterruptedException {
        awaitFile("channels");
        return AeronMedia.external(aeron()).driverTimeout(DRIVER_TIMEOUT).start();
    }

    void awaitFile(String name) throws InterruptedException {
        long untilMs = System.currentTimeMillis() + PATIENCE.toMillis();
        while (!has(name)) {
            if (System.currentTimeMillis() > untilMs) {
                throw new IllegalStateException(dir + ": still without file " + name
                        + " after 60 s; start desk, then engine, then gateway, all with this --dir");
            }
            Thread.sleep(LOOK_MS);
        }
    }

    boolean has(String name) {
        return Files.exists(dir.resolve(name));
    }

    /** Whole or not at all. */
    void write(String name, String text) throws IOException {
        Path fresh = Files.writeString(dir.resolve(name + ".new"), text);
        Files.move(fresh, dir.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Prints a result, and keeps it for the process that has started this one. */
    void result(String name, Summary summary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        String text = bytes.toString(StandardCharsets.UTF_8);
        System.out.print(text);
        System.out.flush();
        write(name, text);
    }

    Map<String, String> result(String name) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        for (String line : has(name) ? Files.readAllLines(dir.resolve(name)) : List.<String>of()) {
            int at = line.indexOf("  ");
            all.put(line.substring(0, at), line.substring(at + 2));
        }
        return all;
    }
}
