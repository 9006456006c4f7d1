package io.millrace.sbe;

import io.millrace.event.EventWriter;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.nio.ByteOrder;
import org.agrona.sbe.MessageEncoderFlyweight;

/** Moves an encoder over free bytes, behind a header. Template of hidden copies, as {@link SbeView}. */
final class SbeWriter<E extends MessageEncoderFlyweight> implements EventWriter<E> {
    private final EventBuffer buffer;
    private final E encoder;
    private final String name;
    private final long header;

    /** Of a message that is nothing but its block, wherever user code has moved the encoder; else 0. */
    private final int fixedLength;

    private final boolean isShort;

    /** The most bytes of an event, whatever room there is: beyond the block of a message that is nothing else nobody would read. */
    private final int most;

    SbeWriter(E encoder, String name, long header, int fixedLength) {
        this.encoder = encoder;
        this.name = name;
        this.header = header;
        this.fixedLength = fixedLength;
        most = fixedLength > 0 ? fixedLength : Integer.MAX_VALUE;
        buffer = new EventBuffer(name, fixedLength > 0);
        isShort = fixedLength >= EventBuffer.LEAST_BEGUN && fixedLength <= EventBuffer.MOST_BEGUN;
    }

    @Override
    public E wrap(byte[] bytes, int offset, int capacity) {
        EventBuffer to = buffer;
        E filled = encoder;
        to.over(bytes, offset, Math.min(capacity, most));
        to.putLong(0, header, ByteOrder.LITTLE_ENDIAN);
        filled.wrap(to, SbeHeader.LENGTH);
        return filled;
    }

    /** What is written beyond the block of a message that is nothing else throws, of whatever length it is. */
    @Override
    public E wrapUsed(byte[] bytes, int offset, int capacity, int used) {
        if (!isShort || capacity < fixedLength) {
            return EventWriter.super.wrapUsed(bytes, offset, capacity, used);
        }
        EventBuffer to = buffer;
        E filled = encoder;
        to.begin(bytes, offset, fixedLength, header);
        filled.wrap(to, SbeHeader.LENGTH);
        return filled;
    }

    @Override
    public int length() {
        int length = fixedLength > 0 ? fixedLength : SbeHeader.LENGTH + encoder.encodedLength();
        if (length > buffer.capacity()) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    name + ": " + length + " bytes were written, at most " + buffer.capacity()
                            + " fit; write less, or raise the maxLength of its type");
        }
        return length;
    }
}
