package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.LookupPort;
import io.millrace.event.Meta;
import io.millrace.event.RefusedException;
import io.millrace.event.Reply;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks what a topology wants to know through one port: takes its requests like any sink, hands them to the user's look-up, and
 * publishes what comes back. A request that cannot be handed over is dropped, never waited for: the topology decides at its
 * deadline without it.
 *
 * <p><b>Threads.</b> The sink's thread takes requests and asks the first time; one for time ends what takes too long and asks
 * again; answers come on any. What belongs to a request is guarded by itself ({@link LookupCall}), replies are encoded and
 * published one at a time under the lock of the encoder.
 */
final class LookupRunner<Q, R> implements EventSink<Q> {
    private final LookupPort<Q, R> port;
    private final AsyncLookup<? super Q, ? extends R> lookup;
    private final Asking how;
    private final ScheduledThreadPoolExecutor timers;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Header header = new Header();
    private EntryEncoder<Reply<R>> encoder;
    private EntryGate gate;
    private volatile String lastFailure;
    private volatile int leftOpen;
    private volatile boolean closed;

    LookupRunner(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup, Asking how) {
        this.port = port;
        this.lookup = lookup;
        this.how = how;
        timers = new ScheduledThreadPoolExecutor(1, work -> {
            Thread t = new Thread(work, "millrace-lookup-" + port.name() + "-time");
            t.setDaemon(true);
            return t;
        });
        timers.setRemoveOnCancelPolicy(true);
    }

    /** Before the start. */
    void publishBy(Core core, EntryGate by) {
        encoder = new EntryEncoder<>(port.replies(), core.source(port.replies()));
        gate = by;
    }

    @Override
    public Delivery delivery() {
        return Delivery.blocking().dropNewest().countFailures();
    }

    // ---- the sink's thread

    @Override
    public void on(Q request, Meta meta) {
        asked.incrementAndGet();
        int now = open.incrementAndGet();
        LookupCall<Q, R> call = new LookupCall<>(this, meta.sequence(), meta.ordinal(), copy(request));
        if (now > how.openAtMost()) {
            call.giveUp("more than " + how.openAtMost() + " requests are open");
        } else if (meta.marked()) {
            call.giveUp("it is marked as not real"); // nobody outside is asked for a warm-up
        } else {
            call.ask();
        }
    }

    /** A flyweight is valid during the call only; the look-up may read it for as long as it likes. */
    private Q copy(Q request) {
        EventType<Q> type = port.requests().type();
        if (type.isValue()) {
            return request;
        }
        byte[] bytes = new byte[type.maxLength()];
        return type.newView().wrap(bytes, 0, type.encode(request, bytes, 0));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        leftOpen = open.get();
        timers.shutdownNow();
        lookup.close();
    }

    // ---- any thread

    AsyncLookup<? super Q, ? extends R> lookup() {
        return lookup;
    }

    Asking how() {
        return how;
    }

    ScheduledThreadPoolExecutor timers() {
        return timers;
    }

    /** Publishes the reply to a request; once for each. */
    void reply(long sequence, int ordinal, R answer, String failure) {
        try {
            if (failure != null) {
                noteFailure(failure);
            }
            if (!closed) {
                publish(sequence, ordinal, failure == null ? Reply.of(answer) : Reply.failed());
            }
        } catch (RefusedException e) {
            noteFailure("its answer does not fit: " + e.getMessage());
            publish(sequence, ordinal, Reply.failed());
        } catch (EngineStoppedException e) {
            assert gate != null; // the engine has gone first; there is nobody to tell
        } finally {
            open.decrementAndGet();
        }
    }

    private void publish(long sequence, int ordinal, Reply<R> reply) {
        synchronized (encoder) {
            int length = encoder.encode(reply, header.clear().cause(sequence, ordinal));
            gate.publish(encoder.bytes(), 0, length);
        }
    }

    private void noteFailure(String why) {
        failed.incrementAndGet();
        lastFailure = why;
    }

    /** What is wrong, in words; null when nothing is. */
    String why() {
        String why = failed.get() == 0
                ? null
                : "lookup " + port.name() + ": " + failed + " of " + asked + " requests failed, the last: "
                        + lastFailure;
        if (leftOpen == 0) {
            return why;
        }
        String left = "lookup " + port.name() + ": " + leftOpen + " requests were open when it closed";
        return why == null ? left : why + "; " + left;
    }
}
