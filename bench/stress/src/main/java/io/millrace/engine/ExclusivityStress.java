package io.millrace.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who publishes into an exclusive engine, and what waits aside. */
public final class ExclusivityStress {
    /** How often one looks for the other. */
    private static final int TRIES = 200;

    private ExclusivityStress() {}

    /** Two want to be the first to publish. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "the one is the owner")
    @Outcome(
            id = {"0, 1", "0, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "the other is")
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the owner had ended, and what is no longer anybody's was taken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both are, or neither")
    @State
    public static class OneOwner {
        private final Exclusivity exclusive = new Exclusivity("e");

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
            boolean isMine = exclusive.tryTakeOver();
            Thread rival = first ? other : one; // set before it was taken
            return !isMine ? 0 : rival == null || rival.isAlive() ? 1 : 2;
        }
    }

    /** The owner writes what is its alone, and lets go for the one who closes. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not handed over yet, and not looked at")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "handed over, with all that the owner wrote")
    @Outcome(expect = Expect.FORBIDDEN, desc = "handed over without what the owner wrote")
    @State
    public static class HandOver {
        private final Exclusivity exclusive = new Exclusivity("e");
        private int claims;

        @Actor
        public void owner() {
            if (exclusive.tryTakeOver()) {
                claims = 1;
                for (int i = 0; i < TRIES; i++) {
                    if (exclusive.isWanted()) {
                        exclusive.handOver(false);
                        return;
                    }
                }
            }
        }

        @Actor
        public void closer(II_Result r) {
            exclusive.want();
            for (int i = 0; i < TRIES && !exclusive.isOwner(); i++) {
                Thread.onSpinWait();
            }
            r.r1 = exclusive.isOwner() ? 1 : 0;
            r.r2 = r.r1 == 1 ? claims : 0;
        }
    }

    /** An entry is put aside while the side queue is closed. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "taken, and whoever closes waits for it")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused, and nothing is waited for")
    @Outcome(expect = Expect.FORBIDDEN, desc = "taken and forgotten, or refused and waited for")
    @State
    public static class Aside {
        private static final byte[] ENTRY = new byte[8];
        private final Exclusivity exclusive = new Exclusivity("e");

        @Actor
        public void other(II_Result r) {
            r.r1 = exclusive.offer(ENTRY, 0, 8) ? 1 : 0;
        }

        @Actor
        public void closer(II_Result r) {
            exclusive.closeAside();
            r.r2 = exclusive.waiting();
        }
    }

    /** The engine's thread wishes that left-over firings go on while the owner takes a wish. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "taken at once")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "taken the next time")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the wish is lost")
    @State
    public static class GoOn {
        private final Exclusivity exclusive = new Exclusivity("e");

        @Actor
        public void engine() {
            exclusive.wantContinue();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = exclusive.takeContinue() ? 1 : 0;
        }

        @Arbiter
        public void later(II_Result r) {
            r.r2 = exclusive.takeContinue() ? 1 : 0;
        }
    }

    /** The clock is told while a newer one comes. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "the first was told, the newer one waits")
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "the newer one was told, and nothing waits")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the newer one is lost")
    @State
    public static class Tick {
        private final Exclusivity exclusive = new Exclusivity("e");

        public Tick() {
            exclusive.tick(1);
        }

        @Actor
        public void housekeeping() {
            exclusive.tick(2);
        }

        @Actor
        public void owner(II_Result r) {
            long ns = exclusive.tickNs();
            exclusive.ticked(ns);
            r.r1 = (int) ns;
        }

        @Arbiter
        public void later(II_Result r) {
            r.r2 = (int) exclusive.tickNs();
        }
    }
}
