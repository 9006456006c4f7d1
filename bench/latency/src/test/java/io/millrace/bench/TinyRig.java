package io.millrace.bench;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.rig.LatencyRig;
import io.millrace.rig.RigProvider;
import java.util.concurrent.TimeUnit;

/** A topology as if of a user, whose input is live and whose rig has a host, a rate and lengths of its own. */
public final class TinyRig implements RigProvider {
    record Payment(long card, long timeMs) {}

    private static final Input<Payment> PAYMENTS =
            Input.of("payments", Payment.class).eventTime(Payment::timeMs, TimeUnit.MILLISECONDS);
    private static final Output<Payment> OUT = Output.of("out", Payment.class);

    @Override
    public String name() {
        return "tiny";
    }

    @Override
    public LatencyRig rig() {
        return LatencyRig.of(Millrace.topology("tiny", t -> t.from(PAYMENTS).to(OUT)))
                .generate(PAYMENTS, i -> new Payment(i % 10, i))
                .live()
                .rates(700)
                .seconds(1)
                .runs(1)
                .warmUp(100);
    }
}
