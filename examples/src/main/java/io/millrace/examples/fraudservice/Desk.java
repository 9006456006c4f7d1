package io.millrace.examples.fraudservice;

import io.millrace.cli.Summary;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.examples.fraud.Decision;
import io.millrace.metric.Held;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSource;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** Sees every decision: how late it was, whether it raises an alert, whether it was made before. Runs the media driver. */
final class Desk {
    private static final Input<Decision> DECIDED = Input.of("decided", Decision.class);
    private static final Output<Decision> SEEN = Output.of("seen", Decision.class);
    static final String HELD = "held";
    private static final double THRESHOLD = 0.5;
    private static final long HIGHEST_NS = 600_000_000_000L;
    private static final long LOOK_MS = 200;
    private static final long SENT_LOOK_MS = 10;

    /** For a gateway that is to stop, too. */
    private static final Duration AFTER_STOP = Duration.ofSeconds(3);

    private final SharedDir shared;
    private final ServiceOptions options;
    private final BitSet ids = new BitSet();
    private final Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
    private long decided;
    private Outcome outcome;
    private long alerts;
    private long twice;
    private long lastCause = -1;

    /** How many had been decided, and when, as the first decision of an engine that was started again came. */
    private long decidedBefore;

    private long againNs;

    /** From when the last payment that was decided was due until its decision came. */
    private long behindNs;

    /** When the first of all came: that of the engine that was started again, where the one before had decided nothing. */
    private long firstNs;

    Desk(SharedDir shared, ServiceOptions options) {
        this.shared = shared;
        this.options = options;
    }

    /** Answers whether each payment is accounted for. */
    boolean run(AtomicBoolean stop) throws IOException, InterruptedException {
        Place.hold(shared.path(), "desk", () -> see(stop));
        if (!outcome.isGood() && !Watch.isChild()) {
            System.err.println("millrace fraud-service: desk: " + shared.path() + ": " + outcome
                    + "; engine and gateway have said what they know");
        }
        return outcome.isGood();
    }

    private void see(AtomicBoolean stop) throws IOException, InterruptedException {
        shared.clear();
        try (AeronMedia media = AeronMedia.embedded()
                .directory(shared.aeron())
                .driverTimeout(SharedDir.DRIVER_TIMEOUT)
                .start()) {
            shared.channels(options.udp());
            AeronSource<Decision> source = AeronSource.of(
                            media, shared.decisionsChannel(), SharedDir.DECISIONS, DECIDED.type())
                    .endsWithSender();
            Waiting forIt = new Waiting(shared, SharedDir.ENGINE_READY, "engine", SharedDir.PATIENCE, stop);
            try (Engine engine = Engine.of(
                            Millrace.topology("desk", t -> t.from(DECIDED).to(SEEN)))
                    .input(DECIDED, source)
                    .outputWithMeta(SEEN, this::see)
                    .start()) {
                while (!engine.awaitEnd(Duration.ofMillis(LOOK_MS)) && forIt.goesOn()) {
                    assert !Thread.currentThread().isInterrupted();
                }
            }
            awaitSent(stop);
            tell();
            if (forIt.isAlone()) {
                throw new IllegalStateException(forIt.words());
            }
        }
    }

    /** What the engine has taken, and the gateway sent, is known a moment later. */
    private void awaitSent(AtomicBoolean stop) throws InterruptedException {
        long beginNs = System.nanoTime();
        while (!shared.has(SharedDir.GATEWAY_RESULT)
                && shared.isAlive(SharedDir.GATEWAY_BEGAN)
                && System.nanoTime() - beginNs < (stop.get() ? AFTER_STOP : SharedDir.PATIENCE).toNanos()) {
            Thread.sleep(SENT_LOOK_MS); // what another process writes tells nobody
        }
    }

    private void tell() throws IOException {
        Summary helps = new Summary()
                .put("decided", decided)
                .put("alerts", alerts)
                .put("decided twice", twice)
                .put("decided before", decidedBefore)
                .put("again ns", againNs)
                .put("first ns", firstNs)
                .put(HELD, held(decided, behindNs))
                .putLatency(latencyNs);
        shared.result(SharedDir.DESK_RESULT, helps);
        Map<String, String> engine = shared.result(SharedDir.ENGINE_RESULT);
        boolean isKilled = Outcome.number(engine, "taken before") > 0 || decidedBefore > 0;
        outcome = Outcome.of(
                shared.result(SharedDir.GATEWAY_RESULT),
                engine,
                shared.result(SharedDir.DESK_RESULT),
                isKilled,
                options.udp());
        new Summary()
                .put("sent", outcome.sent() == null ? "" : outcome.sent().toString())
                .put("decided", decided)
                .put("alerts", alerts)
                .put("missing", outcome.missing())
                .put("decided twice", twice)
                .put("in flight at kill", isKilled ? Long.toString(outcome.inFlight()) : "")
                .put(HELD, held(decided, behindNs))
                .putLatency(latencyNs)
                .print(System.out);
    }

    private void see(Decision d, Meta meta) {
        long nowNs = System.nanoTime();
        int id = (int) d.id();
        if (ids.get(id)) {
            twice++;
            return;
        }
        if (meta.causeSequence() <= lastCause) { // another engine: it counts anew, and puts one out for each payment
            decidedBefore = decided;
            againNs = nowNs;
        }
        firstNs = decided == 0 ? nowNs : firstNs;
        lastCause = meta.causeSequence();
        ids.set(id);
        decided++;
        alerts += d.probability() >= THRESHOLD ? 1 : 0;
        behindNs = nowNs - meta.intendedNs();
        latencyNs.recordValue(Math.max(0, Math.min(behindNs, HIGHEST_NS)));
    }

    /** Whether the figures are those of the rate: also where an engine was killed, and the next one has caught up. */
    static String held(long decided, long behindNs) {
        return decided == 0 ? "" : Held.at(behindNs) ? "yes" : "no";
    }
}
