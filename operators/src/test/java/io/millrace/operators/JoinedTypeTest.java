package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operators.FlatType.Flat;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes of a pair: written, read, written again, and refused when they are not a pair. */
class JoinedTypeTest {
    record Row(int a, long b) {}

    private static final JoinedType<Flat, Row> TYPE = new JoinedType<>(FlatType.FLAT, EventType.of(Row.class));

    /** A pair of somebody else's making. */
    private record Pair(Flat left, Row right, boolean hasRight) implements Joined<Flat, Row> {}

    private static byte[] encoded(Joined<Flat, Row> pair) {
        byte[] bytes = new byte[TYPE.maxLength() + 5];
        return Arrays.copyOf(bytes, TYPE.encode(pair, bytes, 0));
    }

    private static byte[] encoded(boolean hasRow, boolean hasRight, int tail) {
        byte[] bytes = new byte[TYPE.maxLength()];
        Pair pair = new Pair(FlatType.flat(1, 2, tail, 3), hasRow ? new Row(4, 5) : null, hasRight);
        return Arrays.copyOf(bytes, TYPE.encode(pair, bytes, 0));
    }

    @ParameterizedTest
    @CsvSource({"true,true,13", "true,false,0", "false,false,7"})
    void shouldReadWhatItWrites(boolean hasRow, boolean hasRight, int tail) {
        byte[] bytes = encoded(hasRow, hasRight, tail);
        byte[] moved = new byte[bytes.length + 9];
        System.arraycopy(bytes, 0, moved, 6, bytes.length);
        assertNull(TYPE.check(moved, 6, bytes.length));
        Joined<Flat, Row> view = TYPE.newView().wrap(moved, 6, bytes.length);
        assertEquals(2, view.left().value());
        assertEquals(tail, view.left().tail());
        assertEquals(hasRow ? new Row(4, 5) : null, view.right());
        assertEquals(hasRight, view.hasRight());
        assertArrayEquals(bytes, encoded(view));
    }

    @Test
    void shouldLoseItsBytesWhenItIsCutOff() {
        byte[] bytes = encoded(true, true, 1);
        EventView<Joined<Flat, Row>> view = TYPE.newView();
        Joined<Flat, Row> pair = view.wrap(bytes, 0, bytes.length);
        view.rewind();
        view.cut();
        assertNull(pair.left());
        assertNull(pair.right());
        assertEquals(new Row(4, 5), view.wrap(bytes, 0, bytes.length).right());
    }

    @Test
    void shouldRefuseBytesThatAreNoPair() {
        byte[] bytes = encoded(true, true, 1);
        assertNotNull(TYPE.check(bytes, 0, 7));
        assertNotNull(TYPE.check(bytes, 1, bytes.length));
        assertNotNull(TYPE.check(bytes, 0, bytes.length - 1));
        for (int wrong : new int[] {-1, bytes.length, Integer.MAX_VALUE, Integer.MIN_VALUE, 3}) {
            byte[] changed = bytes.clone();
            Bytes.putInt(changed, 0, wrong);
            assertNotNull(TYPE.check(changed, 0, changed.length), "left length " + wrong);
        }
        for (int wrong : new int[] {-1, 0, 3, 256}) {
            byte[] changed = bytes.clone();
            Bytes.putInt(changed, JoinedType.WHAT, wrong);
            assertNotNull(TYPE.check(changed, 0, changed.length), "right is " + wrong);
        }
    }

    @Test
    void shouldNeverThrowForBytesThatItAccepts() {
        SplittableRandom random = new SplittableRandom(7);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = encoded(random.nextBoolean(), false, random.nextInt(FlatType.TAIL_MAX));
            bytes[random.nextInt(12)] = (byte) random.nextInt(40);
            int length = bytes.length - random.nextInt(2);
            if (TYPE.check(bytes, 0, length) == null) {
                accepted++;
                Joined<Flat, Row> pair = TYPE.newView().wrap(bytes, 0, length);
                assertEquals(pair.right() != null, TYPE.text(bytes, 0, length).contains("Row["));
            } else {
                assertNotNull(TYPE.text(bytes, 0, length));
            }
        }
        assertTrue(accepted > 100, accepted + " accepted");
    }

    @Test
    void shouldShowItself() {
        byte[] bytes = encoded(true, true, 1);
        assertEquals("Joined[left=Flat[1], right=Row[a=4, b=5]]", TYPE.text(bytes, 0, bytes.length));
        byte[] nothing = encoded(false, false, 1);
        assertEquals("Joined[left=Flat[1], right=nothing]", TYPE.text(nothing, 0, nothing.length));
        assertEquals("Joined<Flat,Row>[malformed: 3 bytes]", TYPE.text(bytes, 0, 3));
        assertTrue(TYPE.layout().endsWith("right: " + EventType.of(Row.class).layout()), TYPE.layout());
        assertTrue(TYPE.newView().wrap(bytes, 0, bytes.length).toString().contains("Row[a=4, b=5]"));
    }
}
