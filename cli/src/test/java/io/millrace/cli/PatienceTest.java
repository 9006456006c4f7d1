package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long BEGIN_NS = Long.MAX_VALUE - 5; // a monotonic clock may be anywhere

    private long rows;
    private long workNs;

    private static long at(long seconds) {
        return BEGIN_NS + TimeUnit.SECONDS.toNanos(seconds);
    }

    private Patience begin() {
        return new Patience(BEGIN_NS, () -> rows, () -> workNs);
    }

    @Test
    void shouldEndWithoutProgress() {
        Patience patience = begin();
        assertTrue(patience.lasts(at(Patience.STILL_SECONDS - 1)));
        assertFalse(patience.lasts(at(Patience.STILL_SECONDS)));
        assertEquals(
                "millrace: interrupted, and not at an end 10 s later, the last progress 10 s ago: stopped there;"
                        + " what was not written yet is in no output, so run it again",
                patience.words(at(Patience.STILL_SECONDS)));
    }

    /** However slowly: each row counts anew. */
    @Test
    void shouldLastWhileRowsAreDecided() {
        Patience patience = begin();
        long last = 0;
        for (long second = 0; second < 100; second += Patience.STILL_SECONDS - 1) {
            rows++;
            last = second;
            assertTrue(patience.lasts(at(second)), second + " s");
        }
        assertFalse(patience.lasts(at(last + Patience.STILL_SECONDS)));
    }

    /** As while state is set apart, before the first row, or while alerts are put in order, behind the last one. */
    @Test
    void shouldLastWhileItsThreadWorks() {
        Patience patience = begin();
        for (long second = 0; second < 100; second++) {
            workNs += TimeUnit.MILLISECONDS.toNanos(20); // of a machine that has much else to do
            assertTrue(patience.lasts(at(second)), second + " s");
        }
    }

    @Test
    void shouldNotTakeForWorkThatItsThreadLooksNowAndThen() {
        Patience patience = begin();
        boolean lasts = true;
        for (long second = 0; second <= Patience.STILL_SECONDS; second++) {
            workNs += TimeUnit.MICROSECONDS.toNanos(500);
            lasts = patience.lasts(at(second));
        }
        assertFalse(lasts);
    }

    @Test
    void shouldNotLastForEver() {
        Patience patience = begin();
        boolean lasts = true;
        for (long second = 0; second <= Patience.MOST_SECONDS; second++) {
            rows++;
            assertTrue(lasts, second + " s");
            lasts = patience.lasts(at(second));
        }
        assertFalse(lasts);
    }
}
