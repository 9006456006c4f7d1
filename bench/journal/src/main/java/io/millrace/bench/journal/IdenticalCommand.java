package io.millrace.bench.journal;

import io.millrace.bench.identical.Identical;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Map;

/** One input on all ways that there are; the same bits have to come out. */
final class IdenticalCommand extends TrialCommand {
    @Override
    public String name() {
        return "identical";
    }

    @Override
    public String summary() {
        return "one input live, in batches, on two threads, inline, replayed: the same bits";
    }

    @Override
    Options own(Options options) {
        return options.option("--events", "N", "10000000", "events of the input");
    }

    @Override
    Trial asked(Options options) throws UsageException {
        long events = options.number("--events", 1, 1_000_000_000_000L);
        return result -> compare(events, result);
    }

    private static String compare(long events, Map<String, Object> result) throws IOException {
        String difference;
        int ways;
        try (Scratch scratch = new Scratch(Scratch.temporary())) {
            Identical identical = new Identical(scratch.directory(), events, System.out::println);
            difference = identical.run();
            ways = identical.ways();
        }
        if (difference == null) {
            System.out.printf("%,d events: the same bits in %d ways%n", events, ways);
        }
        result.put("events", events);
        result.put("ways", ways);
        return difference;
    }
}
