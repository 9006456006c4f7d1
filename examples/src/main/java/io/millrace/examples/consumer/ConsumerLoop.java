package io.millrace.examples.consumer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A loop of yours around the inline host, which decides on its thread. The interfaces are what it needs of a consumer and a producer, with
 * names as Kafka's client has them, so that the loop may be pasted beside it; nothing here depends on that.
 */
final class ConsumerLoop {
    /** Polls records, and commits how far it has got: by default behind the last ones polled. */
    interface Consumer<K, V> {
        ConsumerRecords<K, V> poll(Duration longest);

        void commitSync();
    }

    /** What a poll has brought. */
    interface ConsumerRecords<K, V> extends Iterable<ConsumerRecord<K, V>> {}

    /** One of them. */
    interface ConsumerRecord<K, V> {
        V value();
    }

    /** Sends as it likes, and by the end of a flush has sent all. */
    interface Alerts {
        void send(Alert alert);

        void flush();
    }

    record Payment(long card, long cents, long timeMs) {}

    record Alert(long card, long payments) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    static final class Minute extends LookBack<Payment> {
        final LongValue payments = last(Duration.ofMinutes(1)).count();
    }

    static final Topology TOPOLOGY = Millrace.topology(
            "often",
            t -> t.from(PAYMENTS)
                    .keyBy(Payment::card)
                    .lookBack("last-minute", Minute::new)
                    .filter(s -> s.payments.get() >= 3)
                    .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get())));

    private ConsumerLoop() {}

    // region: consumer-loop
    static void run(Consumer<String, Payment> consumer, Alerts alerts, BooleanSupplier running) {
        try (Inline engine = Engine.of(TOPOLOGY).output(ALERTS, alerts::send).inline()) {
            boolean more = false; // to fire than one call may
            while (running.getAsBoolean()) {
                ConsumerRecords<String, Payment> polled = consumer.poll(more ? Duration.ZERO : Duration.ofMillis(10));
                more = engine.doWork(); // time passes without payments too: in front, as maxAhead judges by it
                for (ConsumerRecord<String, Payment> r : polled) {
                    engine.publish(PAYMENTS, r.value());
                }
                alerts.flush(); // what they have caused is sent,
                consumer.commitSync(); // and then they are done with
            }
        }
    }
    // endregion
}
