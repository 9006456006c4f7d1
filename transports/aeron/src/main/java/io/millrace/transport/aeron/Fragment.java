package io.millrace.transport.aeron;

import io.millrace.transport.EventSource.Encoded;
import org.agrona.DirectBuffer;

/** A message where Aeron has it. */
final class Fragment implements Encoded {
    private DirectBuffer buffer;
    private int offset;
    private int length;

    Fragment wrap(DirectBuffer of, int at, int bytes) {
        if (buffer != of) { // a store of a reference costs the collector's barrier, and a term is the same for long
            buffer = of;
        }
        offset = at;
        length = bytes;
        return this;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(byte[] to, int at, int bytes) {
        ShortCopies.get(buffer, offset, to, at, bytes);
    }
}
