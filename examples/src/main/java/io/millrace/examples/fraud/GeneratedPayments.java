package io.millrace.examples.fraud;

import io.millrace.event.Header;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.transport.EventSource;

/** The generated stream as a source: finite, the same for the same seed. Payments are counted from 1, as lines are. */
final class GeneratedPayments implements EventSource<Payment> {
    private final PaymentGenerator generator;
    private final GeneratedPayment next = new GeneratedPayment();
    private final Header header = new Header();
    private long number;

    GeneratedPayments(long count, long seed, int cards) {
        generator = new PaymentGenerator(count, seed, cards);
    }

    @Override
    public boolean isFinite() {
        return true;
    }

    @Override
    public int poll(Target<? super Payment> target, int most) {
        for (int i = 0; i < most; i++) {
            if (!generator.next(next)) {
                return i > 0 ? i : ENDED;
            }
            target.take(
                    new Payment(next.id, next.timeSeconds, next.customer, next.terminal, next.amount, next.fraud),
                    header.clear().correlationId(++number));
        }
        return most;
    }

    @Override
    public void close() {}
}
