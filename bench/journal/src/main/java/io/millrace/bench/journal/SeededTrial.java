package io.millrace.bench.journal;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import java.io.IOException;
import java.util.Map;

/** One that draws what it tries from a seed, a number of times. */
abstract class SeededTrial extends TrialCommand {
    @Override
    final Options own(Options options) {
        return options.option("--times", "N", "20000", "how many trials")
                .option("--seed", "N", "1", "the same seed repeats the same choices");
    }

    @Override
    final Trial asked(Options options) throws UsageException {
        int times = (int) options.number("--times", 1, Integer.MAX_VALUE);
        long seed = options.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE);
        return result -> {
            result.put("seed", seed);
            result.put("times", times);
            return tried(times, seed, result);
        };
    }

    /** As {@link Trial#run}. */
    abstract String tried(int times, long seed, Map<String, Object> result) throws IOException;
}
