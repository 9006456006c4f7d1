package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;

/** Fills events of an inline engine, on the thread that owns it. */
final class InlineClaims<V, W> implements Claims<W> {
    private final Inline engine;
    private final InPlaceInput<V, W> input;
    private final int source;
    private final EntryEncoder<V> own;
    private final InPlaceType<V, W> type;
    private final InputCounts counts;
    private EntryEncoder<V> encoder;

    InlineClaims(Inline engine, Host host, InPlaceInput<V, W> input) {
        this.engine = engine;
        this.input = input;
        source = host.core().source(input);
        own = new EntryEncoder<>(input, source);
        type = input.inPlaceType();
        counts = host.inputs().get(source);
        encoder = own;
    }

    @Override
    public W claim() {
        engine.enter(); // before the encoder is in use: what waits in the inbox may cause claims of its own
        if (engine.isProcessing()) { // from inside a receiver: the entry in hand still stands in the encoder
            encoder = new EntryEncoder<>(input, source);
        } else if (encoder != own) { // a reference that is written has a price, however often it was the same
            encoder = own;
        }
        return encoder.claim(type);
    }

    @Override
    public long commit(Header header) {
        engine.requireOwner();
        int length;
        try {
            length = encoder.commit(header);
        } catch (RefusedException e) {
            throw counts.refused(e);
        }
        return engine.entrance().publish(counts, encoder.bytes(), encoder.offset(header), length);
    }
}
