package io.millrace.transport.journal;

import io.millrace.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Where the newest epoch ends. Its last files are read frame by frame; behind the last sound frame there is nothing, or
 * what a crash tore, or damage. Torn is what no frame, nor the manifest, says was durable.
 *
 * <p>What is known as durable lags behind what was acknowledged by the frames that were under way at the end; so damage of just these is taken for a crash. A log that is
 * idle says in a frame of its own what is durable by then, and one that is closed says so in the manifest.
 */
final class Tail {
    /** Files that are read at an opening; frames of the last tell of all before these. */
    private static final int FILES = 2;

    private final Path directory;
    private final Epoch epoch;
    private final List<Long> bases;

    private long next;
    private long chain;
    private long end;
    private long stop;
    private String cut;

    private Tail(Path directory, Epoch epoch) throws IOException {
        this.directory = directory;
        this.epoch = epoch;
        bases = Segments.bases(directory);
    }

    /**
     * Finds it; changes nothing.
     *
     * @param durable   what is known otherwise to be durable: a place, its last entry
     * @param clean     what the manifest says of its closing; null when it says nothing
     * @param cutDamage whether damaged entries are to be given up although they were acknowledged
     * @throws JournalException when it is damaged where it was acknowledged
     */
    static Tail find(Path directory, Epoch epoch, long durable, ManifestEntry.Clean clean, boolean cutDamage)
            throws IOException {
        Tail tail = new Tail(directory, epoch);
        tail.next = epoch.first();
        tail.chain = epoch.chain();
        long known = clean == null ? durable : Math.max(durable, clean.next() - 1);
        try (FrameCursor frames = new FrameCursor(directory, epoch)) {
            tail.walk(frames, known, cutDamage);
        }
        if (clean != null && tail.cut == null && (tail.next != clean.next() || tail.chain != clean.chain())) {
            throw new JournalException(directory + " was closed behind entry " + (clean.next() - 1)
                    + " and ends behind entry " + (tail.next - 1) + ": the manifest and the files are not of one log");
        }
        return tail;
    }

    private void walk(FrameCursor frames, long known, boolean cutDamage) {
        begin(frames);
        long durable = known;
        boolean any = bases.isEmpty() || bases.get(0) == 0;
        while (frames.next()) {
            durable = Math.max(durable, Envelope.durable(frames.bytes(), frames.offset()));
            next = frames.sequence();
            chain = frames.chain();
            end = frames.position();
            any = true;
        }
        stop = frames.position();
        String damage = frames.damage();
        Path where = frames.segment();
        Behind behind = behind(frames);
        durable = Math.max(durable, behind.durable);
        if (!any || durable >= next && !cutDamage) {
            throw refusal(where, damage, durable, behind);
        }
        if (durable >= next || damage != null || behind.frames > 0) {
            cut = words(where, damage, durable, behind);
        }
    }

    /** Goes to where reading begins: the last file but {@link #FILES} that begins with a sound frame. */
    private void begin(FrameCursor frames) {
        for (int i = bases.size() - FILES; i > 0; i--) {
            frames.seek(bases.get(i));
            if (frames.next()) {
                frames.seek(bases.get(i));
                return;
            }
        }
        if (!bases.isEmpty() && bases.get(0) > 0) {
            frames.seek(bases.get(0));
        } else {
            frames.start();
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
        long from = frames.position() + AeronFrame.HEADER;
        for (long base : bases) {
            if (base + epoch.segmentBytes() <= from) {
                continue;
            }
            for (long p = Math.max(base, from); frames.find(p); p = frames.position()) {
                found.durable = Math.max(found.durable, Envelope.durable(frames.bytes(), frames.offset()));
                found.frames++;
                found.entries += Envelope.count(frames.bytes(), frames.offset());
                if (frames.position() >= base + epoch.segmentBytes()) {
                    break;
                }
            }
        }
        return found;
    }

    private JournalException refusal(Path where, String damage, long durable, Behind behind) {
        return new JournalException("the journal is damaged where it was acknowledged: " + where + " at position "
                + stop
                + " (byte " + stop % epoch.segmentBytes() + " of the file), where the frame of entry " + next
                + " should be: " + (damage == null ? "nothing was written there" : damage) + "; entries up to "
                + durable
                + " were durable, so " + (durable - next + 1) + " are hurt; behind it " + behind.frames
                + " frames with "
                + behind.entries + " entries are sound. Put back a copy of the directory; or give up all entries from "
                + next + " on with ArchiveJournal.cutAtDamage()");
    }

    private String words(Path where, String damage, long durable, Behind behind) {
        String what = "cut " + where.getFileName() + " of " + directory.getFileName() + " behind entry " + (next - 1)
                + " at position " + stop + ": " + (damage == null ? "nothing was written there" : damage);
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

    /** What was cut, in words; null when nothing was. */
    String cut() {
        return cut;
    }

    /**
     * Makes the epoch durable as it was read: the last file is written anew up to the end, the others are forced. Anew,
     * since an earlier process may have seen a force fail, and pages count as clean behind that.
     */
    void settle(Disk disk) throws IOException {
        for (long base : bases) {
            if (base >= end) {
                disk.delete(directory.resolve(Epoch.segmentName(base)));
            } else if (end <= base + epoch.segmentBytes()) {
                copy(disk, directory.resolve(Epoch.segmentName(base)), end - base);
            }
        }
        disk.forceDirectory(directory);
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
