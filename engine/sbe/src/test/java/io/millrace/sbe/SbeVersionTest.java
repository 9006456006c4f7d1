package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.LayoutChange;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Messages of another version of their schema. Version 1 adds a field to each block. */
class SbeVersionTest {
    private static final InPlaceType<io.millrace.sbe.orders.OrderDecoder, io.millrace.sbe.orders.OrderEncoder> ORDER_0 =
            Sbe.type(io.millrace.sbe.orders.OrderDecoder::new, io.millrace.sbe.orders.OrderEncoder::new, 120);
    private static final InPlaceType<io.millrace.sbe.orders1.OrderDecoder, io.millrace.sbe.orders1.OrderEncoder>
            ORDER_1 =
                    Sbe.type(io.millrace.sbe.orders1.OrderDecoder::new, io.millrace.sbe.orders1.OrderEncoder::new, 120);
    private static final InPlaceType<io.millrace.sbe.orders.QuoteDecoder, io.millrace.sbe.orders.QuoteEncoder> QUOTE_0 =
            Sbe.type(io.millrace.sbe.orders.QuoteDecoder::new, io.millrace.sbe.orders.QuoteEncoder::new);
    private static final InPlaceType<io.millrace.sbe.orders1.QuoteDecoder, io.millrace.sbe.orders1.QuoteEncoder>
            QUOTE_1 = Sbe.type(io.millrace.sbe.orders1.QuoteDecoder::new, io.millrace.sbe.orders1.QuoteEncoder::new);

    private final byte[] bytes = new byte[200];

    private int writeOrder0() {
        EventWriter<io.millrace.sbe.orders.OrderEncoder> writer = ORDER_0.newWriter();
        io.millrace.sbe.orders.OrderEncoder order =
                writer.wrap(bytes, 0, 120).id(1).cents(2);
        order.fillsCount(1).next().price(1.5).quantity(3).venue("XPAR");
        order.note("note");
        return writer.length();
    }

    private int writeOrder1() {
        EventWriter<io.millrace.sbe.orders1.OrderEncoder> writer = ORDER_1.newWriter();
        io.millrace.sbe.orders1.OrderEncoder order =
                writer.wrap(bytes, 0, 120).id(1).cents(2).account(77);
        order.fillsCount(1).next().price(1.5).quantity(3).venue("XPAR");
        order.note("note");
        return writer.length();
    }

    /** What a journal keeps of an input, so that it goes on with messages that have got a field. */
    @Test
    void shouldLeaveTheVersionOutOfTheContract() {
        assertEquals("sbe schema 902 template 1", ORDER_0.contract());
        assertEquals(ORDER_0.contract(), ORDER_1.contract());
        assertNotEquals(ORDER_0.contract(), QUOTE_0.contract());
        assertEquals(ORDER_0.fingerprint(), ORDER_1.fingerprint());
    }

    /** Without a version raised nobody could tell which events were written by which layout. */
    @Test
    void shouldTellLayoutsOfOneVersionApart() {
        String kept = LayoutChange.kept(ORDER_0);
        assertTrue(LayoutChange.isRead(kept, LayoutChange.kept(ORDER_0)));
        assertTrue(LayoutChange.isRead(kept, LayoutChange.kept(ORDER_1)));
        assertTrue(LayoutChange.isRead(LayoutChange.kept(ORDER_1), kept));
        assertFalse(LayoutChange.isRead(kept, LayoutChange.kept(QUOTE_0)));
        for (String other : new String[] {
            kept.replace("LITTLE", "BIG"),
            kept.replace(" id ", " ident "),
            kept.replace("@8", "@16"),
            kept.replace("template 1;", "template 2;")
        }) {
            assertNotEquals(kept, other);
            assertFalse(LayoutChange.isRead(kept, other), other);
        }
        String deep = LayoutChange.kept(
                Sbe.type(io.millrace.sbe.orders.DeepDecoder::new, io.millrace.sbe.orders.DeepEncoder::new, 1000));
        String turned = deep.replace("side Side(BUY=1|SELL=2|NULL_VAL=255)", "side Side(SELL=1|BUY=2|NULL_VAL=255)");
        assertNotEquals(deep, turned);
        assertFalse(LayoutChange.isRead(deep, turned));
        assertFalse(LayoutChange.isRead(ORDER_0.contract(), kept), "an older journal does not say which layout it has");
        assertFalse(LayoutChange.isRead(null, kept) || LayoutChange.isRead(kept, null));
    }

    /** Fields of a composite that have changed places, and a constant that is another: the bytes would still be taken. */
    @Test
    void shouldTellCompositesOfOneVersionApart() {
        String kept = LayoutChange.kept(
                Sbe.type(io.millrace.sbe.amounts.PriceDecoder::new, io.millrace.sbe.amounts.PriceEncoder::new));
        String turned = LayoutChange.kept(
                Sbe.type(io.millrace.sbe.turned.PriceDecoder::new, io.millrace.sbe.turned.PriceEncoder::new));
        assertFalse(LayoutChange.isRead(kept, turned));
        String decimal = "DecimalDecoder(mantissa long:8@0|exponent byte:1@8)";
        String other = "DecimalDecoder(exponent byte:1@0|mantissa long:8@1)";
        assertEquals(
                "field price was " + decimal + ":9 and is now " + other + ":9, "
                        + "field fee was CentsDecoder(mantissa long:8@0|exponent byte=-2:0@8):8 and is now"
                        + " CentsDecoder(mantissa long:8@0|exponent byte=-4:0@8):8, "
                        + "field tax was MoneyDecoder(amount " + decimal + ":9@0|currency String:3@9):12 and is now"
                        + " MoneyDecoder(amount " + other + ":9@0|currency String:3@9):12",
                LayoutChange.of(kept, turned));
    }

    /** What a journal kept before composites and constants belonged to the layout: nothing has changed, as far as that says. */
    @Test
    void shouldReadWhatWasKeptWithoutComposites() {
        String kept = LayoutChange.kept(
                Sbe.type(io.millrace.sbe.amounts.PriceDecoder::new, io.millrace.sbe.amounts.PriceEncoder::new));
        String before =
                "sbe schema 903 template 1; version 0: sbe schema 903 version 0 LITTLE_ENDIAN template 1 block 29, "
                        + "price DecimalDecoder:9@0, fee CentsDecoder:8@9, tax MoneyDecoder:12@17";
        assertNotEquals(before, kept);
        assertTrue(LayoutChange.isRead(before, kept));
        assertFalse(LayoutChange.isRead(before.replace("fee CentsDecoder:8@9", "fee CentsDecoder:9@9"), kept));
        assertFalse(LayoutChange.isRead(kept, before), "what has become of its composites is not known");
        String deep = LayoutChange.kept(
                Sbe.type(io.millrace.sbe.orders.DeepDecoder::new, io.millrace.sbe.orders.DeepEncoder::new, 1000));
        String hidden = deep.replace("(BUY=1|SELL=2|NULL_VAL=255)", "");
        assertFalse(LayoutChange.isRead(hidden, deep), "values of enums are told since layouts are kept");
    }

    @Test
    void shouldReadAnOlderVersion() {
        int length = writeOrder0();
        assertNull(ORDER_1.check(bytes, 0, length));
        EventView<io.millrace.sbe.orders1.OrderDecoder> view = ORDER_1.newView();
        io.millrace.sbe.orders1.OrderDecoder order = view.wrap(bytes, 0, length);
        for (int user = 0; user < 2; user++) {
            view.rewind();
            assertEquals(2, order.cents());
            assertEquals(io.millrace.sbe.orders1.OrderDecoder.accountNullValue(), order.account());
            assertEquals(3, order.fills().next().quantity());
            order.fills();
            view.rewind();
            assertEquals("XPAR", order.fills().next().venue());
            assertEquals("note", order.note());
        }
    }

    @Test
    void shouldReadANewerVersion() {
        int length = writeOrder1();
        assertNull(ORDER_0.check(bytes, 0, length));
        io.millrace.sbe.orders.OrderDecoder order = ORDER_0.newView().wrap(bytes, 0, length);
        assertEquals(2, order.cents());
        io.millrace.sbe.orders.OrderDecoder.FillsDecoder fills = order.fills();
        assertEquals("XPAR", fills.next().venue());
        assertEquals("note", order.note());
    }

    @Test
    void shouldKeepWhatANewerVersionAddsAtTheEnd() {
        int length = writeOrder1();
        bytes[6] = 2; // version 2, with six bytes of data that version 1 does not know
        System.arraycopy("\4\0more".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, bytes, length, 6);
        assertNull(ORDER_1.check(bytes, 0, length + 6));
        io.millrace.sbe.orders1.OrderDecoder order = ORDER_1.newView().wrap(bytes, 0, length + 6);
        assertEquals(77, order.account());
        byte[] copy = new byte[200];
        assertEquals(length + 6, ORDER_1.encode(order, copy, 0));
        assertArrayEquals(bytes, copy);
    }

    @Test
    void shouldKeepTheActingVersionOfADecoderOfTheUsers() {
        int length = writeOrder0();
        io.millrace.sbe.orders1.OrderDecoder order =
                new io.millrace.sbe.orders1.OrderDecoder().wrap(new UnsafeBuffer(bytes), 8, 16, 0);
        byte[] copy = new byte[200];
        assertEquals(length, ORDER_1.encode(order, copy, 0));
        assertArrayEquals(bytes, copy);
    }

    @Test
    void shouldAskForRoomForANewerBlock() {
        EventWriter<io.millrace.sbe.orders1.QuoteEncoder> writer = QUOTE_1.newWriter();
        writer.wrap(bytes, 0, 28).id(5).price(1).size(2);
        assertEquals("Quote: 28 bytes, at most 24 fit; raise the maxLength of its type", QUOTE_0.check(bytes, 0, 28));
        var roomy = Sbe.type(io.millrace.sbe.orders.QuoteDecoder::new, io.millrace.sbe.orders.QuoteEncoder::new, 64);
        assertNull(roomy.check(bytes, 0, 28));
        assertEquals(5, roomy.newView().wrap(bytes, 0, 28).id());
    }

    @Test
    void shouldRefuseABlockThatIsTooShortForItsVersion() {
        EventWriter<io.millrace.sbe.orders1.QuoteEncoder> writer = QUOTE_1.newWriter();
        writer.wrap(bytes, 0, 28).id(5).price(1).size(2);
        assertNull(QUOTE_1.check(bytes, 0, 28));
        bytes[0] = 16;
        assertEquals("Quote: a block of 16 bytes, version 1 has at least 20", QUOTE_1.check(bytes, 0, 24));
        bytes[6] = 0;
        assertNull(QUOTE_1.check(bytes, 0, 24));
        bytes[6] = (byte) 0xff;
        bytes[7] = (byte) 0xff;
        assertEquals("Quote: a block of 16 bytes, version 65535 has at least 20", QUOTE_1.check(bytes, 0, 24));
        byte[] older = Arrays.copyOf(bytes, 24);
        older[6] = 0;
        older[7] = 0;
        assertEquals(
                io.millrace.sbe.orders1.QuoteDecoder.sizeNullValue(),
                QUOTE_1.newView().wrap(older, 0, 24).size());
    }
}
