package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random records against an encoder written by hand; random bytes through check. */
class RecordTypeRandomTest {
    enum Kind {
        A,
        B,
        C
    }

    record In(
            @Nullable @Length(2) String tag,
            short s,
            @Nullable Kind kind) {}

    record All(
            boolean t,
            @Nullable Integer boxed,
            byte b,
            char c,
            @Length(9) String text,
            @Nullable @Scale(3) Long scaled,
            float f,
            double d,
            Kind kind,
            @Nullable UUID id,
            Instant at,
            @Scale(4) BigDecimal price,
            In in,
            @Nullable In maybe,
            @Nullable Double ratio,
            @Nullable Boolean yes,
            @Nullable Character letter,
            @Nullable Byte small,
            @Nullable Short number) {}

    private static final EventType<All> ALL = EventType.of(All.class);
    private static final int ROUNDS = 8_000;

    /** A value of each kind; with {@code faults}, now and then one that does not fit. */
    private static final class Values {
        private final Random random;
        private final boolean faults;

        Values(long seed, boolean faults) {
            this.random = new Random(seed);
            this.faults = faults;
        }

        <T> T maybe(T value) {
            return random.nextInt(3) == 0 ? null : value;
        }

        private <T> T fault(T value, T wrong) {
            return faults && random.nextInt(40) == 0 ? wrong : value;
        }

        String text(int max) {
            int length = random.nextInt(max + 1);
            String text =
                    random.ints(length, 0, 128).mapToObj(Character::toString).reduce("", String::concat);
            return fault(fault(fault(text, null), text + "x".repeat(max)), "\u0100");
        }

        BigDecimal price() {
            long unscaled = random.nextLong() >> random.nextInt(64);
            BigDecimal price = BigDecimal.valueOf(unscaled / 10_000, random.nextInt(5));
            return fault(fault(fault(price, null), BigDecimal.valueOf(unscaled | 1, 5)), BigDecimal.valueOf(1, -30));
        }

        Instant instant() {
            Instant at = Instant.ofEpochSecond(0, random.nextLong() >> random.nextInt(64));
            return fault(fault(at, null), at.plusSeconds(random.nextBoolean() ? 1L << 36 : -(1L << 36)));
        }

        Kind kind() {
            return fault(Kind.values()[random.nextInt(3)], null);
        }

        In in() {
            return new In(maybe(text(2)), (short) random.nextInt(), maybe(kind()));
        }

        All all() {
            return new All(
                    random.nextBoolean(),
                    maybe(random.nextInt()),
                    (byte) random.nextInt(),
                    (char) random.nextInt(),
                    text(9),
                    maybe(random.nextLong()),
                    Float.intBitsToFloat(random.nextInt()),
                    Double.longBitsToDouble(random.nextLong()),
                    kind(),
                    maybe(new UUID(random.nextLong(), random.nextLong())),
                    instant(),
                    price(),
                    fault(in(), null),
                    maybe(in()),
                    maybe(random.nextDouble()),
                    maybe(random.nextBoolean()),
                    maybe((char) random.nextInt()),
                    maybe((byte) random.nextInt()),
                    maybe((short) random.nextInt()));
        }
    }

    /** The layout once more, by hand. */
    private static byte[] oracle(All e) {
        ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        List<?> nullable = Arrays.asList(e.boxed, e.scaled, e.id, e.maybe, e.ratio, e.yes, e.letter, e.small, e.number);
        int bits = 0;
        for (int i = 0; i < nullable.size(); i++) {
            bits |= nullable.get(i) == null ? 0 : 1 << i;
        }
        out.putShort((short) bits)
                .put((byte) (e.t ? 1 : 0))
                .putInt(e.boxed == null ? 0 : e.boxed)
                .put(e.b);
        out.putChar(e.c);
        text(out, e.text, 9);
        out.putLong(e.scaled == null ? 0 : e.scaled).putInt(Float.floatToIntBits(e.f));
        out.putLong(Double.doubleToLongBits(e.d)).put((byte) e.kind.ordinal());
        out.putLong(e.id == null ? 0 : e.id.getMostSignificantBits());
        out.putLong(e.id == null ? 0 : e.id.getLeastSignificantBits());
        BigDecimal seconds = BigDecimal.valueOf(e.at.getEpochSecond());
        out.putLong(seconds.movePointRight(9)
                .add(BigDecimal.valueOf(e.at.getNano()))
                .longValueExact());
        out.putLong(e.price.setScale(4).unscaledValue().longValueExact());
        in(out, e.in);
        in(out, e.maybe);
        out.putLong(e.ratio == null ? 0 : Double.doubleToLongBits(e.ratio));
        out.put((byte) (e.yes != null && e.yes ? 1 : 0)).putChar(e.letter == null ? 0 : e.letter);
        out.put(e.small == null ? 0 : e.small).putShort(e.number == null ? 0 : e.number);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void in(ByteBuffer out, In in) {
        In shown = in == null ? new In(null, (short) 0, null) : in;
        out.put((byte) ((shown.tag == null ? 0 : 1) + (shown.kind == null ? 0 : 2)));
        text(out, shown.tag == null ? "" : shown.tag, 2);
        out.putShort(shown.s).put((byte) (shown.kind == null ? 0 : shown.kind.ordinal()));
    }

    private static void text(ByteBuffer out, String text, int max) {
        out.put((byte) text.length()).put(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), max));
    }

    @Test
    void shouldWriteWhatTheOracleWrites() {
        Values values = new Values(1, false);
        byte[] bytes = new byte[ALL.maxLength()];
        EventView<All> view = ALL.newView();
        for (int i = 0; i < ROUNDS; i++) {
            All event = values.all();
            assertEquals(bytes.length, ALL.encode(event, bytes, 0));
            assertArrayEquals(oracle(event), bytes, () -> event.toString());
            assertNull(ALL.check(bytes, 0, bytes.length));
            All read = view.wrap(bytes, 0, bytes.length);
            assertEquals(0, read.price.compareTo(event.price));
            assertEquals(4, read.price.scale());
            assertEquals(read, ALL.canonical(event));
            assertArrayEquals(oracle(event), oracle(read));
        }
    }

    @Test
    void shouldRefuseTheSameInCanonicalAsInEncode() {
        Values values = new Values(2, true);
        byte[] bytes = new byte[ALL.maxLength()];
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            All event = values.all();
            String encode = refusal(() -> ALL.encode(event, bytes, 0));
            assertEquals(encode == null, refusal(() -> ALL.canonical(event)) == null, () -> encode + ": " + event);
            refused += encode == null ? 0 : 1;
        }
        assertTrue(refused > ROUNDS / 10 && refused < ROUNDS * 9 / 10, "both happen: " + refused);
    }

    private static String refusal(Runnable action) {
        try {
            action.run();
            return null;
        } catch (RefusedException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldAcceptNoBytesThatItWouldNotWrite() {
        Random random = new Random(3);
        Values values = new Values(3, false);
        byte[] bytes = new byte[ALL.maxLength() + 2];
        int accepted = 0;
        for (int i = 0; i < 4 * ROUNDS; i++) {
            ALL.encode(values.all(), bytes, 1);
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                int at = 1 + random.nextInt(ALL.maxLength());
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
            }
            accepted += accepts(ALL, bytes, 1) ? 1 : 0;
        }
        assertTrue(accepted > ROUNDS && accepted < 3 * ROUNDS, "both happen: " + accepted);
    }

    record OneText(@Length(3) String text) {}

    record OneMaybe(@Nullable Boolean yes, @Nullable Kind kind) {}

    record OneKind(Kind kind) {}

    record OneNumber(float f) {}

    @ParameterizedTest
    @ValueSource(classes = {OneText.class, OneMaybe.class, OneKind.class, OneNumber.class})
    void shouldStandAnyBytes(Class<? extends Record> record) {
        EventType<? extends Record> type = EventType.of(record);
        Random random = new Random(4);
        byte[] bytes = new byte[type.maxLength()];
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            for (int at = 0; at < bytes.length; at++) {
                int value = random.nextInt();
                bytes[at] = (byte) (random.nextInt(3) == 0 ? value : value & 3);
            }
            accepted += accepts(type, bytes, 0) ? 1 : 0;
        }
        assertTrue(accepted > 0 && accepted < ROUNDS, "both happen: " + accepted);
    }

    private static <R extends Record> boolean accepts(EventType<R> type, byte[] bytes, int offset) {
        int length = type.maxLength();
        assertNotNull(type.text(bytes, offset, length));
        if (type.check(bytes, offset, length) != null) {
            return false;
        }
        byte[] again = new byte[length];
        type.encode(type.newView().wrap(bytes, offset, length), again, 0);
        assertArrayEquals(Arrays.copyOfRange(bytes, offset, offset + length), again, () -> type.text(again, 0, length));
        return true;
    }

    @Test
    void shouldRefuseBytesThatAreNotThere() {
        byte[] bytes = new byte[ALL.maxLength()];
        assertEquals("All: 1 bytes, but its layout has " + bytes.length, ALL.check(bytes, 0, 1));
        assertFalse(ALL.check(bytes, 1, bytes.length).isEmpty());
        assertFalse(ALL.check(bytes, -1, bytes.length).isEmpty());
        assertFalse(ALL.check(bytes, Integer.MAX_VALUE, bytes.length).isEmpty());
    }
}
