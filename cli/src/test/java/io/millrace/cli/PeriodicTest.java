package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeriodicTest {
    @Test
    void shouldLetWhatIsBeingDoneComeToItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<Throwable> disturbed = new AtomicReference<>();
        Periodic periodic = Periodic.every(Duration.ofMillis(1), "test", () -> {
            thread.set(Thread.currentThread());
            begun.countDown();
            try {
                if (begun.getCount() == 0) {
                    closed.await(); // throws when it is interrupted
                }
            } catch (InterruptedException e) {
                disturbed.set(e);
            }
            ended.incrementAndGet();
        });
        begun.await();
        periodic.close();
        assertFalse(thread.get().isInterrupted());
        closed.countDown();
        thread.get().join(TimeUnit.SECONDS.toMillis(50));
        assertEquals(null, disturbed.get());
        assertEquals(2, ended.get(), "and it is not begun again");
    }
}
