package io.millrace.bench.nexmark.row;

import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.util.function.Function;

/**
 * Rows as events: as many bytes as their texts need, in UTF-8, which the layout of a record does not offer.
 *
 * @param <V> the row
 */
public final class RowType<V extends Row> extends InPlaceType<V, RowWriter> {
    private static final int LENGTH_MAX = 1 << 16;

    private final Shape shape;
    private final Function<Shape, V> maker;

    private RowType(String name, Shape shape, int lengthMax, Function<Shape, V> maker) {
        super(name, shape.hasTexts() ? lengthMax : shape.fixedLength());
        this.shape = shape;
        this.maker = maker;
    }

    /** Rows that words keep: a process reserves the most bytes that one may have. */
    public static <V extends Row> RowType<V> kept(
            String name, Columns columns, int bytesAtMost, Function<Shape, V> maker) {
        return new RowType<>(name, new Shape(columns), bytesAtMost, maker);
    }

    /** Rows that pass by. */
    public static <V extends Row> RowType<V> of(String name, Columns columns, Function<Shape, V> maker) {
        return new RowType<>(name, new Shape(columns), LENGTH_MAX, maker);
    }

    /** Rows whose columns are asked for by number. */
    public static RowType<Row> of(String name, Columns columns) {
        return of(name, columns, Row::new);
    }

    /** The columns. */
    public Columns columns() {
        return shape.columns();
    }

    @Override
    public EventView<V> newView() {
        return new Row.View<>(maker.apply(shape));
    }

    @Override
    public EventWriter<RowWriter> newWriter() {
        return new RowWriter(name(), shape);
    }

    @Override
    public int encode(V event, byte[] target, int offset) {
        int length = event.length();
        if (length == 0 || length > maxLength()) {
            throw new RefusedException(Reason.OUT_OF_RANGE, name() + ": a row of " + length + " bytes");
        }
        System.arraycopy(event.bytes(), event.offset(), target, offset, length);
        return length;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (offset < 0 || length > bytes.length - offset || length < shape.fixedLength() || length > maxLength()) {
            return name() + ": " + length + " bytes";
        }
        int end = shape.fixedLength();
        for (int i = 0; i < columns().size(); i++) {
            if (columns().kind(i) == Kind.TEXT) {
                long next = (long) Row.LONGS.get(bytes, offset + shape.at(i));
                if (next < end || next > length) {
                    return name() + ": " + columns().name(i) + " ends at " + next;
                }
                end = (int) next;
            }
        }
        return end == length ? null : name() + ": " + (length - end) + " bytes behind its end";
    }

    @Override
    public String layout() {
        return columns().toString();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        return name() + "[" + newView().wrap(bytes, offset, length).toString().replaceAll("\\p{Cntrl}", "?") + "]";
    }
}
