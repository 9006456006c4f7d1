package io.millrace.rig;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Output;
import io.millrace.metric.Hash64;
import java.util.List;

/**
 * The running hash of what an output puts out: form and bytes of each event, in order. Not of its place among the entries, as the engine's
 * digest is: on a live input there are ticks among these, and no two runs have them alike. One thread, the one that puts out.
 *
 * @param <V> the event
 */
final class ValuesHash<V> {
    private static final long UNREADABLE = 0x6E6F20666F726D21L;

    private final EventType<V> type;
    private final byte[] encoded;
    private long hash;

    ValuesHash(Output<V> output) {
        type = output.type();
        encoded = new byte[type.maxLength()];
        hash = Hash64.add(Hash64.SEED, output.name());
    }

    void add(V event, EntryForm form) {
        long h = Hash64.add(hash, form.ordinal());
        try {
            hash = Hash64.add(h, encoded, 0, type.encode(event, encoded, 0));
        } catch (RuntimeException e) { // does not fit its layout, which is nobody's fault as long as nothing stores it
            hash = Hash64.add(h, UNREADABLE);
        }
    }

    /** Of all outputs; when the thread of each has come to rest. */
    static long of(List<ValuesHash<?>> outputs) {
        long all = Hash64.SEED;
        for (ValuesHash<?> output : outputs) {
            all = Hash64.add(all, output.hash);
        }
        return all;
    }
}
