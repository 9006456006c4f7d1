package io.millrace.sbe;

import io.millrace.event.EventWriter;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.nio.ByteOrder;
import org.agrona.sbe.MessageEncoderFlyweight;

/** Moves an encoder over free bytes, behind a header. Template of hidden copies, as {@link SbeView}. */
final class SbeWriter<E extends MessageEncoderFlyweight> implements EventWriter<E> {
    private final EventBuffer buffer = new EventBuffer();
    private final E encoder;
    private final String name;
    private final long header;

    SbeWriter(E encoder, String name, long header) {
        this.encoder = encoder;
        this.name = name;
        this.header = header;
    }

    @Override
    public E wrap(byte[] bytes, int offset, int capacity) {
        buffer.over(bytes, offset, capacity);
        buffer.putLong(0, header, ByteOrder.LITTLE_ENDIAN);
        encoder.wrap(buffer, SbeHeader.LENGTH);
        return encoder;
    }

    @Override
    public int length() {
        int length = SbeHeader.LENGTH + encoder.encodedLength();
        if (length > buffer.capacity()) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    name + ": " + length + " bytes were written, at most " + buffer.capacity()
                            + " fit; write less, or raise the maxLength of its type");
        }
        return length;
    }
}
