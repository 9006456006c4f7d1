package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Each length, those of words and those beyond, between memory outside of the heap and arrays. */
class ShortCopiesTest {
    private static final int SIZE = 100;

    private final SplittableRandom random = new SplittableRandom(3);

    private byte[] some() {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        return bytes;
    }

    private static UnsafeBuffer outside(byte[] of) {
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(SIZE));
        buffer.putBytes(0, of);
        return buffer;
    }

    private static byte[] inside(UnsafeBuffer of) {
        byte[] bytes = new byte[SIZE];
        of.getBytes(0, bytes);
        return bytes;
    }

    @Test
    void shouldCopyWhatIsAskedForAndNothingElse() {
        for (int length = 0; length <= 80; length++) {
            for (int i = 0; i < 20; i++) {
                int from = random.nextInt(SIZE - length + 1);
                int at = random.nextInt(SIZE - length + 1);
                byte[] source = some();
                byte[] target = some();
                byte[] expected = target.clone();
                System.arraycopy(source, from, expected, at, length);
                UnsafeBuffer to = outside(target);
                ShortCopies.get(outside(source), from, target, at, length);
                assertArrayEquals(expected, target);
                ShortCopies.put(to, at, source, from, length);
                assertArrayEquals(expected, inside(to));
            }
        }
    }

    @Test
    void shouldThrowBeforeAnythingIsCopied() {
        for (int length : new int[] {8, 40, 64, 65}) {
            byte[] target = some();
            byte[] before = target.clone();
            UnsafeBuffer buffer = outside(some());
            byte[] kept = inside(buffer);
            for (int beyond : new int[] {-1, SIZE - length + 1}) {
                assertThrows(IndexOutOfBoundsException.class, () -> ShortCopies.get(buffer, beyond, target, 0, length));
                assertThrows(IndexOutOfBoundsException.class, () -> ShortCopies.get(buffer, 0, target, beyond, length));
                assertThrows(IndexOutOfBoundsException.class, () -> ShortCopies.put(buffer, beyond, before, 0, length));
                assertThrows(IndexOutOfBoundsException.class, () -> ShortCopies.put(buffer, 0, before, beyond, length));
            }
            assertArrayEquals(before, target);
            assertArrayEquals(kept, inside(buffer));
        }
    }
}
