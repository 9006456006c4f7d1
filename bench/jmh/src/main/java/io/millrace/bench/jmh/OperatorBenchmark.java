package io.millrace.bench.jmh;

import static io.millrace.bench.topologies.Messages.TRANSACTIONS;

import io.millrace.bench.message.MappedDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.event.Reply;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one operator costs an event on the inline host, encoding and way to the output included; {@code none} is that way
 * alone. A thousand keys, 200,000 events in a second of event time, a quarter of them of another kind (logins, declines,
 * quotes). {@code join} inserts that quarter and probes with the rest; in {@code
 * joinInsert} all are inserted and none probes, in {@code joinProbe} all probe, each of which finds one of a thousand rows that were inserted
 * before, and none is inserted. {@code flatMap} makes one of each, {@code branch} sends that quarter elsewhere, {@code merge} puts it together again behind two
 * filters, {@code throttle} lets through half, {@code conflate} keeps the newest of 20 ms, {@code defer} holds events for as long, and
 * {@code process} notes one number and sets a timer anew. {@code lookup}, {@code tableJoin}, {@code foreignKeyJoin} and {@code with} (a look-up seen beside its
 * event) find a row, which was published on a second input before; of {@code foreignKeyJoin} each card names one other key, always the same,
 * of {@code foreignKeyMoves} nearly each event of a card another one, so that the card moves there. {@code score} is a logistic model of
 * three features; {@code async} is an event and its answer, which this thread publishes at once: two entries and two encodings. What it
 * takes to send a request to somebody, and to have an answer from there, is not in it. With {@code -prof gc} the bytes an event allocates, which must be 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Xms2g", "-Xmx2g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class OperatorBenchmark {
    private static final int EVENTS_A_MS = 200;
    private static final int OTHER_EVERY = 4;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long STATE_BYTES = 512L << 20;

    /** Which one. */
    @Param({
        "none",
        "filter",
        "map",
        "window",
        "lookBack",
        "join",
        "joinInsert",
        "joinProbe",
        "asOf",
        "dedupe",
        "pattern",
        "group",
        "flatMap",
        "branch",
        "merge",
        "throttle",
        "conflate",
        "defer",
        "process",
        "lookup",
        "tableJoin",
        "foreignKeyJoin",
        "foreignKeyMoves",
        "score",
        "with",
        "async"
    })
    public String operator;

    private Inline inline;
    private Claims<TransactionEncoder> claims;
    private short other;
    private long otherEvery;
    private boolean asks;
    private Publisher<Reply<MappedDecoder>> replies;
    private final Header cause = new Header();
    private final Reply<MappedDecoder> reply = Reply.of(answer());
    private long next = 1;

    private static MappedDecoder answer() {
        byte[] bytes = new byte[Messages.MAPPED.maxLength()];
        Messages.MAPPED.newWriter().wrap(bytes, 0, bytes.length).id(1).value(7);
        return Messages.MAPPED.newView().wrap(bytes, 0, bytes.length);
    }

    /** Starts the engine. */
    @Setup
    public void setUp() {
        start(STATE_BYTES);
    }

    /** The same with as much state. */
    Inline start(long stateBytes) {
        other = (short) (operator.equals("pattern") ? Tx.DECLINED : operator.equals("asOf") ? Tx.QUOTE : Tx.LOGIN);
        inline = OneOperator.setUp(operator).stateBudget(stateBytes).inline();
        OneOperator.load(inline);
        claims = inline.claims(TRANSACTIONS);
        otherEvery = operator.equals("joinInsert") ? 1 : operator.equals("joinProbe") ? NEVER : OTHER_EVERY;
        for (long card = 0; operator.equals("joinProbe") && card < OneOperator.KEYS; card++) {
            fill(card, card, Generator.START_MS - 1, Tx.LOGIN);
            claims.commit(null);
        }
        asks = operator.equals("async");
        replies = asks ? inline.publisher(OneOperator.ASKED.replies()) : null;
        return inline;
    }

    /** Lets two seconds of event time go by without an event. */
    void skipTwoSeconds() {
        next += 2_000 * EVENTS_A_MS;
    }

    /** Ends it. */
    @TearDown
    public void tearDown() {
        inline.close();
    }

    /** One event, and the answer to it where it asks. */
    @Benchmark
    public long event() {
        long i = next++;
        fill(
                i,
                (Arithmetic.mix(i) >>> 1) % OneOperator.KEYS,
                Generator.START_MS + i / EVENTS_A_MS,
                i % otherEvery == 0 ? other : Tx.TRANSACTION);
        long entry = claims.commit(null);
        return asks ? replies.publish(reply, cause.clear().cause(entry, 0)) : entry;
    }

    private void fill(long id, long card, long timeMs, int kind) {
        claims.claim()
                .id(id)
                .card(card)
                .timeMs(timeMs)
                .amountCents(id & 0xffff)
                .merchant((int) id & 0xffff)
                .country((short) 3)
                .kind((short) kind);
    }
}
