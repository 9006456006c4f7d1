package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples that come with Aeron, of an older version than ours, in processes and on class paths of their own: they read what a
 * sink writes and write what a source reads. The build puts them where this finds them.
 */
class SamplesTest {
    private static final Path SAMPLES = Path.of(System.getProperty("millrace.samples", "target/samples"));

    /** Bytes that are a text. */
    private static final EventType<String> TEXT = new EventType<>("Text", 100) {
        @Override
        public EventView<String> newView() {
            return (bytes, offset, length) -> new String(bytes, offset, length, StandardCharsets.US_ASCII);
        }

        @Override
        public int encode(String event, byte[] target, int offset) {
            byte[] bytes = event.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, target, offset, bytes.length);
            return bytes.length;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return null;
        }

        @Override
        public boolean isValue() {
            return true;
        }

        @Override
        public String layout() {
            return "text";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return newView().wrap(bytes, offset, length);
        }
    };

    private static final Input<String> IN = Input.of("in", TEXT);
    private static final Output<String> OUT = Output.of("out", TEXT);

    private static Process sample(String name, AeronMedia media, int stream, Path out, String... args)
            throws IOException {
        List<String> jars;
        try (Stream<Path> files = Files.list(SAMPLES)) {
            jars = files.map(p -> p.toAbsolutePath().toString()).toList();
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "-Daeron.dir=" + media.directory(),
                "-Daeron.sample.channel=aeron:ipc",
                "-Daeron.sample.streamId=" + stream,
                "-Daeron.sample.messages=3",
                "-Daeron.sample.lingerTimeout=1000",
                "-cp",
                String.join(java.io.File.pathSeparator, jars),
                "io.aeron.samples." + name));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
    }

    @Test
    void shouldReadWhatTheSampleWrites(@TempDir Path dir) throws Exception {
        assumeTrue(Files.isDirectory(SAMPLES), "the samples have not been put there by the build");
        List<String> got = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine b = Engine.of(Millrace.topology("b", t -> t.from(IN).to(OUT)))
                        .input(IN, AeronSource.of(media, "aeron:ipc", 5, TEXT).bare())
                        .output(OUT, got::add)
                        .start()) {
            Process p = sample("BasicPublisher", media, 5, dir.resolve("out"));
            try {
                await("messages; it says " + Files.readString(dir.resolve("out")), () -> got.size() >= 3);
                assertTrue(got.get(0).startsWith("Hello World! "), got.toString());
                assertEquals(0, b.deadLetters().total());
            } finally {
                p.destroyForcibly().waitFor();
            }
        }
    }

    /** And when the sample's process is paused it holds the sink up, until the driver takes it for gone; nobody is harmed. */
    @Test
    void shouldWriteWhatTheSampleReads(@TempDir Path dir) throws Exception {
        assumeTrue(Files.isDirectory(SAMPLES), "the samples have not been put there by the build");
        try (AeronMedia media = AeronMedia.embedded()
                .termBytes(64 << 10)
                .driverTimeout(Duration.ofSeconds(2))
                .start()) {
            AeronSink<String> sink = AeronSink.of(media, "aeron:ipc", 6, TEXT)
                    .bare()
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ofMillis(1));
            Process p = sample("BasicSubscriber", media, 6, dir.resolve("out"));
            try (Engine a = Engine.of(Millrace.topology("a", t -> t.from(IN).to(OUT)))
                    .output(OUT, sink)
                    .start()) {
                Publisher<String> publisher = a.publisher(IN);
                await("what it has read", () -> {
                    publisher.publish("Hello from Millrace");
                    return said(dir).contains("Hello from Millrace");
                });
                pause(p);
                await("that it is paused", () -> {
                    publisher.publish("x".repeat(90));
                    return counter(sink, "back pressured") > 0;
                });
                await("that it is gone", () -> {
                    publisher.publish("x".repeat(90));
                    a.drain(Duration.ofSeconds(5));
                    return a.health().why().contains("nobody subscribes");
                });
                assertEquals(0, a.deadLetters().total());
            } finally {
                p.destroyForcibly().waitFor();
            }
        }
    }

    /** Aeron's own tool, of the older version too, shows the counters of our driver, with channel and stream of what we send. */
    @Test
    void shouldBeReadByTheToolOfAeron(@TempDir Path dir) throws Exception {
        assumeTrue(Files.isDirectory(SAMPLES), "the samples have not been put there by the build");
        try (AeronMedia media = AeronMedia.embedded().start()) {
            AeronSink<String> sink = AeronSink.of(media, "aeron:ipc", 7_307, TEXT);
            sink.begin();
            Process p = sample("AeronStat", media, 7_307, dir.resolve("out"), "watch=false");
            try {
                assertTrue(p.waitFor(60, TimeUnit.SECONDS), "it ends by itself");
                assertTrue(said(dir).matches("(?s).*pub-lmt[^\\n]* 7307 aeron:ipc.*"), said(dir));
            } finally {
                p.destroyForcibly().waitFor();
            }
            sink.abandon();
        }
    }

    private static String said(Path dir) {
        try {
            return Files.readString(dir.resolve("out"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long counter(AeronSink<?> sink, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        sink.counters(all::put);
        return all.get(name);
    }

    private static void pause(Process p) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-STOP", Long.toString(p.pid()))
                        .start()
                        .waitFor());
    }
}
