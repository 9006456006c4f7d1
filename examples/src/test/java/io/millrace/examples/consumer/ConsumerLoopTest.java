package io.millrace.examples.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.examples.consumer.ConsumerLoop.Alert;
import io.millrace.examples.consumer.ConsumerLoop.Alerts;
import io.millrace.examples.consumer.ConsumerLoop.Consumer;
import io.millrace.examples.consumer.ConsumerLoop.ConsumerRecord;
import io.millrace.examples.consumer.ConsumerLoop.ConsumerRecords;
import io.millrace.examples.consumer.ConsumerLoop.Payment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log of payments, of which a crash leaves what was committed, and alerts that a crash leaves where they were flushed. */
class ConsumerLoopTest {
    private static final int BATCH = 2;

    private final long nowMs = System.currentTimeMillis();
    private final List<Payment> log = new ArrayList<>();
    private final List<Alert> arrived = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private int committed;

    /** One life of the service: gets payments from a place on, and dies at a flush, or ends with the log. */
    private final class Life implements Consumer<String, Payment>, Alerts {
        private final List<Alert> unsent = new ArrayList<>();
        private final int diesAtFlush;
        private int next;
        private int flushes;

        Life(int from, int diesAtFlush) {
            next = from;
            this.diesAtFlush = diesAtFlush;
        }

        void run() {
            ConsumerLoop.run(this, this, () -> next < log.size());
        }

        @Override
        public ConsumerRecords<String, Payment> poll(Duration longest) {
            List<ConsumerRecord<String, Payment>> polled = new ArrayList<>();
            for (; polled.size() < BATCH && next < log.size(); next++) {
                Payment payment = log.get(next);
                polled.add(() -> payment);
            }
            calls.add("poll " + polled.size());
            return polled::iterator;
        }

        @Override
        public void send(Alert alert) {
            unsent.add(alert);
            calls.add("send");
        }

        @Override
        public void flush() {
            if (++flushes == diesAtFlush) {
                throw new IllegalStateException("killed");
            }
            arrived.addAll(unsent);
            unsent.clear();
            calls.add("flush");
        }

        @Override
        public void commitSync() {
            committed = next;
            calls.add("commit");
        }
    }

    /** Of one card, a millisecond apart. */
    private void payments(int count) {
        for (int i = 0; i < count; i++) {
            log.add(new Payment(7, 1_00, nowMs + i));
        }
    }

    private static List<Alert> alerts(long... payments) {
        List<Alert> alerts = new ArrayList<>();
        for (long n : payments) {
            alerts.add(new Alert(7, n));
        }
        return alerts;
    }

    @Test
    void shouldCommitWhatHasBeenSent() {
        payments(4);
        new Life(0, 0).run();
        assertEquals(alerts(3, 4), arrived);
        assertEquals(List.of("poll 2", "flush", "commit", "poll 2", "send", "send", "flush", "commit"), calls);
        assertEquals(4, committed);
    }

    /** An alert whose payments are committed has arrived. */
    @Test
    void shouldLoseNoAlertWhereItDiesBeforeItsAlertsAreSent() {
        payments(4);
        assertThrows(IllegalStateException.class, new Life(0, 2)::run);
        assertEquals(2, committed);
        assertEquals(alerts(), arrived);
        new Life(0, 0).run(); // seeks back by its longest window, and not to what is committed
        assertEquals(alerts(3, 4), arrived);
    }

    /** Why it seeks back: what the engine knew of payments that are committed is gone with it. */
    @Test
    void shouldForgetCommittedPaymentsWhereItGoesOnBehindThem() {
        payments(4);
        assertThrows(IllegalStateException.class, new Life(0, 2)::run);
        new Life(committed, 0).run();
        assertEquals(alerts(), arrived);
    }
}
