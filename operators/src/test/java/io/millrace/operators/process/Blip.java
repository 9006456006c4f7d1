package io.millrace.operators.process;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;

/** A layout without objects, for tests: key@0, time@8, value@16, and value % 5 further bytes. */
final class Blip extends InPlaceType<Blip.View, Blip.Writer> {
    static final Blip BLIP = new Blip();

    private Blip() {
        super("Blip", 28);
    }

    /** What readers see. */
    static final class View implements EventView<View> {
        private byte[] bytes;
        private int offset;
        private int length;

        @Override
        public View wrap(byte[] newBytes, int newOffset, int newLength) {
            bytes = newBytes;
            offset = newOffset;
            length = newLength;
            return this;
        }

        @Override
        public void cut() {
            bytes = null;
        }

        boolean isCut() {
            return bytes == null;
        }

        long key() {
            return Bytes.getLong(bytes, offset);
        }

        long timeNs() {
            return Bytes.getLong(bytes, offset + 8);
        }

        long value() {
            return Bytes.getLong(bytes, offset + 16);
        }

        @Override
        public String toString() {
            return key() + "@" + timeNs() + " " + value();
        }
    }

    /** What writers fill. */
    static final class Writer implements EventWriter<Writer> {
        private byte[] bytes;
        private int offset;
        private int length;

        @Override
        public Writer wrap(byte[] newBytes, int newOffset, int capacity) {
            for (int i = 0; i < capacity; i++) {
                if (newBytes[newOffset + i] != 0) {
                    throw new AssertionError("byte " + i + " is not zero");
                }
            }
            bytes = newBytes;
            offset = newOffset;
            length = 24;
            return this;
        }

        @Override
        public int length() {
            return length;
        }

        Writer set(long key, long timeNs, long value) {
            Bytes.putLong(bytes, offset, key);
            Bytes.putLong(bytes, offset + 8, timeNs);
            Bytes.putLong(bytes, offset + 16, value);
            length = 24 + (int) Math.floorMod(value, 5L);
            for (int i = 24; i < length; i++) {
                bytes[offset + i] = (byte) i;
            }
            return this;
        }
    }

    /** An event for sending. */
    static View of(long key, long timeNs, long value) {
        byte[] bytes = new byte[BLIP.maxLength()];
        Writer writer = new Writer().wrap(bytes, 0, bytes.length).set(key, timeNs, value);
        return new View().wrap(bytes, 0, writer.length());
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
        System.arraycopy(event.bytes, event.offset, target, offset, event.length);
        return event.length;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (length < 24 || length > 28) {
            return "Blip: " + length + " bytes";
        }
        return length == 24 + Math.floorMod(Bytes.getLong(bytes, offset + 16), 5L)
                ? null
                : "Blip: odd length " + length;
    }

    @Override
    public String layout() {
        return "key@0, time@8, value@16, rest@24";
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return "Blip[" + Bytes.getLong(bytes, offset) + "]";
    }
}
