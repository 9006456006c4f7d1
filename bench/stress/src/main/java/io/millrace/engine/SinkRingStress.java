package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/**
 * A ring of one slot in front of a blocking sink: what the sink's thread takes is whole, and a slot is filled again only when it
 * has been freed. The stage writes 1 and 2; event time and value of each are the same number.
 */
@JCStressTest
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "1, 1, -1", expect = Expect.ACCEPTABLE, desc = "the first, whole")
@Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "the first, and the second in the slot it had freed")
@Outcome(expect = Expect.FORBIDDEN, desc = "a torn output, or one that took the place of another too soon")
@State
public class SinkRingStress {
    record Num(long value) {}

    private static final EventType<Num> TYPE = EventType.of(Num.class);

    private final SinkRing ring = new SinkRing(1, 16, 8);
    private final Flow out = new Flow();
    private final byte[] bytes = new byte[8];

    @Actor
    public void stage() {
        send(1);
        send(2); // finds no room unless the first has been taken
    }

    private void send(long number) {
        out.begin(number, 1, null, 0);
        out.timeNs(number);
        Bytes.putLong(bytes, 0, number);
        out.value(null, bytes, 0, 8);
        ring.tryWrite(0, out, TYPE);
    }

    @Actor
    public void sink(JJJ_Result r) {
        r.r1 = -1;
        r.r2 = -1;
        r.r3 = -1;
        if (ring.next()) {
            r.r1 = ring.inHand().timeNs();
            r.r2 = ring.value(TYPE.newView()).value();
            ring.release();
            if (ring.next()) {
                long value = ring.value(TYPE.newView()).value();
                r.r3 = ring.inHand().timeNs() == value ? value : -2;
            }
        }
    }
}
