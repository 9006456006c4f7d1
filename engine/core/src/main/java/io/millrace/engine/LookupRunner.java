package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.LookupPort;
import io.millrace.event.Meta;
import io.millrace.event.RefusedException;
import io.millrace.event.Reply;
import io.millrace.event.ThrownText;
import io.millrace.runtime.EntryEncoder;
import io.millrace.transport.AskedBy;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Asks what a topology wants to know through one port: takes its requests like any sink, hands them to the user's look-up, and
 * publishes what comes back. A request that cannot be handed over is dropped, never waited for: the topology decides at its
 * deadline without it.
 *
 * <p><b>Threads.</b> The sink's thread takes requests and asks the first time; one for time ends what takes too long and asks
 * again; answers come on any. What belongs to a request is guarded by itself ({@link LookupCall}), replies are encoded one at a time
 * under the lock of the encoder, and published outside it, by whoever answers. One whom the host may wait for (a receiver, the owner,
 * a blocking sink) must not wait for room, and leaves that to the thread for time.
 */
final class LookupRunner<Q, R> implements EventSink<Q> {
    private static final String NOT_REAL =
            "the event is marked as not real (a rehearsal), and such requests are not sent";

    private final LookupPort<Q, R> port;
    private final AsyncLookup<? super Q, ? extends R> lookup;
    private final Asking how;
    private final boolean sensitive;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Header header = new Header();

    /** Of the time before this host, where there is a journal. */
    private final OpenRequests<Q> before;

    private EntryEncoder<Reply<R>> encoder;
    private EntryGate gate;

    /** Set before anything is asked. */
    private boolean isUntimed;

    private BooleanSupplier mustNotWait;
    private ScheduledThreadPoolExecutor timers;
    private volatile String lastFailure;
    private volatile boolean closed;

    /** Replies come in by the input of that index. Sensitive where any event of the host is. */
    LookupRunner(
            LookupPort<Q, R> port,
            AsyncLookup<? super Q, ? extends R> lookup,
            Asking how,
            int source,
            boolean sensitive) {
        before = new OpenRequests<>(port, source, how.openAtMost() + OpenRequests.WAITING);
        this.port = port;
        this.lookup = lookup;
        this.how = how;
        this.sensitive = sensitive;
    }

    LookupPort<Q, R> port() {
        return port;
    }

    OpenRequests<Q> before() {
        return before;
    }

    /** What entries cause that the journal has at the start is not asked: it is looked for replies first. */
    Handover resumed(Handover asks, long firstLive) {
        return flow -> {
            if (flow.sequence() < firstLive) {
                before.ask(flow);
            } else {
                asks.accept(flow);
            }
        };
    }

    /**
     * Asks once more what had been asked, or was to be, when the process before ended; on the thread for time, since only that may wait
     * for room when nobody publishes yet. Of more than may be open the oldest fail, as they would have then.
     */
    void askAgain() {
        int tooMany = before.count() - how.openAtMost();
        for (OpenRequests.Request r : before.take()) {
            boolean isOneTooMany = tooMany-- > 0;
            asked.incrementAndGet();
            open.incrementAndGet();
            try {
                timers.execute(() -> askAgain(r, isOneTooMany));
            } catch (RejectedExecutionException e) {
                assert closed; // it stays open
            }
        }
    }

    private void askAgain(OpenRequests.Request r, boolean isOneTooMany) {
        if (isOneTooMany) {
            reply(r.by(), null, tooMany());
        } else if (r.marked()) {
            reply(r.by(), null, NOT_REAL);
        } else {
            call(r.by(), before.request(r));
        }
    }

    private String tooMany() {
        return "more than " + how.openAtMost() + " requests are open";
    }

    /** Before the sinks start: where replies go, and whether the calling thread is one that makes room there. */
    void start(EngineThreads threads, Host host, BooleanSupplier makesRoom, EntryGate by) {
        encoder = new EntryEncoder<>(port.replies(), host.core().source(port.replies()));
        mustNotWait = () -> makesRoom.getAsBoolean() || host.sinks().isWaitedFor();
        gate = by;
        Waiting sleeps = Housekeeping.waiting(how.timeout());
        timers = new ScheduledThreadPoolExecutor(
                1,
                work -> threads.make(
                        ThreadPlacement.Role.HOUSEKEEPING, port.name(), "-lookup-" + port.name(), sleeps, work));
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartCoreThread(); // on the thread that sets up, and told with the others
    }

    @Override
    public void untimed() {
        isUntimed = true;
    }

    @Override
    public Delivery delivery() {
        return Delivery.blocking().dropNewest().countFailures();
    }

    // ---- the sink's thread

    @Override
    public void on(Q request, Meta meta) {
        if (timers == null) {
            return; // a replay, where the replies are in the log
        }
        asked.incrementAndGet();
        int now = open.incrementAndGet();
        if (now > how.openAtMost()) {
            giveUp(meta, tooMany());
        } else if (meta.marked()) {
            giveUp(meta, NOT_REAL); // nobody outside is asked for a warm-up
        } else {
            ask(request, meta);
        }
    }

    private void ask(Q request, Meta meta) {
        Q own;
        try {
            own = copy(request);
        } catch (Throwable t) {
            giveUp(meta, "it cannot be copied: " + told(t));
            throw t;
        }
        call(AskedBy.of(meta), own);
    }

    private void call(AskedBy by, Q request) {
        new LookupCall<>(this, isUntimed ? by.untimed() : by, request).ask();
    }

    private void giveUp(Meta meta, String why) {
        reply(AskedBy.of(meta), null, why);
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
        if (timers != null) {
            timers.shutdownNow();
        }
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

    /**
     * Publishes the reply to a request; once for each. Throws nothing: whoever answers could do nothing about it, and a future
     * would keep it to itself. What has no reply when the engine has gone stays open.
     */
    void reply(AskedBy to, R answer, String failure) {
        if (closed) {
            return;
        }
        String why = failure;
        byte[] entry = null;
        try {
            entry = why == null ? encoded(to, Reply.of(answer)) : null;
        } catch (RefusedException e) {
            why = "its answer is not valid: " + e.getMessage();
        } catch (Throwable t) {
            why = "its answer cannot be encoded: " + told(t);
        }
        if (why != null) {
            noteFailure(why);
            entry = encoded(to, Reply.failed());
        }
        publish(entry, why != null);
    }

    /** What comes of a reply by itself, when it is late say, belongs to the trace of the event that asked. */
    private byte[] encoded(AskedBy to, Reply<R> reply) {
        synchronized (encoder) {
            header.clear().cause(to.sequence(), to.ordinal());
            if (to.correlationId() != 0) {
                header.correlationId(to.correlationId());
            }
            if (to.hasTrace()) {
                header.trace(to.traceHigh(), to.traceLow(), to.spanId(), to.traceFlags());
            }
            int length = encoder.encode(reply, header);
            return Arrays.copyOf(encoder.bytes(), length); // the lock is not held while there is no room
        }
    }

    private void publish(byte[] entry, boolean hasFailed) {
        if (!mustNotWait.getAsBoolean()) {
            publishNow(entry, hasFailed);
            return;
        }
        try {
            timers.execute(() -> publishNow(entry, hasFailed));
        } catch (RejectedExecutionException e) {
            assert closed; // it stays open
        }
    }

    private void publishNow(byte[] entry, boolean hasFailed) {
        try {
            gate.publish(entry, 0, entry.length);
        } catch (EngineStoppedException e) {
            return; // the engine has gone first; it stays open
        } catch (Throwable t) {
            if (!hasFailed) {
                noteFailure("its reply cannot be published: " + told(t));
            }
        }
        open.decrementAndGet();
    }

    /** What was thrown by whoever has seen a request or an answer; health tells it, and that is logged. */
    String told(Throwable t) {
        return ThrownText.of(t, sensitive);
    }

    private void noteFailure(String why) {
        failed.incrementAndGet();
        lastFailure = why;
    }

    /** How many requests have. */
    long failed() {
        return failed.get();
    }

    /** What is wrong, in words; null when nothing is. */
    String why() {
        String why = failed.get() == 0
                ? null
                : "lookup " + port.name() + ": " + failed + " of " + asked + " requests failed, the last: "
                        + lastFailure;
        int leftOpen = closed ? open.get() : 0;
        if (leftOpen == 0) {
            return why;
        }
        String left = "lookup " + port.name() + ": " + leftOpen + " requests were open when it closed";
        return why == null ? left : why + "; " + left;
    }
}
