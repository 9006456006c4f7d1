package io.millrace.runtime;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import io.millrace.plan.EdgePlan;
import io.millrace.topology.Edge;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * An edge of one slot between two stages: what is taken is whole, and the slot is filled again only when it has been freed.
 * The writer sends 1 and, when there is room by then, 2; key and value of each are the same number. The reader takes twice.
 */
@JCStressTest
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "1, 1, -1", expect = Expect.ACCEPTABLE, desc = "the first, whole")
@Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "the first, and the second in the slot it had freed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a torn entry, or one that took the place of another too soon")
@State
public class EdgeRingStress {
    record Num(long value) {}

    /** How often one looks for the other. */
    private static final int TRIES = 200;

    private static final EventType<Num> TYPE = EventType.of(Num.class);

    private final EdgeRing ring = new EdgeRing(new EdgePlan(new Edge(0, 0, 1, 0), 0, 1, 1, 1, 8, 0), TYPE);
    private final Flow out = new Flow();
    private final Flow in = new Flow();
    private final byte[] bytes = new byte[8];

    @Actor
    public void writer() {
        send(1);
        for (int i = 0; i < TRIES; i++) {
            if (ring.hasRoomForOneEntry()) {
                send(2);
                return;
            }
        }
    }

    private void send(long number) {
        out.begin(number, 1, null, 0);
        out.key(number);
        Bytes.putLong(bytes, 0, number);
        out.value(null, bytes, 0, 8);
        ring.write(out);
        ring.publish();
    }

    @Actor
    public void reader(JJJ_Result r) {
        r.r1 = -1;
        r.r2 = -1;
        r.r3 = -1;
        if (isThere(1)) {
            ring.take(in);
            r.r1 = in.key();
            r.r2 = Bytes.getLong(in.bytes(), in.offset());
            ring.release();
            if (isThere(2)) {
                ring.take(in);
                long value = Bytes.getLong(in.bytes(), in.offset());
                r.r3 = in.key() == value ? value : -2;
            }
        }
    }

    private boolean isThere(long number) {
        for (int i = 0; i < TRIES; i++) {
            if (ring.hasNext(number, 1)) {
                return true;
            }
        }
        return false;
    }
}
