package io.millrace.transport.file;

import io.millrace.event.EntryForm;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.event.Sensitive;
import io.millrace.event.ThrownText;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;

/** Makes records of rows whose columns are named by the record's components, and rows of such records. */
final class RecordRows<R extends Record> implements CsvSource.RowFunction<R>, CsvSink.RowWriter<R> {
    private final String[] columns;
    private final RecordColumn[] kinds;
    private final MethodHandle constructor;
    private final MethodHandle[] accessors;
    private final Class<R> record;
    private final boolean[] sensitive;
    private final boolean hasSensitive;

    /** The column, in front, for what a row does to those before it; null where all rows stay. */
    private final String form;

    RecordRows(Class<R> record) {
        this(record, null);
    }

    RecordRows(Class<R> record, String form) {
        this.record = record;
        this.form = form;
        RecordComponent[] components = record.getRecordComponents();
        columns = Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new);
        if (form != null && Arrays.asList(columns).contains(form)) {
            throw new IllegalArgumentException("record " + record.getName() + " has a component " + form
                    + " of its own; give another name to the column for what a row does");
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        kinds = Arrays.stream(components).map(RecordColumn::of).toArray(RecordColumn[]::new);
        sensitive = new boolean[components.length];
        boolean any = false;
        for (int i = 0; i < components.length; i++) {
            sensitive[i] = components[i].isAnnotationPresent(Sensitive.class);
            any |= sensitive[i];
        }
        hasSensitive = any;
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
        String[] names = form == null ? new String[0] : new String[] {form};
        return Stream.of(names, columns).flatMap(Stream::of).toArray(String[]::new);
    }

    boolean hasForm() {
        return form != null;
    }

    // ---- rows to records

    @Override
    public R event(CsvRow row) throws RowProblem {
        Object[] values = new Object[kinds.length];
        try {
            for (int i = 0; i < values.length; i++) {
                row.sensitive(sensitive[i]);
                values[i] = kinds[i].read(row, i);
            }
        } finally {
            row.sensitive(false);
        }
        try {
            return record.cast((Object) constructor.invokeExact(values));
        } catch (Error e) {
            throw e;
        } catch (Throwable t) {
            // what the record's own constructor refuses
            String text = hasSensitive || t.getMessage() == null ? ThrownText.of(t, hasSensitive) : t.getMessage();
            throw new RowProblem(DeadLetterReason.OUT_OF_RANGE, Shown.value(text));
        }
    }

    // ---- records to rows

    /** Asks all values before it writes the first: a record that cannot be written leaves no half row. */
    @Override
    public void write(R event, Meta meta, CsvWriter row) throws FileFault {
        EntryForm does = meta == null ? EntryForm.INSERT : meta.form();
        if (form == null && does != EntryForm.INSERT) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    "a " + word(does) + " of " + shown(event) + " would look like a row that stays; "
                            + CsvSink.CHANGES_CURE);
        }
        Object[] values = new Object[accessors.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(event, i);
        }
        if (form != null) {
            row.putText(word(does));
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                row.putAbsent();
            } else {
                kinds[i].write(row, values[i]);
            }
        }
    }

    private static String word(EntryForm form) {
        return switch (form) {
            case INSERT -> "insert";
            case RETRACTION -> "retraction";
            case REPLACEMENT -> "replacement";
        };
    }

    private Object value(R event, int i) {
        Object value;
        try {
            value = (Object) accessors[i].invokeExact((Record) event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw refused(i, event, "cannot be read: " + ThrownText.of(t, hasSensitive), t);
        }
        try {
            return value == null ? null : kinds[i].writable(value);
        } catch (IllegalArgumentException e) {
            throw refused(i, event, e.getMessage(), e);
        }
    }

    /** Says itself what may be shown, so that it is shown where events have sensitive fields, too. */
    private RefusedException refused(int column, R event, String why, Throwable thrown) {
        RefusedException refused =
                new RefusedException(Reason.OUT_OF_RANGE, columns[column] + " of " + shown(event) + " " + why);
        refused.addSuppressed(thrown);
        return refused;
    }

    /** A record's own text has all its fields. */
    private String shown(R event) {
        return hasSensitive ? "a " + record.getSimpleName() : event.toString();
    }
}
