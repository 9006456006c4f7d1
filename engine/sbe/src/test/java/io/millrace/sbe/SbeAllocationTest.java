package io.millrace.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.sbe.orders.OrderDecoder;
import io.millrace.sbe.orders.OrderEncoder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Nothing is allocated, once warm, to write, read, copy or check a message with a group and data. */
class SbeAllocationTest {
    private static final int EVENTS = 20_000;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final InPlaceType<OrderDecoder, OrderEncoder> ORDER =
            Sbe.type(OrderDecoder::new, OrderEncoder::new, 200);
    private static final byte[] TEXT = "hello".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes = new byte[200];
    private final byte[] copy = new byte[200];
    private final EventWriter<OrderEncoder> writer = ORDER.newWriter();
    private final EventView<OrderDecoder> view = ORDER.newView();
    private long sum;

    private int write(long id) {
        OrderEncoder order = writer.wrap(bytes, 0, 200).id(id).cents(2);
        OrderEncoder.FillsEncoder fills = order.fillsCount(2);
        fills.next().price(1).quantity(2).putVenue(TEXT, 0, 4);
        fills.next().price(3).quantity(4).putVenue(TEXT, 0, 2);
        order.putNote(TEXT, 0, 5);
        return writer.length();
    }

    private void read(int length) {
        OrderDecoder order = view.wrap(bytes, 0, length);
        sum += order.id();
        view.rewind();
        for (OrderDecoder.FillsDecoder fills = order.fills(); fills.hasNext(); ) {
            sum += fills.next().quantity();
            sum += fills.skipVenue();
        }
        sum += order.skipNote();
        sum += ORDER.encode(order, copy, 0);
    }

    private long bytesAllocated() {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < EVENTS; i++) {
            int length = write(i);
            sum += ORDER.check(bytes, 0, length) == null ? 1 : 0;
            read(length);
        }
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }

    @Test
    void shouldAllocateNothing() {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 30; run++) {
            least = Math.min(least, bytesAllocated());
        }
        assertEquals(0, least);
    }
}
