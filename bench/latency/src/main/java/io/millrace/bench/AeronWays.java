package io.millrace.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.millrace.bench.AeronSides.BareCount;
import io.millrace.bench.AeronSides.BareEcho;
import io.millrace.bench.AeronSides.Running;
import io.millrace.bench.AeronSides.Who;
import io.millrace.bench.AeronSides.Wires;
import java.nio.ByteOrder;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * There and back, and there, for one side: bare or ours. Open over all rounds, so that no round measures a start: an engine that is made anew
 * is compiled anew, and a publication that is made anew fills memory that nobody has touched.
 */
final class AeronWays implements AutoCloseable {
    /** Frames, and what the thread that took them has allocated for each over the second half. */
    record Flood(double perSecond, double bytes) {}

    private static final long HIGHEST_NS = 10_000_000_000L;

    /** Frames on their way there and back: no more than there is room for by far, so that who sends them back never waits. */
    private static final int UNDERWAY_MOST = 4_096;

    private final Wires wires;
    private final UnsafeBuffer frame;
    private final Running echo;
    private final ExclusivePublication asks;
    private final Subscription answers;
    private final Running counts;
    private final ExclusivePublication sends;
    private final FragmentHandler takes = (b, offset, length, h) -> take(b, offset, length);

    private long asked;
    private long answered;
    private long sent;

    /** Each side has streams of its own. */
    AeronWays(Wires wires, UnsafeBuffer frame, Who who) {
        this.wires = wires;
        this.frame = frame;
        boolean isBare = who == Who.BARE;
        answers = wires.aeron().addSubscription(wires.back(), isBare ? 2 : 4);
        echo = new Running(isBare ? new BareEcho(wires) : AeronHost.echo(wires, who, 3, 4));
        asks = connected(isBare ? 1 : 3, echo);
        counts = new Running(isBare ? new BareCount(wires) : AeronHost.count(wires, who, 6));
        sends = connected(isBare ? 5 : 6, counts);
    }

    /** Whoever hears it rests from then on. */
    private ExclusivePublication connected(int stream, Running to) {
        ExclusivePublication out = wires.aeron().addExclusivePublication(wires.there(), stream);
        while (!out.isConnected()) {
            wires.pause(to);
        }
        to.rest();
        return out;
    }

    private void take(DirectBuffer from, int offset, int length) {
        if (length == frame.capacity()) { // and not what a sink says of its layout
            answered = from.getLong(offset + length - AeronSides.idFromEnd(), ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** One after another, for so long. */
    Histogram ping(long forNs) {
        Histogram trip = new Histogram(HIGHEST_NS, 3);
        echo.go();
        long beginNs = System.nanoTime();
        long fromNs = beginNs;
        while (fromNs - beginNs < forNs) {
            AeronSides.number(frame, ++asked);
            fromNs = System.nanoTime();
            while (asks.offer(frame, 0, frame.capacity()) < 0) {
                wires.pause(echo);
            }
            while (answered != asked) {
                if (answers.poll(takes, AeronSides.FRAGMENTS) == 0) {
                    wires.pause(echo);
                }
            }
            trip.recordValue(Math.min(System.nanoTime() - fromNs, HIGHEST_NS));
        }
        echo.rest();
        return trip;
    }

    /** As fast as they come back, for so long; frames a second. */
    double relay(long forNs) {
        long first = answered;
        echo.go();
        long fromNs = System.nanoTime();
        long ns = 0;
        while (ns < forNs || answered < asked) {
            boolean busy = false;
            for (int i = 0; i < AeronSides.FRAGMENTS && ns < forNs && tryAsk(); i++) {
                busy = true;
            }
            busy |= answers.poll(takes, AeronSides.FRAGMENTS) > 0;
            wires.driver().run();
            if (!busy) {
                wires.pause(echo);
            }
            ns = System.nanoTime() - fromNs;
        }
        echo.rest();
        return (answered - first) * 1e9 / ns;
    }

    private boolean tryAsk() {
        if (asked - answered >= UNDERWAY_MOST) {
            return false;
        }
        AeronSides.number(frame, asked + 1);
        boolean isSent = asks.offer(frame, 0, frame.capacity()) > 0;
        asked += isSent ? 1 : 0;
        return isSent;
    }

    /** As fast as they are taken, for so long. */
    Flood flood(long forNs) {
        long first = sent;
        long half = sent; // where a stall takes the second half, the bytes are of all of them
        long before = counts.allocated();
        boolean isSecondHalf = false;
        counts.go();
        long fromNs = System.nanoTime();
        for (long ns = 0; ns < forNs; ns = System.nanoTime() - fromNs) {
            if (!isSecondHalf && ns >= forNs / 2) {
                isSecondHalf = true;
                half = sent;
                before = counts.allocated();
            }
            for (int i = 0; i < AeronSides.FRAGMENTS; i++) {
                send();
            }
            wires.driver().run();
        }
        while (counts.side.taken() < sent) {
            wires.pause(counts);
        }
        long ns = System.nanoTime() - fromNs;
        double bytes = (double) (counts.allocated() - before) / (sent - half);
        counts.rest();
        return new Flood((sent - first) * 1e9 / ns, bytes);
    }

    private void send() {
        AeronSides.number(frame, ++sent);
        while (sends.offer(frame, 0, frame.capacity()) < 0) {
            wires.pause(counts);
        }
    }

    @Override
    public void close() {
        try {
            echo.stop();
            counts.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        asks.close();
        sends.close();
        answers.close();
    }
}
