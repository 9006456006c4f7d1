package io.millrace.sbe;

import static io.millrace.sbe.SchemaXml.children;
import static io.millrace.sbe.SchemaXml.local;
import static io.millrace.sbe.SchemaXml.number;
import static io.millrace.sbe.SchemaXml.text;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Element;

/** What of a schema decides how its messages stand in memory. */
final class SchemaModel {
    private static final Map<String, Integer> PRIMITIVES = new LinkedHashMap<>();

    static {
        for (String one : List.of("char", "int8", "uint8")) {
            PRIMITIVES.put(one, 1);
        }
        for (String two : List.of("int16", "uint16")) {
            PRIMITIVES.put(two, 2);
        }
        for (String four : List.of("int32", "uint32", "float")) {
            PRIMITIVES.put(four, 4);
        }
        for (String eight : List.of("int64", "uint64", "double")) {
            PRIMITIVES.put(eight, 8);
        }
    }

    private static final String NANOS = "nanosecond";
    private static final String UNIX = "unix";

    /** In any order: what a type is made of may be declared behind it. */
    private final Map<String, Element> declared = new LinkedHashMap<>();

    private final Map<String, Type> types = new HashMap<>();

    /** Those that are being worked out, each as part of the one before. */
    private final Set<String> within = new LinkedHashSet<>();

    private final Map<Integer, Block> messages = new LinkedHashMap<>();
    private final int id;
    private final int version;
    private final String byteOrder;
    private final String header;

    /** How a value stands: what it is in words, its bytes, and whether it may be the null value. */
    record Type(String text, int length, Map<String, Choice> values, boolean optional) {}

    /** A value of an enum, or a choice of a set. */
    record Choice(String value, int since, boolean isOfEnum) {}

    /** One field of a block; its unit is what a number of its counts, where it is a time. */
    record Field(String name, int id, int offset, Type type, int since, String unit) {
        int length() {
            return type.length();
        }

        int end() {
            return offset + type.length();
        }
    }

    /** A group, whose block is not null, or data. */
    record Part(String name, int id, String type, int since, Block block) {}

    /** A message or a group. */
    record Block(String name, int blockLength, List<Field> fields, List<Part> groups, List<Part> data, int since) {
        Field field(int id) {
            return fields.stream().filter(f -> f.id() == id).findFirst().orElse(null);
        }
    }

    private SchemaModel(Element root) {
        id = number(root, "id", 0);
        version = number(root, "version", 0);
        byteOrder = text(root, "byteOrder", "littleEndian");
        for (Element t : children(root)) {
            if (local(t).equals("types")) {
                children(t).forEach(d -> declared.put(d.getAttribute("name"), d));
            }
        }
        declared.keySet().forEach(this::named);
        Type of = types.get(text(root, "headerType", "messageHeader"));
        header = of == null ? "none" : of.text();
        for (Element m : children(root)) {
            if (local(m).equals("message")) {
                add(number(m, "id", 0), block(m));
            }
        }
    }

    private void add(int id, Block message) {
        Block other = messages.putIfAbsent(id, message);
        if (other != null) {
            throw new IllegalArgumentException("messages " + other.name() + " and " + message.name()
                    + " have the same id " + id + ", so that no reader can tell them apart; give one of them another");
        }
    }

    static SchemaModel of(Element root) {
        if (!local(root).equals("messageSchema")) {
            throw new IllegalArgumentException("not an SBE schema: its root is " + local(root) + ", not messageSchema");
        }
        return new SchemaModel(root);
    }

    int id() {
        return id;
    }

    int version() {
        return version;
    }

    String byteOrder() {
        return byteOrder;
    }

    String header() {
        return header;
    }

    Map<Integer, Block> messages() {
        return messages;
    }

    /** The id of the message of a name; null where there is none. */
    Integer idOf(String name) {
        for (Map.Entry<Integer, Block> m : messages.entrySet()) {
            if (m.getValue().name().equals(name)) {
                return m.getKey();
            }
        }
        return null;
    }

    // ---- types

    private Type typeOf(Element t) {
        return switch (local(t)) {
            case "type" -> simple(t);
            case "composite" -> composite(t);
            case "enum", "set" -> choices(t);
            case "ref" -> named(t.getAttribute("type"));
            default -> throw new IllegalArgumentException("not an SBE schema: " + local(t) + " among its types");
        };
    }

    private Type simple(Element t) {
        String primitive = t.getAttribute("primitiveType");
        int times = number(t, "length", 1);
        Integer bytes = PRIMITIVES.get(primitive);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    "type " + t.getAttribute("name") + ": primitiveType " + primitive + " is none");
        }
        String presence = text(t, "presence", "required");
        boolean constant = presence.equals("constant");
        String text = primitive + (times == 1 ? "" : "[" + times + "]");
        text += constant ? " constant " + constant(t) : "";
        text += encoding(primitive, t) + unit(t);
        String nothing = text(t, "nullValue", "");
        text += nothing.isEmpty() ? "" : " null " + nothing;
        return new Type(text, constant ? 0 : bytes * times, Map.of(), presence.equals("optional"));
    }

    /** What stands there, or to which value of an enum it refers, and which that is. */
    private String constant(Element t) {
        String ref = text(t, "valueRef", "");
        if (ref.isEmpty()) {
            return t.getTextContent().strip();
        }
        int dot = ref.indexOf('.');
        Type of = dot < 0 || !declared.containsKey(ref.substring(0, dot)) ? null : named(ref.substring(0, dot));
        Choice choice = of == null ? null : of.values().get(ref.substring(dot + 1));
        return ref + (choice == null ? "" : " " + choice.value());
    }

    /** Characters are ASCII where nothing is said, and bytes are no text. */
    private static String encoding(String primitive, Element t) {
        String of = text(t, "characterEncoding", "").strip();
        if (of.isEmpty()) {
            return "";
        }
        String name;
        try {
            name = Charset.forName(of).name();
        } catch (IllegalArgumentException e) {
            name = of; // one that this machine does not have
        }
        return primitive.equals("char") && name.equals("US-ASCII") ? "" : " in " + name;
    }

    /** As tools take it that generate code: nanoseconds since 1970 where nothing is said. */
    private static String unit(Element e) {
        String unit = text(e, "timeUnit", NANOS);
        String epoch = text(e, "epoch", UNIX);
        return (unit.equals(NANOS) ? "" : " of unit " + unit) + (epoch.equals(UNIX) ? "" : " since " + epoch);
    }

    private Type composite(Element t) {
        StringBuilder text = new StringBuilder("(");
        Map<String, Choice> values = new LinkedHashMap<>();
        int at = 0;
        for (Element part : children(t)) {
            Type of = typeOf(part);
            at = number(part, "offset", at);
            text.append(text.length() == 1 ? "" : ", ").append(part.getAttribute("name"));
            text.append(' ')
                    .append(of.text())
                    .append(of.optional() ? " optional@" : "@")
                    .append(at);
            of.values().forEach((k, v) -> values.put(part.getAttribute("name") + "." + k, v));
            at += of.length();
        }
        return new Type(text.append(')').toString(), at, values, false);
    }

    private Type choices(Element t) {
        Type of = named(t.getAttribute("encodingType"));
        Map<String, Choice> values = new LinkedHashMap<>();
        for (Element c : children(t)) {
            String value = c.getTextContent().strip();
            values.put(
                    c.getAttribute("name"), new Choice(value, number(c, "sinceVersion", 0), local(t).equals("enum")));
        }
        return new Type(local(t) + " " + of.text(), of.length(), values, of.optional());
    }

    private Type named(String name) {
        Integer primitive = PRIMITIVES.get(name);
        if (primitive != null) {
            return new Type(name, primitive, Map.of(), false);
        }
        Type t = types.get(name);
        return t == null ? worked(name) : t;
    }

    private Type worked(String name) {
        Element e = declared.get(name);
        if (e == null) {
            throw new IllegalArgumentException("type " + name + " is not declared; add it to the types of the schema");
        }
        if (!within.add(name)) {
            List<String> chain = new ArrayList<>(within);
            chain = chain.subList(chain.indexOf(name), chain.size()); // those before are only made of it
            throw new IllegalArgumentException("type " + name + " is made of itself: " + String.join(", of ", chain)
                    + ", of " + name + "; take one of them out of the other");
        }
        Type t = typeOf(e);
        within.remove(name);
        types.put(name, t);
        return t;
    }

    // ---- messages

    private Block block(Element of) {
        List<Field> fields = new ArrayList<>();
        List<Part> groups = new ArrayList<>();
        List<Part> data = new ArrayList<>();
        int at = 0;
        for (Element e : children(of)) {
            String name = e.getAttribute("name");
            int number = number(e, "id", 0);
            int since = number(e, "sinceVersion", 0);
            if (local(e).equals("field")) {
                Type t = field(e);
                at = number(e, "offset", at);
                fields.add(new Field(name, number, at, t, since, unit(e)));
                at += t.length();
            } else if (local(e).equals("group")) {
                String size =
                        named(text(e, "dimensionType", "groupSizeEncoding")).text();
                groups.add(new Part(name, number, size, since, block(e)));
            } else {
                data.add(new Part(name, number, named(e.getAttribute("type")).text(), since, null));
            }
        }
        int since = number(of, "sinceVersion", 0);
        return new Block(of.getAttribute("name"), number(of, "blockLength", at), fields, groups, data, since);
    }

    /** The type of a field, which may say otherwise than its type whether there is always a value. */
    private Type field(Element e) {
        Type t = named(e.getAttribute("type"));
        String presence = text(e, "presence", t.optional() ? "optional" : "required");
        return presence.equals("constant")
                ? new Type("constant " + t.text() + " " + text(e, "valueRef", ""), 0, t.values(), false)
                : new Type(t.text(), t.length(), t.values(), presence.equals("optional"));
    }
}
