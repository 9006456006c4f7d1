package io.millrace.examples.quickstart;

// region: quickstart
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;

/** Three payments of one card, more than 1,000.00 together, within a minute. */
public class Quickstart {
    record Payment(long card, long cents, long timeMs) {}

    record Alert(long card, long payments, long cents) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    static class Spree extends LookBack<Payment> {
        final Span<Payment> minute = last(Duration.ofMinutes(1));
        final LongValue payments = minute.count(), cents = minute.sum(Payment::cents);
    }

    static final Topology TOPOLOGY = Millrace.topology(
            "spree",
            t -> t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookBack("last-minute", Spree::new)
                    .filter(s -> s.payments.get() >= 3 && s.cents.get() > 100_000)
                    .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get(), s.cents.get())));

    public static void main(String[] args) {
        try (Engine engine =
                Engine.of(TOPOLOGY).output(ALERTS, System.out::println).start()) {
            var payments = engine.publisher(PAYMENTS);
            for (int i = 0; i < 5; i++) {
                payments.publish(new Payment(4_000_001, 60_000, i * 10_000));
            }
        }
    }
}
// endregion
