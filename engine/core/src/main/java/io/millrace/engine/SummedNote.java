package io.millrace.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A note beside a log that begins with its sum: a flipped bit would say something else. */
final class SummedNote {
    private SummedNote() {}

    /** Writes what stands behind the sum. */
    interface Writer {
        void write(DataOutputStream to) throws IOException;
    }

    /** What stands behind the sum. Throws where that is another. */
    static DataInputStream read(InputStream note) throws IOException {
        byte[] bytes = note.readAllBytes();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (bytes.length < Long.BYTES || in.readLong() != sum(bytes)) {
            throw new IOException("its checksum does not match");
        }
        return in;
    }

    static byte[] bytes(Writer writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0);
        writer.write(out);
        byte[] whole = bytes.toByteArray();
        ByteBuffer.wrap(whole).putLong(0, sum(whole));
        return whole;
    }

    private static long sum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, Long.BYTES, bytes.length - Long.BYTES);
        return crc.getValue();
    }
}
