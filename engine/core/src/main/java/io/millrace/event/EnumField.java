package io.millrace.event;

import java.lang.invoke.MethodHandle;

/**
 * An enum constant as its index in the table of names, in one byte (two from 257 names on). The table stands in the
 * layout text, so that a reader with other names or another order is noticed.
 *
 * @param constants the table, never changed
 */
record EnumField(FieldName name, int offset, Class<?> type, Enum<?>[] constants) implements RecordField {
    static int size(Class<?> type) {
        return type.getEnumConstants().length > 256 ? 2 : 1;
    }

    @Override
    public int size() {
        return constants.length > 256 ? 2 : 1;
    }

    @Override
    public MethodHandle reader() {
        MethodHandle read = RecordHandles.bound(this, "read", Enum.class, byte[].class, int.class);
        return read.asType(read.type().changeReturnType(type));
    }

    @Override
    public MethodHandle writer() {
        MethodHandle write = RecordHandles.bound(this, "write", void.class, byte[].class, int.class, Enum.class);
        return write.asType(write.type().changeParameterType(2, type));
    }

    @Override
    public MethodHandle canonical() {
        MethodHandle canonical = RecordHandles.bound(this, "canonical", Enum.class, Enum.class);
        return canonical.asType(canonical.type().changeReturnType(type).changeParameterType(0, type));
    }

    Enum<?> read(byte[] bytes, int at) {
        return constants[index(bytes, at)];
    }

    void write(byte[] bytes, int at, Enum<?> value) {
        int index = canonical(value).ordinal();
        if (constants.length > 256) {
            Bytes.putShort(bytes, at + offset, (short) index);
        } else {
            bytes[at + offset] = (byte) index;
        }
    }

    Enum<?> canonical(Enum<?> value) {
        if (value == null) {
            throw name.missing();
        }
        return value;
    }

    private int index(byte[] bytes, int at) {
        return constants.length > 256 ? Bytes.getShort(bytes, at + offset) & 0xffff : bytes[at + offset] & 0xff;
    }

    @Override
    public String check(byte[] bytes, int at) {
        int index = index(bytes, at);
        return index < constants.length
                ? null
                : name.malformed(index, "is not the index of an enum constant; there are " + constants.length);
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        out.append(read(bytes, at).name());
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append(name.path()).append(" enum(");
        for (Enum<?> constant : constants) {
            out.append(constant.ordinal() == 0 ? "" : "|").append(constant.name());
        }
        out.append(")@").append(offset);
    }
}
