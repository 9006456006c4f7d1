package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Where the newest epoch ends. Its last files are read frame by frame; behind the last sound frame there is nothing, or
 * what a crash tore, or damage. Torn is what no frame, nor the manifest, says was durable.
 *
 * <p>What is known as durable lags behind what was acknowledged by the frames that were under way at the end; so damage of just these is taken for a crash. A log that is
 * idle says in a frame of its own what is durable by then, and one that is closed says so in the manifest.
 *
 * <p>What frames say of others holds as long as those are there: always at level DISK, at level PROCESS as long as the machine runs. Behind a
 * loss of power any page of it may be gone, from the last place on that was forced; so there the log is read from that one on, and ends at
 * the first hole.
 */
final class Tail {
    /** Files that are read at an opening; frames of the last tell of all before these. */
    private static final int FILES = 2;

    private final Path directory;
    private final Epoch epoch;
    private final List<Long> bases;

    /** Whether a frame that is there shows that those before it had been, too. */
    private final boolean framesCount;

    private long next;
    private long chain;
    private long end;
    private long stop;
    private String cut;
    private boolean gaveUp;
    private boolean unforced;
    private long said = -1;

    private Tail(Path directory, Epoch epoch, boolean framesCount) throws IOException {
        this.directory = directory;
        this.epoch = epoch;
        this.framesCount = framesCount;
        bases = Segments.bases(directory);
    }

    /**
     * Finds it; changes nothing.
     *
     * @param durable     what is known otherwise to be durable: a place, its last entry
     * @param framesCount whether what frames say was durable counts too: not where the machine has ended and nothing was forced
     * @param clean       what the manifest says of its closing; null when it says nothing
     * @param cutDamage   whether entries from a place on, which is damaged, are to be given up although they were acknowledged
     * @param startable   whether a log that ended behind so many entries could be gone on with
     * @throws JournalException when it is damaged where it was acknowledged, or was written by another version
     */
    static Tail find(
            Path directory,
            Epoch epoch,
            long durable,
            boolean framesCount,
            ManifestEntry.Clean clean,
            LongPredicate cutDamage,
            LongPredicate startable)
            throws IOException {
        Tail tail = new Tail(directory, epoch, framesCount);
        tail.next = epoch.first();
        tail.chain = epoch.chain();
        long known = clean == null ? durable : Math.max(durable, clean.next() - 1);
        try (FrameCursor frames = new FrameCursor(directory, epoch)) {
            tail.walk(frames, known, cutDamage.and(startable), startable);
        }
        if (clean != null && tail.cut == null && (tail.next != clean.next() || tail.chain != clean.chain())) {
            throw new JournalException(directory + " was closed behind entry " + (clean.next() - 1)
                    + " and ends behind entry " + (tail.next - 1) + ": the manifest and the files are not of one log");
        }
        return tail;
    }

    private void walk(FrameCursor frames, long known, LongPredicate mayCut, LongPredicate startable) {
        begin(frames, known);
        long durable = known;
        boolean mayBeEmpty = bases.isEmpty() || bases.get(0) == 0 || !framesCount && known < epoch.first();
        while (frames.next()) {
            durable = Math.max(durable, said(frames));
            next = frames.sequence();
            chain = frames.chain();
            end = frames.position();
            mayBeEmpty = true;
        }
        stop = frames.position();
        String damage = frames.damage();
        int otherVersion = frames.otherVersion();
        Path where = frames.segment();
        Behind behind = behind(frames);
        durable = Math.max(durable, behind.durable);
        if (otherVersion > 0 && behind.frames == 0) {
            throw new JournalException(Envelope.writtenByAnother(where, otherVersion));
        }
        if (!mayBeEmpty || durable >= next && !mayCut.test(next)) {
            throw refusal(where, damage, durable, behind, mayBeEmpty && startable.test(next));
        }
        gaveUp = durable >= next;
        if (gaveUp || damage != null || behind.frames > 0) {
            cut = words(where, damage, durable, behind);
        }
    }

    private long said(FrameCursor frames) {
        long durable = framesCount ? Envelope.durable(frames.bytes(), frames.offset()) : -1;
        said = Math.max(said, durable);
        return durable;
    }

    /**
     * Goes to where reading begins: the last file but {@link #FILES} that begins with a sound frame; where frames do not count, with one
     * before which all is known to be durable.
     */
    private void begin(FrameCursor frames, long known) {
        for (int i = bases.size() - FILES; i > 0; i--) {
            frames.seek(bases.get(i));
            if (frames.next() && (framesCount || Envelope.first(frames.bytes(), frames.offset()) <= known + 1)) {
                frames.seek(bases.get(i));
                return;
            }
        }
        if (bases.isEmpty() || bases.get(0) == 0) {
            frames.start();
            return;
        }
        frames.seek(bases.get(0));
        if (!framesCount && frames.next() && Envelope.first(frames.bytes(), frames.offset()) > known + 1) {
            frames.start(); // files before it are gone, and nobody gave them up
        } else {
            frames.seek(bases.get(0));
        }
    }

    /** What is sound behind the end. */
    private static final class Behind {
        long durable = -1;
        long frames;
        long entries;
    }

    private Behind behind(FrameCursor frames) {
        Behind found = new Behind();
        SoundFrames.each(frames, epoch, bases, frames.position() + AeronFrame.HEADER, () -> {
            found.durable = Math.max(found.durable, said(frames));
            found.frames++;
            found.entries += Envelope.count(frames.bytes(), frames.offset());
        });
        return found;
    }

    /** Where no entry would be left, or none that a snapshot reaches, giving up is no way out. */
    private JournalException refusal(Path where, String damage, long durable, Behind behind, boolean startable) {
        return new JournalException("the journal is damaged where it was acknowledged: " + where + " at position "
                + stop
                + " (byte " + stop % epoch.segmentBytes() + " of the file), where the frame of entry " + next
                + " should be: " + problem(where, damage) + "; entries up to "
                + durable
                + " were durable, so " + (durable - next + 1) + " are hurt; behind it " + behind.frames
                + " frames with "
                + behind.entries + " entries are sound. Put back a copy of the directory"
                + (startable
                        ? "; or give up all entries from " + next + " on, and the snapshots that know of them, with"
                                + " ArchiveJournal.cutAtDamage()"
                        : ": of what is left no start can begin"));
    }

    private static String problem(Path where, String damage) {
        if (damage != null) {
            return damage;
        }
        return Files.exists(where) ? "nothing was written there" : "there is no such file";
    }

    private String words(Path where, String damage, long durable, Behind behind) {
        String what = "cut " + where.getFileName() + " of " + directory.getFileName() + " behind entry " + (next - 1)
                + " at position " + stop + ": " + problem(where, damage);
        if (behind.frames > 0) {
            what += "; behind it " + behind.frames + " frames with " + behind.entries + " entries were sound";
        }
        return durable < next
                ? what + "; nothing of it was known to be durable"
                : what + "; GIVEN UP although durable: " + (durable - next + 1) + " entries, as asked for";
    }

    long next() {
        return next;
    }

    long chain() {
        return chain;
    }

    /** The last entry of which a frame says that it was durable; -1 where none does, or what they say does not count. */
    long said() {
        return said;
    }

    /** What was cut, in words; null when nothing was. */
    String cut() {
        return cut;
    }

    /** In front of what was read here. */
    void alsoGaveUp() {
        gaveUp = true;
    }

    /** Whether entries were given up that are known to have been durable. */
    boolean gaveUp() {
        return gaveUp;
    }

    /**
     * Makes the epoch durable as it was read: the last file is written anew up to the end, the others are forced where their level has not
     * done so. Anew, since an earlier process may have seen a force fail, and pages count as clean behind that; of the others it is known.
     *
     * @param anew whether all files are written anew, since a force of them has failed
     */
    void settle(Disk disk, boolean anew) throws IOException {
        for (long base : bases) {
            Path segment = directory.resolve(Epoch.segmentName(base));
            if (base >= end) {
                disk.delete(segment);
            } else if (anew || end <= base + epoch.segmentBytes()) {
                copy(disk, segment, Math.min(end - base, epoch.segmentBytes()));
            } else if (!epoch.forced()) {
                force(disk, segment);
            }
        }
        disk.forceDirectory(directory);
    }

    /** A copy that fails leaves the file as it is; this may leave pages that count as clean and are nowhere. */
    private void force(Disk disk, Path segment) throws IOException {
        try {
            disk.force(segment);
        } catch (IOException e) {
            unforced = true;
            throw e;
        }
    }

    /** Whether a file could not be forced as it stands: the next start has to write all anew. */
    boolean isUnforced() {
        return unforced;
    }

    private void copy(Disk disk, Path segment, long length) throws IOException {
        Path fresh = segment.resolveSibling(segment.getFileName() + ".new");
        byte[] buffer = new byte[(int) Math.min(1 << 20, length)];
        try (FileChannel from = FileChannel.open(segment, StandardOpenOption.READ);
                Disk.Output to = disk.create(fresh)) {
            for (long done = 0; done < length; ) {
                ByteBuffer part = ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, length - done));
                int read = from.read(part, done);
                if (read < 0) {
                    throw new IOException(segment + " has become shorter");
                }
                to.write(buffer, 0, read);
                done += read;
            }
            to.force();
        }
        disk.rename(fresh, segment);
    }
}
