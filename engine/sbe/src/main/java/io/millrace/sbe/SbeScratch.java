package io.millrace.sbe;

import java.util.Arrays;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * A decoder of one thread, to look at bytes from outside.
 *
 * <p>The walk goes over groups and variable data as the generated decoder would, but looks at each length before it
 * follows it: the generated one multiplies and adds what the bytes say, which may wrap around, and counts through groups
 * of 65,535 entries that take no bytes. So the walk takes at most as many steps as there are bytes.
 */
final class SbeScratch {
    private final SbeBlock message;
    private final EventBuffer buffer = new EventBuffer();
    private final MessageDecoderFlyweight decoder;
    private final SbeSensitive hidden;
    private byte[] bytes;
    private int from;
    private int end;
    private int version;

    SbeScratch(SbeBlock message, MessageDecoderFlyweight decoder, SbeSensitive hidden) {
        this.message = message;
        this.decoder = decoder;
        this.hidden = hidden;
    }

    /** The length of the event whose header and block have been checked, or what is wrong with it. */
    String walk(byte[] bytes, int offset, int length) {
        wrap(bytes, offset, length);
        try {
            return walk(message, decoder);
        } catch (RuntimeException e) {
            return "its groups and data cannot be walked: " + e;
        }
    }

    /** Where the last walk ended: the length of header and message. */
    int walked() {
        return decoder.limit();
    }

    /** Adds all fields, groups and data of an event that was checked; throws what the generated decoder does. */
    void appendTo(StringBuilder out, byte[] bytes, int offset, int length) {
        wrap(bytes, offset, length);
        decoder.appendTo(out);
    }

    /** The same of an event with sensitive fields, in whose place their hashes are shown. */
    void appendTo(StringBuilder out, byte[] bytes, int offset, int length, SbeSensitive sensitive) {
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        wrap(copy, 0, length);
        String hashes = sensitive.hide(copy, message, decoder);
        wrap(copy, 0, length);
        try {
            decoder.appendTo(out);
        } finally {
            out.append(hashes);
        }
    }

    private void wrap(byte[] bytes, int offset, int length) {
        buffer.wrap(bytes, offset, length);
        this.bytes = bytes;
        from = offset;
        end = length;
        version = SbeHeader.version(bytes, offset);
        decoder.wrap(buffer, SbeHeader.LENGTH, SbeHeader.blockLength(bytes, offset), version);
    }

    /** Lets go of the bytes. */
    void cut() {
        buffer.cut();
        bytes = null;
    }

    private String walk(SbeBlock block, Object flyweight) {
        for (int i = 0; i < block.groups().size(); i++) {
            SbeBlock.Group group = block.groups().get(i);
            String wrong = version < group.since() ? null : walk(group, flyweight);
            if (wrong != null) {
                return wrong;
            }
        }
        for (int i = 0; i < block.data().size(); i++) {
            SbeBlock.Data data = block.data().get(i);
            if (version >= data.since() && !skips(data, flyweight)) {
                return "data " + data.name() + " goes beyond the end";
            }
        }
        return null;
    }

    private String walk(SbeBlock.Group group, Object flyweight) {
        if (end - decoder.limit() < group.headerLength()) {
            return "the header of group " + group.name() + " goes beyond the end";
        }
        Object entries = group(group, flyweight);
        int count = number(group.count(), entries);
        if (count == 0) {
            return null;
        }
        int length = number(group.blockLength(), entries);
        if (length < group.entry().blockLengthMin(version)) {
            return "group " + group.name() + " has entries of " + length + " bytes, version " + version
                    + " has at least " + group.entry().blockLengthMin(version);
        }
        int start = decoder.limit();
        if (count < 0 || (long) count * Math.max(1, length) > end - start) {
            return "group " + group.name() + " of " + Integer.toUnsignedString(count) + " entries of " + length
                    + " bytes goes beyond the end";
        }
        if (group.entry().isFixed()) {
            decoder.limit(start + count * length);
            return enums(group, start, count, length);
        }
        for (int i = 0; i < count; i++) {
            int at = decoder.limit();
            group(group.next(), entries);
            String wrong = decoder.limit() > end
                    ? "group " + group.name() + " goes beyond the end"
                    : enums(group, at, 1, length);
            wrong = wrong != null ? wrong : walk(group.entry(), entries);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** Of so many entries that begin there, blocks behind one another. */
    private String enums(SbeBlock.Group group, int start, int count, int length) {
        SbeEnums enums = group.entry().enums();
        for (int i = 0; i < count && !enums.isEmpty(); i++) {
            String wrong = enums.check(bytes, from + start + i * length, version, group.name(), hidden);
            if (wrong != null) {
                return group.name() + "." + wrong;
            }
        }
        return null;
    }

    private boolean skips(SbeBlock.Data data, Object flyweight) {
        int start = decoder.limit() + data.headerLength();
        if (start > end) {
            return false;
        }
        int length = number(data.skip(), flyweight);
        return length >= 0 && length <= end - start;
    }

    private static Object group(SbeBlock.Group group, Object flyweight) {
        return group(group.decoder(), flyweight);
    }

    private static Object group(java.lang.invoke.MethodHandle handle, Object flyweight) {
        try {
            return handle.invokeExact(flyweight);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static int number(java.lang.invoke.MethodHandle handle, Object flyweight) {
        try {
            return (int) handle.invokeExact(flyweight);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }
}
