package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.runtime.Core;
import java.util.ArrayList;
import java.util.List;

/**
 * What the thread of one stage does: takes what the ring has, evaluates it, frees it. It alone touches its stage of the core and
 * the outputs of that stage.
 *
 * <p>Entries are freed after each batch. An interrupt is not a command here and is taken back. A throwable that comes out of
 * the core halts the engine: its state can no longer be trusted. Where there are several stages, each reads the ring for itself;
 * one that has to wait for another looks again and again, as it does for the ring.
 */
final class StageLoop implements Runnable, Stepping {
    /** Entries between two looks at requests and at the freeing of slots. */
    private static final int BATCH_MAX = 256;

    /** Entries between two tellings of what is done, so that the stages behind it need not wait for a whole batch; a power of two. */
    private static final int TELL_EVERY = 32;

    private final EngineLoop engine;
    private final int stage;
    private final Core core;
    private final InputRing ring;
    private final Sinks sinks;

    private final Idle idle;

    /** While other stages work; they wake nobody. */
    private final Idle idleForStages;

    private final boolean anyLive;
    private final byte[] own = new byte[Entry.MAX_HEADER_LENGTH];
    private final int[] ahead = new int[Core.LOOK_AHEAD_MAX];

    /** What waits to be durable; null where there is no journal. */
    private final HeldOutputs held;

    private final StageSteps steps;
    private long lookedAhead;

    /** The outputs of the stage. */
    private final List<OutputPort> ports = new ArrayList<>();

    private final FlushBound flushes;
    private boolean flushed;

    /** Whether housekeeping knows when a tick would make something due. */
    private boolean dueTold = true;

    /** The last request for statistics to which this stage has given its part. */
    private StatsRequest served;

    private volatile Thread runner;
    private volatile boolean ended;
    private volatile boolean settling;
    private volatile boolean waitsForStage;

    /** The last entry behind which the inline sinks of the stage have been flushed. */
    private volatile long flushedTo;

    /** Outputs that were not durable when the stage ended. */
    private volatile long notLetOut;

    StageLoop(EngineLoop engine, Host host, InputRing ring, int stage, Waiting waiting, HeldOutputs held) {
        this.engine = engine;
        this.stage = stage;
        this.core = host.core();
        this.ring = ring;
        this.sinks = host.sinks();
        this.idle = new Idle(waiting, ring.sleep());
        this.idleForStages = new Idle(isNeverAsleep(waiting) ? waiting : Idle.BRIEF);
        this.anyLive = host.anyLive();
        this.held = held;
        this.steps = new StageSteps(ring.first() - 1);
        for (OutputPort p : host.bindings().ports()) {
            if (core.plan().stageOf(p.node()) == stage) {
                ports.add(p);
            }
        }
        this.flushes = new FlushBound(ports, ring.first(), sinks.isRehearsal());
        this.flushed = ring.first() == 0; // else inline sinks may hold what a journal has brought back
        this.flushedTo = flushed ? -1 : ring.first() - 2;
    }

    /** The default keeps a core where one is free, but sleeps in the end. */
    private static boolean isNeverAsleep(Waiting waiting) {
        return waiting.after(Long.MAX_VALUE) <= Waiting.SPIN;
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        ring.sleep().join();
        try {
            loop();
        } catch (Throwable t) {
            engine.failed(name(), t);
        } finally {
            ring.close();
            settling = false;
            waitsForStage = false;
            if (held != null) {
                letOutTheRest();
            }
            sinks.finish(stage);
            ended = true;
        }
    }

    private void letOutTheRest() {
        try {
            notLetOut = held.finish(this::flushWhenPast);
        } catch (Throwable t) {
            engine.failed(name(), t);
        }
    }

    /** At the end: what fails is kept for who closes, and behind a failure closing is the last that is asked of a sink. */
    private void flushWhenPast() {
        long next = evaluated() + 1;
        if (sinks.halting() != null || !flushes.isPast(next)) {
            return;
        }
        try {
            flush(next - 1);
        } catch (SinkFault e) {
            assert sinks.halting() != null;
        }
    }

    private void loop() throws Exception {
        long next = ring.first();
        settling = next > 0 && mayContinue();
        while (!engine.isOver()) {
            steps.turn();
            long last = ring.published(next, BATCH_MAX);
            StatsRequest request = engine.request(); // behind the look at the ring, see StatsPoint
            if (isAsked(request)) {
                last = Math.min(last, request.point().most(next));
            }
            if (last >= next) {
                next = work(next, last);
            } else if (ring.isOver(next)) {
                if (held == null) { // else they are set aside again at the next start
                    core.refuseSetAside(stage);
                }
                return;
            } else if (isAsked(request) && request.point().isReached(next - 1)) {
                // answered below, before it rests: who asked has woken it already and will not again
            } else if (letOut(next)) {
                idle.reset();
            } else {
                rest(next);
            }
            if (isAsked(request) && request.point().isReached(next - 1)) {
                served = request;
                request.take(stage, next - 1);
            }
        }
    }

    /** Whether a request for statistics has not had the part of this stage. */
    private boolean isAsked(StatsRequest request) {
        return request != null && request != served;
    }

    private long work(long from, long last) throws Exception {
        boolean onlyTicks = ring.isOnlyTicks(from, last);
        long heldBefore = held == null ? 0 : held.waiting();
        long next = evaluate(from, last);
        sinks.requireSound();
        if (next == from) {
            waitForStages(next);
            return next;
        }
        idleForStages.reset();
        engine.letIn();
        letOutBehind(next, heldBefore);
        if (!onlyTicks) {
            idle.reset(); // ticks keep nobody awake
        }
        flushed = false;
        dueTold = false;
        long wanted = engine.flushWantedTo();
        if (wanted > flushedTo && wanted < next || flushes.isDue(next)) {
            flush(next - 1);
        }
        return next;
    }

    /** Lets out a part of what is durable, and flushes where that is due: it may be any number. Answers whether there was something. */
    private boolean letOut(long next) throws SinkFault {
        if (held == null || !held.letOut()) {
            return false;
        }
        flushed = false;
        if (flushes.isPast(next)) {
            flush(next - 1);
        }
        return true;
    }

    /**
     * Lets out what is durable, until less waits than did before the batch: else it would lie there more and more, until there is no room. No more than
     * the batch has brought, and a part: receivers may publish, and what comes of that is to find room, as it does where nothing is held.
     */
    private void letOutBehind(long next, long heldBefore) throws SinkFault {
        boolean more = true;
        while (more && !engine.isOver()) {
            more = letOut(next) && held.waiting() >= heldBefore;
        }
    }

    /** As far as the stages before it are done, and those behind it have room; a single stage has neither. */
    private long evaluate(long from, long last) {
        byte[] slots = ring.slots();
        boolean looksAhead = last > from && core.looksAhead(stage);
        if (waitsForStage && core.mayBegin(stage, from)) {
            waitsForStage = false; // before user code is called, which may not return
        }
        long next = from;
        for (; next <= last; next++) {
            if (looksAhead && next >= lookedAhead) {
                lookAhead(next, last);
            }
            int offset = ring.offset(next);
            steps.inHand(next);
            if (!core.tryStage(stage, next, slots, offset)) {
                break;
            }
            if ((next & TELL_EVERY - 1) == TELL_EVERY - 1) {
                core.publishStage(stage);
                if (engine.isOver()) {
                    last = next; // another stage has failed
                }
            }
        }
        core.publishStage(stage);
        if (next > from) {
            if (waitsForStage) { // the other one was done a moment after it was asked
                waitsForStage = false;
            }
            settling = mayContinue(); // first: whoever waits looks at what is done, then at this
            ring.consumed(stage, next - 1);
        }
        return next;
    }

    /** Reads ahead what the next entries will ask for. */
    private void lookAhead(long next, long last) {
        int n = (int) Math.min(ahead.length, last - next + 1);
        for (int i = 0; i < n; i++) {
            ahead[i] = ring.offset(next + i);
        }
        core.lookAhead(stage, ring.slots(), ahead, n);
        lookedAhead = next + n;
    }

    /** Left-over firings go on by themselves when time is live or all input has ended; files wait for their next row. */
    private boolean mayContinue() {
        return core.isBehind(stage) && (anyLive || !core.isOpen(stage));
    }

    private void waitForStages(long next) throws Exception {
        boolean someLetOut = letOut(next);
        if (!waitsForStage) {
            waitsForStage = true;
            ring.sleep().wake(); // what it waits for may be asleep over ticks
        }
        if (someLetOut) {
            return; // there may be more
        }
        if (!flushed) {
            flush(next - 1);
        }
        waitsForJournal();
        pause(idleForStages);
    }

    private void waitsForJournal() {
        if (held != null) {
            held.rests();
        }
    }

    private void rest(long next) throws Exception {
        engine.letIn();
        if (settling && !ring.isClosed() && ring.cursor() < next && engine.goOn(own)) {
            return;
        }
        if (stage == 0) {
            engine.stopIfWanted();
        }
        if (!dueTold) {
            dueTold = true;
            engine.tickAt(stage, core);
        }
        if (!flushed) {
            flush(next - 1);
        } else {
            sinks.requireSound();
        }
        steps.rests(true);
        waitsForJournal();
        pause(held != null && held.isReserving() ? idleForStages : idle);
        steps.rests(false);
    }

    private static void pause(Idle by) {
        if (Thread.interrupted()) {
            return; // would make parking return at once, for ever
        }
        by.idle();
    }

    /** What is held has not been handed to a sink, so it is not flushed. */
    private void flush(long last) throws SinkFault {
        flushed = true;
        flushes.flushed(last + 1);
        sinks.flush(stage);
        flushedTo = held == null ? last : Math.min(last, held.letOutTo());
    }

    // ---- other threads

    /** The name of the stage. */
    String name() {
        return core.plan().stages().get(stage).name();
    }

    long notLetOut() {
        return notLetOut;
    }

    long flushedTo() {
        return flushedTo;
    }

    /** The last entry that it has evaluated; when it has ended. In the midst of a batch others are not told yet. */
    long evaluated() {
        return Math.max(ring.consumed(stage), steps.inHand() - 1);
    }

    boolean isSettling() {
        return settling;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether it stands still because another stage does. */
    boolean waitsForStage() {
        return waitsForStage;
    }

    /** Whether it is in an entry, or in a receiver of one that was held. */
    boolean isInHand() {
        boolean inReceiver = false;
        for (OutputPort p : ports) {
            inReceiver |= p.isHanding();
        }
        return !ended && (inReceiver || steps.inHand() > ring.consumed(stage));
    }

    boolean isRunner() {
        return Thread.currentThread() == runner;
    }

    /** The entry that it evaluates; for its own thread. */
    long inHand() {
        return steps.inHand();
    }

    /** Entries, outputs handed over (of which one entry may have many, and with a journal others than its own), turns. */
    @Override
    public long steps() {
        long sum = steps.inHand() + steps.turns();
        for (int i = 0; i < ports.size(); i++) {
            sum += ports.get(i).handed();
        }
        return sum;
    }

    @Override
    public boolean rests() {
        return steps.rests() || runner == null || ended;
    }

    @Override
    public Thread thread() {
        return runner;
    }

    @Override
    public String where() {
        long in = steps.inHand();
        String where = "stage " + name() + " stands still "
                + (in > ring.consumed(stage) ? "in entry " + in : "behind entry " + in);
        for (OutputPort p : ports) {
            where += p.isHanding() ? ", output " + p.output().name() : "";
        }
        return where;
    }
}
