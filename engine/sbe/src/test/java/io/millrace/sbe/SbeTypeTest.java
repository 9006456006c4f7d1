package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.sbe.orders.QuoteDecoder;
import io.millrace.sbe.orders.QuoteEncoder;
import io.millrace.sbe.sample.AlertEncoder;
import io.millrace.sbe.sample.MessageHeaderDecoder;
import io.millrace.sbe.sample.PaymentDecoder;
import io.millrace.sbe.sample.PaymentEncoder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SbeTypeTest {
    private static final InPlaceType<PaymentDecoder, PaymentEncoder> PAYMENT =
            Sbe.type(PaymentDecoder::new, PaymentEncoder::new);
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 120);

    private final byte[] bytes = new byte[200];

    private int writePayment(int offset) {
        EventWriter<PaymentEncoder> writer = PAYMENT.newWriter();
        writer.wrap(bytes, offset, PAYMENT.maxLength())
                .id(7)
                .card(4_000_001)
                .amountCents(-1)
                .timeMs(9)
                .country((short) 200)
                .note("hello");
        return writer.length();
    }

    private int writeOrder(int offset) {
        EventWriter<OrderEncoder> writer = ORDER.newWriter();
        OrderEncoder order = writer.wrap(bytes, offset, ORDER.maxLength());
        order.id(1)
                .cents(2)
                .fillsCount(2)
                .next()
                .price(1.5)
                .quantity(3)
                .venue("XPAR")
                .next()
                .venue("");
        order.note("a\nb");
        return writer.length();
    }

    @Test
    void shouldReadWhatWasWritten() {
        int length = writePayment(3);
        assertEquals(8 + 49, length);
        assertEquals(length, PAYMENT.maxLength());
        assertNull(PAYMENT.check(bytes, 3, length));
        PaymentDecoder read = PAYMENT.newView().wrap(bytes, 3, length);
        assertEquals(7, read.id());
        assertEquals(4_000_001, read.card());
        assertEquals(-1, read.amountCents());
        assertEquals(200, read.country());
        assertEquals("hello", read.note());
        assertEquals(0, bytes[2]);
        assertEquals(0, bytes[3 + length]);
    }

    @Test
    void shouldWriteTheHeaderThatGeneratedCodeReads() {
        int length = writePayment(5);
        UnsafeBuffer wire = new UnsafeBuffer(bytes, 5, length);
        PaymentDecoder read = new PaymentDecoder().wrapAndApplyHeader(wire, 0, new MessageHeaderDecoder());
        assertEquals(9, read.timeMs());
    }

    @Test
    void shouldBeNamedAfterItsMessage() {
        assertEquals("Payment", PAYMENT.name());
        assertFalse(PAYMENT.isValue());
        assertEquals(
                "sbe schema 901 version 0 LITTLE_ENDIAN template 1 block 49, id long:8@0, card long:8@8,"
                        + " amountCents long:8@16, timeMs long:8@24, country short:1@32, note String:16@33",
                PAYMENT.layout());
        assertEquals(
                "sbe schema 902 version 0 LITTLE_ENDIAN template 1 block 16, id long:8@0, cents long:8@8,"
                        + " fills group(4), fills.price double:8@0, fills.quantity int:4@8, fills.venue data(2),"
                        + " note data(2)",
                ORDER.layout());
    }

    @Test
    void shouldShowOneLine() {
        int length = writeOrder(0);
        String text = ORDER.text(bytes, 0, length);
        assertTrue(text.contains("id=1|cents=2|fills=[(price=1.5|quantity=3|venue='XPAR'),("), text);
        assertTrue(text.endsWith("note='a\\u000ab'"), text);
    }

    @Test
    void shouldGiveEachNodeItsOwnFlyweights() {
        EventView<PaymentDecoder> one = PAYMENT.newView();
        EventView<PaymentDecoder> other = PAYMENT.newView();
        int length = writePayment(0);
        assertSame(one.wrap(bytes, 0, length), one.wrap(bytes, 0, length));
        assertNotSame(one.wrap(bytes, 0, length), other.wrap(bytes, 0, length));
        // Of one event type one class, of two types two: see SbeCopies.
        assertSame(one.getClass(), other.getClass());
        assertNotSame(one.getClass(), ORDER.newView().getClass());
    }

    @Test
    void shouldRewindGroupsAndData() {
        int length = writeOrder(4);
        EventView<OrderDecoder> view = ORDER.newView();
        OrderDecoder order = view.wrap(bytes, 4, length);
        for (int user = 0; user < 3; user++) {
            view.rewind();
            OrderDecoder.FillsDecoder fills = order.fills();
            assertEquals("XPAR", fills.next().venue());
            assertEquals("", fills.next().venue());
            assertEquals("a\nb", order.note());
        }
    }

    @Test
    void shouldFailInAViewKeptPastItsCall() {
        EventView<OrderDecoder> view = ORDER.newView();
        OrderDecoder order = view.wrap(bytes, 0, writeOrder(0));
        OrderDecoder.FillsDecoder fills = order.fills();
        view.cut();
        assertThrows(IndexOutOfBoundsException.class, order::id);
        assertThrows(IndexOutOfBoundsException.class, order::note);
        assertThrows(IndexOutOfBoundsException.class, () -> fills.next().price());
        assertThrows(IllegalStateException.class, () -> ORDER.encode(order, new byte[120], 0));
    }

    @Test
    void shouldNotReadTheNextEvent() {
        int first = writeOrder(0);
        OrderDecoder order = ORDER.newView().wrap(bytes, 0, first);
        order.limit(first);
        assertThrows(IndexOutOfBoundsException.class, order::note);
    }

    @Test
    void shouldCopyTheEventOfAView() {
        int length = writeOrder(4);
        byte[] copy = new byte[200];
        OrderDecoder order = ORDER.newView().wrap(bytes, 4, length);
        OrderDecoder.FillsDecoder fills = order.fills();
        assertEquals(length, ORDER.encode(order, copy, 9));
        assertArrayEquals(Arrays.copyOfRange(bytes, 4, 4 + length), Arrays.copyOfRange(copy, 9, 9 + length));
        // In the middle of a group, and the user's loop goes on where it was.
        assertEquals("XPAR", fills.next().venue());
    }

    @Test
    void shouldCopyTheEventOfADecoderOfTheUsers() {
        int length = writeOrder(4);
        OrderDecoder order = new OrderDecoder().wrap(new UnsafeBuffer(bytes), 12, 16, 0);
        order.fills().next();
        int limit = order.limit();
        byte[] copy = new byte[200];
        assertEquals(length, ORDER.encode(order, copy, 9));
        assertArrayEquals(Arrays.copyOfRange(bytes, 4, 4 + length), Arrays.copyOfRange(copy, 9, 9 + length));
        assertEquals(limit, order.limit());
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        InPlaceType<OrderDecoder, OrderEncoder> small = Sbe.type(OrderDecoder::new, OrderEncoder::new, 30);
        int length = writeOrder(0);
        OrderDecoder order = ORDER.newView().wrap(bytes, 0, length);
        RefusedException refused = assertThrows(RefusedException.class, () -> small.encode(order, new byte[200], 0));
        assertEquals(Reason.OUT_OF_RANGE, refused.reason());
        String why = "Order: " + length + " bytes, at most 30 fit; raise the maxLength of its type";
        assertEquals(why, refused.getMessage());
        assertEquals(why, small.check(bytes, 0, length));
    }

    @Test
    void shouldRefuseToWriteBeyondTheCapacity() {
        EventWriter<OrderEncoder> writer = ORDER.newWriter();
        byte[] free = new byte[100];
        OrderEncoder order = writer.wrap(free, 0, 30);
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> order.fillsCount(1).next().price(1).quantity(2));
        assertArrayEquals(new byte[70], Arrays.copyOfRange(free, 30, 100));
        RefusedException refused = assertThrows(RefusedException.class, writer::length);
        assertEquals(
                "Order: 40 bytes were written, at most 30 fit; write less, or raise the maxLength of its type",
                refused.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> writer.wrap(free, 0, 7));
    }

    @Test
    void shouldAskForABoundWhereThereAreGroupsOrData() {
        assertEquals(
                "Order has groups or variable data; say the most bytes of an event:"
                        + " Sbe.type(OrderDecoder::new, OrderEncoder::new, maxLength)",
                refusal(() -> Sbe.type(OrderDecoder::new, OrderEncoder::new)));
        assertEquals(
                "Order: maxLength 23 is less than header and block, which take 24",
                refusal(() -> Sbe.type(OrderDecoder::new, OrderEncoder::new, 23)));
        assertEquals("maxLength -1 is not positive", refusal(() -> Sbe.type(OrderDecoder::new, OrderEncoder::new, -1)));
    }

    @Test
    void shouldRefuseFlyweightsThatDoNotBelongTogether() {
        assertEquals(
                "Payment: io.millrace.sbe.sample.PaymentDecoder and io.millrace.sbe.sample.AlertEncoder are not of the same"
                        + " message and version; generate both again",
                refusal(() -> Sbe.type(PaymentDecoder::new, AlertEncoder::new)));
        assertEquals(
                "Quote: io.millrace.sbe.orders.QuoteDecoder and io.millrace.sbe.orders1.QuoteEncoder are not of the same"
                        + " message and version; generate both again",
                refusal(() -> Sbe.type(QuoteDecoder::new, io.millrace.sbe.orders1.QuoteEncoder::new)));
        PaymentDecoder one = new PaymentDecoder();
        PaymentEncoder other = new PaymentEncoder();
        String why = "Payment: the suppliers must make a new flyweight at each call, such as PaymentDecoder::new";
        assertEquals(why, refusal(() -> Sbe.type(() -> one, PaymentEncoder::new)));
        assertEquals(why, refusal(() -> Sbe.type(PaymentDecoder::new, () -> other)));
        assertTrue(assertThrows(NullPointerException.class, () -> Sbe.type(QuoteDecoder::new, nothing()))
                .getMessage()
                .contains("encoder"));
    }

    private static Supplier<QuoteEncoder> nothing() {
        return null;
    }

    private static String refusal(Executable action) {
        return assertThrows(IllegalArgumentException.class, action).getMessage();
    }
}
