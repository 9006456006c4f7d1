package io.millrace.sbe;

import io.millrace.event.InPlaceType;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Creates event types from the flyweights that sbe-tool generates.
 *
 * <pre>{@code
 * static final InPlaceType<PaymentDecoder, PaymentEncoder> PAYMENT =
 *         Sbe.type(PaymentDecoder::new, PaymentEncoder::new);
 * }</pre>
 *
 * <p><b>Requirements.</b> Run sbe-tool with {@code -Dsbe.java.generate.interfaces=true}, so that the flyweights have
 * Agrona's interfaces. Start the JVM with {@code --add-opens java.base/jdk.internal.misc=ALL-UNNAMED}, which Agrona's
 * buffers need; {@code type} reports it if the flag is missing.
 *
 * <p><b>Layout.</b> An event is stored as SBE's standard message header (block length, template, schema, version: four
 * unsigned 16-bit numbers, little endian) followed by the message, in the byte order of its schema. A schema with
 * another header can be used; only bytes from outside need their header converted to this form.
 *
 * <p><b>Unknown enum values.</b> Bytes from outside with an enum value that the generated code does not know, so that
 * its getter would throw, are no event: they become a dead letter, even if a newer version of the schema has that
 * value. Code generated with {@code -Dsbe.decode.unknown.enum.values=true} reads the value as {@code SBE_UNKNOWN}, and
 * the bytes are an event. An event filled in the same process is checked for this only if it has groups or data, whose
 * parts are examined at {@code commit} and refused there. In a message that consists of its block only, a field that
 * was not set, and whose enum has no value of that number, is found only by the getter, which throws.
 *
 * <p><b>Text.</b> The text form shows all fields except those named by {@link #sensitive}: SBE has no mark for them.
 */
public final class Sbe {
    private Sbe() {}

    /**
     * The event type of a message without groups and variable data: its bound is header and block.
     *
     * @param decoder makes a decoder, a new one at each call, such as {@code PaymentDecoder::new}
     * @param encoder makes an encoder, a new one at each call
     * @param <D>     the decoder: what readers see
     * @param <E>     the encoder: what writers fill
     * @return the event type
     * @throws IllegalStateException    when the JVM was started without the flag; the message is the line to add
     * @throws IllegalArgumentException when the message has groups or variable data, or the flyweights do not belong
     *                                  together
     */
    public static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> InPlaceType<D, E> type(
            Supplier<D> decoder, Supplier<E> encoder) {
        return of(decoder, encoder, SbeType.FIXED);
    }

    /**
     * The event type of any message.
     *
     * @param decoder   makes a decoder, a new one at each call, such as {@code OrderDecoder::new}
     * @param encoder   makes an encoder, a new one at each call
     * @param maxLength the most bytes of an event, with the 8 of the header; messages of a newer schema version are taken
     *                  as far as they fit
     * @param <D>       the decoder: what readers see
     * @param <E>       the encoder: what writers fill
     * @return the event type
     * @throws IllegalStateException    when the JVM was started without the flag; the message is the line to add
     * @throws IllegalArgumentException when the bound is too small for the block or above 1 MiB, or the flyweights do not
     *                                  belong together
     */
    public static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> InPlaceType<D, E> type(
            Supplier<D> decoder, Supplier<E> encoder, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("maxLength " + maxLength + " is not positive");
        }
        return of(decoder, encoder, maxLength);
    }

    /**
     * Returns the same event type with fields that appear as a hash only, as {@link io.millrace.event.Sensitive}
     * components of records do: in dead letters, logs, explanations and wherever else events are shown as text. Keys
     * read from such events are shown as a hash too. The stored bytes are unchanged.
     *
     * <pre>{@code
     * static final InPlaceType<PaymentDecoder, PaymentEncoder> PAYMENT =
     *         Sbe.sensitive(Sbe.type(PaymentDecoder::new, PaymentEncoder::new), "card", "note");
     * }</pre>
     *
     * @param type created by this class
     * @param fields fields and variable data by their names in the schema, those of a group after its name and a dot;
     *     enums cannot be hidden
     * @param <D> the decoder
     * @param <E> the encoder
     * @return the event type to use in place of the given one
     * @throws IllegalArgumentException if there is no such field (the message names those there are), or the type was
     *     created elsewhere
     */
    public static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> InPlaceType<D, E> sensitive(
            InPlaceType<D, E> type, String... fields) {
        if (!(type instanceof SbeType<D, E> own)) {
            throw new IllegalArgumentException(type.name() + " is no type of Sbe.type(..)");
        }
        return own.sensitive(List.of(fields));
    }

    private static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> InPlaceType<D, E> of(
            Supplier<D> decoder, Supplier<E> encoder, int maxLength) {
        Objects.requireNonNull(decoder, "decoder");
        Objects.requireNonNull(encoder, "encoder");
        AgronaAccess.check();
        return SbeType.of(decoder, encoder, maxLength);
    }
}
