package io.millrace.runtime;

import io.millrace.event.Entry;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.plan.Plan;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;
import java.time.Duration;

/**
 * A source in a stage: its view, the chain behind it, its time, and the events that were set aside because they are too far
 * ahead. Every stage follows the time of every source, as a pure function of the entries.
 */
final class SourceIntake implements Saved {
    private final int node;
    private final EventView<?> view;
    private final int place;
    private Node chain;
    private LookAhead lookAhead;
    private final SourceTime time;
    private final boolean timed;
    private final String whyAhead;
    private final int maxEntryLength;
    private final NodeFailures failures;
    private byte[][] aside;
    private final long[] asideSequence = new long[Plan.SET_ASIDE];
    private int asideCount;
    private long asideFirstNs;
    private long asideLastNs;

    /** An event at or before it moves no time and wakes nobody: {@link #isQuiet}. */
    @Scratch("looked up again behind the next event")
    private long quietNs = Progress.NONE;

    private long in;
    private long ahead;
    private long dropped;
    private long conflated;

    /** Failures is null where another stage reports what cannot be read. */
    SourceIntake(int node, Input<?> input, boolean live, NodeFailures failures) {
        this.node = node;
        this.place = Flow.placeOf(node);
        this.view = input.type().newView();
        this.timed = input.hasEventTime();
        this.failures = failures;
        this.time = new SourceTime(input.disorderNs(), live, input.maxAheadNs(live), input.idleAfterNs());
        this.whyAhead = whyAhead(input.maxAheadNs(live), live); // here, so that a letter costs nothing more
        this.maxEntryLength = Entry.MAX_HEADER_LENGTH + input.type().maxLength();
    }

    private static String whyAhead(long maxAheadNs, boolean live) {
        String most = "more than maxAhead, " + Duration.ofNanos(maxAheadNs) + ", ahead of the ";
        return live
                ? most + "clock at the last tick; set the clocks right, or raise Input.maxAhead"
                : most + "latest time accepted before it; correct its time, or raise Input.maxAhead";
    }

    @Override
    public void save(StateWriter to) {
        time.save(to);
        to.putInt(asideCount);
        for (int i = 0; i < asideCount; i++) {
            to.putLong(asideSequence[i]);
            to.putBytes(aside[i], 0, Entry.length(aside[i], 0));
        }
        to.putLong(asideFirstNs);
        to.putLong(asideLastNs);
        to.putLong(in);
        to.putLong(ahead);
        to.putLong(dropped);
        to.putLong(conflated);
    }

    @Override
    public void load(StateReader from) {
        time.load(from);
        asideCount = from.getInt("a number of events that are set aside", Plan.SET_ASIDE);
        if (asideCount > 0) {
            aside = new byte[Plan.SET_ASIDE][maxEntryLength];
        }
        for (int i = 0; i < asideCount; i++) {
            asideSequence[i] = from.getLong();
            from.getBytes(aside[i]);
        }
        asideFirstNs = from.getLong();
        asideLastNs = from.getLong();
        in = from.getLong();
        ahead = from.getLong();
        dropped = from.getLong();
        conflated = from.getLong();
    }

    boolean hasAside() {
        return asideCount > 0;
    }

    void chain(Node first) {
        chain = first;
    }

    void lookAhead(LookAhead ways) {
        lookAhead = ways;
    }

    /** Null when no key is made near this source. */
    LookAhead lookAhead() {
        return lookAhead;
    }

    int node() {
        return node;
    }

    EventView<?> view() {
        return view;
    }

    SourceTime time() {
        return time;
    }

    boolean isTimed() {
        return timed;
    }

    long in() {
        return in;
    }

    long ahead() {
        return ahead;
    }

    long dropped() {
        return dropped;
    }

    long conflated() {
        return conflated;
    }

    /** What an entry about drops tells. */
    void countDropped(long events, long replaced) {
        dropped += events;
        conflated += replaced;
    }

    /** The bound and the cure, for a letter. */
    String whyAhead() {
        return whyAhead;
    }

    void countAhead() {
        ahead++;
    }

    /**
     * Whether an event of this time changes nothing about time: the source has had one as late since the last tick, and none is set aside. Most
     * events of a busy source stand in the same millisecond as the one before, or behind it; of them no more is asked.
     */
    boolean isQuiet(long timeNs) {
        return timeNs <= quietNs;
    }

    /** Takes the time of an accepted event, when none is set aside; answers as {@link SourceTime#observe}. */
    boolean observe(long timeNs) {
        boolean moved = time.observe(timeNs);
        quietNs = Math.max(quietNs, timeNs); // not the largest of all, which another tick may have let in
        return moved;
    }

    /** Takes a tick, which may tell how far ahead an event is, and that the source is idle; answers as {@link SourceTime#tick}. */
    boolean tick(long clockNs) {
        quietNs = Progress.NONE;
        return time.tick(clockNs);
    }

    /** The event step: moves the view over the entry and runs the chain. What the view throws is the event's fault. */
    void run(Flow flow, byte[] bytes, int offset, long head, long timeNs) {
        in++;
        if (chain == Discard.INSTANCE) {
            return; // a stage that does not read this source follows its time only
        }
        int at = offset + Entry.headPayload(head);
        int length = Entry.headPayloadLength(head);
        Object value;
        try {
            value = view.wrap(bytes, at, length);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            if (failures != null) {
                failures.malformed(flow, t);
            }
            return;
        }
        flow.value(place, value, bytes, at, length);
        flow.timeNs(timeNs);
        chain.on(flow);
    }

    // ---- set aside

    int asideCount() {
        return asideCount;
    }

    byte[] aside(int i) {
        return aside[i];
    }

    long asideSequence(int i) {
        return asideSequence[i];
    }

    void clearAside() {
        asideCount = 0;
    }

    /** Whether an event that is too far ahead agrees with all of those set aside before it. */
    boolean agreesWithAside(long timeNs) {
        if (asideCount == 0) {
            return true;
        }
        long distance = Math.max(asideLastNs, timeNs) - Math.min(asideFirstNs, timeNs);
        return distance >= 0 && distance <= time.maxAheadNs(); // negative: the distance itself overflows
    }

    /** Keeps a copy; answers true when this was the last one that was missing. */
    boolean setAside(long sequence, byte[] bytes, int offset) {
        if (aside == null) {
            aside = new byte[Plan.SET_ASIDE][maxEntryLength];
        }
        quietNs = Progress.NONE; // the next that is not ahead is news to those that are
        System.arraycopy(bytes, offset, aside[asideCount], 0, Entry.length(bytes, offset));
        asideSequence[asideCount] = sequence;
        long timeNs = Entry.timeNs(bytes, offset);
        asideFirstNs = asideCount == 0 ? timeNs : Math.min(asideFirstNs, timeNs);
        asideLastNs = asideCount == 0 ? timeNs : Math.max(asideLastNs, timeNs);
        return ++asideCount == Plan.SET_ASIDE;
    }
}
