package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateStreamTest {
    /** Each draws the same values again from its random, and writes or reads and compares them. */
    private enum Value {
        LONG,
        INT,
        BOOLEAN,
        DOUBLE,
        TEXT,
        BYTES,
        LONGS,
        INTS;

        void put(StateWriter to, Random r) {
            switch (this) {
                case LONG -> to.putLong(r.nextLong());
                case INT -> to.putInt(r.nextInt());
                case BOOLEAN -> to.putBoolean(r.nextBoolean());
                case DOUBLE -> to.putDouble(Double.longBitsToDouble(r.nextLong()));
                case TEXT -> to.putText(text(r));
                case BYTES -> {
                    byte[] bytes = bytes(r);
                    to.putBytes(bytes, 0, bytes.length);
                }
                case LONGS -> {
                    long[] longs = longs(r);
                    to.putLongs(longs, longs.length);
                }
                case INTS -> {
                    int[] ints = r.ints(r.nextInt(20)).toArray();
                    to.putInts(ints, ints.length);
                }
            }
        }

        void get(StateReader from, Random r) {
            switch (this) {
                case LONG -> assertEquals(r.nextLong(), from.getLong());
                case INT -> assertEquals(r.nextInt(), from.getInt());
                case BOOLEAN -> assertEquals(r.nextBoolean(), from.getBoolean());
                case DOUBLE ->
                    assertEquals(
                            Double.doubleToLongBits(Double.longBitsToDouble(r.nextLong())), // one NaN for all
                            Double.doubleToRawLongBits(from.getDouble()));
                case TEXT -> assertEquals(text(r), from.getText());
                case BYTES -> {
                    byte[] bytes = bytes(r);
                    byte[] got = new byte[200_001];
                    assertEquals(bytes.length, from.getBytes(got));
                    assertArrayEquals(bytes, Arrays.copyOf(got, bytes.length));
                }
                case LONGS -> {
                    long[] longs = longs(r);
                    long[] got = new long[longs.length];
                    from.getLongs(got, got.length);
                    assertArrayEquals(longs, got);
                }
                case INTS -> {
                    int[] ints = r.ints(r.nextInt(20)).toArray();
                    int[] got = new int[ints.length];
                    from.getInts(got, got.length);
                    assertArrayEquals(ints, got);
                }
            }
        }

        private static String text(Random r) {
            return "ä".repeat(r.nextInt(10)) + r.nextInt();
        }

        private static byte[] bytes(Random r) {
            byte[] bytes = new byte[r.nextInt(20) == 0 ? 200_000 : r.nextInt(100)];
            r.nextBytes(bytes);
            return bytes;
        }

        private static long[] longs(Random r) {
            long[] longs = new long[r.nextInt(20) == 0 ? 20_000 : r.nextInt(50)];
            int often = 1 + r.nextInt(5);
            Arrays.setAll(longs, i -> r.nextInt(often) == 0 ? r.nextLong() : 0);
            return longs;
        }
    }

    private static byte[] written(long seed) {
        Random r = new Random(seed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        int sections = r.nextInt(4);
        for (int s = 0; s < sections; s++) {
            to.begin("section " + s, s);
            int n = r.nextInt(40);
            for (int i = 0; i < n; i++) {
                Value.values()[r.nextInt(Value.values().length)].put(to, r);
            }
            to.end();
        }
        to.finish();
        return out.toByteArray();
    }

    private static void read(long seed, byte[] bytes) {
        Random r = new Random(seed);
        StateReader from = new StateReader(new ByteArrayInputStream(bytes));
        int sections = r.nextInt(4);
        for (int s = 0; s < sections; s++) {
            assertEquals("section " + s, from.next());
            from.begin("section " + s, s);
            int n = r.nextInt(40);
            for (int i = 0; i < n; i++) {
                Value.values()[r.nextInt(Value.values().length)].get(from, r);
            }
            from.end();
        }
        from.finish();
        assertNull(from.next());
    }

    @Test
    void shouldReadWhatWasWritten() {
        for (long seed = 0; seed < 200; seed++) {
            read(seed, written(seed));
        }
    }

    /** A small state, each bit of it; of a large one some. */
    @Test
    void shouldRefuseEachFlippedBitAndEachTruncation() {
        byte[] small = small();
        for (int bit = 0; bit < small.length * 8; bit++) {
            small[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(StateException.class, () -> readSmall(small), "bit " + bit);
            small[bit / 8] ^= (byte) (1 << bit % 8);
        }
        for (int length = 0; length < small.length; length++) {
            byte[] cut = Arrays.copyOf(small, length);
            assertThrows(StateException.class, () -> readSmall(cut), "length " + length);
        }
        readSmall(small);
    }

    private static byte[] small() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("a", 1);
        to.putLongs(new long[] {0, 0, 1, 0, 2, 0}, 6);
        to.putText("text");
        to.end();
        to.begin("b", 1);
        to.end();
        to.finish();
        return out.toByteArray();
    }

    private static void readSmall(byte[] bytes) {
        StateReader from = new StateReader(new ByteArrayInputStream(bytes));
        from.begin("a", 1);
        from.getLongs(new long[6], 6);
        from.getText();
        from.end();
        from.begin("b", 1);
        from.end();
        from.finish();
    }

    /** The sums cover what came before: parts of two sound states do not make a third. */
    @Test
    void shouldRefuseFramesInAnotherOrder() {
        byte[] one = written("a", 1);
        byte[] two = written("a", 2);
        int half = one.length / 2;
        byte[] mixed = Arrays.copyOf(one, one.length);
        System.arraycopy(two, half, mixed, half, one.length - half);
        StateReader from = new StateReader(new ByteArrayInputStream(mixed));
        StateException e = assertThrows(StateException.class, () -> {
            from.begin("a", 1);
            for (int i = 0; i < 3; i++) {
                from.getLongs(new long[10_000], 10_000);
            }
            from.end();
        });
        assertTrue(e.getMessage().contains("section 'a': frame"), e.getMessage());
    }

    private static byte[] written(String name, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin(name, 1);
        long[] longs = new long[10_000];
        Arrays.fill(longs, value);
        for (int i = 0; i < 3; i++) {
            to.putLongs(longs, longs.length);
        }
        to.end();
        to.finish();
        return out.toByteArray();
    }

    @Test
    void shouldNameTheSectionThatIsNotExpected() {
        List<String> messages = new ArrayList<>();
        for (Runnable wrong : List.<Runnable>of(
                () -> new StateReader(new ByteArrayInputStream(small())).begin("b", 1),
                () -> new StateReader(new ByteArrayInputStream(small())).begin("a", 2),
                () -> begun().end(),
                () -> begun().getInt("a number", 0),
                () -> {
                    StateReader from = begun();
                    from.skip();
                    from.begin("b", 1);
                    from.getInt();
                },
                () -> {
                    StateReader from = begun();
                    from.skip();
                    from.finish();
                })) {
            messages.add(assertThrows(StateException.class, wrong::run).getMessage());
        }
        assertTrue(messages.get(0).contains("section 'b' is expected, but section 'a' follows"), messages.get(0));
        assertTrue(messages.get(1).contains("section 'a': it has version 1, and only version 2"), messages.get(1));
        assertTrue(messages.get(2).contains("section 'a': has more data than expected"), messages.get(2));
        assertTrue(messages.get(3).contains("section 'a': a number is 2, but must be from 0 to 0"), messages.get(3));
        assertTrue(messages.get(4).contains("section 'b': ends too early"), messages.get(4));
        assertTrue(messages.get(5).contains("section 'b': is not read"), messages.get(5));
    }

    private static StateReader begun() {
        StateReader from = new StateReader(new ByteArrayInputStream(small()));
        from.begin("a", 1);
        return from;
    }
}
