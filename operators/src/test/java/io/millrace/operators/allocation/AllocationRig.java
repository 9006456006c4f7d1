package io.millrace.operators.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.sbe.Sbe;
import io.millrace.topology.Topology;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Publishes a million messages made by SBE's generator, after the path has been compiled, and reads the thread's own counter of
 * allocated bytes. Only the cost of the probe itself is taken off. Compiled is it by the first compiler alone, which leaves out no
 * object that the code makes: what the optimizing one would do without, when it has inlined enough, counts here.
 */
final class AllocationRig {
    static final InPlaceType<QuoteDecoder, QuoteEncoder> QUOTE =
            Sbe.type(QuoteDecoder::new, QuoteEncoder::new, 8 + QuoteEncoder.BLOCK_LENGTH);
    static final InPlaceInput<QuoteDecoder, QuoteEncoder> QUOTES = Input.of("quotes", QUOTE)
            .eventTime(QuoteDecoder::timeNs, TimeUnit.NANOSECONDS)
            .historic();
    static final InPlaceOutput<QuoteDecoder, QuoteEncoder> OUT = Output.of("out", QUOTE);

    private static final byte[][] VENUES = {
        "XWBO    ".getBytes(StandardCharsets.US_ASCII), "XETR    ".getBytes(StandardCharsets.US_ASCII)
    };
    /** Few, so that their state stays near: the word is what takes the time. Each has an event every 1,024 ns. */
    private static final int INSTRUMENTS = 1 << 6;

    static final int STEP_NS = 1 << 4;
    private static final int WARM_UP = 50_000;
    private static final int MEASURED = Integer.getInteger("millrace.million", 1_000_000);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationRig() {}

    /** One byte in a million events is too much. */
    static void assertNothingAllocated(Consumer<EventStream<QuoteDecoder>> words) {
        assertNothingAllocated((t, quotes) -> words.accept(quotes));
    }

    static void assertNothingAllocated(BiConsumer<TopologyBuilder, EventStream<QuoteDecoder>> words) {
        assertNothingAllocated(WARM_UP, MEASURED, words);
    }

    /** The same with fewer events, for words that take long for one; with {@code -Dmillrace.million.all=true} they get the million too. */
    static void assertNothingAllocated(
            int warmUp, int measured, BiConsumer<TopologyBuilder, EventStream<QuoteDecoder>> words) {
        assertNothingAllocated(warmUp, measured, STEP_NS, words);
    }

    /** The same with another time between two events. */
    static void assertNothingAllocated(
            int warmUp, int usual, long stepNs, BiConsumer<TopologyBuilder, EventStream<QuoteDecoder>> words) {
        int measured = Boolean.getBoolean("millrace.million.all") ? MEASURED : usual;
        Topology topology = Millrace.topology("allocation", t -> words.accept(t, t.from(QUOTES)));
        long[] seen = new long[1];
        try (Inline engine = Engine.of(topology)
                .digest(DigestOptions.every(64)) // which allocates nothing either
                .output(OUT, (QuoteDecoder q) -> seen[0] += q.instrument() + 1)
                .inline()) {
            Claims<QuoteEncoder> claims = engine.claims(QUOTES);
            long next = publish(claims, 0, warmUp, stepNs);
            long least = Long.MAX_VALUE;
            // a rare compilation or a page of state may fall into one round; a path that allocates does so in every
            // round
            for (int round = 0; round < 3 && least > 0; round++) {
                long probe = probeCost();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                next = publish(claims, next, measured, stepNs);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before - probe);
            }
            assertEquals(0, Math.max(0, least), "bytes for " + measured + " events");
            assertEquals(0, engine.deadLetters().total());
            assertTrue(seen[0] > 0, "nothing came out");
        }
    }

    private static long probeCost() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long publish(Claims<QuoteEncoder> claims, long from, int count, long stepNs) {
        for (long i = from; i < from + count; i++) {
            claims.claim()
                    .instrument(i * 31 % INSTRUMENTS)
                    .timeNs(i * stepNs)
                    .size(i % 1000)
                    .putVenue(VENUES[(int) (i & 1)], 0);
            claims.commit();
        }
        return from + count;
    }

    /** Copies an event. */
    static void copy(QuoteDecoder q, QuoteEncoder out) {
        out.instrument(q.instrument()).timeNs(q.timeNs()).size(q.size());
    }
}
