package io.millrace.engine;

import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.metric.Digest;
import io.millrace.runtime.Core;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topology on the caller's own thread: no hop, no ring. {@code publish} returns when the event has been processed and its
 * outputs handed over.
 *
 * <p><b>Time passes without an event only by {@link #doWork}</b>: call it in your loop, or windows and timers of silent keys
 * stay open. {@link #run} is such a loop. The thread that first publishes owns the engine; a call from another thread is refused with both names. An event
 * that is published from inside a receiver is queued behind the present one.
 *
 * <p><b>With a journal</b> ({@link Setup#journal}) receivers get an output when its entry is durable: by a later {@code doWork}, {@link
 * #run} or {@link #close}. What a caller asks for itself ({@link #publish(Input, Object, Output, Receiver)}, {@link #decide}) it gets
 * at once, before that. <b>While the journal takes nothing</b>, as on a disk that is nearly full, no event gets a place: each meets what its input declares
 * ({@link Setup#overflow}), which waits for {@link Setup#stopDeadline} at most, since nobody but the owner may close the host; no time passes, what other threads have put into the
 * inbox waits there, and no source is polled whose events would have to wait. What has its place already (what receivers publish, what sources have brought in this round) is
 * taken from the reserve that is there for it. Where that is used up, too, or outputs have no room any more ({@link Setup#heldOutputs}) because nothing becomes
 * durable, the owner waits as long as something moves; when nothing has moved for {@code stopDeadline} the host halts and says why, and the next start goes on from what is durable.
 *
 * <p><b>What is too far ahead</b> ({@link Input#maxAhead}) is judged by the last tick, and that comes with {@code doWork}: call it in front of the first event. Before that
 * nothing is ahead, and one event of next year makes all behind it late; behind a restart the last tick is the one that the journal has, and
 * what has come since may be ahead of that. {@code run} and {@link DutyCycle} begin with a tick.
 */
public final class Inline implements AutoCloseable {
    /** Entries of the inbox that a publish takes before its own, at most. */
    static final int TAKEN_AT_ONCE = 64;

    private final Host host;
    private final Core core;
    private final Sinks sinks;
    private final List<Bindings.BoundSource<?>> sources;
    private final Duration stopDeadline;
    private final Map<Input<?>, InlinePublisher<?>> publishers = new LinkedHashMap<>();
    private final EngineThreads threads;
    private final OwnerThread owner;
    private final InlineDoor door;
    private final InlineDecisions decisions;
    private InlinePublisher<?> lastPublisher;
    private final InlineEntries entries;
    private final InlineEntrance entrance;
    private final InlineTime time;

    /** Null where there is none. */
    private final InlineJournal journal;

    private InlineSources polled;
    private volatile Throwable failure;
    private volatile boolean closed;

    Inline(
            Host host,
            List<Bindings.BoundSource<?>> sources,
            Duration tick,
            Duration stopDeadline,
            int inboxSlots,
            ThreadPlacement placement) {
        this.host = host;
        this.core = host.core();
        this.sinks = host.sinks();
        this.sources = List.copyOf(sources);
        this.stopDeadline = stopDeadline;
        this.door = new InlineDoor(this, host, inboxSlots, this::takes, this::takesLast);
        this.owner = new OwnerThread(host.name());
        threads = new EngineThreads(host.name(), placement);
        this.decisions = new InlineDecisions(this, host);
        core.requireOneStage("the inline host");
        try {
            host.start(threads, door::isRunner, door::redrive);
            Bindings.prepare(sources);
            journal = InlineJournal.open(host, sources, stopDeadline);
            entries = new InlineEntries(this, host, journal);
            entrance = new InlineEntrance(host, entries, journal, stopDeadline);
            time = new InlineTime(this, host, door, entries, tick.toNanos());
            host.lookups().askAgain();
            if (journal != null) {
                journal.makeSnapshots(
                        host, () -> !closed && failure() == null, owner, entries::letOut, entries::flush, threads);
                journal.startThreads(Deadline.in(stopDeadline).untilNs());
            }
        } catch (Throwable t) {
            abandon(t);
            throw t;
        }
        host.log(threads);
        host.deadLetters().redriver(this::redrive);
    }

    /** It cannot start: what was handed to it is closed. */
    private void abandon(Throwable why) {
        sinks.cannotStart();
        sinks.finish(0);
        sinks.awaitClosed(Deadline.in(stopDeadline), stage -> true);
        sinks.lost(why);
        EngineStoppedException failed = Bindings.close(sources, host.name());
        if (failed != null) {
            why.addSuppressed(failed);
        }
    }

    /** On another thread than the owner's the letters go by way of the inbox. */
    private void redrive(byte[] bytes, int offset, int length) {
        if (owner.tryTake()) {
            entrance.redrive(bytes, offset, length);
        } else {
            door.redrive(bytes, offset, length);
        }
    }

    // ---- publishing

    /**
     * Publishes an event and returns when it has been processed.
     *
     * @param input one of the topology's
     * @param event the event
     * @param <V>   the event
     * @return its place in the input order, or {@link Publisher#DROPPED}, where a journal takes nothing and the input drops what finds no room
     * @throws io.millrace.event.RefusedException when it does not fit its layout, or a journal takes nothing and the input refuses what finds no room, or
     *     has waited for it in vain; nothing was published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     * @throws IllegalStateException when it is called by another thread than the owner's (names both)
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V> long publish(Input<V> input, V event) {
        return publisher(input).publish(event, null);
    }

    /**
     * Publishes an event, hands over what it put out to one output before returning, and answers how many that were: who asks for
     * decisions wants to know whether there was one. The place of the event stands in each ({@link MetaReceiver}). The output's ordinary receivers see it
     * too. What events put out that a receiver published meanwhile is not this event's, nor is what fires because time has passed.
     *
     * @param input     one of the topology's
     * @param event     the event
     * @param output    one of the topology's
     * @param sees      sees what this event put out
     * @param <V>       the event
     * @param <R>       the output's event
     * @return how many that were; 0 where a journal takes nothing and the input drops what finds no room
     * @throws io.millrace.event.RefusedException as {@link #publish(Input, Object)}; nothing was published
     * @throws EngineStoppedException             when the engine has been closed or has halted
     * @throws IllegalStateException when it is called by another thread than the owner's (names both), or from inside a receiver
     * @throws IllegalArgumentException when input or output is not one of the topology's; lists those
     */
    public <V, R> int publish(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        return decisions.publish(input, event, output, sees);
    }

    /**
     * As {@link #publish(Input, Object, Output, Receiver)}, for a caller that needs an answer whatever happens: where the engine
     * cannot decide, because it has halted or been closed, its journal takes nothing, or because the event is refused, too far ahead or a dead letter, it
     * gives the answer that was declared for the input ({@link Setup#cannotDecide}), counts it, and says so in health and
     * statistics. For a journal that is only busy it waits, {@link Setup#stopDeadline} at most. An event for which the topology puts out nothing is decided.
     *
     * @param input     one of the topology's
     * @param event     the event
     * @param output    one of the topology's
     * @param sees      sees what this event put out; when it throws, that is no decision
     * @param <V>       the event
     * @param <R>       the output's event
     * @return {@link Answer#TAKEN} when all decisions have been handed over, else the declared answer
     * @throws IllegalStateException when none was declared, or it is called by another thread than the owner's, or from inside a receiver
     * @throws IllegalArgumentException when input or output is not one of the topology's; lists those
     */
    public <V, R> Answer decide(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        return decisions.decide(input, event, output, sees);
    }

    /**
     * The publisher of an input, for the owning thread.
     *
     * @param input one of the topology's
     * @param <V>   the event
     * @return the same at each call
     * @throws IllegalStateException when it is called by another thread than the owner's (names both)
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V> Publisher<V> publisher(Input<V> input) {
        return own(input);
    }

    @SuppressWarnings("unchecked")
    <V> InlinePublisher<V> own(Input<V> input) {
        owner.requireIfTaken();
        if (lastPublisher != null && lastPublisher.input() == input) {
            return (InlinePublisher<V>) lastPublisher;
        }
        InlinePublisher<V> p = (InlinePublisher<V>) publishers.get(input);
        if (p == null) {
            p = new InlinePublisher<>(this, host, input, false);
            publishers.put(input, p);
        }
        lastPublisher = p;
        return p;
    }

    /**
     * A publisher that fills events in place, for the owning thread. Allocates nothing.
     *
     * @param input one of the topology's
     * @param <V>   what readers see
     * @param <W>   what is filled
     * @return publishes events of the input; {@code commit} returns when the event has been processed
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
        return new InlineClaims<>(this, host, input);
    }

    /**
     * Hands events over from threads that do not own the engine, by way of a bounded inbox ({@link Setup#inboxSlots}). May be
     * called by any thread.
     *
     * @param input one of the topology's
     * @param <V>   the event
     * @return for one thread; the owner publishes directly
     * @throws EngineStoppedException when the engine has been closed or has halted
     * @throws IllegalArgumentException when the input is not one of the topology's; lists those
     */
    public <V> Inbox<V> inbox(Input<V> input) {
        return door.publisher(input);
    }

    /** How many events wait in the inbox. */
    long waiting() {
        return door.waiting();
    }

    boolean isOwnedByCaller() {
        return owner.isCurrent();
    }

    // ---- the owner's thread

    /** Before anything is published: takes what waited in the inbox, unless this is a call from inside a receiver. */
    void enter() {
        requireOwner();
        if (!entries.isProcessing()) {
            door.drain(TAKEN_AT_ONCE);
        }
    }

    /** The place that the next entry will have. */
    long next() {
        return entries.next();
    }

    boolean isProcessing() {
        return entries.isProcessing();
    }

    /** An input has ended: when it was the last, all fires that is due. */
    void hasEnded() {
        if (!entries.isProcessing()) {
            time.settleAtEnd();
        }
    }

    long process(byte[] bytes, int offset, int length) {
        return entries.process(bytes, offset, length);
    }

    /** What the inbox has accepted waits there while the journal takes none. */
    private boolean takes(byte[] bytes, int offset, int length) {
        return entries.tryProcess(bytes, offset, length) != Publisher.FULL;
    }

    private boolean takesLast(byte[] bytes, int offset, int length) {
        entries.process(bytes, offset, length);
        return true;
    }

    /** Whether a source may bring something: not where its events would have to wait for the journal, and this thread with them. */
    boolean takesFrom(boolean waits) {
        return !waits || entries.takes();
    }

    InlineEntrance entrance() {
        return entrance;
    }

    void lookAhead(byte[] bytes, int[] offsets, int n) {
        entries.lookAhead(bytes, offsets, n);
    }

    EngineStoppedException halted(Throwable t) {
        if (failure == null) {
            host.logHalt(null, t);
        }
        failure = t;
        return new EngineStoppedException("engine " + host.name() + " has halted: " + t, t);
    }

    // ---- time

    /**
     * Lets time pass, as it is now by the clock of the system: {@link #doWork(long)}.
     *
     * @return as there
     */
    public boolean doWork() {
        return doWork(HostClock.epochNs());
    }

    /**
     * Lets time pass: takes what other threads have put into the inbox, tells live inputs the clock, fires what is due (without
     * a live input what an entry has left due waits for the next event or the end of input, see {@link Input#historic}), flushes sinks.
     *
     * <p>As long as an input with event time is open, or there is none, a call is bounded, so that events need not wait while a million windows end: it fires what the inbox's entries, a tick and
     * at most 64 further entries may. <b>True says that there may be more</b>: call it again when there is nothing else to do, rather than after a pause. What is
     * left fires with the events that come, too, and of an event's own key before it. When all inputs with event time have ended it fires all,
     * but for what a journal refuses at the moment, which is left to a later call.
     *
     * @param epochNs the clock, nanoseconds since the epoch (which {@link System#nanoTime} does not count from); ignored when no
     *     input is live
     * @return true when there was something in the inbox, or more to fire than one entry may, of which some may be left
     * @throws IllegalStateException when it is called by another thread than the owner's (names both), or from inside a receiver
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    public boolean doWork(long epochNs) {
        requireOwner();
        requireTop();
        return time.doWork(epochNs);
    }

    InlineTime time() {
        return time;
    }

    /**
     * Polls all bound sources on this thread until each has ended. Lets time pass meanwhile, as {@link #doWork} does: each period
     * ({@link Setup#tickEvery}) and when a tick would make something due; flushes sinks when there is nothing to poll.
     *
     * @throws Exception what a source threw; what it had brought before has been processed
     * @throws IllegalStateException when it is called by another thread than the owner's (names both), or from inside a receiver
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    public void run() throws Exception {
        requireOwner();
        requireTop();
        polled().run();
    }

    /** The same each time: how far each source is holds for the life of the host. */
    InlineSources polled() {
        if (polled == null) {
            polled = new InlineSources(this, host, sources);
        }
        return polled;
    }

    // ---- life

    void requireOwner() {
        owner.require();
    }

    void requireTop() {
        if (entries.isProcessing()) {
            throw new IllegalStateException("inline engine " + host.name()
                    + " is processing an event: only publish(input, event) may be called from inside a receiver");
        }
    }

    void requireRunning() {
        Throwable why = failure();
        if (why != null) {
            throw new EngineStoppedException("engine " + host.name() + " has halted: " + why, why);
        }
        if (closed) {
            throw closedException();
        }
    }

    /** What halted it, or null; only looked up here, because any thread asks and only the owner may write. */
    private Throwable failure() {
        Throwable why = failure;
        return why != null ? why : sinks.halting(); // a blocking sink finds it on a thread of its own
    }

    EngineStoppedException closedException() {
        return new EngineStoppedException("engine " + host.name() + " is closed", null);
    }

    /**
     * A copy of all counters, for the owning thread.
     *
     * @return as of the last entry
     * @throws IllegalStateException when it is called by another thread than the owner's (names both)
     */
    public EngineStats stats() {
        owner.requireIfTaken();
        EngineStats.Copy copy = newCopy();
        copy.take(0, entries.next() - 1);
        return copy.stats();
    }

    /**
     * What the engine has put out, as a hash of each output and of all.
     *
     * @return as of the last entry; null when none is kept ({@link Setup#digest})
     * @throws IllegalStateException when it is called by another thread than the owner's (names both)
     */
    public Digest digest() {
        return stats().digest();
    }

    EngineStats.Copy newCopy() {
        return new EngineStats.Copy(host);
    }

    /**
     * Whether the engine works. May be called by any thread.
     *
     * @return up, degraded, closed, or halted with the reason
     */
    public Health health() {
        return host.health(halted(), closed, this::tell);
    }

    /**
     * As {@link Engine#acknowledge}. May be called by any thread.
     *
     * @return how it was before
     */
    public Health acknowledge() {
        return host.acknowledge(halted(), closed, this::tell);
    }

    private String halted() {
        return failure() == null ? null : failure().toString();
    }

    /** Tells what is wrong with itself. */
    void tell(Troubles to) {
        to.nowByWords("threads", threads.trouble());
        InlineSources.tell(journal, sources, to);
    }

    /**
     * What was found in the journal at the start.
     *
     * @return null when there is no journal ({@link Setup#journal})
     */
    public Recovered recovered() {
        return journal == null ? null : journal.recovered();
    }

    /**
     * Makes a snapshot now, of all that has come and is durable within 30 s, on the owner's thread; see {@link Journaling#snapshotEvery}, which makes them on another.
     *
     * @return the place of the first entry that is not in it
     * @throws io.millrace.journal.JournalException as {@link Engine#makeSnapshot}
     * @throws IllegalStateException when it is called by another thread than the owner's (names both), or from inside a receiver
     * @throws EngineStoppedException             when the engine has been closed or has halted
     */
    public long makeSnapshot() {
        requireOwner();
        requireTop();
        requireRunning();
        return InlineJournal.require(journal, host.name()).makeSnapshot();
    }

    /**
     * Up to which entry all are durable, as the journal was told when this host last worked. May be called by any thread.
     *
     * @return the last place, -1 before the first; without a journal nothing is
     */
    public long durable() {
        return journal == null ? -1 : journal.durable();
    }

    /**
     * What an entry up to {@link #durable} survives; without a journal nothing is durable, which is {@link Durability#MEMORY}.
     *
     * @return the level of the journal
     */
    public Durability durability() {
        return journal == null ? Durability.MEMORY : journal.level();
    }

    /**
     * What came of the warm-up before the start.
     *
     * @return null when there was none ({@link Setup#warmUp})
     */
    public WarmUpReport warmUp() {
        return host.warmUp();
    }

    /**
     * What could not be taken or processed. Any thread may read it, list letters and redrive them, too, not only the owner: what another one
     * redrives is processed when the owner publishes or does work.
     *
     * @return counts, the last letters, and the way to redrive them
     */
    public DeadLetters deadLetters() {
        return host.deadLetters();
    }

    /**
     * What runs here.
     *
     * @return {@link Topology#describe} prints it
     */
    public Topology topology() {
        return core.plan().topology();
    }

    /**
     * Processes what is in the inbox, closes sources and sinks. It is not an end of input. Closing twice does nothing; from inside
     * a receiver it is refused, and from another thread than the owner's unless that has ended.
     * Waits at most the declared time ({@link Setup#stopDeadline}) for blocking sinks together, and for what a journal is to take.
     *
     * @throws EngineStoppedException when a source failed in close, or a sink in flush or close, or did not take in time what it
     *     was handed, so that output may be lost: names the port. All is closed all the same
     * @throws IllegalStateException when it is called by another thread than the owner's (names both), or from inside a receiver
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        owner.require();
        requireTop();
        Deadline deadline = Deadline.in(stopDeadline);
        if (journal != null) {
            journal.closes(deadline);
        }
        processTheRest();
        closed = true;
        if (failure() == null && journal == null) {
            core.refuseSetAside(0);
        }
        EngineStoppedException lost = Bindings.close(sources, host.name());
        if (journal != null) {
            lost = EngineStoppedException.first(lost, finishJournal(deadline));
        }
        host.sinks().finish(0);
        if (host.sinks().awaitClosed(deadline, stage -> true)) {
            Thread.currentThread().interrupt();
        }
        lost = EngineStoppedException.first(lost, host.sinks().lost());
        if (journal != null) {
            journal.keepLast(failure() == null ? digest() : null);
            lost = EngineStoppedException.first(lost, host.closeJournal());
        }
        if (lost != null) {
            throw lost;
        }
    }

    /** What other threads were told is accepted; then what a journal held back, as it becomes durable: receivers may still publish. */
    private void processTheRest() {
        try {
            door.close(failure() == null);
            if (journal != null && failure() == null) {
                long upTo = entries.next() - 1;
                do {
                    entries.letOut();
                } while (journal.awaitsLetOut(upTo));
            }
        } catch (EngineStoppedException e) {
            assert failure() != null; // it has halted meanwhile; health() says why
        }
    }

    private EngineStoppedException finishJournal(Deadline deadline) {
        entries.processes(true); // a receiver that publishes now is told that the engine is closed
        try {
            return journal.finish(entries.next(), deadline, entries::flushWhenPast);
        } finally {
            entries.processes(false);
        }
    }
}
