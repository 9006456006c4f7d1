package io.millrace.sbe;

import io.millrace.event.Bytes;

/** SBE's standard message header: block length, template, schema, version as unsigned 16-bit numbers, little endian. */
final class SbeHeader {
    static final int LENGTH = 8;

    private SbeHeader() {}

    static int blockLength(byte[] bytes, int offset) {
        return Bytes.getShort(bytes, offset) & 0xffff;
    }

    static int templateId(byte[] bytes, int offset) {
        return Bytes.getShort(bytes, offset + 2) & 0xffff;
    }

    static int schemaId(byte[] bytes, int offset) {
        return Bytes.getShort(bytes, offset + 4) & 0xffff;
    }

    static int version(byte[] bytes, int offset) {
        return Bytes.getShort(bytes, offset + 6) & 0xffff;
    }

    /** Of a header that was read as one little-endian long, as it was written: a read across writes waits for them. */
    static int blockLength(long header) {
        return (int) header & 0xffff;
    }

    static int version(long header) {
        return (int) (header >>> 48);
    }

    /** All of it, to be written as one little-endian long. */
    static long of(int blockLength, int templateId, int schemaId, int version) {
        return blockLength & 0xffffL
                | (templateId & 0xffffL) << 16
                | (schemaId & 0xffffL) << 32
                | (version & 0xffffL) << 48;
    }
}
