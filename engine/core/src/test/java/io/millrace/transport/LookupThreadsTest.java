package io.millrace.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Look-ups that wait, on threads of their own. */
@Timeout(240)
class LookupThreadsTest {
    /** A service that neither answers nor hears interrupts: what is asked meanwhile must not stay behind. */
    @Test
    void shouldKeepNothingOfWhatIsGivenUpBeforeItHasAThread() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        List<Long> asked = Collections.synchronizedList(new ArrayList<>());
        LookupThreads<Long, Long> threads = new LookupThreads<>(1, n -> {
            asked.add(n);
            begun.countDown();
            while (answers.getCount() > 0) {
                Thread.interrupted();
                Thread.onSpinWait();
                Thread.yield();
            }
            return n;
        });
        CompletableFuture<Long> first = threads.ask(0L).toCompletableFuture();
        begun.await();
        for (long n = 1; n <= 1_000; n++) {
            CompletableFuture<Long> next = threads.ask(n).toCompletableFuture();
            assertEquals(1, threads.waiting());
            assertTrue(next.cancel(true));
        }
        assertEquals(0, threads.waiting());
        CompletableFuture<Long> last = threads.ask(1_001L).toCompletableFuture();
        assertTrue(first.cancel(true), "it goes on all the same");
        answers.countDown();
        assertEquals(1_001, last.get());
        assertEquals(List.of(0L, 1_001L), asked);
        threads.close();
    }
}
