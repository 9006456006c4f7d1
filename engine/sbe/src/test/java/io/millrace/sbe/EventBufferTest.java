package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class EventBufferTest {
    /** One kind of field. The first argument of each access is where, the last the value's bits. */
    private record Field(
            String name,
            int size,
            BiFunction<MutableDirectBuffer, Place, Long> get,
            BiConsumer<MutableDirectBuffer, Put> put) {}

    private record Place(int index, ByteOrder order) {}

    private record Put(Place place, long bits) {}

    private static final List<Field> FIELDS = List.of(
            new Field(
                    "byte", 1, (b, p) -> (long) b.getByte(p.index), (b, v) -> b.putByte(v.place.index, (byte) v.bits)),
            new Field(
                    "short",
                    2,
                    (b, p) -> (long) b.getShort(p.index, p.order),
                    (b, v) -> b.putShort(v.place.index, (short) v.bits, v.place.order)),
            new Field(
                    "int",
                    4,
                    (b, p) -> (long) b.getInt(p.index, p.order),
                    (b, v) -> b.putInt(v.place.index, (int) v.bits, v.place.order)),
            new Field(
                    "long",
                    8,
                    (b, p) -> b.getLong(p.index, p.order),
                    (b, v) -> b.putLong(v.place.index, v.bits, v.place.order)),
            new Field(
                    "float",
                    4,
                    (b, p) -> (long) Float.floatToRawIntBits(b.getFloat(p.index, p.order)),
                    (b, v) -> b.putFloat(v.place.index, Float.intBitsToFloat((int) v.bits), v.place.order)),
            new Field(
                    "double",
                    8,
                    (b, p) -> Double.doubleToRawLongBits(b.getDouble(p.index, p.order)),
                    (b, v) -> b.putDouble(v.place.index, Double.longBitsToDouble(v.bits), v.place.order)));

    @Test
    void shouldReadAndWriteAsAnyOtherBuffer() {
        Random random = new Random(7);
        byte[] ours = new byte[64];
        byte[] theirs = new byte[64];
        EventBuffer buffer = new EventBuffer();
        for (int i = 0; i < 20_000; i++) {
            int offset = random.nextInt(40);
            int length = 8 + random.nextInt(ours.length - offset - 7);
            buffer.over(ours, offset, length);
            UnsafeBuffer plain = new UnsafeBuffer(theirs, offset, length);
            assertEquals(plain.wrapAdjustment(), buffer.wrapAdjustment());
            assertEquals(plain.capacity(), buffer.capacity());
            Field field = FIELDS.get(random.nextInt(FIELDS.size()));
            Place place = new Place(
                    random.nextInt(length - field.size + 1),
                    random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            Put put = new Put(
                    place, random.nextLong() & 0xbfbf_bfbf_bfbf_bfbfL); // no NaN: a register may change its bits
            field.put.accept(buffer, put);
            field.put.accept(plain, put);
            assertArrayEquals(theirs, ours, field.name);
            assertEquals(field.get.apply(plain, place), field.get.apply(buffer, place), field.name);
        }
    }

    @Test
    void shouldRefuseWhatReachesBeyondTheEvent() {
        byte[] bytes = new byte[64];
        EventBuffer buffer = new EventBuffer();
        for (int length : new int[] {0, 1, 7, 8, 24}) {
            buffer.over(bytes, 20, length);
            for (Field field : FIELDS) {
                for (int index : new int[] {
                    length - field.size + 1,
                    length,
                    -1,
                    -20,
                    Integer.MIN_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE - 7
                }) {
                    Place place = new Place(index, ByteOrder.LITTLE_ENDIAN);
                    if (index < 0 || index > length - field.size) {
                        assertThrows(
                                IndexOutOfBoundsException.class,
                                () -> field.get.apply(buffer, place),
                                field.name + index);
                        assertThrows(
                                IndexOutOfBoundsException.class,
                                () -> field.put.accept(buffer, new Put(place, -1)),
                                field.name + index);
                    }
                }
            }
        }
        assertArrayEquals(new byte[64], bytes);
    }

    /** Of each length: a header, zeros up to the end, and what stands beside it as it was. */
    @Test
    void shouldBeginAnEventWithAHeaderAndZeros() {
        for (int length = EventBuffer.LEAST_BEGUN; length <= EventBuffer.MOST_BEGUN; length++) {
            byte[] bytes = new byte[100];
            byte[] expected = new byte[100];
            Arrays.fill(bytes, (byte) -1);
            Arrays.fill(expected, (byte) -1);
            int offset = length % 9;
            Arrays.fill(expected, offset, offset + length, (byte) 0);
            Bytes.putLong(expected, offset, 0x1122_3344_5566_7788L);
            EventBuffer buffer = new EventBuffer();
            buffer.begin(bytes, offset, length, 0x1122_3344_5566_7788L);
            assertArrayEquals(expected, bytes, "length " + length);
            assertEquals(length, buffer.capacity());
            assertEquals(0x1122_3344_5566_7788L, buffer.header());
        }
        assertThrows(IndexOutOfBoundsException.class, () -> new EventBuffer().begin(new byte[31], 0, 32, 1));
    }

    /** User code gets at the buffer of its flyweight; a number in memory outside is an exception, texts and blocks are left to Agrona. */
    @Test
    void shouldRefuseMemoryOutsideOfTheHeap() {
        EventBuffer buffer = new EventBuffer();
        buffer.wrap(ByteBuffer.allocateDirect(64));
        assertThrows(IllegalStateException.class, () -> buffer.getLong(0, ByteOrder.LITTLE_ENDIAN));
        assertThrows(IllegalStateException.class, () -> buffer.putByte(0, (byte) 1));
        buffer.over(new byte[8], 0, 8);
        assertEquals(0, buffer.getLong(0, ByteOrder.LITTLE_ENDIAN));
    }

    @Test
    void shouldRefuseToStandOutsideTheBytes() {
        EventBuffer buffer = new EventBuffer();
        byte[] bytes = new byte[16];
        buffer.over(bytes, 0, 16);
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.over(bytes, 9, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.over(bytes, -1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.over(new byte[4], 0, 8));
    }

    /** Which NaN a computation makes hangs on how it was compiled; what is sent does not. */
    @Test
    void shouldWriteOneNaNForAll() {
        EventBuffer buffer = new EventBuffer();
        buffer.over(new byte[8], 0, 8);
        buffer.putDouble(0, Double.longBitsToDouble(0xfff8_0000_0000_0000L), ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x7ff8_0000_0000_0000L, buffer.getLong(0, ByteOrder.LITTLE_ENDIAN));
        buffer.putFloat(0, Float.intBitsToFloat(0xffc0_0000), ByteOrder.LITTLE_ENDIAN);
        assertEquals(0x7fc0_0000, buffer.getInt(0, ByteOrder.LITTLE_ENDIAN));
    }
}
