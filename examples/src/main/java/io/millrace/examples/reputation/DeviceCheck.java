package io.millrace.examples.reputation;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Receiver;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Backoff;
import java.time.Duration;

/** Asks a service what it knows of the device that each payment comes from, and decides within 50 ms whatever it says. */
public final class DeviceCheck {
    // region: device-check
    record Payment(long card, long device, long cents, long timeMs) {}

    record Device(long id) {}

    record Reputation(int score) {}

    record Decision(long card, long cents, boolean accepted, boolean asked) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final LookupPort<Device, Reputation> DEVICES =
            LookupPort.of("device-reputation", Device.class, Reputation.class);
    static final Output<Decision> DECISIONS = Output.of("decisions", Decision.class);

    static final Topology TOPOLOGY = Millrace.topology(
            "device-check",
            t -> t.from(PAYMENTS)
                    .async("reputation", DEVICES, p -> new Device(p.device()))
                    .decideWithin(Duration.ofMillis(50), new Reputation(50)) // neither good nor bad
                    .to(DECISIONS, a -> decide(a)));

    static Decision decide(Joined<Payment, Reputation> asked) {
        Payment p = asked.left();
        boolean accepted = p.cents() < 1_000 * asked.right().score();
        return new Decision(p.card(), p.cents(), accepted, asked.hasRight());
    }

    static Engine start(AsyncLookup.Blocking<Device, Reputation> service, Receiver<Decision> decisions) {
        Asking twice = Asking.once()
                .timeout(Duration.ofMillis(200))
                .retry(2, Backoff.of(Duration.ofMillis(5), Duration.ofMillis(20)));
        return Engine.of(TOPOLOGY)
                .lookup(DEVICES, AsyncLookup.onThreads(8, service), twice)
                .output(DECISIONS, decisions)
                .start();
    }
    // endregion

    private DeviceCheck() {}
}
