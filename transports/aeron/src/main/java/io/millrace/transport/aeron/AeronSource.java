package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.millrace.event.EventType;
import io.millrace.transport.Counted;
import io.millrace.transport.EventSource;
import io.millrace.transport.Lost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ObjLongConsumer;

/**
 * Brings what others publish to one stream of a channel: IPC, UDP to one receiver, multicast, from a sender that knows
 * its receivers (MDC), or from several of these ({@link #destinations}). Events from an {@link AeronSink} bring their
 * header: event time, intended time, correlation id, trace context, marks; their cause is the output that they were.
 *
 * <p><b>No loss.</b> If the engine has no room, an event stays in Aeron's buffers, which hold its sender back, and is
 * offered again at the next poll.
 *
 * <p><b>No duplicates.</b> What a sender with a journal sends again after a kill is taken once, and after everything
 * that is left of what it had sent before. With {@link #marks} this also holds across a restart of this process.
 *
 * <p><b>Foreign data.</b> What is no event of the type becomes a dead letter with its bytes. Records are read only if
 * their layout is that of the sender; SBE messages by SBE's rules for versions.
 *
 * <p>Polled by one thread. Use one for each input; it is closed by the engine to which it is bound.
 *
 * @param <V> the type of the events
 */
public final class AeronSource<V> implements EventSource<V>, Counted {
    private static final long NONE = Long.MIN_VALUE;

    private final AeronMedia media;
    private final String channel;
    private final int stream;
    private final EventType<V> type;
    private final SourceSettings settings;
    private final boolean bare;
    private final boolean finite;

    /** Sessions that are gone, reported by the client's thread; this thread frees their buffers. */
    private final ConcurrentLinkedQueue<Integer> gone = new ConcurrentLinkedQueue<>();

    /** Opened at the start, or with the first poll; null if nothing is marked. */
    private Marks marks;

    private final HeardAt heardAt;
    private final SourceCounts counts = new SourceCounts();
    private final Received<V> received;

    private Aeron client;
    private Aeron asked; // of the command in hand
    private long command = NONE;
    private boolean wasSubscribed;
    private boolean hasTried;
    final Pause pause = new Pause(Pause.SUBSCRIPTION_MOST_NS);
    private volatile Subscription subscription;
    private volatile boolean closed;

    private AeronSource(AeronMedia media, String channel, int stream, EventType<V> type, SourceSettings settings) {
        this.media = Objects.requireNonNull(media, "media");
        this.channel = channel;
        this.stream = stream;
        this.type = Objects.requireNonNull(type, "type");
        this.settings = settings;
        bare = settings.bare();
        finite = settings.finite();
        heardAt = new HeardAt(media, settings.destinations(), where());
        received = new Received<>(type, bare, finite, counts, where());
    }

    /**
     * Creates a source of one stream.
     *
     * @param media the connection
     * @param channel in Aeron's notation, for example {@code aeron:ipc} or {@code aeron:udp?endpoint=0.0.0.0:4040}
     * @param stream the number of the stream in it
     * @param type that of the input
     * @param <V> the type of the events
     * @return a source that subscribes when it is polled
     * @throws IllegalArgumentException if the channel is wrong; the message names the part
     */
    public static <V> AeronSource<V> of(AeronMedia media, String channel, int stream, EventType<V> type) {
        return new AeronSource<>(media, Channels.checked(channel), stream, type, SourceSettings.UNSET);
    }

    /**
     * Takes messages that contain only the bytes of an event, as other programs send them, for example SBE messages
     * with their standard header.
     *
     * @return a changed copy
     */
    public AeronSource<V> bare() {
        if (finite) {
            throw new IllegalStateException(
                    "bare messages do not say that they are the last; leave out endsWithSender()");
        }
        return with(settings.isBare());
    }

    /**
     * Ends when a sender declares that it has ended ({@link AeronSink#endsWithClose}). The source is then historic,
     * unless its input is declared otherwise. The end takes effect after everything of other senders that is there to
     * be read when it comes, including what a killed one has left; what they send later is not read.
     *
     * @return a changed copy
     */
    public AeronSource<V> endsWithSender() {
        if (bare) {
            throw new IllegalStateException("bare messages do not say that they are the last; leave out bare()");
        }
        return with(settings.isFinite());
    }

    /**
     * Records in a file which messages have been taken, so that a process that starts again takes none twice: to a new
     * subscriber Aeron may deliver again what was read before. The mark is written before the engine has processed the
     * event. Events that were taken, and not put out when the process died (with a journal: not yet written to it), are
     * lost; their number is the counter {@code taken before} less what was put out (with a journal: less
     * {@code Recovered.events}).
     *
     * @param file created if missing; for this source only. A file that another source uses, in whatever process, or
     *     that has another layout, is refused at the start
     * @return a changed copy
     */
    public AeronSource<V> marks(Path file) {
        if (bare) {
            throw new IllegalStateException("bare messages have no numbers that could be marked; leave out bare()");
        }
        return with(settings.marks(Objects.requireNonNull(file, "file")));
    }

    /**
     * Listens at each of several destinations as one stream, whose channel has {@code control-mode=manual}. A sender
     * that is heard at two of them, for example on two networks, is one sender, and each of its messages comes once. A
     * destination that the driver refuses now (a port in use, a name that cannot be resolved yet) is tried again, and
     * reported by {@link #trouble}; the others are heard meanwhile.
     *
     * @param all in Aeron's notation, for example {@code aeron:udp?endpoint=0.0.0.0:4040},
     *     {@code aeron:udp?control=feed:4050|control-mode=dynamic} or {@code aeron:ipc}; at least one
     * @return a changed copy
     * @throws IllegalArgumentException if one is wrong; the message names it and the problem
     */
    public AeronSource<V> destinations(String... all) {
        return with(settings.destinations(Channels.heardAt(channel, all)));
    }

    private AeronSource<V> with(SourceSettings changed) {
        return new AeronSource<>(media, channel, stream, type, changed);
    }

    @Override
    public boolean isFinite() {
        return finite;
    }

    @Override
    public boolean beginsAnew() {
        return false; // what was sent is gone
    }

    /**
     * Refuses a channel that waits for destinations if none are named, and a file of marks that is another source's or
     * none.
     *
     * @throws IOException if it is refused
     */
    @Override
    public void prepare() throws IOException {
        Channels.requireDestinations(channel, settings.destinations(), where());
        if (settings.marks() != null && marks == null && !closed) {
            marks = Marks.open(settings.marks());
            received.marked(marks);
            counts.takenBefore.add(marks.taken());
        }
    }

    // ---- the polling thread

    @Override
    public int poll(Target<? super V> to, int most) throws Exception {
        media.help();
        if (received.hasEnded()) {
            return ENDED;
        }
        if (!isSubscribed()) {
            return 0;
        }
        heardAt.look();
        freeBuffers();
        return received.poll(subscription, to, most);
    }

    private boolean isSubscribed() throws IOException {
        Aeron now = media.client();
        if (now == null || closed) {
            return false;
        }
        return now == client && !subscription.isClosed() || subscribe(now);
    }

    /** Asks the driver, and checks whether it has answered: it may be paused, and nothing waits here. */
    private boolean subscribe(Aeron now) throws IOException {
        long nowNs = WireClock.nanoTime();
        if (asked != now) {
            asked = now;
            command = NONE; // it has gone with its client
            pause.ofAnother();
        }
        if (command == NONE) {
            return ask(now, nowNs);
        }
        Subscription answered;
        try {
            if (now.isCommandActive(command)) {
                if (received.trouble() == null && nowNs - pause.fromNs() > HeardAt.ANSWER_NS) {
                    received.trouble(where() + AeronErrors.UNANSWERED);
                }
                return false;
            }
            answered = now.getSubscription(command); // throws what the driver has said
        } catch (RuntimeException e) {
            command = NONE;
            return refused(e);
        }
        command = NONE;
        if (answered == null) {
            return false;
        }
        subscription = answered;
        client = now;
        wasSubscribed = true;
        pause.granted();
        received.trouble(null);
        heardAt.begin(now, subscription);
        return true;
    }

    private boolean ask(Aeron now, long nowNs) throws IOException {
        if (!pause.isOver(nowNs)) {
            return false;
        }
        if (!hasTried) {
            prepare();
            hasTried = true;
            media.use();
        }
        pause.asked(nowNs);
        received.clear();
        try {
            command = now.asyncAddSubscription(channel, stream, this::found, this::lost);
        } catch (RuntimeException e) {
            return refused(e);
        }
        return subscribe(now);
    }

    private boolean refused(RuntimeException e) throws AeronFault {
        if (AeronErrors.isOfEndingClient(e)) {
            return false; // there will be another
        }
        String why = where() + AeronErrors.text(e);
        pause.refused(e, WireClock.nanoTime());
        if (!wasSubscribed && AeronErrors.isFinal(e)) {
            throw new AeronFault(why, e); // it will not be better later
        }
        media.kept().add(e, why);
        received.trouble(why);
        return false;
    }

    private void freeBuffers() {
        if (!gone.isEmpty()) {
            for (Integer session = gone.poll(); session != null; session = gone.poll()) {
                received.end(session, subscription);
            }
        }
    }

    // ---- the client's thread

    private void found(Image image) {
        synchronized (gone) { // the thread of a client that ends may still be at it
            counts.sendersFound.increment();
        }
    }

    private void lost(Image image) {
        synchronized (gone) {
            counts.sendersLost.increment();
        }
        gone.add(image.sessionId());
    }

    // ---- any thread

    private String where() {
        return "stream " + stream + " of " + channel + ": ";
    }

    /**
     * Returns how many senders it hears now.
     *
     * @return 0 if there is none, or no driver
     */
    public int senders() {
        Subscription from = subscription;
        return from == null || from.isClosed() ? 0 : from.imageCount();
    }

    boolean isListening() {
        return subscription != null;
    }

    @Override
    public String trouble() {
        String of = media.trouble();
        return of == null ? heardAt.with(received.trouble()) : where() + of;
    }

    @Override
    public Lost lost() {
        long gone = counts.missed.get();
        return gone == 0 ? Lost.NOTHING : new Lost(gone, where() + gone + " messages missed");
    }

    @Override
    public void counters(ObjLongConsumer<String> to) {
        counts.tell(to, senders());
    }

    /** Unsubscribes. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (subscription != null && !media.isClosed()) {
            subscription.close();
        }
        if (command != NONE && !media.isClosed()) {
            asked.asyncRemoveSubscription(command);
        }
        if (hasTried) {
            media.leave();
        }
        if (marks != null) {
            marks.close();
        }
    }

    @Override
    public String toString() {
        return "stream " + stream + " of " + channel;
    }
}
