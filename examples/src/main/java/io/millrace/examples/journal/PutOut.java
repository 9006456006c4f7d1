package io.millrace.examples.journal;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import java.util.Arrays;
import java.util.Locale;

/**
 * One output, as bytes.
 *
 * @param sequence the entry that caused it
 * @param sink     the name of the output
 * @param ordinal  its number among those of the entry and the sink
 * @param event    the entry of the event it comes from; -1 where there is no single one
 * @param form     what it does to those before it
 * @param type     of the event
 * @param bytes    the event
 */
record PutOut(long sequence, String sink, int ordinal, long event, EntryForm form, EventType<?> type, byte[] bytes)
        implements Comparable<PutOut> {
    static <V> PutOut of(Output<V> output, V event, Meta meta) {
        EventType<V> type = output.type();
        byte[] bytes = new byte[type.maxLength()];
        int length = type.encode(event, bytes, 0);
        return new PutOut(
                meta.sequence(),
                output.name(),
                meta.ordinal(),
                meta.eventSequence(),
                meta.form(),
                type,
                Arrays.copyOf(bytes, length));
    }

    @Override
    public int compareTo(PutOut other) {
        int bySequence = Long.compare(sequence, other.sequence);
        int bySink = bySequence != 0 ? bySequence : sink.compareTo(other.sink);
        return bySink != 0 ? bySink : Integer.compare(ordinal, other.ordinal);
    }

    /** Bytes tell where the layout is the same, else what people see; and what is taken back is not what stays. */
    boolean isSame(PutOut other) {
        return form == other.form && hasSameContent(other);
    }

    private boolean hasSameContent(PutOut other) {
        return type.fingerprint() == other.type.fingerprint()
                ? Arrays.equals(bytes, other.bytes)
                : content().equals(other.content());
    }

    String id() {
        return sequence + "." + ordinal;
    }

    private String content() {
        return type.text(bytes, 0, bytes.length);
    }

    /** With what it does in front, where that is not to stay. */
    String text() {
        return form == EntryForm.INSERT ? content() : word(form) + " " + content();
    }

    static String word(EntryForm form) {
        return form.name().toLowerCase(Locale.ROOT);
    }
}
