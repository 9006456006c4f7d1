package io.millrace.bench.nexmark.row;

import io.millrace.event.EventView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A row of a table, moved over its bytes: one bit for each column that is absent, 8 bytes for each number, 8 for the end of each
 * text, and the texts one behind the other. Valid during the call that gets it.
 */
public class Row {
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] NOTHING = {};

    private final Shape shape;
    private byte[] bytes = NOTHING;
    private int offset;
    private int length;

    /** A row of some columns. */
    public Row(Shape shape) {
        this.shape = shape;
    }

    /** What its columns are. */
    public final Columns columns() {
        return shape.columns();
    }

    /** Whether a column has a value. */
    public final boolean isPresent(int column) {
        return ((long) LONGS.get(bytes, offset) >>> column & 1) == 0;
    }

    /** A number, a time, a date, thousandths, or the sum of an average. */
    public final long number(int column) {
        return (long) LONGS.get(bytes, offset + shape.at(column));
    }

    /** The count of an average. */
    public final long count(int column) {
        return (long) LONGS.get(bytes, offset + shape.at(column) + Long.BYTES);
    }

    /** A text, made anew at each call. */
    public final String text(int column) {
        int from = textStart(column);
        return new String(bytes, from, textEnd(column) - from, StandardCharsets.UTF_8);
    }

    final int textStart(int column) {
        int before = shape.textBefore(column);
        return before < 0 ? offset + shape.fixedLength() : textEnd(before);
    }

    final int textEnd(int column) {
        return offset + (int) number(column);
    }

    final byte[] bytes() {
        return bytes;
    }

    final int offset() {
        return offset;
    }

    final int length() {
        return length;
    }

    final void over(byte[] ofEvent, int from, int many) {
        bytes = ofEvent;
        offset = from;
        length = many;
    }

    @Override
    public String toString() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < columns().size(); i++) {
            words.append(i == 0 ? "" : ", ").append(columns().name(i)).append('=');
            words.append(
                    !isPresent(i) ? "absent" : columns().kind(i) == Kind.TEXT ? text(i) : Long.toString(number(i)));
        }
        return words.toString();
    }

    /** Moves a row. */
    record View<V extends Row>(V row) implements EventView<V> {
        @Override
        public V wrap(byte[] bytes, int offset, int length) {
            row().over(bytes, offset, length);
            return row();
        }

        @Override
        public void cut() {
            row().over(NOTHING, 0, 0);
        }
    }
}
