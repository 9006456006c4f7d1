package outside;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.rig.LatencyReport;
import io.millrace.rig.LatencyRig;
import io.millrace.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Measures a topology of its own with what is installed of Millrace, and nothing of its build. */
public final class Outside {
    record Payment(long card, long cents, long timeMs) {}

    record Alert(long card, long payments) {}

    static final Input<Payment> PAYMENTS =
            Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    static class Spree extends LookBack<Payment> {
        final LongValue payments = last(Duration.ofMinutes(1)).count();
    }

    static final Topology TOPOLOGY = Millrace.topology("outside", t -> t.from(PAYMENTS)
            .keyBy(Payment::card)
            .lookBack("last-minute", Spree::new)
            .filter(s -> s.payments.get() >= 3)
            .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get())));

    private Outside() {}

    public static void main(String[] args) throws Exception {
        LatencyReport report = LatencyRig.of(TOPOLOGY)
                .generate(PAYMENTS, i -> new Payment(i % 1_000, 100, i))
                .rates(1_000)
                .seconds(1)
                .runs(1)
                .warmUp(5_000)
                .run();
        System.out.print(report);
        Path plot = Path.of(args[0]);
        report.plot(plot);
        if (!report.toString().contains("inline") || Files.size(plot) == 0) {
            throw new IllegalStateException("no figure of inline, or no plot");
        }
    }
}
