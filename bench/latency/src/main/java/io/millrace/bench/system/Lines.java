package io.millrace.bench.system;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Tx;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SBE messages with their headers, each in a line of memory of its own where the collector puts a large array at the beginning of one (G1 does, in
 * regions of its own; others may not, and then each message lies over two), with its number and when it was due behind it: 46 bytes and 16. Written
 * and read by hand, which takes a third of the time that generated code over Agrona's buffers does: systems by hand are to be the best
 * that can be written. The bytes are those of the generated code.
 */
final class Lines {
    private static final int LINE = 64;
    private static final int EVENT = 48;
    private static final int INTENDED = 56;

    /** A large array has regions of G1 to itself, which begin with a line; its elements are 16 bytes behind. */
    private static final int FRONT = LINE - 16;

    private static final int LARGE = 1 << 20;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Length of the block, template, schema and version, two bytes each. */
    private static final long HEADER = TransactionEncoder.BLOCK_LENGTH
            | (long) TransactionEncoder.TEMPLATE_ID << 16
            | (long) TransactionEncoder.SCHEMA_ID << 32
            | (long) TransactionEncoder.SCHEMA_VERSION << 48;

    private final byte[] bytes;
    private final int mask;

    /** So many, a power of two. */
    Lines(int count) {
        bytes = new byte[Math.max(LARGE, FRONT + count * LINE)];
        mask = count - 1;
    }

    private int place(long line) {
        return FRONT + (int) (line & mask) * LINE;
    }

    /** Writes a message, and what stands behind it. */
    void write(long line, Tx tx, long event, long intendedNs) {
        byte[] b = bytes;
        int at = place(line);
        LONG.set(b, at, HEADER);
        LONG.set(b, at + 8, tx.id);
        LONG.set(b, at + 16, tx.card);
        LONG.set(b, at + 24, tx.timeMs);
        LONG.set(b, at + 32, tx.amountCents);
        INT.set(b, at + 40, tx.merchant);
        b[at + 44] = (byte) tx.country;
        b[at + 45] = (byte) tx.kind;
        LONG.set(b, at + EVENT, event);
        LONG.set(b, at + INTENDED, intendedNs);
    }

    /** Reads a message. */
    void read(long line, Tx into) {
        byte[] b = bytes;
        int at = place(line);
        if ((long) LONG.get(b, at) != HEADER) {
            throw new IllegalStateException("line " + line + " has another header: " + LONG.get(b, at));
        }
        into.id = (long) LONG.get(b, at + 8);
        into.card = (long) LONG.get(b, at + 16);
        into.timeMs = (long) LONG.get(b, at + 24);
        into.amountCents = (long) LONG.get(b, at + 32);
        into.merchant = (int) INT.get(b, at + 40);
        into.country = b[at + 44] & 0xff;
        into.kind = b[at + 45] & 0xff;
    }

    long event(long line) {
        return (long) LONG.get(bytes, place(line) + EVENT);
    }

    long intendedNs(long line) {
        return (long) LONG.get(bytes, place(line) + INTENDED);
    }

    /** The bytes of a message, for a test. */
    byte[] message(long line) {
        byte[] message = new byte[Long.BYTES + TransactionEncoder.BLOCK_LENGTH];
        System.arraycopy(bytes, place(line), message, 0, message.length);
        return message;
    }
}
