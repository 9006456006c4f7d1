package io.millrace.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The owner of an inline host gives a copy of what it counts to another thread, which gives up and asks anew. What the two words of the
 * copy are that was taken. In place of statistics, which have a histogram of each output, some 200 KiB that a sample needs twice.
 */
@JCStressTest
@Outcome(id = "2, 3", expect = Expect.ACCEPTABLE, desc = "taken, and full")
@Outcome(id = "-2, -2", expect = Expect.FORBIDDEN, desc = "another was taken in its place, and it is lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "taken back before it was full")
@State
public class OwnersCopyStress {
    private static final class Copy {
        private int first; // plain, as in statistics
        private int second;

        private void fill() {
            first = 2;
            second = 3;
        }
    }

    private final OwnersCopy<Copy> copies = new OwnersCopy<>(Copy::new, Copy::fill);
    private volatile boolean asked;
    private volatile boolean gave;

    /** Has given up on another copy before. */
    public OwnersCopyStress() {
        copies.ask();
    }

    /** Comes by until the other has asked, and once more. */
    @Actor
    public void owner() {
        while (!asked) {
            copies.give();
        }
        copies.give();
        gave = true;
    }

    @Actor
    public void other(II_Result r) {
        Copy mine = copies.ask();
        asked = true;
        boolean over = false;
        while (!copies.isTaken(mine) && !over) {
            over = gave;
        }
        boolean taken = copies.isTaken(mine);
        r.r1 = taken ? mine.first : -2;
        r.r2 = taken ? mine.second : -2;
    }
}
