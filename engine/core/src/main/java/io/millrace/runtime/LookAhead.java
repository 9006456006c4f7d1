package io.millrace.runtime;

import io.millrace.event.Entry;
import io.millrace.event.EventView;
import io.millrace.event.LongField;
import io.millrace.state.KeyGroup;
import java.util.List;

/**
 * Reads ahead, in the entries of one source that wait behind the one in hand, which keys they will ask for, and touches
 * their state: the misses of cache of many entries overlap instead of following each other. Changes nothing and answers
 * nothing. A key is read of events that a filter will hold back, too; what a key function throws is passed over.
 *
 * <p>Covers the way from the source to the keys it is given while nothing but {@link
 * io.millrace.operator.Operator#handsOn} stands between. It is of use where the state is larger than the caches near the
 * core, and does nothing below that. The stage's thread only.
 */
final class LookAhead {
    static final int ENTRIES_MAX = KeyGroup.AHEAD_MAX;

    private static final int FAILURES_MAX = 64;

    private final EventView<?> view;
    private final LongField<Object>[] keys;
    private final KeyGroup[] groups;
    private final long[][] seen;
    private int count;
    private int failures;

    /** One way: where a key is made, and whose rows are asked for it. */
    record Way(LongField<?> key, KeyGroup rows) {}

    @SuppressWarnings("unchecked")
    LookAhead(EventView<?> view, List<Way> ways) {
        this.view = view;
        keys = ways.stream().map(Way::key).toArray(LongField[]::new);
        groups = ways.stream().map(Way::rows).toArray(KeyGroup[]::new);
        seen = new long[groups.length][ENTRIES_MAX];
    }

    /** Whether it is worth its cost now; no longer when key functions throw, which costs more than it brings. */
    boolean isOfUse() {
        if (failures > FAILURES_MAX) {
            return false;
        }
        for (KeyGroup g : groups) {
            if (g.isLarge()) {
                return true;
            }
        }
        return false;
    }

    /** First, for each entry: finds out the keys. */
    void see(byte[] bytes, int offset) {
        try {
            Object value = view.wrap(bytes, Entry.payload(bytes, offset), Entry.payloadLength(bytes, offset));
            for (int k = 0; k < groups.length; k++) {
                if (k > 0) {
                    view.rewind();
                }
                seen[k][count] = keys[k].of(value);
            }
            count++;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            failures++; // of the entry itself, which is met again; or of one that a filter would have held back
        }
    }

    /** Then, for all of them: touches what the keys will need. Short loops, so that many misses are under way at a time. */
    void touch() {
        for (int k = 0; k < groups.length; k++) {
            groups[k].touch(seen[k], count);
        }
        count = 0;
    }
}
