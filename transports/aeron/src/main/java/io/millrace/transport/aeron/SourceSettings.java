package io.millrace.transport.aeron;

import java.nio.file.Path;
import java.util.List;

/** What is set of a source; the file is null where nothing is marked, and destinations are those of a channel that has them added. */
record SourceSettings(boolean bare, boolean finite, Path marks, List<String> destinations) {
    static final SourceSettings UNSET = new SourceSettings(false, false, null, List.of());

    SourceSettings isBare() {
        return new SourceSettings(true, false, marks, destinations);
    }

    SourceSettings isFinite() {
        return new SourceSettings(false, true, marks, destinations);
    }

    SourceSettings marks(Path file) {
        return new SourceSettings(false, finite, file, destinations);
    }

    SourceSettings destinations(List<String> all) {
        return new SourceSettings(bare, finite, marks, all);
    }
}
