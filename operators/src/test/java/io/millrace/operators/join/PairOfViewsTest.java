package io.millrace.operators.join;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.sbe.Sbe;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Pairs whose sides are flyweights, which user code can move: each pair stands by itself, and the event beside it as well. */
class PairOfViewsTest {
    private static final InPlaceType<QuoteDecoder, QuoteEncoder> QUOTE = Sbe.type(QuoteDecoder::new, QuoteEncoder::new);
    private static final InPlaceInput<QuoteDecoder, QuoteEncoder> LEFT = Input.of("left", QUOTE);
    private static final InPlaceInput<QuoteDecoder, QuoteEncoder> RIGHT = Input.of("right", QUOTE);
    private static final Output<Sizes> PAIRS = Output.of("pairs", Sizes.class);
    private static final Output<Sizes> LEFTS = Output.of("lefts", Sizes.class);

    record Sizes(long left, long right) {}

    private static QuoteDecoder quote(long size) {
        byte[] bytes = new byte[QUOTE.maxLength()];
        QUOTE.newWriter().wrap(bytes, 0, bytes.length).instrument(1).size(size);
        return QUOTE.newView().wrap(bytes, 0, bytes.length);
    }

    private static Sizes sizes(Joined<QuoteDecoder, QuoteDecoder> pair) {
        return new Sizes(pair.left().size(), pair.right().size());
    }

    /** Reads a pair and leaves its left side elsewhere. */
    private static Sizes moving(Joined<QuoteDecoder, QuoteDecoder> pair) {
        Sizes result = sizes(pair);
        pair.left().wrap(new UnsafeBuffer(new byte[100]), 8, QuoteDecoder.BLOCK_LENGTH, 0);
        return result;
    }

    private static Topology topology(boolean moves) {
        return Millrace.topology("pairs-of-views", t -> {
            var left = t.from(LEFT);
            var keyed = left.keyBy(QuoteDecoder::instrument);
            keyed.join(
                            "join",
                            t.from(RIGHT).keyBy(QuoteDecoder::instrument),
                            Interval.anyTime().eventsAtMost(4))
                    .map(Sizes.class, p -> moves ? moving(p) : sizes(p))
                    .to(PAIRS);
            left.map(Sizes.class, q -> new Sizes(q.size(), 0)).to(LEFTS);
        });
    }

    private static void shouldShowEachPair(boolean moves) {
        try (TestDriver driver = TestDriver.of(topology(moves))) {
            for (long size = 0; size < 3; size++) {
                driver.send(RIGHT, quote(size));
            }
            driver.send(LEFT, quote(-5)).send(LEFT, quote(-6)).send(RIGHT, quote(3));
            assertEquals(
                    List.of(
                            new Sizes(-5, 0),
                            new Sizes(-5, 1),
                            new Sizes(-5, 2),
                            new Sizes(-6, 0),
                            new Sizes(-6, 1),
                            new Sizes(-6, 2),
                            new Sizes(-5, 3),
                            new Sizes(-6, 3)),
                    driver.take(PAIRS));
            assertEquals(List.of(new Sizes(-5, 0), new Sizes(-6, 0)), driver.take(LEFTS));
        }
    }

    @Test
    void shouldShowBothSidesOfEachPairOfAnEvent() {
        shouldShowEachPair(false);
    }

    @Test
    void shouldShowEachPairAndTheEventBesideItWhateverUserCodeHasMoved() {
        shouldShowEachPair(true);
    }
}
