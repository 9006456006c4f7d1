package io.millrace.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.millrace.bench.AeronSides.Running;
import io.millrace.bench.AeronSides.Side;
import io.millrace.bench.AeronSides.Who;
import io.millrace.bench.AeronSides.Wires;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.engine.Claims;
import io.millrace.metric.Held;
import java.nio.ByteOrder;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One way: events that are due at a fixed rate go from one thread to another, by offer and poll, and from an engine with a sink to one
 * with a source and a filter, both inline or both live. Both ends share the clock; a latency counts from when its event was due to be sent. A
 * driver without threads of its own is run by one that does nothing else: a sink that waits for room is within the thread that measures, which
 * then could not run it.
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

        /** What threads of its own have allocated. */
        default long allocated() {
            return 0;
        }

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
    static Round run(Wires wires, UnsafeBuffer frame, Who who, int events, long everyNs) throws Exception {
        boolean isBare = who == Who.BARE;
        Arrivals arrivals = new Arrivals(everyNs);
        Running receiver = new Running(
                isBare ? new BareReceiver(wires, arrivals) : AeronHost.tell(wires, who, STREAM, arrivals::come));
        double bytes;
        boolean held;
        try (Sender sender = isBare ? new BareSender(wires, frame, receiver) : new SinkSender(wires, who)) {
            sender.send(0);
            await(wires, receiver, arrivals, 1);
            arrivals.fromNs = System.nanoTime() + 1_000_000;
            int half = events / 2;
            send(wires, sender, arrivals, 1, half);
            await(wires, receiver, arrivals, 1L + half);
            held = arrivals.isHeld(half);
            long before = allocated(sender, receiver);
            arrivals.fromNs = System.nanoTime() + 1_000_000 - half * everyNs;
            send(wires, sender, arrivals, half + 1, events);
            await(wires, receiver, arrivals, 1L + events);
            held &= arrivals.isHeld(events);
            bytes = (double) (allocated(sender, receiver) - before) / (events - half);
        } finally {
            receiver.stop();
        }
        return new Round(arrivals.latencyNs, bytes, held);
    }

    private static long allocated(Sender sender, Running receiver) {
        return AeronSides.allocated() + sender.allocated() + receiver.allocated();
    }

    private static void send(Wires wires, Sender sender, Arrivals arrivals, long from, long to) throws Exception {
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
        private final AeronHost engine;
        private final Claims<TransactionEncoder> claims;

        SinkSender(Wires wires, Who who) {
            engine = AeronHost.sender(wires, who, STREAM);
            claims = engine.claims();
        }

        @Override
        public void send(long id) {
            claims.claim().id(id).card(1).timeMs(1).amountCents(1).merchant(1);
            claims.commit(null);
        }

        @Override
        public long allocated() {
            return engine.allocated();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
