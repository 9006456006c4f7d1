package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.RefusedException;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import io.millrace.transport.EventSource;
import java.util.List;

/** Publishes to an inline engine, on the thread that owns it. */
final class InlinePublisher<V> implements EncodedPublisher<V> {
    private final Inline engine;
    private final Core core;
    private final Input<V> input;
    private final int source;
    private final EntryEncoder<V> encoder;
    private final InputCounts counts;

    /** What is published is lost where it is refused, since whoever brings it cannot do anything about that. */
    private final boolean ofSource;

    private final int stride;
    private final int[] offsets = new int[Core.LOOK_AHEAD_MAX];

    /** Room for events that are looked at before the first is processed; made when there are some. */
    private byte[] ahead;

    InlinePublisher(Inline engine, Host host, Input<V> input, boolean ofSource) {
        this.engine = engine;
        this.ofSource = ofSource;
        this.input = input;
        core = host.core();
        source = core.source(input);
        encoder = new EntryEncoder<>(input, source);
        counts = host.inputs().get(source);
        stride = Entry.MAX_HEADER_LENGTH + input.type().maxLength() + 7 & -8; // longs at multiples of 8
    }

    Input<V> input() {
        return input;
    }

    @Override
    public long publish(V event, Header header) {
        engine.enter();
        EntryEncoder<V> free = free();
        int length = encode(free, event, header);
        return ofSource
                ? engine.entrance().ofSource(counts, free.bytes(), 0, length)
                : engine.entrance().publish(counts, free.bytes(), 0, length);
    }

    /** After what waited in the inbox has been taken, and drops have been told; waits, or answers that the journal refuses it. */
    long publishEntered(V event, boolean told, boolean waits) {
        EntryEncoder<V> free = free();
        int length = encode(free, event, null);
        if (waits) {
            return engine.entrance().publish(told, counts, free.bytes(), 0, length);
        }
        long q = engine.entrance().decide(told, free.bytes(), 0, length);
        if (q == FULL) {
            counts.refuse();
        }
        return q;
    }

    /** In front of the next event; answers false where there is no room. */
    boolean tellDrops() {
        return engine.entrance().tell(counts);
    }

    private int encode(EntryEncoder<V> free, V event, Header header) {
        try {
            return free.encode(event, header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
    }

    @Override
    public boolean offer(EventSource.Encoded event, Header header, Refused to) {
        engine.enter();
        EntryEncoder<V> free = free();
        int length;
        try {
            length = free.take(event, header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
        if (length == EntryEncoder.NONE) {
            counts.refuse();
            to.refused(event, free.noneReason(), free.noneWhy());
            return true;
        }
        InlineEntrance in = engine.entrance();
        return counts.overflow() == Overflow.BLOCK
                ? in.tryPublish(counts, free.bytes(), 0, length) != FULL
                : in.publish(counts, free.bytes(), 0, length) != FULL;
    }

    @Override
    public void countRefused() {
        counts.refuse();
    }

    @Override
    public byte[] keep(EventSource.Encoded bytes) {
        EntryEncoder<V> free = free();
        free.keep(bytes);
        return free.bytes();
    }

    /** From inside a receiver the entry in hand still stands in the encoder. */
    private EntryEncoder<V> free() {
        return engine.isProcessing() ? new EntryEncoder<>(input, source) : encoder;
    }

    @Override
    public int publishBatch(List<? extends V> events, Header header) {
        int n = events.size();
        int taken = 0;
        for (int from = 0; from < n; from += offsets.length) {
            int to = Math.min(n, from + offsets.length);
            engine.requireOwner(); // no more: each event takes from the inbox by itself
            if (to - from > 1 && !engine.isProcessing() && core.looksAhead(0)) {
                taken += publishLookingAhead(events, from, to, header);
            } else {
                taken += publishEach(events, from, to, header);
            }
        }
        return taken;
    }

    private int publishEach(List<? extends V> events, int from, int to, Header header) {
        int taken = 0;
        for (int i = from; i < to; i++) {
            try {
                taken += publish(events.get(i), header) == DROPPED ? 0 : 1;
            } catch (RefusedException e) {
                throw e.at(i);
            }
        }
        return taken;
    }

    /** The same entries, all encoded before the first is processed, so that their misses of cache overlap. */
    private int publishLookingAhead(List<? extends V> events, int from, int to, Header header) {
        if (ahead == null) {
            ahead = new byte[offsets.length * stride];
        }
        Throwable failed = null;
        int ready = 0;
        while (from + ready < to && failed == null) {
            try {
                offsets[ready] = ready * stride;
                encoder.encode(events.get(from + ready), header, ahead, offsets[ready]);
                ready++;
            } catch (VirtualMachineError e) {
                throw e; // where memory or stack is at its end nothing is begun
            } catch (Throwable e) {
                failed = BatchFailure.at(from + ready, e);
            }
        }
        if (failed == null) {
            return processAhead(ready, from);
        }
        throw BatchFailure.unchecked(processBefore(ready, from, failed));
    }

    /** As if published one after another; answers what is to be thrown. */
    private Throwable processBefore(int ready, int from, Throwable failed) {
        try {
            if (ready > 0) {
                processAhead(ready, from);
            }
        } catch (Throwable e) {
            return BatchFailure.both(failed, e);
        }
        return failed instanceof RefusedException refused ? counts.refused(refused) : failed;
    }

    private int processAhead(int n, int from) {
        engine.lookAhead(ahead, offsets, n);
        int taken = 0;
        for (int i = 0; i < n; i++) {
            engine.enter();
            try {
                long q = engine.entrance().publish(counts, ahead, offsets[i], Entry.length(ahead, offsets[i]));
                taken += q == DROPPED ? 0 : 1;
            } catch (RefusedException e) {
                throw e.at(from + i);
            }
        }
        return taken;
    }

    @Override
    public long tryPublish(V event, Header header) {
        engine.enter();
        EntryEncoder<V> free = free();
        int length = encode(free, event, header);
        long q = engine.entrance().tryPublish(counts, free.bytes(), 0, length);
        if (q == FULL) {
            counts.refuse();
        }
        return q;
    }

    @Override
    public Answer submit(V event, Header header) {
        Undecided undecided = counts.undecided();
        undecided.requireDeclared();
        try {
            return tryPublish(event, header) != FULL
                    ? Answer.TAKEN
                    : undecided.give(engine.entrance().inWords(""));
        } catch (EngineStoppedException | RefusedException e) {
            return undecided.give(e.getMessage());
        }
    }

    @Override
    public void end() {
        engine.enter();
        EntryEncoder<V> free = free();
        int length = free.plain(EntryKind.END, 0);
        if (ofSource) {
            engine.process(free.bytes(), 0, length);
        } else {
            engine.entrance().end(counts, free.bytes(), 0, length);
        }
        engine.hasEnded();
    }
}
