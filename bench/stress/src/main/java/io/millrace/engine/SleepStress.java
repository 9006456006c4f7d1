package io.millrace.engine;

import io.millrace.runtime.Position;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One is about to sleep and looks once more, at once; another changes something and wakes who sleeps. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the change was seen, and the announcement taken back")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the change was seen, and had come before the announcement")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the change was not seen, and the sleeper was woken")
@Outcome(
        id = "0, 1",
        expect = Expect.ACCEPTABLE_INTERESTING,
        desc = "not seen and not woken: what the short sleep before the last look is for, and the end of the long one")
@State
public class SleepStress {
    private final Sleep sleep = new Sleep();
    private final Position changed = new Position(0);
    private long announced;

    @Actor
    public void sleeper(II_Result r) {
        announced = sleep.announce();
        r.r1 = (int) changed.getAcquire();
    }

    @Actor
    public void changer() {
        changed.publish(1);
        sleep.wake();
    }

    @Arbiter
    public void after(II_Result r) {
        r.r2 = sleep.isAnnounced(announced) ? 1 : 0;
    }
}
