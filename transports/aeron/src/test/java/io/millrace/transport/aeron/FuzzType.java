package io.millrace.transport.aeron;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Events as the fuzz makes them, and what is in their bytes: by a reading of the layout that is the test's own, and by what an engine gives its
 * receivers. Either comes to one number, which is the same where all that was read is.
 */
abstract class FuzzType<V> {
    /** In place of what was read: those bytes are no event. */
    static final long NO_EVENT = Long.MIN_VALUE;

    static final int MOST = 400;

    /** Where a length, a count, a version or a value stands that decides how the rest is read. */
    private static final int PLACES = 64;

    final Input<V> in;
    final Output<V> out;
    final EventType<V> type;
    private final ByteBuffer written = ByteBuffer.allocate(4 << 10).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] places = new int[PLACES];
    private int placed;

    FuzzType(EventType<V> type) {
        this.type = type;
        in = Input.of(type.name(), type);
        out = Output.of(type.name() + "-out", type);
    }

    /** An event, behind what {@link #written} has. */
    abstract void write(ByteBuffer to, SplittableRandom random);

    /** By the test's own reading: the number of an event's values, else {@link #NO_EVENT}. */
    abstract long plain(PlainBytes from);

    /** The number of what a receiver sees. */
    abstract long seen(V event);

    /** A whole event; answers its length. */
    final int write(byte[] to, int at, SplittableRandom random) {
        written.clear();
        placed = 0;
        write(written, random);
        written.flip();
        int length = written.limit();
        written.get(to, at, length);
        return length;
    }

    /** What is written next decides how the rest is read. */
    final ByteBuffer place() {
        places[placed++ % PLACES] = written.position();
        return written;
    }

    /** Changes the event that was written last where most comes of it. */
    final void change(byte[] event, int at, SplittableRandom random) {
        int place = at + places[random.nextInt(Math.min(placed, PLACES))] + random.nextInt(2);
        int is = event[place];
        int[] values = {0, 1, 2, -1, 127, random.nextInt(), is + 1, is - 1};
        event[place] = (byte) values[random.nextInt(values.length)];
    }

    static long mix(long number, long value) {
        long mixed = (number ^ value) * 0x9e3779b97f4a7c15L;
        return mixed ^ mixed >>> 29;
    }

    static long mix(long number, byte[] bytes, int length) {
        long mixed = mix(number, length);
        for (int i = 0; i < length; i++) {
            mixed = mix(mixed, bytes[i]);
        }
        return mixed;
    }
}
