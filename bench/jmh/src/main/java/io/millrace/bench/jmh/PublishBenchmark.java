package io.millrace.bench.jmh;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to bring an event of seven fields in: as a record, and as SBE by claim and commit. The topology behind it is
 * one filter that lets nothing pass.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishBenchmark {
    /** The same fields as the SBE message. */
    public record Transaction(
            long id, long card, long timeMs, long amountCents, int merchant, short country, byte kind) {}

    private static final EventType<Transaction> RECORD = EventType.of(Transaction.class);
    private static final Input<Transaction> RECORDS = Input.of("records", RECORD)
            .eventTime(Transaction::timeMs, TimeUnit.MILLISECONDS)
            .historic();
    private static final Output<Transaction> NO_RECORDS = Output.of("no-records", RECORD);
    private static final Output<TransactionDecoder> NO_MESSAGES = Output.of("no-messages", Messages.TRANSACTION);

    private final byte[] bytes = new byte[256];
    private byte[] encodedRecord;
    private byte[] encodedSbe;
    private final EventView<Transaction> recordView = RECORD.newView();
    private final EventWriter<TransactionEncoder> writer = Messages.TRANSACTION.newWriter();
    private final EventView<TransactionDecoder> view = Messages.TRANSACTION.newView();
    private Publisher<Transaction> publisher;
    private Claims<TransactionEncoder> claims;
    private long next;

    /** Starts both hosts. */
    @Setup
    public void setUp() {
        int length = encodeRecord(); // before the array is read
        encodedRecord = Arrays.copyOf(bytes, length);
        length = encodeSbe();
        encodedSbe = Arrays.copyOf(bytes, length);
        publisher = Engine.of(Millrace.topology(
                        "records", t -> t.from(RECORDS).filter(r -> r.id() < 0).to(NO_RECORDS)))
                .discard(NO_RECORDS)
                .inline()
                .publisher(RECORDS);
        claims = Engine.of(Millrace.topology(
                        "messages",
                        t -> t.from(Messages.TRANSACTIONS)
                                .filter(m -> m.id() < 0)
                                .to(NO_MESSAGES)))
                .discard(NO_MESSAGES)
                .inline()
                .claims(Messages.TRANSACTIONS);
    }

    private Transaction record() {
        long i = next++;
        return new Transaction(
                i, i ^ 7, 1_700_000_000_000L + (i >> 8), i & 4095, (int) i & 0xffff, (short) 3, (byte) 0);
    }

    private void fill(TransactionEncoder out) {
        long i = next++;
        out.id(i)
                .card(i ^ 7)
                .timeMs(1_700_000_000_000L + (i >> 8))
                .amountCents(i & 4095)
                .merchant((int) i & 0xffff)
                .country((short) 3)
                .kind((short) 0);
    }

    /** Encodes a record; the record itself may be made away by the JIT. */
    @Benchmark
    public int encodeRecord() {
        return RECORD.encode(record(), bytes, 0);
    }

    /** Encodes a message. */
    @Benchmark
    public int encodeSbe() {
        fill(writer.wrap(bytes, 0, bytes.length));
        return writer.length();
    }

    /** Reads all fields of a record that stands encoded. */
    @Benchmark
    public long decodeRecord() {
        Transaction r = recordView.wrap(encodedRecord, 0, encodedRecord.length);
        return r.id() ^ r.card() ^ r.timeMs() ^ r.amountCents() ^ r.merchant() ^ r.country() ^ r.kind();
    }

    /** Reads all fields of a message that stands encoded. */
    @Benchmark
    public long decodeSbe() {
        TransactionDecoder m = view.wrap(encodedSbe, 0, encodedSbe.length);
        return m.id() ^ m.card() ^ m.timeMs() ^ m.amountCents() ^ m.merchant() ^ m.country() ^ m.kind();
    }

    /** Encodes and reads one field of a record. */
    @Benchmark
    public long roundTripRecord() {
        return recordView.wrap(bytes, 0, encodeRecord()).amountCents();
    }

    /** Encodes and reads one field of a message. */
    @Benchmark
    public long roundTripSbe() {
        return view.wrap(bytes, 0, encodeSbe()).amountCents();
    }

    /** Publishes a record to the inline host. */
    @Benchmark
    public long inlineRecord() {
        return publisher.publish(record());
    }

    /** Fills and commits a message to the inline host. */
    @Benchmark
    public long inlineSbe() {
        fill(claims.claim());
        return claims.commit();
    }

    /** A live engine, whose thread takes from the ring what the benchmark's puts there. */
    @State(Scope.Thread)
    public static class Ring {
        private Engine engine;
        private Claims<TransactionEncoder> claims;

        /** Starts it. */
        @Setup
        public void setUp() {
            engine = Engine.of(Millrace.topology(
                            "ring",
                            t -> t.from(Messages.TRANSACTIONS)
                                    .filter(m -> m.id() < 0)
                                    .to(NO_MESSAGES)))
                    .discard(NO_MESSAGES)
                    .start();
            claims = engine.claims(Messages.TRANSACTIONS);
        }

        /** Ends it. */
        @TearDown
        public void tearDown() {
            engine.close();
        }
    }

    /** Publishes a message through the ring of a live engine, as fast as its thread takes them: the slower of the two. */
    @Benchmark
    public long ringSbe(Ring ring) {
        fill(ring.claims.claim());
        return ring.claims.commit();
    }
}
