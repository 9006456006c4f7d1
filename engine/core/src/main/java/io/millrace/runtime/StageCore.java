package io.millrace.runtime;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;

/**
 * A stage as a state machine: entries in, outputs out. No thread of its own, no clock, no waiting. Called by one thread.
 *
 * <p>Entry q is evaluated in rounds of two steps. <b>Time</b> (even steps): units in topological order; a node takes what its
 * inputs fired in this step, then takes over progress, then fires what is due. <b>Event</b> (odd steps): the event flows from
 * its source, depth first, up to the inboxes, which are then emptied in topological order. There is one round, but for
 * entries that release events which had been set aside. <b>Letters</b> (one step behind all others): where the topology reads
 * its dead letters as a stream, those of the entry flow.
 */
final class StageCore implements Saved {
    private final Flow flow;
    private final StageClock clock;
    private final SourceIntake[] intakes;
    private final StageUnit[] units;
    private final StageUnit[] inboxes;
    private final ProgressCell[] before;
    private final ProgressCell[] after;
    private final EdgeOut[] out;
    private final EventView<?>[] cut;
    private final DeadLetterPort deadLetters;
    private final LetterStream letters;
    private final boolean cutViews;
    private final boolean ownsIntake;
    private final StageState state;

    /** Nothing comes from another stage or goes to one, and nothing waits for the end of an entry: one look in place of six. */
    private final boolean alone;

    /** No other stage makes a step for time necessary. */
    private final boolean hearsNobody;

    @Scratch("within an entry")
    private int round;

    private long tickNs = Progress.NONE;
    private long highestNs = Progress.NONE;
    private long maxEventNs = Progress.NONE;
    private boolean behind;
    private long entries;

    StageCore(StageParts parts) {
        flow = parts.flow;
        clock = parts.clock;
        intakes = parts.intakes;
        units = parts.units.toArray(new StageUnit[0]);
        inboxes = parts.units.stream().filter(StageUnit::hasInbox).toArray(StageUnit[]::new);
        before = parts.before.toArray(new ProgressCell[0]);
        after = parts.after.toArray(new ProgressCell[0]);
        out = parts.out.toArray(new EdgeOut[0]);
        cut = parts.cut.toArray(new EventView<?>[0]);
        deadLetters = parts.deadLetters;
        letters = parts.letters;
        cutViews = parts.cutViews;
        ownsIntake = parts.ownsIntake;
        state = new StageState(parts);
        hearsNobody = inboxes.length == 0 && out.length == 0;
        alone = hearsNobody && cut.length == 0 && letters == null;
    }

    /** All that belongs to the stage and not to a node of it. */
    @Override
    public void save(StateWriter to) {
        to.putLong(entries);
        to.putLong(tickNs);
        to.putLong(highestNs);
        to.putLong(maxEventNs);
        to.putBoolean(behind);
        state.save(to);
    }

    @Override
    public void load(StateReader from) {
        take(from);
        state.load(from);
    }

    /** Takes over what the same stage of another topology has saved. */
    void loadMoved(StateReader from, Adoption how) {
        take(from);
        state.loadMoved(from, how);
    }

    private void take(StateReader from) {
        entries = from.getLong();
        tickNs = from.getLong();
        highestNs = from.getLong();
        maxEventNs = from.getLong();
        behind = from.getBoolean();
    }

    /**
     * Evaluates one entry; everything it causes in this stage has happened when it returns. What becomes of an event is written out
     * here, which makes it a border of compilation as {@link Segment} is: too long to be inlined into whoever publishes, from where it
     * would be six calls down.
     */
    void process(long q, byte[] bytes, int offset) {
        entries++;
        round = 0;
        long head = Entry.head(bytes, offset);
        switch (Entry.headKind(head)) {
            case EntryKind.EVENT -> {
                SourceIntake s = intakes[Entry.headSource(head)];
                if (!s.isTimed()) {
                    timeStepIfDue(q);
                    eventStep(q, q, s, bytes, offset, head, untimedNs(s));
                } else {
                    long timeNs = Entry.timeNs(bytes, offset);
                    if (hearsNobody && s.isQuiet(timeNs) && !isBehind()) {
                        eventStep(q, q, s, bytes, offset, head, timeNs);
                        round++;
                    } else if (s.time().isAhead(timeNs, tickNs)) {
                        ahead(q, s, timeNs, bytes, offset);
                    } else {
                        refuseAside(s);
                        round(q, q, s, timeNs, bytes, offset, head);
                    }
                }
            }
            case EntryKind.TICK -> tick(q, bytes, offset);
            case EntryKind.END -> end(q, bytes, offset);
            case EntryKind.CONTINUE -> timeStep(q);
            case EntryKind.ADVANCE -> advance(q, bytes, offset);
            case EntryKind.DROPS -> {
                int at = Entry.payload(bytes, offset);
                intakes[Entry.source(bytes, offset)].countDropped(
                        Bytes.getLong(bytes, at), Bytes.getLong(bytes, at + Long.BYTES));
            }
            default -> {
                // void entries hold a place in the order and cause nothing
            }
        }
        if (!alone) {
            if (letters != null && !letters.isEmpty()) {
                letterStep(q);
            }
            for (StageUnit u : inboxes) {
                u.release();
            }
            for (EventView<?> v : cut) {
                v.cut();
            }
        }
    }

    /** All that goes through it is marked as not real. */
    void markAll() {
        flow.markAll();
    }

    /** Whether reading ahead is worth its cost now. */
    boolean looksAhead() {
        for (SourceIntake s : intakes) {
            if (s.lookAhead() != null && s.lookAhead().isOfUse()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Reads ahead what entries will ask for that are about to be processed.
     *
     * @param offsets where the entries begin, all within {@code bytes}
     */
    void lookAhead(byte[] bytes, int[] offsets, int n) {
        for (int i = 0; i < n; i++) {
            if (Entry.kind(bytes, offsets[i]) == EntryKind.EVENT) {
                LookAhead ways = intakes[Entry.source(bytes, offsets[i])].lookAhead();
                if (ways != null) {
                    ways.see(bytes, offsets[i]);
                }
            }
        }
        for (SourceIntake s : intakes) {
            if (s.lookAhead() != null) {
                s.lookAhead().touch();
            }
        }
    }

    // ---- events

    /** The time of an event that has none: never behind what the topology has seen, so that it is late nowhere. */
    private long untimedNs(SourceIntake s) {
        long ns = Math.max(maxEventNs, highestNs);
        if (ns != Progress.NONE) {
            return ns;
        }
        return s.time().isLive() ? Math.max(clock.ticks().ns(), 0) : 0;
    }

    private void round(long q, long own, SourceIntake s, long timeNs, byte[] bytes, int offset, long head) {
        if (timeNs > maxEventNs) {
            maxEventNs = timeNs;
        }
        if (s.observe(timeNs)) {
            raise(s.time().progressNs());
            progressMoved(q);
        } else {
            timeStepIfDue(q);
        }
        eventStep(q, own, s, bytes, offset, head, timeNs);
        round++;
    }

    private void eventStep(long q, long own, SourceIntake s, byte[] bytes, int offset, long head, long timeNs) {
        flow.begin(q, 2 * round + 1, bytes, offset);
        flow.cameInAt(own);
        s.run(flow, bytes, offset, head, timeNs);
        if (!alone) {
            drainInboxes();
        }
    }

    private void drainInboxes() {
        for (StageUnit u : inboxes) {
            u.drain(flow);
        }
    }

    /** Behind all other steps of the entry. A letter has no time of its own; what reads it must not find it late. */
    private void letterStep(long q) {
        long seenNs = Math.max(maxEventNs, highestNs);
        long timeNs = seenNs != Progress.NONE ? seenNs : Math.max(clock.ticks().ns(), 0);
        letters.flow(flow, q, 2 * round + 3, timeNs);
        drainInboxes();
        letters.clear(cutViews);
    }

    private void ahead(long q, SourceIntake s, long timeNs, byte[] bytes, int offset) {
        if (s.time().isLive()) {
            refuse(q, s, bytes, offset);
        } else {
            if (!s.agreesWithAside(timeNs)) {
                refuseAside(s);
            }
            if (s.setAside(q, bytes, offset)) {
                takeUpAside(q, s);
                return;
            }
        }
        timeStepIfDue(q);
    }

    /** The jump is real: as many events as are set aside agree on it, or nothing else will come. */
    private void takeUpAside(long q, SourceIntake s) {
        int n = s.asideCount();
        s.clearAside();
        for (int i = 0; i < n; i++) {
            byte[] bytes = s.aside(i);
            round(q, s.asideSequence(i), s, Entry.timeNs(bytes, 0), bytes, 0, Entry.head(bytes, 0));
        }
    }

    private void refuseAside(SourceIntake s) {
        for (int i = 0; i < s.asideCount(); i++) {
            refuse(s.asideSequence(i), s, s.aside(i), 0);
        }
        s.clearAside();
    }

    /** Nothing will come that could make a jump real, and the sources have not ended. */
    void refuseAllAside() {
        for (SourceIntake s : intakes) {
            refuseAside(s);
        }
        if (letters != null) {
            letters.clear(cutViews); // a host that closes is no entry, and causes nothing
        }
    }

    private void refuse(long q, SourceIntake s, byte[] bytes, int offset) {
        s.countAhead();
        if (ownsIntake) {
            if (letters != null) {
                letters.take(q, s.node(), Reason.AHEAD, s.whyAhead(), bytes, offset);
            }
            deadLetters.letter(q, s.node(), Reason.AHEAD, s.whyAhead(), null, bytes, offset);
        }
    }

    // ---- time

    private void tick(long q, byte[] bytes, int offset) {
        tickNs = Entry.timeNs(bytes, offset);
        clock.ticks().advanceTo(tickNs);
        boolean moved = clock.isTickDue();
        for (SourceIntake s : intakes) {
            if (s.isTimed() && s.tick(tickNs)) {
                raise(s.time().progressNs());
                moved = true;
            }
        }
        if (moved) {
            timeStep(q); // cells that go on by themselves can be further than any source
            raiseToCells();
        } else {
            timeStepIfDue(q);
        }
    }

    /** By what nothing holds, so that it is the same in every stage. */
    private void raiseToCells() {
        for (ProgressCell c : before) {
            raise(c.freeNs());
        }
        for (StageUnit u : units) {
            raise(u.freeNs());
        }
        for (ProgressCell c : after) {
            raise(c.freeNs());
        }
    }

    private void end(long q, byte[] bytes, int offset) {
        SourceIntake s = intakes[Entry.source(bytes, offset)];
        takeUpAside(q, s);
        if (s.time().end()) {
            timeStep(q);
        } else {
            timeStepIfDue(q);
        }
    }

    private void advance(long q, byte[] bytes, int offset) {
        long to = Entry.timeNs(bytes, offset);
        for (SourceIntake s : intakes) {
            if (s.isTimed()) {
                s.time().advanceTo(to);
                raise(s.time().progressNs());
            }
        }
        maxEventNs = Math.max(maxEventNs, to);
        progressMoved(q);
    }

    /** The furthest of the sources that go on; at its end a source has a time step of its own. */
    private void raise(long progressNs) {
        if (progressNs > highestNs && progressNs != Progress.END) {
            highestNs = progressNs;
        }
    }

    private void progressMoved(long q) {
        if (highestNs >= clock.nextDueNs() || needsTimeStep(q)) {
            timeStep(q);
            return;
        }
        for (ProgressCell c : before) {
            c.advance();
        }
        for (StageUnit u : units) {
            u.advance();
        }
        advanceAfter();
        for (EdgeOut e : out) {
            if (e.isNews()) {
                timeStep(q); // where a node waits for something else than progress it holds what another stage sees
                return;
            }
        }
    }

    private void advanceAfter() {
        for (ProgressCell c : after) {
            c.advance();
        }
    }

    private void timeStepIfDue(long q) {
        if (needsTimeStep(q)) {
            timeStep(q);
        }
    }

    /** Whether something waits that does not depend on progress moving: left-over firings, or another stage's. */
    private boolean needsTimeStep(long q) {
        if (isBehind()) {
            return true;
        }
        if (hearsNobody) {
            return false;
        }
        for (EdgeOut e : out) {
            if (e.isHeld()) {
                return true;
            }
        }
        for (StageUnit u : inboxes) {
            if (u.hasRemote(q, 2 * round)) {
                return true;
            }
        }
        return false;
    }

    private void timeStep(long q) {
        flow.begin(q, 2 * round, null, 0); // no firing is caused by the entry that lets time pass
        for (ProgressCell c : before) {
            c.advance();
        }
        long next = Long.MAX_VALUE;
        long nextTick = Long.MAX_VALUE;
        boolean anyBehind = false;
        clock.reset(Long.MAX_VALUE, Long.MAX_VALUE);
        for (StageUnit u : units) {
            if (u.hasInbox()) {
                u.drain(flow);
            }
            u.advanceAndFire(flow);
        }
        advanceAfter();
        for (StageUnit u : units) {
            anyBehind |= u.isBehind();
            next = Math.min(next, u.nextDueNs());
            nextTick = Math.min(nextTick, u.nextTickDueNs());
        }
        clock.reset(next, nextTick);
        behind = anyBehind;
        for (EdgeOut e : out) {
            e.tellProgress(q, 2 * round);
        }
    }

    // ---- what hosts ask

    /** Whether a node sets due what is measured by the clock, so that it needs ticks whatever its inputs. */
    boolean followsClock() {
        for (StageUnit u : units) {
            if (u.followsClock()) {
                return true;
            }
        }
        return false;
    }

    /** Whether something due waits to be fired: a host without input publishes a continue entry. */
    boolean isBehind() {
        return behind || clock.isOverdue();
    }

    /** Whether a source with event time may still bring something. */
    boolean isOpen() {
        for (SourceIntake s : intakes) {
            if (s.isTimed() && !s.time().isEnded()) {
                return true;
            }
        }
        return false;
    }

    /** The smallest due time; a host may tick then. */
    long nextDueNs() {
        return clock.nextDueNs();
    }

    /**
     * The clock at which a tick would make something due: when all sources have been silent for long enough, and progress has gone
     * on by what is missing. Never sooner than the last tick and that, so that no tick can ask for the next at once.
     */
    long nextTickNs() {
        return Math.min(clock.nextTickDueNs(), nextTickForProgressNs());
    }

    private long nextTickForProgressNs() {
        if (clock.nextDueNs() == Long.MAX_VALUE || tickNs == Progress.NONE) {
            return Long.MAX_VALUE;
        }
        long untilIdleNs = 0;
        long disorderNs = 0;
        for (SourceIntake s : intakes) {
            if (s.isTimed() && !s.time().isEnded()) {
                if (!s.time().isLive()) {
                    return Long.MAX_VALUE;
                }
                untilIdleNs = Math.max(untilIdleNs, s.time().untilIdleNs());
                disorderNs = Math.max(disorderNs, s.time().disorderNs());
            }
        }
        long missingNs = missingNs();
        return missingNs == Long.MAX_VALUE
                ? missingNs
                : Math.max(
                        SourceTime.plus(SourceTime.plus(tickNs, untilIdleNs), missingNs),
                        SourceTime.plus(clock.nextDueNs(), disorderNs));
    }

    /** The least event time that is missing until something fires; what waits already is not waited for. */
    private long missingNs() {
        long least = Long.MAX_VALUE;
        for (StageUnit u : units) {
            least = Math.min(least, u.missingNs());
        }
        return least;
    }

    /** How far a source is behind the clock, or the furthest source; -1 when that is not known. */
    long lagNs(int source) {
        SourceIntake s = intakes[source];
        long ns = s.time().progressNs();
        if (!s.isTimed() || ns == Progress.NONE) {
            return -1;
        }
        long toNs = s.time().isLive() ? tickNs : highestNs;
        return toNs == Progress.NONE ? -1 : ns >= toNs ? 0 : SourceTime.plus(toNs, -ns);
    }

    long entries() {
        return entries;
    }

    SourceIntake[] intakes() {
        return intakes;
    }
}
