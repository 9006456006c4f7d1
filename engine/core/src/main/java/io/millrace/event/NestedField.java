package io.millrace.event;

import java.lang.invoke.MethodHandle;

/**
 * A record within a record: its components stand inline.
 *
 * @param shape what it is made of, at the same place
 */
record NestedField(FieldName name, RecordShape shape) implements RecordField {
    @Override
    public int offset() {
        return shape.offset();
    }

    @Override
    public int size() {
        return shape.size();
    }

    @Override
    public Class<?> type() {
        return shape.record();
    }

    @Override
    public MethodHandle reader() {
        return shape.reader();
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.nested(this, shape.writer());
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.nested(this, shape.canonical());
    }

    Object present(Object value) {
        if (value == null) {
            throw name.missing();
        }
        return value;
    }

    @Override
    public String check(byte[] bytes, int at) {
        return shape.check(bytes, at);
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        shape.appendText(out, bytes, at);
    }

    @Override
    public void appendLayout(StringBuilder out) {
        shape.appendLayout(out.append(name.path()).append(" record@").append(offset()));
    }
}
