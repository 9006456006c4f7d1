package outside;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.rig.LatencyReport;
import io.millrace.rig.LatencyRig;
import io.millrace.rig.Steps;
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

    static final int RATE = 1_000;

    private Outside() {}

    static LatencyRig rig() {
        return LatencyRig.of(TOPOLOGY)
                .generate(PAYMENTS, i -> new Payment(i % 1_000, 100, i))
                .rates(RATE)
                .seconds(1)
                .runs(1)
                .warmUp(5_000);
    }

    public static void main(String[] args) throws Exception {
        LatencyReport report = rig().run();
        System.out.print(report);
        Path plot = Path.of(args[0]);
        report.plot(plot).json(plot.resolveSibling("figures.json"));
        require(report.digests(RATE).size() == 1 && report.digests(RATE).get(0).matches("[0-9a-f]+"), "a digest a run");
        require(report.us(RATE, 50) > 0 && report.us(RATE, 50) <= report.us(RATE, 99), "percentiles of ours");
        require(report.floorUs(RATE, 50) > 0, "percentiles of the floor");
        require(Double.isNaN(report.us(RATE, 99.99)), "no percentile of more events than there are");
        String rows = report.toString();
        require(rows.lines().filter(l -> l.matches(" +" + RATE + " .* " + RATE + "( .*)?")).count() >= 2,
                "rows of ours and of the floor, each of " + RATE + " events");
        require(Files.readString(plot.resolveSibling("figures.json")).contains("\"events\": [" + RATE + "]"), "counts in JSON");
        require(Files.readString(plot).split("<polyline", -1).length == 3, "two lines in the plot");
        // on a busy machine a rate may not be held; what is put out is right all the same
        require(report.isSound() || rows.contains("FAIL") && !rows.contains("VOID"), "sound, or a rate that was not held");

        String first = steps(2_000);
        require(first.equals(steps(2_000)), "the same digest of the same events");
        require(!first.equals(steps(2_001)), "another of more");
    }

    /** As a benchmark of JMH takes them: set-up, events, tear-down. */
    private static String steps(int events) {
        try (Steps steps = rig().steps()) {
            for (int i = 0; i < events; i++) {
                require(steps.next() == i, "the number of each event");
            }
            return steps.digest();
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
