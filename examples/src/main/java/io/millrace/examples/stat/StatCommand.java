package io.millrace.examples.stat;

import io.millrace.cli.Command;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Health;
import io.millrace.journal.Durability;
import io.millrace.metric.CounterFile;
import io.millrace.metric.CounterFile.Table;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code examples/run stat DIR}: the counters of the engines that write them there, without asking these. */
public final class StatCommand implements Command {
    private static final long LIVE_MS = 2_000;
    private static final long LOOK_MS = 100;
    private static final long EVERY_MS = 1_000;
    private static final Health.State[] STATES = Health.State.values();
    private static final Durability[] LEVELS = Durability.values();

    /** The command. */
    public StatCommand() {}

    @Override
    public String name() {
        return "stat";
    }

    @Override
    public String summary() {
        return "shows the counters of running engines, from the files that they write";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = new Options("stat")
                .argument("DIR")
                .flag("--once", "one table instead of one a second")
                .option("--json", "FILE", null, "also write the table to this file as JSON; - for standard output")
                .parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        if (options.argument() == null) {
            throw options.bad("DIR", "is missing", "name the directory that the engine writes");
        }
        try {
            Path directory = Path.of(options.argument());
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                System.err.println("millrace stat: " + directory
                        + ": no directory; name the one that the engine writes its counters to");
                return FAILED;
            }
            return show(directory, options.has("--once"), options.text("--json"));
        } catch (FileFault e) {
            System.err.println("millrace stat: " + e.getMessage());
            return FAILED;
        } catch (IOException | InvalidPathException e) {
            System.err.println("millrace stat: " + options.argument() + ": " + e);
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return INTERRUPTED;
        }
    }

    private static int show(Path directory, boolean once, String json) throws IOException, InterruptedException {
        Set<String> leftOut = new LinkedHashSet<>();
        List<Table> live = awaitLive(directory, leftOut);
        Set<String> told = new HashSet<>(); // form: hash-ordered, never iterated
        while (!live.isEmpty()) {
            leftOut.stream().filter(told::add).forEach(StatCommand::tell);
            show(live, json);
            if (once) {
                return OK;
            }
            Thread.sleep(EVERY_MS); // a table each
            live = awaitLive(directory, leftOut);
        }
        leftOut.stream().filter(told::add).forEach(StatCommand::tell);
        long last = CounterFile.read(directory).stream()
                .mapToLong(Table::writtenMs)
                .max()
                .orElse(0);
        System.err.println("millrace stat: " + directory + ": no live engine wrote here within 2 s; "
                + (last == 0 ? "none ever did" : "the last one wrote at " + Instant.ofEpochMilli(last))
                + "; start one that writes there");
        return FAILED;
    }

    /** Told beside what is shown: it may be an engine, of another version say. */
    private static void tell(String leftOut) {
        System.err.println("millrace stat: left out: " + leftOut);
    }

    private static void show(List<Table> live, String json) throws FileFault {
        boolean isJson = FileOutput.STANDARD_OUTPUT.equals(json);
        PrintStream tables = isJson ? System.err : System.out;
        live.forEach(t -> print(t, tables));
        tables.flush();
        if (isJson) {
            System.out.print(json(live));
            System.out.flush();
        } else if (json != null) {
            StatFile.write(json, json(live));
        }
    }

    private static List<Table> awaitLive(Path directory, Set<String> leftOut) throws IOException, InterruptedException {
        long fromNs = System.nanoTime();
        Set<Writing> before = null; // form: hash-ordered, never iterated
        while (true) {
            long nowMs = System.currentTimeMillis();
            List<Table> all = CounterFile.read(directory, leftOut::add);
            Set<Writing> first = before == null ? writings(all) : before;
            List<Table> live = all.stream()
                    .filter(t -> t.live() && (isRecent(t, nowMs) || !first.contains(Writing.of(t))))
                    .toList();
            if (!live.isEmpty() || System.nanoTime() - fromNs >= LIVE_MS * 1_000_000) {
                return live;
            }
            before = first;
            Thread.sleep(LOOK_MS); // who writes there is another process
        }
    }

    /** What was written in the future may be of before the clock was put back. */
    private static boolean isRecent(Table table, long nowMs) {
        return Math.abs(nowMs - table.writtenMs()) <= LIVE_MS;
    }

    private static Set<Writing> writings(List<Table> all) {
        return all.stream().map(Writing::of).collect(Collectors.toSet());
    }

    /** What tells one writing from the next: one that was not there at the first look was made since, whatever its clock says. */
    private record Writing(String name, long pid, long begunMs, long writtenMs) {
        static Writing of(Table table) {
            return new Writing(table.name(), table.pid(), table.begunMs(), table.writtenMs());
        }
    }

    private static void print(Table table, PrintStream to) {
        to.println("engine  " + table.name());
        to.println("process  " + table.pid());
        to.println("written  " + Instant.ofEpochMilli(table.writtenMs()));
        table.values().forEach((name, value) -> to.println(name + "  " + shown(name, value)));
    }

    private static String shown(String name, long value) {
        if (name.equals("health") && value >= 0 && value < STATES.length) {
            return STATES[(int) value].name();
        }
        if (name.equals("durability") && value >= 0 && value < LEVELS.length) {
            return LEVELS[(int) value].name();
        }
        return value == -1 && name.endsWith(" us") ? "" : Long.toString(value);
    }

    private static String json(List<Table> tables) {
        StringBuilder out = new StringBuilder("[");
        for (Table t : tables) {
            out.append(out.length() == 1 ? "" : ", ").append("{\"engine\": \"").append(escaped(t.name()));
            out.append("\", \"process\": ")
                    .append(t.pid())
                    .append(", \"written ms\": ")
                    .append(t.writtenMs());
            t.values().forEach((name, value) -> {
                String v = shown(name, value);
                boolean isNumber = v.equals(Long.toString(value));
                out.append(", \"").append(escaped(name)).append("\": ");
                out.append(v.isEmpty() ? "null" : isNumber ? v : '"' + v + '"');
            });
            out.append('}');
        }
        return out.append("]\n").toString();
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\\\\"\\p{Cntrl}]", "_");
    }
}
