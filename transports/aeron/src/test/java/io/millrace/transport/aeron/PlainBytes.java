package io.millrace.transport.aeron;

/** Reads values of little-endian bytes one after another, to their end and no further, and makes one number of those that count. */
final class PlainBytes {
    private byte[] bytes;
    private int end;
    private int at;
    private boolean isBeyond;
    private long number;

    PlainBytes of(byte[] from, int first, int length) {
        bytes = from;
        at = first;
        end = first + length;
        isBeyond = false;
        number = 0;
        return this;
    }

    int left() {
        return end - at;
    }

    int at() {
        return at;
    }

    void to(int place) {
        at = place;
    }

    /** Whether anything was looked for behind the end. */
    boolean isBeyond() {
        return isBeyond;
    }

    long number() {
        return number;
    }

    /** Without a sign, unless it has all of a long. */
    long next(int width) {
        if (isBeyond || width > left()) {
            isBeyond = true;
            return 0;
        }
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += width;
        return value;
    }

    /** It counts. */
    void mix(long value) {
        number = FuzzType.mix(number, value);
    }

    /** So many bytes, which count. */
    void mixNext(long length) {
        if (isBeyond || length > left()) {
            isBeyond = true;
            return;
        }
        mix(length);
        for (int i = 0; i < length; i++) {
            mix(bytes[at++]);
        }
    }
}
