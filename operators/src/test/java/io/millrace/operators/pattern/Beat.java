package io.millrace.operators.pattern;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;

/** An event without objects: key@0, time@8, kind@16, value@24. */
final class Beat extends InPlaceType<Beat.View, Beat.Writer> {
    static final Beat BEAT = new Beat();
    private static final int LENGTH = 32;

    private Beat() {
        super("Beat", LENGTH);
    }

    /** What readers see. */
    static final class View implements EventView<View> {
        private byte[] bytes;
        private int offset;

        @Override
        public View wrap(byte[] newBytes, int newOffset, int newLength) {
            bytes = newBytes;
            offset = newOffset;
            return this;
        }

        @Override
        public void cut() {
            bytes = null;
        }

        long key() {
            return Bytes.getLong(bytes, offset);
        }

        long timeNs() {
            return Bytes.getLong(bytes, offset + 8);
        }

        boolean is(char kind) {
            return Bytes.getLong(bytes, offset + 16) == kind;
        }

        long value() {
            return Bytes.getLong(bytes, offset + 24);
        }

        View set(long key, long timeNs, char kind, long value) {
            if (bytes == null) {
                bytes = new byte[LENGTH];
            }
            Bytes.putLong(bytes, 0, key);
            Bytes.putLong(bytes, 8, timeNs);
            Bytes.putLong(bytes, 16, kind);
            Bytes.putLong(bytes, 24, value);
            return this;
        }
    }

    /** What writers fill. */
    static final class Writer implements EventWriter<Writer> {
        private byte[] bytes;
        private int offset;

        @Override
        public Writer wrap(byte[] newBytes, int newOffset, int capacity) {
            bytes = newBytes;
            offset = newOffset;
            return this;
        }

        @Override
        public int length() {
            return LENGTH;
        }

        void set(long key, long timeNs, long value) {
            Bytes.putLong(bytes, offset, key);
            Bytes.putLong(bytes, offset + 8, timeNs);
            Bytes.putLong(bytes, offset + 24, value);
        }
    }

    @Override
    public EventWriter<Writer> newWriter() {
        return new Writer();
    }

    @Override
    public EventView<View> newView() {
        return new View();
    }

    @Override
    public int encode(View event, byte[] target, int offset) {
        System.arraycopy(event.bytes, event.offset, target, offset, LENGTH);
        return LENGTH;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        return length == LENGTH ? null : "Beat: " + length + " bytes";
    }

    @Override
    public String layout() {
        return "key@0, time@8, kind@16, value@24";
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return "Beat[" + Bytes.getLong(bytes, offset) + "]";
    }
}
