package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.runtime.EntryEncoder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * One event waits in front of the ring. Its publisher publishes two more, the way it does: past those that wait only when there are
 * none; another thread moves into the ring what waits. However they meet, the three stand in the ring in their order at the end.
 */
@JCStressTest
@Outcome(id = "1, 2, 3", expect = Expect.ACCEPTABLE, desc = "each once, in the order of its publisher")
@Outcome(expect = Expect.FORBIDDEN, desc = "one has overtaken another, or is lost, or there twice")
@State
public class BacklogStress {
    record Num(long value) {}

    private static final Input<Num> IN = Input.of("in", EventType.of(Num.class));
    private static final Overflow<Object> WAITS = Overflow.dropOldest(4);

    private final InputRing ring = new InputRing(16, Entry.MAX_HEADER_LENGTH + 8, false, 1);
    private final InputCounts counts = new InputCounts(IN, 0, WAITS, null);
    private final Backlog backlog = new Backlog(counts, IN, WAITS, 0);
    private final EntryEncoder<Num> encoder = new EntryEncoder<>(IN, 0);
    private final Idle idle = new Idle(Idle.BRIEF);
    private final byte[] filler = new byte[Entry.FIXED_LENGTH];

    /** Full but for fewer places than are left to others, so that the first waits; then read. */
    public BacklogStress() {
        EntryEncoder.plain(filler, 0, EntryKind.CONTINUE, 0, 0);
        for (int i = 0; i < 16; i++) {
            ring.tryPublish(filler, 0, filler.length);
        }
        publish(1);
        ring.consumed(0, 15);
    }

    private void publish(long number) {
        int length = encoder.encode(new Num(number), null);
        if (backlog.isBehind() || ring.tryPublish(encoder.bytes(), 0, length) < 0) {
            backlog.keep(ring, encoder.bytes(), 0, length, null, idle);
        }
    }

    @Actor
    public void publisher() {
        publish(2);
        publish(3);
    }

    @Actor
    public void mover() {
        backlog.tryMove(ring);
    }

    @Arbiter
    public void order(JJJ_Result r) {
        backlog.tryMove(ring);
        r.r1 = value(16);
        r.r2 = value(17);
        r.r3 = value(18);
    }

    private long value(long q) {
        return ring.published(q, 1) < q ? -1 : Bytes.getLong(ring.slots(), Entry.payload(ring.slots(), ring.offset(q)));
    }
}
