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
import java.util.concurrent.locks.LockSupport;

/** Sends payments at a rate, whatever becomes of them: each has the instant at which it was meant to go. */
final class Gateway {
    private static final Output<Payment> SENT = Output.of("sent", Payment.class);
    private static final int CARDS = 10_000;
    private static final long SPIN_NS = 100_000;

    private final SharedDir shared;
    private final ServiceOptions options;

    Gateway(SharedDir shared, ServiceOptions options) {
        this.shared = shared;
        this.options = options;
    }

    void run() throws IOException, InterruptedException {
        long sent;
        try (AeronMedia media = shared.connect()) {
            shared.awaitFile("engine.ready");
            AeronSink<Payment> sink = AeronSink.of(
                            media, shared.paymentsChannel(), SharedDir.PAYMENTS, FraudTopology.PAYMENTS.type())
                    .unsent(Unsent.WAIT);
            try (Inline out = Engine.of(Millrace.topology(
                            "gateway", t -> t.from(FraudTopology.PAYMENTS).to(SENT)))
                    .output(SENT, sink)
                    .inline()) {
                shared.write("gateway.began", "");
                sent = send(out);
                sink.end();
                shared.awaitFile("engine.result"); // what nobody has taken yet goes with its sender
            }
            shared.result("gateway.result", new Summary().put("sent", sent));
        }
    }

    private long send(Inline out) {
        PaymentGenerator generator = new PaymentGenerator(options.payments(), 1, CARDS);
        GeneratedPayment next = new GeneratedPayment();
        Header header = new Header();
        long startNs = System.nanoTime();
        long sent = 0;
        while (generator.next(next)) {
            long intendedNs = startNs + Math.round(sent * 1e9 / options.rate());
            await(intendedNs);
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
