package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which entries stay although no snapshot that is kept needs them: so long, or so many bytes. Of who makes snapshots. */
final class Spans {
    private final Settings settings;
    private final Snapshots snapshots;

    /** Where epochs that have ended do end, by their numbers. */
    private final Map<Long, Long> ends = new TreeMap<>();

    Spans(Settings settings, Snapshots snapshots) {
        this.settings = settings;
        this.snapshots = snapshots;
    }

    /** The place from which on all entries stay; no place is below -1, and none is asked for at the largest number. */
    long from(List<Epoch> epochs) throws IOException {
        long from = Long.MAX_VALUE;
        if (!settings.keepEntriesFor.isZero()) {
            from = snapshots.newestOlderThan(settings.keepEntriesFor);
        }
        if (settings.keepBytes > 0) {
            from = Math.min(from, fromOfBytes(epochs));
        }
        return from;
    }

    /** The first place of the newest files that have so many bytes together; -1 where all have not. */
    private long fromOfBytes(List<Epoch> epochs) throws IOException {
        long left = settings.keepBytes;
        for (int i = epochs.size() - 1; i >= 0; i--) {
            Epoch epoch = epochs.get(i);
            boolean isLive = i == epochs.size() - 1;
            List<Long> bases = Segments.bases(epoch.directory(settings.directory));
            for (int f = bases.size() - 1; f >= 0; f--) {
                boolean isLast = f == bases.size() - 1;
                left -= !isLast ? epoch.segmentBytes() : isLive ? 0 : endOf(epoch, bases.get(f)) - bases.get(f);
                if (left <= 0) {
                    return firstOf(epoch, bases.get(f));
                }
            }
        }
        return -1;
    }

    private long endOf(Epoch epoch, long lastBase) {
        return ends.computeIfAbsent(epoch.number(), n -> {
            try (FrameCursor frames = new FrameCursor(epoch.directory(settings.directory), epoch)) {
                frames.seek(lastBase);
                long end = lastBase;
                while (frames.next()) {
                    end = frames.position();
                }
                return end;
            }
        });
    }

    /** The place of the first entry of a file; of one whose first frame is hurt, that of the first that is sound. */
    long firstOf(Epoch epoch, long base) {
        try (FrameCursor frames = new FrameCursor(epoch.directory(settings.directory), epoch)) {
            frames.seek(base);
            if (!frames.next()) {
                String what = frames.damage() == null ? "nothing was written there" : frames.damage();
                if (!frames.find(base + AeronFrame.HEADER)) {
                    throw new JournalException("cannot read the first frame of " + frames.segment() + ": " + what
                            + ". Put back a copy of it");
                }
            }
            return Envelope.first(frames.bytes(), frames.offset());
        }
    }

    /** Of a file that has no frame yet, or one that is just being written, this is not known. */
    boolean beginsAtOrBelow(Epoch epoch, long base, long sequence) {
        try (FrameCursor frames = new FrameCursor(epoch.directory(settings.directory), epoch)) {
            frames.seek(base);
            return frames.next() && Envelope.first(frames.bytes(), frames.offset()) <= sequence;
        }
    }
}
