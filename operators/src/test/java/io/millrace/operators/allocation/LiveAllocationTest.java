package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.QUOTE;
import static io.millrace.operators.allocation.AllocationRig.QUOTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.metric.DigestOptions;
import io.millrace.operators.quotes.MessageHeaderDecoder;
import io.millrace.operators.quotes.MessageHeaderEncoder;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * All threads on the way of twice 100,000 events, through a live engine: who publishes, both stages with the edge between them, and the thread
 * of a blocking sink. The words are those of the other tests, the hosts' loops are what is in question.
 */
class LiveAllocationTest {
    private static final int WARM_UP = 100_000;
    private static final int MEASURED = Integer.getInteger("millrace.million", 1_000_000) / 10;
    private static final int INSTRUMENTS = 64;
    private static final int STEP_NS = 16;

    /** At least a minute. */
    private static final int PARKED_AT_MOST = 600_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String ON_THE_WAY = "millrace-live-allocation-(main|behind|sink-out)";

    private final AtomicLong seen = new AtomicLong();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[QUOTE.maxLength()]);
    private final QuoteEncoder writer = new QuoteEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
    private final QuoteDecoder quote = new QuoteDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    private long next;

    @Test
    void shouldAllocateNothingOnTheThreadsOfALiveEngine() {
        Topology topology = Millrace.topology("live-allocation", t -> {
            var byInstrument = t.from(QUOTES).keyBy(QuoteDecoder::instrument);
            var none = byInstrument
                    .window("w", Window.tumbling(Duration.ofNanos(5_000)))
                    .aggregate(WindowAllocationTest.Bar::new)
                    .filter(b -> b.count.get() == 0)
                    .map(QUOTE, WindowAllocationTest.Bar::write);
            byInstrument
                    .lookBack("history", ZeroAllocationTest.History::new)
                    .map(QUOTE, (h, out) -> AllocationRig.copy(h.event(), out))
                    .merge(none)
                    .onThread("behind")
                    .to(OUT);
        });
        try (Engine engine = Engine.of(topology)
                .digest(DigestOptions.every(64))
                .output(OUT, (QuoteDecoder q) -> seen.lazySet(seen.get() + 1), Delivery.blocking())
                .start()) {
            Publisher<QuoteDecoder> publisher = engine.publisher(QUOTES);
            publish(engine, publisher, WARM_UP);
            long[] threads = threadsOnTheWay();
            assertEquals(4, threads.length, "who publishes, two stages, a sink");
            AllocationRig.assertQuietInTheEnd(MEASURED, () -> {
                long before = allocated(threads);
                long probe = allocated(threads) - before;
                before = allocated(threads);
                publish(engine, publisher, MEASURED);
                return allocated(threads) - before - probe;
            });
            assertEquals(0, engine.deadLetters().total());
            assertTrue(seen.get() > 0, "nothing came out");
        }
    }

    /** Until the sink has them all. */
    private void publish(Engine engine, Publisher<QuoteDecoder> publisher, int events) {
        long end = next + events;
        for (; next < end; next++) {
            writer.instrument(next * 31 % INSTRUMENTS).timeNs(next * STEP_NS).size(next % 1000);
            publisher.publish(quote);
        }
        for (int parked = 0; seen.get() < end; parked++) {
            if (parked == PARKED_AT_MOST) {
                fail(seen.get() + " of " + end + " came out: " + engine.health());
            }
            LockSupport.parkNanos(100_000); // to ask for its health each time would be what is counted here
        }
    }

    private static long[] threadsOnTheWay() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(t -> t.getThreadId() == Thread.currentThread().getId()
                        || t.getThreadName().matches(ON_THE_WAY))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += THREADS.getThreadAllocatedBytes(thread);
        }
        return sum;
    }
}
