package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;

/**
 * A decimal number as its unscaled value in a long.
 *
 * @param scale the number of decimals
 */
record DecimalField(FieldName name, int offset, int scale) implements RecordField {
    private static final int LONG_DIGITS = 19;
    private static final BigDecimal MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Also of a scaled long: the bytes and their meaning are the same. */
    static String layout(int scale) {
        return "decimal(" + scale + ")";
    }

    @Override
    public int size() {
        return Long.BYTES;
    }

    @Override
    public Class<?> type() {
        return BigDecimal.class;
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.bound(this, "read", BigDecimal.class, byte[].class, int.class);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.bound(this, "write", void.class, byte[].class, int.class, BigDecimal.class);
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.bound(this, "canonical", BigDecimal.class, BigDecimal.class);
    }

    BigDecimal read(byte[] bytes, int at) {
        return BigDecimal.valueOf(Bytes.getLong(bytes, at + offset), scale);
    }

    void write(byte[] bytes, int at, BigDecimal value) {
        Bytes.putLong(bytes, at + offset, unscaled(value));
    }

    BigDecimal canonical(BigDecimal value) {
        long unscaled = unscaled(value);
        boolean same = value.scale() == scale && value.getClass() == BigDecimal.class;
        return same ? value : BigDecimal.valueOf(unscaled, scale);
    }

    private long unscaled(BigDecimal value) {
        if (value == null) {
            throw name.missing();
        }
        if (value.signum() == 0) {
            return 0;
        }
        // Two looks before any digit is made: 1e2000000000 would take all memory.
        long wholeDigits = (long) value.precision() - value.scale();
        if (wholeDigits + scale > LONG_DIGITS) {
            throw name.outOfRange(value, "does not fit 64 bits with " + scale + " decimals");
        }
        if (wholeDigits + scale <= 0) {
            throw decimals(value);
        }
        BigDecimal moved = value.movePointRight(scale);
        if (moved.compareTo(MIN) < 0 || moved.compareTo(MAX) > 0) {
            throw name.outOfRange(value, "does not fit 64 bits with " + scale + " decimals");
        }
        long unscaled = moved.longValue();
        if (moved.compareTo(BigDecimal.valueOf(unscaled)) != 0) {
            throw decimals(value);
        }
        return unscaled;
    }

    private RefusedException decimals(BigDecimal value) {
        return name.outOfRange(value, "has more decimals than @Scale(" + scale + "); round it first");
    }

    @Override
    public String check(byte[] bytes, int at) {
        return null;
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        out.append(read(bytes, at).toPlainString());
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append(name.path()).append(' ').append(layout(scale)).append('@').append(offset);
    }
}
