package io.millrace.bench.nexmark.row;

import io.millrace.event.EventWriter;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.nio.charset.StandardCharsets;

/** Fills a row, column after column. */
public final class RowWriter implements EventWriter<RowWriter> {
    private final String name;
    private final Shape shape;
    private final Columns columns;
    private byte[] bytes;
    private int offset;
    private int end;
    private int texts;
    private int column;

    RowWriter(String name, Shape shape) {
        this.name = name;
        this.shape = shape;
        columns = shape.columns();
    }

    @Override
    public RowWriter wrap(byte[] target, int at, int capacity) {
        bytes = target;
        offset = at;
        end = at + capacity;
        texts = at + shape.fixedLength();
        column = 0;
        return this;
    }

    /** The next column, which is a number, a time, a date, or thousandths. */
    public RowWriter put(long value) {
        Kind kind = columns.kind(column);
        if (kind == Kind.TEXT || kind == Kind.AVERAGE) {
            throw new IllegalStateException(name + ": " + columns.name(column) + " is " + kind);
        }
        Row.LONGS.set(bytes, offset + shape.at(column++), value);
        return this;
    }

    /** The next column, which is an average. */
    public RowWriter average(long sum, long count) {
        require(Kind.AVERAGE);
        Row.LONGS.set(bytes, offset + shape.at(column), sum);
        Row.LONGS.set(bytes, offset + shape.at(column++) + Long.BYTES, count);
        return this;
    }

    /** The next column, which is a text. */
    public RowWriter text(CharSequence value) {
        require(Kind.TEXT);
        int length = value.length();
        if (isAscii(value, length)) {
            int at = room(length);
            for (int i = 0; i < length; i++) {
                bytes[at + i] = (byte) value.charAt(i);
            }
        } else {
            byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
            System.arraycopy(utf8, 0, bytes, room(utf8.length), utf8.length);
        }
        return endText();
    }

    /** The next column, which is a text, as it stands in ASCII. */
    public RowWriter ascii(byte[] from, int start, int length) {
        require(Kind.TEXT);
        System.arraycopy(from, start, bytes, room(length), length);
        return endText();
    }

    private static boolean isAscii(CharSequence value, int length) {
        for (int i = 0; i < length; i++) {
            if (value.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** The next columns, as they stand in another row. */
    public RowWriter copy(Row from, int... whichOfIt) {
        for (int other : whichOfIt) {
            copy(from, other);
        }
        return this;
    }

    private void copy(Row from, int other) {
        require(from.columns().kind(other));
        if (!from.isPresent(other)) {
            absent();
        } else if (columns.kind(column) == Kind.TEXT) {
            int start = from.textStart(other);
            int length = from.textEnd(other) - start;
            System.arraycopy(from.bytes(), start, bytes, room(length), length);
            endText();
        } else if (columns.kind(column) == Kind.AVERAGE) {
            average(from.number(other), from.count(other));
        } else {
            put(from.number(other));
        }
    }

    /** The next column has no value. */
    public RowWriter absent() {
        Row.LONGS.set(bytes, offset, (long) Row.LONGS.get(bytes, offset) | 1L << column);
        if (columns.kind(column) == Kind.TEXT) {
            return endText();
        }
        column++;
        return this;
    }

    private void require(Kind kind) {
        if (columns.kind(column) != kind) {
            throw new IllegalStateException(
                    name + ": " + columns.name(column) + " is " + columns.kind(column) + ", not " + kind);
        }
    }

    private int room(int length) {
        if (length > end - texts) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    name + ": its texts take more than " + (end - offset - shape.fixedLength()) + " bytes");
        }
        int at = texts;
        texts += length;
        return at;
    }

    private RowWriter endText() {
        Row.LONGS.set(bytes, offset + shape.at(column++), (long) (texts - offset));
        return this;
    }

    @Override
    public int length() {
        if (column != columns.size()) {
            throw new IllegalStateException(name + ": " + columns.name(column) + " was not filled");
        }
        return texts - offset;
    }
}
