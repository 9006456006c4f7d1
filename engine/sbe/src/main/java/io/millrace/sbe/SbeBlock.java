package io.millrace.sbe;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The structure of a message or of the entries of a group, as the generated decoder tells it by its static methods:
 * fields of the block, then groups, then variable data.
 *
 * @param fields the fields of the block
 * @param groups the groups, in their order
 * @param data   the variable data, in their order
 * @param enums  those among the fields
 */
record SbeBlock(List<Field> fields, List<Group> groups, List<Data> data, SbeEnums enums) {

    /** A field of a block. */
    record Field(String name, String type, int offset, int length, int since) {}

    /**
     * A group, with the handles that walk over it.
     *
     * @param decoder     {@code (message or entry) -> group}: reads the group's header and moves the limit behind it
     * @param count       {@code (group) -> int}: the entries, unsigned
     * @param blockLength {@code (group) -> int}: the acting length of an entry's block
     * @param next        {@code (group) -> group}: moves to the next entry and the limit behind its block
     */
    record Group(
            String name,
            int since,
            int headerLength,
            SbeBlock entry,
            MethodHandle decoder,
            MethodHandle count,
            MethodHandle blockLength,
            MethodHandle next) {}

    /**
     * Variable data.
     *
     * @param skip {@code (message or entry) -> int}: moves the limit behind it, answers its length
     */
    record Data(String name, int since, int headerLength, MethodHandle skip) {}

    private static final String OFFSET = "EncodingOffset";
    private static final String GROUP = "DecoderSinceVersion";
    private static final String HEADER = "HeaderLength";

    /** The structure of a generated decoder. */
    static SbeBlock of(Class<?> decoder) {
        String order = new GeneratedDecoder(decoder).byteOrder();
        return of(decoder, order.equals(ByteOrder.BIG_ENDIAN.toString()));
    }

    private static SbeBlock of(Class<?> decoder, boolean isBigEndian) {
        List<Field> fields = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        List<Data> data = new ArrayList<>();
        for (String method : MethodOrder.of(decoder)) {
            if (method.endsWith(OFFSET) && isNumber(decoder, method)) {
                fields.add(field(decoder, method.substring(0, method.length() - OFFSET.length())));
            } else if (method.endsWith(GROUP) && isNumber(decoder, method)) {
                groups.add(group(decoder, method.substring(0, method.length() - GROUP.length()), isBigEndian));
            } else if (method.endsWith(HEADER) && isNumber(decoder, method)) {
                data.add(data(decoder, method.substring(0, method.length() - HEADER.length())));
            }
        }
        return new SbeBlock(fields, groups, data, SbeEnums.of(decoder, fields, isBigEndian));
    }

    private static Field field(Class<?> decoder, String name) {
        Method getter = find(decoder, name);
        String type = getter == null ? "bytes" : typeName(getter.getReturnType());
        int offset = number(decoder, name + OFFSET);
        int length = isConstant(decoder, name) ? 0 : number(decoder, name + "EncodingLength");
        if (length == 0 && getter != null) {
            type += constant(decoder, getter);
        }
        return new Field(name, type, offset, length, number(decoder, name + "SinceVersion"));
    }

    /** An enum that is a constant has a length all the same, and no bytes. */
    private static boolean isConstant(Class<?> decoder, String name) {
        for (Method method : decoder.getMethods()) {
            if (method.getName().equals(name + "MetaAttribute") && method.getParameterCount() == 1) {
                return "constant".equals(presence(method));
            }
        }
        return false; // what a composite is made of has none
    }

    private static Object presence(Method attribute) {
        try {
            for (Object which : attribute.getParameterTypes()[0].getEnumConstants()) {
                if (which.toString().equals("PRESENCE")) {
                    return attribute.invoke(null, which);
                }
            }
            return null;
        } catch (IllegalAccessException e) {
            throw closed(attribute.getDeclaringClass(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(attribute + " failed", e);
        }
    }

    /** What stands in no message: where it changes, what does stand there is something else. */
    private static String constant(Class<?> decoder, Method getter) {
        try {
            return "=" + getter.invoke(decoder.getConstructor().newInstance());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return ""; // it wants to be placed in a message first
        }
    }

    /** Of an enum with its values, of a composite with its fields: the same bytes are something else where these change. */
    private static String typeName(Class<?> type) {
        if (!type.isEnum()) {
            return type.getSimpleName() + composite(type);
        }
        MethodHandle value = handle(getter(type, "value"), Object.class);
        List<String> values = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            try {
                Object number = value.invokeExact(constant);
                values.add(constant + "=" + (number instanceof Character c ? (int) c : number));
            } catch (Throwable t) {
                throw new IllegalArgumentException(type.getName() + ": value() of " + constant + " throws " + t, t);
            }
        }
        return type.getSimpleName() + "(" + String.join("|", values) + ")";
    }

    /** Of a field; null where its getter fills an array. */
    static Class<?> typeOf(Class<?> decoder, String field) {
        Method getter = find(decoder, field);
        return getter == null ? null : getter.getReturnType();
    }

    /** What a composite is made of; nothing where the type is none. */
    static List<Field> composed(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Method method : type.getMethods()) {
            String name = method.getName();
            if (name.endsWith(OFFSET) && isNumber(type, name)) {
                fields.add(field(type, name.substring(0, name.length() - OFFSET.length())));
            }
        }
        fields.sort(Comparator.comparingInt(Field::offset).thenComparing(Field::name)); // methods come in no order
        return fields;
    }

    private static String composite(Class<?> type) {
        StringBuilder out = new StringBuilder();
        for (Field field : composed(type)) {
            out.append(out.length() == 0 ? "(" : "|")
                    .append(field.name)
                    .append(' ')
                    .append(field.type);
            out.append(':').append(field.length).append('@').append(field.offset);
            out.append(since(field.since));
        }
        return out.length() == 0 ? "" : out.append(')').toString();
    }

    private static Group group(Class<?> decoder, String name, boolean isBigEndian) {
        Class<?> type = getter(decoder, name).getReturnType();
        return new Group(
                name,
                number(decoder, name + GROUP),
                number(type, "sbeHeaderSize"),
                of(type, isBigEndian),
                handle(getter(decoder, name), Object.class),
                handle(getter(type, "count"), int.class),
                handle(getter(type, "actingBlockLength"), int.class),
                handle(getter(type, "next"), Object.class));
    }

    private static Data data(Class<?> decoder, String name) {
        Method skip = getter(decoder, "skip" + Character.toUpperCase(name.charAt(0)) + name.substring(1));
        int since = number(decoder, name + "SinceVersion");
        return new Data(name, since, number(decoder, name + HEADER), handle(skip, int.class));
    }

    /** Whether the message is nothing but its block. */
    boolean isFixed() {
        return groups.isEmpty() && data.isEmpty();
    }

    /** The least length of the block in messages of a version. */
    int blockLengthMin(int version) {
        int min = 0;
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (field.since <= version) {
                min = Math.max(min, field.offset + field.length);
            }
        }
        return min;
    }

    /** Adds one item for each field, group and variable data, each behind a comma. */
    void appendLayout(StringBuilder out, String path) {
        for (Field field : fields) {
            out.append(", ").append(path).append(field.name).append(' ').append(field.type);
            out.append(':')
                    .append(field.length)
                    .append('@')
                    .append(field.offset)
                    .append(since(field.since));
        }
        for (Group group : groups) {
            out.append(", ").append(path).append(group.name).append(" group(").append(group.headerLength);
            out.append(')').append(since(group.since));
            group.entry.appendLayout(out, path + group.name + ".");
        }
        for (Data one : data) {
            out.append(", ").append(path).append(one.name).append(" data(").append(one.headerLength);
            out.append(')').append(since(one.since));
        }
    }

    private static String since(int version) {
        return version == 0 ? "" : " since " + version;
    }

    private static boolean isNumber(Class<?> decoder, String method) {
        Method found = find(decoder, method);
        return found != null && java.lang.reflect.Modifier.isStatic(found.getModifiers());
    }

    private static Method find(Class<?> decoder, String name) {
        try {
            return decoder.getMethod(name);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Method getter(Class<?> decoder, String name) {
        Method method = find(decoder, name);
        if (method == null) {
            throw new IllegalArgumentException(decoder.getName() + " has no method " + name
                    + "(); generate it with a newer sbe-tool (1.38 or later)");
        }
        return method;
    }

    private static int number(Class<?> decoder, String name) {
        try {
            return ((Number) getter(decoder, name).invoke(null)).intValue();
        } catch (IllegalAccessException e) {
            throw closed(decoder, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(decoder.getName() + "." + name + "() failed", e);
        }
    }

    private static MethodHandle handle(Method method, Class<?> result) {
        try {
            return MethodHandles.publicLookup().unreflect(method).asType(MethodType.methodType(result, Object.class));
        } catch (IllegalAccessException e) {
            throw closed(method.getDeclaringClass(), e);
        }
    }

    private static IllegalArgumentException closed(Class<?> decoder, IllegalAccessException cause) {
        return new IllegalArgumentException(
                decoder.getName() + " cannot be reached; add `exports " + decoder.getPackageName()
                        + ";` to the module-info of " + decoder.getModule().getName(),
                cause);
    }
}
