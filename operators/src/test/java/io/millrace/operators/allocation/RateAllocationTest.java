package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.QUOTE;
import static io.millrace.operators.allocation.AllocationRig.assertNothingAllocated;

import io.millrace.operators.quotes.QuoteDecoder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Dedupe, throttle and conflate allocate nothing, whatever becomes of an event. */
class RateAllocationTest {
    @Test
    void shouldAllocateNothingInDedupe() {
        assertNothingAllocated(s -> s.keyBy(QuoteDecoder::instrument)
                .dedupe("once", Duration.ofNanos(3_000))
                .duplicates(side -> side.filter(q -> q.size() == 1).to(OUT))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInThrottle() {
        assertNothingAllocated(s -> s.keyByTextInto((q, key) -> q.getVenue(key))
                .throttle("calm", 3, Duration.ofNanos(50))
                .to(OUT));
    }

    @Test
    void shouldAllocateNothingInConflate() {
        assertNothingAllocated(s -> {
            var byInstrument = s.keyBy(QuoteDecoder::instrument);
            byInstrument.conflate("latest", Duration.ofNanos(5_000)).to(OUT);
            byInstrument
                    .conflate(
                            "sum",
                            Duration.ofNanos(5_000),
                            QUOTE,
                            (sum, next, out) -> out.instrument(next.instrument())
                                    .timeNs(next.timeNs())
                                    .size(sum.size() + next.size()))
                    .to(OUT);
        });
    }
}
