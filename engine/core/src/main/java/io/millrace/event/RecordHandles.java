package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Puts the handles of components together: a whole record is read or written by one handle, in which no value is boxed.
 * Everything stays a tree of constants, which the JIT turns into straight code once the root is a constant
 * ({@link RecordCopy}).
 */
final class RecordHandles {
    private static final MethodHandle SAME = same();

    private RecordHandles() {}

    /** A method of a kind, or of a shape, as a handle with its object bound into it. */
    static MethodHandle bound(Object kind, String method, Class<?> result, Class<?>... parameters) {
        try {
            MethodType type = MethodType.methodType(result, parameters);
            return MethodHandles.lookup()
                    .findVirtual(kind.getClass(), method, type)
                    .bindTo(kind);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(kind.getClass() + "." + method, e);
        }
    }

    /** {@code (byte[], int) -> record}: the constructor with a reader folded in for each component, last one first. */
    static MethodHandle reader(MethodHandle constructor, RecordField[] fields) {
        int count = fields.length;
        MethodHandle reader = MethodHandles.dropArguments(constructor, count, byte[].class, int.class);
        for (int i = count - 1; i >= 0; i--) {
            reader = MethodHandles.foldArguments(reader, i, fields[i].reader());
        }
        return reader;
    }

    /** {@code (byte[], int, record) -> void}: one writer after another; before them the presence bits are cleared. */
    static MethodHandle writer(Class<?> record, MethodHandle[] accessors, RecordField[] fields, RecordShape presence) {
        MethodType type = MethodType.methodType(void.class, byte[].class, int.class, record);
        MethodHandle writer = MethodHandles.empty(type);
        for (int i = fields.length - 1; i >= 0; i--) {
            MethodHandle one = MethodHandles.filterArguments(fields[i].writer(), 2, accessors[i]);
            writer = MethodHandles.foldArguments(writer, one);
        }
        if (presence != null) {
            MethodHandle clear = bound(presence, "clearPresence", void.class, byte[].class, int.class);
            writer = MethodHandles.foldArguments(writer, clear);
        }
        return writer;
    }

    /** {@code (record) -> record}: the same one when all components are; null when nothing can be lost or refused. */
    static MethodHandle canonical(
            Class<?> record, MethodHandle[] accessors, MethodHandle constructor, RecordField[] fields) {
        MethodHandle same = null;
        MethodHandle[] values = new MethodHandle[fields.length];
        for (int i = fields.length - 1; i >= 0; i--) {
            MethodHandle canonical = fields[i].canonical();
            values[i] = accessors[i];
            if (canonical != null) {
                values[i] = MethodHandles.filterReturnValue(accessors[i], canonical);
                MethodHandle one = MethodHandles.filterArguments(unchanged(canonical), 0, accessors[i]);
                same = same == null ? one : MethodHandles.guardWithTest(one, same, constantFalse(record));
            }
        }
        if (same == null) {
            return null;
        }
        MethodHandle rebuilt = MethodHandles.dropArguments(constructor, fields.length, record);
        for (int i = fields.length - 1; i >= 0; i--) {
            rebuilt = MethodHandles.foldArguments(rebuilt, i, values[i]);
        }
        return MethodHandles.guardWithTest(same, MethodHandles.identity(record), rebuilt);
    }

    /** Refuses a null where a nested record must be, then goes on with the handle (null: with nothing to do). */
    static MethodHandle nested(NestedField field, MethodHandle handle) {
        Class<?> type = field.type();
        MethodHandle present =
                bound(field, "present", Object.class, Object.class).asType(MethodType.methodType(type, type));
        if (handle == null) {
            return present;
        }
        return MethodHandles.filterArguments(handle, handle.type().parameterCount() - 1, present);
    }

    static MethodHandle nullableReader(NullableField field) {
        MethodHandle present = bound(field, "isPresent", boolean.class, byte[].class, int.class);
        MethodType type = MethodType.methodType(field.type(), byte[].class, int.class);
        return MethodHandles.guardWithTest(present, field.inner().reader().asType(type), MethodHandles.empty(type));
    }

    static MethodHandle nullableWriter(NullableField field) {
        MethodType place = MethodType.methodType(void.class, byte[].class, int.class);
        MethodType type = place.appendParameterTypes(field.type());
        MethodHandle mark = bound(field, "mark", void.class, byte[].class, int.class);
        MethodHandle write = MethodHandles.foldArguments(field.inner().writer().asType(type), mark);
        MethodHandle clear = bound(field, "clear", void.class, byte[].class, int.class);
        MethodHandle test = MethodHandles.dropArguments(isNull(field.type()), 0, byte[].class, int.class);
        return MethodHandles.guardWithTest(test, MethodHandles.dropArguments(clear, 2, field.type()), write);
    }

    static MethodHandle nullableCanonical(NullableField field) {
        MethodHandle inner = field.inner().canonical();
        return inner == null
                ? null
                : MethodHandles.guardWithTest(isNull(field.type()), MethodHandles.identity(field.type()), inner);
    }

    /** {@code (type) -> boolean}: whether canonical answers the object it was given. */
    private static MethodHandle unchanged(MethodHandle canonical) {
        Class<?> type = canonical.type().returnType();
        MethodHandle same = SAME.asType(MethodType.methodType(boolean.class, type, type));
        return MethodHandles.foldArguments(same, canonical);
    }

    private static MethodHandle isNull(Class<?> type) {
        return MethodHandles.insertArguments(SAME, 1, (Object) null).asType(MethodType.methodType(boolean.class, type));
    }

    private static MethodHandle constantFalse(Class<?> record) {
        return MethodHandles.empty(MethodType.methodType(boolean.class, record));
    }

    private static boolean isSame(Object a, Object b) {
        return a == b;
    }

    private static MethodHandle same() {
        try {
            return MethodHandles.lookup()
                    .findStatic(
                            RecordHandles.class,
                            "isSame",
                            MethodType.methodType(boolean.class, Object.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
