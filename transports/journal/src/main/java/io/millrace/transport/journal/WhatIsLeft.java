package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Which entries there are, by the files: retention has given some up, and somebody may have taken others away. */
final class WhatIsLeft {
    private final Path directory;
    private final Manifest.Content content;
    private final Snapshots snapshots;
    private final Spans spans;

    WhatIsLeft(Path directory, Manifest.Content content, Snapshots snapshots, Spans spans) {
        this.directory = directory;
        this.content = content;
        this.snapshots = snapshots;
        this.spans = spans;
    }

    /** The first entry of a log that ends at a place. */
    long first(long end) throws IOException {
        if (content.epochs.isEmpty()) {
            return content.givenUp.firstSequence();
        }
        Epoch lowest = content.epochs.get(0);
        List<Long> bases = Segments.bases(lowest.directory(directory));
        if (bases.isEmpty()) {
            return content.epochs.size() == 1 ? end : content.epochs.get(1).first();
        }
        return bases.get(0) == 0 ? lowest.first() : spans.firstOf(lowest, bases.get(0));
    }

    /**
     * Whether a start can begin with a log that ends at a place: with the newest snapshot up to there, or the first entry, and all behind it
     * can be read. To be asked where a start is refused or told to give up what is hurt: it reads as much as that start would.
     */
    boolean isEnough(long end) {
        try {
            snapshots.choose(end, new StringBuilder());
            long from = Math.max(0, snapshots.newestReadable());
            if (end == 0 || from < first(end)) {
                return false;
            }
            LogReader.read(directory, List.copyOf(content.epochs), from, end - 1, (at, bytes, offset, length) -> true);
            return true;
        } catch (IOException | JournalException e) {
            return false;
        }
    }
}
