package io.millrace.examples.fraud;

import io.millrace.cli.Feed;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.operators.score.Model;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Generated payments through an engine like the one that will be measured, whose outputs lead nowhere: the code is compiled then,
 * and latency is not that of the JVM's first second. The measured engine knows nothing of it.
 */
final class WarmUp {
    private static final long PAYMENTS = 60_000;
    private static final int CARDS = 1_000;
    private static final long STATE_BYTES = 256L << 20;

    private WarmUp() {}

    static void run(Model model, FraudOptions options, AtomicBoolean stop) {
        Feed<Payment> feed = new Feed<>(new GeneratedPayments(PAYMENTS, 1, CARDS), 0, stop);
        Setup setup = Engine.of(FraudTopology.of(model, options.threshold(), options.features() != null))
                .stateBudget(STATE_BYTES)
                .outputWithMeta(FraudTopology.DECISIONS, (d, meta) -> {})
                .outputWithMeta(FraudTopology.ALERTS, (d, meta) -> {})
                .input(FraudTopology.PAYMENTS, feed);
        if (options.features() != null) {
            setup.output(FraudTopology.FEATURE_ROWS, row -> {});
        }
        try {
            if (options.live()) {
                runLive(setup);
            } else {
                runInline(setup);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("warm-up: " + e, e);
        }
    }

    private static void runLive(Setup setup) throws InterruptedException {
        try (Engine engine = setup.start()) {
            while (!engine.awaitEnd(Duration.ofMillis(200))) {
                assert !Thread.currentThread().isInterrupted();
            }
        }
    }

    private static void runInline(Setup setup) throws Exception {
        try (Inline engine = setup.inline()) {
            engine.run();
        }
    }
}
