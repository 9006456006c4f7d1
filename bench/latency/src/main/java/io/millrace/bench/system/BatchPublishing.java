package io.millrace.bench.system;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Publisher;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Publishes events of the generator in batches: each is encoded into a message of its own, and the messages are handed over at once. */
final class BatchPublishing {
    private final Conditions conditions;
    private final Publisher<TransactionDecoder> publisher;
    private final List<TransactionEncoder> encoders = new ArrayList<>();
    private final List<List<TransactionDecoder>> batches = new ArrayList<>();
    private final Tx tx = new Tx();
    private final int size;

    BatchPublishing(Conditions conditions, Publisher<TransactionDecoder> publisher, int size) {
        if (conditions.latencies() != null) {
            throw new IllegalArgumentException(
                    "events of a batch have no latency of their own; measure inline or live");
        }
        this.conditions = conditions;
        this.publisher = publisher;
        this.size = size;
        List<TransactionDecoder> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[TransactionEncoder.BLOCK_LENGTH]);
            encoders.add(new TransactionEncoder().wrap(buffer, 0));
            all.add(new TransactionDecoder()
                    .wrap(buffer, 0, TransactionDecoder.BLOCK_LENGTH, TransactionDecoder.SCHEMA_VERSION));
        }
        for (int n = 0; n <= size; n++) {
            batches.add(all.subList(0, n));
        }
    }

    void run(long from, long to) {
        for (long i = from; i < to; ) {
            int n = 0;
            while (n < size && i < to) {
                conditions.generator().fill(i++, tx);
                Messages.encode(tx, encoders.get(n++));
            }
            publisher.publishBatch(batches.get(n));
        }
    }
}
