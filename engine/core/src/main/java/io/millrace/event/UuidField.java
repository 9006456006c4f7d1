package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.util.UUID;

/** A UUID: its most significant long, then its least significant one. */
record UuidField(FieldName name, int offset) implements RecordField {
    @Override
    public int size() {
        return 2 * Long.BYTES;
    }

    @Override
    public Class<?> type() {
        return UUID.class;
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.bound(this, "read", UUID.class, byte[].class, int.class);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.bound(this, "write", void.class, byte[].class, int.class, UUID.class);
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.bound(this, "canonical", UUID.class, UUID.class);
    }

    UUID read(byte[] bytes, int at) {
        return new UUID(Bytes.getLong(bytes, at + offset), Bytes.getLong(bytes, at + offset + Long.BYTES));
    }

    void write(byte[] bytes, int at, UUID value) {
        canonical(value);
        Bytes.putLong(bytes, at + offset, value.getMostSignificantBits());
        Bytes.putLong(bytes, at + offset + Long.BYTES, value.getLeastSignificantBits());
    }

    UUID canonical(UUID value) {
        if (value == null) {
            throw name.missing();
        }
        return value;
    }

    @Override
    public String check(byte[] bytes, int at) {
        return null;
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        out.append(read(bytes, at));
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append(name.path()).append(" uuid@").append(offset);
    }
}
