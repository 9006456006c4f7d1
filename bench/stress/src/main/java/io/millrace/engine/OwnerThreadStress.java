package io.millrace.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads call an inline host for the first time at once. */
@JCStressTest
@Outcome(
        id = {"1, 0", "2, 0"},
        expect = Expect.ACCEPTABLE,
        desc = "the one is the owner, the other is refused")
@Outcome(
        id = {"0, 1", "0, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "the other way round")
@Outcome(
        id = {"1, 2", "2, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "the owner had ended, and what is no longer anybody's was taken")
@Outcome(expect = Expect.FORBIDDEN, desc = "both own it, or neither")
@State
public class OwnerThreadStress {
    private final OwnerThread owner = new OwnerThread("e");

    private volatile Thread one;
    private volatile Thread other;

    @Actor
    public void first(II_Result r) {
        one = Thread.currentThread();
        r.r1 = take(true);
    }

    @Actor
    public void second(II_Result r) {
        other = Thread.currentThread();
        r.r2 = take(false);
    }

    /** 1 when it is taken, 2 when it is and the thread that may have had it has ended. */
    private int take(boolean first) {
        boolean isMine = owner.tryTake() && owner.isCurrent();
        Thread rival = first ? other : one; // set before it was taken
        return !isMine ? 0 : rival == null || rival.isAlive() ? 1 : 2;
    }
}
