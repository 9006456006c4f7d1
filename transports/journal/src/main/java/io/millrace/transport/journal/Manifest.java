package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.transport.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that says what belongs to the log. Written anew at each opening (temporary file, force, rename, force of the
 * directory), so that no byte of it depends on pages whose force an earlier process saw fail; then only appended to. Not
 * thread-safe: its owner locks.
 */
final class Manifest implements AutoCloseable {
    static final String NAME = "manifest";
    private static final String NEW_NAME = "manifest.new";

    private final Disk disk;
    private final Path directory;
    private Disk.Output out;
    private Exception failure;
    private long length;

    /** What the file is that is kept open: as long as it is, no other file gets that. */
    private Object key;

    /** What was read, in the order of the file. */
    static final class Content {
        /** Which journal it is; 0 where it is none yet. */
        long id;

        JournalFacts facts;
        final List<Epoch> epochs = new ArrayList<>();
        final List<Snapshot> snapshots = new ArrayList<>();
        ManifestEntry.GivenUp givenUp = new ManifestEntry.GivenUp(0, 0, 0);
        ManifestEntry.Clean clean;

        /** Which start of the machine wrote the newest epoch; empty where that is not known. */
        String boot = "";

        /** The number of an epoch that could not be forced; 0 when there is none. */
        long unforced;

        /** Where the log may have lost its end with the power, and nothing has followed; -1 where it has not. */
        long shortened = -1;

        /** Where a start ends the log that was to give up what is behind it, and has begun no epoch yet; -1 where none is to. */
        long cut = -1;

        /** Changed hosts that have taken over, the newest last; the facts are those of the newest. */
        final List<ManifestEntry.Migrated> migrated = new ArrayList<>();

        private JournalFacts firstFacts;

        /** Bytes of a last entry that was not written to its end. */
        int torn;

        /** Whether it has lost its end, or had at a start that was followed by no entry. */
        void shortened(long next, boolean isNow) {
            shortened = isNow || shortened == next ? next : -1;
        }

        boolean isEmpty() {
            return facts == null && epochs.isEmpty();
        }

        /** The place from which on the facts are what they are. */
        long since() {
            return migrated.isEmpty() ? 0 : migrated.get(migrated.size() - 1).since();
        }

        private void add(ManifestEntry entry) {
            if (entry instanceof ManifestEntry.Facts f) {
                facts = f.facts();
                firstFacts = facts;
            } else if (entry instanceof ManifestEntry.Migrated m) {
                facts = m.facts();
                migrated.add(m);
            } else if (entry instanceof ManifestEntry.Begun b) {
                epochs.add(b.epoch());
            } else if (entry instanceof ManifestEntry.Kept k) {
                snapshots.removeIf(s -> s.next() == k.snapshot().next());
                snapshots.add(k.snapshot());
            } else if (entry instanceof ManifestEntry.Clean c) {
                clean = c;
            } else if (entry instanceof ManifestEntry.Booted b) {
                boot = b.id();
            } else if (entry instanceof ManifestEntry.Named n) {
                id = n.id();
            } else if (entry instanceof ManifestEntry.Unforced u) {
                unforced = u.epoch();
            } else if (entry instanceof ManifestEntry.Shortened s) {
                shortened = s.next();
            } else if (entry instanceof ManifestEntry.Cut c) {
                cut = c.next();
            } else if (entry instanceof ManifestEntry.GivenUp g) {
                givenUp = g;
                epochs.removeIf(e -> e.number() < g.lowestEpoch());
                snapshots.removeIf(s -> s.next() < g.snapshotFrom());
            }
        }

        private List<ManifestEntry> entries() {
            List<ManifestEntry> all = new ArrayList<>();
            all.add(new ManifestEntry.Named(id));
            all.add(new ManifestEntry.Facts(migrated.isEmpty() ? facts : firstFacts));
            all.addAll(migrated);
            all.add(givenUp);
            epochs.forEach(e -> all.add(new ManifestEntry.Begun(e)));
            snapshots.forEach(s -> all.add(new ManifestEntry.Kept(s)));
            all.add(new ManifestEntry.Booted(boot));
            if (unforced > 0) {
                all.add(new ManifestEntry.Unforced(unforced));
            }
            if (shortened >= 0) {
                all.add(new ManifestEntry.Shortened(shortened));
            }
            if (clean != null) {
                all.add(clean);
            }
            if (cut >= 0) {
                all.add(new ManifestEntry.Cut(cut));
            }
            return all;
        }
    }

    Manifest(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * Reads it.
     *
     * @throws JournalException when an entry is damaged and others stand behind it
     */
    static Content read(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            return read(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return new Content();
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + e, e);
        }
    }

    private static Content read(Path file, byte[] bytes) throws IOException {
        Content content = new Content();
        int at = 0;
        for (int length; (length = ManifestEntry.lengthAt(bytes, at)) > 0; at += length) {
            content.add(ManifestEntry.decode(bytes, at, length));
        }
        for (int p = at + 1; p < bytes.length; p++) {
            if (ManifestEntry.lengthAt(bytes, p) > 0) {
                throw new JournalException(file + " is damaged at byte " + at + ", and what follows at byte " + p
                        + " is whole: it was not a crash. Put back a copy of the file, or the whole directory");
            }
        }
        content.torn = bytes.length - at;
        return content;
    }

    /** Where there is no manifest: what is there is the log of one that is gone. */
    static void requireNoEpochs(Path directory) throws IOException {
        for (String name : Segments.names(directory)) {
            if (Epoch.numberOf(name) > 0
                    && !Segments.bases(directory.resolve(name)).isEmpty()) {
                throw new JournalException(directory + " holds " + name + " and no manifest that can be read: put "
                        + "back a copy of " + NAME + ", or take another directory");
            }
        }
    }

    /** Puts a new file in the place of the old one and keeps it open for more. Behind a failure nobody knows which one has the name. */
    void rewrite(Content content) throws IOException {
        requireSound();
        try {
            Disk.Output before = out;
            write(content.entries());
            if (before != null) {
                before.close();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** As it is by now, before a start goes on with what it may not come to the end of. */
    void note(Content content) throws IOException {
        rewrite(content);
        out.close();
        out = null;
    }

    private void write(List<ManifestEntry> entries) throws IOException {
        Path fresh = directory.resolve(NEW_NAME);
        out = disk.create(fresh);
        length = 0;
        for (ManifestEntry entry : entries) {
            add(entry);
        }
        out.force();
        synchronized (this) { // who looks meanwhile finds one or the other, and knows it
            disk.rename(fresh, directory.resolve(NAME));
            key = ProcessLock.key(directory.resolve(NAME));
        }
        disk.forceDirectory(directory);
    }

    private void add(ManifestEntry entry) throws IOException {
        byte[] bytes = entry.encoded();
        out.write(bytes, 0, bytes.length);
        length += bytes.length;
    }

    /** Bytes of the file. */
    long length() {
        return length;
    }

    /**
     * Whether its name still stands for the file that is written here: each opening puts another in its place, so where the lock was
     * lost (somebody deleted it, or copied it within this process) the first of two writers finds out. Any thread.
     */
    synchronized void requireOurs() throws IOException {
        Path file = directory.resolve(NAME);
        if (key == null) {
            return; // not written yet
        }
        if (!Files.exists(file) || !ProcessLock.key(file).equals(key)) {
            throw new IOException(
                    file + " is gone, or another one: the journal was deleted, moved, or opened to be written"
                            + " by another host while this one has it. Nothing more is written here. Leave "
                            + DirectoryLock.NAME
                            + " and the directory alone while a host runs");
        }
    }

    /** Adds an entry and forces it. After a failure nothing more is added: what is in the file is not known then. */
    void append(ManifestEntry entry) throws IOException {
        requireSound();
        try {
            add(entry);
            out.force();
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** To be asked before anything is written that only makes sense once the manifest names it. */
    void requireSound() throws IOException {
        if (failure != null) {
            throw new IOException(
                    directory.resolve(NAME) + " could not be written before (" + failure.getMessage()
                            + "), and nothing more is noted in it: mend that, and start the host again, which writes it anew",
                    failure);
        }
        requireOurs();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
