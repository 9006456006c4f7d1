package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.SensitiveHash;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import io.millrace.sbe.sample.PaymentDecoder;
import io.millrace.sbe.sample.PaymentEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Fields that nobody is to see stand as a hash in the text of a message, wherever in it they are. */
class SbeSensitiveTest {
    private static final InPlaceType<PaymentDecoder, PaymentEncoder> OPEN =
            Sbe.type(PaymentDecoder::new, PaymentEncoder::new);
    private static final InPlaceType<PaymentDecoder, PaymentEncoder> PAYMENT = Sbe.sensitive(OPEN, "card", "note");
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.sensitive(Sbe.type(OrderDecoder::new, OrderEncoder::new, 120), "fills.price", "fills.venue", "note");

    private final byte[] bytes = new byte[200];

    private int payment(long card, String note) {
        EventWriter<PaymentEncoder> writer = PAYMENT.newWriter();
        writer.wrap(bytes, 3, PAYMENT.maxLength())
                .id(7)
                .card(card)
                .amountCents(-1)
                .timeMs(9)
                .country((short) 200)
                .note(note);
        return writer.length();
    }

    @Test
    void shouldShowFieldsOfTheBlockAsTheirHashes() {
        int length = payment(4_000_001, "hello");
        byte[] before = bytes.clone();
        String text = PAYMENT.text(bytes, 3, length);
        assertFalse(text.contains("4000001") || text.contains("hello"), text);
        assertTrue(text.contains("id=7|") && text.contains("amountCents=-1"), text);
        assertTrue(text.contains("(hidden: card=" + SensitiveHash.ofValue(4_000_001L) + ", note=#"), text);
        assertArrayEquals(before, bytes, "the event itself stays as it is");
        assertTrue(OPEN.text(bytes, 3, length).contains("card=4000001"), "the given type shows all, as before");
        assertTrue(PAYMENT.hasSensitive() && !OPEN.hasSensitive());
        assertEquals(OPEN.contract(), PAYMENT.contract());
    }

    @Test
    void shouldTellOneValueFromAnother() {
        String one = PAYMENT.text(bytes, 3, payment(1, "a"));
        assertEquals(one, PAYMENT.text(bytes, 3, payment(1, "a")));
        assertFalse(one.equals(PAYMENT.text(bytes, 3, payment(2, "a"))));
    }

    @Test
    void shouldShowFieldsAndDataOfGroupsAsTheirHashes() {
        EventWriter<OrderEncoder> writer = ORDER.newWriter();
        OrderEncoder order = writer.wrap(bytes, 0, ORDER.maxLength());
        order.id(1)
                .cents(2)
                .fillsCount(2)
                .next()
                .price(1.5)
                .quantity(3)
                .venue("XPAR")
                .next()
                .price(77.25)
                .quantity(4)
                .venue("");
        order.note("secret");
        String text = ORDER.text(bytes, 0, writer.length());
        for (String hidden : new String[] {"1.5", "77.25", "XPAR", "secret"}) {
            assertFalse(text.contains(hidden), text);
        }
        assertTrue(text.contains("quantity=3") && text.contains("quantity=4") && text.contains("'****'"), text);
        byte[] venue = "XPAR".getBytes(StandardCharsets.US_ASCII);
        assertTrue(text.contains("fills.venue=" + SensitiveHash.of(venue, 0, 4) + ", fills.price=#"), text);
    }

    @Test
    void shouldSayNothingOfWhatIsNotAMessage() {
        int length = payment(4_000_001, "hello");
        assertTrue(PAYMENT.text(bytes, 3, length - 1).startsWith("Payment[malformed: "));
    }

    @Test
    void shouldRefuseANameThatIsNone() {
        String message = assertThrows(IllegalArgumentException.class, () -> Sbe.sensitive(OPEN, "crad"))
                .getMessage();
        assertTrue(message.startsWith("Payment: there is no field crad to be sensitive; there are "), message);
        assertTrue(message.contains("card, "), message);
    }
}
