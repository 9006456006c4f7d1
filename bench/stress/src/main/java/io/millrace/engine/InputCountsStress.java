package io.millrace.engine;

import io.millrace.event.Input;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Runs of drops of one input: each drop is told to the order once, and who closes does not end without one that is untold. */
public final class InputCountsStress {
    private InputCountsStress() {}

    record Event(long id) {}

    private static final Input<Event> IN = Input.of("in", Event.class);

    private static InputCounts counts() {
        return new InputCounts(IN, 0, Overflow.DROP_NEWEST, null);
    }

    /** How many the entry that was taken tells of; it has got its place. */
    private static int told(InputCounts counts, byte[] entry) {
        counts.settle(entry, true);
        return (int) InputCounts.dropped(entry, 0);
    }

    private static int takeLast(InputCounts counts, byte[] entry) {
        return counts.takeLast(entry) ? told(counts, entry) : 0;
    }

    /** A publisher drops one; who closes lets none be dropped any more, and tells what there is. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "dropped, and told by who closes")
    @Outcome(
            id = "0, 0",
            expect = Expect.ACCEPTABLE,
            desc = "nothing is dropped any more, and the publisher hears of it")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "dropped, and the order never hears of it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "told, and not dropped")
    @State
    public static class Ending {
        private final InputCounts counts = counts();
        private final byte[] last = new byte[InputCounts.DROPS_LENGTH];

        @Actor
        public void publisher(II_Result r) {
            r.r1 = counts.drop() ? 1 : 0;
        }

        @Actor
        public void closer(II_Result r) {
            counts.endDrops();
            r.r2 = takeLast(counts, last);
        }
    }

    /** One drop is untold: a publisher takes it, finds no place for it and gives it back, while another closes. */
    @JCStressTest
    @Outcome(
            id = "0, 1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "who closes has told it, and knows that nothing is left")
    @Outcome(
            id = "0, 0, 1",
            expect = Expect.ACCEPTABLE,
            desc = "who closes has told it, and asks again: a hand was in it")
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "the publisher gave it back before who closes took it")
    @Outcome(
            id = "1, 0, 1",
            expect = Expect.ACCEPTABLE,
            desc = "the publisher has it, or gave it back: who closes asks again")
    @Outcome(id = ".*, 1, 0", expect = Expect.FORBIDDEN, desc = "who closes ends, and it was never told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "told never, or twice")
    @State
    public static class GivenBack {
        private final InputCounts counts = counts();
        private final byte[] mine = new byte[InputCounts.DROPS_LENGTH];
        private final byte[] last = new byte[InputCounts.DROPS_LENGTH];

        public GivenBack() {
            counts.drop();
        }

        @Actor
        public void publisher(III_Result r) {
            boolean took = counts.takeRun(mine);
            if (took) {
                counts.settle(mine, false);
            }
            r.r1 = took ? 1 : 0;
        }

        @Actor
        public void closer(III_Result r) {
            counts.endDrops();
            r.r3 = takeLast(counts, last);
            r.r2 = counts.isTold() ? 1 : 0;
        }

        @Arbiter
        public void asksAgain(III_Result r) {
            if (r.r2 == 0) {
                r.r3 += takeLast(counts, last);
                r.r3 = counts.isTold() ? r.r3 : -1;
            }
        }
    }

    /** One drop is untold and another comes; two publishers tell of what there is, in front of events of theirs. Behind both nothing is left. */
    @JCStressTest
    @Outcome(id = "2, 0, 0", expect = Expect.ACCEPTABLE, desc = "the first told both")
    @Outcome(id = "0, 2, 0", expect = Expect.ACCEPTABLE, desc = "the second told both")
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "each told one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a drop is told twice, or never")
    @State
    public static class TwoTell {
        private final InputCounts counts = counts();
        private final byte[] one = new byte[InputCounts.DROPS_LENGTH];
        private final byte[] other = new byte[InputCounts.DROPS_LENGTH];

        public TwoTell() {
            counts.drop();
        }

        @Actor
        public void first(III_Result r) {
            r.r1 = counts.takeRun(one) ? told(counts, one) : 0;
        }

        @Actor
        public void second(III_Result r) {
            counts.drop();
            r.r2 = counts.takeRun(other) ? told(counts, other) : 0;
        }

        @Arbiter
        public void next(III_Result r) {
            r.r3 = counts.takeRun(one) ? told(counts, one) : 0;
        }
    }
}
