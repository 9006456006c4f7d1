package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.Counted;
import io.millrace.transport.EventSource;
import io.millrace.transport.Lost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ObjLongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * Brings what others publish to one stream of a channel: IPC, UDP to one receiver, multicast, from a sender that knows its
 * receivers (MDC), or from several of these ({@link #destinations}). What an {@link AeronSink} sends carries its header along: event time, intended time, correlation id, trace context, marks; its
 * cause is the output that it was.
 *
 * <p>Nothing is lost where the engine has no room: the event stays in Aeron's buffers, which hold its sender back, and is offered
 * again at the next poll. What a sender with a journal sends once more, behind a kill, is taken once, and behind all that is left of what
 * it had sent before; over a restart of this process, too, where it has {@link #marks}. What is no event of the type becomes a dead letter with its bytes. Records are read only where their
 * layout is that of the sender; SBE messages by SBE's rules for versions.
 *
 * <p>Polled by one thread. One for each input; closed by the engine it is bound to.
 *
 * @param <V> the event
 */
public final class AeronSource<V> implements EventSource<V>, Counted {
    private static final long NONE = Long.MIN_VALUE;
    private static final int SENDERS_MAX = 1024;
    private static final String CHANGES = "a retraction or a replacement, which an input cannot take; send inserts";

    private final AeronMedia media;
    private final String channel;
    private final int stream;
    private final EventType<V> type;
    private final SourceSettings settings;
    private final boolean bare;
    private final boolean finite;
    private final long contract;

    private final Fragment fragment = new Fragment();
    private final Header header = new Header();
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this::onMessage);
    private final Long2LongHashMap numbers = new Long2LongHashMap(NONE);

    /** The sender heard last, and its number; in the map when another one comes. */
    private long lastSender;

    private long lastNumber;

    /** Sessions that have gone, told by the client's thread, whose buffers this one frees. */
    private final ConcurrentLinkedQueue<Integer> gone = new ConcurrentLinkedQueue<>();

    /** Opened at the start, or with the first poll; null where nothing is marked. */
    private Marks marks;

    /** In the file of marks, where there is one. */
    private LogMarks logs = new LogMarks(ByteBuffer.allocate(LogMarks.BYTES));

    private final HeardAt heardAt;
    private final OtherLayouts others;
    private final Turns turns = new Turns();
    private final EndTurn endTurn = new EndTurn();

    private Aeron client;
    private Aeron asked; // of the command in hand
    private long command = NONE;
    private boolean wasSubscribed;
    private boolean hasTried;
    final Pause pause = new Pause(Pause.SUBSCRIPTION_MOST_NS);
    private volatile Subscription subscription;
    private Target<? super V> target;

    /** Which the message in hand is of. */
    private int session;

    /** Which that was read from; null where that is not known. */
    private Object image;

    private int taken;
    private int eventsTaken;
    private Throwable failure;
    private boolean ended;
    private long toEpochNs;

    private final SourceCounts counts = new SourceCounts();
    private volatile String trouble;
    private volatile boolean closed;

    private AeronSource(AeronMedia media, String channel, int stream, EventType<V> type, SourceSettings settings) {
        this.media = Objects.requireNonNull(media, "media");
        this.channel = channel;
        this.stream = stream;
        this.type = Objects.requireNonNull(type, "type");
        this.settings = settings;
        bare = settings.bare();
        finite = settings.finite();
        contract = Wire.contract(type.fingerprint());
        others = new OtherLayouts(type, where());
        heardAt = new HeardAt(media, settings.destinations(), where());
    }

    /**
     * A source of one stream.
     *
     * @param media   the connection
     * @param channel as Aeron writes it, such as {@code aeron:ipc} or {@code aeron:udp?endpoint=0.0.0.0:4040}
     * @param stream  the number of the stream in it
     * @param type    of the events, that of the input
     * @param <V>     the event
     * @return subscribes when it is polled
     * @throws IllegalArgumentException naming the part of the channel that is wrong
     */
    public static <V> AeronSource<V> of(AeronMedia media, String channel, int stream, EventType<V> type) {
        return new AeronSource<>(media, Channels.checked(channel), stream, type, SourceSettings.UNSET);
    }

    /**
     * Takes messages that are nothing but the bytes of an event, as other programs send them: SBE messages with their standard
     * header, say.
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
     * Ends when a sender says that it has ended ({@link AeronSink#endsWithClose}). Then it is historic, unless its input says
     * otherwise. An end is heard behind all that is there to be read of other senders when it comes, what a killed one has left
     * included; what they send later is not read any more.
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
     * Keeps in a file which messages have been taken, so that a process that begins again takes none twice: Aeron may give once
     * more to who subscribes anew what was read before. It is written before the engine has processed the event: what it had taken
     * and not put out when it died, or with a journal not written there yet, is lost, and is what {@code taken before} counts beyond that.
     *
     * @param file made where it is not there; of this source only: one that another source works with, in whatever process, is refused at the start,
     *     as is one of another layout
     * @return a changed copy
     */
    public AeronSource<V> marks(Path file) {
        if (bare) {
            throw new IllegalStateException("bare messages have no numbers that could be marked; leave out bare()");
        }
        return with(settings.marks(Objects.requireNonNull(file, "file")));
    }

    /**
     * Listens at each of several places as one stream, whose channel has {@code control-mode=manual}. A
     * sender that is heard at two of them, on two networks say, is one sender, and each of its messages comes once. One that the driver refuses
     * now (a port in use, a name that nobody knows yet) is tried again, and told by {@link #trouble}; the others are heard meanwhile.
     *
     * @param all as Aeron writes them, such as {@code aeron:udp?endpoint=0.0.0.0:4040}, {@code
     *     aeron:udp?control=feed:4050|control-mode=dynamic} or {@code aeron:ipc}; at least one
     * @return a changed copy
     * @throws IllegalArgumentException naming what is wrong of which
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
     * Refuses a channel that waits for destinations where none are named, and marks that are another source's or none.
     *
     * @throws IOException says so
     */
    @Override
    public void prepare() throws IOException {
        Channels.requireDestinations(channel, settings.destinations(), where());
        if (settings.marks() != null && marks == null && !closed) {
            marks = Marks.open(settings.marks());
            logs = marks.logs();
            counts.takenBefore.add(marks.taken());
        }
    }

    // ---- the polling thread

    @Override
    public int poll(Target<? super V> to, int most) throws Exception {
        media.help();
        if (ended) {
            return ENDED;
        }
        if (!isSubscribed()) {
            return 0;
        }
        heardAt.look();
        target = to;
        taken = 0;
        eventsTaken = 0;
        toEpochNs = 0;
        freeBuffers();
        subscription.controlledPoll(assembler, most);
        counts.events.add(eventsTaken);
        if (failure != null) {
            Throwable why = failure;
            failure = null;
            AeronErrors.rethrow(why);
        }
        return taken == 0 && ended ? ENDED : taken;
    }

    private boolean isSubscribed() throws IOException {
        Aeron now = media.client();
        if (now == null || closed) {
            return false;
        }
        return now == client && !subscription.isClosed() || subscribe(now);
    }

    /** Asks the driver, and looks whether it has answered: it may be paused, and nothing waits here. */
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
                if (trouble == null && nowNs - pause.fromNs() > HeardAt.ANSWER_NS) {
                    trouble = where() + AeronErrors.UNANSWERED;
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
        trouble = null;
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
        assembler.clear();
        turns.clear();
        endTurn.clear();
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
        trouble = why;
        return false;
    }

    private void freeBuffers() {
        if (!gone.isEmpty()) {
            for (Integer session = gone.poll(); session != null; session = gone.poll()) {
                if (subscription.imageBySessionId(session)
                        == null) { // else it is there again, with a message begun perhaps
                    assembler.freeSessionBuffer(session);
                }
                turns.end(session);
            }
        }
    }

    /** Aeron goes on behind a message whose handler has thrown: nothing may come out of here. */
    private Action onMessage(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header frame) {
        try {
            Object of = frame.context();
            if (of != image || of == null) { // one session as long as it lives; to ask the frame costs a check
                image = of;
                session = frame.sessionId();
            }
            return bare ? takeBare(buffer, offset, length) : take(buffer, offset, length);
        } catch (Throwable t) {
            failure = t;
            return Action.ABORT;
        }
    }

    private Action takeBare(DirectBuffer buffer, int offset, int length) {
        return offered(target.offer(fragment.wrap(buffer, offset, length), null));
    }

    private Action take(DirectBuffer buffer, int offset, int length) {
        if (length >= Wire.FIXED_LENGTH) {
            Wire.check(buffer, offset);
            long first = Wire.checkedWord(buffer, offset, 0);
            long second = Wire.checkedWord(buffer, offset, 1);
            if (Wire.isPlain(first, second, length)) {
                return event(buffer, offset, length, first, second);
            }
        }
        String wrong = Wire.wrong(buffer, offset, length);
        return wrong == null ? takeOther(buffer, offset, length) : refuse(buffer, offset, length, wrong);
    }

    private Action takeOther(DirectBuffer buffer, int offset, int length) {
        byte kind = Wire.kind(buffer, offset);
        long second = Wire.word(buffer, offset, 1);
        if (kind == Wire.EVENT) {
            return Wire.contract(second) == contract && Wire.form(buffer, offset) != EntryForm.INSERT
                    ? refuse(buffer, offset, length, second, CHANGES)
                    : event(buffer, offset, length, Wire.word(buffer, offset, 0), second);
        }
        if (kind == Wire.CONTRACT) {
            int payload = Wire.length(Wire.mask(second));
            if (Wire.contract(second) != contract) {
                trouble = others.told(Wire.contract(second), buffer, offset + payload, length - payload);
            }
            return Action.CONTINUE;
        }
        if (finite && endTurn.mustWait(subscription, session)) {
            return Action.ABORT;
        }
        ended = finite;
        return finite ? Action.BREAK : Action.CONTINUE;
    }

    /** Nothing is read from there once it was handed over: who takes it may wait until Aeron has unmapped it. */
    private Action event(DirectBuffer buffer, int offset, int length, long first, long second) {
        if (Wire.contract(second) != contract) {
            return refuse(buffer, offset, length, second, differs(Wire.contract(second)));
        }
        long number = Wire.checkedWord(buffer, offset, 2);
        long sender = Wire.checkedWord(buffer, offset, 3);
        if (marks != null && marks.isTaken(sender, number)) {
            counts.repeated.increment();
            return Action.CONTINUE;
        }
        int mask = Wire.mask(second);
        long log = Wire.log(buffer, offset, mask);
        long place = Wire.checkedWord(buffer, offset, 4);
        int ordinal = (int) (first >>> 32);
        if (turns.mustWait(subscription, session, log)) {
            return Action.ABORT;
        }
        if (log != 0 && isRepeated(first, log, place, ordinal)) {
            count(sender, number);
            counts.repeated.increment();
            return Action.CONTINUE;
        }
        boolean otherwise = Wire.isOfOtherClock(buffer, offset, mask);
        if (otherwise && toEpochNs == 0) {
            toEpochNs = WireClock.toEpochNs(); // read once a poll
        }
        Wire.read(buffer, offset, first, place, mask, header, toEpochNs);
        int front = Wire.length(mask);
        // marked first: who is killed in between has lost an event, which it says, and takes none twice
        long before = marks == null ? 0 : marks.take(sender, number);
        boolean marksLog =
                log != 0 && !(turns.isLate() && logs.has(log, place, ordinal)); // who is late takes no mark back
        if (marksLog) {
            logs.take(log, place, ordinal);
        }
        Action done = Action.ABORT;
        try {
            done = offered(target.offer(fragment.wrap(buffer, offset + front, length - front), header));
        } finally {
            if (done == Action.ABORT) { // also where it has thrown: the message comes again
                untake(sender, before, marksLog);
            }
        }
        if (done != Action.ABORT) {
            if (trouble != null) {
                trouble = null; // what was refused before is counted
            }
            count(sender, number);
            if (otherwise) {
                counts.otherClock.increment();
            }
        }
        return done;
    }

    /** Whether it was taken before; what is neither sent once more nor late is new, whatever its place: a log may have lost its end. */
    private boolean isRepeated(long first, long log, long place, int ordinal) {
        if (Wire.isOnceMore(first)) {
            turns.again(place, ordinal);
            return logs.has(log, place, ordinal);
        }
        return turns.isSentAgain(place, ordinal) && logs.has(log, place, ordinal);
    }

    private void untake(long sender, long before, boolean isLogMarked) {
        if (marks != null) {
            marks.untake(sender, before);
        }
        if (isLogMarked) {
            logs.undo();
        }
    }

    /** An event of ours that cannot be one here: its number counts. */
    private Action refuse(DirectBuffer buffer, int offset, int length, long second, String why) {
        long number = Wire.word(buffer, offset, 2);
        long sender = Wire.word(buffer, offset, 3);
        int front = Wire.length(Wire.mask(second));
        Action done = refuse(buffer, offset + front, length - front, why);
        count(sender, number);
        return done;
    }

    private Action offered(boolean isTaken) {
        if (!isTaken) {
            counts.full.increment();
            return Action.ABORT;
        }
        taken++;
        eventsTaken++;
        return Action.CONTINUE;
    }

    private Action refuse(DirectBuffer buffer, int offset, int length, String why) {
        target.refuse(fragment.wrap(buffer, offset, length), Reason.MALFORMED, why);
        taken++;
        counts.refused.increment();
        return Action.CONTINUE;
    }

    /** Each sender numbers its messages, so a loss is seen, however it came about. */
    private void count(long sender, long number) {
        if (sender == lastSender && number == lastNumber + 1) { // nearly always
            lastNumber = number;
            return;
        }
        numbers.put(lastSender, lastNumber == NONE ? NONE + 1 : lastNumber); // the map has no place for that one
        long last = numbers.get(sender);
        if (last == NONE) {
            if (numbers.size() >= SENDERS_MAX) {
                numbers.clear(); // a sender that does nothing but begin anew
            }
            counts.before.add(Math.max(0, number - 1));
        } else if (number > last) {
            counts.missed.add(number - last - 1);
        } else {
            counts.repeated.increment();
        }
        lastSender = sender;
        lastNumber = number;
    }

    private String differs(long other) {
        trouble = others.trouble(other); // also where one of another sender was taken in between
        return others.text(other);
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
     * How many senders it hears now.
     *
     * @return 0 when there is none, or no driver
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
        return of == null ? heardAt.with(trouble) : where() + of;
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
