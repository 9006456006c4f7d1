package io.millrace.transport.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class GunzipTest {
    private static final byte[] TEXT = text();

    private static byte[] text() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 800; i++) {
            out.append(i * 7919L % 104_729).append(',').append(i).append('\n');
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static Gunzip open(byte[] bytes, long seed) {
        return new Gunzip("x.gz", new ChoppyStream(bytes, seed, 1 + (int) (seed % 500)));
    }

    /** What can be read, and the message that ended it, or null at the end. */
    private record Outcome(byte[] bytes, String fault) {}

    private static Outcome read(Gunzip in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] piece = new byte[700];
        try {
            for (int count; (count = in.read(piece, 0, piece.length)) >= 0; ) {
                assertTrue(count > 0, "a read that waits returns something");
                out.write(piece, 0, count);
            }
            assertEquals(-1, in.read(), "an end stays");
            return new Outcome(out.toByteArray(), null);
        } catch (FileFault e) {
            assertEquals(e.getMessage(), assertThrows(FileFault.class, in::read).getMessage(), "a fault stays");
            return new Outcome(out.toByteArray(), e.getMessage());
        } finally {
            in.close();
        }
    }

    @Test
    void shouldReadOneMember() throws IOException {
        assertArrayEquals(TEXT, read(open(Gzip.member(TEXT), 1)).bytes());
        assertEquals(0, read(open(Gzip.member(new byte[0]), 1)).bytes().length);
    }

    /** The streams below never have anything "available" and return single bytes: the JDK's reader stops early there. */
    @Test
    void shouldReadSeveralMembersWhateverThePieces() throws IOException {
        for (int seed = 1; seed < 300; seed++) {
            Random random = new Random(seed);
            int[] cuts =
                    random.ints(random.nextInt(6), 0, TEXT.length + 1).sorted().toArray();
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            int from = 0;
            for (int cut : cuts) {
                file.writeBytes(Gzip.member(TEXT, from, cut));
                from = cut;
            }
            file.writeBytes(Gzip.member(TEXT, from, TEXT.length));
            Outcome outcome = read(open(file.toByteArray(), seed));
            assertEquals(null, outcome.fault());
            assertArrayEquals(TEXT, outcome.bytes());
        }
    }

    @Test
    void shouldHandOutEverythingBeforeATruncation() throws IOException {
        byte[] whole = Gzip.join(Gzip.member(TEXT, 0, 2000), Gzip.member(TEXT, 2000, TEXT.length));
        int second = Gzip.member(TEXT, 0, 2000).length;
        int longest = 0;
        for (int length = 1; length < whole.length; length++) {
            Outcome outcome = read(open(Arrays.copyOf(whole, length), length));
            assertArrayEquals(Arrays.copyOf(TEXT, outcome.bytes().length), outcome.bytes());
            assertTrue(outcome.bytes().length >= longest, "more input, no less output");
            longest = outcome.bytes().length;
            if (length == second) {
                assertEquals(null, outcome.fault(), "a member less cannot be seen");
                assertEquals(2000, longest);
            } else {
                assertEquals("x.gz: truncated gzip; the data ends early; fetch the file again", outcome.fault());
            }
        }
        assertTrue(longest > TEXT.length - 10);
    }

    /** One bit at a time: what is not noticed (time and hints in the header, another way to the same text) changed nothing. */
    @Test
    void shouldNoticeDamage() throws IOException {
        byte[] whole = Gzip.member(TEXT);
        int unnoticed = 0;
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Outcome outcome = read(open(damaged, i + 1));
            if (outcome.fault() == null) {
                unnoticed++;
                assertTrue(i < whole.length - 8, "checksum and length are always compared");
                assertArrayEquals(TEXT, outcome.bytes());
            } else {
                assertTrue(outcome.fault().matches("x.gz: (damaged|truncated) gzip; .*; fetch the file again"));
            }
        }
        assertTrue(unnoticed < 20, unnoticed + " of " + whole.length);
    }

    @Test
    void shouldHandOutWhatWasInflatedInTheCallThatMeetsTheDamage() throws IOException {
        byte[] stored = stored("1,2\n3,4\n".getBytes(StandardCharsets.US_ASCII));
        byte[] damaged = Gzip.join(stored, new byte[] {7, 7, 7}); // a block of the type that does not exist
        Outcome outcome = read(new Gunzip("x.gz", new ChoppyStream(damaged, 1, 1000)));
        assertEquals("1,2\n3,4\n", new String(outcome.bytes(), StandardCharsets.US_ASCII));
        assertEquals("x.gz: damaged gzip; invalid block type; fetch the file again", outcome.fault());
    }

    /** A header and one stored block that is not the last. */
    private static byte[] stored(byte[] bytes) {
        byte[] header = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3};
        byte n = (byte) bytes.length;
        return Gzip.join(header, new byte[] {0, n, 0, (byte) ~n, (byte) 0xFF}, bytes);
    }

    @Test
    void shouldTakeZerosAsPaddingAndNothingElse() throws IOException {
        byte[] member = Gzip.member(TEXT);
        Outcome padded = read(open(Gzip.join(member, new byte[1000]), 3));
        assertEquals(null, padded.fault());
        assertArrayEquals(TEXT, padded.bytes());
        Outcome garbage = read(open(Gzip.join(member, new byte[3], new byte[] {'x'}), 3));
        assertArrayEquals(TEXT, garbage.bytes());
        assertEquals(
                "x.gz: damaged gzip; what stands behind its end is no gzip; fetch the file again", garbage.fault());
    }

    @Test
    void shouldReadHeadersWithEverythingInThem() throws IOException {
        byte[] plain = Gzip.member(TEXT);
        byte[] fixed = {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3};
        byte[] header =
                Gzip.join(fixed, new byte[] {2, 0, 'e', 'x'}, "name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        CRC32 crc = new CRC32();
        crc.update(header);
        byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
        assertArrayEquals(TEXT, read(open(Gzip.join(header, check, body), 5)).bytes());
        check[0]++;
        assertEquals(
                "x.gz: damaged gzip; header checksum; fetch the file again",
                read(open(Gzip.join(header, check, body), 5)).fault());
    }

    @Test
    void shouldPassOnWhatTheStreamBelowThrows() {
        IOException broken = new IOException("cable cut");
        Gunzip in =
                new Gunzip("x.gz", new ChoppyStream(Arrays.copyOf(Gzip.member(TEXT), 50), 1, 9).failingWith(broken));
        assertEquals(
                "cable cut",
                assertThrows(IOException.class, () -> in.readAllBytes()).getMessage());
    }
}
