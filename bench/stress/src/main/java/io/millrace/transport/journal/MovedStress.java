package io.millrace.transport.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** One moves a number, which has moved before, while the other forces: whether the next force that is due brings it along. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "this force has it, or it is said to have moved since")
@Outcome(expect = Expect.FORBIDDEN, desc = "it stays where it is until something else moves")
@State
public class MovedStress {
    private static final long LATER_NS = 2_000_000_000L;

    private int number; // plain, as in a mapped file
    private int forced;
    private final Reservations reservations = new Reservations(1, () -> {}, (index, upTo) -> {}, () -> forced = number);

    /** Something was reserved once, and something has moved since. */
    public MovedStress() {
        reservations.reserve(0, 1);
        reservations.work(0);
        reservations.moved();
    }

    @Actor
    public void moves() {
        number = 1;
        reservations.moved();
    }

    @Actor
    public void forces() {
        reservations.work(LATER_NS);
    }

    @Arbiter
    public void end(I_Result r) {
        reservations.work(2 * LATER_NS);
        r.r1 = forced;
    }
}
