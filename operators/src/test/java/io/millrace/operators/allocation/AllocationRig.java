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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Publishes a million messages made by SBE's generator, twice half of them, after the path has been compiled, and reads the thread's own counter of
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
    private static final int ROUNDS = 4;
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
            long[] next = {publish(claims, 0, warmUp, stepNs)};
            assertQuietInTheEnd(measured / 2, () -> {
                long probe = probeCost();
                long before = THREADS.getCurrentThreadAllocatedBytes();
                next[0] = publish(claims, next[0], measured / 2, stepNs);
                return THREADS.getCurrentThreadAllocatedBytes() - before - probe;
            });
            assertEquals(0, engine.deadLetters().total());
            assertTrue(seen[0] > 0, "nothing came out");
        }
    }

    /**
     * A rare compilation or a page of state may fall into a round: that one does not count. But the last two of them have to be without a
     * byte, one behind the other, and there are not many: what allocates now and then would find its way through the least of several.
     */
    static void assertQuietInTheEnd(int events, LongSupplier bytesOfARound) {
        List<Long> bytes = new ArrayList<>();
        for (int quiet = 0; quiet < 2; ) {
            assertTrue(bytes.size() < ROUNDS, bytes + " bytes in rounds of " + events + " events");
            long here = Math.max(0, bytesOfARound.getAsLong());
            bytes.add(here);
            quiet = here == 0 ? quiet + 1 : 0;
        }
    }

    private static long probeCost() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static long publish(Claims<QuoteEncoder> claims, long from, int count, long stepNs) {
        return publish(claims, from, count, stepNs, i -> i * 31 % INSTRUMENTS);
    }

    /** Bytes for keys that have not been there before, and for the same keys once more. */
    record Growth(long forNew, long forKnown) {}

    static Growth growth(int keys, Consumer<EventStream<QuoteDecoder>> words) {
        Topology topology = Millrace.topology("growing", t -> words.accept(t.from(QUOTES)));
        long[] seen = new long[1];
        try (Inline engine =
                Engine.of(topology).output(OUT, (QuoteDecoder q) -> seen[0]++).inline()) {
            Claims<QuoteEncoder> claims = engine.claims(QUOTES);
            long next = publish(claims, 0, WARM_UP, 1);
            long first = next;
            long probe = probeCost();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            next = publish(claims, next, keys, 1, i -> i);
            long middle = THREADS.getCurrentThreadAllocatedBytes();
            next = publish(claims, next, keys, 1, i -> i - keys);
            long end = THREADS.getCurrentThreadAllocatedBytes();
            assertEquals(first + 2L * keys, next);
            assertEquals(next, seen[0], "each comes out");
            assertEquals(0, engine.deadLetters().total());
            return new Growth(middle - before - probe, end - middle - probe);
        }
    }

    private static long publish(
            Claims<QuoteEncoder> claims, long from, int count, long stepNs, LongUnaryOperator instrument) {
        for (long i = from; i < from + count; i++) {
            claims.claim()
                    .instrument(instrument.applyAsLong(i))
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
