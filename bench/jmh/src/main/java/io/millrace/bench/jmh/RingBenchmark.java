package io.millrace.bench.jmh;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.event.Output;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The two sides of the ring of a live engine, each without the other: {@code publish} while the engine's thread stands still, {@code consume}
 * of {@value #EVENTS} events that stand in the ring already, through a filter that lets none pass. Both sides at
 * work at once are {@link PublishBenchmark#ringSbe}, which costs as much as the slower of the two, and more: then lines of memory go to and
 * fro between two cores, which here they do not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingBenchmark {
    static final int EVENTS = 2_048;

    private static final int SLOTS = 4_096;
    private static final Output<TransactionDecoder> SEEN = Output.of("seen", Messages.TRANSACTION);

    /** These the filter lets pass: the engine's thread stands still at one, and another says that all before it are done. */
    private static final long GATE = -1;

    private static final long LAST = -2;

    /** A live engine, whose thread can be made to stand still. */
    public abstract static class Ring {
        private Engine engine;
        private Claims<TransactionEncoder> claims;
        private long next;

        private volatile boolean isShut;
        private volatile boolean isStanding;
        private volatile long done;

        /** Starts the engine. */
        @Setup
        public void setUp() {
            engine = Engine.of(Millrace.topology(
                            "ring",
                            t -> t.from(Messages.TRANSACTIONS)
                                    .filter(m -> m.id() < 0)
                                    .to(SEEN)))
                    .output(SEEN, this::seen)
                    .ringSlots(SLOTS)
                    .start();
            claims = engine.claims(Messages.TRANSACTIONS);
        }

        /** Ends it. */
        @TearDown
        public void tearDown() {
            isShut = false;
            engine.close();
        }

        private void seen(TransactionDecoder message) {
            if (message.id() == LAST) {
                done++; // by this thread alone
                return;
            }
            isStanding = true;
            while (isShut) {
                Thread.onSpinWait();
            }
            isStanding = false;
        }

        void shut() {
            isShut = true;
            publish(GATE);
            while (!isStanding) {
                Thread.onSpinWait();
            }
        }

        long publishAll() {
            for (int i = 0; i < EVENTS; i++) {
                publish(next++);
            }
            return next;
        }

        /** Opens the gate, if it is shut, and waits until all is done. */
        long finish() {
            long before = done;
            isShut = false;
            publish(LAST);
            while (done == before) {
                Thread.onSpinWait();
            }
            return done;
        }

        private void publish(long id) {
            claims.claim()
                    .id(id)
                    .card(id ^ 7)
                    .timeMs(1_700_000_000_000L)
                    .amountCents(id & 4095)
                    .merchant((int) id & 0xffff)
                    .country((short) 3)
                    .kind((short) 0);
            claims.commit();
        }
    }

    /** An empty ring whose other side stands still. Each is an engine of its own: JMH makes a state of a thread anew wherever it is asked for. */
    @State(Scope.Thread)
    public static class Still extends Ring {
        /** Stops the engine's thread. */
        @Setup(Level.Invocation)
        public void begin() {
            shut();
        }

        /** Lets it take what is in the ring. */
        @TearDown(Level.Invocation)
        public void open() {
            finish();
        }
    }

    /** A ring with all events in it, whose other side stands still. */
    @State(Scope.Thread)
    public static class Full extends Ring {
        /** Stops the engine's thread, and publishes. */
        @Setup(Level.Invocation)
        public void begin() {
            shut();
            publishAll();
        }
    }

    /** An event into a ring from which nobody takes. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long publish(Still ring) {
        return ring.publishAll();
    }

    /** An event from a ring into which nobody puts, until the last is done. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long consume(Full ring) {
        return ring.finish();
    }
}
