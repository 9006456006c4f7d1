package io.millrace.transport.journal;

import io.millrace.event.Bytes;
import java.util.zip.CRC32C;

/**
 * Gathers entries into frames and sends them off, one after another. A frame that is complete and finds no room stays
 * here, sealed, and goes first. Allocates nothing after it is made. Of the journal's thread.
 */
final class FrameWriter {
    /** Takes frames. */
    @FunctionalInterface
    interface Outlet {
        /**
         * Takes a frame.
         *
         * @return the position behind it; negative when there is no room at the moment
         */
        long send(byte[] bytes, int length);
    }

    private static final long SINCE_US_MOST = (1L << 32) - 1;

    private final byte[] frame;
    private final int usual;
    private final CRC32C crc = new CRC32C();
    private final Outlet outlet;
    private final InFlight inFlight;

    private int length = Envelope.LENGTH;
    private int count;
    private boolean sealed;
    private long first;
    private long chain;
    private long position;
    private boolean anySealed;

    /** When the last one was, by what frames say of it: what is rounded off is in the next one. */
    private long sealedNs;

    FrameWriter(Epoch epoch, Outlet outlet, InFlight inFlight) {
        frame = new byte[Epoch.longestFrame(epoch.termBytes())];
        usual = Math.min(frame.length, epoch.mtuBytes() - AeronFrame.HEADER);
        this.outlet = outlet;
        this.inFlight = inFlight;
        first = epoch.first();
        chain = epoch.chain();
        Envelope.begin(frame, epoch);
    }

    /** The place of the next entry. */
    long next() {
        return first + count;
    }

    long chain() {
        return chain;
    }

    /** Behind the last frame that was sent. */
    long position() {
        return position;
    }

    boolean isEmpty() {
        return count == 0 && !sealed;
    }

    boolean append(byte[] bytes, int offset, int entry, long durable) {
        int needed = Envelope.BEFORE_ENTRY + entry;
        if (needed > frame.length - Envelope.LENGTH) {
            throw new IllegalArgumentException(
                    "an entry of " + entry + " bytes; the longest that the journal takes has "
                            + (frame.length - Envelope.LENGTH - Envelope.BEFORE_ENTRY)
                            + ": an eighth of a term, see ArchiveJournal.termBytes");
        }
        boolean fits = !sealed && (count == 0 || length + needed <= usual);
        if (!fits && !commit(durable)) {
            return false;
        }
        Bytes.putInt(frame, length, entry);
        System.arraycopy(bytes, offset, frame, length + Envelope.BEFORE_ENTRY, entry);
        length += needed;
        count++;
        return true;
    }

    boolean commit(long durable) {
        return isEmpty() || send(durable);
    }

    /** Sends a frame without entries, for what it says is durable. */
    boolean mark(long durable) {
        assert isEmpty();
        return send(durable);
    }

    private boolean send(long durable) {
        if (!inFlight.hasRoom()) {
            return false;
        }
        if (!sealed) {
            Envelope.seal(frame, length, count, sinceUs(JournalClock.nanos()), first, durable, chain, crc);
            sealed = true;
        }
        long behind = outlet.send(frame, length);
        if (behind < 0) {
            return false;
        }
        position = behind;
        first += count;
        chain = Envelope.chainBehind(frame, 0);
        inFlight.add(behind, first - 1);
        sealed = false;
        count = 0;
        length = Envelope.LENGTH;
        return true;
    }

    private int sinceUs(long nowNs) {
        if (!anySealed) {
            anySealed = true;
            sealedNs = nowNs;
            return 0;
        }
        long us = Math.max(0, nowNs - sealedNs) / 1_000;
        sealedNs += us * 1_000;
        return (int) Math.min(us, SINCE_US_MOST);
    }
}
