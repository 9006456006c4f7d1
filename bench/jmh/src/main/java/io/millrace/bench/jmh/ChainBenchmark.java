package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.MAPPED;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.MappedEncoder;
import io.millrace.bench.message.MessageHeaderDecoder;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Entry;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a chain of operators costs an event, against the same steps by hand, in a JVM that has run four other topologies
 * before. The cost of the chain itself is the difference to a chain of 0 operators in the same column.
 *
 * <p>{@code hand} and {@code core} read events that stand encoded in memory; {@code handEncoded} and {@code inline} encode
 * each event first, inline through claim and commit. {@link SharedChainBenchmark} is the same without copies of the node
 * classes: the design that lost, kept measurable.
 *
 * <p>{@code java -jar bench/jmh/target/benchmarks.jar '\.ChainBenchmark' -p kind=peek}; with {@code -prof gc} the bytes an
 * event allocates, which must be 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChainBenchmark {
    private static final int EVENTS = 1_024;
    private static final int STRIDE = 128;
    private static final InPlaceInput<MappedDecoder, MappedEncoder> IN = Input.of("in", MAPPED);
    private static final Output<MappedDecoder> OUT = Output.of("out", MAPPED);

    /** The length of the chain; odd steps are filters. */
    @Param({"0", "1", "3", "7", "15", "30"})
    public int operators;

    /** What the even steps are. */
    @Param({"peek", "map"})
    public String kind;

    private final Sum sum = new Sum();
    private final byte[] entries = new byte[EVENTS * STRIDE];
    private final UnsafeBuffer buffer = new UnsafeBuffer(entries);
    private final MappedDecoder decoder = new MappedDecoder();
    private int payload;
    private Chain.Hand hand;
    private Core core;
    private Claims<MappedEncoder> claims;
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[STRIDE]);
    private final MappedEncoder encoder = new MappedEncoder();
    private long next;

    /** Runs the other topologies, then makes all four forms of the chain. */
    @Setup
    public void setUp() {
        Polluters.run();
        Chain chain = kind.equals("peek") ? new PeekChain(sum) : new MapChain(sum);
        hand = chain.hand(operators);
        Topology topology =
                Millrace.topology("chain", t -> chain.of(t.from(IN), operators).to(OUT));
        core = new Core(Planner.plan(topology, PlanOptions.fused()), new SumPorts(sum));
        encode();
        Inline inline = Engine.of(topology).output(OUT, m -> sum.add(m.value())).inline();
        claims = inline.claims(IN);
    }

    private void encode() {
        EntryEncoder<MappedDecoder> entry = new EntryEncoder<>(IN, 0);
        for (int i = 0; i < EVENTS; i++) {
            entry.claim(MAPPED).id(i).value(1_000_000 + i);
            int length = entry.commit(null);
            System.arraycopy(entry.bytes(), entry.offset(null), entries, i * STRIDE, length);
        }
        payload = Entry.payload(entries, 0) + MessageHeaderDecoder.ENCODED_LENGTH;
    }

    /** The outputs of a bare core. */
    private record SumPorts(Sum sum) implements Ports {
        @Override
        public SinkPort sink(Output<?> output) {
            return flow -> {
                MappedDecoder result = flow.value();
                sum.add(result.value());
            };
        }

        @Override
        public DeadLetterPort deadLetters(int stage) {
            return (sequence, node, reason, detail, cause, entry, offset) -> {
                throw new IllegalStateException(reason + " " + detail, cause);
            };
        }

        @Override
        public boolean isLive(Input<?> input) {
            return false;
        }
    }

    /** The steps by hand, over messages in memory. */
    @Benchmark
    public long hand() {
        int at = (int) next++ & EVENTS - 1;
        hand.on(decoder.wrap(buffer, at * STRIDE + payload, MappedDecoder.BLOCK_LENGTH, MappedDecoder.SCHEMA_VERSION));
        return sum.get();
    }

    /** The core without a host, over entries in memory. */
    @Benchmark
    public long core() {
        long q = next++;
        core.process(q, entries, ((int) q & EVENTS - 1) * STRIDE);
        return sum.get();
    }

    /** The steps by hand, over a message that is encoded first. */
    @Benchmark
    public long handEncoded() {
        long i = next++ & EVENTS - 1;
        encoder.wrap(scratch, 0).id(i).value(1_000_000 + i);
        hand.on(decoder.wrap(scratch, 0, MappedDecoder.BLOCK_LENGTH, MappedDecoder.SCHEMA_VERSION));
        return sum.get();
    }

    /** The inline host, claim and commit included. */
    @Benchmark
    public long inline() {
        long i = next++ & EVENTS - 1;
        claims.claim().id(i).value(1_000_000 + i);
        claims.commit();
        return sum.get();
    }
}
