package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void shouldClearExactlyTheBytesAskedFor() {
        for (int from = 0; from < 9; from++) {
            for (int length = -1; length < 200; length++) {
                byte[] bytes = new byte[220];
                Arrays.fill(bytes, (byte) 0x55);
                byte[] expected = bytes.clone();
                Arrays.fill(expected, from, Math.max(from, from + length), (byte) 0);
                Bytes.clear(bytes, from, from + length);
                assertArrayEquals(expected, bytes, length + " bytes from " + from);
            }
        }
    }

    @Test
    void shouldNotClearBeyondTheEnd() {
        byte[] bytes = new byte[64];
        for (int length : new int[] {1, 7, 8, 9, 31, 40, 63, 64, 200}) {
            assertThrows(IndexOutOfBoundsException.class, () -> Bytes.clear(bytes, 65 - length, 65));
        }
    }
}
