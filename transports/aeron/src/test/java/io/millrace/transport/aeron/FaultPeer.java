package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that can be paused: it sends notes over a media driver of its own to itself, and from there over the driver of whoever
 * has started it. Ends when it is told to, and says then what it has sent.
 */
final class FaultPeer {
    static final int STREAM = 1;
    /** Longer than a busy machine keeps a thread waiting: who is taken for gone by mistake loses what was on its way. */
    static final Duration DRIVER_TIMEOUT = Duration.ofMillis(2_500);

    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final long EVERY_NS = 500_000;

    private FaultPeer() {}

    static Process start(Path driver) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens",
                        "java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FaultPeer.class.getName(),
                        driver.toString())
                .redirectErrorStream(true)
                .start();
    }

    /**
     * Runs it.
     *
     * @param args the directory of the other's driver
     * @throws Exception when it cannot go on
     */
    public static void main(String[] args) throws Exception {
        long sent = 0;
        try (AeronMedia own = AeronMedia.embedded()
                        .termBytes(64 << 10)
                        .driverTimeout(DRIVER_TIMEOUT)
                        .start();
                AeronMedia other = AeronMedia.external(Path.of(args[0]))
                        .driverTimeout(DRIVER_TIMEOUT)
                        .start()) {
            AeronSource<Note> back = AeronSource.of(own, "aeron:ipc", 7, NOTE);
            try (Engine b = Engine.of(Streams.through())
                            .input(IN, back)
                            .output(
                                    OUT,
                                    AeronSink.of(other, "aeron:ipc", STREAM, NOTE)
                                            .unsent(Unsent.WAIT))
                            .start();
                    Engine a = Engine.of(Streams.through())
                            .output(OUT, AeronSink.of(own, "aeron:ipc", 7, NOTE).unsent(Unsent.WAIT))
                            .start()) {
                Publisher<Note> p = a.publisher(IN);
                while (System.in.available() == 0) {
                    p.publish(new Note(sent++, ""));
                    LockSupport.parkNanos(EVERY_NS);
                }
                a.drain(Duration.ofSeconds(60));
                awaitAll(back, sent);
                b.drain(Duration.ofSeconds(60));
            }
            System.out.println(report(sent, back, own, other));
        }
    }

    private static void awaitAll(AeronSource<Note> back, long sent) throws InterruptedException {
        Streams.await("all back", () -> counter(back, "events") + counter(back, "missed") >= sent);
    }

    private static long counter(AeronSource<Note> of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }

    private static String report(long sent, AeronSource<Note> back, AeronMedia own, AeronMedia other) {
        List<String> errors = new ArrayList<>();
        own.errors().forEach(e -> errors.add(e.text()));
        other.errors().forEach(e -> errors.add(e.text()));
        return "sent " + sent + " missed " + counter(back, "missed") + " again " + own.reconnects() + " "
                + other.reconnects() + " errors " + errors;
    }
}
