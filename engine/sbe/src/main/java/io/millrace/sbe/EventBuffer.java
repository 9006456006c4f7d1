package io.millrace.sbe;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A buffer over exactly one event, header included. Its type tells {@link SbeType#encode} that all its bytes are the
 * event, whatever a newer version has put at the end.
 */
final class EventBuffer extends UnsafeBuffer {
    private static final byte[] NOTHING = {};

    EventBuffer() {
        super(NOTHING);
    }

    /** Takes the bytes away: every access is out of bounds from now on. */
    void cut() {
        wrap(NOTHING, 0, 0);
    }
}
