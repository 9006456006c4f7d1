package io.millrace.engine;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A ring of one slot in front of a sink with a thread of its own. */
public final class SinkRingStress {
    record Num(long value) {}

    private static final EventType<Num> TYPE = EventType.of(Num.class);

    /** How often one looks for the other. */
    private static final int TRIES = 200;

    private SinkRingStress() {}

    /**
     * What the sink's thread takes is whole, and a slot is filled again only when it has been freed. The stage writes 1 and 2;
     * event time and value of each are the same number.
     */
    @JCStressTest
    @Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "nothing yet")
    @Outcome(id = "1, 1, -1", expect = Expect.ACCEPTABLE, desc = "the first, whole")
    @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "the first, and the second in the slot it had freed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a torn output, or one that took the place of another too soon")
    @State
    public static class Reuse {
        private final SinkRing ring = new SinkRing(1, 0, 16, 8);
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
            for (int i = 0; i < TRIES && !ring.tryWrite(0, out, TYPE); i++) {
                Thread.onSpinWait();
            }
        }

        private boolean isThere() {
            for (int i = 0; i < TRIES; i++) {
                if (ring.next()) {
                    return true;
                }
            }
            return false;
        }

        @Actor
        public void sink(JJJ_Result r) {
            r.r1 = -1;
            r.r2 = -1;
            r.r3 = -1;
            if (isThere()) {
                r.r1 = ring.inHand().timeNs();
                r.r2 = ring.value(TYPE.newView()).value();
                ring.release();
                if (isThere()) {
                    long value = ring.value(TYPE.newView()).value();
                    r.r3 = ring.inHand().timeNs() == value ? value : -2;
                }
            }
        }
    }

    /** What finds no room is not waited for and counted: by the writer, told to the reader. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both were taken")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one was taken, the other is known to be missed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one is neither taken nor known to be missed, or both")
    @State
    public static class Missed {
        private final SinkRing ring = new SinkRing(1, 0, 16, 8);
        private final Flow out = new Flow();
        private final byte[] bytes = new byte[8];
        private int taken;

        @Actor
        public void stage() {
            send(1);
            send(2);
        }

        private void send(long number) {
            out.begin(number, 1, null, 0);
            out.value(null, bytes, 0, 8);
            if (!ring.tryWrite(0, out, TYPE)) {
                ring.miss();
            }
        }

        @Actor
        public void sink() {
            take();
        }

        private void take() {
            if (ring.next()) {
                taken++;
                ring.release();
            }
        }

        @Arbiter
        public void after(JJ_Result r) {
            take();
            take();
            r.r1 = taken;
            r.r2 = ring.missedAtLast();
        }
    }
}
