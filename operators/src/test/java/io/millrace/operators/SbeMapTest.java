package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.sbe.Sbe;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Words that fill an SBE message of fixed places: what is left alone is zero, whatever the event before has left or done there. */
class SbeMapTest {
    private static final InPlaceType<QuoteDecoder, QuoteEncoder> QUOTE = Sbe.type(QuoteDecoder::new, QuoteEncoder::new);
    private static final InPlaceInput<QuoteDecoder, QuoteEncoder> QUOTES = Input.of("quotes", QUOTE);
    private static final InPlaceOutput<QuoteDecoder, QuoteEncoder> OUT = Output.of("out", QUOTE);

    private static final int INSTRUMENT = 1;
    private static final int TIME = 2;
    private static final int SIZE = 4;
    private static final int VENUE = 8;
    private static final int THROWS = 16;
    private static final int MOVES = 32;

    /** Fills the fields that the instrument of the event names, perhaps throws, perhaps leaves the encoder elsewhere. */
    private static void fill(QuoteDecoder event, QuoteEncoder out) {
        long what = event.instrument();
        if ((what & INSTRUMENT) != 0) {
            out.instrument(what);
        }
        if ((what & TIME) != 0) {
            out.timeNs(-1);
        }
        if ((what & SIZE) != 0) {
            out.size(event.size());
        }
        if ((what & VENUE) != 0) {
            out.venue("XYZ");
        }
        if ((what & THROWS) != 0) {
            out.instrument(-1).timeNs(-1).size(-1).venue("ABCDEFGH");
            out.buffer().putLong(0, -1); // the header as well
            throw new IllegalStateException("on purpose");
        }
        if ((what & MOVES) != 0) {
            out.wrap(new UnsafeBuffer(new byte[100]), 20).size(-1);
        }
    }

    private static QuoteDecoder quote(long instrument, long size) {
        byte[] bytes = new byte[QUOTE.maxLength()];
        QUOTE.newWriter().wrap(bytes, 0, bytes.length).instrument(instrument).size(size);
        return QUOTE.newView().wrap(bytes, 0, bytes.length);
    }

    private static String text(QuoteDecoder quote) {
        return quote.instrument() + " " + quote.timeNs() + " " + quote.size() + " " + quote.venue() + " of "
                + quote.sbeDecodedLength();
    }

    private static String expected(long what, long size) {
        return ((what & INSTRUMENT) != 0 ? what : 0) + " "
                + ((what & TIME) != 0 ? -1 : 0) + " "
                + ((what & SIZE) != 0 ? size : 0) + " "
                + ((what & VENUE) != 0 ? "XYZ" : "") + " of " + QuoteDecoder.BLOCK_LENGTH;
    }

    private static void leavesNothing(long seed, UnaryOperator<EventStream<QuoteDecoder>> word) {
        List<String> seen = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        Random random = new Random(seed);
        try (TestDriver driver = TestDriver.of(Millrace.topology(
                "sbe-map",
                t -> word.apply(t.from(QUOTES)).peek(q -> seen.add(text(q))).to(OUT)))) {
            for (int i = 0; i < 300; i++) {
                long what = random.nextInt(64);
                long size = random.nextLong();
                driver.send(QUOTES, quote(what, size));
                if ((what & THROWS) == 0) {
                    expected.add(expected(what, size));
                }
            }
            assertSame(expected, seen);
            assertSame(expected, driver.take(OUT).stream().map(SbeMapTest::text).toList());
        }
    }

    private static void assertSame(List<String> expected, List<String> seen) {
        for (int i = 0; i < Math.min(expected.size(), seen.size()); i++) {
            assertEquals(expected.get(i), seen.get(i), "event " + i);
        }
        assertEquals(expected.size(), seen.size());
    }

    @Test
    void shouldLeaveNothingOfOneEventInTheNext() {
        Seeds.each(5, 2, "leavesNothing(%d)", seed -> leavesNothing(seed, s -> s.map(QUOTE, SbeMapTest::fill)));
    }

    /** Each slot of several, of which one event uses more than the next. */
    @Test
    void shouldLeaveNothingInAnySlotOfSeveral() {
        Seeds.each(
                6,
                2,
                "leavesNothing(%d)",
                seed -> leavesNothing(
                        seed,
                        s -> s.flatMap(QUOTE, 2, (QuoteDecoder q, InPlaceEmitter<QuoteEncoder> out) -> {
                                    fill(q, out.begin());
                                    out.end();
                                    out.begin()
                                            .instrument(-1)
                                            .timeNs(-1)
                                            .size(-1)
                                            .venue("ABCDEFGH");
                                    out.end();
                                })
                                .filter(q -> q.instrument() != -1)));
    }
}
