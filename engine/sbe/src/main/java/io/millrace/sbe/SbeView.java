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
    private final boolean isFixed;
    private long header;

    SbeView(D decoder, boolean isFixed) {
        this.decoder = decoder;
        this.isFixed = isFixed;
    }

    @Override
    public D wrap(byte[] bytes, int offset, int length) {
        EventBuffer from = buffer;
        D read = decoder;
        from.over(bytes, offset, length);
        long has = from.header();
        header = has;
        read.wrap(from, SbeHeader.LENGTH, SbeHeader.blockLength(has), SbeHeader.version(has));
        return read;
    }

    /** A message of fixed places has nothing to be moved back to; where user code has moved the decoder itself it is put right. */
    @Override
    public D wrapAgain(byte[] bytes, int offset, int length) {
        EventBuffer from = buffer;
        D read = decoder;
        boolean stands =
                isFixed && from.capacity() == length && read.offset() == SbeHeader.LENGTH && read.buffer() == from;
        return stands ? read : wrap(bytes, offset, length);
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
