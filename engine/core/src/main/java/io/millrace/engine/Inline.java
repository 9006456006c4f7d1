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
 * A topology that runs on the caller's own thread, without a thread hop or a ring. {@code publish} returns when the
 * event has been processed and its outputs handed over. Obtain one with {@link Setup#inline}.
 *
 * <p><b>Time passes without an event only in {@link #doWork}</b>: call it in your loop, or windows and timers of silent
 * keys stay open. {@link #run} is such a loop.
 *
 * <p><b>Threads.</b> The thread that first publishes owns the host. A call by another thread is refused with an
 * {@link IllegalStateException} that names both; the methods that any thread may call say so. An event published from
 * inside a receiver is queued after the present one.
 *
 * <p><b>With a journal</b> ({@link Setup#journal}) receivers get an output when its entry is durable: in a later
 * {@code doWork}, {@link #run} or {@link #close}. Results that the caller asks for itself
 * ({@link #publish(Input, Object, Output, Receiver)}, {@link #decide}) come at once, before the entry is durable.
 *
 * <p><b>While the journal accepts nothing</b>, for example because its disk is nearly full, no event gets a place, and
 * each is treated as its input declares ({@link Setup#overflow}). {@link Overflow#BLOCK} then waits at most
 * {@link Setup#stopDeadline}, since only the owner may close the host. No time passes, events that other threads have
 * put into the inbox stay there, and a source whose events would have to wait is not polled. Events that already have a
 * place (those that receivers publish, those that sources brought in this round) use the reserve that is kept for them.
 * If that is used up too, or outputs have no room ({@link Setup#heldOutputs}) because nothing becomes durable, the
 * owner waits as long as there is any progress. After {@code stopDeadline} without progress the host halts and health
 * says why; the next start goes on from what is durable.
 *
 * <p><b>Events too far ahead</b> ({@link Input#maxAhead}) are judged by the last tick, which comes with {@code doWork}:
 * call it before the first event. Until then nothing counts as ahead, and one event of next year makes all later ones
 * late. After a restart the last tick is that of the journal, and events of the time since then may be ahead of it.
 * {@code run} and {@link DutyCycle} begin with a tick.
 */
public final class Inline implements AutoCloseable {
    /** The most entries of the inbox that a publish takes before its own. */
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

    /** Null if there is none. */
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

    /** The host cannot start: closes what was handed to it. */
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

    /** On a thread other than the owner's, the letters go through the inbox. */
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
     * @param input an input of the topology
     * @param event the event
     * @param <V> the type of the event
     * @return its place in the input order; {@link Publisher#DROPPED} if the journal accepts nothing and the input
     *     drops events that find no room
     * @throws io.millrace.event.RefusedException if it does not fit its layout, or the journal accepts nothing and the
     *     input refuses such events or has waited in vain; nothing was published
     * @throws EngineStoppedException if the host has been closed or has halted
     * @throws IllegalStateException if a thread other than the owner calls this; the message names both
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
     */
    public <V> long publish(Input<V> input, V event) {
        return publisher(input).publish(event, null);
    }

    /**
     * Publishes an event, hands over what it put out to one output before returning, and returns how many outputs that
     * were, so that a caller that asks for decisions knows whether there was one.
     *
     * <p>A {@link MetaReceiver} sees the place of the event in the metadata of each. The ordinary receivers of the
     * output see these outputs too. Excluded are outputs of events that a receiver published meanwhile, and of what
     * fires because time has passed.
     *
     * @param input an input of the topology
     * @param event the event
     * @param output an output of the topology
     * @param sees receives what this event put out
     * @param <V> the type of the event
     * @param <R> the type of the output's events
     * @return how many outputs there were; 0 if the journal accepts nothing and the input drops events that find no
     *     room
     * @throws io.millrace.event.RefusedException as {@link #publish(Input, Object)}; nothing was published
     * @throws EngineStoppedException if the host has been closed or has halted
     * @throws IllegalStateException if a thread other than the owner (the message names both) or a receiver calls this
     * @throws IllegalArgumentException if the topology has no such input or output; the message lists those it has
     */
    public <V, R> int publish(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        return decisions.publish(input, event, output, sees);
    }

    /**
     * Publishes an event as {@link #publish(Input, Object, Output, Receiver)} does, for callers that need an answer in
     * any case. If the host cannot decide, because it has halted or been closed, its journal accepts nothing, or the
     * event is refused, too far ahead or a dead letter, this returns the answer declared for the input
     * ({@link Setup#cannotDecide}). Such answers are counted, and reported by health and statistics. It waits for a
     * journal that is only busy, at most {@link Setup#stopDeadline}. An event for which the topology puts out nothing
     * counts as decided.
     *
     * @param input an input of the topology
     * @param event the event
     * @param output an output of the topology
     * @param sees receives what this event put out; if it throws, there is no decision
     * @param <V> the type of the event
     * @param <R> the type of the output's events
     * @return {@link Answer#TAKEN} if all decisions have been handed over, otherwise the declared answer
     * @throws IllegalStateException if no answer was declared, or a thread other than the owner or a receiver calls
     *     this
     * @throws IllegalArgumentException if the topology has no such input or output; the message lists those it has
     */
    public <V, R> Answer decide(Input<V> input, V event, Output<R> output, Receiver<? super R> sees) {
        return decisions.decide(input, event, output, sees);
    }

    /**
     * Returns the publisher of an input, for the owning thread.
     *
     * @param input an input of the topology
     * @param <V> the type of the events
     * @return the same publisher at each call
     * @throws IllegalStateException if a thread other than the owner calls this; the message names both
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
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
     * Returns a new publisher, for the owning thread, that fills events in place and allocates nothing.
     *
     * @param input an input of the topology
     * @param <V> the type that readers see
     * @param <W> the type that is filled
     * @return publishes events of the input; {@code commit} returns when the event has been processed
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
     */
    public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
        return new InlineClaims<>(this, host, input);
    }

    /**
     * Returns a new inbox, through which a thread that does not own the host hands over events. All inboxes share one
     * bounded buffer ({@link Setup#inboxSlots}). Any thread may call this; the owner publishes directly instead.
     *
     * @param input an input of the topology
     * @param <V> the type of the events
     * @return an inbox for one thread
     * @throws EngineStoppedException if the host has been closed or has halted
     * @throws IllegalArgumentException if the topology has no such input; the message lists those it has
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

    /** Called before anything is published: takes what waits in the inbox, unless a receiver makes this call. */
    void enter() {
        requireOwner();
        if (!entries.isProcessing()) {
            door.drain(TAKEN_AT_ONCE);
        }
    }

    /** The place that the next entry will get. */
    long next() {
        return entries.next();
    }

    boolean isProcessing() {
        return entries.isProcessing();
    }

    /** An input has ended. If it was the last, everything that is due fires. */
    void hasEnded() {
        if (!entries.isProcessing()) {
            time.settleAtEnd();
        }
    }

    long process(byte[] bytes, int offset, int length) {
        return entries.process(bytes, offset, length);
    }

    /** Events that the inbox has accepted wait there while the journal accepts none. */
    private boolean takes(byte[] bytes, int offset, int length) {
        return entries.tryProcess(bytes, offset, length) != Publisher.FULL;
    }

    private boolean takesLast(byte[] bytes, int offset, int length) {
        entries.process(bytes, offset, length);
        return true;
    }

    /**
     * Whether a source may be polled: not if its events, and with them this thread, would have to wait for the journal.
     */
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
     * Lets time pass to the present time of the system clock, as {@link #doWork(long)} does.
     *
     * @return as {@link #doWork(long)}
     * @throws IllegalStateException as {@link #doWork(long)}
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    public boolean doWork() {
        return doWork(HostClock.epochNs());
    }

    /**
     * Lets time pass: takes what other threads have put into the inbox, tells live inputs the time, fires what is due,
     * and flushes sinks. Without a live input, items that an entry has left due wait for the next event or the end of
     * input, see {@link Input#historic}.
     *
     * <p>While an input with event time is open, or the topology has none, a call is bounded, so that events need not
     * wait while a million windows end. It fires what the entries of the inbox, a tick and at most 64 further entries
     * may fire. <b>True means that there may be more</b>: call it again as soon as there is nothing else to do, rather
     * than after a pause. Left-over items also fire with the events that come; those of an event's own key fire before
     * that event. When all inputs with event time have ended, a call fires everything, except what the journal refuses
     * at the moment, which is left to a later call.
     *
     * @param epochNs the time, in nanoseconds since the epoch (not {@link System#nanoTime}, which has another origin);
     *     ignored if no input is live
     * @return true if there was something in the inbox, or more to fire than one entry may, some of which may be left
     * @throws IllegalStateException if a thread other than the owner (the message names both) or a receiver calls this
     * @throws EngineStoppedException if the host has been closed or has halted
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
     * Polls all bound sources on this thread until each has ended. Meanwhile it lets time pass, as {@link #doWork}
     * does, once a period ({@link Setup#tickEvery}) and when a tick would make something due, and flushes sinks when
     * there is nothing to poll.
     *
     * @throws Exception what a source threw; the events that it had brought before have been processed
     * @throws IllegalStateException if a thread other than the owner (the message names both) or a receiver calls this
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    public void run() throws Exception {
        requireOwner();
        requireTop();
        polled().run();
    }

    /** The same object at each call: it remembers for the life of the host how far each source is. */
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

    /** What halted the host, or null. Only looked up here, because any thread may ask and only the owner may write. */
    private Throwable failure() {
        Throwable why = failure;
        return why != null ? why : sinks.halting(); // a blocking sink finds it on a thread of its own
    }

    EngineStoppedException closedException() {
        return new EngineStoppedException("engine " + host.name() + " is closed", null);
    }

    /**
     * Returns a copy of all counters, for the owning thread.
     *
     * @return as of the last entry
     * @throws IllegalStateException if a thread other than the owner calls this; the message names both
     */
    public EngineStats stats() {
        owner.requireIfTaken();
        EngineStats.Copy copy = newCopy();
        copy.take(0, entries.next() - 1);
        return copy.stats();
    }

    /**
     * Returns hashes of what the host has put out, one for each output and one over all.
     *
     * @return as of the last entry; null if none is kept ({@link Setup#digest})
     * @throws IllegalStateException if a thread other than the owner calls this; the message names both
     */
    public Digest digest() {
        return stats().digest();
    }

    EngineStats.Copy newCopy() {
        return new EngineStats.Copy(host);
    }

    /**
     * Tells whether the host works. Any thread may call this.
     *
     * @return up, degraded with the reasons, closed, or halted with the reason
     */
    public Health health() {
        return host.health(halted(), closed, this::tell);
    }

    /**
     * Acknowledges past failures, as {@link Engine#acknowledge} does. Any thread may call this.
     *
     * @return health before the call
     */
    public Health acknowledge() {
        return host.acknowledge(halted(), closed, this::tell);
    }

    private String halted() {
        return failure() == null ? null : failure().toString();
    }

    /** Reports what is wrong with this host itself. */
    void tell(Troubles to) {
        to.nowByWords("threads", threads.trouble());
        InlineSources.tell(journal, sources, to);
    }

    /**
     * Returns what was found in the journal at start.
     *
     * @return null if there is no journal ({@link Setup#journal})
     */
    public Recovered recovered() {
        return journal == null ? null : journal.recovered();
    }

    /**
     * Makes a snapshot, now and on the owner's thread, of everything that has come so far and is durable within 30 s.
     * {@link Journaling#snapshotEvery} makes snapshots on another thread.
     *
     * @return the place of the first entry that is not in it
     * @throws io.millrace.journal.JournalException as {@link Engine#makeSnapshot}
     * @throws IllegalStateException if a thread other than the owner (the message names both) or a receiver calls this
     * @throws EngineStoppedException if the host has been closed or has halted
     */
    public long makeSnapshot() {
        requireOwner();
        requireTop();
        requireRunning();
        return InlineJournal.require(journal, host.name()).makeSnapshot();
    }

    /**
     * Returns the place of the last entry up to which all are durable, as known when this host last worked. Any thread
     * may call this.
     *
     * @return the place; -1 before the first, and without a journal
     */
    public long durable() {
        return journal == null ? -1 : journal.durable();
    }

    /**
     * Returns what an entry up to {@link #durable} survives.
     *
     * @return the level of the journal; {@link Durability#MEMORY} without one, since nothing is durable then
     */
    public Durability durability() {
        return journal == null ? Durability.MEMORY : journal.level();
    }

    /**
     * Returns the result of the warm-up.
     *
     * @return null if there was none ({@link Setup#warmUp})
     */
    public WarmUpReport warmUp() {
        return host.warmUp();
    }

    /**
     * Returns the events that could not be taken or processed. Any thread may read, list and redrive them; what a
     * thread other than the owner redrives is processed when the owner next publishes or does work.
     *
     * @return counts, the last letters, and the means to redrive them
     */
    public DeadLetters deadLetters() {
        return host.deadLetters();
    }

    /**
     * Returns the topology that runs here.
     *
     * @return the topology; {@link Topology#describe} prints it
     */
    public Topology topology() {
        return core.plan().topology();
    }

    /**
     * Processes what is in the inbox, and closes sources and sinks. This is not an end of input. Closing again has no
     * effect. It waits at most {@link Setup#stopDeadline} for blocking sinks together, and for what the journal still
     * has to take. A thread other than the owner may call this once the owner has ended.
     *
     * @throws EngineStoppedException if a source failed in close, or a sink failed in flush or close or did not take
     *     its events in time, so that output may be lost; the message names the port. Everything is closed all the same
     * @throws IllegalStateException if a thread other than the owner calls this while the owner lives (the message
     *     names both), or a receiver calls it
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

    /**
     * Processes what other threads were told is accepted, then what the journal held back, as it becomes durable:
     * receivers may still publish.
     */
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
