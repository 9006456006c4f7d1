package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What the tests of hosts share. */
final class Trials {
    static final Input<Num> IN = Num.input("in");
    static final Output<Num> OUT = Num.output("out");

    private Trials() {}

    /** One input, one operator, one output. */
    static Topology one(TrialOp op) {
        return one(IN, op);
    }

    static Topology one(Input<Num> input, TrialOp op) {
        GraphBuilder g = new GraphBuilder("trial");
        g.sink(OUT, g.operator("op", op, null, "Trial.java:7", g.source(input, "")), "");
        return g.build();
    }

    static Num num(long id) {
        return new Num(id, 0);
    }

    /** Waits for something that is bound to happen; the limit is far beyond any pause of a busy machine. */
    static void await(String what, BooleanSupplier happened) throws InterruptedException {
        for (int i = 0; !happened.getAsBoolean(); i++) {
            assertTrue(i < 50_000, "waited in vain: " + what);
            Thread.sleep(1);
        }
    }

    /** Waits until a thread stands still in the call that closes an engine. */
    static void awaitClosing(Thread caller) throws InterruptedException {
        await("closing", () -> {
            Thread.State state = caller.getState();
            boolean waits = state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
            return waits
                    && Stream.of(caller.getStackTrace())
                            .anyMatch(f -> f.getClassName().equals(Engine.class.getName())
                                    && f.getMethodName().equals("close"));
        });
    }

    /** A source that counts up; may fail, may never end. */
    static class Counting implements EventSource<Num> {
        private final long from;
        private final long to;
        private final boolean finite;
        volatile int closed;
        private long at;

        Counting(long from, long to, boolean finite) {
            this.from = from;
            this.to = to;
            this.finite = finite;
            this.at = from;
        }

        @Override
        public boolean isFinite() {
            return finite;
        }

        @Override
        public int poll(Target<? super Num> target, int most) throws Exception {
            if (at == to) {
                return finite ? ENDED : 0;
            }
            int n = 0;
            while (at < to && n < most) {
                target.take(new Num(at, at - from), (Header) null);
                at++;
                n++;
            }
            return n;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
