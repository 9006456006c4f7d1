package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.sbe.sample.PaymentDecoder;
import io.millrace.sbe.sample.PaymentEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A view over one place that is filled anew for each event. */
class WrapAgainTest {
    private static final int AT = 5;
    private static final InPlaceType<PaymentDecoder, PaymentEncoder> PAYMENT =
            Sbe.type(PaymentDecoder::new, PaymentEncoder::new);
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 120);

    private final byte[] slot = new byte[200];
    private final EventView<PaymentDecoder> view = PAYMENT.newView();
    private final EventWriter<PaymentEncoder> writer = PAYMENT.newWriter();

    private PaymentDecoder next(long id) {
        writer.wrap(slot, AT, PAYMENT.maxLength()).id(id).note("no " + id);
        return view.wrapAgain(slot, AT, writer.length());
    }

    @Test
    void shouldShowWhatWasWrittenSince() {
        PaymentDecoder first = next(1);
        assertEquals(1, first.id());
        assertSame(first, next(2));
        assertEquals(2, first.id());
        assertEquals("no 2", first.note());
    }

    /** User code may do what it likes to what it is shown; the next event is read all the same. */
    @Test
    void shouldPutRightWhatUserCodeHasMoved() {
        PaymentDecoder payment = next(1);
        payment.wrap(new UnsafeBuffer(new byte[100]), 8, 49, 0);
        assertEquals(2, next(2).id());

        payment.wrap(payment.buffer(), 16, 49, 0);
        assertEquals(3, next(3).id());
    }

    @Test
    void shouldReadAgainWhatWasCutOff() {
        PaymentDecoder payment = next(1);
        view.cut();
        assertThrows(IndexOutOfBoundsException.class, payment::id);
        assertEquals(2, next(2).id());
    }

    /** Where groups and texts follow each other a reader moves, and has to be moved back. */
    @Test
    void shouldBeginAgainWhereAMessageIsReadWithACursor() {
        EventView<OrderDecoder> orders = ORDER.newView();
        for (int id = 1; id <= 3; id++) {
            OrderDecoder order = orders.wrapAgain(slot, AT, order(id));
            assertEquals(id, order.id());
            OrderDecoder.FillsDecoder fills = order.fills();
            assertEquals(2, fills.count());
            for (int k = 0; k < 2; k++) {
                assertEquals(k, fills.next().quantity());
                assertEquals("V" + k, fills.venue());
            }
            assertEquals("n" + id, order.note());
        }
    }

    private int order(int id) {
        EventWriter<OrderEncoder> of = ORDER.newWriter();
        OrderEncoder order = of.wrap(slot, AT, ORDER.maxLength());
        OrderEncoder.FillsEncoder group = order.id(id).cents(2).fillsCount(2);
        for (int k = 0; k < 2; k++) {
            group.next().price(1).quantity(k).venue("V" + k);
        }
        order.note("n" + id);
        return of.length();
    }
}
