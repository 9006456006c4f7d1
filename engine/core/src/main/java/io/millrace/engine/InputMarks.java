package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.metric.Hash64;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * How many events of one input the journal has, and their hash, so that a source that begins anew is known to bring the same; and how many
 * it knows to have been dropped. One thread.
 */
final class InputMarks {
    /** A source does not bring what the journal has of it. */
    static final class Differs extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Differs(String message) {
            super(message);
        }
    }

    private long taken;
    private long missed;
    private long hash = Hash64.SEED;
    private boolean ended;

    /** Takes in an entry of the input. */
    void see(byte[] bytes, int offset) {
        if (Entry.kind(bytes, offset) == EntryKind.END) {
            ended = true;
        } else if (Entry.kind(bytes, offset) == EntryKind.DROPS) {
            missed += InputCounts.dropped(bytes, offset);
        } else if (Entry.kind(bytes, offset) == EntryKind.EVENT && !Entry.redriven(bytes, offset)) {
            taken++;
            hash = Hash64.add(hash, Entry.timeNs(bytes, offset));
            int payload = Entry.payload(bytes, offset);
            hash = Hash64.add(hash, bytes, payload, Entry.payloadLength(bytes, offset));
        }
    }

    long taken() {
        return taken;
    }

    /** With those that found no room: a run of them stands in front of the next event that did. */
    long brought() {
        return taken + missed;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isSame(InputMarks other) {
        return taken == other.taken && hash == other.hash;
    }

    void save(StateWriter to) {
        to.putLong(taken);
        to.putLong(missed);
        to.putLong(hash);
        to.putBoolean(ended);
    }

    void load(StateReader from) {
        taken = from.getLong();
        missed = from.getLong();
        hash = from.getLong();
        ended = from.getBoolean();
    }
}
