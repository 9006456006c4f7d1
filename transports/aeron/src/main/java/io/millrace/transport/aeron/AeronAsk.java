package io.millrace.transport.aeron;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.event.ThrownText;
import io.millrace.transport.AskedBy;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Counted;
import io.millrace.transport.EventSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjLongConsumer;
import org.agrona.concurrent.IdleStrategy;

/**
 * Asks a service in another process: a request goes to one stream, and its reply comes by another and is recognised by
 * its correlation id, which an engine's outputs inherit. So the service can be any engine with an {@link AeronSource}
 * and an {@link AeronSink}.
 *
 * <pre>{@code
 * AeronAsk<Device, Reputation> devices = AeronAsk.of(media, requests, 30, DEVICE, replies, 31, REPUTATION);
 * devices.ask(new Device(7), Duration.ofMillis(50));          // from a service of your own
 * Engine.of(TOPOLOGY).lookup(DEVICES, devices)                // or bound to what a topology asks
 * }</pre>
 *
 * <p>Trace context goes to the service with the request and comes back with the reply: that of the event for which a
 * topology asks, or of the given header ({@link #ask(Object, Header, Duration)}). The correlation id at the service is
 * the number of the request, unless {@link #keepsCorrelation}; the caller gets its own back.
 *
 * <p>Any thread may ask. Replies are completed by a thread of this object. Several askers may share both streams: each
 * takes its own replies.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies; a value, such as a record
 */
public final class AeronAsk<Q, R> implements AsyncLookup<Q, R>, Counted, AutoCloseable {
    private static final int BATCH = 64;

    /** No correlation id. */
    private static final long NONE = 0;

    /** How long a request without a deadline waits for room. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final long PAUSE_NS = 100_000;

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final EventType<Q> requests;
    private final boolean hasSensitive;
    private final AeronSink<Q> sink;
    private final byte[] scratch;
    private final AskMeta meta = new AskMeta();
    private final AeronSource<R> source;
    private final Map<Long, Request<R>> open = new ConcurrentHashMap<>();
    private final Thread thread;
    private final Tally late = new Tally();
    private final Tally answered = new Tally();
    private long nextId =
            UUID.randomUUID().getMostSignificantBits() & -1L << 24; // form: random, ids that no other asker has
    private final ReentrantLock sending = new ReentrantLock();
    private volatile boolean keepsCorrelation;
    private volatile boolean closed;
    private volatile Throwable failure;

    /** Whether nobody takes replies any more; under the lock. */
    private boolean over;

    /** A request that waits for its reply, with its number on the wire and the caller's correlation id. */
    private record Request<R>(long id, long correlationId, CompletableFuture<Replied<R>> reply) {}

    /** What travels with a request of some number. */
    private interface Along {
        AskMeta of(AskMeta meta, long id, long nowNs);
    }

    private AeronAsk(EventType<Q> requests, AeronSink<Q> sink, EventType<R> replies, AeronSource<R> source) {
        if (!replies.isValue()) {
            throw new IllegalArgumentException(
                    replies.name() + " is read where it stands, and a reply is kept; use a record");
        }
        this.requests = requests;
        hasSensitive = requests.hasSensitive() || replies.hasSensitive();
        this.sink = sink;
        this.source = source;
        scratch = new byte[requests.maxLength()];
        beginToSend();
        Replies target = new Replies(replies);
        thread = new Thread(() -> poll(target), "millrace-ask-" + requests.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Saves the first caller from waiting for the driver; what is wrong is reported to the callers. */
    private void beginToSend() {
        try {
            sink.begin();
        } catch (IOException e) {
            // whoever asks gets the same words
        }
    }

    /**
     * Creates an asker, and begins to listen for replies.
     *
     * @param media the connection, with threads of its own: not one of {@link Threading#INVOKER}
     * @param requestChannel where requests go
     * @param requestStream the number of the stream in it
     * @param requestType the type of the requests
     * @param replyChannel where replies come from
     * @param replyStream the number of the stream in it
     * @param replyType the type of the replies
     * @param <Q> the type as which requests are given
     * @param <R> the type as which replies are seen
     * @return the asker, to be closed
     */
    public static <Q, R> AeronAsk<Q, R> of(
            AeronMedia media,
            String requestChannel,
            int requestStream,
            EventType<Q> requestType,
            String replyChannel,
            int replyStream,
            EventType<R> replyType) {
        if (media.isOfOneThread()) {
            throw new IllegalArgumentException(
                    "asking " + requestType.name()
                            + " takes replies by a thread of its own, and these media belong to one thread; use another threading(..)");
        }
        AeronSink<Q> sink = AeronSink.of(media, Channels.ofOnePlace(requestChannel), requestStream, requestType);
        AeronSource<R> source = AeronSource.of(media, Channels.ofOnePlace(replyChannel), replyStream, replyType);
        return new AeronAsk<>(requestType, sink, replyType, source);
    }

    /**
     * Sends the caller's correlation id with the request, if it has one, in place of a number of its own, so that the
     * service knows it. Use this only if these ids are unique among all requests that are open on the stream of
     * replies, including those of other askers, which would otherwise take each other's replies. A second request with
     * the same id is refused here while the first is open.
     *
     * @return this, from now on
     */
    public AeronAsk<Q, R> keepsCorrelation() {
        keepsCorrelation = true;
        return this;
    }

    /**
     * Asks without a deadline. A request that is never answered stays open, as the counter {@code open} shows, until
     * the stage is cancelled or this is closed. An engine ends the requests of its port by the port's timeout; other
     * callers should use {@link #ask(Object, Duration)}.
     */
    @Override
    public CompletionStage<R> ask(Q request) throws IOException {
        return plain(send(request, NONE, AskMeta::of, WAIT.toNanos()));
    }

    /** Asks as {@link #ask(Object, AskedBy)} does, for an event without a trace. */
    @Override
    public CompletionStage<R> ask(Q request, long sequence, int ordinal) throws IOException {
        return ask(request, new AskedBy(sequence, ordinal, Header.NO_TIME, NONE, 0, 0, 0, (byte) 0, false));
    }

    /**
     * Asks for a topology. What cannot be sent at once is a failed attempt; how often and when it is tried again is up
     * to the binding of the port. The id travels as the cause of the request
     * ({@link io.millrace.event.Meta#causeSequence}), the same with each attempt and after a crash, so that a service
     * that must not do the same thing twice recognises it, and with it the trace of the event. The correlation id
     * differs each time, unless {@link #keepsCorrelation}.
     */
    @Override
    public CompletionStage<R> ask(Q request, AskedBy by) throws IOException {
        return plain(send(request, by.correlationId(), (m, id, nowNs) -> m.of(by, id, nowNs), 0));
    }

    /**
     * Asks with a deadline, which includes the time that the request waits for room.
     *
     * @param request the request
     * @param within how long to wait for the reply
     * @return completes with the reply, or with a {@link java.util.concurrent.TimeoutException}
     * @throws IOException if it cannot be sent in time, for example because nobody subscribes
     */
    public CompletionStage<R> ask(Q request, Duration within) throws IOException {
        return plain(within(request, NONE, AskMeta::of, within));
    }

    /**
     * Asks with a deadline and a header. The header's event time, trace context, cause and marks go to the service, and
     * the reply tells what came back. {@link Header#causedBy} makes a header from what a receiver got.
     *
     * @param request the request
     * @param along read before this returns; null for none
     * @param within how long to wait for the reply
     * @return completes with the reply, or with a {@link java.util.concurrent.TimeoutException}
     * @throws IOException if it cannot be sent in time, or its correlation id is to be kept and is that of an open
     *     request
     */
    public CompletionStage<Replied<R>> ask(Q request, Header along, Duration within) throws IOException {
        return along == null
                ? within(request, NONE, AskMeta::of, within)
                : within(request, correlationId(along), (m, id, nowNs) -> m.of(along, id, nowNs), within);
    }

    private static long correlationId(Header of) {
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        Entry.begin(entry, 0, EntryKind.EVENT, 0, 0, of);
        return Entry.correlationId(entry, 0);
    }

    private static <R> CompletableFuture<R> plain(CompletableFuture<Replied<R>> reply) {
        return new Plain<>(reply);
    }

    /** The reply alone. If the caller cancels or completes it, it is no longer waited for. */
    private static final class Plain<R> extends CompletableFuture<R> {
        Plain(CompletableFuture<Replied<R>> whole) {
            whole.whenComplete((r, t) -> {
                if (t == null) {
                    complete(r.reply());
                } else {
                    completeExceptionally(t);
                }
            });
            whenComplete((r, t) -> whole.cancel(false)); // nothing, where it is what has completed this
        }
    }

    private CompletableFuture<Replied<R>> within(Q request, long correlationId, Along along, Duration within)
            throws IOException {
        long withinNs = nanos(within);
        long fromNs = WireClock.nanoTime();
        CompletableFuture<Replied<R>> reply = send(request, correlationId, along, withinNs);
        return reply.orTimeout(Math.max(0, withinNs - (WireClock.nanoTime() - fromNs)), TimeUnit.NANOSECONDS);
    }

    private static long nanos(Duration within) {
        return within.compareTo(FOREVER) < 0 ? Math.max(0, within.toNanos()) : FOREVER.toNanos();
    }

    /** A caller that waits for room holds nobody else up: the lock is held for one try at a time. */
    private CompletableFuture<Replied<R>> send(Q request, long correlationId, Along along, long mostNs)
            throws IOException {
        long fromNs = WireClock.nanoTime();
        Request<R> sent = trySend(request, correlationId, along, fromNs, mostNs);
        while (sent == null) {
            LockSupport.parkNanos(this, PAUSE_NS);
            sent = trySend(request, correlationId, along, fromNs, mostNs);
        }
        Request<R> now = sent;
        now.reply.whenComplete((r, t) -> open.remove(now.id, now));
        return now.reply;
    }

    /** Returns the open request, or null if it is to be tried again. */
    private Request<R> trySend(Q request, long correlationId, Along along, long fromNs, long mostNs)
            throws IOException {
        sending.lock();
        try {
            requireOpen();
            int length = requests.encode(request, scratch, 0);
            Request<R> now = new Request<>(number(correlationId), correlationId, new CompletableFuture<>());
            if (!open(now)) { // before it can be answered
                throw new AeronFault(
                        "asking " + requests.name() + ": a request of correlation id " + now.id
                                + " is open, and this one is to keep it; leave out keepsCorrelation(), or ask when that is answered");
            }
            boolean isSent = false;
            try {
                long nowNs = WireClock.nanoTime();
                isSent = sink.trySend(scratch, 0, length, along.of(meta, now.id, nowNs));
                boolean isOver =
                        nowNs - fromNs >= mostNs || Thread.currentThread().isInterrupted();
                if (!isSent && (isOver || sink.isHopeless())) {
                    sink.giveUp(false);
                }
            } finally {
                if (!isSent) {
                    open.remove(now.id, now);
                }
            }
            return isSent ? now : null;
        } finally {
            sending.unlock();
        }
    }

    /** A request that is over may stay a moment longer: a caller that learns of it first may ask again. */
    private boolean open(Request<R> now) {
        Request<R> before = open.putIfAbsent(now.id, now);
        return before == null || before.reply.isDone() && open.replace(now.id, before, now);
    }

    private long number(long correlationId) {
        if (keepsCorrelation && correlationId != NONE) {
            return correlationId;
        }
        do {
            nextId++;
        } while (nextId == NONE);
        return nextId;
    }

    private void requireOpen() throws IOException {
        if (closed || over) {
            throw ended();
        }
    }

    private IOException ended() {
        Throwable why = failure;
        String told = why == null ? "" : ": " + ThrownText.of(why, hasSensitive);
        return new AeronFault("asking " + requests.name() + " has ended" + told, why);
    }

    // ---- the thread that takes replies

    private void poll(Replies target) {
        IdleStrategy idle = AeronMedia.backOff();
        try (source) {
            while (!closed) {
                idle.idle(source.poll(target, BATCH));
            }
        } catch (Throwable t) {
            failure = t;
        }
        sending.lock();
        over = true; // whoever asks now is told so
        sending.unlock();
        open.values().forEach(r -> r.reply.completeExceptionally(ended()));
    }

    /** Takes replies by their number. */
    private final class Replies implements EventSource.Target<R> {
        private final EventType<R> type;
        private final EventView<R> view;
        private final byte[] bytes;
        private final byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];

        Replies(EventType<R> type) {
            this.type = type;
            view = type.newView();
            bytes = new byte[type.maxLength()];
        }

        @Override
        public void take(R event, Header header) {
            throw new UnsupportedOperationException("replies come as bytes");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            Entry.begin(entry, 0, EntryKind.EVENT, 0, 0, header);
            Request<R> request = open.remove(Entry.correlationId(entry, 0));
            if (request == null) {
                late.increment(); // too late, or another asker's
                return true;
            }
            int length = event.length();
            String wrong = length > bytes.length ? length + " bytes" : null;
            if (wrong == null) {
                event.copyTo(bytes, 0, length);
                wrong = type.check(bytes, 0, length);
            }
            if (wrong == null) {
                answered.increment();
                request.reply.complete(replied(request, view.wrap(bytes, 0, length)));
            } else {
                request.reply.completeExceptionally(new AeronFault("the reply is no " + type.name() + ": " + wrong));
            }
            return true;
        }

        private Replied<R> replied(Request<R> to, R reply) {
            return new Replied<>(
                    reply,
                    to.correlationId,
                    Entry.causeSequence(entry, 0),
                    Entry.causeOrdinal(entry, 0),
                    Entry.traceHigh(entry, 0),
                    Entry.traceLow(entry, 0),
                    Entry.spanId(entry, 0),
                    Entry.traceFlags(entry, 0));
        }

        @Override
        public void refuse(EventSource.Encoded wrong, Reason reason, String why) {
            late.increment(); // it has no number that could be trusted
        }
    }

    // ---- any thread

    /**
     * Returns what is wrong now.
     *
     * @return in words; null if all is well
     */
    public String trouble() {
        String sends = sink.trouble(); // who asked in vain was told so
        return failure != null ? failure.toString() : sends == null ? source.trouble() : sends;
    }

    @Override
    public void counters(ObjLongConsumer<String> to) {
        to.accept("open", open.size());
        to.accept("answered", answered.get());
        to.accept("late", late.get());
        sink.counters(to);
    }

    /** Closes it; open requests fail. */
    @Override
    public void close() throws IOException {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        sending.lock();
        try {
            sink.close();
        } finally {
            sending.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
