package io.millrace.engine;

import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import java.util.List;

/** Publishes to an inline engine, on the thread that owns it. */
final class InlinePublisher<V> implements Publisher<V> {
    private final Inline engine;
    private final Input<V> input;
    private final int source;
    private final EntryEncoder<V> encoder;
    private final InputCounts counts;

    InlinePublisher(Inline engine, Host host, Input<V> input) {
        this.engine = engine;
        this.input = input;
        source = host.core().source(input);
        encoder = new EntryEncoder<>(input, source);
        counts = host.inputs().get(source);
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

    /** From inside a receiver the entry in hand still stands in the encoder. */
    private EntryEncoder<V> free() {
        return engine.isProcessing() ? new EntryEncoder<>(input, source) : encoder;
    }

    @Override
    public int publishBatch(List<? extends V> events, Header header) {
        for (int i = 0; i < events.size(); i++) {
            try {
                publish(events.get(i), header);
            } catch (RefusedException e) {
                throw e.at(i);
            }
        }
        return events.size();
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
