package io.millrace.transport.file;

import io.millrace.event.Nullable;
import io.millrace.event.Scale;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * One component of a record as a column. What it may be is what an event's record may be; the text forms are those of
 * {@link CsvRow} and {@link CsvWriter}.
 */
interface RecordColumn {
    /** Makes the component's value of a field. */
    Object read(CsvRow row, int field) throws RowProblem;

    /**
     * What {@link #write} takes, asked of all components before the first is written, so that no half row is left.
     *
     * @throws IllegalArgumentException saying what a column cannot hold
     */
    default Object writable(Object value) {
        return value;
    }

    /** Writes a value that is not null. */
    void write(CsvWriter row, Object value) throws FileFault;

    /** The column of a component, by its type and annotations. */
    static RecordColumn of(RecordComponent c) {
        Class<?> type = c.getType();
        Class<?> boxed = BOXED.get(type);
        boolean nullable = c.isAnnotationPresent(Nullable.class);
        if (boxed != null && !nullable) {
            throw refused(c, " without @Nullable; use " + boxed.getSimpleName() + ", or add it");
        }
        if (type.isPrimitive() && nullable) {
            throw refused(c, " with @Nullable; use its box");
        }
        RecordColumn column = column(c, boxed == null ? type : boxed);
        return nullable ? new Absent(column) : column;
    }

    /** The primitives of boxes. */
    Map<Class<?>, Class<?>> BOXED = Map.of(
            Long.class, long.class,
            Integer.class, int.class,
            Short.class, short.class,
            Byte.class, byte.class,
            Double.class, double.class,
            Boolean.class, boolean.class);

    private static RecordColumn column(RecordComponent c, Class<?> type) {
        Scale scale = c.getAnnotation(Scale.class);
        if (scale != null && type != long.class && type != BigDecimal.class) {
            throw refused(c, " with @Scale; long and BigDecimal take it");
        }
        if (scale != null && (scale.value() < 0 || scale.value() > Digits.SCALE_MAX)) {
            throw refused(c, " with @Scale(" + scale.value() + "); use 0 to " + Digits.SCALE_MAX);
        }
        if (type == long.class) {
            return scale == null ? PlainColumns.LONG : new DecimalColumns.Units(scale.value());
        } else if (type == BigDecimal.class && scale != null) {
            return new DecimalColumns.Exact(scale.value());
        } else if (type == BigDecimal.class) {
            throw refused(c, " without @Scale; add it, the number of its decimals");
        } else if (type == Instant.class) {
            return TextColumns.INSTANT;
        } else if (type == UUID.class) {
            return TextColumns.UUID;
        } else if (type.isEnum()) {
            return new TextColumns.Name(type);
        }
        RecordColumn plain = PlainColumns.of(type);
        if (plain == null) {
            throw refused(
                    c,
                    "; use long, int, short, byte, double, boolean, String, Instant, BigDecimal, UUID or an"
                            + " enum, or a function");
        }
        return plain;
    }

    private static IllegalArgumentException refused(RecordComponent c, String how) {
        return new IllegalArgumentException(c.getDeclaringRecord().getSimpleName() + "." + c.getName() + ": a column"
                + " cannot hold " + c.getType().getSimpleName() + how);
    }

    /** A component that may be null: an empty field, also where an empty text was meant. */
    record Absent(RecordColumn present) implements RecordColumn {
        @Override
        public Object read(CsvRow row, int field) throws RowProblem {
            return row.isEmpty(field) ? null : present.read(row, field);
        }

        @Override
        public Object writable(Object value) {
            return present.writable(value);
        }

        @Override
        public void write(CsvWriter row, Object value) throws FileFault {
            present.write(row, value);
        }
    }
}
