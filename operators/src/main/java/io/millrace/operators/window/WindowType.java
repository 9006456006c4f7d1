package io.millrace.operators.window;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The layout of the result of a window, so that it can be kept, split and sent between threads. The shape object is the
 * view.
 *
 * <pre>
 *  0   8   start        16  4   revision
 *  8   8   end          20  4   values, numbers of the key included
 *  24  …   which of them are present, a bit each, in longs
 *  …   8   each value
 *  …   …   each text of the key: 2 bytes of length, UTF-8
 * </pre>
 */
final class WindowType<A> extends EventType<A> {
    static final int FLAGS = 24;

    private final Supplier<A> shape;
    private final Function<? super A, Declarations> declared;
    private final String values;
    private final int cells;
    private final int texts;
    private final boolean sensitive;

    WindowType(Supplier<A> shape, Function<? super A, Declarations> declared, int keyBytesMax, boolean sensitive) {
        this(shape, declared, keyBytesMax, sensitive, shape.get());
    }

    private WindowType(
            Supplier<A> shape,
            Function<? super A, Declarations> declared,
            int keyBytesMax,
            boolean sensitive,
            A sample) {
        super(sample.getClass().getSimpleName(), length(declared.apply(sample).all(), keyBytesMax));
        this.shape = shape;
        this.declared = declared;
        this.sensitive = sensitive;
        StringBuilder text = new StringBuilder("start@0, end@8, revision@16");
        int at = FLAGS + flagBytes(cells(declared.apply(sample).all()));
        int n = 0;
        int t = 0;
        for (Declared d : declared.apply(sample).all()) {
            text.append(", ").append(d.name()).append('(').append(d.word()).append(')');
            if (d.cell() != null) {
                text.append('@').append(at + 8 * n++);
            } else {
                t++;
            }
        }
        values = text.toString();
        cells = n;
        texts = t;
    }

    private static int cells(List<Declared> all) {
        return (int) all.stream().filter(d -> d.cell() != null).count();
    }

    static int flagBytes(int cells) {
        return (cells + 63) / 64 * Long.BYTES;
    }

    private static int length(List<Declared> all, int keyBytesMax) {
        int numbers = cells(all);
        return FLAGS + flagBytes(numbers) + 8 * numbers + (all.size() - numbers) * (2 + keyBytesMax);
    }

    @Override
    public WindowView<A> newView() {
        return new WindowView<>(shape.get(), declared);
    }

    @Override
    public int encode(A event, byte[] target, int offset) {
        Declarations of = declared.apply(event);
        Bytes.putLong(target, offset, of.window().startNs());
        Bytes.putLong(target, offset + 8, of.window().endNs());
        Bytes.putInt(target, offset + 16, of.window().revision());
        Bytes.putInt(target, offset + 20, cells);
        int flags = offset + FLAGS;
        int at = flags + flagBytes(cells);
        long bits = 0;
        int n = 0;
        List<Declared> all = of.all();
        for (int i = 0; i < all.size(); i++) {
            Cell cell = all.get(i).cell();
            if (cell != null) {
                bits |= cell.isPresent() ? 1L << n : 0;
                Bytes.putLong(target, at + 8 * n, cell.asLong());
                n++;
                if ((n & 63) == 0 || n == cells) {
                    Bytes.putLong(target, flags + (n - 1) / 64 * 8, bits);
                    bits = 0;
                }
            }
        }
        return encodeTexts(all, target, at + 8 * cells) - offset;
    }

    private static int encodeTexts(List<Declared> all, byte[] target, int from) {
        int at = from;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).text() != null) {
                int length = all.get(i).text().write(target, at + 2);
                Bytes.putShort(target, at, (short) length);
                at += 2 + length;
            }
        }
        return at;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        int fixed = FLAGS + flagBytes(cells) + 8 * cells;
        if (offset < 0 || offset > bytes.length - length || length < fixed + 2 * texts) {
            return name() + ": " + length + " bytes, its values take " + (fixed + 2 * texts);
        }
        if (Bytes.getInt(bytes, offset + 20) != cells) {
            return name() + ": " + Bytes.getInt(bytes, offset + 20) + " values where it has " + cells;
        }
        int at = fixed;
        for (int i = 0; i < texts; i++) {
            if (at + 2 > length) {
                return name() + ": a text of its key is cut off";
            }
            at += 2 + (Bytes.getShort(bytes, offset + at) & 0xffff);
        }
        return at == length ? null : name() + ": " + length + " bytes, it has " + at;
    }

    @Override
    public boolean hasSensitive() {
        return sensitive;
    }

    @Override
    public String layout() {
        return values;
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        if (sensitive) {
            return name() + "[of sensitive fields]";
        }
        WindowView<A> view = newView();
        view.wrap(bytes, offset, length);
        return view.toString();
    }
}
