package io.millrace.examples.fraudservice;

import io.millrace.cli.Command;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Nearest;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code examples/run fraud-service}: payments go from a gateway to a scoring engine and its decisions to an alert desk, three
 * processes over Aeron. Without a role it starts all three, and may kill the engine and start it again.
 */
public final class FraudServiceCommand implements Command {
    private static final List<String> ROLES = List.of("gateway", "engine", "desk");

    /** Options that one process alone has no use for. */
    private static final Map<String, List<String>> NOT_FOR = Map.of(
            "gateway", List.of("--kill-after", "--json", "--quiet", "--udp"),
            "engine", List.of("--kill-after", "--json", "--quiet", "--udp", "--rate", "--seconds"),
            "desk", List.of("--kill-after", "--json", "--quiet", "--rate", "--seconds"));

    /** The command. */
    public FraudServiceCommand() {}

    @Override
    public String name() {
        return "fraud-service";
    }

    @Override
    public String summary() {
        return "scores payments in a process of its own, between a gateway and an alert desk, over Aeron";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options o = new Options("fraud-service")
                .argument("gateway|engine|desk")
                .option("--rate", "N", "10000", "payments a second")
                .option("--seconds", "S", "10", "for how long payments are sent")
                .flag("--udp", "over UDP on this machine instead of shared memory")
                .option(
                        "--kill-after",
                        "S",
                        null,
                        "kill the engine after this many seconds of payments, and start it again")
                .option("--dir", "DIR", null, "directory that the three processes share")
                .option("--json", "FILE", null, "where to write the table as JSON")
                .flag("--quiet", "no progress on standard error")
                .parse(args);
        if (o.has("--help")) {
            System.out.print(o.help(summary()));
            return OK;
        }
        String role = o.argument();
        if (role != null && !ROLES.contains(role)) {
            String nearest =
                    Nearest.near(role, ROLES).map(n -> "; the nearest is " + n).orElse("");
            throw o.bad(role, "no such process", "use gateway, engine or desk" + nearest);
        }
        for (String name : role == null ? List.<String>of() : NOT_FOR.get(role)) {
            if (o.has(name)) {
                throw o.bad(name, "has no meaning for " + role, "leave it out");
            }
        }
        if (role != null && !o.has("--dir")) {
            throw o.bad("--dir", "is missing", "name the same directory for gateway, engine and desk");
        }
        ServiceOptions options = new ServiceOptions(
                o.number("--rate", 1, 10_000_000),
                o.number("--seconds", 1, 1_000_000),
                o.has("--udp"),
                o.has("--kill-after") ? o.number("--kill-after", 0, o.number("--seconds", 1, 1_000_000) - 1) : -1);
        if (options.payments() > Integer.MAX_VALUE) {
            throw o.bad(
                    "--rate " + options.rate() + " --seconds " + options.seconds(),
                    "more payments than " + Integer.MAX_VALUE,
                    "send fewer");
        }
        AtomicBoolean stop = new AtomicBoolean();
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = run(role, o, options, stop);
            return interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static int run(String role, Options o, ServiceOptions options, AtomicBoolean stop) {
        try {
            Path dir = o.has("--dir") ? Path.of(o.text("--dir")).toAbsolutePath() : null;
            if (dir != null && Files.exists(dir) && !Files.isDirectory(dir)) {
                throw new IllegalStateException("--dir " + dir + ": a file, and not a directory; name another one");
            }
            if (dir != null && (role == null || role.equals("desk"))) {
                Files.createDirectories(dir); // gateway and engine wait for what the desk writes there
            }
            return role == null
                    ? new Service(options, dir, o.text("--json"), o.has("--quiet")).run(stop)
                    : run(role, dir, options, stop);
        } catch (FileSystemException e) {
            System.err.println("millrace fraud-service: " + e.getFile() + ": cannot be used"
                    + (e.getReason() == null ? "" : " (" + e.getReason() + ")") + "; name another directory");
            return FAILED;
        } catch (IOException | InvalidPathException | IllegalStateException e) {
            String when = stop.get() ? "interrupted: " : "";
            System.err.println("millrace fraud-service: " + when + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return INTERRUPTED;
        }
    }

    private static int run(String role, Path dir, ServiceOptions options, AtomicBoolean stop)
            throws IOException, InterruptedException {
        Watch.beginForParent();
        SharedDir shared = new SharedDir(dir, stop);
        switch (role) {
            case "gateway" -> new Gateway(shared, options).run(stop);
            case "engine" -> new Scoring(shared).run(stop);
            default -> {
                return new Desk(shared, options).run(stop) ? OK : FAILED;
            }
        }
        return OK;
    }
}
