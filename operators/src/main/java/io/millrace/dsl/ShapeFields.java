package io.millrace.dsl;

import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.KeyText;
import io.millrace.operators.aggregate.sketch.Ranked;
import io.millrace.operators.aggregate.statistic.OrderStatistics;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.function.BiConsumer;

/**
 * Reads the fields of a shape object: their names name its columns, and none may change after construction.
 */
final class ShapeFields {
    private final BiConsumer<Object, String> names;

    private ShapeFields(BiConsumer<Object, String> names) {
        this.names = names;
    }

    /** Names what the fields hold; complains of fields that are not final. */
    static void name(Object shape, Class<?> base, BiConsumer<Object, String> names) {
        new ShapeFields(names).walk(shape, base, "");
    }

    private void walk(Object shape, Class<?> base, String prefix) {
        for (Class<?> type = shape.getClass(); type != base; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
                    take(shape, type, field, prefix + field.getName());
                }
            }
        }
    }

    private void take(Object shape, Class<?> type, Field field, String name) {
        if (!Modifier.isFinal(field.getModifiers())) {
            throw new IllegalArgumentException("field " + name + " of " + type.getName()
                    + " is not final: what a shape class keeps is declared by final fields: make it final");
        }
        Object value = read(shape, type, field);
        if (value instanceof Aggregates.LongValue v) {
            name(v.cell, name);
        } else if (value instanceof Aggregates.DoubleValue v) {
            name(v.cell, name);
        } else if (value instanceof Aggregates.Ohlc v) {
            name(v.open.cell, name + ".open");
            name(v.high.cell, name + ".high");
            name(v.low.cell, name + ".low");
            name(v.close.cell, name + ".close");
        } else if (value instanceof Trend v) {
            name(v.slope.cell, name + ".slope");
            name(v.intercept.cell, name + ".intercept");
        } else if (value instanceof TopItems v) {
            name(v.ranked, name);
        } else if (value instanceof LongValues v) {
            name(v.values, name);
        } else if (value instanceof DoubleValues v) {
            name(v.values, name);
        } else if (value instanceof Aggregates.TextValue v) {
            name(v.text, name);
        } else if (value instanceof LookBack.Span<?> span) {
            names.accept(span.declaration, name);
        } else if (value instanceof Aggregates<?> nested) {
            names.accept(nested.declarations, name);
            walk(nested, Aggregates.class, name + ".");
        }
    }

    private void name(Cell cell, String name) {
        names.accept(cell, name);
    }

    private void name(KeyText text, String name) {
        names.accept(text, name);
    }

    private void name(Ranked ranked, String name) {
        name(ranked.size(), name + ".size");
        for (int i = 0; i < ranked.most(); i++) {
            name(ranked.item(i), name + ".item" + i);
            name(ranked.count(i), name + ".count" + i);
            if (ranked.leastCount(i) != ranked.count(i)) {
                name(ranked.leastCount(i), name + ".leastCount" + i);
            }
        }
    }

    private void name(OrderStatistics values, String name) {
        name(values.size(), name + ".size");
        for (int i = 0; i < values.most(); i++) {
            name(values.value(i), name + ".value" + i);
        }
    }

    private static Object read(Object shape, Class<?> type, Field field) {
        try {
            field.setAccessible(true);
            return field.get(shape);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "field " + field.getName() + " of " + type.getName() + " cannot be read: open its package "
                            + type.getPackageName() + " in module-info.java",
                    e);
        }
    }
}
