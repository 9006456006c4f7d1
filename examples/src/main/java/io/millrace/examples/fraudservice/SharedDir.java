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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** What the three processes share: the media driver's buffers, the channels, and what each says at its end. */
final class SharedDir {
    static final int PAYMENTS = 21;
    static final int DECISIONS = 22;

    /** How long a process that was killed holds up the others. */
    static final Duration DRIVER_TIMEOUT = Duration.ofSeconds(3);

    /** How long each waits for the others, where nobody sees to it that they come ({@link #mayCome}). */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final String CURE = "start desk, engine and gateway, all with this --dir";

    private static final long LOOK_MS = 10;

    /** By which channels it goes, and who runs the driver. */
    static final String CHANNELS = "channels";

    static final String ENGINE_READY = "engine.ready";
    static final String GATEWAY_BEGAN = "gateway.began";
    static final String GATEWAY_RESULT = "gateway.result";
    static final String ENGINE_RESULT = "engine.result";
    static final String DESK_RESULT = "desk.result";

    /** That no more payments are to be sent. */
    static final String STOP = "stop";

    /** That a service has started the others. */
    static final String SERVICE = "service";

    private static final Map<String, String> WRITERS =
            Map.of(CHANNELS, "desk", ENGINE_READY, "engine", GATEWAY_BEGAN, "gateway", SERVICE, SERVICE);

    static final List<String> ROLES = List.of("desk", "engine", "gateway");

    private static final List<String> FILES = List.of(
            CHANNELS, ENGINE_READY, GATEWAY_BEGAN, GATEWAY_RESULT, ENGINE_RESULT, DESK_RESULT, STOP, "engine.marks");

    private final Path dir;
    private final AtomicBoolean stop;
    private final Duration patience;

    SharedDir(Path dir) {
        this(dir, new AtomicBoolean());
    }

    /** Waits for nobody who has not come when it is to stop. */
    SharedDir(Path dir, AtomicBoolean stop) {
        this(dir, stop, PATIENCE);
    }

    SharedDir(Path dir, AtomicBoolean stop, Duration patience) {
        this.dir = dir;
        this.stop = stop;
        this.patience = patience;
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
        say(CHANNELS, udp ? udp() + "\n" + udp() + "\n" : "aeron:ipc\naeron:ipc\n");
    }

    /** Says that this process has come so far, and its number, for who wants to end it. */
    void say(String file) throws IOException {
        say(file, "");
    }

    private void say(String file, String words) throws IOException {
        write(file, words + ProcessHandle.current().pid() + "\n");
    }

    /** Whether the process that wrote that file, or one in its place, lives; false where there is none. */
    boolean isAlive(String file) {
        try {
            return has(file) && Place.isHeld(dir, WRITERS.get(file));
        } catch (IOException e) {
            return false;
        }
    }

    private static String udp() throws IOException {
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress("localhost", 0))) {
            return "aeron:udp?endpoint=localhost:" + free.getLocalPort();
        }
    }

    String paymentsChannel() throws IOException {
        return Files.readAllLines(dir.resolve(CHANNELS)).get(0);
    }

    String decisionsChannel() throws IOException {
        return Files.readAllLines(dir.resolve(CHANNELS)).get(1);
    }

    /** For engine and gateway: waits for a desk that lives, be it that one before has left its files. */
    AeronMedia connect() throws InterruptedException {
        await(() -> orStop(isAlive(CHANNELS)), "desk");
        requireGoing();
        return AeronMedia.external(aeron()).driverTimeout(DRIVER_TIMEOUT).start();
    }

    /** Waits for a file of another process. */
    void await(String file, String who) throws InterruptedException {
        await(() -> orStop(has(file)), who);
        requireGoing();
    }

    private boolean orStop(boolean hasCome) {
        return hasCome || stop.get();
    }

    private void requireGoing() throws InterruptedException {
        if (stop.get()) {
            throw new InterruptedException("interrupted before it began");
        }
    }

    /** Waits for a result, also behind an interrupt: it comes soon then. */
    void awaitResult(String file, String who) throws InterruptedException {
        await(() -> has(file), who);
    }

    void await(BooleanSupplier ready, String who) throws InterruptedException {
        long beginNs = System.nanoTime();
        boolean isServed = isAlive(SERVICE); // one of a run before has left its file, and starts nothing
        while (!ready.getAsBoolean()) {
            long waitedNs = System.nanoTime() - beginNs;
            if (!mayCome(waitedNs)) {
                throw new IllegalStateException(gaveUp(who, Duration.ofNanos(waitedNs), isServed));
            }
            Thread.sleep(LOOK_MS); // what other processes write tells nobody
        }
    }

    /** What is to be said then; of one that a service was to start, that this has ended: else it would be waited for. */
    String gaveUp(String who, Duration waited, boolean isServed) {
        return "--dir " + dir + ": waited " + waited.toSeconds() + " s for the " + who + "; "
                + (isServed ? "the service that was to start it has ended; run fraud-service again" : CURE);
    }

    /** Whether one that is waited for so long may still come: a service that lives starts it, and gives up where that takes too long. */
    boolean mayCome(long waitedNs) {
        return waitedNs < patience.toNanos() || isAlive(SERVICE);
    }

    boolean has(String name) {
        return Files.exists(dir.resolve(name));
    }

    /** Whole or not at all. */
    void write(String name, String text) throws IOException {
        Path fresh = Files.writeString(dir.resolve(name + ".new"), text);
        Files.move(fresh, dir.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Keeps a result for the others. */
    void result(String name, Summary summary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        write(name, bytes.toString(StandardCharsets.UTF_8));
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
