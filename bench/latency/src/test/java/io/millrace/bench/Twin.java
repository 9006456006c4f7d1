package io.millrace.bench;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import java.util.concurrent.locks.LockSupport;

/** A system as if of another build: the hand loop. */
public class Twin implements SystemProvider {
    /** One that has a result too many. */
    public static final class Liar extends Twin {
        @Override
        public String name() {
            return "liar";
        }

        @Override
        public int eventsDividedBy() {
            return 1;
        }

        @Override
        public SystemUnderTest make(Conditions conditions) {
            return new TwinSystem(conditions, new Answer(1, 1));
        }
    }

    /** One with the right answer that says of its slow events nothing. */
    public static final class Forgetful extends Twin {
        static final int SLOW_EACH = 500;

        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public SystemUnderTest make(Conditions conditions) {
            return new TwinSystem(conditions, new Answer());
        }
    }

    /** One whose JVM ends within a run. */
    public static final class Mortal extends Twin {
        @Override
        public String name() {
            return "mortal";
        }

        @Override
        public SystemUnderTest make(Conditions conditions) {
            return new SystemUnderTest() {
                @Override
                public void publish(long i, long intendedNs) {
                    Runtime.getRuntime().halt(1);
                }

                @Override
                public Answer answer() {
                    return new Answer();
                }
            };
        }
    }

    private record TwinSystem(Conditions conditions, Loop loop, Tx tx, Answer answer) implements SystemUnderTest {
        TwinSystem(Conditions conditions, Answer answer) {
            this(conditions, Loops.best(Workload.W0), new Tx(), answer);
        }

        @Override
        public void publish(long i, long intendedNs) {
            conditions.generator().fill(i, tx);
            loop.on(tx, answer);
            if (conditions.latencies() == null || intendedNs == 0) {
                return;
            }
            if (i % Forgetful.SLOW_EACH == 0) {
                LockSupport.parkNanos(100_000);
            } else if (tx.amountCents > 0) {
                conditions.latencies().decided(i, intendedNs);
            }
        }
    }

    @Override
    public String name() {
        return "twin";
    }

    @Override
    public String summary() {
        return "for a test";
    }

    @Override
    public String settings() {
        return "none";
    }

    @Override
    public boolean computes(Workload workload) {
        return workload == Workload.W0;
    }

    @Override
    public int eventsDividedBy() {
        return 5;
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public SystemUnderTest make(Conditions conditions) {
        return new TwinSystem(conditions, new Answer());
    }
}
