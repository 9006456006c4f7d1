package io.millrace.examples.fraudservice;

import io.millrace.cli.Summary;
import io.millrace.engine.Engine;
import io.millrace.engine.WarmUp;
import io.millrace.examples.fraud.Decision;
import io.millrace.examples.fraud.FraudTopology;
import io.millrace.examples.fraud.Payment;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.AeronSource;
import io.millrace.transport.aeron.Unsent;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Scores. What it has taken is marked, so that an engine that is started again takes no payment twice; what the one before had
 * taken and not decided is in flight at the kill, since it keeps no journal.
 */
final class Scoring {
    private static final double THRESHOLD = 0.5;
    private static final long LOOK_MS = 200;

    /** For what a gateway that has ended left behind. */
    private static final Duration GRACE = SharedDir.DRIVER_TIMEOUT.plusSeconds(2);

    private static final int WARM_CARDS = 1_000;
    private static final Duration WARM = Duration.ofMillis(1_500);

    private final SharedDir shared;

    Scoring(SharedDir shared) {
        this.shared = shared;
    }

    void run(AtomicBoolean stop) throws IOException, InterruptedException {
        try (AeronMedia media = shared.connect()) {
            Place.hold(shared.path(), "engine", () -> score(media, stop));
        }
    }

    private void score(AeronMedia media, AtomicBoolean stop) throws IOException, InterruptedException {
        Watch watch = Watch.begin(shared, "engine");
        AeronSource<Payment> payments = AeronSource.of(
                        media, shared.paymentsChannel(), SharedDir.PAYMENTS, FraudTopology.PAYMENTS.type())
                .endsWithSender()
                .marks(shared.marks());
        AeronSink<Decision> decisions = AeronSink.of(
                        media, shared.decisionsChannel(), SharedDir.DECISIONS, FraudTopology.DECISIONS.type())
                .unsent(Unsent.WAIT)
                .endsWithClose();
        Waiting forIt = new Waiting(shared, SharedDir.GATEWAY_BEGAN, "gateway", GRACE, stop);
        try (Engine engine = Engine.of(FraudTopology.bundled(THRESHOLD))
                .input(FraudTopology.PAYMENTS, payments)
                .output(FraudTopology.DECISIONS, decisions)
                .discard(FraudTopology.ALERTS)
                .warmUp(warmUp())
                .statFile(shared.path())
                .start()) {
            shared.say(SharedDir.ENGINE_READY);
            while (!engine.awaitEnd(Duration.ofMillis(LOOK_MS)) && forIt.goesOn()) {
                assert !Thread.currentThread().isInterrupted();
            }
        }
        watch.end();
        Map<String, Long> counted = new LinkedHashMap<>();
        payments.counters(counted::put);
        Summary result = new Summary()
                .put("taken", counted.get("events"))
                .put("taken before", counted.get("taken before"))
                .put("sent before", counted.get("sent before"))
                .put("missed", counted.get("missed"));
        result.print(System.out);
        shared.result(SharedDir.ENGINE_RESULT, result);
        if (forIt.isAlone()) {
            throw new IllegalStateException(forIt.words());
        }
    }

    /** Generated payments, on state of its own: the first real one is not late because of the compiler. */
    private static WarmUp warmUp() {
        PaymentGenerator generator = new PaymentGenerator(Long.MAX_VALUE, 2, WARM_CARDS);
        GeneratedPayment next = new GeneratedPayment();
        return WarmUp.generated(FraudTopology.PAYMENTS, n -> {
                    generator.next(next);
                    return new Payment(n, next.timeSeconds, next.customer, next.terminal, next.amount, next.fraud);
                })
                .atMost(WARM);
    }
}
