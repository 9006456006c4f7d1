package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.millrace.event.EventType;
import io.millrace.event.Meta;
import io.millrace.transport.Counted;
import io.millrace.transport.EncodedSink;
import io.millrace.transport.LogStart;
import io.millrace.transport.Lost;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.ObjLongConsumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends the events of an output, with their header, to one stream of a channel: an {@link AeronSource} elsewhere goes on where this
 * engine ended. An event is written once, into Aeron's own buffer; one that is longer than a packet is put together first and
 * copied from there, packet by packet.
 *
 * <p><b>Waiting.</b> Aeron reports for each message whether it was taken. While subscribers are behind by a whole window, nobody
 * subscribes, there is no driver, or the driver cannot give a publication now (an address in use, a name that cannot be resolved),
 * the sink waits, for {@link #waitAtMost} at first, then as {@link #unsent} says. Each such wait is counted. If nobody is there, it
 * waits that long once; later events are tried once each, until somebody is there again. The sink is called inline: if the engine
 * must not wait, bind it with {@code Delivery.blocking()}.
 *
 * <p>An event that is tried again ({@code Delivery.retry}) keeps its number, so subscribers miss nothing of it.
 *
 * <p>Called by one thread. Use one for each output; it is closed by the engine to which it is bound.
 *
 * @param <V> the type of the events
 */
public final class AeronSink<V> implements EncodedSink<V>, Counted {
    private static final long CLOCK_EVERY = 1 << 10;
    /** A term that is full is rotated by the next try. */
    private static final int ADMIN_ACTIONS = 3;

    /** How long the start waits for an answer of the driver. */
    private static final long START_NS = 2_000_000_000;

    private static final long CLOSE_NS = 30_000_000_000L;
    private static final String BARE_END = "bare messages cannot say that they are the last; leave out ";

    private final AeronMedia media;
    private final String channel;
    private final int stream;
    private final EventType<V> type;
    private final SinkSettings settings;
    private final boolean waitsOn;
    private final String where;
    private final GivenUp givenUp;
    private final long contract;
    private final long sender = UUID.randomUUID().getMostSignificantBits(); // form: random, tells senders apart

    private final Published published;
    private final BufferClaim claim = new BufferClaim();
    private final IdleStrategy idle = AeronMedia.backOff();
    private UnsafeBuffer scratch;
    private final ToldLayout layout;
    private long number;
    private long toEpochNs;
    private boolean hasSent;
    private boolean hasEnded;

    /** Closed, and not begun again. */
    private boolean isOver;

    private final SinkLog log = new SinkLog();
    private final Tried tried = new Tried();
    private final SinkCounts counts = new SinkCounts();

    /** Why an event can never be sent; null if it may be sent later. */
    private String cannot;

    /** Why there is no publication now; null if there is one, or the driver was not asked. */
    private String refused;

    /** What Aeron last answered in place of a position; 0 if it was not asked. */
    private long why;

    /** Whether subscribers, or the driver, were waited for in vain; until something is sent. */
    private boolean isAway;

    /** What is wrong now, until something is sent; what is lost for good is counted. */
    private volatile String condition;

    private AeronSink(AeronMedia media, String channel, int stream, EventType<V> type, SinkSettings settings) {
        this.media = Objects.requireNonNull(media, "media");
        this.channel = channel;
        this.stream = stream;
        this.type = Objects.requireNonNull(type, "type");
        this.settings = settings;
        waitsOn = settings.unsent() == Unsent.WAIT; // behind an interrupt, too
        where = "stream " + stream + " of " + channel + ": ";
        givenUp = new GivenUp(where);
        contract = Wire.contract(type.fingerprint());
        layout = new ToldLayout(type.layout());
        published = new Published(media, channel, stream, settings.destinations());
    }

    /**
     * Creates a sink of one stream.
     *
     * @param media the connection
     * @param channel in Aeron's notation, for example {@code aeron:ipc} or {@code aeron:udp?endpoint=desk:4041}
     * @param stream the number of the stream in it
     * @param type that of the output
     * @param <V> the type of the events
     * @return a sink that waits a second at most, then fails
     * @throws IllegalArgumentException if the channel is wrong; the message names the part
     */
    public static <V> AeronSink<V> of(AeronMedia media, String channel, int stream, EventType<V> type) {
        return new AeronSink<>(media, Channels.sent(channel), stream, type, SinkSettings.UNSET);
    }

    /**
     * Sets what happens to an event that could not be sent in time; default {@link Unsent#FAIL}. While nobody subscribes, or there
     * is no driver, each event after the first fails or is dropped at once: the slots of {@code Delivery.blocking()} then hold
     * nothing over an outage, and the tries of {@code Delivery.retry} are as far apart as declared. If an outage must cost nothing,
     * use {@link Unsent#WAIT}.
     *
     * @param what wait on, drop or fail
     * @return a changed copy
     */
    public AeronSink<V> unsent(Unsent what) {
        Objects.requireNonNull(what, "what");
        return with(settings.unsent(what));
    }

    /**
     * Sets how long it waits with an event before it does what {@link #unsent} says. If that is to drop or to fail, and nobody
     * subscribes or there is no driver, it waits with the first event only, and at the first try of it, however it is bound.
     *
     * @param most not negative; default a second
     * @return a changed copy
     */
    public AeronSink<V> waitAtMost(Duration most) {
        if (most.isNegative()) {
            throw new IllegalArgumentException("waits for " + most + " at most; use a duration that is not negative");
        }
        return with(settings.waitAtMost(most));
    }

    /**
     * Sends only the bytes of an event, for other programs.
     *
     * @return a changed copy
     */
    public AeronSink<V> bare() {
        if (settings.endsWithClose()) {
            throw new IllegalStateException(BARE_END + "endsWithClose()");
        }
        return with(settings.isBare());
    }

    /**
     * Tells subscribers when it is closed that nothing more comes: an {@link AeronSource#endsWithSender} then ends.
     *
     * @return a changed copy
     */
    public AeronSink<V> endsWithClose() {
        if (settings.bare()) {
            throw new IllegalStateException(BARE_END + "bare()");
        }
        return with(settings.isEndingWithClose());
    }

    /**
     * Sends to each of several receivers; the channel has {@code control-mode=manual}. All of them are used whenever a publication
     * is created.
     *
     * @param all in Aeron's notation, for example {@code aeron:udp?endpoint=desk:4041}; at least one
     * @return a changed copy
     * @throws IllegalArgumentException if one is wrong; the message names it and the problem
     */
    public AeronSink<V> destinations(String... all) {
        return with(settings.destinations(Channels.sentTo(channel, all)));
    }

    private AeronSink<V> with(SinkSettings changed) {
        return new AeronSink<>(media, channel, stream, type, changed);
    }

    @Override
    public void untimed() {
        log.untimed();
    }

    /**
     * Creates the publication, so that a channel that the driver refuses, and events for which no message has room, are known at
     * the start. If no driver answers within two seconds, they are found later, event by event.
     *
     * @throws IOException if something does not fit; the message says what
     */
    @Override
    public void begin() throws IOException {
        Channels.requireDestinations(channel, settings.destinations(), where);
        hasSent &= !isOver; // else it is bound anew
        hasEnded &= !isOver;
        isOver = false;
        if (!awaitPublication()) {
            if (cannot != null) {
                published.close(); // nobody may close who has not begun
                throw new AeronFault(where + cannot);
            }
            return;
        }
        long needed = (settings.bare() ? 0L : Wire.MAX_LENGTH) + type.maxLength();
        if (needed > published.get().maxMessageLength()) {
            throw new AeronFault(where + tooLong(type.name(), type.maxLength()));
        }
    }

    /** A living driver answers soon, unless it asks a slow name server; what it answers later is reported for each event. */
    private boolean awaitPublication() {
        long fromNs = WireClock.nanoTime();
        idle.reset();
        while (!isPublishing()) {
            if (!published.isAsked()) {
                return false;
            }
            if (WireClock.nanoTime() - fromNs >= START_NS) {
                refused = AeronErrors.UNANSWERED;
                condition = where + refused;
                return false;
            }
            media.help();
            idle.idle();
        }
        return true;
    }

    /**
     * After a kill it sends again what it may have sent, marked as such: an {@link AeronSource} that had it takes it once. What was
     * given to a media driver of the killed process and not yet delivered is gone with that, and counts as sent. Bare messages have
     * no ids by which to recognise them, so those in doubt are not sent again.
     *
     * @throws IllegalStateException if it is bound twice: ids are those of one output, so events of another would be taken for them
     */
    @Override
    public Resumption resume(LogStart start) {
        if (settings.bare()) {
            return Resumption.marked();
        }
        log.begin(start, where);
        return Resumption.idempotent();
    }

    private String tooLong(String what, int length) {
        int front = settings.bare() ? 0 : Wire.MAX_LENGTH;
        return AeronErrors.tooLong(what, length, published.get().maxMessageLength(), front);
    }

    // ---- the sending thread

    @Override
    public void on(byte[] bytes, int offset, int length, Meta meta) throws IOException {
        if (isOver) {
            throw new AeronFault(where + "the sink has been closed");
        }
        if (tried.begin(meta)) {
            number--; // nobody has seen it; another one would look like a loss to those who subscribe
            counts.failed.add(-tried.uncount());
        }
        nextNumber();
        if (tryEvent(bytes, offset, length, meta) || awaitsSent(bytes, offset, length, meta)) {
            sent();
        } else {
            giveUp(isAway); // then each says the same, at the pace of the engine
        }
        tried.sent();
    }

    /**
     * Waits once for as long as nobody is there: otherwise each event would wait for itself. A subscriber that is there and slow is
     * waited for with each event.
     */
    private boolean awaitsSent(byte[] bytes, int offset, int length, Meta meta) {
        if (cannot != null) {
            return false; // whoever is there
        }
        if (waitsOn || !isAway || !SinkCounts.isAway(why)) {
            return awaitSent(bytes, offset, length, meta, settings.waitAtMost().toNanos());
        }
        counts.notWaited.increment();
        media.help(); // nobody else may run the driver
        return false;
    }

    private void nextNumber() {
        if (number % CLOCK_EVERY == 0) {
            toEpochNs = WireClock.toEpochNs();
        }
        number++;
        tellContract();
    }

    private void sent() {
        counts.sent.increment();
        hasSent = true;
        isAway = false;
        if (condition != null) {
            condition = null;
        }
    }

    /**
     * Sends at once or returns false: nobody has seen its number then. The caller does the waiting, and
     * {@linkplain #giveUp gives up}.
     */
    boolean trySend(byte[] bytes, int offset, int length, Meta meta) {
        nextNumber();
        boolean taken = tryEvent(bytes, offset, length, meta);
        for (int i = 0; !taken && i < ADMIN_ACTIONS && why == Publication.ADMIN_ACTION; i++) {
            taken = tryEvent(bytes, offset, length, meta);
        }
        if (taken) {
            sent();
        } else {
            number--;
        }
        return taken;
    }

    /** Whether what {@link #trySend} has refused will be refused at any time. */
    boolean isHopeless() {
        return cannot != null || media.isClosed();
    }

    /** Whether it was taken. */
    private boolean tryEvent(byte[] bytes, int offset, int length, Meta meta) {
        if (!isPublishing()) {
            return false;
        }
        int mask = settings.bare() ? 0 : Wire.mask(meta, log.number());
        int front = settings.bare() ? 0 : Wire.length(mask);
        if (front + length > published.get().maxPayloadLength()) {
            return tryLong(bytes, offset, length, mask, front, meta);
        }
        long position = published.get().tryClaim(front + length, claim);
        if (position < 0) {
            note(position);
            return false;
        }
        MutableDirectBuffer to = claim.buffer();
        int at = claim.offset();
        write(to, at, mask, front, meta);
        ShortCopies.put(to, at + front, bytes, offset, length);
        claim.commit();
        return true;
    }

    private void write(MutableDirectBuffer to, int at, int mask, int front, Meta meta) {
        if (front > 0) {
            Wire.from(to, at, mask, contract, number, sender);
            Wire.event(to, at, mask, meta, toEpochNs);
            log.tell(to, at, mask, meta.sequence());
        }
    }

    private boolean tryLong(byte[] bytes, int offset, int length, int mask, int front, Meta meta) {
        if (front + length > published.get().maxMessageLength()) {
            cannot = tooLong(type.name(), length);
            return false;
        }
        UnsafeBuffer to = scratch();
        write(to, 0, mask, front, meta);
        to.putBytes(front, bytes, offset, length);
        return offered(published.get().offer(to, 0, front + length));
    }

    private UnsafeBuffer scratch() {
        if (scratch == null) {
            int words = Math.min(type.layout().length() * 3, LayoutWords.BYTES_MAX);
            scratch = new UnsafeBuffer(new byte[Wire.MAX_LENGTH + Math.max(type.maxLength(), words)]);
        }
        return scratch;
    }

    private boolean offered(long position) {
        if (position < 0) {
            note(position);
        }
        return position > 0;
    }

    /** Records what Aeron answers in place of a position. */
    private void note(long answer) {
        if (!counts.note(answer)) { // closed, or at the end of its positions: another one is made
            published.end();
        }
        why = answer;
    }

    private boolean awaitSent(byte[] bytes, int offset, int length, Meta meta, long mostNs) {
        long fromNs = WireClock.nanoTime();
        boolean told = false;
        idle.reset();
        try {
            while (cannot == null && !media.isClosed()) {
                if (why != Publication.ADMIN_ACTION) {
                    media.help();
                    idle.idle();
                }
                tellContract();
                if (tryEvent(bytes, offset, length, meta)) {
                    return true;
                }
                if (WireClock.nanoTime() - fromNs >= mostNs) {
                    if (!waitsOn || Thread.currentThread().isInterrupted()) {
                        return false;
                    }
                    if (!told) {
                        told = true;
                        condition = where + reason() + ", it waits since " + mostNs / 1_000_000 + " ms and longer";
                    }
                }
            }
            return false;
        } finally {
            counts.waitedNs.add(WireClock.nanoTime() - fromNs);
        }
    }

    /** The exception tells which event it is about, unless it may be one that was thrown before. */
    void giveUp(boolean mayBeOneBefore) throws IOException {
        String what = givenUp.of(reason());
        boolean drops = settings.unsent() == Unsent.DROP && cannot == null;
        isAway = cannot == null ? SinkCounts.isAway(why) : isAway; // what is too long says nothing of who is there
        cannot = null;
        (drops ? counts.dropped : counts.failed).increment();
        condition = what;
        if (!drops) {
            tried.counted();
            throw givenUp.fault(mayBeOneBefore);
        }
    }

    private String reason() {
        if (cannot != null) {
            return cannot;
        }
        String trouble = media.trouble();
        if (trouble != null || refused != null) {
            return trouble != null ? trouble : refused;
        }
        String answered = SinkCounts.text(why);
        return answered != null ? answered : published.isAsked() ? AeronErrors.UNANSWERED : "there is no publication";
    }

    private boolean isPublishing() {
        Aeron now = media.client();
        if (now == null || isOver) {
            why = 0;
            return false;
        }
        return published.isOf(now) || publish(now);
    }

    private boolean publish(Aeron now) {
        why = 0; // of the one before
        try {
            if (!published.look(now)) {
                return false;
            }
        } catch (RuntimeException e) {
            if (!AeronErrors.isOfEndingClient(e)) { // else there will be another
                refused(e);
            }
            return false;
        }
        if (refused != null) {
            refused = null;
            condition = null;
        }
        counts.publications.increment();
        layout.begin(number);
        return true;
    }

    private void refused(RuntimeException e) {
        String text = AeronErrors.text(e);
        media.kept().add(e, where + text);
        condition = where + text;
        refused = text;
        if (AeronErrors.isFinal(e)) {
            cannot = text; // it is the channel, and not that nobody is there
        }
    }

    /** Sends the layout in words, when there is a new publication and now and then, for subscribers that may have come later. */
    private void tellContract() {
        boolean isDue = !settings.bare() && layout.isDue(number);
        if (!isDue || !isPublishing() || !published.get().isConnected()) {
            return;
        }
        UnsafeBuffer to = scratch();
        byte[] words = layout.bytes(published.get().maxMessageLength() - Wire.FIXED_LENGTH);
        Wire.begin(to, 0, Wire.CONTRACT, 0, contract, number, sender);
        to.putBytes(Wire.FIXED_LENGTH, words);
        if (published.get().offer(to, 0, Wire.FIXED_LENGTH + words.length) > 0) {
            layout.told(number);
        }
    }

    /** Also called after a tick: subscribers learn of the layout before the first event, which may be long in coming. */
    @Override
    public void flush() {
        if (published.isThere() && !published.get().isConnected()) {
            layout.again(number);
        } else {
            tellContract();
        }
    }

    /**
     * Tells subscribers now that nothing more comes, on the thread that sends, and stays open. What nobody has taken yet is lost
     * with its sender, so a process whose reader may be away stays until it knows that that has ended. Waits as for an event.
     *
     * @throws IOException if it could not be sent
     */
    public void end() throws IOException {
        end(settings.patienceNs(Long.MAX_VALUE));
    }

    private void end(long mostNs) throws IOException {
        if (settings.bare()) {
            throw new IllegalStateException(BARE_END + "bare()");
        }
        long fromNs = WireClock.nanoTime();
        idle.reset();
        while (!tryEnd()) {
            if (WireClock.nanoTime() - fromNs > mostNs
                    || cannot != null
                    || media.isClosed()
                    || Thread.currentThread().isInterrupted()) {
                throw new AeronFault(where + reason() + "; the end was not told");
            }
            media.help();
            idle.idle();
        }
        hasEnded = true;
    }

    private boolean tryEnd() {
        if (!isPublishing()) {
            return false;
        }
        UnsafeBuffer to = scratch();
        Wire.begin(to, 0, Wire.END, 0, contract, number, sender);
        return offered(published.get().offer(to, 0, Wire.FIXED_LENGTH));
    }

    /**
     * Sends the end, if that was declared, and waits for it as for an event, but half a minute at most: closing ends even if nobody
     * ever subscribes. Aeron delivers what it has been given as long as its driver lives and somebody subscribes.
     *
     * @throws IOException if the end could not be sent
     */
    @Override
    public void close() throws IOException {
        try {
            boolean mayEnd = settings.endsWithClose() && !hasEnded && !media.isClosed();
            if (mayEnd && (hasSent || isPublishing() || published.isAsked())) {
                end(settings.patienceNs(CLOSE_NS));
            }
        } finally {
            abandon();
        }
    }

    /** Sends no end, as the stream has none: the next start goes on sending to subscribers. So it waits for nobody. */
    @Override
    public void abandon() {
        log.end(); // it may be bound anew
        isOver = true;
        published.close();
    }

    // ---- any thread

    @Override
    public String trouble() {
        String of = media.trouble();
        return of == null ? givenUp.told(condition, counts) : where + of;
    }

    @Override
    public Lost lost() {
        return counts.lost(where);
    }

    @Override
    public void counters(ObjLongConsumer<String> to) {
        counts.tell(to);
    }

    @Override
    public String toString() {
        return "stream " + stream + " of " + channel;
    }
}
