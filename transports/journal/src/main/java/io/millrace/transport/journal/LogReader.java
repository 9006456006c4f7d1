package io.millrace.transport.journal;

import io.millrace.event.Bytes;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.EntryReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads entries in order from the files of one epoch after another. */
final class LogReader {
    private static final int AHEAD = 32;

    /** Entries that cannot be read from one on: what, and where. Whoever reads for a host says what can be done. */
    static final class Damage extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Epoch epoch;
        private final transient Long chain;
        private final long from;
        private final long entry;
        private final long position;

        private Damage(String what, Epoch epoch, long from, long entry, FrameCursor frames) {
            super(what);
            this.epoch = epoch;
            this.from = from;
            this.entry = entry;
            position = frames.position();
            chain = frames.sequence() == entry ? frames.chain() : null;
        }

        Epoch epoch() {
            return epoch;
        }

        /** What was read first: all from there to the damage is sound. */
        long from() {
            return from;
        }

        /** The first that cannot be read. */
        long entry() {
            return entry;
        }

        /** Where its frame should be. */
        long position() {
            return position;
        }

        /** The value behind the entry before it; null where that was not read. */
        Long chain() {
            return chain;
        }
    }

    private final Path journal;
    private final List<Epoch> epochs;
    private final long from;
    private final long last;
    private final EntryReader to;
    private final int[] ahead = new int[AHEAD];
    private final List<String> oddities = new ArrayList<>();
    private long next;

    /** Since the frame of the entry before, as far as it has not been told. */
    private long sinceNs;

    private boolean isToldTime;
    private boolean wanted = true;

    private LogReader(Path journal, List<Epoch> epochs, long from, long last, EntryReader to) {
        this.journal = journal;
        this.epochs = epochs;
        this.from = from;
        this.last = last;
        this.to = to;
        next = from;
    }

    /**
     * Hands over the entries from one place to another, both included.
     *
     * @return what is odd between epochs, in words, and hurts nobody
     * @throws Damage where they cannot be read
     */
    static List<String> read(Path journal, List<Epoch> epochs, long from, long last, EntryReader to) {
        LogReader reader = new LogReader(journal, epochs, from, last, to);
        for (int i = 0; i < epochs.size() && reader.isToGoOn(); i++) {
            long end = i + 1 < epochs.size() ? epochs.get(i + 1).first() : Long.MAX_VALUE;
            if (reader.next < end) {
                reader.epoch(epochs.get(i), i + 1 < epochs.size() ? epochs.get(i + 1) : null);
            }
        }
        return reader.oddities;
    }

    /**
     * The chain value behind the frame that brought the entry before a place: it depends on all entries up to there.
     *
     * @return null where that frame is not there, or cannot be read: who needs it finds that, too
     */
    static Long chainAt(Path journal, List<Epoch> epochs, long next) throws IOException {
        for (int i = epochs.size() - 1; i >= 0; i--) {
            Epoch epoch = epochs.get(i);
            if (epoch.first() < next) {
                return new LogReader(journal, epochs, next - 1, next - 1, null).chainIn(epoch);
            }
            if (i == 0 && epoch.first() == 0) {
                return epoch.chain();
            }
        }
        return null;
    }

    private Long chainIn(Epoch epoch) throws IOException {
        Path directory = epoch.directory(journal);
        List<Long> bases = Segments.bases(directory);
        if (bases.isEmpty()) {
            return null;
        }
        try (FrameCursor frames = new FrameCursor(directory, epoch)) {
            find(frames, epoch, bases);
            while (frames.next()) {
                if (Envelope.first(frames.bytes(), frames.offset()) > next) {
                    return null;
                }
                if (frames.sequence() > next) {
                    return frames.chain();
                }
            }
        } catch (JournalException e) {
            return null; // an error of the disk there
        }
        return null;
    }

    private boolean isToGoOn() {
        return wanted && next <= last;
    }

    private void epoch(Epoch epoch, Epoch following) {
        Path directory = epoch.directory(journal);
        long end = following == null ? Long.MAX_VALUE : following.first();
        try (FrameCursor frames = new FrameCursor(directory, epoch)) {
            find(frames, epoch, Segments.bases(directory));
            while (isToGoOn() && next < end) {
                step(frames, epoch);
                hand(frames, epoch);
            }
            if (following != null && next == end && goesOnOtherwise(frames, directory, following)) {
                throw new JournalException(directory + " does not end as the manifest says: entry " + end
                        + " begins the next epoch, and the chain behind the one before is another. Put back a copy of the"
                        + " directory");
            }
        } catch (IOException e) {
            throw new JournalException("cannot read " + directory + ": " + e, e);
        }
    }

    /** To the next frame. Damage in front of all that is wanted hurts nobody, unless it reaches up to there. */
    private void step(FrameCursor frames, Epoch epoch) {
        if (frames.next()) {
            return;
        }
        Damage damage = damage(frames, epoch);
        if (next != from
                || !frames.find(damage.position() + AeronFrame.HEADER)
                || Envelope.first(frames.bytes(), frames.offset()) > next) {
            throw damage;
        }
    }

    /**
     * Whether the chain behind the last entry is another than the next epoch says. Frames that only say what is durable may stand there, and
     * are part of it; of these nobody needs anything any more, so one that is hurt, or gone, is no damage: all entries were read by then. It
     * is said: a frame that is gone looks like none that ever was, and who mixed files of two copies wants to know.
     */
    private boolean goesOnOtherwise(FrameCursor frames, Path directory, Epoch following) {
        while (frames.sequence() == following.first() && frames.chain() != following.chain()) {
            if (!frames.next()) {
                oddities.add(directory + " does not end as the manifest says: all entries up to " + (next - 1)
                        + " are sound, and behind them a frame without entries, which nobody needs, is "
                        + (frames.damage() == null ? "gone" : "hurt (" + frames.damage() + ")"));
                return false;
            }
        }
        return frames.sequence() != following.first();
    }

    /** The last file that begins at or below the entry that is wanted; one whose first frame is hurt does not say with what it begins. */
    private void find(FrameCursor frames, Epoch epoch, List<Long> bases) {
        int low = 0;
        int high = bases.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            int sound = middle;
            while (sound <= high && !isSound(frames, bases.get(sound))) {
                sound++;
            }
            if (sound <= high && Envelope.first(frames.bytes(), frames.offset()) <= next) {
                low = sound;
            } else {
                high = middle - 1;
            }
        }
        if (bases.isEmpty() || low == 0 && (bases.get(0) == 0 || isGone(frames, epoch, bases.get(0)))) {
            frames.start();
        } else {
            frames.seek(bases.get(low));
        }
    }

    /** Whether the file that has the wanted entry was in front of the first that is there. */
    private boolean isGone(FrameCursor frames, Epoch epoch, long base) {
        return isSound(frames, base) ? Envelope.first(frames.bytes(), frames.offset()) > next : next == epoch.first();
    }

    /** An error of the disk there says nothing of what is wanted. */
    private static boolean isSound(FrameCursor frames, long base) {
        frames.seek(base);
        try {
            return frames.next();
        } catch (JournalException e) {
            return false;
        }
    }

    private void hand(FrameCursor frames, Epoch epoch) {
        byte[] bytes = frames.bytes();
        int at = frames.offset() + Envelope.LENGTH;
        long sequence = Envelope.first(bytes, frames.offset());
        if (sequence > next) {
            throw damage(frames, epoch);
        }
        sinceNs += 1_000 * Envelope.sinceUs(bytes, frames.offset());
        isToldTime = false;
        int count = Envelope.count(bytes, frames.offset());
        for (int i = 0; i < count; i++, sequence++) {
            if (i % AHEAD == 0 && count - i > 1 && sequence + AHEAD > next && isToGoOn()) {
                tell(bytes, at, Math.min(AHEAD, count - i));
            }
            int length = Bytes.getInt(bytes, at);
            if (sequence == next && isToGoOn()) {
                tellTime();
                wanted = to.on(sequence, bytes, at + Envelope.BEFORE_ENTRY, length);
                next++;
            }
            at += Envelope.BEFORE_ENTRY + length;
        }
    }

    private void tellTime() {
        if (!isToldTime) {
            to.later(sinceNs);
            sinceNs = 0;
            isToldTime = true;
        }
    }

    private void tell(byte[] bytes, int first, int count) {
        int at = first;
        for (int i = 0; i < count; i++) {
            ahead[i] = at + Envelope.BEFORE_ENTRY;
            at += Envelope.BEFORE_ENTRY + Bytes.getInt(bytes, at);
        }
        to.next(bytes, ahead, count);
    }

    private Damage damage(FrameCursor frames, Epoch epoch) {
        int version = frames.otherVersion();
        Path segment = frames.segment();
        String what = frames.damage() == null ? "it is not there" : frames.damage();
        Damage damage = new Damage(
                "cannot read entry " + next + ": " + segment + " at position " + frames.position() + ": " + what,
                epoch,
                from,
                next,
                frames);
        if (version > 0 && !frames.find(damage.position() + AeronFrame.HEADER)) {
            throw new JournalException(
                    "cannot read entry " + next + ": " + Envelope.writtenByAnother(segment, version));
        }
        return damage;
    }
}
