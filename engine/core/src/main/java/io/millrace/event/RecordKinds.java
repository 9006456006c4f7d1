package io.millrace.event;

import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds the kind of a component by its type and annotations, or says why it has none and what to do. */
final class RecordKinds {
    private static final int LENGTH_MAX = 4096;
    private static final int SCALE_MAX = 18;

    private RecordKinds() {}

    static boolean isNullable(RecordComponent component) {
        return component.isAnnotationPresent(Nullable.class);
    }

    /** The kind of a component as if it were not {@link Nullable}; but a box is allowed only where it is. */
    static RecordField of(RecordComponent component, FieldName record, int offset, List<Class<?>> outer) {
        FieldName name = record.component(component.getName(), component.isAnnotationPresent(Sensitive.class));
        Class<?> type = component.getType();
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        checkAnnotations(component, name, type, primitive);
        if (primitive.isPrimitive()) {
            return new PrimitiveField(name, offset, primitive, scale(component, name));
        } else if (type == String.class) {
            return new TextField(name, offset, length(component, name));
        } else if (type == Instant.class) {
            return new InstantField(name, offset);
        } else if (type == BigDecimal.class) {
            return new DecimalField(name, offset, scale(component, name));
        } else if (type == UUID.class) {
            return new UuidField(name, offset);
        } else if (type.isEnum()) {
            return new EnumField(name, offset, type, (Enum<?>[]) type.getEnumConstants());
        } else if (type.isRecord()) {
            return new NestedField(name, nested(type, name, offset, outer));
        }
        throw refused(name, type, "has no layout; " + cure(type));
    }

    private static RecordShape nested(Class<?> type, FieldName name, int offset, List<Class<?>> outer) {
        if (outer.contains(type)) {
            throw refused(
                    name, type, "contains itself, so its layout would have no end; refer to the other event by an id");
        }
        List<Class<?>> within = new ArrayList<>(outer);
        within.add(type);
        return new RecordShape(type, name, offset, within);
    }

    private static void checkAnnotations(RecordComponent component, FieldName name, Class<?> type, Class<?> primitive) {
        boolean box = primitive.isPrimitive() && !type.isPrimitive();
        if (box && !isNullable(component)) {
            throw refused(
                    name, type, "without @Nullable has no layout; use " + primitive.getName() + ", or add @Nullable");
        }
        if (type.isPrimitive() && isNullable(component)) {
            throw refused(name, type, "cannot be @Nullable; use its box, or take @Nullable away");
        }
        if (type != String.class && component.isAnnotationPresent(Length.class)) {
            throw refused(name, type, "cannot have @Length; only String can");
        }
        if (primitive != long.class && type != BigDecimal.class && component.isAnnotationPresent(Scale.class)) {
            throw refused(name, type, "cannot have @Scale; only long and BigDecimal can");
        }
    }

    private static int length(RecordComponent component, FieldName name) {
        Length length = component.getAnnotation(Length.class);
        if (length == null) {
            throw refused(
                    name,
                    String.class,
                    "without @Length has no layout; add @Length(n) with the largest number of characters");
        }
        if (length.value() < 1 || length.value() > LENGTH_MAX) {
            throw refused(name, String.class, "has @Length(" + length.value() + "); use 1 to " + LENGTH_MAX);
        }
        return length.value();
    }

    private static int scale(RecordComponent component, FieldName name) {
        Scale scale = component.getAnnotation(Scale.class);
        Class<?> type = component.getType();
        if (scale == null) {
            if (type == BigDecimal.class) {
                throw refused(name, type, "without @Scale has no layout; add @Scale(n) with the number of decimals");
            }
            return PrimitiveField.UNSCALED;
        }
        if (scale.value() < 0 || scale.value() > SCALE_MAX) {
            throw refused(name, type, "has @Scale(" + scale.value() + "); use 0 to " + SCALE_MAX);
        }
        return scale.value();
    }

    private static String cure(Class<?> type) {
        if (type.isArray() || Iterable.class.isAssignableFrom(type) || java.util.Map.class.isAssignableFrom(type)) {
            return "use one component for each of a few values, one event for each of many, or an "
                    + "SBE message with a group";
        } else if (type == BigInteger.class || Number.class.isAssignableFrom(type)) {
            return "use long, or BigDecimal with @Scale";
        } else if (type == Optional.class) {
            return "use the type inside it and @Nullable";
        } else if (type == CharSequence.class) {
            return "use String with @Length";
        } else if (type.getName().startsWith("java.time.") || java.util.Date.class.isAssignableFrom(type)) {
            return "use Instant, or a long and its unit in the name";
        }
        return "use a record, an enum, or the primitives it is made of";
    }

    private static IllegalArgumentException refused(FieldName name, Class<?> type, String why) {
        return new IllegalArgumentException(name + ": " + type.getTypeName() + " " + why);
    }
}
