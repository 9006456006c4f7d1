package io.millrace.runtime;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** What was done before a position was published is seen by whoever has read it. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "read before anything was written")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "written, and not yet seen to be published")
@Outcome(id = "7, 1", expect = Expect.ACCEPTABLE, desc = "published, and what stands before it with it")
@Outcome(id = "7, 0", expect = Expect.FORBIDDEN, desc = "published, but what stands before it is not there")
@State
public class PositionStress {
    private final Position position = new Position(0);
    private long slot;

    @Actor
    public void writer() {
        slot = 1;
        position.publish(7);
    }

    @Actor
    public void reader(JJ_Result r) {
        r.r1 = position.getAcquire();
        r.r2 = slot;
    }
}
