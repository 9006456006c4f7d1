package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.Sensitive;
import io.millrace.event.SensitiveHash;
import io.millrace.operator.Flow;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.StringJoiner;

/** Reads the values that pass a place, in a replay that explains: their bytes, and what people see of them. */
final class LineageValue {
    private final EventType<?> type;
    private final boolean hides;
    private final byte[] encoded;

    /** Where what has no layout may hold a sensitive field, it shows a hash. */
    LineageValue(EventType<?> type, boolean hides) {
        this.type = type;
        this.hides = hides;
        this.encoded = type == null ? null : new byte[type.maxLength()];
    }

    /** A copy of the bytes; null where there are none. */
    byte[] bytes(Flow flow) {
        if (flow.bytes() != null) {
            return Arrays.copyOfRange(flow.bytes(), flow.offset(), flow.offset() + flow.length());
        }
        return type == null || flow.value() == null ? null : encode(type, flow);
    }

    private <T> byte[] encode(EventType<T> of, Flow flow) {
        try {
            return Arrays.copyOf(encoded, of.encode(flow.<T>value(), encoded, 0));
        } catch (RuntimeException e) {
            return null; // it does not fit its layout, and goes on all the same as long as nobody stores it
        } finally {
            flow.rewind();
        }
    }

    String text(Flow flow, byte[] bytes) {
        if (type != null && bytes != null) {
            return type.text(bytes, 0, bytes.length);
        }
        Object value = flow.value();
        return value == null ? "nothing" : type != null ? type.name() + "[does not fit its layout]" : text(value);
    }

    /** An object without a layout: a record shows what is plain in it, anything else its class only. */
    private String text(Object value) {
        Class<?> type = value.getClass();
        if (!type.isRecord()) {
            return isPlain(value) ? plain(value) : name(type);
        }
        StringJoiner out = new StringJoiner(", ", name(type) + "[", "]");
        for (RecordComponent c : type.getRecordComponents()) {
            out.add(c.getName() + (c.isAnnotationPresent(Sensitive.class) ? " is sensitive" : component(value, c)));
        }
        return out.toString();
    }

    private String component(Object value, RecordComponent c) {
        try {
            c.getAccessor().setAccessible(true);
            Object part = c.getAccessor().invoke(value);
            return part == null || isPlain(part) ? "=" + plain(part) : " of " + name(part.getClass());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return "";
        }
    }

    private String plain(Object value) {
        return value != null && hides ? SensitiveHash.ofValue(value) : String.valueOf(value);
    }

    private static String name(Class<?> type) {
        return type.getSimpleName();
    }

    private static boolean isPlain(Object value) {
        return value instanceof Number
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof CharSequence
                || value instanceof Enum<?>
                || value instanceof java.time.Instant;
    }
}
