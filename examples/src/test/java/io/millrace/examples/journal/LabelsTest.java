package io.millrace.examples.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.runtime.EntryEncoder;
import io.millrace.topology.Topology;
import org.junit.jupiter.api.Test;

class LabelsTest {
    /** A journal of half a day has more entries than an int counts. */
    private static final long FAR = 5_000_000_000L;

    record Paid(long cents, boolean fraud) {}

    private static final Input<Paid> PAID = Input.of("paid", Paid.class);
    private static final Topology TOPOLOGY =
            Millrace.topology("labels", t -> t.from(PAID).to(Output.of("taken", Paid.class)));

    private final byte[] event = new byte[200];
    private final byte[] tick = new byte[200];

    private byte[] event(boolean fraud) {
        new EntryEncoder<>(PAID, 0).encode(new Paid(1, fraud), null, event, 0);
        return event;
    }

    @Test
    void shouldKnowEntriesBehindMoreThanAnIntCountsAndNoneBeforeThose() throws Exception {
        EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, 0);
        Labels labels = Labels.of("fraud", TOPOLOGY);
        assertEquals("without fraud", labels.of(FAR));
        labels.see(FAR, tick, 0, tick.length);
        labels.see(FAR + 1, event(true), 0, event.length);
        labels.see(FAR + 2, event(false), 0, event.length);
        labels.see(FAR + 300_000, event(true), 0, event.length);
        assertEquals("without fraud", labels.of(FAR - 1), "an event of before a snapshot");
        assertEquals("without fraud", labels.of(-1));
        assertEquals("without fraud", labels.of(FAR));
        assertEquals("fraud=true", labels.of(FAR + 1));
        assertEquals("fraud=false", labels.of(FAR + 2));
        assertEquals("without fraud", labels.of(FAR + 100_000));
        assertEquals("fraud=true", labels.of(FAR + 300_000));
        assertEquals("without fraud", labels.of(FAR + 900_000));
    }
}
