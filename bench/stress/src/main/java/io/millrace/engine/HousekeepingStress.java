package io.millrace.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/**
 * When a tick would make something due: a stage says it, and housekeeping takes it back when it tells a tick. Whether a tick is told, and what
 * stands there behind that: the largest number for nothing. Once a tick is told the stage says what comes next, so nothing may stand there then.
 */
public final class HousekeepingStress {
    private static final long NOW_NS = 10;

    private HousekeepingStress() {}

    /** One stage; nothing is looked after, and no thread runs it. */
    private static Housekeeping of() {
        return new Housekeeping(() -> true, () -> {}, null, 1_000_000, 1, new Stalls(1_000_000, () -> 0));
    }

    /** Something is due, and is taken back while the stage says another time, which is to come. */
    @JCStressTest
    @Outcome(id = "true, 20", expect = Expect.ACCEPTABLE, desc = "a tick is told, and the next stands there")
    @Outcome(
            id = "true, 9223372036854775807",
            expect = Expect.ACCEPTABLE,
            desc = "the next was taken back with the one before: a tick is told, behind which the stage says it again")
    @Outcome(id = "false, 20", expect = Expect.ACCEPTABLE, desc = "the next came first, and nothing is due by now")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a time is lost, and no tick told: what is due then waits for a period")
    @State
    public static class NextWhileTaken {
        private final Housekeeping housekeeping = of();

        public NextWhileTaken() {
            housekeeping.tickAt(0, 5);
        }

        @Actor
        public void stage() {
            housekeeping.tickAt(0, 20);
        }

        @Actor
        public void housekeeping(ZJ_Result r) {
            r.r1 = housekeeping.takeDue(NOW_NS);
        }

        @Arbiter
        public void stands(ZJ_Result r) {
            r.r2 = housekeeping.nextDueNs();
        }
    }

    /** The stage says something that is due already. */
    @JCStressTest
    @Outcome(id = "true, 9223372036854775807", expect = Expect.ACCEPTABLE, desc = "a tick is told")
    @Outcome(
            id = "false, 7",
            expect = Expect.ACCEPTABLE,
            desc = "it came behind the look, and stands there for the next")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is lost, or told again")
    @State
    public static class DueAtOnce {
        private final Housekeeping housekeeping = of();

        @Actor
        public void stage() {
            housekeeping.tickAt(0, 7);
        }

        @Actor
        public void housekeeping(ZJ_Result r) {
            r.r1 = housekeeping.takeDue(NOW_NS);
        }

        @Arbiter
        public void stands(ZJ_Result r) {
            r.r2 = housekeeping.nextDueNs();
        }
    }
}
