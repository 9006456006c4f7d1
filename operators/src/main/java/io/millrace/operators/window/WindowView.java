package io.millrace.operators.window;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import java.util.List;
import java.util.function.Function;

/** A shape object that is moved over results. */
final class WindowView<A> implements EventView<A> {
    private final A shape;
    private final Declarations declared;
    private final int cells;

    WindowView(A shape, Function<? super A, Declarations> declares) {
        this.shape = shape;
        declared = declares.apply(shape);
        cells = (int) declared.all().stream().filter(d -> d.cell() != null).count();
    }

    A shape() {
        return shape;
    }

    Declarations declared() {
        return declared;
    }

    @Override
    public A wrap(byte[] bytes, int offset, int length) {
        declared.window()
                .set(Bytes.getLong(bytes, offset), Bytes.getLong(bytes, offset + 8), Bytes.getInt(bytes, offset + 16));
        int flags = offset + WindowType.FLAGS;
        int at = flags + WindowType.flagBytes(cells);
        int text = at + 8 * cells;
        int n = 0;
        List<Declared> all = declared.all();
        for (int i = 0; i < all.size(); i++) {
            Cell cell = all.get(i).cell();
            if (cell == null) {
                int end = text + 2 + (Bytes.getShort(bytes, text) & 0xffff);
                all.get(i).text().read(bytes, text + 2, end);
                text = end;
            } else if ((Bytes.getLong(bytes, flags + n / 64 * 8) >>> n & 1) != 0) {
                cell.set(Bytes.getLong(bytes, at + 8 * n++));
            } else {
                cell.absent();
                n++;
            }
        }
        return shape;
    }

    @Override
    public void cut() {
        declared.window().clear();
        List<Declared> all = declared.all();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).cell() != null) {
                all.get(i).cell().absent();
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(shape.getClass().getSimpleName());
        text.append("[start=").append(declared.window().startNs());
        text.append(", end=").append(declared.window().endNs());
        text.append(", revision=").append(declared.window().revision());
        for (Declared d : declared.all()) {
            text.append(", ").append(d.name()).append('=');
            if (d.text() != null) {
                text.append(d.text());
            } else if (d.cell().isPresent()) {
                text.append(
                        d.cell().isFloating()
                                ? Double.toString(d.cell().asDouble())
                                : Long.toString(d.cell().asLong()));
            }
        }
        return text.append(']').toString();
    }
}
