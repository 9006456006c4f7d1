package io.millrace.transport.journal;

import java.util.List;

/** Frames that are sound by themselves behind a place in an epoch, whatever is hurt between them. */
final class SoundFrames {
    private SoundFrames() {}

    /** Goes to each of them, and does something then. */
    static void each(FrameCursor frames, Epoch epoch, List<Long> bases, long from, Runnable each) {
        for (long base : bases) {
            if (base + epoch.segmentBytes() <= from) {
                continue;
            }
            for (long p = Math.max(base, from); frames.find(p); p = frames.position()) {
                each.run();
                if (frames.position() >= base + epoch.segmentBytes()) {
                    break;
                }
            }
        }
    }
}
