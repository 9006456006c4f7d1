package io.millrace.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Plain memory is changed under a version while it is read. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "as it was before the change")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "as it is behind the change")
@Outcome(expect = Expect.FORBIDDEN, desc = "half of the change was taken for sound")
@State
public class ViewVersionStress {
    private final ViewVersion version = new ViewVersion();
    private long one;
    private long other;

    @Actor
    public void writer() {
        version.beginChange();
        one = 1;
        other = 1;
        version.endChange();
    }

    @Actor
    public void reader(JJ_Result r) {
        long seen;
        do {
            seen = version.beginRead();
            r.r1 = one;
            r.r2 = other;
        } while (!version.isSound(seen));
    }
}
