package io.millrace.operators.allocation;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;

/** An event in place, as generated codecs have them: a view that reads and a writer that fills, both moved over bytes. */
final class Quote {
    static final int LENGTH = 24;

    byte[] bytes = new byte[LENGTH];
    int offset;

    long key() {
        return Bytes.getLong(bytes, offset);
    }

    long timeNs() {
        return Bytes.getLong(bytes, offset + 8);
    }

    long size() {
        return Bytes.getLong(bytes, offset + 16);
    }

    Quote moved(byte[] newBytes, int newOffset) {
        bytes = newBytes;
        offset = newOffset;
        return this;
    }

    /** Fills a quote. */
    static final class Writer {
        private byte[] bytes;
        private int offset;

        Writer set(long key, long timeNs, long size) {
            Bytes.putLong(bytes, offset, key);
            Bytes.putLong(bytes, offset + 8, timeNs);
            Bytes.putLong(bytes, offset + 16, size);
            return this;
        }
    }

    static final InPlaceType<Quote, Writer> TYPE = new InPlaceType<>("quote", LENGTH) {
        @Override
        public EventView<Quote> newView() {
            Quote one = new Quote();
            return (bytes, offset, length) -> one.moved(bytes, offset);
        }

        @Override
        public EventWriter<Writer> newWriter() {
            Writer one = new Writer();
            return new EventWriter<>() {
                @Override
                public Writer wrap(byte[] bytes, int offset, int capacity) {
                    one.bytes = bytes;
                    one.offset = offset;
                    return one;
                }

                @Override
                public int length() {
                    return LENGTH;
                }
            };
        }

        @Override
        public int encode(Quote q, byte[] target, int offset) {
            System.arraycopy(q.bytes, q.offset, target, offset, LENGTH);
            return LENGTH;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return length == LENGTH ? null : "length " + length;
        }

        @Override
        public String layout() {
            return "key long, timeNs long, size long";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "quote " + Bytes.getLong(bytes, offset);
        }
    };
}
