package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A component that may be absent: one bit in front of the record says that it is there; absent, its bytes are zero.
 *
 * @param inner    the component when it is there
 * @param type     the component's type: a box where the inner one is a primitive
 * @param presence index of the byte that holds the bit, from the first byte of the event
 * @param mask     the bit
 */
record NullableField(RecordField inner, Class<?> type, int presence, int mask) implements RecordField {
    @Override
    public FieldName name() {
        return inner.name();
    }

    @Override
    public int offset() {
        return inner.offset();
    }

    @Override
    public int size() {
        return inner.size();
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.nullableReader(this);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.nullableWriter(this);
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.nullableCanonical(this);
    }

    boolean isPresent(byte[] bytes, int at) {
        return (bytes[at + presence] & mask) != 0;
    }

    /** Before the inner writer: the presence bytes were cleared when the record began. */
    void mark(byte[] bytes, int at) {
        bytes[at + presence] |= (byte) mask;
    }

    void clear(byte[] bytes, int at) {
        Arrays.fill(bytes, at + offset(), at + offset() + size(), (byte) 0);
    }

    @Override
    public String check(byte[] bytes, int at) {
        if (isPresent(bytes, at)) {
            return inner.check(bytes, at);
        }
        int from = at + offset();
        return RecordField.isZero(bytes, from, from + size()) ? null : name() + ": absent, but not zero";
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        appendText(out, bytes, at);
    }

    @Override
    public void appendText(StringBuilder out, byte[] bytes, int at) {
        if (isPresent(bytes, at)) {
            inner.appendText(out, bytes, at);
        } else {
            out.append("null");
        }
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append("nullable ");
        inner.appendLayout(out);
    }
}
