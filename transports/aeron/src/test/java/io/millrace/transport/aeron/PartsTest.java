package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A last part for which there is no room comes again, and the message is handed on as it was: also where that part is empty. */
class PartsTest {
    private static final int FRONT = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int SESSION = 5;

    private final UnsafeBuffer term = new UnsafeBuffer(new byte[1 << 16]);
    private final io.aeron.logbuffer.Header header = new io.aeron.logbuffer.Header(0, 0, "image");
    private final List<Integer> lengths = new ArrayList<>();
    private boolean hasRoom;

    private final Parts parts = new Parts(
            (buffer, offset, length, frame) -> {
                lengths.add(length);
                return hasRoom ? Action.CONTINUE : Action.ABORT;
            },
            (buffer, offset, length, frame) -> fail("too long: " + length));

    private Action give(byte flags, int at, int length) {
        term.putInt(0, FRONT + length, ByteOrder.LITTLE_ENDIAN);
        term.putByte(DataHeaderFlyweight.FLAGS_FIELD_OFFSET, flags);
        term.putInt(DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, at, ByteOrder.LITTLE_ENDIAN);
        term.putInt(DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, SESSION, ByteOrder.LITTLE_ENDIAN);
        header.buffer(term);
        header.offset(0);
        return parts.take(term, FRONT, length, header);
    }

    /** What is gathered fills its memory where it is 0 or 4,096 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 4096})
    void shouldTakeTheLastPartAgain(int first) {
        for (int last : new int[] {0, 40}) {
            lengths.clear();
            hasRoom = false;
            assertEquals(Action.CONTINUE, give(FrameDescriptor.BEGIN_FRAG_FLAG, 0, first));
            int next = header.nextTermOffset();
            assertEquals(Action.ABORT, give(FrameDescriptor.END_FRAG_FLAG, next, last));
            assertEquals(Action.ABORT, give(FrameDescriptor.END_FRAG_FLAG, next, last));
            hasRoom = true;
            assertEquals(Action.CONTINUE, give(FrameDescriptor.END_FRAG_FLAG, next, last));
            assertEquals(List.of(first + last, first + last, first + last), lengths);
        }
    }
}
