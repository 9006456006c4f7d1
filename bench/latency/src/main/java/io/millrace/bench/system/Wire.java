package io.millrace.bench.system;

import io.millrace.bench.message.MessageHeaderDecoder;
import io.millrace.bench.message.MessageHeaderEncoder;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Tx;
import org.agrona.concurrent.UnsafeBuffer;

/** One SBE message in an array of its own, with flyweights over it, as a raw system would keep it. */
final class Wire {
    static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + TransactionEncoder.BLOCK_LENGTH;

    private final byte[] bytes = new byte[LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final TransactionEncoder encoder = new TransactionEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final TransactionDecoder decoder = new TransactionDecoder();

    void encode(Tx from) {
        Messages.encode(from, encoder.wrapAndApplyHeader(buffer, 0, headerEncoder));
    }

    void decode(Tx into) {
        Messages.decode(decoder.wrapAndApplyHeader(buffer, 0, headerDecoder), into);
    }

    void copyTo(Wire other) {
        System.arraycopy(bytes, 0, other.bytes, 0, LENGTH);
    }
}
