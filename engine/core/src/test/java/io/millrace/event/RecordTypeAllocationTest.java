package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a record costs in garbage once it is warm: nothing to write, itself to read, nothing to read a part of. */
class RecordTypeAllocationTest {
    record Payment(long card, long cents, int country, double score, boolean checked) {}

    record Quote(@Length(4) String venue, Payment nested, char c) {}

    private static final int EVENTS = 20_000;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final EventType<Payment> PAYMENT = EventType.of(Payment.class);
    private static final EventType<Quote> QUOTE = EventType.of(Quote.class);

    private static Object kept;
    private static long sum;

    private static final Payment[] PAYMENTS = {new Payment(1, 2, 3, 4.5, true), new Payment(5, 6, 7, 8.5, false)};
    private static final Quote[] QUOTES = {new Quote("XPAR", PAYMENTS[0], 'a'), new Quote("", PAYMENTS[1], 'b')};

    /** Bytes allocated by one of many calls, the least of some runs: the compiler may stop by in one of them. */
    private static long bytesEach(Runnable many) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 30; run++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            many.run();
            long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            least = Math.min(least, (after - before) / EVENTS);
        }
        return least;
    }

    @Test
    void shouldWriteWithoutGarbage() {
        byte[] bytes = new byte[PAYMENT.maxLength()];
        assertEquals(0, bytesEach(() -> {
            for (int i = 0; i < EVENTS; i++) {
                sum += PAYMENT.encode(PAYMENTS[i & 1], bytes, 0);
            }
        }));
        byte[] quote = new byte[QUOTE.maxLength()];
        assertEquals(0, bytesEach(() -> {
            for (int i = 0; i < EVENTS; i++) {
                sum += QUOTE.encode(QUOTES[i & 1], quote, 0);
                kept = QUOTE.canonical(QUOTES[i & 1]);
            }
        }));
    }

    @Test
    void shouldReadWithNothingBesideTheRecord() {
        long record = bytesEach(() -> {
            for (int i = 0; i < EVENTS; i++) {
                kept = new Payment(i, i, i, i, true);
            }
        });
        byte[] bytes = new byte[PAYMENT.maxLength()];
        PAYMENT.encode(PAYMENTS[0], bytes, 0);
        EventView<Payment> view = PAYMENT.newView();
        assertEquals(record, bytesEach(() -> {
            for (int i = 0; i < EVENTS; i++) {
                kept = view.wrap(bytes, 0, bytes.length);
            }
        }));
    }
}
