package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameCursorTest {
    private static final Epoch EPOCH = new Epoch(3, 0x1234_5678_9ABCL, 100, 77, 4 << 10, 4 << 10, 512, true);

    @TempDir
    Path directory;

    /** The pieces, as they stand in a file, of frames with one entry each. */
    private static List<byte[]> pieces(byte[]... entries) {
        List<byte[]> pieces = new ArrayList<>();
        long[] position = new long[1];
        FrameWriter writer = new FrameWriter(
                EPOCH,
                (frame, length) -> {
                    byte[] piece = new byte[AeronFrame.aligned(AeronFrame.HEADER + length)];
                    System.arraycopy(frame, 0, piece, AeronFrame.HEADER, length);
                    int flags = AeronFrame.FIRST_PIECE | AeronFrame.LAST_PIECE;
                    AeronFrame.write(piece, 0, AeronFrame.HEADER + length, flags, 1, position[0], EPOCH);
                    pieces.add(piece);
                    return position[0] += piece.length;
                },
                new InFlight(16, 99));
        for (byte[] entry : entries) {
            assertTrue(writer.append(entry, 0, entry.length, 99));
            assertTrue(writer.commit(99));
        }
        return pieces;
    }

    private FrameCursor cursor(byte[]... pieces) throws IOException {
        byte[] file = new byte[EPOCH.segmentBytes()];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, file, at, piece.length);
            at += piece.length;
        }
        Files.write(directory.resolve(Epoch.segmentName(0)), file);
        return new FrameCursor(directory, EPOCH);
    }

    @Test
    void shouldRefuseAFrameThatFollowsAnotherOne() throws Exception {
        List<byte[]> log = pieces(new byte[] {1, 2, 3}, new byte[] {4});
        List<byte[]> other = pieces(new byte[] {1, 2, 9}, new byte[] {4});
        try (FrameCursor frames = cursor(log.get(0), log.get(1))) {
            assertTrue(frames.next() && frames.next());
            assertEquals(102, frames.sequence());
            assertFalse(frames.next());
            assertNull(frames.damage());
        }
        try (FrameCursor frames = cursor(log.get(0), other.get(1))) {
            assertTrue(frames.next());
            assertFalse(frames.next());
            assertEquals("it does not follow the frame before it", frames.damage());
        }
    }

    @Test
    void shouldSeeEachBitOfAFrame() throws Exception {
        byte[] piece = pieces(new byte[] {1, 2, 3, 4, 5}).get(0);
        int length = AeronFrame.length(piece, 0);
        cursor(piece).close();
        Path file = directory.resolve(Epoch.segmentName(0));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (int bit = 0; bit < 8 * length; bit++) {
                bytes.seek(bit / 8);
                bytes.write(piece[bit / 8] ^ 1 << bit % 8);
                try (FrameCursor frames = new FrameCursor(directory, EPOCH)) {
                    assertFalse(frames.next(), "bit " + bit);
                    assertNotNull(frames.damage(), "bit " + bit);
                }
                bytes.seek(bit / 8);
                bytes.write(piece[bit / 8]);
            }
        }
    }
}
