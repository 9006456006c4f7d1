package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.RecordComponent;
import java.util.List;

/**
 * What a record is made of: its components with their places, and the handles that read and write all of them.
 *
 * <p>The components stand in the declared order, without gaps, behind the presence bits: one bit for each
 * {@link Nullable} component in the declared order, lowest bit first, in as many bytes as that takes. A record without
 * components has one byte of them, as an event of no bytes could not be stored.
 */
final class RecordShape {
    private static final int SIZE_MAX = 1 << 20;
    private static final int SLOTS_MAX = 240;

    private final FieldName name;
    private final Class<?> record;
    private final int offset;
    private final int presenceCount;
    private final int size;
    private final RecordField[] fields;
    private final MethodHandle reader;
    private final MethodHandle writer;
    private final MethodHandle canonical;

    /**
     * Derives the shape of a record.
     *
     * @param record its class
     * @param name   what messages call it
     * @param offset index of its first byte from the first byte of the event
     * @param outer  the records it stands in
     * @throws IllegalArgumentException naming the component that has no layout, and the cure
     */
    RecordShape(Class<?> record, FieldName name, int offset, List<Class<?>> outer) {
        this.record = record;
        this.name = name;
        this.offset = offset;
        RecordComponent[] components = RecordAccess.components(record, name);
        this.presenceCount = presenceCount(components);
        this.fields = new RecordField[components.length];
        int at = offset + presenceBytes();
        int slots = 0;
        int nullable = 0;
        for (int i = 0; i < fields.length; i++) {
            RecordField field = RecordKinds.of(components[i], name, at, outer);
            if (RecordKinds.isNullable(components[i])) {
                int presence = offset + (nullable >> 3);
                field = new NullableField(field, components[i].getType(), presence, 1 << (nullable & 7));
                nullable++;
            }
            fields[i] = field;
            at += field.size();
            slots += field.type() == long.class || field.type() == double.class ? 2 : 1;
            if (at > SIZE_MAX || slots > SLOTS_MAX) {
                throw new IllegalArgumentException(
                        name + ": too " + (at > SIZE_MAX ? "long" : "many components") + " at "
                                + components[i].getName() + "; split the event, or group components "
                                + "in nested records");
            }
        }
        this.size = at - offset;
        MethodHandle[] accessors = RecordAccess.accessors(record, name);
        MethodHandle constructor = RecordAccess.constructor(record, name);
        this.reader = RecordHandles.reader(constructor, fields);
        this.writer = RecordHandles.writer(record, accessors, fields, presenceBytes() == 0 ? null : this);
        this.canonical = RecordHandles.canonical(record, accessors, constructor, fields);
    }

    private static int presenceCount(RecordComponent[] components) {
        int count = 0;
        for (RecordComponent component : components) {
            count += RecordKinds.isNullable(component) ? 1 : 0;
        }
        return count;
    }

    private int presenceBytes() {
        return fields.length == 0 ? 1 : presenceCount + 7 >> 3;
    }

    Class<?> record() {
        return record;
    }

    int offset() {
        return offset;
    }

    int size() {
        return size;
    }

    /** Reads a record: {@code (byte[], int) -> record}. */
    MethodHandle reader() {
        return reader;
    }

    /** Writes all components: {@code (byte[], int, record) -> void}. */
    MethodHandle writer() {
        return writer;
    }

    /** {@code (record) -> record}: see {@link EventType#canonical}. */
    MethodHandle canonical() {
        return canonical;
    }

    /** Clears the presence bits, before the components set theirs. */
    void clearPresence(byte[] bytes, int at) {
        for (int i = 0; i < presenceBytes(); i++) {
            bytes[at + offset + i] = 0;
        }
    }

    /** Null when the bytes are a record of this shape. */
    String check(byte[] bytes, int at) {
        int last = presenceBytes() - 1;
        if (last >= 0 && (bytes[at + offset + last] & 0xff) >> presenceCount - (last << 3) != 0) {
            return name + ": presence bits are set that belong to no component";
        }
        for (RecordField field : fields) {
            String wrong = field.check(bytes, at);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** Whether any component, at any depth, is sensitive. */
    boolean hasSensitive() {
        for (RecordField field : fields) {
            RecordField inner = field instanceof NullableField nullable ? nullable.inner() : field;
            if (field.name().sensitive()
                    || inner instanceof NestedField nested && nested.shape().hasSensitive()) {
                return true;
            }
        }
        return false;
    }

    /** Adds {@code Payment[card=1, note=abc]}. */
    void appendText(StringBuilder out, byte[] bytes, int at) {
        out.append(record.getSimpleName()).append('[');
        String separator = "";
        for (RecordField field : fields) {
            String path = field.name().path();
            out.append(separator)
                    .append(path, path.lastIndexOf('.') + 1, path.length())
                    .append('=');
            field.appendText(out, bytes, at);
            separator = ", ";
        }
        out.append(']');
    }

    /** Adds one item a component, each behind a comma. */
    void appendLayout(StringBuilder out) {
        if (presenceBytes() > 0) {
            out.append(", presence(").append(presenceCount).append(")@").append(offset);
        }
        for (RecordField field : fields) {
            field.appendLayout(out.append(", "));
        }
    }
}
