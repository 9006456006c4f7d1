package io.millrace.bench.peers;

import io.millrace.bench.workloads.Arithmetic;

/** What a system puts out. */
public interface Result {
    /** What it adds to the checksum. */
    long hash();

    /** W1. */
    record Total(long card, long startMs, long count, long sum, long max) implements Result {
        @Override
        public long hash() {
            return Arithmetic.hash1(card, startMs, count, sum, max);
        }
    }

    /** W2. */
    record Pair(long transactionId, long loginId) implements Result {
        @Override
        public long hash() {
            return Arithmetic.hash2(transactionId, loginId);
        }
    }

    /** W3. */
    record Alert(long id, double score) implements Result {
        @Override
        public long hash() {
            return Arithmetic.hash3(id, score);
        }
    }
}
