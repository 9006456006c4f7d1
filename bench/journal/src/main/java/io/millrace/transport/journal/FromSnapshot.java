package io.millrace.transport.journal;

import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** A journal that is read as if it began with one of its snapshots. */
public final class FromSnapshot implements Journal {
    private final Journal journal;
    private final Path directory;
    private final long snapshot;

    private FromSnapshot(Journal journal, Path directory, long snapshot) {
        this.journal = journal;
        this.directory = directory;
        this.snapshot = snapshot;
    }

    /**
     * The places of all snapshots.
     *
     * @param directory of a journal
     * @return in order
     */
    public static List<Long> all(Path directory) {
        return Manifest.read(directory).snapshots.stream()
                .map(Snapshot::next)
                .sorted()
                .toList();
    }

    /**
     * The journal to be read from a snapshot.
     *
     * @param journal   which
     * @param directory its own
     * @param snapshot  the place of one; -1 for the first entry, and no snapshot
     * @return to be opened to read
     */
    public static Journal of(Journal journal, Path directory, long snapshot) {
        return snapshot < 0 ? journal : new FromSnapshot(journal, directory, snapshot);
    }

    @Override
    public JournalLog open(JournalFacts facts) {
        throw new JournalException("to be read only");
    }

    @Override
    public JournalLog openToRead() {
        return new ForwardedLog(journal.openToRead()) {
            @Override
            public long first() {
                return snapshot;
            }

            @Override
            public long snapshot() {
                return snapshot;
            }

            @Override
            public InputStream openSnapshot() throws IOException {
                Snapshot found = Manifest.read(directory).snapshots.stream()
                        .filter(s -> s.next() == snapshot)
                        .findFirst()
                        .orElseThrow();
                return SnapshotFile.open(found.file(directory), found);
            }
        };
    }
}
