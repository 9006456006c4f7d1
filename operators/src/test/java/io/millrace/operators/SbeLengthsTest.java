package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Millrace;
import io.millrace.event.DeadLetter;
import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.quotes.Of200Decoder;
import io.millrace.operators.quotes.Of200Encoder;
import io.millrace.operators.quotes.Of64Decoder;
import io.millrace.operators.quotes.Of64Encoder;
import io.millrace.operators.quotes.Of65Decoder;
import io.millrace.operators.quotes.Of65Encoder;
import io.millrace.operators.quotes.Of8Decoder;
import io.millrace.operators.quotes.Of8Encoder;
import io.millrace.operators.quotes.OfGroupsDecoder;
import io.millrace.operators.quotes.OfGroupsEncoder;
import io.millrace.operators.quotes.QuoteDecoder;
import io.millrace.operators.quotes.QuoteEncoder;
import io.millrace.sbe.Sbe;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.ObjLongConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of several lengths, which are cleared and bounded otherwise: each event is what was written for it, and what is beyond its end throws. */
class SbeLengthsTest {
    private static final int NUMBER = 1;
    private static final int REST = 2;
    private static final int THROWS = 4;
    private static final int BEYOND = 8;
    private static final int TEXT_BEYOND = 16;
    private static final int MOVES = 32;

    private static final InPlaceInput<QuoteDecoder, QuoteEncoder> QUOTES =
            Input.of("quotes", Sbe.type(QuoteDecoder::new, QuoteEncoder::new));

    /** A message, what sets its first field, and what sets all others; the length of its block, or of all it may take. */
    private record Kind<D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>(
            InPlaceType<D, E> type, int end, String inWords, ObjLongConsumer<E> number, ObjLongConsumer<E> rest) {
        void fill(QuoteDecoder event, E out) {
            long what = event.instrument();
            if ((what & NUMBER) != 0) {
                number.accept(out, event.size());
            }
            if ((what & REST) != 0) {
                rest.accept(out, event.size());
            }
            if ((what & THROWS) != 0) {
                out.buffer().setMemory(0, end, (byte) -1); // the header as well
                throw new IllegalStateException("on purpose");
            }
            if ((what & BEYOND) != 0) {
                out.buffer().putLong(out.offset() + end - 7, -1);
            }
            if ((what & TEXT_BEYOND) != 0) {
                out.buffer().putBytes(out.offset() + end - 7, new byte[8]);
            }
            if ((what & MOVES) != 0 && inWords.contains("block")) {
                number.accept(elsewhere(out), -1);
            }
        }

        /** The same in bytes that nobody has written to. */
        String expected(QuoteDecoder event) {
            byte[] bytes = new byte[type.maxLength()];
            var writer = type.newWriter();
            E out = writer.wrap(bytes, 0, bytes.length);
            if ((event.instrument() & NUMBER) != 0) {
                number.accept(out, event.size());
            }
            if ((event.instrument() & REST) != 0) {
                rest.accept(out, event.size());
            }
            return HexFormat.of().formatHex(bytes, 0, writer.length());
        }

        String hex(D event) {
            byte[] bytes = new byte[type.maxLength()];
            return HexFormat.of().formatHex(bytes, 0, type.encode(event, bytes, 0));
        }

        @Override
        public String toString() {
            return type.name() + " of at most " + type.maxLength();
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends MessageEncoderFlyweight> E elsewhere(E encoder) {
        return (E) encoder.wrap(new UnsafeBuffer(new byte[300]), 20);
    }

    private static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> Kind<D, E> block(
            InPlaceType<D, E> type, int block, ObjLongConsumer<E> number, ObjLongConsumer<E> rest) {
        String words = type.name() + ": bytes " + (block - 7) + " to " + block + " of a block of " + block + " bytes";
        return new Kind<>(type, block, words, number, rest);
    }

    private static final String LONG_TEXT = "x".repeat(180);

    static List<Kind<?, ?>> kinds() {
        List<Kind<?, ?>> all = new ArrayList<>();
        for (boolean more : new boolean[] {false, true}) { // a bound that leaves room for later versions
            all.add(block(
                    more ? Sbe.type(Of8Decoder::new, Of8Encoder::new, 100) : Sbe.type(Of8Decoder::new, Of8Encoder::new),
                    8,
                    (e, n) -> e.number(n),
                    (e, n) -> {}));
            all.add(block(
                    more
                            ? Sbe.type(QuoteDecoder::new, QuoteEncoder::new, 100)
                            : Sbe.type(QuoteDecoder::new, QuoteEncoder::new),
                    32, // 40 with its header
                    (e, n) -> e.instrument(n),
                    (e, n) -> e.timeNs(n).size(n).venue("XYZ")));
            all.add(block(
                    more
                            ? Sbe.type(Of64Decoder::new, Of64Encoder::new, 100)
                            : Sbe.type(Of64Decoder::new, Of64Encoder::new),
                    64,
                    (e, n) -> e.number(n),
                    (e, n) -> e.text("a text").last(n)));
            all.add(block(
                    more
                            ? Sbe.type(Of65Decoder::new, Of65Encoder::new, 100)
                            : Sbe.type(Of65Decoder::new, Of65Encoder::new),
                    65,
                    (e, n) -> e.number(n),
                    (e, n) -> e.text("a text").last(n).flag((byte) n)));
            all.add(block(
                    more
                            ? Sbe.type(Of200Decoder::new, Of200Encoder::new, 300)
                            : Sbe.type(Of200Decoder::new, Of200Encoder::new),
                    200,
                    (e, n) -> e.number(n),
                    (e, n) -> e.text(LONG_TEXT).last(n)));
        }
        all.add(new Kind<>(
                Sbe.type(OfGroupsDecoder::new, OfGroupsEncoder::new, 100),
                92,
                "OfGroups: bytes 93 to 100 of an event of 100 bytes",
                (e, n) -> e.number(n),
                (e, n) -> {
                    OfGroupsEncoder.LegsEncoder legs = e.legsCount((int) (n & 3));
                    for (int i = 0; i < (n & 3); i++) {
                        legs.next().price(n);
                    }
                }));
        return all;
    }

    private static QuoteDecoder quote(long instrument, long size) {
        byte[] bytes = new byte[QUOTES.type().maxLength()];
        InPlaceType<QuoteDecoder, QuoteEncoder> type = Sbe.type(QuoteDecoder::new, QuoteEncoder::new);
        type.newWriter().wrap(bytes, 0, bytes.length).instrument(instrument).size(size);
        return type.newView().wrap(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldBeWhatIsWrittenForItAndRefuseWhatIsBeyondItsEnd(Kind<?, ?> kind) {
        Seeds.each(5, 1, "each(%d)", seed -> each(seed, kind));
    }

    private static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> void each(
            long seed, Kind<D, E> kind) {
        InPlaceOutput<D, E> out = Output.of("out", kind.type());
        List<String> expected = new ArrayList<>();
        List<String> causes = new ArrayList<>();
        Random random = new Random(seed);
        try (TestDriver driver = TestDriver.of(Millrace.topology(
                "sbe-lengths", t -> t.from(QUOTES).map(kind.type(), kind::fill).to(out)))) {
            for (int i = 0; i < 200; i++) {
                int what = random.nextInt(4) | 1 << random.nextInt(8);
                QuoteDecoder event = quote(what, random.nextLong());
                driver.send(QUOTES, event);
                if ((what & (THROWS | BEYOND | TEXT_BEYOND)) == 0) {
                    expected.add(kind.expected(event));
                } else {
                    causes.add((what & THROWS) != 0 ? "on purpose" : kind.inWords());
                }
            }
            List<String> sent = driver.take(out).stream().map(kind::hex).toList();
            assertEquals(-1, Arrays.mismatch(expected.toArray(), sent.toArray()), kind.toString());
            List<DeadLetter> letters = List.copyOf(driver.deadLetters());
            assertEquals(causes.size(), letters.size());
            for (int i = 0; i < causes.size(); i++) {
                assertEquals(Reason.OPERATOR_ERROR, letters.get(i).reason());
                String cause = letters.get(i).cause();
                assertEquals(true, cause.contains(causes.get(i)), cause + ", not " + causes.get(i));
            }
        }
    }
}
