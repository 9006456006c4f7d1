package io.millrace.operators.async;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import java.time.Duration;

/** What the tests of {@code async} share: payments, each from a device, of which a service knows something. */
final class Shop {
    record Payment(@Length(8) String shop, long device, long timeNs) {}

    record Device(long number) {}

    record Reputation(int score) {}

    /** A decided payment; the score is negative where it stands in for a reply. */
    record Decision(@Length(8) String shop, long device, long timeNs, int score) {
        static Decision of(Joined<Payment, Reputation> answered) {
            int score = answered.right().score();
            Payment p = answered.left();
            return new Decision(p.shop(), p.device(), p.timeNs(), answered.hasRight() ? score : -score);
        }
    }

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeNs, NANOSECONDS);
    static final Input<Payment> LOOSE = PAYMENTS.disorder(Duration.ofNanos(15)).maxAhead(Duration.ofDays(200_000));
    static final Input<Payment> LIVE = PAYMENTS.live();
    static final LookupPort<Device, Reputation> DEVICES = LookupPort.of("devices", Device.class, Reputation.class);
    static final Output<Decision> DECISIONS = Output.of("decisions", Decision.class);
    static final Output<Reputation> LATE = Output.of("late", Reputation.class);
    static final Output<Payment> UNANSWERED = Output.of("unanswered", Payment.class);
    static final Reputation FALLBACK = new Reputation(7);

    private Shop() {}
}
