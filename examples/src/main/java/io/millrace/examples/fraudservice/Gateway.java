package io.millrace.examples.fraudservice;

import io.millrace.cli.Summary;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Header;
import io.millrace.event.Output;
import io.millrace.examples.fraud.FraudTopology;
import io.millrace.examples.fraud.Payment;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.transport.aeron.AeronMedia;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.Unsent;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Sends payments at a rate, whatever becomes of them: each has the instant at which it was meant to go. */
final class Gateway {
    private static final Output<Payment> SENT = Output.of("sent", Payment.class);
    private static final int CARDS = 10_000;
    private static final long SPIN_NS = 100_000;
    private static final int LOOKS_A_SECOND = 20;

    private final SharedDir shared;
    private final ServiceOptions options;

    Gateway(SharedDir shared, ServiceOptions options) {
        this.shared = shared;
        this.options = options;
    }

    void run(AtomicBoolean stop) throws IOException, InterruptedException {
        try (AeronMedia media = shared.connect()) {
            Place.hold(shared.path(), "gateway", () -> send(media, stop));
        }
    }

    void send(AeronMedia media, AtomicBoolean stop) throws IOException, InterruptedException {
        if (shared.has(SharedDir.GATEWAY_BEGAN)) { // this one's ids and times would begin anew
            throw new IllegalStateException("--dir " + shared.path()
                    + ": a gateway has sent payments in this run already; start desk, engine and gateway again");
        }
        Watch watch = Watch.begin(shared, "gateway");
        shared.await(SharedDir.ENGINE_READY, "engine");
        long sent;
        AeronSink<Payment> sink = AeronSink.of(
                        media, shared.paymentsChannel(), SharedDir.PAYMENTS, FraudTopology.PAYMENTS.type())
                .unsent(Unsent.WAIT);
        try (Inline out = Engine.of(Millrace.topology(
                        "gateway", t -> t.from(FraudTopology.PAYMENTS).to(SENT)))
                .output(SENT, sink)
                .inline()) {
            shared.say(SharedDir.GATEWAY_BEGAN);
            sent = send(out, stop);
            sink.end();
            shared.awaitResult(SharedDir.ENGINE_RESULT, "engine"); // what nobody has taken yet goes with its sender
        }
        watch.end();
        Summary result = new Summary().put("sent", sent);
        result.print(System.out);
        shared.result(SharedDir.GATEWAY_RESULT, result);
    }

    private long send(Inline out, AtomicBoolean stop) {
        PaymentGenerator generator = new PaymentGenerator(options.payments(), 1, CARDS);
        GeneratedPayment next = new GeneratedPayment();
        Header header = new Header();
        long startNs = System.nanoTime();
        long sent = 0;
        long lookEach = Math.max(1, options.rate() / LOOKS_A_SECOND);
        while (generator.next(next)) {
            long intendedNs = startNs + Math.round(sent * 1e9 / options.rate());
            await(intendedNs);
            if (sent % lookEach == 0 && (stop.get() || shared.has(SharedDir.STOP))) {
                return sent;
            }
            sent++;
            Payment payment =
                    new Payment(sent, next.timeSeconds, next.customer, next.terminal, next.amount, next.fraud);
            out.publisher(FraudTopology.PAYMENTS)
                    .publish(payment, header.clear().intendedNs(intendedNs).correlationId(sent));
        }
        return sent;
    }

    private static void await(long atNs) {
        long leftNs;
        while ((leftNs = atNs - System.nanoTime()) > 0) {
            if (leftNs > SPIN_NS) {
                LockSupport.parkNanos(leftNs - SPIN_NS);
            } else {
                Thread.yield();
            }
        }
    }
}
