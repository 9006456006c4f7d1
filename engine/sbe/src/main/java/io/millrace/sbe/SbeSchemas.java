package io.millrace.sbe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares two versions of an SBE schema before the newer one is rolled out: whether processes of the older and of the newer version
 * can read each other, which SBE lets them where a schema only grows at the ends that it grows at. Say it in a test of the schema:
 *
 * <pre>{@code
 * assertEquals(List.of(), SbeSchemas.problems(Path.of("orders-v3.xml"), Path.of("orders-v4.xml")));
 * }</pre>
 */
public final class SbeSchemas {
    private SbeSchemas() {}

    /**
     * What breaks readers of the older version, or of the newer one that get older messages.
     *
     * @param older the version that is in use
     * @param newer the one that is to come
     * @return one line each, naming message and field; empty when all is well
     * @throws IOException              when a file cannot be read
     * @throws IllegalArgumentException when it is no SBE schema
     */
    public static List<String> problems(Path older, Path newer) throws IOException {
        return problems(Files.readString(older), Files.readString(newer));
    }

    /**
     * As {@link #problems(Path, Path)}, of schemas in hand.
     *
     * @param older XML
     * @param newer XML
     * @return one line each; empty when all is well
     * @throws IllegalArgumentException when one is no SBE schema
     */
    public static List<String> problems(String older, String newer) {
        SchemaModel a = SchemaModel.parse(older);
        SchemaModel b = SchemaModel.parse(newer);
        List<String> found = new ArrayList<>();
        compareHeads(a, b, found);
        for (Map.Entry<Integer, SchemaModel.Block> m : a.messages().entrySet()) {
            SchemaModel.Block other = b.messages().get(m.getKey());
            if (other != null) { // else nobody sends it any more
                new Comparison(a, b, found).block(other.name(), m.getValue(), other);
            }
        }
        b.messages().values().forEach(m -> new Comparison(a, b, found).order(m.name(), m));
        return List.copyOf(found);
    }

    private static void compareHeads(SchemaModel a, SchemaModel b, List<String> found) {
        if (a.id() != b.id()) {
            found.add("schema: its id changed from " + a.id() + " to " + b.id()
                    + "; readers refuse what they do not know");
        }
        if (b.version() < a.version()) {
            found.add("schema: its version went back from " + a.version() + " to " + b.version());
        }
        if (!a.byteOrder().equals(b.byteOrder())) {
            found.add("schema: its byte order changed from " + a.byteOrder() + " to " + b.byteOrder());
        }
        if (!a.header().equals(b.header())) {
            found.add("schema: its message header changed from " + a.header() + " to " + b.header());
        }
    }

    /** Two versions of one message, or of one group. */
    private record Comparison(SchemaModel a, SchemaModel b, List<String> found) {
        void block(String where, SchemaModel.Block older, SchemaModel.Block newer) {
            for (SchemaModel.Field f : older.fields()) {
                field(where, f, newer.field(f.id()));
            }
            for (SchemaModel.Field f : newer.fields()) {
                if (older.field(f.id()) == null) {
                    added(where + "." + f.name(), f.since());
                    if (f.length() > 0 && f.offset() < older.blockLength()) {
                        found.add(where + "." + f.name() + ": added at " + f.offset()
                                + ", within the block that older readers know (" + older.blockLength() + " bytes)");
                    }
                }
            }
            if (newer.blockLength() < older.blockLength()) {
                found.add(where + ": its block shrank from " + older.blockLength() + " to " + newer.blockLength()
                        + " bytes");
            }
            parts(where, "group", older.groups(), newer.groups());
            parts(where, "data", older.data(), newer.data());
            if (!older.data().isEmpty()
                    && newer.groups().size() > older.groups().size()) {
                found.add(
                        where + "." + newer.groups().get(older.groups().size()).name()
                                + ": a group added in front of data, which older readers then look for in its place");
            }
        }

        private void field(String where, SchemaModel.Field older, SchemaModel.Field newer) {
            String name = where + "." + older.name();
            if (newer == null) {
                found.add(name + ": field removed; deprecate it and leave it where it is");
                return;
            }
            if (older.offset() != newer.offset()) {
                found.add(name + ": field moved from " + older.offset() + " to " + newer.offset());
            }
            if (!older.type().equals(newer.type())) {
                found.add(name + ": type changed from " + older.type() + " to " + newer.type());
            }
            values(name, older.values(), newer.values());
            if (newer.since() != older.since()) {
                found.add(name + ": sinceVersion changed from " + older.since() + " to " + newer.since());
            }
        }

        /** Of an enum or a set: what has a meaning keeps it, new ones say since when. */
        private void values(String where, Map<String, String> older, Map<String, String> newer) {
            older.forEach((name, value) -> {
                if (!value.equals(newer.get(name))) {
                    found.add(where + ": value " + name + " changed from " + value + " to " + newer.get(name));
                }
            });
        }

        /** Groups and data follow each other: only at the end something may come. */
        private void parts(String where, String kind, List<SchemaModel.Part> older, List<SchemaModel.Part> newer) {
            for (int i = 0; i < older.size(); i++) {
                SchemaModel.Part was = older.get(i);
                SchemaModel.Part is = i < newer.size() ? newer.get(i) : null;
                String name = where + "." + was.name();
                if (is == null || is.id() != was.id()) {
                    found.add(name + ": " + kind + " "
                            + (is == null ? "removed" : "no longer where it was, there is " + is.name()));
                    return;
                }
                if (!is.type().equals(was.type())) {
                    found.add(name + ": type of the " + kind + " changed from " + was.type() + " to " + is.type());
                }
                if (was.block() != null) {
                    block(name, was.block(), is.block());
                }
            }
            for (SchemaModel.Part p : newer.subList(Math.min(older.size(), newer.size()), newer.size())) {
                added(where + "." + p.name(), p.since());
            }
        }

        private void added(String name, int since) {
            if (since > b.version()) {
                found.add(name + ": sinceVersion " + since + " is above the version " + b.version() + " of the schema");
            } else if (since <= a.version()) {
                found.add(name + ": added without a sinceVersion above " + a.version()
                        + "; readers would look for it in messages that do not have it");
            }
        }

        /** Whatever the older version had: no sinceVersion above the version. */
        void order(String where, SchemaModel.Block block) {
            for (SchemaModel.Field f : block.fields()) {
                if (f.since() > b.version() && !found.contains(above(where + "." + f.name(), f.since()))) {
                    found.add(above(where + "." + f.name(), f.since()));
                }
            }
            for (SchemaModel.Part g : block.groups()) {
                order(where + "." + g.name(), g.block());
            }
        }

        private String above(String name, int since) {
            return name + ": sinceVersion " + since + " is above the version " + b.version() + " of the schema";
        }
    }
}
