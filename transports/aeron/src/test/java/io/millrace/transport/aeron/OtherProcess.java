package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;

import io.millrace.engine.Inline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** A process to be killed: a media driver and nothing else, or a service that answers by way of another's driver. */
final class OtherProcess implements AutoCloseable {
    /** Longer than a busy machine keeps a thread waiting: who is taken for gone by mistake loses what was on its way. */
    static final Duration TIMEOUT = Duration.ofMillis(2_500);

    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    /** A driver in that directory. */
    static OtherProcess driver(Path directory) throws Exception {
        return start("driver", directory);
    }

    /** Answers who asks as the service of {@link AeronAskTest} does. */
    static OtherProcess service(Path directory) throws Exception {
        return start("service", directory);
    }

    private static OtherProcess start(String what, Path directory) throws Exception {
        OtherProcess started = new OtherProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens",
                        "java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OtherProcess.class.getName(),
                        what,
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        await(what + " is there", () -> started.hasSpoken() || !started.process.isAlive());
        return started;
    }

    private boolean hasSpoken() {
        try {
            return process.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As a system does that has no memory left: nothing is said to anybody, nothing is put away. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /**
     * Runs it, until it is killed, or nobody is at the other end of its input.
     *
     * @param args which, and the directory of the driver
     * @throws Exception when it cannot go on
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[1]);
        boolean isDriver = args[0].equals("driver");
        MediaSetup setup = isDriver
                ? AeronMedia.embedded().directory(directory).termBytes(64 << 10)
                : AeronMedia.external(directory);
        try (AeronMedia media = setup.driverTimeout(TIMEOUT).start()) {
            if (isDriver) {
                say();
            } else {
                serve(media);
            }
        }
    }

    private static void serve(AeronMedia media) throws IOException {
        Inline service = AeronAskTest.service(media);
        try (AgentRunner runner = new AgentRunner(
                new SleepingMillisIdleStrategy(1),
                Throwable::printStackTrace,
                null,
                new EngineAgent("service", service, media))) {
            AgentRunner.startOnThread(runner);
            say();
        }
    }

    private static void say() throws IOException {
        System.out.println("there");
        while (System.in.read() >= 0) {
            // who has started this one lives
        }
    }
}
