package io.millrace.sbe;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/** An SBE message as an event type: 8 bytes of header, then the message. */
final class SbeType<D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> extends InPlaceType<D, E> {
    /** In place of a bound: the message is its block only. */
    static final int FIXED = -1;

    private final Supplier<D> decoder;
    private final Supplier<E> encoder;
    private final int templateId;
    private final int schemaId;
    private final int version;
    private final int blockLength;
    private final SbeBlock message;

    /** As it stands in front of each message that is written here. */
    private final long header;

    /** Of a message that is nothing but its block; else of none. */
    private final int fixedLength;

    private final ThreadLocal<SbeScratch> scratch;
    private final SbeCopies copies;
    private final GeneratedDecoder generated;

    /** What its text does not show. */
    private final SbeSensitive sensitive;

    private SbeType(String name, int maxLength, Supplier<D> decoder, Supplier<E> encoder, D sample, SbeBlock message) {
        this(name, maxLength, decoder, encoder, sample, message, SbeSensitive.NONE);
    }

    private SbeType(
            String name,
            int maxLength,
            Supplier<D> decoder,
            Supplier<E> encoder,
            D sample,
            SbeBlock message,
            SbeSensitive sensitive) {
        super(name, maxLength);
        this.decoder = decoder;
        this.encoder = encoder;
        this.templateId = sample.sbeTemplateId();
        this.schemaId = sample.sbeSchemaId();
        this.version = sample.sbeSchemaVersion();
        this.blockLength = sample.sbeBlockLength();
        this.message = message;
        this.header = SbeHeader.of(blockLength, templateId, schemaId, version);
        this.fixedLength = message.isFixed() ? SbeHeader.LENGTH + blockLength : FIXED;
        this.scratch = ThreadLocal.withInitial(() -> new SbeScratch(message, decoder.get(), sensitive));
        this.copies = new SbeCopies();
        this.generated = new GeneratedDecoder(sample.getClass());
        this.sensitive = sensitive;
    }

    /** The same, with fields that its text form does not show. */
    SbeType<D, E> sensitive(List<String> paths) {
        boolean isBigEndian = generated.byteOrder().equals(ByteOrder.BIG_ENDIAN.toString());
        SbeSensitive hidden = SbeSensitive.of(name(), message, isBigEndian, paths);
        return new SbeType<>(name(), maxLength(), decoder, encoder, decoder.get(), message, hidden);
    }

    @Override
    public boolean hasSensitive() {
        return !sensitive.isEmpty();
    }

    static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> SbeType<D, E> of(
            Supplier<D> decoder, Supplier<E> encoder, int maxLength) {
        D sample = decoder.get();
        String name = sample.getClass().getSimpleName().replaceFirst("Decoder$", "");
        checkPair(name, sample, encoder.get());
        if (sample == decoder.get() || encoder.get() == encoder.get()) {
            throw new IllegalArgumentException(
                    name + ": the suppliers must make a new flyweight at each call, such as " + name + "Decoder::new");
        }
        SbeBlock message = SbeBlock.of(sample.getClass());
        int least = SbeHeader.LENGTH + sample.sbeBlockLength();
        if (maxLength == FIXED && !message.isFixed()) {
            throw new IllegalArgumentException(name + " has groups or variable data; say the most bytes of an event:"
                    + " Sbe.type(" + name + "Decoder::new, " + name + "Encoder::new, maxLength)");
        }
        if (maxLength != FIXED && maxLength < least) {
            throw new IllegalArgumentException(
                    name + ": maxLength " + maxLength + " is less than header and block, which take " + least);
        }
        return new SbeType<>(name, maxLength == FIXED ? least : maxLength, decoder, encoder, sample, message);
    }

    private static void checkPair(String name, MessageDecoderFlyweight decoder, MessageEncoderFlyweight encoder) {
        long reads = SbeHeader.of(
                decoder.sbeBlockLength(), decoder.sbeTemplateId(), decoder.sbeSchemaId(), decoder.sbeSchemaVersion());
        long writes = SbeHeader.of(
                encoder.sbeBlockLength(), encoder.sbeTemplateId(), encoder.sbeSchemaId(), encoder.sbeSchemaVersion());
        if (reads != writes) {
            throw new IllegalArgumentException(name + ": " + decoder.getClass().getName() + " and "
                    + encoder.getClass().getName() + " are not of the same message and version; generate both again");
        }
    }

    @Override
    public boolean hasCursor() {
        return !message.isFixed();
    }

    @Override
    @SuppressWarnings("unchecked") // a copy of SbeView around a decoder of the supplier
    public EventView<D> newView() {
        return (EventView<D>) copies.view(decoder.get(), message.isFixed());
    }

    @Override
    @SuppressWarnings("unchecked") // a copy of SbeWriter around an encoder of the supplier
    public EventWriter<E> newWriter() {
        return (EventWriter<E>) copies.writer(encoder.get(), name(), header, Math.max(fixedLength, 0));
    }

    /** Copies the bytes of the event that the decoder stands on, those of a newer version too. */
    @Override
    public int encode(D event, byte[] target, int offset) {
        DirectBuffer from = event.buffer();
        if (from instanceof EventBuffer && event.offset() == SbeHeader.LENGTH) {
            if (from.capacity() == 0) {
                throw new IllegalStateException(
                        name() + ": the view was kept past its call; copy what is needed from it during the call");
            }
            int length = fitting(from.capacity());
            from.getBytes(0, target, offset, length);
            return length;
        }
        int length = fitting(SbeHeader.LENGTH + event.sbeDecodedLength());
        long written = SbeHeader.of(generated.blockLength(event), templateId, schemaId, generated.version(event));
        Bytes.putLong(target, offset, written);
        from.getBytes(event.offset(), target, offset + SbeHeader.LENGTH, length - SbeHeader.LENGTH);
        return length;
    }

    private int fitting(int length) {
        if (length > maxLength()) {
            throw new RefusedException(Reason.OUT_OF_RANGE, name() + ": " + tooLong(length));
        }
        return length;
    }

    private String tooLong(int length) {
        return length + " bytes, at most " + maxLength() + " fit; raise the maxLength of its type";
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            return name() + ": bytes " + offset + " to " + ((long) offset + length) + " of an array of " + bytes.length;
        }
        if (length == fixedLength && Bytes.getLong(bytes, offset) == header) {
            return message.enums().isEmpty() ? null : told(checkEnums(bytes, offset)); // a block, of this very version
        }
        String wrong = checkHeader(bytes, offset, length);
        if (wrong == null) {
            wrong = checkEnums(bytes, offset);
        }
        if (wrong == null && !message.isFixed()) {
            wrong = checkRest(bytes, offset, length);
        }
        return told(wrong);
    }

    private String told(String wrong) {
        return wrong == null ? null : name() + ": " + wrong;
    }

    /** Those of the block; those of entries come with the walk. */
    private String checkEnums(byte[] bytes, int offset) {
        int acting = SbeHeader.version(bytes, offset);
        return message.enums().check(bytes, offset + SbeHeader.LENGTH, acting, "", sensitive);
    }

    private String checkHeader(byte[] bytes, int offset, int length) {
        if (length < SbeHeader.LENGTH) {
            return length + " bytes, the header alone takes " + SbeHeader.LENGTH;
        }
        if (length > maxLength()) {
            return tooLong(length);
        }
        int template = SbeHeader.templateId(bytes, offset);
        int schema = SbeHeader.schemaId(bytes, offset);
        if (template != templateId || schema != schemaId) {
            return "template " + template + " of schema " + schema + ", not " + templateId + " of " + schemaId;
        }
        int block = SbeHeader.blockLength(bytes, offset);
        int acting = SbeHeader.version(bytes, offset);
        if (block < message.blockLengthMin(acting)) {
            return "a block of " + block + " bytes, version " + acting + " has at least "
                    + message.blockLengthMin(acting);
        }
        int rest = length - SbeHeader.LENGTH - block;
        if (rest < 0) {
            return "a block of " + block + " bytes in an event of " + length;
        }
        return message.isFixed() ? checkEnd(rest, acting) : null;
    }

    private String checkRest(byte[] bytes, int offset, int length) {
        SbeScratch own = scratch.get();
        String wrong = own.walk(bytes, offset, length);
        int rest = length - own.walked();
        own.cut();
        return wrong != null ? wrong : checkEnd(rest, SbeHeader.version(bytes, offset));
    }

    /**
     * A newer version may have groups and data at the end that this one does not know. Were they within the entries of a group, no byte
     * would tell: the walk takes them for the next entry, as the decoder does. That is for the schema not to do ({@link SbeSchemas}).
     */
    private String checkEnd(int rest, int acting) {
        return rest == 0 || acting > version ? null : rest + " bytes behind its end";
    }

    @Override
    public String layout() {
        StringBuilder out = new StringBuilder("sbe schema ")
                .append(schemaId)
                .append(" version ")
                .append(version);
        out.append(' ')
                .append(generated.byteOrder())
                .append(" template ")
                .append(templateId)
                .append(" block ")
                .append(blockLength);
        message.appendLayout(out, "");
        return out.toString();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        String wrong = check(bytes, offset, length);
        if (wrong != null) {
            return name() + "[malformed: " + wrong + "]";
        }
        SbeScratch own = scratch.get();
        StringBuilder out = new StringBuilder();
        try {
            if (sensitive.isEmpty()) {
                own.appendTo(out, bytes, offset, length);
            } else {
                own.appendTo(out, bytes, offset, length, sensitive);
            }
        } catch (RuntimeException e) {
            // What check does not look at, such as an encoding of text.
            out.append("... malformed: ").append(e.getMessage());
        } finally {
            own.cut();
        }
        return printable(out);
    }

    /** Schema and template only: versions are read by SBE's rules. */
    @Override
    public String contract() {
        return "sbe schema " + schemaId + " template " + templateId;
    }

    @Override
    public int layoutVersion() {
        return version;
    }

    private static String printable(StringBuilder text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                out.append(c);
            } else {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return out.toString();
    }
}
