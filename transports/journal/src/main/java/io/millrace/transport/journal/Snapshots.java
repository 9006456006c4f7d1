package io.millrace.transport.journal;

import io.millrace.journal.JournalLog.SnapshotWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The snapshots of a log, oldest first. Of the thread that makes them, but for {@link #newestReadable} and {@link #open()}. */
final class Snapshots {
    /** How many stay between the oldest and the newest ones. */
    private static final int OF_A_SPAN = 8;

    private final Settings settings;
    private final Path directory;
    private final List<Snapshot> all;
    private final Manifest manifest;

    /** Of the log that they are of, as the manifest names them by now. */
    private final List<Epoch> epochs;

    /** The newest that was read as a whole; null when there is none. */
    private volatile Snapshot readable;

    Snapshots(Settings settings, Manifest.Content content, Manifest manifest) {
        this.settings = settings;
        this.manifest = manifest;
        directory = settings.directory;
        all = content.snapshots;
        epochs = content.epochs;
        all.sort(Comparator.comparingLong(Snapshot::next));
    }

    /** Places below it were durable once; 0 when no snapshot says so. */
    long newestNext() {
        return all.isEmpty() ? 0 : all.get(all.size() - 1).next();
    }

    /** Those that know of entries which were given up, and which others will follow. */
    void dropAbove(long logNext, StringBuilder report) throws IOException {
        for (Snapshot snapshot : List.copyOf(all)) {
            if (snapshot.next() > logNext) {
                settings.disk.delete(snapshot.file(directory));
                all.remove(snapshot);
                report.append("deleted the snapshot at ")
                        .append(snapshot.next())
                        .append(", behind the end of the log\n");
            }
        }
        settings.disk.forceDirectory(directory);
    }

    /** Takes over files that are whole and that the manifest does not name: a crash came between. Deletes others. */
    void adopt(long logNext, StringBuilder report) throws IOException {
        for (String name : Segments.names(directory)) {
            long next = Snapshot.nextOf(name);
            if (next < 0 || all.stream().anyMatch(s -> s.next() == next)) {
                continue;
            }
            Path file = directory.resolve(name);
            try {
                SnapshotFile.Read found = SnapshotFile.verify(file);
                if (found.snapshot().next() == next && next <= logNext) {
                    takeOver(file, found, report);
                } else {
                    settings.disk.delete(file);
                }
            } catch (SnapshotFile.NotWhole e) {
                report.append("deleted ").append(name).append(", which was not written to its end\n");
                settings.disk.delete(file);
            } catch (SnapshotFile.OtherVersion e) {
                sayThatItCannotBeUsed(e.getMessage(), report);
            }
        }
        all.sort(Comparator.comparingLong(Snapshot::next));
    }

    /** Of one that is whole nothing that is found elsewhere is a reason to delete it. */
    private void takeOver(Path file, SnapshotFile.Read found, StringBuilder report) {
        try {
            if (isOfAnother(found)) {
                report.append(ofAnother(file, found.snapshot().next())).append('\n');
                return;
            }
            all.add(found.snapshot());
            report.append("took over ").append(file.getFileName()).append(", which the manifest did not name\n");
        } catch (IOException e) {
            sayThatItCannotBeUsed(file + ": whether it is of this log cannot be read: " + e, report);
        }
    }

    private static void sayThatItCannotBeUsed(String why, StringBuilder report) {
        report.append("a snapshot cannot be used: ").append(why).append('\n');
    }

    /** Those whose files are gone: of one that could not be named for certain the file was deleted, and the manifest may have it. */
    void dropMissing() {
        all.removeIf(s -> !Files.exists(s.file(directory)));
    }

    /** Finds the newest that can be read; says which cannot. */
    void choose(long logNext, StringBuilder report) {
        readable = null;
        for (int i = all.size() - 1; i >= 0 && readable == null; i--) {
            Snapshot snapshot = all.get(i);
            if (snapshot.next() > logNext) {
                continue;
            }
            try {
                check(snapshot);
                readable = snapshot;
            } catch (IOException e) {
                sayThatItCannotBeUsed(e.getMessage(), report);
            }
        }
    }

    private void check(Snapshot snapshot) throws IOException {
        Path file = snapshot.file(directory);
        SnapshotFile.Read found = SnapshotFile.verify(file);
        if (!found.snapshot().isLike(snapshot)) {
            throw new IOException(file + " is not the one that the manifest names");
        }
        if (isOfAnother(found)) {
            throw new IOException(ofAnother(file, snapshot.next()));
        }
    }

    /** Whether the log shows that what the snapshot holds is of another history. Of entries that are gone, or were then, it says nothing. */
    private boolean isOfAnother(SnapshotFile.Read found) throws IOException {
        if (found.chain() == SnapshotFile.UNKNOWN) {
            return false;
        }
        Long chain = LogReader.chainAt(directory, epochs, found.snapshot().next());
        return chain != null && chain != found.chain();
    }

    private static String ofAnother(Path file, long next) {
        return file
                + " is of another history of this journal, a copy that went on with other events: its chain value at entry "
                + next
                + " is not that of the entries here. It is not used: move it away, or put back the one that belongs"
                + " to these";
    }

    /** The place behind the newest that can be read; -1 when there is none. */
    long newestReadable() {
        Snapshot newest = readable;
        return newest == null ? -1 : newest.next();
    }

    /** The place behind the newest that can be read, of those up to a place; -1 when there is none. */
    long newestUpTo(long most) {
        for (int i = all.size() - 1; i >= 0; i--) {
            Snapshot snapshot = all.get(i);
            try {
                if (snapshot.next() <= Math.min(most, newestReadable())) {
                    check(snapshot);
                    return snapshot.next();
                }
            } catch (IOException e) {
                // the one before it is looked at
            }
        }
        return -1;
    }

    InputStream open(long next) throws IOException {
        for (Snapshot snapshot : all) {
            if (snapshot.next() == next) {
                check(snapshot);
                return SnapshotFile.open(snapshot.file(directory), snapshot);
            }
        }
        throw new IOException("there is no snapshot at " + next + " in " + directory);
    }

    InputStream open() throws IOException {
        Snapshot newest = readable;
        if (newest == null) {
            throw new IOException("there is no snapshot in " + directory);
        }
        return SnapshotFile.open(newest.file(directory), newest);
    }

    /**
     * Writes one, and names it.
     *
     * @param first the first entry that is not given up: from there on the log has to show which history it is
     */
    void keep(long next, long first, SnapshotWriter writer) throws IOException {
        Path fresh = directory.resolve("snapshot.new");
        manifest.requireSound();
        requireNoOther(next);
        checkRoom(all.isEmpty() ? 0 : all.get(all.size() - 1).length());
        Snapshot written;
        try {
            written = SnapshotFile.write(settings.disk, fresh, next, chainAt(next, first), writer, new MeasuredRoom());
            if (!SnapshotFile.verify(fresh).snapshot().isLike(written)) {
                throw new IOException(fresh + " does not read as it was written");
            }
        } catch (IOException | RuntimeException e) {
            settings.disk.delete(fresh);
            throw e;
        }
        settings.disk.rename(fresh, written.file(directory));
        settings.disk.forceDirectory(directory);
        name(written);
        all.removeIf(s -> s.next() == next);
        all.add(written);
        all.sort(Comparator.comparingLong(Snapshot::next));
        readable = written;
    }

    private long chainAt(long next, long first) throws IOException {
        Long chain = LogReader.chainAt(directory, epochs, next);
        if (chain == null && next > first) {
            throw new IOException(
                    "entry " + (next - 1) + ", behind which the snapshot is, cannot be read in " + directory);
        }
        return chain == null ? SnapshotFile.UNKNOWN : chain;
    }

    /** What was said to be nobody's to delete, or to be moved away, is not replaced either. */
    private void requireNoOther(long next) throws IOException {
        Path there = new Snapshot(next, 0, 0).file(directory);
        boolean isOther;
        try {
            isOther = Files.exists(there) && isOfAnother(SnapshotFile.verify(there));
        } catch (SnapshotFile.OtherVersion e) {
            throw e;
        } catch (IOException e) {
            isOther = false; // what cannot be read is made good by this one
        }
        if (isOther) {
            throw new IOException(ofAnother(there, next));
        }
    }

    /** One that is not named would stay, unseen, and retention would never take it. */
    private void name(Snapshot written) throws IOException {
        try {
            manifest.append(new ManifestEntry.Kept(written));
        } catch (IOException | RuntimeException e) {
            try {
                settings.disk.delete(written.file(directory));
            } catch (IOException f) {
                e.addSuppressed(f);
            }
            throw e;
        }
    }

    private void checkRoom(long bytes) throws IOException {
        long free = settings.space.freeBytes();
        if (free - bytes < settings.reserveBytes) {
            throw new IOException("no room for a snapshot of " + bytes + " bytes: "
                    + Words.nearlyFull(directory, free, settings.reserveBytes));
        }
    }

    /** Looks each 16 MiB. */
    private final class MeasuredRoom implements SnapshotFile.Room {
        private static final long EVERY = 16 << 20;
        private long since;

        @Override
        public void check(long bytes) throws IOException {
            since += bytes;
            if (since >= EVERY) {
                since = 0;
                checkRoom(EVERY);
            }
        }
    }

    /**
     * The place of the oldest that stays, once it was read again; -1 when none goes, or it cannot be read.
     *
     * @param span all entries from this place on stay: so does the newest snapshot at or below it
     */
    long oldestToStay(long span) {
        int at = all.size() - settings.keepSnapshots;
        while (at >= 0 && all.get(at).next() > span) {
            at--;
        }
        if (at < 0) {
            return -1;
        }
        Snapshot oldest = all.get(at);
        try {
            check(oldest);
            return oldest.next();
        } catch (IOException e) {
            return -1; // what is below it may still be needed
        }
    }

    /** The place of the newest that is so old; -1 when none is. */
    long newestOlderThan(Duration age) throws IOException {
        long until = settings.wallMs.getAsLong() - age.toMillis();
        for (int i = all.size() - 1; i >= 0; i--) {
            Path file = all.get(i).file(directory);
            if (Files.exists(file) && Files.getLastModifiedTime(file).toMillis() <= until) {
                return all.get(i).next();
            }
        }
        return -1;
    }

    /**
     * Deletes some of those that stay for a span only, between the oldest and the newest: always the one that leaves the smallest gap. Nothing
     * has to be noted: who finds a file gone does without it.
     */
    void thin() throws IOException {
        while (all.size() > 1 + OF_A_SPAN + settings.keepSnapshots) {
            int least = 1;
            for (int i = 2; i < all.size() - settings.keepSnapshots; i++) {
                least = gapWithout(i) < gapWithout(least) ? i : least;
            }
            settings.disk.delete(all.remove(least).file(directory));
        }
    }

    private long gapWithout(int i) {
        return all.get(i + 1).next() - all.get(i - 1).next();
    }

    boolean isAnyBelow(long next) {
        return !all.isEmpty() && all.get(0).next() < next;
    }

    void dropBelow(long next) throws IOException {
        List<Snapshot> gone = new ArrayList<>(all);
        gone.removeIf(s -> s.next() >= next);
        all.removeAll(gone);
        for (Snapshot snapshot : gone) {
            settings.disk.delete(snapshot.file(directory));
        }
    }
}
