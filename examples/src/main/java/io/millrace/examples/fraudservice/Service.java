package io.millrace.examples.fraudservice;

import io.millrace.cli.Command;
import io.millrace.cli.Progress;
import io.millrace.cli.Summary;
import io.millrace.transport.file.FileOutput;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts the three processes, kills one if it is to, and says what came of all payments. */
final class Service {
    private static final long PATIENCE_SECONDS = 90;
    private static final List<String> PERCENTILES =
            List.of("p50 us", "p90 us", "p99 us", "p99.9 us", "p99.99 us", "max us");

    /** By its name: it knows this command, and packages do not know each other in a circle. */
    private static final String MAIN = "io.millrace.examples.Main";

    private final ServiceOptions options;
    private final boolean isOurs;
    private final Path dir;
    private final SharedDir shared;
    private final String json;
    private final boolean quiet;
    private final List<Process> all = new ArrayList<>();
    private long killedNs;

    /** Json is a file for the table, or null. */
    Service(ServiceOptions options, Path given, String json, boolean quiet) throws IOException {
        this.options = options;
        this.json = json;
        this.quiet = quiet;
        isOurs = given == null;
        Path memory = Path.of("/dev/shm");
        dir = given != null
                ? given
                : Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "fraud-service-")
                        : Files.createTempDirectory("fraud-service-");
        shared = new SharedDir(dir);
        shared.clear();
    }

    /** The file for the table is opened first: where that cannot be, no process is started. */
    int run() throws IOException, InterruptedException {
        Thread hook = new Thread(this::endAll);
        Runtime.getRuntime().addShutdownHook(hook);
        try (FileOutput table = json == null ? null : FileOutput.create(json)) {
            Process desk = start("desk");
            shared.awaitFile("channels");
            Process engine = start("engine");
            shared.awaitFile("engine.ready");
            Process gateway = start("gateway");
            say("gateway, engine and desk work; payments come for " + options.seconds() + " s");
            if (options.killAfterSeconds() >= 0) {
                shared.awaitFile("gateway.began");
                engine = killAndStart(engine);
            }
            await(gateway, "gateway", options.seconds() + PATIENCE_SECONDS);
            await(engine, "engine", PATIENCE_SECONDS);
            await(desk, "desk", PATIENCE_SECONDS);
            return report(table, killedNs != 0);
        } finally {
            endAll();
            if (!Thread.currentThread().isInterrupted()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private Process killAndStart(Process engine) throws IOException, InterruptedException {
        if (engine.waitFor(options.killAfterSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "the engine has ended before it was to be killed, with " + engine.exitValue());
        }
        killedNs = System.nanoTime();
        engine.destroyForcibly().waitFor();
        say("the engine is killed, and started again");
        return start("engine");
    }

    private void say(String what) {
        if (Progress.isShown() && !quiet) {
            System.err.println(what);
        }
    }

    private Process start(String role) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MAIN,
                "fraud-service",
                role,
                "--dir",
                dir.toString(),
                "--rate",
                Long.toString(options.rate()),
                "--seconds",
                Long.toString(options.seconds())));
        if (options.udp()) {
            command.add("--udp");
        }
        Process p = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(new File(dir.toFile(), role + ".err"))
                .start();
        p.getOutputStream().close();
        all.add(p);
        return p;
    }

    private void await(Process p, String role, long seconds) throws IOException, InterruptedException {
        if (!p.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(role + " has not ended in time; it says: " + said(role));
        }
        if (p.exitValue() != Command.OK) {
            throw new IllegalStateException(role + " has ended with " + p.exitValue() + "; it says: " + said(role));
        }
    }

    private String said(String role) throws IOException {
        return Files.readString(dir.resolve(role + ".err")).strip();
    }

    /**
     * What was in flight at the kill is found without what was sent: from what the dead engine had marked as taken, and decided. What is
     * neither decided nor in flight was lost on its way.
     */
    int report(FileOutput table, boolean isKilled) throws IOException {
        Map<String, String> desk = shared.result("desk.result");
        Map<String, String> engine = shared.result("engine.result");
        long sent = number(shared.result("gateway.result"), "sent");
        long decided = number(desk, "decided");
        long inFlight = !isKilled ? 0 : Math.max(0, number(engine, "taken before") - number(desk, "decided before"));
        long missing = sent - decided - inFlight;
        long twice = number(desk, "decided twice");
        Summary summary = new Summary()
                .put("sent", sent)
                .put("decided", decided)
                .put("alerts", number(desk, "alerts"))
                .put("missing", missing)
                .put("decided twice", twice)
                .put("in flight at kill", !isKilled ? "" : Long.toString(inFlight))
                .put("restart s", restartSeconds(killedNs, number(desk, "again ns"), number(desk, "first ns")));
        PERCENTILES.forEach(p -> summary.put(p, desk.getOrDefault(p, "")));
        if (table != null) {
            table.write(summary.json().getBytes(StandardCharsets.UTF_8));
        }
        summary.print(FileOutput.STANDARD_OUTPUT.equals(json) ? System.err : System.out);
        if (missing != 0 || twice != 0) {
            System.err.println("millrace fraud-service: " + missing + " payments missing, " + twice
                    + " decided twice; see " + (isOurs ? "--dir" : dir) + " for what the processes say");
            return Command.FAILED;
        }
        return Command.OK;
    }

    /** Empty where nobody was killed, or nothing was decided behind it. Times of the monotonic clock, 0 for none. */
    static String restartSeconds(long killedNs, long againNs, long firstNs) {
        long untilNs = againNs == 0
                ? firstNs
                : againNs; // killed before it had decided anything: the first is that of the next
        return killedNs == 0 || untilNs - killedNs <= 0
                ? ""
                : String.format(Locale.ROOT, "%.3f", (untilNs - killedNs) / 1e9);
    }

    private static long number(Map<String, String> result, String label) {
        return Long.parseLong(result.getOrDefault(label, "0"));
    }

    private void endAll() {
        for (Process p : all) {
            p.destroyForcibly();
        }
        if (isOurs) {
            deleteAll();
        }
    }

    private void deleteAll() {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        } catch (IOException | UncheckedIOException e) {
            assert !isOurs || e != null; // below a directory for temporary files: somebody else clears it
        }
    }
}
