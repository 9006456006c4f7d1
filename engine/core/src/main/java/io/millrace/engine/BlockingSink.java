package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.runtime.Blames;
import io.millrace.runtime.SinkBlame;
import io.millrace.transport.EncodedSink;
import io.millrace.transport.EventSink;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * A sink that may wait: a ring and a thread of its own. The stage's thread calls {@link #offer} and allocates nothing there;
 * the sink is called by its own thread only, flushed when its ring is empty and each {@link FlushBound#MOST} outputs, and closed at the end.
 *
 * <p>An <b>untethered</b> one that has had no room goes on with what comes then: its own thread throws away what waits, so that the
 * ring keeps one writer and one reader, and a number takes the place of what is gone.
 *
 * <p>Closing loses nothing that was handed over: the stage sets {@code closing} after its last output; the sink's thread looks
 * at {@code closing} first and at the ring then.
 */
final class BlockingSink implements Runnable, Stepping {
    /** How long closing waits for one that nobody waits for otherwise. */
    private static final long TAP_CLOSES_NS = 1_000_000_000;

    /** Between two looks whether an output may go out. */
    private static final long RESERVED_AFTER_NS = 50_000;

    private final BoundSink bound;
    private final Sinks sinks;
    private final Lane<?>[] lanes;
    private final SinkRing ring;
    private final Thread thread;
    private final boolean untethered;
    private final boolean waits;
    private final AtomicBoolean leftTold = new AtomicBoolean();
    private final Idle stageWaits = new Idle(Idle.BRIEF);
    private final Sleep sleep = new Sleep();

    /** Outputs that it was not given and that were not declared as droppable: time had run out, or it had stopped. The stage's thread's. */
    private volatile long notGiven;

    /** The entry of the first of them; written before their number is. */
    private long notGivenFrom;

    /** Whether it went on behind one that found no room; written before their number is. */
    private boolean hadNoRoom;

    private volatile boolean closing;
    private volatile boolean hurry;

    /** Set when time has run out, and by its own thread when nothing more can go out. */
    private volatile boolean givenUp;

    private volatile boolean stopped;

    /** How many it has taken since its last flush, and the entry of the first; what it holds already is not given to it. Written before it stops. */
    private long unflushed;

    private long unflushedFrom;

    /** Whether it stops without a last sound flush: it failed, has not taken an event, or was given up; written before it stops. */
    private boolean hasFailed;

    /** Missed and not yet told to the sink; its own thread's. */
    private long untold;

    /** Made once: a sink that keeps up is flushed at every event. */
    private final IntPredicate flushesAgain;

    /** Why the journal lets nothing out any more; null as long as it may. Its own thread's. */
    private Throwable refusal;

    /** How many outputs have been taken and flushed, and up to which somebody wants that. */
    private volatile long flushedTo;

    private final AtomicLong flushWantedTo = new AtomicLong();

    /** Its own thread's; others look whether it stands still. */
    private volatile boolean flushing;

    /** One output of the sink. */
    private static final class Lane<V> {
        private final EventSink<V> sink;

        /** The same where it takes bytes, else null. */
        private final EncodedSink<V> encoded;

        private final EventType<V> type;
        private final EventView<V> view;
        private final OutputCounts counts;
        private final int node;

        /** Null where there is no journal, and where the stage's thread numbers what it hands over. */
        private final ResumedOutput resumed;

        /** Null where nothing is measured. */
        private final SinkBlame blame;

        @SuppressWarnings("unchecked")
        Lane(EventSink<?> sink, Output<V> output, Sinks sinks, ResumedOutput resumed, Blames blames) {
            this.sink = (EventSink<V>) sink;
            this.resumed = resumed;
            encoded = sink instanceof EncodedSink<?> e ? (EncodedSink<V>) e : null;
            type = output.type();
            view = type.newView();
            counts = sinks.counts(output);
            node = sinks.node(output);
            blame = blames == null ? null : blames.blockingSink(node);
        }

        void deliverMeasured(SinkRing ring, Flow event) throws Exception {
            if (blame == null || !blame.samples(event)) {
                deliver(ring, event);
                return;
            }
            long begunNs = blame.nowNs();
            deliver(ring, event);
            blame.taken(event, begunNs);
        }

        void deliver(SinkRing ring, Meta meta) throws Exception {
            if (encoded != null) {
                encoded.on(ring.slot(), ring.valueOffset(), ring.valueLength(), meta);
                return;
            }
            sink.on(ring.value(view), meta);
            assert cut(); // as everywhere where assertions are enabled: a kept view fails
        }

        private boolean cut() {
            view.cut();
            return true;
        }
    }

    BlockingSink(BoundSink bound, Sinks sinks, int largestEntry, EngineThreads threads, Blames blames) {
        this.bound = bound;
        this.sinks = sinks;
        untethered = bound.delivery().isUntethered();
        waits = !untethered && !bound.delivery().dropsNewest();
        lanes = new Lane<?>[bound.outputs().size()];
        for (int i = 0; i < lanes.length; i++) {
            ResumedOutput from = bound.isOnceEach() ? bound.resumed(i) : null;
            lanes[i] = new Lane<>(bound.sink(), bound.outputs().get(i), sinks, from, blames);
        }
        int largest = 0;
        int largestKey = 0; // nobody else asks for it
        for (Lane<?> l : lanes) {
            largest = Math.max(largest, l.type.maxLength());
            largestKey = Math.max(largestKey, l.blame == null ? 0 : l.blame.keyBytes());
        }
        ring = new SinkRing(bound.delivery().slots(), largestKey, largestEntry, largest);
        if (sinks.isRehearsal()) {
            ring.inHand().markAll();
        }
        flushesAgain = attempt -> waitsForNext(ring.taken(), -1, attempt);
        String output = bound.outputs().get(0).name();
        thread = threads.make(ThreadPlacement.Role.SINK, output, "-sink-" + output, Waiting.ADAPTIVE, this);
    }

    void start() {
        thread.start();
    }

    // ---- the stage's thread

    /** Hands an output over; waits for room, or drops, as declared. */
    void offer(int lane, Flow flow) {
        Lane<?> to = lanes[lane];
        boolean gap = to.resumed != null && notGiven > 0; // its thread counts: behind one the numbers would be others
        if (stopped || gap || !ring.tryWrite(lane, flow, to.type) && !waitAndWrite(lane, flow)) {
            hasNoRoom(to, flow);
            return;
        }
        sleep.wake();
    }

    private void hasNoRoom(Lane<?> lane, Flow flow) {
        boolean isOver = stopped;
        if (untethered) {
            lane.counts.miss();
        } else {
            lane.counts.drop();
        }
        ring.miss();
        if (waits || isOver && !untethered) {
            notGive(flow, isOver);
        }
    }

    private void notGive(Flow flow, boolean isOver) {
        hadNoRoom |= !isOver;
        if (notGiven == 0) {
            notGivenFrom = flow.sequence();
            sinks.countFault(bound);
        }
        notGiven++;
    }

    private boolean waitAndWrite(int lane, Flow flow) {
        if (!waits) {
            return false;
        }
        boolean interrupted = false;
        boolean written = false;
        stageWaits.reset();
        while (!written && !stopped && !hurry) {
            interrupted |= Thread.interrupted(); // would make parking return at once, for ever
            stageWaits.idle();
            written = ring.tryWrite(lane, flow, lanes[lane].type);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return written;
    }

    /** After the last output. */
    void finish() {
        closing = true;
        LockSupport.unpark(thread);
    }

    /** Whether its stage hands over nothing more. */
    boolean isFinishing() {
        return closing;
    }

    // ---- whoever closes the host

    /** The stage waits no longer for room: time has run out. */
    void hurry() {
        hurry = true;
    }

    /** Waits until the sink has taken everything and is closed; goes on through interrupts, and answers whether there was one. */
    boolean awaitClosed(long untilNs, Duration deadline) {
        boolean interrupted =
                Joining.join(thread, untethered ? Math.min(untilNs, HostClock.nanoTime() + TAP_CLOSES_NS) : untilNs);
        if (thread.isAlive() && thread != Thread.currentThread()) {
            givenUp = true;
            if (untethered) {
                missWhatIsLeft();
            } else if (leftTold.compareAndSet(false, true)) {
                sinks.failed(
                        bound,
                        "has not taken its last " + ring.waiting() + " events and closed within the "
                                + "stop deadline of " + deadline + theFirstOf(ring.firstWaiting()),
                        null);
            }
            thread.interrupt(); // it may sit in a call that ends then; nothing else can be done
        }
        return interrupted;
    }

    private static String theFirstOf(long entry) {
        return entry == Long.MAX_VALUE ? "" : ", the first of them from entry " + entry;
    }

    /** What an untethered sink was handed and has not taken when it is given up; which of its outputs it was is not known any more. */
    private void missWhatIsLeft() {
        if (leftTold.compareAndSet(false, true)) {
            lanes[0].counts.skip(ring.waiting());
        }
    }

    /** Wants flushed what has been handed over by now; answers how much that is. */
    long wantFlush() {
        long handed = ring.handed();
        flushWantedTo.accumulateAndGet(handed, Math::max);
        sleep.wake();
        return handed;
    }

    /** Whether it has taken and flushed so many outputs, or has stopped. */
    boolean isFlushed(long outputs) {
        return flushedTo >= outputs || stopped;
    }

    boolean isRunner() {
        return Thread.currentThread() == thread;
    }

    /** Whether a stage waits when there is no room. */
    boolean isWaitedFor() {
        return waits;
    }

    // ---- who looks whether it moves

    @Override
    public long steps() {
        return ring.freed();
    }

    @Override
    public boolean rests() {
        return ring.waiting() == 0 && !flushing || stopped;
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public String where() {
        long waiting = ring.waiting();
        return bound.where() + ": its sink stands still "
                + (waiting == 0 ? "in a flush" : "with " + waiting + " events waiting for it");
    }

    /**
     * What it has not taken and never will, as of now, with the first entry that is concerned; null while it works and lacks nothing. It is
     * complete when its stage has ended too: that goes on to the end of what it has in hand when the sink has stopped.
     */
    SinkFault left() {
        if (untethered) {
            return null;
        }
        boolean isOver = stopped;
        long handed = isOver ? ring.waiting() : 0;
        long further = notGiven;
        String what = handed == 0 ? null : "did not take " + handed + " events that were handed to it";
        long first = handed == 0 ? Long.MAX_VALUE : ring.firstWaiting();
        if (further > 0) {
            String notGivenAny = "was not given " + further + " outputs"
                    + (hadNoRoom ? " because it had no room at the deadline" : "");
            what = what == null ? notGivenAny : what + " and " + notGivenAny;
            first = Math.min(first, notGivenFrom);
        }
        what = what == null ? null : what + theFirstOf(first);
        if (isOver && hasFailed && bound.gathers() && unflushed > 0) {
            String inDoubt = "may have lost the " + unflushed + " events that it took after its last flush"
                    + theFirstOf(unflushedFrom);
            what = what == null ? inDoubt : what + "; it " + inDoubt;
        }
        return what == null ? null : bound.fault(what, isOver ? refusal : null);
    }

    /** Whether closing throws what it has left. */
    boolean isGrave() {
        return !bound.delivery().countsFailures() || stopped && hasFailed;
    }

    // ---- the sink's thread

    @Override
    public void run() {
        hasFailed = true;
        sleep.join();
        try {
            hasFailed = !work();
        } catch (Throwable t) {
            sinks.halt(bound, "failed", t);
        } finally {
            stopped = true;
            sinks.close(bound);
            if (untethered) {
                missWhatIsLeft();
            } else if (ring.waiting() > 0) {
                sinks.countFault(bound);
            }
        }
    }

    /** Answers whether it has taken and flushed all. */
    private boolean work() {
        Idle idle = new Idle(Waiting.ADAPTIVE, sleep);
        boolean flushed = true;
        boolean skips = bound.delivery().goesOnWithNewest();
        while (!givenUp) {
            boolean last = closing; // before the look at the ring
            if (skips && ring.hasMissed()) {
                skipWhatWaits();
            }
            if (ring.next()) {
                if (!deliver()) {
                    return false;
                }
                flushed = isFlushDue();
                idle.reset();
                if (flushed && !flush()) {
                    return false;
                }
            } else if (!flushed) {
                flushed = true;
                if (!flush()) {
                    return false;
                }
            } else if (last) {
                tellMissed(ring.missedAtLast());
                return true;
            } else if (!Thread.interrupted()) { // not a command here
                idle.idle();
            }
        }
        return false;
    }

    /** Whether it is flushed though more waits: somebody wants it, or so much has been taken since. */
    private boolean isFlushDue() {
        long wanted = flushWantedTo.get();
        long taken = ring.taken();
        return flushedTo < wanted && taken >= wanted || taken - flushedTo >= FlushBound.MOST;
    }

    /** It has fallen behind too far: what waits is as good as missed, and it goes on with what comes. */
    private void skipWhatWaits() {
        long upTo = ring.handed();
        while (ring.taken() < upTo && ring.next()) {
            untold += ring.missedBefore() + 1;
            lanes[ring.output()].counts.skip(1);
            ring.release();
        }
    }

    private void tellMissed(long more) {
        long missed = untold + more;
        untold = 0;
        if (missed > 0) {
            try {
                bound.sink().missed(missed);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable t) {
                lanes[0].counts.fault();
                sinks.noted(bound, "failed in missed", t);
            }
        }
    }

    private boolean flush() {
        flushing = true; // mostly behind the last event that waits, for which nobody would see it stand still
        boolean sound = sinks.flush(bound, flushesAgain);
        flushing = false;
        if (sound) {
            unflushed = 0;
            flushedTo = ring.taken();
        }
        return sound;
    }

    /** Answers false when the sink failed in a way that halts the engine. */
    private boolean deliver() {
        Lane<?> lane = lanes[ring.output()];
        tellMissed(ring.missedBefore());
        if (lane.resumed != null) {
            if (!awaitReserved(lane.resumed)) {
                return true; // time has run out, or the journal has failed
            }
            if (!lane.resumed.begin()) {
                ring.release();
                return true;
            }
        }
        Flow event = ring.inHand();
        boolean delivered = false;
        for (int attempt = 1; !delivered; attempt++) {
            try {
                lane.deliverMeasured(ring, event);
                delivered = true;
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable t) {
                if (waitsForNext(event.sequence(), event.ordinal(), attempt)) {
                    continue;
                }
                if (lane.resumed != null && lane.resumed.isCounted()) {
                    sinks.halt(bound, Sinks.UNTAKEN, t);
                    return false; // it waits for the next start, and so does what is behind it
                }
                failed(lane, event, t);
                break;
            }
        }
        if (lane.resumed != null && !bound.gathers() && (delivered || !givenUp)) {
            lane.resumed.done(); // whatever came of it, but for a call that was broken off
        }
        if (delivered) {
            unflushedFrom = unflushed == 0 ? event.sequence() : unflushedFrom;
            unflushed++;
        }
        ring.release();
        return true;
    }

    private boolean awaitReserved(ResumedOutput resumed) {
        while (!resumed.mayBegin()) {
            refusal = resumed.refusal();
            if (refusal != null) {
                givenUp = true; // what waits behind it has to stay behind it
            }
            if (givenUp) {
                return false;
            }
            LockSupport.parkNanos(this, RESERVED_AFTER_NS);
            Thread.interrupted(); // not a command here, and it would make parking return at once
        }
        return true;
    }

    private void failed(Lane<?> lane, Flow event, Throwable t) {
        lane.counts.fail();
        if (untethered) {
            sinks.noted(bound, "failed in on", t);
        } else if (lane.resumed == null || lane.resumed.noteLetter()) {
            sinks.deadLetters().letter(event, lane.node, Reason.OPERATOR_ERROR, null, t);
        }
    }

    /** Waits for as long as is declared between attempts; answers false when the one that has failed was the last. */
    private boolean waitsForNext(long sequence, int ordinal, int attempt) {
        if (attempt >= bound.delivery().attempts()) {
            return false;
        }
        long untilNs = HostClock.nanoTime() + bound.delivery().backoff().delayNs(sequence, ordinal, attempt);
        long leftNs;
        while (!givenUp && (leftNs = untilNs - HostClock.nanoTime()) > 0) {
            LockSupport.parkNanos(this, leftNs);
            Thread.interrupted(); // not a command here, and it would make parking return at once
        }
        return !givenUp;
    }
}
