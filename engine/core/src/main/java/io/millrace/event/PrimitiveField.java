package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;

/**
 * A number, a truth value or a UTF-16 unit, in its natural size.
 *
 * @param scale decimals of the text form of a long, or {@link #UNSCALED}
 */
record PrimitiveField(FieldName name, int offset, Class<?> type, int scale) implements RecordField {
    static final int UNSCALED = -1;

    static int size(Class<?> type) {
        if (type == boolean.class || type == byte.class) {
            return 1;
        } else if (type == short.class || type == char.class) {
            return 2;
        }
        return type == int.class || type == float.class ? 4 : 8;
    }

    @Override
    public int size() {
        return size(type);
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.bound(this, type + "At", type, byte[].class, int.class);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.bound(this, "put", void.class, byte[].class, int.class, type);
    }

    @Override
    public MethodHandle canonical() {
        return null;
    }

    boolean booleanAt(byte[] bytes, int at) {
        return bytes[at + offset] != 0;
    }

    byte byteAt(byte[] bytes, int at) {
        return bytes[at + offset];
    }

    short shortAt(byte[] bytes, int at) {
        return Bytes.getShort(bytes, at + offset);
    }

    char charAt(byte[] bytes, int at) {
        return (char) Bytes.getShort(bytes, at + offset);
    }

    int intAt(byte[] bytes, int at) {
        return Bytes.getInt(bytes, at + offset);
    }

    long longAt(byte[] bytes, int at) {
        return Bytes.getLong(bytes, at + offset);
    }

    float floatAt(byte[] bytes, int at) {
        return Float.intBitsToFloat(Bytes.getInt(bytes, at + offset));
    }

    double doubleAt(byte[] bytes, int at) {
        return Bytes.getDouble(bytes, at + offset);
    }

    void put(byte[] bytes, int at, boolean value) {
        bytes[at + offset] = (byte) (value ? 1 : 0);
    }

    void put(byte[] bytes, int at, byte value) {
        bytes[at + offset] = value;
    }

    void put(byte[] bytes, int at, short value) {
        Bytes.putShort(bytes, at + offset, value);
    }

    void put(byte[] bytes, int at, char value) {
        Bytes.putShort(bytes, at + offset, (short) value);
    }

    void put(byte[] bytes, int at, int value) {
        Bytes.putInt(bytes, at + offset, value);
    }

    void put(byte[] bytes, int at, long value) {
        Bytes.putLong(bytes, at + offset, value);
    }

    void put(byte[] bytes, int at, float value) {
        Bytes.putInt(bytes, at + offset, Float.floatToIntBits(value));
    }

    void put(byte[] bytes, int at, double value) {
        Bytes.putDouble(bytes, at + offset, value);
    }

    @Override
    public String check(byte[] bytes, int at) {
        if (type == boolean.class && (bytes[at + offset] & ~1) != 0) {
            return name.malformed(bytes[at + offset], "is neither 0 nor 1");
        }
        if (type == float.class && Float.floatToIntBits(floatAt(bytes, at)) != intAt(bytes, at)
                || type == double.class && Double.doubleToLongBits(doubleAt(bytes, at)) != longAt(bytes, at)) {
            return name + ": a NaN with other bits than Java's";
        }
        return null;
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        if (type == boolean.class) {
            out.append(booleanAt(bytes, at));
        } else if (type == char.class) {
            FieldName.appendPrintable(out, charAt(bytes, at));
        } else if (type == float.class) {
            out.append(floatAt(bytes, at));
        } else if (type == double.class) {
            out.append(doubleAt(bytes, at));
        } else if (scale == UNSCALED) {
            out.append(wholeAt(bytes, at));
        } else {
            out.append(BigDecimal.valueOf(longAt(bytes, at), scale).toPlainString());
        }
    }

    private long wholeAt(byte[] bytes, int at) {
        if (type == byte.class) {
            return byteAt(bytes, at);
        } else if (type == short.class) {
            return shortAt(bytes, at);
        }
        return type == int.class ? intAt(bytes, at) : longAt(bytes, at);
    }

    @Override
    public void appendLayout(StringBuilder out) {
        String word = scale == UNSCALED ? type.getName() : DecimalField.layout(scale);
        out.append(name.path()).append(' ').append(word).append('@').append(offset);
    }
}
