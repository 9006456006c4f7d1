package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.plan.PlanOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** State, kept events, timers and outputs that are filled in place allocate nothing. */
class ProcessAllocationTest {
    private static final int EVENTS = 60_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ManualRun run =
            new ManualRun(Alarm.topology(Duration.ofNanos(50_000)), PlanOptions.fused()).countOnly();
    private final byte[] bytes = new byte[Blip.BLIP.maxLength()];
    private final Blip.Writer writer = new Blip.Writer();
    private final Blip.View event = new Blip.View();
    private long time;

    @Test
    void shouldAllocateNothingAfterWarmUp() {
        send(120_000);
        long least = Long.MAX_VALUE;
        // a rare compilation may fall into one round; what allocates does so in every round
        for (int i = 0; i < 3; i++) {
            long before = allocated();
            send(EVENTS);
            least = Math.min(least, allocated() - before);
        }
        assertEquals(0, least, "bytes for " + EVENTS + " events");
        assertEquals(0, run.dead());
        assertTrue(run.outputs() > 500_000, "outputs " + run.outputs());
        assertTrue(run.counters("alarm").keys < 3_000, "idle keys go");
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Keys come for a while and then never again. */
    private void send(int events) {
        for (int i = 0; i < events; i++) {
            time++;
            java.util.Arrays.fill(bytes, (byte) 0);
            long key = time / 50_000 * 1_000 + time % 1_000;
            int length = writer.wrap(bytes, 0, bytes.length)
                    .set(key, time, time + 300)
                    .length();
            run.send(0, Alarm.BLIPS, event.wrap(bytes, 0, length));
        }
    }
}
