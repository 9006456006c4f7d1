package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordTypeTest {
    enum Side {
        BUY,
        SELL {
            @Override
            public String toString() {
                return "sold";
            }
        }
    }

    record Numbers(boolean t, byte b, short s, char c, int i, long l, float f, double d) {}

    record Point(int x, int y) {}

    record Trade(
            @Length(4) String venue, Side side, @Scale(2) long cents, Instant at, UUID id, Point place) {}

    record Maybe(
            @Nullable Long l,
            @Nullable Boolean t,
            @Nullable @Length(3) String s,
            @Nullable Point p) {}

    record Price(@Scale(2) BigDecimal value) {}

    record Time(Instant at) {}

    record Text(@Length(5) String text) {}

    record Long300(@Length(300) String text) {}

    record Card(
            @Sensitive long number,
            @Sensitive @Length(8) String name,
            @Sensitive @Nullable Point home) {}

    record Empty() {}

    record Holder(Empty nothing, int after) {}

    record Positive(long value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive");
            }
        }
    }

    @BeforeEach
    void fixKey() {
        SensitiveHash.key(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    }

    @AfterEach
    void otherKey() {
        SensitiveHash.key(1, 2);
    }

    private static <R extends Record> byte[] encode(R event) {
        @SuppressWarnings("unchecked")
        EventType<R> type = EventType.of((Class<R>) event.getClass());
        byte[] bytes = new byte[type.maxLength() + 7];
        Arrays.fill(bytes, (byte) 0xee);
        assertEquals(type.maxLength(), type.encode(event, bytes, 3));
        for (int i : new int[] {0, 1, 2, bytes.length - 4, bytes.length - 3, bytes.length - 2, bytes.length - 1}) {
            assertEquals((byte) 0xee, bytes[i], "written beside the event, at " + i);
        }
        byte[] event3 = Arrays.copyOfRange(bytes, 3, bytes.length - 4);
        assertNull(type.check(bytes, 3, event3.length));
        assertEquals(event, type.newView().wrap(bytes, 3, event3.length));
        return event3;
    }

    private static String hex(Record event) {
        return HexFormat.of().formatHex(encode(event));
    }

    private static String text(Record event) {
        byte[] bytes = encode(event);
        return EventType.of(event.getClass()).text(bytes, 0, bytes.length);
    }

    @Test
    void shouldWriteNumbersLittleEndianWithoutGaps() {
        assertEquals(
                "01ff020141000403020108070605040302010000803f000000000000f0bf",
                hex(new Numbers(true, (byte) -1, (short) 0x102, 'A', 0x1020304, 0x102030405060708L, 1f, -1d)));
    }

    @Test
    void shouldWriteOneNaN() {
        float f = Float.intBitsToFloat(0xffc12345);
        double d = Double.longBitsToDouble(0xfff8123412341234L);
        assertTrue(hex(new Numbers(false, (byte) 0, (short) 0, ' ', 0, 0, f, d)).endsWith("0000c07f000000000000f87f"));
    }

    @Test
    void shouldWriteTextEnumTimeIdAndNestedRecord() {
        Trade trade = new Trade("XP", Side.SELL, 1234, Instant.ofEpochSecond(0, 258), new UUID(1, 2), new Point(3, 4));
        assertEquals(
                "025850000001d204000000000000020100000000000001000000000000000200000000000000" + "0300000004000000",
                hex(trade));
        assertEquals(
                "46 bytes, venue ascii(4)@0, side enum(BUY|SELL)@5, cents decimal(2)@6, at epoch-ns@14, id uuid@22,"
                        + " place record@38, place.x int@38, place.y int@42",
                EventType.of(Trade.class).layout());
        assertEquals(
                "Trade[venue=XP, side=SELL, cents=12.34, at=1970-01-01T00:00:00.000000258Z,"
                        + " id=00000000-0000-0001-0000-000000000002, place=Point[x=3, y=4]]",
                text(trade));
    }

    @Test
    void shouldMarkWhatIsPresent() {
        assertEquals("00" + "00".repeat(21), hex(new Maybe(null, null, null, null)));
        assertEquals("0b070000000000000000000000000100000002000000", hex(new Maybe(7L, false, null, new Point(1, 2))));
        assertEquals("Maybe[l=null, t=true, s=a, p=null]", text(new Maybe(null, true, "a", null)));
        assertEquals(
                "22 bytes, presence(4)@0, nullable l long@1, nullable t boolean@9, nullable s ascii(3)@10,"
                        + " nullable p record@14, p.x int@14, p.y int@18",
                EventType.of(Maybe.class).layout());
    }

    @Test
    void shouldClearWhatStoodThere() {
        EventType<Maybe> type = EventType.of(Maybe.class);
        byte[] bytes = new byte[type.maxLength()];
        type.encode(new Maybe(-1L, true, "xyz", new Point(-1, -1)), bytes, 0);
        type.encode(new Maybe(null, null, "a", null), bytes, 0);
        assertArrayEquals(encode(new Maybe(null, null, "a", null)), bytes);
    }

    @Test
    void shouldTakeTwoLengthBytesForLongText() {
        String hex = hex(new Long300("z".repeat(258)));
        assertEquals(2 * 302, hex.length());
        assertTrue(hex.startsWith("02017a7a"));
        assertTrue(hex.endsWith("00".repeat(42)));
    }

    @Test
    void shouldTakeARecordWithoutComponents() {
        assertEquals("00", hex(new Empty()));
        assertEquals("1 byte, presence(0)@0", EventType.of(Empty.class).layout());
        assertEquals("0007000000", hex(new Holder(new Empty(), 7)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.10, 10",
        "-0.01, -1",
        "1e3, 100000",
        "12.3400000, 1234",
        "0e-2000000000, 0",
        "0e2000000000, 0",
        "92233720368547758.07, 9223372036854775807",
        "-92233720368547758.08, -9223372036854775808"
    })
    void shouldScaleDecimals(BigDecimal value, long unscaled) {
        EventType<Price> type = EventType.of(Price.class);
        byte[] bytes = new byte[8];
        type.encode(new Price(value), bytes, 0);
        assertEquals(unscaled, Bytes.getLong(bytes, 0));
        Price read = type.newView().wrap(bytes, 0, 8);
        assertEquals(BigDecimal.valueOf(unscaled, 2), read.value());
        assertEquals(read, type.canonical(new Price(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.001, has more decimals than @Scale(2); round it first",
        "12.3456, has more decimals than @Scale(2); round it first",
        "1e-2000000000, has more decimals than @Scale(2); round it first",
        "92233720368547758.08, does not fit 64 bits with 2 decimals",
        "-92233720368547758.09, does not fit 64 bits with 2 decimals",
        "1e2000000000, does not fit 64 bits with 2 decimals"
    })
    void shouldRefuseOtherDecimals(BigDecimal value, String why) {
        refused(new Price(value), Reason.OUT_OF_RANGE, "Price.value: " + value + " " + why);
    }

    @Test
    void shouldTakeEveryInstantThatFits() {
        for (long ns : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE}) {
            Instant at = Instant.ofEpochSecond(0, ns);
            assertEquals(ns, Bytes.getLong(encode(new Time(at)), 0));
        }
        Instant first = Instant.ofEpochSecond(0, Long.MIN_VALUE);
        Instant last = Instant.ofEpochSecond(0, Long.MAX_VALUE);
        Instant[] beyond = {
            first.minusNanos(1), last.plusNanos(1), first.minusSeconds(1), last.plusSeconds(1), Instant.MIN, Instant.MAX
        };
        for (Instant at : beyond) {
            String why = "Time.at: " + at + " does not fit nanoseconds in 64 bits (1677 to 2262)";
            refused(new Time(at), Reason.OUT_OF_RANGE, why);
        }
    }

    @Test
    void shouldRefuseTextThatDoesNotFit() {
        String cure = ") allows; shorten it or raise @Length";
        String only = ", and a text in a record holds only ASCII; replace the character, use an SBE "
                + "message, or write an EventType of your own";
        refused(
                new Text("abcdef"),
                Reason.OUT_OF_RANGE,
                "Text.text: \"abcdef\" has 6 characters, more than @Length(5" + cure);
        refused(
                new Text("q".repeat(1000)),
                Reason.OUT_OF_RANGE,
                "Text.text: \"" + "q".repeat(40) + "\"... (1000 characters) has 1000 characters, more than @Length(5"
                        + cure);
        refused(
                new Text("a\u00e4\n"),
                Reason.OUT_OF_RANGE,
                "Text.text: \"a\\u00e4\\u000a\" has a character that is not ASCII at index 1" + only);
        refused(
                new Text("\u0141"),
                Reason.OUT_OF_RANGE,
                "Text.text: \"\\u0141\" has a character that is not ASCII at index 0" + only);
    }

    static Stream<Record> withNulls() {
        Point point = new Point(1, 2);
        UUID id = new UUID(0, 0);
        return Stream.of(
                new Trade(null, Side.BUY, 0, Instant.EPOCH, id, point),
                new Trade("", null, 0, Instant.EPOCH, id, point),
                new Trade("", Side.BUY, 0, null, id, point),
                new Trade("", Side.BUY, 0, Instant.EPOCH, null, point),
                new Trade("", Side.BUY, 0, Instant.EPOCH, id, null),
                new Price(null));
    }

    @ParameterizedTest
    @MethodSource("withNulls")
    void shouldRefuseNull(Record event) throws ReflectiveOperationException {
        String name = null;
        for (var component : event.getClass().getRecordComponents()) {
            name = component.getAccessor().invoke(event) == null ? component.getName() : name;
        }
        String path = event.getClass().getSimpleName() + "." + name;
        String cure = " is null; set it, or mark the component @Nullable if it may be absent";
        refused(event, Reason.MISSING_VALUE, path + cure);
    }

    private static <R extends Record> void refused(R event, Reason reason, String message) {
        @SuppressWarnings("unchecked")
        EventType<R> type = EventType.of((Class<R>) event.getClass());
        byte[] bytes = new byte[type.maxLength()];
        RefusedException encode = assertThrows(RefusedException.class, () -> type.encode(event, bytes, 0));
        assertEquals(reason, encode.reason());
        assertEquals(message, encode.getMessage());
        RefusedException canonical = assertThrows(RefusedException.class, () -> type.canonical(event));
        assertEquals(reason, canonical.reason());
        assertEquals(message, canonical.getMessage());
    }

    @Test
    void shouldAnswerTheSameObjectWhereNothingIsLost() {
        Trade trade = new Trade("XP", Side.SELL, 1234, Instant.EPOCH, new UUID(1, 2), new Point(3, 4));
        assertSame(trade, EventType.of(Trade.class).canonical(trade));
        Maybe maybe = new Maybe(null, true, "a", null);
        assertSame(maybe, EventType.of(Maybe.class).canonical(maybe));
        Price price = new Price(new BigDecimal("1.00"));
        assertSame(price, EventType.of(Price.class).canonical(price));
        Price odd = new Price(new BigDecimal("1.00") {
            private static final long serialVersionUID = 1L;
        });
        assertNotSame(odd, EventType.of(Price.class).canonical(odd));
        Price large = new Price(new BigDecimal(BigInteger.TWO.pow(60), 2));
        assertSame(large, EventType.of(Price.class).canonical(large));
    }

    @Test
    void shouldShowSensitiveValuesAsAHash() {
        Card card = new Card(4000001, "ada", new Point(1, 2));
        String text = text(card);
        assertTrue(text.matches("Card\\[number=#[0-9a-f]{8}, name=#[0-9a-f]{8}, home=#[0-9a-f]{8}]"), text);
        assertEquals(text, text(new Card(4000001, "ada", new Point(1, 2))));
        assertNotEquals(text, text(new Card(4000002, "ada", new Point(1, 2))));
        SensitiveHash.key(5, 6);
        assertNotEquals(text, text(card));
        Card wrong = new Card(1, "secret name", null);
        String message = assertThrows(
                        RefusedException.class, () -> EventType.of(Card.class).canonical(wrong))
                .getMessage();
        assertFalse(message.contains("secret"), message);
        assertTrue(message.matches("Card\\.name: #[0-9a-f]{8} has 11 characters.*"), message);
    }

    @Test
    void shouldKeepTextInOneLine() {
        assertEquals("Text[text=a\\u000a\\u001bb]", text(new Text("a\n\u001bb")));
        assertTrue(text(new Numbers(false, (byte) 0, (short) 0, '\u2028', 0, 0, 0, 0))
                .contains("c=\\u2028, "));
    }

    @Test
    void shouldRefuseBytesThatTheConstructorRefuses() {
        EventType<Positive> type = EventType.of(Positive.class);
        byte[] bytes = new byte[8];
        assertEquals(
                "Positive: its constructor refuses the values: java.lang.IllegalArgumentException: not positive",
                type.check(bytes, 0, 8));
        assertEquals("Positive[value=0]", type.text(bytes, 0, 8));
        bytes[0] = 1;
        assertNull(type.check(bytes, 0, 8));
    }

    record Asserting(long value) {
        Asserting {
            if (value == 1) {
                throw new AssertionError("one");
            }
            if (value == 2) {
                throw new StackOverflowError("on purpose");
            }
        }
    }

    /** But an error of the machine is no word about the bytes. */
    @Test
    void shouldRefuseBytesForWhichTheConstructorAsserts() {
        EventType<Asserting> type = EventType.of(Asserting.class);
        assertEquals(
                "Asserting: its constructor refuses the values: java.lang.AssertionError: one",
                type.check(new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, 0, 8));
        assertThrows(StackOverflowError.class, () -> type.check(new byte[] {2, 0, 0, 0, 0, 0, 0, 0}, 0, 8));
    }

    @Test
    void shouldBeOneTypeForOneRecord() {
        assertSame(EventType.of(Trade.class), EventType.of(Trade.class));
        assertEquals("Trade", EventType.of(Trade.class).name());
        assertTrue(EventType.of(Trade.class).isValue());
        assertNotSame(
                EventType.of(Trade.class).getClass(), EventType.of(Point.class).getClass());
    }
}
