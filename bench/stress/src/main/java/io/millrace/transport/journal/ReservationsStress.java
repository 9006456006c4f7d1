package io.millrace.transport.journal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who uses numbers, and who forces them before. */
public final class ReservationsStress {
    private ReservationsStress() {}

    /**
     * One asks twice while the other grants, twice: what was granted at the end, whether it is still wanted, and whether anything was granted of
     * which no force had the limit.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 1, 0", "1, 1, 0", "2, 0, 0", "2, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "all is granted, or the rest is still wanted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "something was missed, or granted without a force")
    @State
    public static class Granted {
        private long noted;
        private long forced;
        private int unforced;
        private final Reservations reservations =
                new Reservations(1, () -> {}, (index, upTo) -> noted = upTo, () -> forced = noted);

        @Actor
        public void asks() {
            reservations.reserve(0, 1);
            reservations.reserve(0, 2);
        }

        @Actor
        public void grants() {
            for (int i = 0; i < 2; i++) {
                reservations.work(0);
                if (reservations.reserve(0, 0) > forced) {
                    unforced = 1;
                }
            }
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = (int) reservations.reserve(0, 0);
            r.r2 = reservations.isWanted() ? 1 : 0;
            r.r3 = unforced;
        }
    }

    /** One moves a number, which has moved before, while the other forces: whether the next force that is due brings it along. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "this force has it, or it is said to have moved since")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it stays where it is until something else moves")
    @State
    public static class Moved {
        private static final long LATER_NS = 2_000_000_000L;

        private int number; // plain, as in a mapped file
        private int forced;
        private final Reservations reservations =
                new Reservations(1, () -> {}, (index, upTo) -> {}, () -> forced = number);

        /** Something was reserved once, and something has moved since. */
        public Moved() {
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
}
