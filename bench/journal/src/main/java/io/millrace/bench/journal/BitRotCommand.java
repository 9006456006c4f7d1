package io.millrace.bench.journal;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Map;

/** Damaged bits and short files of a journal. */
final class BitRotCommand extends TrialCommand {
    @Override
    public String name() {
        return "bit-rot";
    }

    @Override
    public String summary() {
        return "damages files of a journal by a bit or a cut: it is seen or it is harmless";
    }

    @Override
    Options own(Options options) {
        return options.option("--times", "N", "20000", "how many")
                .option("--seed", "N", "1", "the same seed does the same");
    }

    @Override
    String tried(Options options, Map<String, Object> result) throws IOException, UsageException {
        int times = (int) options.number("--times", 1, Integer.MAX_VALUE);
        long seed = options.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE);
        result.put("seed", seed);
        result.put("times", times);
        BitRot rot;
        try (Scratch scratch = new Scratch()) {
            rot = new BitRot(scratch.directory()).run(times, seed);
        }
        System.out.println(rot.refused() + rot.harmless() + " damages from seed " + seed + ": " + rot.refused()
                + " were seen, " + rot.harmless() + " were harmless");
        result.put("seen", rot.refused());
        result.put("harmless", rot.harmless());
        return rot.failure();
    }
}
