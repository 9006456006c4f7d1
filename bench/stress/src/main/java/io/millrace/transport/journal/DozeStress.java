package io.millrace.transport.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** One is about to sleep and looks for work; another shows work and asks whether it sleeps. What each saw of the other. */
@JCStressTest
@Outcome(
        id = "true, true",
        expect = Expect.ACCEPTABLE,
        desc = "the work was seen, and a sleep ended that did not begin")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the work came first")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the sleeper was woken")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "it sleeps beside its work")
@State
public class DozeStress {
    private final Doze doze = new Doze();
    private int work; // plain: what is shown may be anything

    @Actor
    public void sleeper(ZZ_Result r) {
        doze.begin();
        r.r1 = work > 0;
    }

    @Actor
    public void worker(ZZ_Result r) {
        work = 1;
        r.r2 = doze.isNeeded();
    }
}
