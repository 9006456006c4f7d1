package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StoppableInputTest {
    @Test
    void shouldGiveTheSameBytes() throws IOException {
        byte[] bytes = new byte[1_000_003];
        new Random(1).nextBytes(bytes);
        try (StoppableInput in = new StoppableInput(new ByteArrayInputStream(bytes), () -> false)) {
            assertEquals(bytes[0] & 0xFF, in.read());
            byte[] rest = in.readAllBytes();
            assertEquals(bytes.length - 1, rest.length);
            assertArrayEquals(java.util.Arrays.copyOfRange(bytes, 1, bytes.length), rest);
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[5], 0, 5));
        }
    }

    @Test
    void shouldStopWaitingWhenToldSo() throws IOException {
        AtomicBoolean stop = new AtomicBoolean();
        PipedOutputStream silent = new PipedOutputStream();
        try (InputStream in = new StoppableInput(new PipedInputStream(silent), stop::get)) {
            silent.write(new byte[] {1, 2});
            silent.flush();
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                assertEquals(1, in.read());
                assertEquals(2, in.read());
                stop.set(true);
                assertThrows(InterruptedIOException.class, in::read);
            });
        }
    }

    @Test
    void shouldHandOnAFailureBehindTheBytesBeforeIt() throws IOException {
        InputStream failing = new InputStream() {
            private int left = 3;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("the disk is gone");
                }
                return left;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                bytes[offset] = (byte) read();
                return 1;
            }
        };
        try (InputStream in = new StoppableInput(failing, () -> false)) {
            assertArrayEquals(new byte[] {2, 1, 0}, in.readNBytes(3));
            assertEquals(
                    "the disk is gone",
                    assertThrows(IOException.class, in::read).getMessage());
            assertThrows(IOException.class, in::read);
        }
    }
}
