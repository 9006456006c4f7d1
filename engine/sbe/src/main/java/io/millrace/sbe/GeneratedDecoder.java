package io.millrace.sbe;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.agrona.sbe.MessageDecoderFlyweight;

/** What every generated decoder has, but no interface of Agrona. */
final class GeneratedDecoder {
    private final MethodHandle actingVersion;
    private final MethodHandle rewind;
    private final String byteOrder;

    GeneratedDecoder(Class<?> decoder) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            actingVersion = lookup.findVirtual(decoder, "actingVersion", MethodType.methodType(int.class))
                    .asType(MethodType.methodType(int.class, MessageDecoderFlyweight.class));
            rewind = lookup.findVirtual(decoder, "sbeRewind", MethodType.methodType(decoder))
                    .asType(MethodType.methodType(void.class, MessageDecoderFlyweight.class));
            byteOrder = decoder.getField("BYTE_ORDER").get(null).toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    decoder.getName()
                            + " has no actingVersion(), sbeRewind() or BYTE_ORDER that can be reached; generate"
                            + " it with a newer sbe-tool (1.38 or later), and export its package",
                    e);
        }
    }

    /** The byte order of its schema, as a word. */
    String byteOrder() {
        return byteOrder;
    }

    int version(MessageDecoderFlyweight decoder) {
        try {
            return (int) actingVersion.invokeExact(decoder);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The acting block length: how far the limit stands behind the offset after a rewind. The limit is put back. */
    int blockLength(MessageDecoderFlyweight decoder) {
        int limit = decoder.limit();
        try {
            rewind.invokeExact(decoder);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        int length = decoder.limit() - decoder.offset();
        decoder.limit(limit);
        return length;
    }
}
