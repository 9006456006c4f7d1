package io.millrace.examples.fraudservice;

import io.millrace.cli.Command;
import io.millrace.cli.Progress;
import io.millrace.cli.Summary;
import io.millrace.transport.file.FileOutput;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Starts the three processes, kills one if it is to, and says what came of all payments. */
final class Service {
    private static final long PATIENCE_SECONDS = 90;

    /** For one that lives and is not ready: on a machine with much else to do a start takes minutes, and whoever ends meanwhile is seen. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);

    private static final long LOOK_MS = 20;
    private static final long SHUTDOWN_SECONDS = 12;
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
    private final List<Process> all = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile AtomicBoolean stop;
    private long killedNs;

    /** Json is a file for the table, or null. */
    Service(ServiceOptions options, Path given, String json, boolean quiet) throws IOException {
        this.options = options;
        this.json = json;
        this.quiet = quiet;
        isOurs = given == null;
        dir = given == null ? Leftovers.fresh() : given;
        shared = new SharedDir(dir);
    }

    /** Answers the exit code. */
    int run(AtomicBoolean stop) throws IOException, InterruptedException {
        int[] code = {Command.FAILED};
        Place.hold(dir, SharedDir.SERVICE, () -> {
            for (String role : SharedDir.ROLES) {
                Place.requireFree(dir, role);
            }
            shared.clear();
            shared.say(SharedDir.SERVICE);
            code[0] = runAll(stop);
        });
        return code[0];
    }

    /** The file for the table is opened first: where that cannot be, no process is started. */
    private int runAll(AtomicBoolean stop) throws IOException, InterruptedException {
        Thread hook = new Thread(this::endAtShutdown);
        Runtime.getRuntime().addShutdownHook(hook);
        this.stop = stop;
        try (FileOutput table = json == null ? null : FileOutput.create(json)) {
            return runAll(table);
        } finally {
            over.countDown();
            if (!stop.get()) {
                endAll();
                removeHook(hook);
            }
        }
    }

    /** Where there is no table it leaves no new file. */
    private int runAll(FileOutput table) throws IOException, InterruptedException {
        try {
            return tableOf(table);
        } catch (Throwable t) {
            abandon(table, t);
            throw t;
        }
    }

    private static void abandon(FileOutput table, Throwable why) {
        try {
            if (table != null) {
                table.abandon();
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private int tableOf(FileOutput table) throws IOException, InterruptedException {
        Process desk = start("desk", options.udp() ? List.of("--udp") : List.of());
        if (!comes(SharedDir.CHANNELS, desk, "desk")) {
            return report(table, false);
        }
        Process engine = start("engine", List.of());
        if (!comes(SharedDir.ENGINE_READY, engine, "engine")) {
            return report(table, false);
        }
        Process gateway = start("gateway", options.ofGateway());
        say("gateway, engine and desk work; payments come for " + options.seconds() + " s");
        if (options.killAfterSeconds() >= 0) {
            engine = comes(SharedDir.GATEWAY_BEGAN, gateway, "gateway") ? killAndStart(engine) : engine;
        }
        await(gateway, "gateway", options.seconds() + PATIENCE_SECONDS);
        await(engine, "engine", PATIENCE_SECONDS);
        await(desk, "desk", PATIENCE_SECONDS);
        return report(table, killedNs != 0);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            assert e != null; // interrupted this very moment: it has nothing to do any more
        }
    }

    /** Waits for a file of a process, as long as that lives; false where an interrupt has ended it before. */
    private boolean comes(String file, Process p, String role) throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        while (!shared.has(file)) {
            stopIfAsked();
            if (p.waitFor(LOOK_MS, TimeUnit.MILLISECONDS) && !shared.has(file)) {
                if (stop.get()) {
                    return false;
                }
                throw new IllegalStateException(role + " has ended with " + p.exitValue() + "; " + said(role));
            }
            if (System.nanoTime() - beginNs > START_PATIENCE.toNanos()) {
                throw new IllegalStateException(notReady(role, START_PATIENCE, said(role)));
            }
        }
        return true;
    }

    static String notReady(String role, Duration patience, String said) {
        return role + " is there and not ready after " + patience.toSeconds() + " s; " + said
                + "; run it again when this machine has less to do, or with more memory";
    }

    /** An interrupt: no more payments, and all that were sent are decided. */
    private void stopIfAsked() throws IOException {
        if (stop.get() && !shared.has(SharedDir.STOP)) {
            shared.write(SharedDir.STOP, "");
        }
    }

    private Process killAndStart(Process engine) throws IOException, InterruptedException {
        boolean hasEnded = ends(engine, options.killAfterSeconds());
        if (stop.get()) {
            return engine;
        }
        if (hasEnded) {
            throw new IllegalStateException("the engine has ended before it was to be killed, with "
                    + engine.exitValue() + "; " + said("engine"));
        }
        killedNs = System.nanoTime();
        engine.destroyForcibly().waitFor();
        say("the engine is killed, and started again");
        return start("engine", List.of());
    }

    private void say(String what) {
        if (Progress.isShown() && !quiet) {
            System.err.println(what);
        }
    }

    private Process start(String role, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-D" + Watch.PARENT + "=" + ProcessHandle.current().pid(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MAIN,
                "fraud-service",
                role,
                "--dir",
                dir.toString()));
        command.addAll(more);
        Process p = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(new File(dir.toFile(), role + ".err"))
                .start();
        p.getOutputStream().close();
        all.add(p);
        return p;
    }

    private void await(Process p, String role, long seconds) throws IOException, InterruptedException {
        if (!ends(p, seconds)) {
            throw new IllegalStateException(role + " has not ended in time; " + said(role));
        }
        if (p.exitValue() == Command.INTERRUPTED && stop.get()) {
            return; // Ctrl-C has reached it too, and it has said what it did
        }
        if (p.exitValue() != Command.OK && !shared.has(role + ".result")) {
            throw new IllegalStateException(role + " has ended with " + p.exitValue() + "; " + said(role));
        }
    }

    /** Waits for it, and passes on an interrupt. */
    private boolean ends(Process p, long seconds) throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!p.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
            stopIfAsked();
            if (System.nanoTime() > untilNs) {
                return false;
            }
        }
        return true;
    }

    private String said(String role) throws IOException {
        String words = Files.readString(dir.resolve(role + ".err")).strip();
        return words.isEmpty() ? "it says nothing" : "it says: " + words;
    }

    /** Of all that have said something. */
    private String said() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String role : SharedDir.ROLES) {
            if (Files.exists(dir.resolve(role + ".err")) && Files.size(dir.resolve(role + ".err")) > 0) {
                all.append("; of ").append(role).append(": ").append(said(role));
            }
        }
        return all.toString();
    }

    /** The table; 0 where each payment is accounted for. */
    int report(FileOutput table, boolean isKilled) throws IOException {
        Map<String, String> desk = shared.result(SharedDir.DESK_RESULT);
        Outcome outcome = Outcome.of(
                shared.result(SharedDir.GATEWAY_RESULT),
                shared.result(SharedDir.ENGINE_RESULT),
                desk,
                isKilled,
                options.udp());
        Summary summary = new Summary()
                .put("sent", outcome.sent() == null ? "" : outcome.sent().toString())
                .put("decided", outcome.decided())
                .put("alerts", Outcome.number(desk, "alerts"))
                .put("missing", outcome.missing())
                .put("decided twice", outcome.twice())
                .put("in flight at kill", !isKilled ? "" : Long.toString(outcome.inFlight()))
                .put(
                        "restart s",
                        restartSeconds(killedNs, Outcome.number(desk, "again ns"), Outcome.number(desk, "first ns")))
                .put(Desk.HELD, desk.getOrDefault(Desk.HELD, ""));
        PERCENTILES.forEach(p -> summary.put(p, desk.getOrDefault(p, "")));
        if (table != null) {
            table.write(summary.json().getBytes(StandardCharsets.UTF_8));
        }
        summary.print(FileOutput.STANDARD_OUTPUT.equals(json) ? System.err : System.out);
        if (!outcome.isGood()) {
            System.err.println("millrace fraud-service: " + outcome + said());
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

    /** However this process ends: the others end with it, behind the table where an interrupt leaves time for that. */
    private void endAtShutdown() {
        try {
            if (!over.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                say("gateway, engine and desk have not ended by themselves");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endAll();
    }

    /** And waits for a moment: what a driver that is dying still writes would stay behind. */
    private void endAll() {
        all.forEach(Process::destroyForcibly);
        try {
            for (Process p : all) {
                p.waitFor(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isOurs) {
            Leftovers.delete(dir);
        }
    }
}
