package io.millrace.cli;

import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.metric.Held;
import io.millrace.transport.EventSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A source with a schedule: each event gets the instant at which it was meant to be sent, and is sent then. Without a rate that
 * is the instant of publishing. Stops when told to.
 *
 * @param <V> the event
 */
public final class Feed<V> implements EventSource<V> {
    private static final long SLEEP_NS_MIN = 200_000;

    private final EventSource<V> source;
    private final double nsBetween;
    private final AtomicBoolean stop;
    private final boolean endsOnStop;
    private final Header own = new Header();
    private final Target<V> sending = new Sending();
    private Target<? super V> target;
    private volatile long startNs;
    private volatile long sent;
    private long sentBehindNs;
    private long doneBehindNs;
    private long bytesBefore;
    private volatile long allocatedBytes;

    /** What the source refuses goes on as it is: it has no place in the schedule. */
    private final class Sending implements Target<V> {
        @Override
        public void take(V event, Header header) {
            send(event, header);
        }

        @Override
        public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
            target.refuse(bytes, reason, why);
        }

        @Override
        public boolean isSensitive() {
            return target.isSensitive();
        }
    }

    /**
     * A feed.
     *
     * @param source where the events come from
     * @param rate   events a second; 0 for as fast as it goes
     * @param stop   ends the feed when true
     */
    public Feed(EventSource<V> source, long rate, AtomicBoolean stop) {
        this(source, rate, stop, true);
    }

    /**
     * A feed that is interrupted when it is told to stop, and goes on another time, if so declared.
     *
     * @param source     where the events come from
     * @param rate       events a second; 0 for as fast as it goes
     * @param stop       stops the feed when true
     * @param endsOnStop whether that is the end of its input; else it fails, and says that it was stopped
     */
    public Feed(EventSource<V> source, long rate, AtomicBoolean stop, boolean endsOnStop) {
        this.endsOnStop = endsOnStop;
        this.source = source;
        this.nsBetween = rate == 0 ? 0 : 1e9 / rate;
        this.stop = stop;
    }

    @Override
    public boolean isFinite() {
        return source.isFinite();
    }

    @Override
    public void prepare() throws Exception {
        source.prepare();
    }

    @Override
    public int poll(Target<? super V> to, int most) throws Exception {
        if (stop.get()) {
            return stopped();
        }
        if (startNs == 0) {
            startNs = System.nanoTime();
            bytesBefore = Allocation.bytesOfThisThread();
        }
        target = to;
        try {
            return nsBetween == 0 ? source.poll(sending, most) : pollOnSchedule(most);
        } finally {
            allocatedBytes = Allocation.bytesOfThisThread() - bytesBefore;
        }
    }

    /** Asks for one event at a time, when it is due: one that is in hand would have to be sent, also after a stop. */
    private int pollOnSchedule(int most) throws Exception {
        for (int i = 0; i < most; i++) {
            waitUntil(intendedNs());
            int n = stop.get() ? stopped() : source.poll(sending, 1);
            if (n <= 0) {
                return i > 0 ? i : n;
            }
        }
        return most;
    }

    private int stopped() throws InterruptedIOException {
        if (endsOnStop) {
            return ENDED;
        }
        throw new InterruptedIOException("stopped; it goes on when it is started again");
    }

    private long intendedNs() {
        return startNs + (long) (sent * nsBetween);
    }

    private void send(V event, Header header) {
        Header h = header == null ? own.clear() : header;
        if (nsBetween == 0) {
            h.intendedNs(System.nanoTime());
            target.take(event, h);
        } else {
            long intendedNs = intendedNs();
            h.intendedNs(intendedNs);
            target.take(event, h);
            sentBehindNs = System.nanoTime() - intendedNs;
        }
        sent++;
    }

    private void waitUntil(long ns) {
        long left;
        while ((left = ns - System.nanoTime()) > 0 && !stop.get()) {
            if (left > SLEEP_NS_MIN) {
                LockSupport.parkNanos(left - SLEEP_NS_MIN / 2);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Events sent so far; may be read by any thread.
     *
     * @return how many
     */
    public long sent() {
        return sent;
    }

    /**
     * Bytes that the polling thread has allocated since its first poll; may be asked when that thread has ended.
     *
     * @return as of the last poll
     */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /**
     * Called by who gets what was decided of an event, each time: only then is it done with. By one thread.
     *
     * @param intendedNs of that event; that of a run before, whose decisions come again, does not count
     */
    public void done(long intendedNs) {
        if (nsBetween > 0 && startNs != 0 && intendedNs - startNs >= 0) {
            doneBehindNs = System.nanoTime() - intendedNs;
        }
    }

    /** From when the last event was due until it had been taken, and the last one of which something was decided was {@link #done}. */
    private long behindNs() {
        return Math.max(sentBehindNs, doneBehindNs);
    }

    /**
     * How far it was behind its schedule when all was done. To be asked when the host has ended.
     *
     * @return milliseconds, begun ones included
     */
    public long lagMs() {
        return (behindNs() + 999_999) / 1_000_000;
    }

    /**
     * Whether the schedule was kept, to the end of what came of its events. To be asked when the host has ended.
     *
     * @return false when it was not; always true without a rate
     */
    public boolean held() {
        return Held.at(behindNs());
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
