package io.millrace.bench.peers;

import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.Watermark;
import io.millrace.bench.workloads.Answer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Adds results up, and knows when all have come. The vertex before it counts what it takes and what it puts out; those of
 * windows are there when the watermark is that ends them. One cooperative thread writes, the source's reads.
 */
final class JetSink extends AbstractProcessor {
    private static final AtomicLong PROCESSED = new AtomicLong();
    private static final AtomicLong EXPECTED = new AtomicLong();
    private static final AtomicLong ARRIVED = new AtomicLong();
    private static final AtomicLong WATERMARK_MS = new AtomicLong(Long.MIN_VALUE);

    private final Answer answer = Feed.FEED.answer;

    static void processed() {
        PROCESSED.lazySet(PROCESSED.getPlain() + 1);
    }

    static void expect(int results) {
        EXPECTED.lazySet(EXPECTED.getPlain() + results);
    }

    /** Events first: what they put out is expected by then. */
    static void await(long events, long watermarkMs) {
        while (PROCESSED.get() < events || WATERMARK_MS.get() < watermarkMs || ARRIVED.get() < EXPECTED.get()) {
            Thread.onSpinWait();
        }
    }

    @Override
    protected boolean tryProcess0(Object item) {
        answer.hit(((Result) item).hash());
        ARRIVED.lazySet(answer.count());
        return true;
    }

    @Override
    public boolean tryProcessWatermark(Watermark watermark) {
        WATERMARK_MS.lazySet(watermark.timestamp());
        return true;
    }
}
