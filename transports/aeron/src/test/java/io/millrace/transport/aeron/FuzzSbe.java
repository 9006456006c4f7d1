package io.millrace.transport.aeron;

import io.millrace.event.EventType;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** SBE messages of version 1 of the schema of orders, and those of the version before and the one behind, as their bytes say. */
abstract class FuzzSbe<V> extends FuzzType<V> {
    private static final int SCHEMA = 902;
    private static final int HEADER = 8;
    private static final int VERSION = 1;

    private final int template;

    /** What is read of the message in hand. */
    final byte[] data = new byte[MOST];

    private int version;

    FuzzSbe(EventType<V> type, int template) {
        super(type);
        this.template = template;
    }

    /** The least a block has to have, by version. */
    abstract int block(int version);

    abstract void writeBlock(ByteBuffer to, int version, SplittableRandom random);

    abstract void writeRest(ByteBuffer to, SplittableRandom random);

    /** At its block, which is there. */
    abstract boolean isBlock(PlainBytes from, int version);

    /** Behind it. */
    abstract boolean isRest(PlainBytes from);

    @Override
    void write(ByteBuffer to, SplittableRandom random) {
        int of = random.nextInt(3);
        int more = of > VERSION ? random.nextInt(9) : 0;
        place().putShort((short) (block(of) + more));
        place().putShort((short) template);
        place().putShort((short) SCHEMA);
        place().putShort((short) of);
        writeBlock(to, of, random);
        to.put(new byte[more]);
        writeRest(to, random);
        to.put(new byte[of > VERSION ? random.nextInt(3) : 0]); // what this version does not know
    }

    @Override
    long plain(PlainBytes from) {
        if (from.left() < HEADER || from.left() > MOST) {
            return NO_EVENT;
        }
        int block = (int) from.next(2);
        boolean isOurs = from.next(2) == template & from.next(2) == SCHEMA;
        version = (int) from.next(2);
        if (!isOurs || block < block(version) || block > from.left()) {
            return NO_EVENT;
        }
        int rest = from.at() + block;
        if (!isBlock(from, version)) {
            return NO_EVENT;
        }
        from.to(rest);
        boolean isEvent = isRest(from) && !from.isBeyond() && (from.left() == 0 || version > VERSION);
        return isEvent ? from.number() : NO_EVENT;
    }

    /** The head of a group: how many entries there are, each with a block of at least so much; -1 where they cannot be. */
    final int entries(PlainBytes from, int least) {
        int block = (int) from.next(2);
        int count = (int) from.next(2);
        from.mix(count);
        entryBlock = block;
        return count > 0 && block < least ? -1 : count;
    }

    /** Of the group whose head was read last. */
    private int entryBlock;

    final int entryBlock() {
        return entryBlock;
    }

    final void writeData(ByteBuffer to, int width, int length, SplittableRandom random) {
        if (width == 1) {
            place().put((byte) length);
        } else if (width == 2) {
            place().putShort((short) length);
        } else {
            place().putInt(length);
        }
        writeBytes(to, length, random);
    }

    static void writeBytes(ByteBuffer to, int length, SplittableRandom random) {
        for (int i = 0; i < length; i++) {
            to.put((byte) random.nextInt());
        }
    }

    final void writeGroup(int block, int count) {
        place().putShort((short) block);
        place().putShort((short) count);
    }
}
