package io.millrace.sbe;

import io.millrace.event.SensitiveHash;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Fields of a message that its text form must not show. The generated decoder writes that form by itself, so it gets a copy of the event
 * in which they are zeros (stars, where they are text), and their hashes stand behind it.
 */
final class SbeSensitive {
    static final SbeSensitive NONE = new SbeSensitive(Set.of(), false);

    private static final String ENUM = "\\w+\\([^@]*\\)";

    private final Set<String> paths;
    private final boolean isBigEndian;

    private SbeSensitive(Set<String> paths, boolean isBigEndian) {
        this.paths = paths;
        this.isBigEndian = isBigEndian;
    }

    static SbeSensitive of(String name, SbeBlock message, boolean isBigEndian, List<String> paths) {
        Set<String> known = new TreeSet<>();
        Set<String> enums = new TreeSet<>();
        collect(message, "", known, enums);
        for (String path : paths) {
            if (enums.contains(path)) {
                throw new IllegalArgumentException(name + ": " + path
                        + " is an enum, of which no value stands for a hidden one; make it a number, or leave it out");
            }
            if (!known.contains(path)) {
                throw new IllegalArgumentException(name + ": there is no field " + path + " to be sensitive; there are "
                        + String.join(", ", known));
            }
        }
        return new SbeSensitive(Set.copyOf(paths), isBigEndian);
    }

    /** Names as a type says them: {@code card}, {@code fills.venue}. */
    private static void collect(SbeBlock block, String path, Set<String> known, Set<String> enums) {
        for (SbeBlock.Field f : block.fields()) {
            if (f.length() > 0) { // a constant stands in no message
                (f.type().matches(ENUM) ? enums : known).add(path + f.name());
            }
        }
        block.groups().forEach(g -> collect(g.entry(), path + g.name() + ".", known, enums));
        block.data().forEach(d -> known.add(path + d.name()));
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** Whether that of a block, or the composite that it is in, may be one of them; of groups within groups the innermost is known. */
    boolean hides(String group, String name) {
        int end = name.indexOf('.');
        String field = end < 0 ? name : name.substring(0, end);
        String path = group.isEmpty() ? field : group + "." + field;
        return paths.stream().anyMatch(p -> p.equals(path) || !group.isEmpty() && p.endsWith("." + path));
    }

    /** Hides them in a checked event that begins with the array and on which the decoder stands, and answers their hashes. */
    String hide(byte[] event, SbeBlock message, MessageDecoderFlyweight decoder) {
        Hiding hiding = new Hiding(event, decoder, SbeHeader.version(event, 0));
        hiding.fields(message, "", SbeHeader.LENGTH);
        hiding.rest(message, "", decoder);
        return hiding.hashes.length() == 0
                ? ""
                : hiding.hashes.insert(0, " (hidden: ").append(')').toString();
    }

    /** The walk over one event. */
    private final class Hiding {
        private final byte[] event;
        private final MessageDecoderFlyweight decoder;
        private final int version;
        private final StringBuilder hashes = new StringBuilder();

        Hiding(byte[] event, MessageDecoderFlyweight decoder, int version) {
            this.event = event;
            this.decoder = decoder;
            this.version = version;
        }

        void fields(SbeBlock block, String path, int from) {
            for (SbeBlock.Field f : block.fields()) {
                if (version >= f.since() && paths.contains(path + f.name())) {
                    hide(
                            path + f.name(),
                            from + f.offset(),
                            f.length(),
                            f.type().equals("String"));
                }
            }
        }

        void rest(SbeBlock block, String path, Object flyweight) {
            for (SbeBlock.Group g : block.groups()) {
                if (version >= g.since()) {
                    group(g, path + g.name() + ".", flyweight);
                }
            }
            for (SbeBlock.Data d : block.data()) {
                if (version >= d.since()) {
                    int from = decoder.limit() + d.headerLength();
                    int length = number(d.skip(), flyweight);
                    if (paths.contains(path + d.name())) {
                        hide(path + d.name(), from, length, true);
                    }
                }
            }
        }

        private void group(SbeBlock.Group g, String path, Object flyweight) {
            Object entries = object(g.decoder(), flyweight);
            int count = number(g.count(), entries);
            for (int i = 0; i < count; i++) {
                int from = decoder.limit();
                object(g.next(), entries);
                fields(g.entry(), path, from);
                rest(g.entry(), path, entries);
            }
        }

        private void hide(String path, int from, int length, boolean isText) {
            byte[] value = Arrays.copyOfRange(event, from, from + length);
            if (isBigEndian && length == Long.BYTES && !isText) { // as a key and a field of a record with this value
                for (int i = 0; i < Long.BYTES / 2; i++) {
                    byte low = value[i];
                    value[i] = value[Long.BYTES - 1 - i];
                    value[Long.BYTES - 1 - i] = low;
                }
            }
            hashes.append(hashes.length() == 0 ? "" : ", ").append(path).append('=');
            hashes.append(SensitiveHash.of(value, 0, length));
            Arrays.fill(event, from, from + length, (byte) (isText ? '*' : 0));
        }
    }

    private static Object object(MethodHandle handle, Object flyweight) {
        try {
            return handle.invokeExact(flyweight);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(MethodHandle handle, Object flyweight) {
        try {
            return (int) handle.invokeExact(flyweight);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
