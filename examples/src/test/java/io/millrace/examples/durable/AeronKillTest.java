package io.millrace.examples.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.topology.Topology;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.AeronSource;
import io.millrace.transport.aeron.Unsent;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sender with a journal is killed in the middle of its work and started again: who hears it has each output once. */
@Timeout(300)
class AeronKillTest {
    record Number(long id) {}

    private static final Input<Number> IN = Input.of("in", Number.class);
    private static final Output<Number> OUT = Output.of("out", Number.class);
    private static final Topology THROUGH =
            Millrace.topology("through", t -> t.from(IN).to(OUT));
    private static final Duration DRIVER_TIMEOUT = Duration.ofSeconds(5);
    private static final int STREAM = 1;
    private static final int ALL = 150_000;
    private static final int KILLED_AT = 5_000;

    /** The process that is killed. */
    static final class Sender {
        private Sender() {}

        /**
         * Sends as fast as it can what it has not sent.
         *
         * @param args the directories of the driver and of the journal; a third word where it is to be killed
         * @throws Exception when it cannot go on
         */
        public static void main(String[] args) throws Exception {
            try (AeronMedia media = AeronMedia.external(Path.of(args[0]))
                            .driverTimeout(DRIVER_TIMEOUT)
                            .start();
                    Engine engine = Engine.of(THROUGH)
                            .journal(ArchiveJournal.in(Path.of(args[1])).level(Durability.PROCESS), Journaling.plain())
                            .output(
                                    OUT,
                                    AeronSink.of(media, "aeron:ipc", STREAM, OUT.type())
                                            .unsent(Unsent.WAIT)
                                            .endsWithClose())
                            .start()) {
                Publisher<Number> publisher = engine.publisher(IN);
                for (long i = engine.recovered().events(IN); i < ALL; i++) {
                    publisher.publish(new Number(i));
                }
                if (args.length > 2) {
                    TimeUnit.MINUTES.sleep(
                            2); // it is killed, and does not close before; without its test it ends by itself
                }
            }
        }
    }

    private static Process start(Path dir, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Sender.class.getName(),
                dir.resolve("aeron").toString(),
                dir.resolve("journal").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said(dir)))
                .start();
    }

    private static File said(Path dir) {
        return dir.resolve("said").toFile();
    }

    @Test
    void shouldHaveEachOutputOnceOfASenderThatIsKilled(@TempDir Path dir) throws Exception {
        BitSet got = new BitSet();
        AtomicInteger count = new AtomicInteger();
        AtomicInteger twice = new AtomicInteger();
        CountDownLatch gone = new CountDownLatch(1);
        try (AeronMedia media = AeronMedia.embedded()
                .directory(dir.resolve("aeron"))
                .driverTimeout(DRIVER_TIMEOUT)
                .start()) {
            AeronSource<Number> source = AeronSource.of(media, "aeron:ipc", STREAM, IN.type())
                    .endsWithSender()
                    .marks(dir.resolve("marks"));
            try (Engine b = Engine.of(THROUGH)
                    .input(IN, source)
                    .output(OUT, n -> {
                        int id = (int) n.id();
                        if (got.get(id)) {
                            twice.incrementAndGet();
                        }
                        got.set(id);
                        if (count.incrementAndGet() == KILLED_AT) {
                            gone.await(); // so it is killed in the middle of its work
                        }
                    })
                    .start()) {
                Process killed = start(dir, "killed");
                while (count.get() < KILLED_AT) {
                    assertTrue(killed.isAlive(), () -> read(dir));
                    Thread.sleep(1); // who is waited for is another process
                }
                killed.destroyForcibly().waitFor();
                gone.countDown();
                Process next = start(dir);
                assertTrue(b.awaitEnd(Duration.ofSeconds(120)), () -> read(dir));
                assertTrue(next.waitFor(60, TimeUnit.SECONDS));
                assertEquals(0, next.exitValue(), () -> read(dir));
            }
            assertEquals(ALL, got.cardinality());
            assertEquals(0, twice.get());
            Map<String, Long> counted = new LinkedHashMap<>();
            source.counters(counted::put);
            assertEquals(0, counted.get("missed"));
            assertTrue(counted.get("events") == ALL, counted::toString);
        }
    }

    private static String read(Path dir) {
        try {
            return Files.readString(said(dir).toPath());
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
