package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;

/** A layout that is read with a cursor, as SBE groups are: key@0, time@8, number of items@16, then the items, for tests. */
final class Basket extends InPlaceType<Basket.View, Basket.Writer> {
    static final int ITEMS_MAX = 6;
    static final Basket TYPE = new Basket();
    private static final int HEAD = 24;

    private Basket() {
        super("Basket", HEAD + 8 * ITEMS_MAX);
    }

    /** Reads; whoever has read the items finds none any more, until somebody rewinds. */
    static final class View implements EventView<View> {
        private byte[] bytes;
        private int offset;
        private int length;
        private int cursor;

        @Override
        public View wrap(byte[] newBytes, int newOffset, int newLength) {
            bytes = newBytes;
            offset = newOffset;
            length = newLength;
            cursor = 0;
            return this;
        }

        @Override
        public void rewind() {
            cursor = 0;
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

        boolean hasNext() {
            return cursor < Bytes.getLong(bytes, offset + 16);
        }

        long next() {
            return Bytes.getLong(bytes, offset + HEAD + 8 * cursor++);
        }

        /** All that is left of it. */
        long sum() {
            long sum = 0;
            while (hasNext()) {
                sum += next();
            }
            return sum;
        }
    }

    /** Writes. */
    static final class Writer implements EventWriter<Writer> {
        private byte[] bytes;
        private int offset;
        private int items;

        @Override
        public Writer wrap(byte[] newBytes, int newOffset, int capacity) {
            bytes = newBytes;
            offset = newOffset;
            items = 0;
            return this;
        }

        @Override
        public int length() {
            return HEAD + 8 * items;
        }

        Writer set(long key, long timeNs, long... values) {
            Bytes.putLong(bytes, offset, key);
            Bytes.putLong(bytes, offset + 8, timeNs);
            for (long v : values) {
                Bytes.putLong(bytes, offset + HEAD + 8 * items++, v);
            }
            Bytes.putLong(bytes, offset + 16, items);
            return this;
        }
    }

    @Override
    public boolean hasCursor() {
        return true;
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
    public int encode(View event, byte[] target, int at) {
        System.arraycopy(event.bytes, event.offset, target, at, event.length);
        return event.length;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        return length < HEAD || length > maxLength() ? "Basket: " + length + " bytes" : null;
    }

    @Override
    public String layout() {
        return "key@0, time@8, items@16";
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return "Basket[" + Bytes.getLong(bytes, offset) + "]";
    }
}
