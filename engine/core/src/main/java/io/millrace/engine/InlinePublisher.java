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
    private final int stride;
    private final int[] offsets = new int[Core.LOOK_AHEAD_MAX];

    /** Room for events that are looked at before the first is processed; made when there are some. */
    private byte[] ahead;

    InlinePublisher(Inline engine, Host host, Input<V> input) {
        this.engine = engine;
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
        return publishEntered(event, header);
    }

    /** After what waited in the inbox has been taken. */
    long publishEntered(V event, Header header) {
        EntryEncoder<V> free = free();
        int length;
        try {
            length = free.encode(event, header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
        return engine.process(free.bytes(), 0, length);
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
        } else {
            engine.process(free.bytes(), 0, length);
        }
        return true;
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
        for (int from = 0; from < n; from += offsets.length) {
            int to = Math.min(n, from + offsets.length);
            engine.requireOwner(); // no more: each event takes from the inbox by itself
            if (to - from > 1 && !engine.isProcessing() && core.looksAhead(0)) {
                publishLookingAhead(events, from, to, header);
            } else {
                publishEach(events, from, to, header);
            }
        }
        return n;
    }

    private void publishEach(List<? extends V> events, int from, int to, Header header) {
        for (int i = from; i < to; i++) {
            try {
                publish(events.get(i), header);
            } catch (RefusedException e) {
                throw e.at(i);
            }
        }
    }

    /** The same entries, all encoded before the first is processed, so that their misses of cache overlap. */
    private void publishLookingAhead(List<? extends V> events, int from, int to, Header header) {
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
            processAhead(ready);
        } else {
            throw BatchFailure.unchecked(processBefore(ready, failed));
        }
    }

    /** As if published one after another; answers what is to be thrown. */
    private Throwable processBefore(int ready, Throwable failed) {
        try {
            if (ready > 0) {
                processAhead(ready);
            }
        } catch (Throwable e) {
            return BatchFailure.both(failed, e);
        }
        return failed instanceof RefusedException refused ? counts.refused(refused) : failed;
    }

    private void processAhead(int n) {
        engine.lookAhead(ahead, offsets, n);
        for (int i = 0; i < n; i++) {
            engine.enter();
            engine.process(ahead, offsets[i], Entry.length(ahead, offsets[i]));
        }
    }

    @Override
    public long tryPublish(V event, Header header) {
        return publish(event, header);
    }

    @Override
    public Answer submit(V event, Header header) {
        Undecided undecided = counts.undecided();
        undecided.requireDeclared();
        try {
            publish(event, header);
            return Answer.TAKEN;
        } catch (EngineStoppedException | RefusedException e) {
            return undecided.give(e.getMessage());
        }
    }

    @Override
    public void end() {
        engine.enter();
        EntryEncoder<V> free = free();
        int length = free.plain(EntryKind.END, 0);
        engine.process(free.bytes(), 0, length);
        engine.settleUnlessProcessing();
    }
}
