package io.millrace.transport.file;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Makes records of rows whose columns are named by the record's components. */
final class RecordRows<R extends Record> implements CsvSource.RowFunction<R> {
    private final String[] columns;
    private final Class<?>[] types;
    private final MethodHandle constructor;
    private final Class<R> record;

    RecordRows(Class<R> record) {
        this.record = record;
        RecordComponent[] components = record.getRecordComponents();
        columns = Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new);
        types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        for (RecordComponent c : components) {
            requireColumnType(c);
        }
        constructor = constructor(record, types);
    }

    private static void requireColumnType(RecordComponent c) {
        Class<?> t = c.getType();
        if (t != long.class && t != int.class && t != double.class && t != boolean.class && t != String.class) {
            throw new IllegalArgumentException(c.getDeclaringRecord().getSimpleName() + "." + c.getName() + ": a column"
                    + " cannot hold " + t.getSimpleName()
                    + "; use long, int, double, boolean or String, or a function of the row");
        }
    }

    private static MethodHandle constructor(Class<?> record, Class<?>[] types) {
        try {
            Constructor<?> c = record.getDeclaredConstructor(types);
            c.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectConstructor(c)
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "record " + record.getName() + " cannot be made from here: " + e.getMessage()
                            + "; open its package to millrace, or use a function of the row",
                    e);
        }
    }

    String[] columns() {
        return columns.clone();
    }

    @Override
    public R event(CsvRow row) throws RowProblem {
        Object[] values = new Object[types.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(row, i);
        }
        try {
            return record.cast((Object) constructor.invokeExact(values));
        } catch (RuntimeException e) {
            throw new RowProblem(DeadLetterReason.OUT_OF_RANGE, String.valueOf(e.getMessage()));
        } catch (Error e) {
            throw e;
        } catch (Throwable t) {
            throw new RowProblem(DeadLetterReason.MALFORMED, String.valueOf(t));
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
            throw new RowProblem(DeadLetterReason.MISSING_VALUE, "column " + columns[i] + " is empty; a flag is 0 or 1");
        }
        String text = row.asText(i).toString();
        return switch (text) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new RowProblem(
                    DeadLetterReason.MALFORMED, "column " + columns[i] + ": '" + text + "' is not a flag; use 0 or 1");
        };
    }
}
