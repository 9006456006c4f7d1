package io.millrace.sbe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares two versions of an SBE schema before the newer one is rolled out, and reports whether processes of the older
 * and the newer version can read each other. SBE allows that if a schema grows only at its ends, and each addition says
 * since when it is there:
 * <ul>
 * <li>fields at the end of a block;
 * <li>groups and data at the end of a message, but not of the entries of a group, whose ends a reader of the older
 *     version cannot find;
 * <li>choices of a set;
 * <li>values of an enum, if readers decode unknown ones ({@link UnknownValues}).
 * </ul>
 *
 * <p>Fix what it reports before the rollout. A frame does not tell how its sender's schema differs from the reader's,
 * so many such changes would be read as other values rather than refused. Use it in a test of the schema:
 *
 * <pre>{@code
 * assertEquals(List.of(), SbeSchemas.problems(Path.of("orders-v3.xml"), Path.of("orders-v4.xml")));
 * }</pre>
 */
public final class SbeSchemas {
    private SbeSchemas() {}

    /**
     * Returns what breaks readers of the older version, or readers of the newer one that get older messages. Files that
     * the schemas include ({@code xi:include}, whole, named relative to the including file) are read too.
     *
     * @param older the version in use
     * @param newer the version to come
     * @return a line for each problem, naming message and field; empty if there is none
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if a file is no SBE schema, or two of its messages have the same id
     */
    public static List<String> problems(Path older, Path newer) throws IOException {
        return problems(older, newer, UnknownValues.REFUSED);
    }

    /**
     * Returns what breaks readers, as {@link #problems(Path, Path)} does, if it is known what readers do with values
     * that were added to an enum.
     *
     * @param older the version in use
     * @param newer the version to come
     * @param readers what readers of the older version do with a value that they do not know
     * @return a line for each problem; empty if there is none
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if a file is no SBE schema, or two of its messages have the same id
     */
    public static List<String> problems(Path older, Path newer, UnknownValues readers) throws IOException {
        return problems(SchemaModel.of(SchemaXml.root(older)), SchemaModel.of(SchemaXml.root(newer)), readers);
    }

    /**
     * Returns what breaks readers, as {@link #problems(Path, Path)} does, for schemas given as text, which include no
     * files.
     *
     * @param older the XML of the version in use
     * @param newer the XML of the version to come
     * @return a line for each problem; empty if there is none
     * @throws IllegalArgumentException if one is no SBE schema, or two of its messages have the same id
     */
    public static List<String> problems(String older, String newer) {
        return problems(older, newer, UnknownValues.REFUSED);
    }

    /**
     * Returns what breaks readers, as {@link #problems(Path, Path, UnknownValues)} does, for schemas given as text,
     * which include no files.
     *
     * @param older the XML of the version in use
     * @param newer the XML of the version to come
     * @param readers what readers of the older version do with a value that they do not know
     * @return a line for each problem; empty if there is none
     * @throws IllegalArgumentException if one is no SBE schema, or two of its messages have the same id
     */
    public static List<String> problems(String older, String newer, UnknownValues readers) {
        return problems(SchemaModel.of(SchemaXml.root(older)), SchemaModel.of(SchemaXml.root(newer)), readers);
    }

    private static List<String> problems(SchemaModel a, SchemaModel b, UnknownValues readers) {
        Objects.requireNonNull(readers, "readers");
        List<String> found = new ArrayList<>();
        compareHeads(a, b, found);
        for (Map.Entry<Integer, SchemaModel.Block> m : a.messages().entrySet()) {
            compareIds(a, b, m.getKey(), m.getValue().name(), found);
            SchemaModel.Block other = b.messages().get(m.getKey());
            if (other != null) {
                new Comparison(a, b, readers, found).block(other.name(), m.getValue(), other);
            }
        }
        b.messages().values().forEach(m -> new SchemaOrder(b.version(), found).message(m));
        return List.copyOf(found);
    }

    /** A message is identified by its id and, for authors of code, by its name. */
    private static void compareIds(SchemaModel a, SchemaModel b, int id, String name, List<String> found) {
        Integer now = b.idOf(name);
        if (now != null && now != id) {
            found.add(name + ": message id changed from " + id + " to " + now + "; readers of version " + a.version()
                    + " do not know the one, and readers of version " + b.version()
                    + " the other, or take it for another message; leave the id, or add a message of another name");
        } else if (!b.messages().containsKey(id)) {
            found.add(name + ": message removed (id " + id + "); readers of version " + b.version()
                    + " refuse those that were sent by version " + a.version()
                    + "; deprecate it and leave it where it is");
        }
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

    /** Two versions of one message, and of its groups. */
    private record Comparison(SchemaModel a, SchemaModel b, UnknownValues readers, List<String> found) {
        void block(String where, SchemaModel.Block older, SchemaModel.Block newer) {
            fields(where, older, newer);
            parts(where, "group", older.groups(), newer.groups());
            parts(where, "data", older.data(), newer.data());
            addedParts(where, older.groups(), newer.groups());
            addedParts(where, older.data(), newer.data());
            if (!older.data().isEmpty()
                    && newer.groups().size() > older.groups().size()) {
                found.add(
                        where + "." + newer.groups().get(older.groups().size()).name()
                                + ": a group added in front of data, which older readers then look for in its place");
            }
        }

        private void entries(String where, String group, SchemaModel.Block older, SchemaModel.Block newer) {
            fields(where, older, newer);
            parts(where, "group", older.groups(), newer.groups());
            parts(where, "data", older.data(), newer.data());
            String end = "which end " + end(older) + " in version " + a.version()
                    + "; its readers take what follows for the next entry; add it behind the groups of the message";
            for (SchemaModel.Part p : behind(older.groups(), newer.groups())) {
                found.add(where + "." + p.name() + ": group added in the entries of group " + group + ", " + end);
            }
            for (SchemaModel.Part p : behind(older.data(), newer.data())) {
                found.add(where + "." + p.name() + ": data added in the entries of group " + group + ", " + end);
            }
        }

        private static String end(SchemaModel.Block of) {
            return !of.data().isEmpty()
                    ? "with data " + of.data().get(of.data().size() - 1).name()
                    : of.groups().isEmpty()
                            ? "with their block"
                            : "with group "
                                    + of.groups().get(of.groups().size() - 1).name();
        }

        private void fields(String where, SchemaModel.Block older, SchemaModel.Block newer) {
            for (SchemaModel.Field f : older.fields()) {
                field(where, f, newer.field(f.id()));
                sameName(where, f, newer);
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
        }

        /**
         * A new name does not matter to a frame; but if another field had that name before, code that uses it reads the
         * wrong field.
         */
        private void sameName(String where, SchemaModel.Field older, SchemaModel.Block newer) {
            for (SchemaModel.Field f : newer.fields()) {
                if (f.name().equals(older.name()) && f.id() != older.id()) {
                    found.add(
                            where + "." + older.name() + ": field id changed from " + older.id() + " to " + f.id()
                                    + "; readers by name take another field for it; leave the id, or add a field of another name");
                }
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
            type(name, older.type(), newer.type());
            if (!older.unit().equals(newer.unit())) {
                found.add(name + ": its time changed from" + unit(older) + " to" + unit(newer) + "; readers of version "
                        + a.version() + " take the one for the other; add a field");
            }
            if (isChanged(older.since(), newer.since())) {
                found.add(name + ": sinceVersion changed from " + older.since() + " to " + newer.since());
            }
        }

        private static String unit(SchemaModel.Field of) {
            return of.unit().isEmpty() ? " nanoseconds since 1970" : of.unit();
        }

        private void type(String name, SchemaModel.Type older, SchemaModel.Type newer) {
            if (!older.text().equals(newer.text())) {
                found.add(name + ": type changed from " + older.text() + " to " + newer.text());
            } else if (older.optional() && !newer.optional()) {
                found.add(name + ": presence changed from optional to required; messages of version " + a.version()
                        + " may have the null value, which readers of version " + b.version()
                        + " read as one that was sent; leave it optional, or add a field");
            } else if (newer.optional() && !older.optional()) {
                found.add(name + ": presence changed from required to optional; readers of version " + a.version()
                        + " read the null value as one that was sent; leave it required, or add a field");
            }
            values(name, older.values(), newer.values());
            if (older.length() > 0 && readers == UnknownValues.REFUSED) {
                newer.values().forEach((value, is) -> {
                    if (is.isOfEnum()
                            && !older.values().containsKey(value)
                            && isAdded(is.since())
                            && !isKnown(older, is)) {
                        found.add(unknown(name, value, is));
                    }
                });
            }
        }

        /** Whether readers of the older version know that number, under another name. */
        private static boolean isKnown(SchemaModel.Type older, SchemaModel.Choice is) {
            return older.values().values().stream().anyMatch(v -> v.value().equals(is.value()));
        }

        /**
         * Whether it was added after the older version, up to the newer one; any other version is reported by itself.
         */
        private boolean isAdded(int since) {
            return since > a.version() && since <= b.version();
        }

        private String unknown(String where, String name, SchemaModel.Choice is) {
            return SchemaOrder.value(where, name, is) + " added; readers of version " + a.version()
                    + " refuse each message that has it, unless their code was generated with"
                    + " -Dsbe.decode.unknown.enum.values=true (then say UnknownValues.DECODED); add a field of an enum that has it";
        }

        /** For an enum or a set: what has a meaning keeps it, and new values say since when they are there. */
        private void values(
                String where, Map<String, SchemaModel.Choice> older, Map<String, SchemaModel.Choice> newer) {
            older.forEach((name, was) -> {
                SchemaModel.Choice is = newer.get(name);
                if (is == null) {
                    found.add(where + ": value " + name + " (" + was.value() + ") removed; leave it where it is");
                } else if (!was.value().equals(is.value())) {
                    found.add(where + ": value " + name + " changed from " + was.value() + " to " + is.value());
                }
            });
            newer.forEach((name, is) -> {
                if (!older.containsKey(name) && is.since() <= a.version()) {
                    found.add(SchemaOrder.value(where, name, is) + " added without a sinceVersion above " + a.version()
                            + "; version " + a.version() + " does not have it, and its readers do not know "
                            + is.value());
                }
            });
        }

        /** Groups and data follow each other: the existing ones stay where they are. */
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
                if (!is.name().equals(was.name())
                        && newer.stream().anyMatch(p -> p.name().equals(was.name()))) {
                    found.add(name + ": another " + kind + " has its name; there is " + is.name()
                            + " where it was, and readers by name take the one for the other");
                }
                if (!is.type().equals(was.type())) {
                    found.add(name + ": type of the " + kind + " changed from " + was.type() + " to " + is.type());
                }
                if (isChanged(was.since(), is.since())) {
                    found.add(name + ": sinceVersion of the " + kind + " changed from " + was.since() + " to "
                            + is.since() + "; messages of version " + Math.min(was.since(), is.since())
                            + (was.since() < is.since()
                                    ? " have it, and readers of version " + b.version()
                                            + " take its bytes for what follows"
                                    : " do not have it, and readers of version " + b.version()
                                            + " take what follows for it"));
                }
                if (was.block() != null) {
                    entries(name, was.name(), was.block(), is.block());
                }
            }
        }

        /** A version above the newer one is reported by itself. */
        private boolean isChanged(int was, int is) {
            return was != is && is <= b.version();
        }

        /** Parts may be added at the end of a message. */
        private void addedParts(String where, List<SchemaModel.Part> older, List<SchemaModel.Part> newer) {
            for (SchemaModel.Part p : behind(older, newer)) {
                added(where + "." + p.name(), p.since());
            }
        }

        private static List<SchemaModel.Part> behind(List<SchemaModel.Part> older, List<SchemaModel.Part> newer) {
            return newer.subList(Math.min(older.size(), newer.size()), newer.size());
        }

        private void added(String name, int since) {
            if (since <= a.version()) {
                found.add(name + ": added without a sinceVersion above " + a.version()
                        + "; readers would look for it in messages that do not have it");
            }
        }
    }
}
