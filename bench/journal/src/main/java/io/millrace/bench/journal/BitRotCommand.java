package io.millrace.bench.journal;

import io.millrace.transport.journal.BitRot;
import io.millrace.transport.journal.Scratch;
import java.io.IOException;
import java.util.Map;

/** Damaged bits and short files of a journal. */
final class BitRotCommand extends SeededTrial {
    @Override
    public String name() {
        return "bit-rot";
    }

    @Override
    public String summary() {
        return "damages files of a journal by a bit or a cut: each damage is seen, or harmless";
    }

    @Override
    String tried(int times, long seed, Map<String, Object> result) throws IOException {
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
