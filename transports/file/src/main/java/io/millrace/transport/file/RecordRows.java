package io.millrace.transport.file;

import io.millrace.event.Meta;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Makes records of rows whose columns are named by the record's components, and rows of such records. */
final class RecordRows<R extends Record> implements CsvSource.RowFunction<R>, CsvSink.RowWriter<R> {
    private final String[] columns;
    private final Class<?>[] types;
    private final MethodHandle constructor;
    private final MethodHandle[] accessors;
    private final Class<R> record;

    RecordRows(Class<R> record) {
        this.record = record;
        RecordComponent[] components = record.getRecordComponents();
        columns = Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new);
        types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        for (RecordComponent c : components) {
            requireColumnType(c);
        }
        try {
            constructor = constructor(record, types);
            accessors = accessors(components);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "record " + record.getName() + " cannot be reached from here: " + e.getMessage()
                            + "; open its package to millrace, or use a function",
                    e);
        }
    }

    private static void requireColumnType(RecordComponent c) {
        Class<?> t = c.getType();
        if (t != long.class && t != int.class && t != double.class && t != boolean.class && t != String.class) {
            throw new IllegalArgumentException(c.getDeclaringRecord().getSimpleName() + "." + c.getName() + ": a column"
                    + " cannot hold " + t.getSimpleName()
                    + "; use long, int, double, boolean or String, or a function");
        }
    }

    private static MethodHandle constructor(Class<?> record, Class<?>[] types) throws ReflectiveOperationException {
        Constructor<?> c = record.getDeclaredConstructor(types);
        c.setAccessible(true);
        return MethodHandles.lookup()
                .unreflectConstructor(c)
                .asSpreader(Object[].class, types.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
    }

    private static MethodHandle[] accessors(RecordComponent[] components) throws ReflectiveOperationException {
        MethodHandle[] result = new MethodHandle[components.length];
        for (int i = 0; i < result.length; i++) {
            Method m = components[i].getAccessor();
            m.setAccessible(true);
            result[i] = MethodHandles.lookup().unreflect(m).asType(MethodType.methodType(Object.class, Record.class));
        }
        return result;
    }

    String[] columns() {
        return columns.clone();
    }

    // ---- rows to records

    @Override
    public R event(CsvRow row) throws RowProblem {
        Object[] values = new Object[types.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(row, i);
        }
        try {
            return record.cast((Object) constructor.invokeExact(values));
        } catch (Error e) {
            throw e;
        } catch (Throwable t) {
            // what the record's own constructor refuses
            String text = t.getMessage() == null ? t.toString() : t.getMessage();
            throw new RowProblem(DeadLetterReason.OUT_OF_RANGE, Shown.value(text));
        }
    }

    private Object value(CsvRow row, int i) throws RowProblem {
        Class<?> t = types[i];
        if (t == long.class) {
            return row.asLong(i);
        }
        if (t == int.class) {
            return (int) row.asLong(i, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (t == double.class) {
            return row.asDouble(i);
        }
        return t == boolean.class ? flag(row, i) : row.asText(i).toString();
    }

    private boolean flag(CsvRow row, int i) throws RowProblem {
        if (row.isEmpty(i)) {
            throw new RowProblem(DeadLetterReason.MISSING_VALUE, columns[i] + " is empty");
        }
        String text = row.asText(i).toString();
        return switch (text) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default ->
                throw new RowProblem(
                        DeadLetterReason.MALFORMED, columns[i] + " '" + Shown.value(text) + "' is not 0 or 1");
        };
    }

    // ---- records to rows

    /** Asks all values before it writes the first: a record that cannot be written leaves no half row. */
    @Override
    public void write(R event, Meta meta, CsvWriter row) throws FileFault {
        Object[] values = new Object[accessors.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(event, i);
        }
        for (Object value : values) {
            put(row, value);
        }
    }

    private Object value(R event, int i) {
        Object value;
        try {
            value = (Object) accessors[i].invokeExact((Record) event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(columns[i] + " of " + event + " cannot be read: " + t, t);
        }
        if (value instanceof Double d && d.isInfinite()) {
            throw new IllegalArgumentException(
                    columns[i] + " of " + event + " is infinite; a column holds finite numbers");
        }
        return value;
    }

    private static void put(CsvWriter row, Object value) throws FileFault {
        if (value == null) {
            row.putAbsent();
        } else if (value instanceof Double d) {
            row.putDouble(d);
        } else if (value instanceof Boolean b) {
            row.putLong(b ? 1 : 0);
        } else if (value instanceof Number n) {
            row.putLong(n.longValue());
        } else {
            row.putText((String) value);
        }
    }
}
