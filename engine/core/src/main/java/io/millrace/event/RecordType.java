package io.millrace.event;

import java.util.List;

/**
 * The event type of a record: a fixed layout, derived from the components in their declared order, little endian, in
 * natural sizes, without gaps. What the bytes of each component are:
 *
 * <table>
 *   <caption>Layout</caption>
 *   <tr><th>component</th><th>bytes</th><th>what</th></tr>
 *   <tr><td>presence bits</td><td>n/8, up</td><td>in front, where {@link Nullable} components are: one bit each</td></tr>
 *   <tr><td>boolean</td><td>1</td><td>0 or 1</td></tr>
 *   <tr><td>byte, short, int, long</td><td>1, 2, 4, 8</td><td>two's complement</td></tr>
 *   <tr><td>char</td><td>2</td><td>one UTF-16 unit</td></tr>
 *   <tr><td>float, double</td><td>4, 8</td><td>IEEE 754, one NaN</td></tr>
 *   <tr><td>{@code @Length(n) String}</td><td>1 + n; n &gt; 255: 2 + n</td><td>length, ASCII, zeros</td></tr>
 *   <tr><td>Instant</td><td>8</td><td>nanoseconds from the epoch</td></tr>
 *   <tr><td>{@code @Scale(s)} long, BigDecimal</td><td>8</td><td>the unscaled value</td></tr>
 *   <tr><td>UUID</td><td>16</td><td>most, then least significant long</td></tr>
 *   <tr><td>enum</td><td>1; from 257 names on 2</td><td>index in the table of names, which the layout shows</td></tr>
 *   <tr><td>record</td><td>its own</td><td>inline</td></tr>
 *   <tr><td>{@code @Nullable}, null</td><td>as if present</td><td>zeros</td></tr>
 * </table>
 *
 * <p>A record without components takes one presence byte. Equal records have equal bytes, and {@link #check}
 * accepts no other bytes than those that {@link #encode} writes.
 *
 * @param <R> the record
 */
abstract class RecordType<R extends Record> extends EventType<R> {
    // Each record has its own hidden copy of RecordCopy, where its handles are static constants. So a node that knows
    // one event type calls one class, everything down to the loads and stores is inlined there, and a record that does
    // not leave the node is never built.

    private static final ClassValue<RecordType<?>> TYPES = new ClassValue<>() {
        @Override
        protected RecordType<?> computeValue(Class<?> record) {
            FieldName name = new FieldName(record.getSimpleName(), "", false);
            return RecordCopy.define(new RecordShape(record, name, 0, List.of(record)));
        }
    };

    private final RecordShape shape;

    RecordType(RecordShape shape) {
        super(shape.record().getSimpleName(), shape.size());
        this.shape = shape;
    }

    /** The type of a record, made once. Public because it hides {@link EventType#of}, which calls it. */
    @SuppressWarnings("unchecked") // computeValue makes the type of the class it is asked for
    public static <R extends Record> EventType<R> of(Class<R> record) {
        return (EventType<R>) TYPES.get(record);
    }

    /** Reads a record. */
    abstract R read(byte[] bytes, int offset);

    @Override
    public final String check(byte[] bytes, int offset, int length) {
        String wrong = checkLayout(bytes, offset, length);
        return wrong != null ? wrong : checkConstructor(bytes, offset);
    }

    private String checkLayout(byte[] bytes, int offset, int length) {
        if (length != maxLength()) {
            return name() + ": " + length + " bytes, but its layout has " + maxLength();
        }
        if (offset < 0 || offset > bytes.length - length) {
            return name() + ": bytes " + offset + " to " + ((long) offset + length) + " of an array of " + bytes.length;
        }
        return shape.check(bytes, offset);
    }

    /** A record may have its own idea of good values; a view must not throw. */
    private String checkConstructor(byte[] bytes, int offset) {
        try {
            read(bytes, offset);
            return null;
        } catch (VirtualMachineError e) {
            throw e; // says nothing about the bytes
        } catch (Throwable e) { // also of one that asserts
            return name() + ": its constructor refuses the values: " + ThrownText.of(e, hasSensitive());
        }
    }

    @Override
    public final Class<? extends Record> recordClass() {
        return shape.record().asSubclass(Record.class);
    }

    @Override
    public final boolean isValue() {
        return true;
    }

    @Override
    public final boolean hasSensitive() {
        return shape.hasSensitive();
    }

    @Override
    public final String layout() {
        StringBuilder out = new StringBuilder().append(maxLength()).append(maxLength() == 1 ? " byte" : " bytes");
        shape.appendLayout(out);
        return out.toString();
    }

    @Override
    public final String text(byte[] bytes, int offset, int length) {
        String wrong = checkLayout(bytes, offset, length);
        if (wrong != null) {
            return name() + "[malformed: " + wrong + "]";
        }
        StringBuilder out = new StringBuilder();
        shape.appendText(out, bytes, offset);
        return out.toString();
    }
}
