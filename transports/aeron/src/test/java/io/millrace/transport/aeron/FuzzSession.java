package io.millrace.transport.aeron;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One session: the frames of its messages behind one another in a term, most as Aeron's client writes them, others as nobody does. */
final class FuzzSession {
    static final int FRONT = DataHeaderFlyweight.HEADER_LENGTH;
    static final int TERM = 64 << 10;
    static final int BEGIN = FrameDescriptor.BEGIN_FRAG_FLAG & 0xff;
    static final int END = FrameDescriptor.END_FRAG_FLAG & 0xff;
    private static final int PARTS = 8;

    final int id;
    final FuzzMessages.Sender sender;
    private final SplittableRandom random;
    private final UnsafeBuffer term = new UnsafeBuffer(new byte[TERM]);
    private final byte[] message = new byte[FuzzMessages.ROOM];
    private final int[] from = new int[PARTS];
    private final int[] to = new int[PARTS];
    private final int[] flags = new int[PARTS];
    private final boolean[] isLost = new boolean[PARTS];
    private io.aeron.logbuffer.Header header;
    private int parts;
    private int part;

    /** Two headers in one message have the number of one for the sender of the other, which is the same each time. */
    boolean isOfOnePart;

    private int next;

    FuzzSession(int id, FuzzMessages.Sender sender, SplittableRandom random) {
        this.id = id;
        this.sender = sender;
        this.random = random;
        image();
    }

    /** Another image of Aeron's, which begins where it begins; what was not read of the last message went with the one before, or comes still. */
    void image() {
        header = new io.aeron.logbuffer.Header(0, 0, new StringBuilder("image ").append(id));
        header.buffer(term);
        if (random.nextBoolean()) {
            part = parts;
            next = random.nextInt(TERM / 4) & -FrameDescriptor.FRAME_ALIGNMENT;
        }
    }

    /** Goes to the next frame; behind the last one a message is made. */
    void advance(FuzzMessages messages) {
        while (part < parts && isLost[part]) {
            skip();
        }
        if (part == parts) {
            cut(messages.next(sender, message));
            while (isLost[part]) { // never the last
                skip();
            }
        }
    }

    private void skip() {
        next += BitUtil.align(FRONT + to[part] - from[part], FrameDescriptor.FRAME_ALIGNMENT);
        part++;
    }

    /** In one part or in several, which follow each other in one term. */
    private void cut(int length) {
        parts = isOfOnePart || random.nextInt(5) > 0 || length < PARTS ? 1 : 2 + random.nextInt(3);
        part = 0;
        for (int i = 0; i < parts; i++) {
            from[i] = i == 0 ? 0 : to[i - 1];
            to[i] = i == parts - 1 ? length : from[i] + random.nextInt((length - from[i]) / 2 + 1);
            flags[i] = (i == 0 ? BEGIN : 0) | (i == parts - 1 ? END : 0);
            isLost[i] = false;
        }
        if (!isOfOnePart && random.nextInt(parts == 1 ? 30 : 3) == 0) {
            spoil();
        }
        if (!isOfOnePart && random.nextInt(600) == 0) {
            goOn();
        }
        int room = 0;
        for (int i = 0; i < parts; i++) {
            room += BitUtil.align(FRONT + to[i] - from[i], FrameDescriptor.FRAME_ALIGNMENT);
        }
        next = next + room > TERM ? 0 : next;
    }

    private void spoil() {
        int which = random.nextInt(parts);
        int other = Math.min(which + 1, parts - 1);
        switch (random.nextInt(8)) {
            case 0:
                isLost[Math.min(which, parts - 2 < 0 ? 0 : parts - 2)] = parts > 1;
                break;
            case 1: // in another order
                swap(from, which, other);
                swap(to, which, other);
                swap(flags, which, other);
                break;
            case 2:
                flags[0] &= ~BEGIN;
                break;
            case 3:
                flags[parts - 1] &= ~END;
                break;
            case 4:
                flags[which] |= BEGIN;
                break;
            case 5:
                flags[which] |= END;
                break;
            case 6: // once more
                from[other] = from[which];
                to[other] = to[which];
                break;
            default:
                flags[which] = random.nextInt(256);
        }
    }

    private static void swap(int[] all, int one, int other) {
        int had = all[one];
        all[one] = all[other];
        all[other] = had;
    }

    /** Has no end, or comes to one beyond the longest. */
    private void goOn() {
        parts = PARTS;
        for (int i = 0; i < PARTS; i++) {
            from[i] = 0;
            to[i] = TERM / 4 / 5;
            flags[i] = i == 0 ? BEGIN : i == PARTS - 1 && random.nextBoolean() ? END : 0;
            isLost[i] = false;
        }
        to[0] += random.nextInt(2) == 0 ? 0 : TERM / 4;
    }

    int flags() {
        return flags[part];
    }

    int offset() {
        return next;
    }

    byte[] message() {
        return message;
    }

    int from() {
        return from[part];
    }

    int length() {
        return to[part] - from[part];
    }

    /** The frame in hand, which comes again where it was not taken. */
    Action give(Received<?> received) {
        int length = length();
        write(FRONT + length);
        term.putBytes(next + FRONT, message, from[part], length);
        Action done = received.onFragment(term, next + FRONT, length, header);
        if (done != Action.ABORT) {
            skip();
        }
        return done;
    }

    /** Said to have more bytes than its term, or less than none. */
    Action giveBeyond(Received<?> received) {
        int room = TERM - next - FRONT;
        int beyond = 1 + random.nextInt(random.nextBoolean() ? 1 << 20 : FRONT);
        int length = random.nextInt(3) > 0 ? room + beyond : -beyond;
        write(FRONT + length);
        return received.onFragment(term, next + FRONT, length, header);
    }

    private void write(int frame) {
        term.putInt(next, frame, ByteOrder.LITTLE_ENDIAN);
        term.putByte(next + DataHeaderFlyweight.FLAGS_FIELD_OFFSET, (byte) flags[part]);
        term.putInt(next + DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, next, ByteOrder.LITTLE_ENDIAN);
        term.putInt(next + DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, id, ByteOrder.LITTLE_ENDIAN);
        header.offset(next);
    }
}
