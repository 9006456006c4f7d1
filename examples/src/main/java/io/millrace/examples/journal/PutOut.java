package io.millrace.examples.journal;

import io.millrace.event.EventType;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import java.util.Arrays;

/**
 * One output, as bytes.
 *
 * @param sequence the entry that caused it
 * @param sink     the name of the output
 * @param ordinal  its number among those of the entry and the sink
 * @param event    the entry of the event it comes from; -1 where there is no single one
 * @param type     of the event
 * @param bytes    the event
 */
record PutOut(long sequence, String sink, int ordinal, long event, EventType<?> type, byte[] bytes)
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
                type,
                Arrays.copyOf(bytes, length));
    }

    @Override
    public int compareTo(PutOut other) {
        int bySequence = Long.compare(sequence, other.sequence);
        int bySink = bySequence != 0 ? bySequence : sink.compareTo(other.sink);
        return bySink != 0 ? bySink : Integer.compare(ordinal, other.ordinal);
    }

    /** Bytes tell where the layout is the same, else what people see. */
    boolean isSame(PutOut other) {
        return type.fingerprint() == other.type.fingerprint()
                ? Arrays.equals(bytes, other.bytes)
                : text().equals(other.text());
    }

    String id() {
        return sequence + "." + ordinal;
    }

    String text() {
        return type.text(bytes, 0, bytes.length);
    }
}
