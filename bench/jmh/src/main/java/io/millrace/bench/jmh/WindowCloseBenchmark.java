package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.MAPPED;
import static io.millrace.bench.topologies.Messages.TRANSACTIONS;
import static io.millrace.operators.window.Window.tumbling;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Tx;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.Output;
import java.time.Duration;
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
 * What it costs to close a window, by itself: {@value #WINDOWS} of a key each are opened between the measurements, then closed by events that
 * a filter keeps from them and that only let time pass, so many as it takes, sixteen windows each: a sixteenth of such an event is in it.
 * It is the best case: the same cards each time, and in the order in which their windows were opened, so that what lies beside each other
 * in memory is closed one behind the other. In a storm of a million cards most rows come from memory, and a window costs more.
 * With {@code -prof gc} the bytes, which must be 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xms2g", "-Xmx2g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class WindowCloseBenchmark {
    static final int WINDOWS = 16_384;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final InPlaceOutput<MappedDecoder, MappedEncoder> OUT = Output.of("out", MAPPED);

    private static final class Sums extends Aggregates<TransactionDecoder> {
        final LongValue card = longKey();
        final LongValue count = count();
        final LongValue sum = sum(TransactionDecoder::amountCents);
    }

    private Inline inline;
    private Claims<TransactionEncoder> claims;
    private long second;
    private long next;
    private long closed;

    /** Starts the engine. */
    @Setup
    public void setUp() {
        inline = Engine.of(Millrace.topology(
                        "close",
                        t -> t.from(TRANSACTIONS)
                                .filter(e -> e.kind() == Tx.TRANSACTION)
                                .keyBy(TransactionDecoder::card)
                                .window("sums", tumbling(SECOND))
                                .aggregate(Sums::new)
                                .to(OUT, (s, out) -> out.id(s.card.get()).value(s.count.get() ^ s.sum.get()))))
                .output(OUT, m -> closed++)
                .inline();
        claims = inline.claims(TRANSACTIONS);
    }

    /** Opens the windows. */
    @Setup(Level.Invocation)
    public void open() {
        for (int card = 0; card < WINDOWS; card++) {
            publish(card, Tx.TRANSACTION);
        }
    }

    /** Ends the engine. */
    @TearDown
    public void tearDown() {
        inline.close();
    }

    /** For a window. */
    @Benchmark
    @OperationsPerInvocation(WINDOWS)
    public long close() {
        long all = closed + WINDOWS;
        second++;
        while (closed < all) {
            publish(0, Tx.LOGIN);
        }
        return closed;
    }

    private void publish(long card, int kind) {
        claims.claim()
                .id(next++)
                .card(card)
                .timeMs(Generator.START_MS + second * SECOND.toMillis())
                .amountCents(card & 0xffff)
                .merchant(7)
                .country((short) 3)
                .kind((short) kind);
        claims.commit();
    }
}
