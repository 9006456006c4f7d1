package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;

/** A layout without objects, of varying length, for tests: key@0, value@8, then a tail of bytes. */
final class FlatType extends InPlaceType<FlatType.Flat, FlatType.FlatWriter> {
    static final int TAIL_MAX = 13;
    static final FlatType FLAT = new FlatType();

    private FlatType() {
        super("Flat", 16 + TAIL_MAX);
    }

    /** What readers see. */
    static final class Flat implements EventView<Flat> {
        private byte[] bytes;
        private int offset;
        private int length;

        @Override
        public Flat wrap(byte[] newBytes, int newOffset, int newLength) {
            bytes = newBytes;
            offset = newOffset;
            length = newLength;
            return this;
        }

        @Override
        public void cut() {
            bytes = null;
        }

        long key() {
            return Bytes.getLong(bytes, offset);
        }

        long value() {
            return Bytes.getLong(bytes, offset + 8);
        }

        int tail() {
            return length - 16;
        }

        /** The last byte of the tail, which is what the writer was told; 0 without a tail. */
        int last() {
            return length == 16 ? 0 : bytes[offset + length - 1];
        }
    }

    /** What writers fill. */
    static final class FlatWriter implements EventWriter<FlatWriter> {
        private byte[] bytes;
        private int offset;
        private int length;

        @Override
        public FlatWriter wrap(byte[] newBytes, int newOffset, int capacity) {
            bytes = newBytes;
            offset = newOffset;
            length = 16;
            return this;
        }

        @Override
        public int length() {
            return length;
        }

        /** Leaves all fields alone. */
        FlatWriter length(int tail) {
            length = 16 + tail;
            return this;
        }

        FlatWriter set(long key, long value, int tail, int last) {
            Bytes.putLong(bytes, offset, key);
            Bytes.putLong(bytes, offset + 8, value);
            length = 16 + tail;
            for (int i = 16; i < length; i++) {
                bytes[offset + i] = (byte) last;
            }
            return this;
        }
    }

    /** An event for publishing. */
    static Flat flat(long key, long value, int tail, int last) {
        byte[] bytes = new byte[FLAT.maxLength()];
        FlatWriter writer = new FlatWriter().wrap(bytes, 0, bytes.length).set(key, value, tail, last);
        return new Flat().wrap(bytes, 0, writer.length());
    }

    @Override
    public EventWriter<FlatWriter> newWriter() {
        return new FlatWriter();
    }

    @Override
    public EventView<Flat> newView() {
        return new Flat();
    }

    @Override
    public int encode(Flat event, byte[] target, int offset) {
        System.arraycopy(event.bytes, event.offset, target, offset, event.length);
        return event.length;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        return length < 16 || length > maxLength() ? "Flat: " + length + " bytes" : null;
    }

    @Override
    public String layout() {
        return "key@0, value@8, tail@16";
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return "Flat[" + Bytes.getLong(bytes, offset) + "]";
    }
}
