package io.millrace.sbe;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * The copies of view and writer of one event type. With shared classes the JIT would see the flyweights of all messages
 * at the one call that wraps them, and inline none.
 */
final class SbeCopies {
    private final MethodHandle view = copy(SbeView.class, MessageDecoderFlyweight.class, boolean.class);
    private final MethodHandle writer =
            copy(SbeWriter.class, MessageEncoderFlyweight.class, String.class, long.class, int.class);

    Object view(MessageDecoderFlyweight decoder, boolean isFixed) {
        try {
            return (Object) view.invokeExact(decoder, isFixed);
        } catch (Throwable e) {
            throw new IllegalStateException("no copy of SbeView could be made", e);
        }
    }

    Object writer(MessageEncoderFlyweight encoder, String name, long header, int fixedLength) {
        try {
            return (Object) writer.invokeExact(encoder, name, header, fixedLength);
        } catch (Throwable e) {
            throw new IllegalStateException("no copy of SbeWriter could be made", e);
        }
    }

    /** The constructor of a hidden copy. */
    private static MethodHandle copy(Class<?> template, Class<?>... parameters) {
        try (InputStream bytes = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            MethodHandles.Lookup copy = MethodHandles.lookup().defineHiddenClass(bytes.readAllBytes(), false);
            return copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class, parameters))
                    .asType(MethodType.methodType(Object.class, parameters));
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("no copy of " + template.getName() + " could be made", e);
        }
    }
}
