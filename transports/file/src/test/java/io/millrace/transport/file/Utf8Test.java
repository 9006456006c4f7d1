package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void shouldDecodeAndEncodeEveryCodePoint() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = Character.toString(point);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertEquals(-1, Utf8.firstMalformed(bytes, 0, bytes.length));
            char[] chars = new char[4];
            assertEquals(text, new String(chars, 0, Utf8.decode(bytes, 0, bytes.length, chars)));
            byte[] encoded = new byte[4];
            int end = Utf8.encode(text, 0, encoded, 0);
            assertArrayEquals(bytes, Arrays.copyOf(encoded, end));
        }
    }

    @Test
    void shouldReplaceHalfASurrogatePair() {
        for (String text : new String[] {"\uD800", "\uDC00", "\uD800x"}) {
            byte[] encoded = new byte[4];
            int end = Utf8.encode(text, 0, encoded, 0);
            assertEquals("\uFFFD", new String(encoded, 0, end, StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldFindWhatTheJdkFindsMalformed() {
        Random random = new Random(1);
        byte[] marks = {
            0x41,
            0x7F,
            (byte) 0x80,
            (byte) 0x8F,
            (byte) 0x90,
            (byte) 0x9F,
            (byte) 0xA0,
            (byte) 0xBF,
            (byte) 0xC0,
            (byte) 0xC1,
            (byte) 0xC2,
            (byte) 0xDF,
            (byte) 0xE0,
            (byte) 0xE1,
            (byte) 0xED,
            (byte) 0xEE,
            (byte) 0xEF,
            (byte) 0xF0,
            (byte) 0xF1,
            (byte) 0xF4,
            (byte) 0xF5,
            (byte) 0xFF
        };
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(6)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = marks[random.nextInt(marks.length)];
            }
            boolean sound = NaiveCsv.isUtf8(new String(bytes, StandardCharsets.ISO_8859_1));
            assertEquals(sound, Utf8.firstMalformed(bytes, 0, bytes.length) < 0, () -> Arrays.toString(bytes));
        }
    }
}
