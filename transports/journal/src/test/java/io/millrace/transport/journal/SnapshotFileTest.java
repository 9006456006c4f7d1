package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    private final byte[] state = new byte[300];

    @TempDir
    Path directory;

    private Path file;
    private Snapshot written;

    @BeforeEach
    void write() throws IOException {
        new SplittableRandom(5).nextBytes(state);
        file = directory.resolve("snapshot");
        written = SnapshotFile.write(new RealDisk(), file, 7, 11, out -> out.write(state), bytes -> {});
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        assertEquals(new SnapshotFile.Read(written, 11), SnapshotFile.verify(file));
        assertEquals(7, written.next());
        try (InputStream in = SnapshotFile.open(file, written)) {
            assertArrayEquals(state, in.readAllBytes());
        }
    }

    @Test
    void shouldSeeEachBitThatHasChanged() throws IOException {
        byte[] all = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * all.length; bit++) {
            byte[] damaged = all.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            assertThrows(IOException.class, () -> SnapshotFile.verify(file), "bit " + bit);
        }
    }

    /** A file system that is given a gigabyte at once lets the log wait for it. */
    @Test
    void shouldNeverLeaveMuchUnforced() throws IOException {
        byte[] piece = new byte[1 << 20];
        LongAdder unforced = new LongAdder();
        LongAccumulator most = new LongAccumulator(Math::max, 0);
        Disk disk = new ForwardedDisk() {
            @Override
            public Output create(Path path) throws IOException {
                return counted(super.create(path), unforced, most);
            }
        };
        Snapshot large = SnapshotFile.write(
                disk,
                file,
                8,
                11,
                out -> {
                    for (int i = 0; i < 40; i++) {
                        out.write(piece);
                    }
                },
                bytes -> {});
        assertEquals(large, SnapshotFile.verify(file).snapshot());
        assertTrue(most.get() >= 8 << 20 && most.get() <= 17 << 20, most + " bytes");
        assertEquals(0, unforced.sum());
    }

    private static Disk.Output counted(Disk.Output to, LongAdder unforced, LongAccumulator most) {
        return new Disk.Output() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                to.write(bytes, offset, length);
                unforced.add(length);
                most.accumulate(unforced.sum());
            }

            @Override
            public void force() throws IOException {
                to.force();
                unforced.reset();
            }

            @Override
            public void close() throws IOException {
                to.close();
            }
        };
    }

    /** What is read behind the choice of a snapshot is summed up once more. */
    @Test
    void shouldSeeWhatHasChangedSinceItWasVerified() throws IOException {
        byte[] all = Files.readAllBytes(file);
        all[100] ^= 4;
        Files.write(file, all);
        try (InputStream in = SnapshotFile.open(file, written)) {
            IOException e = assertThrows(IOException.class, in::readAllBytes);
            assertTrue(e.getMessage().contains("no longer what was written"), e.getMessage());
        }
    }

    /** Of versions before this one, whose checksum was another. */
    @Test
    void shouldRefuseAManifestThatNamesASnapshotOfAnotherForm() {
        byte[] entry = new ManifestEntry.Kept(written).encoded();
        entry[12] = 3;
        IOException e = assertThrows(IOException.class, () -> ManifestEntry.decode(entry, 0, entry.length));
        assertEquals("an entry of kind 3, which this version does not know", e.getMessage());
    }

    /** The form before had no chain value. What stands in front of its mark nobody has looked at. */
    @Test
    void shouldRefuseTheFormBeforeByName() throws IOException {
        ByteBuffer before = ByteBuffer.allocate(state.length + 32).put(state);
        before.putLong(0x4D52534E41503032L).putLong(7).putLong(state.length).putLong(5);
        Files.write(file, before.array());
        IOException e = assertThrows(SnapshotFile.OtherVersion.class, () -> SnapshotFile.verify(file));
        assertTrue(
                e.getMessage().contains("another version of Millrace: it is a snapshot of form MRSNAP02"),
                e.getMessage());
        assertFalse(e.getMessage().contains("damaged"), e.getMessage());
    }
}
