package io.millrace.event;

import java.lang.invoke.MethodHandle;

/**
 * One component of a record at its fixed place. A kind of component is one class of this interface.
 *
 * <p>Each kind is itself a record and binds itself into its handles: the JIT takes the components of a record that is a
 * constant for constants, so that offset, bound and scale become part of the code. All {@code at} count from the first
 * byte of the whole event.
 */
interface RecordField {
    /** What messages say of it. */
    FieldName name();

    /** Index of its first byte from the first byte of the event. */
    int offset();

    /** How many bytes it takes, always. */
    int size();

    /** What the reader answers and the writer takes. */
    Class<?> type();

    /** Reads it: {@code (byte[], int) -> type}. */
    MethodHandle reader();

    /** Writes all its bytes or throws {@link RefusedException}: {@code (byte[], int, type) -> void}. */
    MethodHandle writer();

    /**
     * What a reader of its bytes would see: {@code (type) -> type}, the same object where nothing is lost; throws what
     * the writer throws. Null where every value passes unchanged.
     */
    MethodHandle canonical();

    /** Null when the bytes are a value of this component, in the one form that the writer gives it. */
    String check(byte[] bytes, int at);

    /** Adds the value for people to read. */
    void appendValue(StringBuilder out, byte[] bytes, int at);

    /** Adds the layout: path, type and offset. */
    void appendLayout(StringBuilder out);

    /** Adds the value, or its hash when it is sensitive. */
    default void appendText(StringBuilder out, byte[] bytes, int at) {
        if (name().sensitive()) {
            out.append(SensitiveHash.of(bytes, at + offset(), size()));
        } else {
            appendValue(out, bytes, at);
        }
    }

    /** Whether bytes are all zero. */
    static boolean isZero(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            if (Bytes.getLong(bytes, i) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
