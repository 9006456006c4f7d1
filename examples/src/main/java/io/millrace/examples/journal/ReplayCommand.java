package io.millrace.examples.journal;

import io.millrace.cli.Command;
import io.millrace.cli.Interrupts;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Replay;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code examples/run replay}: runs a journal once more and compares what comes out with what came out. */
public final class ReplayCommand implements Command {
    /** The command. */
    public ReplayCommand() {}

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String summary() {
        return "replays a journal, and compares the output with that of the first run";
    }

    @Override
    public int run(List<String> args) throws UsageException {
        Options options = ReplayOptions.declared().parse(args);
        if (options.has("--help")) {
            System.out.print(options.help(summary()));
            return OK;
        }
        ReplayOptions asked = ReplayOptions.of(options);
        AtomicBoolean stop = new AtomicBoolean();
        try (Interrupts interrupts = Interrupts.stopping(stop)) {
            int code = Faults.oneLine(name(), () -> replay(asked, stop));
            return interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static int replay(ReplayOptions asked, AtomicBoolean stop) throws IOException {
        Recorded recorded = Recorded.open(asked.journal(), asked.classPath());
        Topology topology = recorded.asWritten(asked.topology(), asked.settings());
        Replay.Report report;
        try (OutputFiles files = new OutputFiles(asked.out())) {
            Replay replay = Replay.of(files.bind(recorded.takingOver(topology), topology), recorded.journal())
                    .stopWhen(() -> stop.get() || files.hasFailed());
            asked.apply(replay);
            String other = replay.otherThanRecorded();
            if (other != null) {
                System.out.println("other  " + other);
            }
            report = replay.run();
            files.end();
        }
        if (stop.get()) {
            System.err.println("millrace replay: interrupted behind " + report.evaluated() + " entries");
            return INTERRUPTED;
        }
        return new Verdict(recorded, topology, report, asked).print();
    }
}
