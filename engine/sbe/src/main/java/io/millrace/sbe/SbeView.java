package io.millrace.sbe;

import io.millrace.event.EventView;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Moves a decoder over events. Template of hidden copies, one for each event type ({@link SbeType}), so that each sees
 * one class of decoder only.
 */
final class SbeView<D extends MessageDecoderFlyweight> implements EventView<D> {
    private final EventBuffer buffer = new EventBuffer();
    private final D decoder;
    private long header;

    SbeView(D decoder) {
        this.decoder = decoder;
    }

    @Override
    public D wrap(byte[] bytes, int offset, int length) {
        buffer.over(bytes, offset, length);
        long has = buffer.header();
        header = has;
        decoder.wrap(buffer, SbeHeader.LENGTH, SbeHeader.blockLength(has), SbeHeader.version(has));
        return decoder;
    }

    @Override
    public void rewind() {
        decoder.wrap(buffer, SbeHeader.LENGTH, SbeHeader.blockLength(header), SbeHeader.version(header));
    }

    @Override
    public void cut() {
        buffer.cut();
    }
}
