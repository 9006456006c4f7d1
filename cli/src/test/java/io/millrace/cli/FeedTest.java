package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.metric.Held;
import io.millrace.transport.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Integer> taken = new ArrayList<>();

    /** Numbers from 0. */
    private static EventSource<Integer> numbers(int count) {
        return new EventSource<>() {
            private int next;

            @Override
            public boolean isFinite() {
                return true;
            }

            @Override
            public int poll(Target<? super Integer> target, int most) {
                int n = 0;
                for (; n < most && next < count; n++) {
                    target.take(next++, null);
                }
                return n > 0 ? n : ENDED;
            }

            @Override
            public void close() {}
        };
    }

    /** For at least so long. */
    private static void pause(long ns) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns) {
            LockSupport.parkNanos(ns);
        }
    }

    private long pollAllNs(Feed<Integer> feed, int most) throws Exception {
        long start = System.nanoTime();
        while (feed.poll((event, header) -> taken.add(event), most) != EventSource.ENDED) {
            assertTrue(feed.isFinite());
        }
        return System.nanoTime() - start;
    }

    @Test
    void shouldSendAtTheRateAskedFor() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(51), 500, stop);
        long ns = pollAllNs(feed, 7);
        assertEquals(51, feed.sent());
        assertTrue(ns >= 100_000_000, ns + " ns for 50 intervals of 2 ms");
    }

    @Test
    void shouldNotHoldARateThatIsTooHigh() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(50), 1_000_000, stop);
        while (feed.poll((event, header) -> pause(1_000_000), 10) != EventSource.ENDED) {
            assertTrue(feed.sent() <= 50);
        }
        assertFalse(feed.held());
        assertTrue(feed.lagMs() > 40);
    }

    /** However long the run was: a part of it would be seconds, of one that takes ten minutes. */
    @Test
    void shouldNotHoldARateAtWhoseEndTheLastOneTakesLong() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(3), 10, stop);
        EventSource.Target<Integer> slowInTheEnd = (event, header) -> {
            if (event == 2) {
                pause(2 * Held.BACKLOG_NS_MAX);
            }
        };
        while (feed.poll(slowInTheEnd, 10) != EventSource.ENDED) {
            assertTrue(feed.sent() <= 3);
        }
        assertFalse(feed.held());
    }

    /** All is sent in time, into a ring, and what comes of it comes later. */
    @Test
    void shouldNotHoldARateWhereTheLastDecisionComesLate() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(20), 1_000, stop);
        feed.done(System.nanoTime()); // of a run before
        long beginNs = System.nanoTime();
        pollAllNs(feed, 10);
        long dueNs = System.nanoTime(); // or a little before
        long lagMs = feed.lagMs();
        feed.done(beginNs - 10 * Held.BACKLOG_NS_MAX); // of a run before
        assertEquals(lagMs, feed.lagMs());
        pause(2 * Held.BACKLOG_NS_MAX);
        feed.done(dueNs);
        assertFalse(feed.held());
        assertTrue(feed.lagMs() >= 40, feed.lagMs() + " ms");
    }

    @Test
    void shouldJudgeARateByItsLastDecision() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(1), 1, stop);
        long beginNs = System.nanoTime();
        feed.poll((event, header) -> taken.add(event), 1);
        feed.done(System.nanoTime());
        long atMostMs = (System.nanoTime() - beginNs) / 1_000_000 + 1;
        assertTrue(feed.lagMs() >= 0 && feed.lagMs() <= atMostMs);
        assertEquals(feed.lagMs() <= 20, feed.held());
    }

    /** A feed of such bytes, whose target is the engine: what is no event is for that to count. */
    @Test
    void shouldPassOnWhatItsSourceRefuses() throws Exception {
        List<String> refused = new ArrayList<>();
        EventSource.Target<Integer> target = new EventSource.Target<>() {
            @Override
            public void take(Integer event, Header header) {
                taken.add(event);
            }

            @Override
            public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
                refused.add(reason.text() + " " + why);
            }

            @Override
            public boolean isSensitive() {
                return true;
            }
        };
        Feed<Integer> feed = new Feed<>(refusing(), 0, stop);
        assertEquals(EventSource.ENDED, feed.poll(target, 1));
        assertEquals(List.of("malformed true"), refused);
        assertEquals(0, feed.sent());
    }

    private static EventSource<Integer> refusing() {
        return new EventSource<>() {
            @Override
            public boolean isFinite() {
                return true;
            }

            @Override
            public int poll(Target<? super Integer> target, int most) {
                target.refuse(null, Reason.MALFORMED, Boolean.toString(target.isSensitive()));
                return ENDED;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void shouldSendAsFastAsItGoesWithoutARate() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(10_000), 0, stop);
        pollAllNs(feed, 256);
        assertEquals(10_000, taken.size());
        assertTrue(feed.held());
    }

    @Test
    void shouldEndWhenToldToStop() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(100), 0, stop);
        feed.poll((event, header) -> taken.add(event), 10);
        stop.set(true);
        assertEquals(EventSource.ENDED, feed.poll((event, header) -> taken.add(event), 10));
        assertEquals(10, taken.size());
    }

    /** What is in hand is sent when it is due, and nothing behind it: not the rest of a batch. */
    @Test
    void shouldNotHurryWhenToldToStopBetweenTwoEvents() throws Exception {
        Feed<Integer> feed = new Feed<>(numbers(100), 10, stop);
        int n = feed.poll(
                (event, header) -> {
                    taken.add(event);
                    stop.set(true);
                },
                10);
        assertEquals(1, n);
        assertEquals(List.of(0), taken);
        assertEquals(EventSource.ENDED, feed.poll((event, header) -> taken.add(event), 10));
        assertEquals(1, feed.sent());
    }
}
