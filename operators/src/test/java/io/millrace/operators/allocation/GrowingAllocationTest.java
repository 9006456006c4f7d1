package io.millrace.operators.allocation;

import static io.millrace.operators.allocation.AllocationRig.OUT;
import static io.millrace.operators.allocation.AllocationRig.QUOTE;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.On;
import io.millrace.operators.allocation.AllocationRig.Growth;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.state.Pages;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Keys that come for the first time take their place in pages: these are made, a page for many keys, and nothing for a key. */
class GrowingAllocationTest {
    private static final int KEYS = 200_000;

    /** An array of longs, on any JVM. */
    private static final long PAGE_AND_HEAD_BYTES = Pages.PAGE_BYTES + 16;

    private static final Duration LONG = Duration.ofHours(1);

    /** A word of which a key has one number. */
    static final class Counting extends KeyedProcess {
        final LongState events = longState("events");
        final EmitInPlace<QuoteDecoder, QuoteEncoder> out = emits("out", QUOTE);

        Counting(On<QuoteDecoder> quotes) {
            on(quotes, q -> {
                events.add(1);
                AllocationRig.copy(q, out.begin());
                out.end();
            });
        }
    }

    static final class Past extends LookBack<QuoteDecoder> {
        final Span<QuoteDecoder> hour = last(LONG);
        final LongValue sum = hour.sum(QuoteDecoder::size);
    }

    /**
     * Bounds how many keys a page is for at least. The table of the pages doubles now and then: so it is bytes that are compared; and what the JVM
     * does once is less than a page.
     */
    private static void assertPages(int keysAPage, Consumer<EventStream<QuoteDecoder>> words) {
        Growth growth = AllocationRig.growth(KEYS, words);
        assertTrue(growth.forNew() >= PAGE_AND_HEAD_BYTES, "its keys grow: " + growth);
        assertTrue(
                growth.forNew() <= KEYS / keysAPage * PAGE_AND_HEAD_BYTES,
                growth.forNew() / PAGE_AND_HEAD_BYTES + " pages for " + KEYS + " keys: " + growth);
        assertTrue(growth.forKnown() < Pages.PAGE_BYTES, "no page for keys that are there: " + growth);
    }

    @Test
    void shouldMakeAPageForManyNewKeysOfAProcess() {
        assertPages(
                4_000,
                s -> s.keyBy(QuoteDecoder::instrument)
                        .<Counting>process("counting", LONG, Counting::new)
                        .out(p -> p.out)
                        .to(OUT));
    }

    @Test
    void shouldMakeAPageForManyNewKeysOfALookBack() {
        assertPages(
                500,
                s -> s.keyBy(QuoteDecoder::instrument)
                        .lookBack("past", Past::new)
                        .to(OUT, (p, out) -> AllocationRig.copy(p.event(), out)));
    }
}
