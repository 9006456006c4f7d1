package io.millrace.bench.rig;

import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Waiting;
import io.millrace.rig.Paced;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The JVM of one system, seen from the parent. While it has no order it is stopped (SIGSTOP), because an engine's thread that
 * waits for input uses time of the cores that another system is being measured on.
 */
public final class Child implements AutoCloseable {
    /** What systems run under; Agrona's buffers need the opened package. */
    private static final List<String> FLAGS = List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED");

    private final String system;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final Thread killer;

    /** For all that it does; null where it has the time that it takes. */
    private final Duration atMost;

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean isLate;

    /** What all children of a run have in common. */
    public record Settings(
            String mainClass, Workload workload, boolean latency, Waiting waiting, int ringSlots, Jvm jvm) {}

    /**
     * What a full-speed run gave.
     *
     * @param ns     its length
     * @param cpuNs  what the publisher's thread used of a core: waiting for another thread included, waiting for a core not
     * @param bytes  what all threads allocated
     * @param answer to all events so far
     * @param events how many these are
     */
    public record Full(long ns, long cpuNs, long bytes, Answer answer, long events) {}

    /**
     * Starts it and waits until its system is made.
     *
     * @param system as in the catalogue, with {@code /} and a way of waiting, and {@code @} and the name of a collector, where these are not
     *     the settings'
     */
    public Child(String system, Settings settings) throws IOException {
        this(system, settings, null);
    }

    /**
     * The same, with a time by which it has done all that it is asked for: after that its JVM is ended, and what is asked fails.
     *
     * @param atMost from now until it is closed; null for any
     */
    public Child(String system, Settings settings, Duration atMost) throws IOException {
        this.system = system;
        this.atMost = atMost;
        int at = system.indexOf('@');
        String waiting = at < 0 ? system : system.substring(0, at);
        int slash = waiting.indexOf('/');
        String name = slash < 0 ? waiting : waiting.substring(0, slash);
        Jvm jvm = at < 0 ? settings.jvm() : settings.jvm().with(system.substring(at + 1));
        List<String> command = new ArrayList<>();
        command.add(jvm.java().toString());
        command.addAll(FLAGS);
        command.addAll(Systems.jvm(name));
        command.addAll(jvm.flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), settings.mainClass(), "child", name));
        command.add(settings.workload().name());
        command.add(Boolean.toString(settings.latency()));
        command.add(slash < 0 ? settings.waiting().toString() : waiting.substring(slash + 1));
        command.add(Integer.toString(settings.ringSlots()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        if (atMost != null) {
            closed.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS).exceptionally(e -> {
                isLate = true;
                process.destroyForcibly(); // whoever waits for an answer sees the end of its output
                return null;
            });
        }
        try {
            answer();
            signal("STOP");
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The system's name, as it was given. */
    public String system() {
        return system;
    }

    /** Runs the next events as fast as it goes. */
    public Full full(long events) throws IOException {
        Map<String, String> answer = ask("full " + events);
        return new Full(
                Long.parseLong(answer.get("ns")),
                Long.parseLong(answer.get("cpuNs")),
                Long.parseLong(answer.get("bytes")),
                Answer.parse(answer.get("answer")),
                Long.parseLong(answer.get("events")));
    }

    /** Runs the next events at a rate. */
    public PacedAnswer paced(long rate, long seconds) throws IOException {
        return paced(rate, seconds, 1);
    }

    /** The same, so many of them due at a time. */
    public PacedAnswer paced(long rate, long seconds, int burst) throws IOException {
        Map<String, String> answer = ask("paced " + rate + " " + seconds + " " + burst);
        return new PacedAnswer(
                Paced.of(answer),
                Answer.parse(answer.get("answer")),
                Long.parseLong(answer.get("events")),
                Long.parseLong(answer.get("due")),
                Long.parseLong(answer.get("others")));
    }

    /**
     * What a paced run gave.
     *
     * @param paced  its latencies
     * @param answer to all events so far
     * @param events how many these are
     * @param due    how many events of the run are measured, by what the generator has made: of so many there has to be a latency
     * @param others how many have one that are none of these, or have none that are
     */
    public record PacedAnswer(Paced paced, Answer answer, long events, long due, long others) {}

    private Map<String, String> ask(String order) throws IOException {
        signal("CONT");
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw isLate ? hasEnded() : e;
        }
        Map<String, String> answer = answer();
        signal("STOP");
        return answer;
    }

    private Map<String, String> answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(ChildMain.MARK)) {
                Map<String, String> values = new HashMap<>();
                for (String pair :
                        line.substring(ChildMain.MARK.length()).strip().split(" ")) {
                    int equals = pair.indexOf('=');
                    values.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
                return values;
            }
            System.err.println(system + ": " + line);
        }
        throw hasEnded();
    }

    private IOException hasEnded() {
        return new IOException(
                isLate
                        ? "system " + system + " was not done within " + atMost.toSeconds() + " s; its JVM was ended"
                        : "the JVM of system " + system + " has ended; see above");
    }

    /** Where there are no signals the child just goes on waiting. */
    private void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.complete(null);
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // this JVM is ending, such as at an interrupt of the terminal: the hook is at it
        }
    }
}
