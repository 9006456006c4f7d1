package io.millrace.operators;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.RefusedException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However a text is appended, its key is the same bytes. */
class KeyBufferTest {
    private static byte[] whole(String text) {
        KeyBuffer key = new KeyBuffer(256);
        key.text(text);
        key.end();
        return Arrays.copyOf(key.bytes(), key.length());
    }

    private static byte[] inPieces(String text, Random random) {
        KeyBuffer key = new KeyBuffer(256);
        key.clear();
        key.beginText();
        for (int at = 0; at < text.length(); ) {
            if (random.nextBoolean()) {
                key.append(text.charAt(at++));
            } else {
                int to = at + random.nextInt(text.length() - at + 1);
                key.append(text, at, to);
                at = to;
            }
        }
        key.endText();
        key.end();
        return Arrays.copyOf(key.bytes(), key.length());
    }

    @Test
    void shouldBeTheSameHoweverItIsAppended() {
        Random random = new Random(4);
        String[] units = {"a", "é", "€", "😀", "𝄞", "\ud83d", "\ude00"};
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(10); i >= 0; i--) {
                text.append(units[random.nextInt(units.length)]);
            }
            assertArrayEquals(whole(text.toString()), inPieces(text.toString(), random), text.toString());
        }
    }

    @Test
    void shouldBeUtf8BehindItsLength() {
        String text = "aé€😀";
        byte[] utf8 = text.getBytes(UTF_8);
        byte[] key = inPieces(text, new Random(1));
        assertArrayEquals(utf8, Arrays.copyOfRange(key, 2, key.length));
    }

    @Test
    void shouldWriteHalfAPairAtTheEndOfAKeyThatIsNotAField() {
        KeyBuffer key = new KeyBuffer(16);
        key.append('\ud83d');
        key.end();
        assertArrayEquals(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0xbd}, Arrays.copyOf(key.bytes(), key.length()));
    }

    @Test
    void shouldSayWhatIsWrongWithATextThatIsNoKey() {
        KeyBuffer key = new KeyBuffer(16);
        assertEquals(
                "the text of a key is null",
                assertThrows(NullPointerException.class, () -> key.append(null)).getMessage());
        String tooLong = assertThrows(RefusedException.class, () -> key.append("a".repeat(17)))
                .getMessage();
        assertTrue(tooLong.contains("more than 16 bytes") && tooLong.contains("keyByText(n, "), tooLong);
    }
}
