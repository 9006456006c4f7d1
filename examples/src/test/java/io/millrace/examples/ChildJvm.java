package io.millrace.examples;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a JVM of its own, for what only a process has: exit codes, standard streams as files, signals. */
public final class ChildJvm implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 180;

    /** Half of it is set apart, and filled with zeros, by commands that read a file: of gigabytes that would be most of a run. */
    private static final String HEAP = "512m";

    private final Process process;
    private final Drain out;
    private final Drain err;

    private ChildJvm(Process process) {
        this.process = process;
        out = new Drain(process.getInputStream());
        err = new Drain(process.getErrorStream());
    }

    /** Reads a stream to its end, so that the process never waits for us. */
    private static final class Drain extends Thread {
        private final InputStream from;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Drain(InputStream from) {
            this.from = from;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                from.transferTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text() throws InterruptedException {
            join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /**
     * Starts a command.
     *
     * @param directory where
     * @param input     its standard input; null for a pipe, see {@link #process()}
     * @param args      its name and options
     * @return running
     * @throws IOException when there is no Java
     */
    public static ChildJvm start(Path directory, Path input, String... args) throws IOException {
        return start(directory, input, null, args);
    }

    /**
     * Starts a command whose standard output is a file.
     *
     * @param directory where
     * @param input     its standard input; null for a pipe, see {@link #process()}
     * @param output    its standard output; null for a pipe that is read
     * @param args      its name and options
     * @return running
     * @throws IOException when there is no Java
     */
    public static ChildJvm start(Path directory, Path input, Path output, String[] args) throws IOException {
        return start(List.of(), HEAP, directory, input, output, args);
    }

    /**
     * Starts a command that needs more memory than others.
     *
     * @param heap      as of {@code -Xmx}
     * @param directory where
     * @param args      its name and options
     * @return running
     * @throws IOException when there is no Java
     */
    public static ChildJvm startWithHeap(String heap, Path directory, String... args) throws IOException {
        return start(List.of(), heap, directory, null, null, args);
    }

    /**
     * Starts a command by another program.
     *
     * @param prefix    what is put before the words that start Java
     * @param directory where
     * @param args      its name and options
     * @return running
     * @throws IOException when there is no such program
     */
    public static ChildJvm startBy(List<String> prefix, Path directory, String... args) throws IOException {
        return start(prefix, HEAP, directory, null, null, args);
    }

    private static ChildJvm start(
            List<String> prefix, String heap, Path directory, Path input, Path output, String[] args)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Signals.HEEDED);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                absoluteClassPath(),
                Main.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        if (input != null) {
            builder.redirectInput(Redirect.from(input.toFile()));
        }
        if (output != null) {
            builder.redirectOutput(Redirect.to(output.toFile()));
        }
        return new ChildJvm(builder.start());
    }

    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /**
     * The process.
     *
     * @return to be written to or signalled
     */
    public Process process() {
        return process;
    }

    /**
     * Waits for the end.
     *
     * @return what it answered
     * @throws InterruptedException when this thread is interrupted
     */
    public Console end() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + PATIENCE_SECONDS + " s");
        }
        return new Console(process.exitValue(), out.text(), err.text());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
