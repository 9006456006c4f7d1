package io.millrace.bench.peers;

import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.Watermark;
import java.util.concurrent.locks.LockSupport;

/** A source that makes the events itself, on a thread of its own: what {@link Feed} is told to do. */
final class JetSource extends AbstractProcessor {
    private static final long IDLE_NS = 50_000;

    private static JetSource source;

    @Override
    public boolean isCooperative() {
        return false;
    }

    @Override
    protected void init(Context context) {
        source = this;
        Feed.FEED.started();
    }

    /** On its thread; waits where the queue behind it is full. */
    static void emit(Event event) {
        while (!source.tryEmit(event)) {
            Thread.onSpinWait();
        }
    }

    static void watermark(long ms) {
        while (!source.tryEmit(new Watermark(ms))) {
            Thread.onSpinWait();
        }
    }

    @Override
    public boolean complete() {
        if (!Feed.FEED.serve()) {
            LockSupport.parkNanos(IDLE_NS);
        }
        return false;
    }
}
