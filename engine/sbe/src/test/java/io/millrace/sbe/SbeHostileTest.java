package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.sbe.orders.DeepDecoder;
import io.millrace.sbe.orders.DeepEncoder;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.sbe.orders.QuoteDecoder;
import io.millrace.sbe.orders.QuoteEncoder;
import io.millrace.sbe.orders.Side;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes from outside: what check accepts can be read to the last field, and what it refuses it refuses in words. */
class SbeHostileTest {
    private static final InPlaceType<DeepDecoder, DeepEncoder> DEEP =
            Sbe.type(DeepDecoder::new, DeepEncoder::new, 1000);
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 1 << 17);
    private static final InPlaceType<QuoteDecoder, QuoteEncoder> QUOTE = Sbe.type(QuoteDecoder::new, QuoteEncoder::new);

    private static int deep(byte[] bytes, int offset, Random random) {
        EventWriter<DeepEncoder> writer = DEEP.newWriter();
        DeepEncoder deep = writer.wrap(bytes, offset, 1000).side(random.nextBoolean() ? Side.BUY : Side.SELL);
        int zones = random.nextInt(3);
        DeepEncoder.ZonesEncoder zone = deep.zonesCount(zones);
        for (int z = 0; z < zones; z++) {
            int legs = random.nextInt(3);
            DeepEncoder.ZonesEncoder.LegsEncoder leg = zone.next().legsCount(legs);
            for (int l = 0; l < legs; l++) {
                leg.next().size((short) 5).putZip(bytes(random), 0, 5).putCity(bytes(random), 0, random.nextInt(5));
            }
            int empties = random.nextInt(3);
            DeepEncoder.ZonesEncoder.EmptiesEncoder empty = zone.emptiesCount(empties);
            for (int e = 0; e < empties; e++) {
                empty.next().size((short) 6);
            }
        }
        deep.putZulu(bytes(random), 0, random.nextInt(5)).putAlpha(bytes(random), 0, random.nextInt(5));
        return writer.length();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[5];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Reads all there is, as a user would; answers how many values that were. */
    private static int readAll(DeepDecoder deep) {
        int values = deep.side() == Side.BUY ? 1 : 0;
        byte[] data = new byte[1000];
        for (DeepDecoder.ZonesDecoder zone : deep.zones()) {
            for (DeepDecoder.ZonesDecoder.LegsDecoder leg : zone.legs()) {
                values += leg.size() == 5 ? 1 : 0;
                values += leg.getZip(data, 0, 1000);
                values += leg.getCity(data, 0, 1000);
            }
            for (DeepDecoder.ZonesDecoder.EmptiesDecoder empty : zone.empties()) {
                values += empty.size() == 6 ? 1 : 0;
            }
        }
        return values + deep.getZulu(data, 0, 1000) + deep.getAlpha(data, 0, 1000);
    }

    @Test
    void shouldAcceptWhatIsWrittenAndNoPartOfIt() {
        Random random = new Random(1);
        byte[] bytes = new byte[1100];
        for (int i = 0; i < 200; i++) {
            int length = deep(bytes, 7, random);
            assertNull(DEEP.check(bytes, 7, length));
            readAll(DEEP.newView().wrap(bytes, 7, length));
            for (int part = 0; part < length; part++) {
                assertNotNull(DEEP.check(bytes, 7, part), "a part of " + part + " of " + length);
            }
            assertEquals("Deep: 1 bytes behind its end", DEEP.check(bytes, 7, length + 1));
        }
    }

    @Test
    void shouldAcceptNothingThatCannotBeRead() {
        Random random = new Random(2);
        byte[] bytes = new byte[1100];
        int accepted = 0;
        int rounds = 40_000;
        for (int i = 0; i < rounds; i++) {
            int length = deep(bytes, 7, random);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                byte[] values = {0, 1, 2, -1, (byte) random.nextInt()};
                bytes[7 + random.nextInt(length)] = values[random.nextInt(values.length)];
            }
            assertNotNull(DEEP.text(bytes, 7, length));
            if (DEEP.check(bytes, 7, length) == null) {
                accepted++;
                DeepDecoder deep = DEEP.newView().wrap(bytes, 7, length);
                readAll(deep);
                byte[] copy = new byte[1000];
                assertEquals(length, DEEP.encode(deep, copy, 0));
                assertArrayEquals(Arrays.copyOfRange(bytes, 7, 7 + length), Arrays.copyOf(copy, length));
            }
        }
        assertTrue(accepted > rounds / 10 && accepted < rounds * 9 / 10, "both happen: " + accepted);
    }

    @Test
    void shouldStandNoise() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 8 && random.nextInt(4) > 0) {
                Bytes.putLong(bytes, 0, SbeHeader.of(random.nextInt(3), 3, 902, random.nextInt(3)));
            }
            assertNotNull(DEEP.text(bytes, 0, bytes.length));
            if (DEEP.check(bytes, 0, bytes.length) == null) {
                readAll(DEEP.newView().wrap(bytes, 0, bytes.length));
            }
        }
    }

    @Test
    void shouldSayWhatIsWrong() {
        byte[] bytes = new byte[100];
        EventWriter<QuoteEncoder> writer = QUOTE.newWriter();
        writer.wrap(bytes, 0, 24).id(1).price(2);
        assertNull(QUOTE.check(bytes, 0, 24));
        assertEquals("Quote: 7 bytes, the header alone takes 8", QUOTE.check(bytes, 0, 7));
        assertEquals("Quote: a block of 16 bytes in an event of 23", QUOTE.check(bytes, 0, 23));
        assertEquals("Quote: 25 bytes, at most 24 fit; raise the maxLength of its type", QUOTE.check(bytes, 0, 25));
        assertEquals("Quote: bytes 90 to 114 of an array of 100", QUOTE.check(bytes, 90, 24));
        assertEquals("Quote: bytes -1 to 23 of an array of 100", QUOTE.check(bytes, -1, 24));
        bytes[2] = 9;
        assertEquals("Quote: template 9 of schema 902, not 2 of 902", QUOTE.check(bytes, 0, 24));
        assertEquals("Quote[malformed: Quote: template 9 of schema 902, not 2 of 902]", QUOTE.text(bytes, 0, 24));
    }

    /** The head of an order: block, then the header of its group. */
    private static byte[] order(int length, int entryLength, int count) {
        byte[] bytes = new byte[length];
        Bytes.putLong(bytes, 0, SbeHeader.of(16, 1, 902, 0));
        Bytes.putShort(bytes, 24, (short) entryLength);
        Bytes.putShort(bytes, 26, (short) count);
        return bytes;
    }

    @Test
    void shouldFollowNoLengthBeforeLookingAtIt() {
        byte[] wrapping = order(30, 65_535, 65_535);
        assertEquals(
                "Order: group fills of 65535 entries of 65535 bytes goes beyond the end", ORDER.check(wrapping, 0, 30));
        byte[] empty = order(1 << 17, 0, 65_535);
        assertEquals(
                "Order: group fills has entries of 0 bytes, version 0 has at least 12",
                ORDER.check(empty, 0, empty.length));
        // A length of data that is negative as an int would move the cursor back.
        byte[] deep = new byte[40];
        Bytes.putLong(deep, 0, SbeHeader.of(1, 3, 902, 0));
        deep[8] = 1;
        Bytes.putShort(deep, 9, (short) 0);
        Bytes.putInt(deep, 13, -4);
        assertEquals("Deep: data zulu goes beyond the end", DEEP.check(deep, 0, 18));
        Bytes.putInt(deep, 13, Integer.MAX_VALUE);
        assertEquals("Deep: data zulu goes beyond the end", DEEP.check(deep, 0, 18));
        Bytes.putInt(deep, 13, 0);
        assertNull(DEEP.check(deep, 0, 18));
    }

    @Test
    void shouldTakeNoMoreStepsThanThereAreBytes() {
        // Zones have no fields: entries of no bytes of their own are allowed, each with the headers of two groups.
        byte[] deep = new byte[1000];
        Bytes.putLong(deep, 0, SbeHeader.of(1, 3, 902, 0));
        deep[8] = 1;
        Bytes.putShort(deep, 11, (short) 900);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long fromNs = threads.getCurrentThreadCpuTime(); // whatever else the machine is busy with
        for (int i = 0; i < 10_000; i++) {
            assertNotNull(DEEP.check(deep, 0, deep.length));
        }
        long tookNs = threads.getCurrentThreadCpuTime() - fromNs;
        assertTrue(tookNs < Duration.ofSeconds(10).toNanos(), "took " + tookNs + " ns");
    }

    @Test
    void shouldRefuseWhatIsNoValueOfAnEnum() {
        byte[] bytes = new byte[1000];
        int length = deep(bytes, 0, new Random(4));
        for (int value = 0; value < 256; value++) {
            bytes[8] = (byte) value;
            boolean isKnown = value == 1 || value == 2 || value == 255;
            String why = "Deep: side of version 0 is " + value + ", none of Side(BUY=1|SELL=2|NULL_VAL=255)";
            assertEquals(isKnown ? null : why, DEEP.check(bytes, 0, length));
            assertEquals(!isKnown, DEEP.text(bytes, 0, length).contains("malformed: "), DEEP.text(bytes, 0, length));
        }
    }
}
