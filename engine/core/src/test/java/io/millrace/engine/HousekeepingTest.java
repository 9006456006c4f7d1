package io.millrace.engine;

import static io.millrace.engine.Trials.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Housekeeping goes on whatever fails, and ticks when it is time. */
@Timeout(240)
class HousekeepingTest {
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong refills = new AtomicLong();
    private final AtomicLong ticks = new AtomicLong();
    private Thread thread;

    private Housekeeping start(Runnable refill, Housekeeping.Clock tick, Duration every) {
        return start(refill, tick, every, new Stalls(Duration.ofDays(1).toNanos(), System::nanoTime));
    }

    private Housekeeping start(Runnable refill, Housekeeping.Clock tick, Duration every, Stalls stalls) {
        Housekeeping h = new Housekeeping(() -> !over.get(), refill, tick, every.toNanos(), 1, stalls);
        thread = new Thread(h);
        thread.start();
        return h;
    }

    @AfterEach
    void stop() throws InterruptedException {
        over.set(true);
        LockSupport.unpark(thread);
        thread.join();
    }

    private boolean tick(long ns, int mayBeUnread) {
        ticks.incrementAndGet();
        return true;
    }

    @Test
    void shouldFillTheStockAndTickEachPeriod() throws Exception {
        start(refills::incrementAndGet, this::tick, Duration.ofMillis(1));
        await("both", () -> refills.get() > 3 && ticks.get() > 3);
    }

    @Test
    void shouldGoOnAndSayWhyWhenRefillOrTickFails() throws Exception {
        Housekeeping h = start(
                () -> {
                    refills.incrementAndGet();
                    throw new OutOfMemoryError("refill");
                },
                this::tick,
                Duration.ofMillis(1));
        await("time goes on", () -> ticks.get() > 3);
        assertEquals("housekeeping: java.lang.OutOfMemoryError: refill", trouble(h));
        stop();
        over.set(false);
        Housekeeping fails = start(
                refills::incrementAndGet,
                (ns, mayBeUnread) -> {
                    ticks.incrementAndGet();
                    throw new OutOfMemoryError("tick");
                },
                Duration.ofMillis(1));
        long before = ticks.get();
        await("it tries again", () -> ticks.get() > before + 3);
        assertTrue(trouble(fails).endsWith(": tick"), trouble(fails));
    }

    /** It looks in front of its work, and again and again while it rests. */
    @Test
    void shouldGoOnAndSayWhyWhenALookFails() throws Exception {
        Stalls stalls = new Stalls(Duration.ofMillis(8).toNanos(), System::nanoTime);
        AtomicLong looks = new AtomicLong();
        stalls.watch(List.of(new Broken(looks)));
        Housekeeping h = start(refills::incrementAndGet, this::tick, Duration.ofMillis(50), stalls);
        await("time goes on", () -> refills.get() > 3 && ticks.get() > 3);
        await("it looks all the same", () -> looks.get() > 2 * ticks.get());
        assertTrue(trouble(h).startsWith("housekeeping: java.lang.IllegalStateException: looked at"), trouble(h));
    }

    /** Throws at housekeeping; others may ask. */
    private final class Broken implements Stepping {
        private final AtomicLong looks;

        Broken(AtomicLong looks) {
            this.looks = looks;
        }

        @Override
        public long steps() {
            if (Thread.currentThread() == thread) {
                looks.incrementAndGet();
                throw new IllegalStateException("looked at");
            }
            return looks.get();
        }

        @Override
        public boolean rests() {
            return true;
        }

        @Override
        public Thread thread() {
            return thread;
        }

        @Override
        public String where() {
            return "broken";
        }
    }

    private static String trouble(Housekeeping of) {
        Troubles all = new Troubles();
        of.tell(all);
        return all.why();
    }

    @Test
    void shouldTickAtOnceWhenThereWasNoRoom() throws Exception {
        Housekeeping h =
                start(refills::incrementAndGet, (ns, mayBeUnread) -> ticks.incrementAndGet() > 5, Duration.ofHours(1));
        await("parked", () -> thread.getState() == Thread.State.TIMED_WAITING);
        h.tickAt(0, HostClock.epochNs());
        await("until there is room", () -> ticks.get() == 6);
    }

    @Test
    void shouldWakeForASoonerTickAndNotSleepThroughInterrupts() throws Exception {
        Housekeeping h = start(refills::incrementAndGet, this::tick, Duration.ofHours(1));
        await("parked", () -> thread.getState() == Thread.State.TIMED_WAITING);
        h.tickAt(0, HostClock.epochNs() + Duration.ofMinutes(30).toNanos());
        thread.interrupt();
        await("no command", () -> !thread.isInterrupted() && thread.getState() == Thread.State.TIMED_WAITING);
        assertEquals(0, ticks.get());
        h.tickAt(0, HostClock.epochNs());
        await("at once", () -> ticks.get() == 1);
        h.tickAt(0, HostClock.epochNs());
        await("each time it is told", () -> ticks.get() == 2);
        assertTrue(refills.get() >= 2);
    }

    /** Threads of the engine sleep over ticks that make nothing due; where there was no room the next try wakes them as well. */
    @Test
    void shouldWakeOthersForWhatIsDue() throws Exception {
        AtomicLong woken = new AtomicLong();
        Housekeeping h = start(
                () -> {},
                (ns, mayBeUnread) -> {
                    ticks.incrementAndGet();
                    return mayBeUnread > 0 || woken.incrementAndGet() % 3 == 0; // no room twice
                },
                Duration.ofMillis(5));
        await("ticks", () -> ticks.get() > 3);
        assertEquals(0, woken.get());
        h.tickAt(0, HostClock.epochNs());
        await("until there is room", () -> woken.get() == 3);
        long then = ticks.get();
        await("ticks", () -> ticks.get() > then + 3);
        assertEquals(3, woken.get());
    }

    @Test
    void shouldWakeOthersForEachTickWhereTheyAreFarApart() throws Exception {
        AtomicLong woken = new AtomicLong();
        start(
                () -> {},
                (ns, mayBeUnread) -> {
                    woken.addAndGet(mayBeUnread == 0 ? 1 : 0);
                    return true;
                },
                Duration.ofMillis(100));
        await("the first", () -> woken.get() > 0);
    }
}
