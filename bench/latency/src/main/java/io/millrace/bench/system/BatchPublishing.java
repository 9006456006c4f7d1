package io.millrace.bench.system;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
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
    private final Header header = new Header();

    /** How many wait for the others that are due with them, and when that was. */
    private int waiting;

    private long dueNs;

    BatchPublishing(Conditions conditions, Publisher<TransactionDecoder> publisher, int size) {
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

    /** Publishes an event with those that are due at the same time: when they are a whole batch, or are told to be all ({@link #flush}). */
    void publish(long i, long intendedNs) {
        if (intendedNs != dueNs) {
            flush();
        }
        dueNs = intendedNs;
        conditions.generator().fill(i, tx);
        Messages.encode(tx, encoders.get(waiting++));
        if (waiting == size) {
            flush();
        }
    }

    /** Nothing more is due with those that wait. */
    void flush() {
        if (waiting > 0) {
            publisher.publishBatch(
                    batches.get(waiting), dueNs == 0 ? null : header.clear().intendedNs(dueNs));
            waiting = 0;
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
