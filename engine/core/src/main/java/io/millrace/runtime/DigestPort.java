package io.millrace.runtime;

import io.millrace.event.Output;
import io.millrace.metric.Hash64;
import io.millrace.metric.OutputDigest;
import io.millrace.operator.Flow;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * In front of an output whose digest is kept: takes each event into the running hash, then hands it on. For the thread of the
 * sink's stage; allocates nothing.
 *
 * <p>A checkpoint is what the hash was before an entry. It is kept when the first event comes behind that entry, so that an
 * output that is silent keeps nothing, and no thread has to know how far another one is. When the places are used up, those
 * at every second multiple go: a run of any length has from half of them to all.
 */
final class DigestPort implements SinkPort, Saved {
    /** Checkpoints kept of an output. */
    static final int KEPT = 1024;

    private static final int FIELDS = 3;

    private final String name;
    private final int stage;
    private final SinkPort next;
    private final ValueHash values;

    private final long[] kept = new long[KEPT * FIELDS];
    private int count;
    private long every;
    private long until;
    private long hash;
    private long events;

    DigestPort(Output<?> output, int stage, int every, SinkPort next) {
        this.name = output.name();
        this.stage = stage;
        this.next = next;
        this.values = new ValueHash(output.type());
        this.every = every;
        this.until = every;
        this.hash = Hash64.add(Hash64.SEED, name);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(count);
        to.putLongs(kept, at(count));
        to.putLong(every);
        to.putLong(until);
        to.putLong(hash);
        to.putLong(events);
        values.save(to);
    }

    @Override
    public void load(StateReader from) {
        count = from.getInt("a number of checkpoints", KEPT);
        from.getLongs(kept, at(count));
        every = from.getLong();
        until = from.getLong();
        hash = from.getLong();
        events = from.getLong();
        values.load(from);
    }

    /** The index of the stage whose thread it belongs to. */
    int stage() {
        return stage;
    }

    @Override
    public void accept(Flow flow) {
        if (flow.sequence() >= until) {
            checkpoint(flow.sequence());
        }
        long h = Hash64.add(hash, flow.sequence());
        h = Hash64.add(h, (long) flow.ordinal() << 8 | flow.form().ordinal() << 1 | (flow.fired() ? 1 : 0));
        h = Hash64.add(h, flow.timeNs());
        hash = values.add(h, flow);
        events++;
        next.accept(flow);
    }

    private void checkpoint(long sequence) {
        if (count == KEPT) {
            thinOut();
        }
        long entry = sequence - sequence % every;
        if (count == 0 || entry > kept[at(count - 1)]) {
            put(count++, entry, events, hash);
        }
        until = entry + every;
    }

    /**
     * A checkpoint says what holds from behind the one before it up to its own entry. At the larger distance it moves down to the
     * next multiple; one for which no multiple is left in between goes.
     */
    private void thinOut() {
        while (count > KEPT / 2) {
            every *= 2;
            int left = 0;
            long last = 0;
            for (int i = 0; i < count; i++) {
                long entry = kept[at(i)] - kept[at(i)] % every;
                if (entry > last) {
                    put(left++, entry, kept[at(i) + 1], kept[at(i) + 2]);
                    last = entry;
                }
            }
            count = left;
        }
    }

    private void put(int i, long entry, long eventsBefore, long hashBefore) {
        kept[at(i)] = entry;
        kept[at(i) + 1] = eventsBefore;
        kept[at(i) + 2] = hashBefore;
    }

    private static int at(int i) {
        return i * FIELDS;
    }

    /** A copy, into memory that whoever wants it has brought. */
    static final class Copy {
        private final long[] kept = new long[KEPT * FIELDS];
        private int count;
        private long every;
        private long hash;
        private long events;
        private long unreadable;

        OutputDigest digest(String name) {
            List<OutputDigest.Checkpoint> checkpoints = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                checkpoints.add(new OutputDigest.Checkpoint(kept[at(i)], kept[at(i) + 1], kept[at(i) + 2]));
            }
            return new OutputDigest(name, events, hash, unreadable, every, List.copyOf(checkpoints));
        }
    }

    void copyInto(Copy copy) {
        System.arraycopy(kept, 0, copy.kept, 0, at(count));
        copy.count = count;
        copy.every = every;
        copy.hash = hash;
        copy.events = events;
        copy.unreadable = values.unreadable();
    }

    long hash() {
        return hash;
    }

    long events() {
        return events;
    }

    String name() {
        return name;
    }
}
