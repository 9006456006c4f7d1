package io.millrace.bench.journal;

import io.millrace.transport.journal.CrashImages;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Map;

/** What crashes leave of a journal, opened again. */
final class CrashImagesCommand extends SeededTrial {
    @Override
    public String name() {
        return "crash-images";
    }

    @Override
    public String summary() {
        return "makes crash images from recorded writes, and opens each";
    }

    @Override
    String tried(int times, long seed, Map<String, Object> result) throws IOException {
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
