package io.millrace.bench.journal;

import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Map;

/** What crashes leave of a journal, opened again. */
final class CrashImagesCommand extends TrialCommand {
    @Override
    public String name() {
        return "crash-images";
    }

    @Override
    public String summary() {
        return "makes images of crashes of recorded writes and opens each";
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
        CrashImages images;
        try (Scratch scratch = new Scratch()) {
            images = new CrashImages(scratch.directory()).run(times, seed);
        }
        System.out.println("from seed " + seed + ", " + images.entries() + " entries read");
        System.out.println(images);
        result.put("entries", images.entries());
        result.put("result", images.toString());
        return images.failure();
    }
}
