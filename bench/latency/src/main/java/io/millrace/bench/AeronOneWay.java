package io.millrace.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.millrace.bench.AeronSides.Running;
import io.millrace.bench.AeronSides.Side;
import io.millrace.bench.AeronSides.Wires;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.DutyCycle;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.metric.Held;
import io.millrace.transport.aeron.AeronSink;
import io.millrace.transport.aeron.AeronSource;
import io.millrace.transport.aeron.Unsent;
import java.nio.ByteOrder;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One way: events that are due at a fixed rate go from one thread to another, by offer and poll, and from an inline host with a sink to one
 * with a source and a filter. Both threads share the clock; a latency counts from when its event was due to be sent.
 */
final class AeronOneWay {
    private static final long HIGHEST_NS = 10_000_000_000L;
    private static final int BARE_STREAM = 7;
    private static final int STREAM = 8;

    /** What a round has shown; held: whether the rate was, in both halves. */
    record Round(Histogram latencyNs, double bytes, boolean held) {}

    /** Gives events to the wire; waits for room. */
    private interface Sender extends AutoCloseable {
        void send(long id) throws Exception;

        @Override
        void close();
    }

    /** Notes when events come; the thread of the other side writes. */
    private static final class Arrivals {
        private final Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
        private final long everyNs;
        private volatile long fromNs;
        private volatile long taken;

        Arrivals(long everyNs) {
            this.everyNs = everyNs;
        }

        long dueNs(long id) {
            return fromNs + id * everyNs;
        }

        /** When an event has come, and it is the last. */
        boolean isHeld(long id) {
            return Held.at(System.nanoTime() - dueNs(id));
        }

        void come(long id) {
            if (id > 0) { // the first is for the two to find each other
                latencyNs.recordValue(Math.max(0, Math.min(System.nanoTime() - dueNs(id), HIGHEST_NS)));
            }
            taken++; // one writer
        }
    }

    private AeronOneWay() {}

    /** Events of one round; what both threads have allocated counts over its second half. */
    static Round run(Wires wires, UnsafeBuffer frame, String who, int events, long everyNs) throws Exception {
        boolean isBare = who.equals("bare");
        Arrivals arrivals = new Arrivals(everyNs);
        Running receiver = new Running(isBare ? new BareReceiver(wires, arrivals) : new Receiver(wires, arrivals));
        double bytes;
        boolean held;
        try (Sender sender = isBare ? new BareSender(wires, frame, receiver) : new SinkSender(wires)) {
            sender.send(0);
            await(wires, receiver, arrivals, 1);
            arrivals.fromNs = System.nanoTime() + 1_000_000;
            int half = events / 2;
            send(sender, arrivals, 1, half);
            await(wires, receiver, arrivals, 1L + half);
            held = arrivals.isHeld(half);
            long before = AeronSides.allocated() + receiver.allocated();
            arrivals.fromNs = System.nanoTime() + 1_000_000 - half * everyNs;
            send(sender, arrivals, half + 1, events);
            await(wires, receiver, arrivals, 1L + events);
            held &= arrivals.isHeld(events);
            bytes = (double) (AeronSides.allocated() + receiver.allocated() - before) / (events - half);
        } finally {
            receiver.stop();
        }
        return new Round(arrivals.latencyNs, bytes, held);
    }

    private static void send(Sender sender, Arrivals arrivals, long from, long to) throws Exception {
        for (long id = from; id <= to; id++) {
            long dueNs = arrivals.dueNs(id);
            while (System.nanoTime() < dueNs) {
                Thread.yield();
            }
            sender.send(id);
        }
    }

    private static void await(Wires wires, Running receiver, Arrivals arrivals, long taken) {
        while (arrivals.taken < taken) {
            wires.pause(receiver);
        }
    }

    // ---- bare

    private static final class BareSender implements Sender {
        private final Wires wires;
        private final Running receiver;
        private final ExclusivePublication out;
        private final UnsafeBuffer frame;

        BareSender(Wires wires, UnsafeBuffer frame, Running receiver) {
            this.wires = wires;
            this.receiver = receiver;
            out = wires.aeron().addExclusivePublication(wires.there(), BARE_STREAM);
            this.frame = frame;
        }

        @Override
        public void send(long id) {
            AeronSides.number(frame, id);
            while (out.offer(frame, 0, frame.capacity()) < 0) {
                wires.pause(receiver);
            }
        }

        @Override
        public void close() {
            out.close();
        }
    }

    private static final class BareReceiver implements Side {
        private final Subscription in;
        private final FragmentHandler handler;

        BareReceiver(Wires wires, Arrivals arrivals) {
            in = wires.aeron().addSubscription(wires.there(), BARE_STREAM);
            handler = (b, offset, length, h) ->
                    arrivals.come(b.getLong(offset + length - AeronSides.idFromEnd(), ByteOrder.LITTLE_ENDIAN));
        }

        @Override
        public boolean work() {
            return in.poll(handler, AeronSides.FRAGMENTS) > 0;
        }

        @Override
        public long taken() {
            return 0;
        }

        @Override
        public void close() {
            in.close();
        }
    }

    // ---- ours

    private static final class SinkSender implements Sender {
        private final Inline engine;
        private final Claims<TransactionEncoder> claims;

        SinkSender(Wires wires) {
            engine = Engine.of(Millrace.topology(
                            "sends", t -> t.from(Messages.TRANSACTIONS).to(AeronSides.OUT)))
                    .output(
                            AeronSides.OUT,
                            AeronSink.of(wires.media(), wires.there(), STREAM, Messages.TRANSACTION)
                                    .unsent(Unsent.WAIT))
                    .inline();
            claims = engine.claims(Messages.TRANSACTIONS);
        }

        @Override
        public void send(long id) {
            claims.claim().id(id).card(1).timeMs(1).amountCents(1).merchant(1);
            claims.commit(null);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private static final class Receiver implements Side {
        private final Inline engine;
        private DutyCycle cycle;

        Receiver(Wires wires, Arrivals arrivals) {
            engine = Engine.of(Millrace.topology(
                            "takes",
                            t -> t.from(Messages.TRANSACTIONS)
                                    .filter(x -> x.id() >= 0)
                                    .to(AeronSides.OUT)))
                    .input(
                            Messages.TRANSACTIONS,
                            AeronSource.of(wires.media(), wires.there(), STREAM, Messages.TRANSACTION))
                    .output(AeronSides.OUT, x -> arrivals.come(x.id()))
                    .inline();
        }

        @Override
        public boolean work() throws Exception {
            if (cycle == null) {
                cycle = DutyCycle.of(engine); // on its own thread
            }
            return cycle.work();
        }

        @Override
        public long taken() {
            return 0;
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
