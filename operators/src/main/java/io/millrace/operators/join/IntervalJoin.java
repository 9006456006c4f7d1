package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operator.Outside;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.window.Partition;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Pages;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts events of two sides side by side that have one key and lie near each other in time. How near says {@link Interval}.
 *
 * <p><b>Pairs</b> come when the later of the two comes, in the order of the input; those of one event by (time, order) of the
 * other side. Their time is the later one. Each pair comes once, also where both sides are one stream.
 *
 * <p><b>Alone</b> an event comes when progress has passed the last moment at which it could have matched, at that moment (or its
 * own time, where that is later), ordered by (that moment, side, order): never before, whatever the host's clock, and once (where windows
 * overlap, once for each in which it is alone; where a join is {@linkplain Interval#anyTime() bounded by events} only, when it is given up). What a {@linkplain Interval#sameWindow(io.millrace.operators.window.Window) session} has comes together, by (time, order): ordered by (that moment,
 * the order in which sessions were begun).
 * What is due for the key of an event comes before the event's own pairs; where that is more than {@value #ALONE_OF_KEY} events
 * the one that came waits until all has been sent that was due then, and is refused (over bound) only where the budget has no room for it.
 *
 * <p><b>Late</b>: an event below progress (less the {@link Interval#allowedLateness lateness}, by which all of this then goes) goes to the output {@code late} or {@code late-right}, or to the dead letters where
 * nobody reads it; nothing that has been sent changes. <b>State</b>: an event is kept only while something unseen can match it,
 * or it may still come alone. <b>Bounds</b>: an event beyond the bound of keys, events, pairs or budget goes to the dead letters
 * (over bound). <b>Work</b>: a search takes steps by the logarithm of the events of a key; an entry looks after {@value #FIRINGS}
 * keys or events at most, beside what is due of its own.
 *
 * @param <L> the event of the left side
 * @param <R> that of the right side
 */
public final class IntervalJoin<L, R> implements Operator<L, Joined<L, R>> {
    /** Most events sent alone, or keys looked after, for an entry. */
    static final int FIRINGS = 64;

    /** Most events of its key that are sent alone before an event. */
    static final int ALONE_OF_KEY = 1_024;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), IntervalJoinNode.class);
    private static final NodeClass BY_SESSION = NodeClass.of(MethodHandles.lookup(), SessionJoinNode.class);

    final KeyInfo key;
    final Interval<L> interval;

    private IntervalJoin(KeyInfo key, Interval<L> interval) {
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.interval = interval;
    }

    /**
     * An interval join.
     *
     * @param key      the key of both sides and the bound on keys; null where it is not known
     * @param interval which events match
     * @param <L>      the event of the left side
     * @param <R>      that of the right side
     * @return the operator, with two inputs
     * @throws IllegalArgumentException when it is told what cannot be
     */
    public static <L, R> IntervalJoin<L, R> of(KeyInfo key, Interval<L> interval) {
        String problem = Objects.requireNonNull(interval, "within").problem();
        if (problem != null) {
            throw new IllegalArgumentException("join: " + problem);
        }
        return new IntervalJoin<>(key, interval);
    }

    @Override
    public String word() {
        return "join";
    }

    @Override
    public NodeClass node() {
        return interval.isSession() ? BY_SESSION : NODE;
    }

    @Override
    public int inputs() {
        return 2;
    }

    /**
     * In the first form an event that may come alone said nothing of the windows in which it still does, and up to the second no event
     * waited.
     */
    @Override
    public int stateVersion() {
        return 3;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "late", "late-right");
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return port == 0 ? JoinedType.of(inputs.get(0), inputs.get(1)) : inputs.get(port - 1);
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    boolean sendsAlone() {
        return interval.sendsAlone();
    }

    /**
     * Its pairs, and what is sent alone before it. At any time also the event that is given up for it: then there are no pairs, as nothing of
     * the other side has come, so their room is that one's.
     */
    @Override
    public int maxOutputs() {
        return interval.matchesAtMost + (sendsAlone() ? aloneOfKey() : 0);
    }

    /**
     * What goes before an event: all of its key that may be due, where a bound says how many it has. At any time too: nothing is due there
     * before all input has ended, but then windows in front still bring events.
     */
    int aloneOfKey() {
        long ofKey = 2L * interval.eventsAtMost * interval.aloneIn();
        return ofKey > 0 ? (int) Math.min(ofKey, ALONE_OF_KEY) : ALONE_OF_KEY;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    /** It comes alone in each of its windows at most, and its key is looked after; one that makes a session longer makes it fire once more. */
    @Override
    public int firingsOfEvent(int input) {
        return interval.isSession() ? SessionJoinNode.FIRINGS : 1 + (sendsAlone() ? interval.aloneIn() : 0);
    }

    @Override
    public long outputsOfEvent(int input) {
        return interval.matchesAtMost + (sendsAlone() ? (long) interval.aloneIn() : 0);
    }

    @Override
    public int maxOutputsPerFiring() {
        return sendsAlone() ? 1 : 0;
    }

    /** One of an event that has waited is among them. */
    @Override
    public long maxOutputsOfFirings(int firings) {
        return sendsAlone() ? firings + (long) interval.matchesAtMost : 0;
    }

    @Override
    public List<Outside> dependsOn() {
        boolean hasZone = interval.window != null && Partition.hasZone(interval.window);
        return hasZone ? List.of(Outside.TIME_ZONE_DATA) : List.of();
    }

    @Override
    public long latenessNs() {
        return Times.nanos(interval.lateness);
    }

    @Override
    public boolean keyed() {
        return true;
    }

    /** Rows, events of each side, headers, dues and their cells: each takes pages of its own. */
    @Override
    public long leastStateBytes() {
        long calendar = 4L * ExpiryCalendar.BUCKETS_MAX * Long.BYTES;
        return (8L * Pages.PAGE_BYTES + calendar) * 4 / 3;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("matches", interval.toString());
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        result.put(
                "events of a key and side",
                interval.eventsAtMost == 0
                        ? "by budget"
                        : interval.eventsAtMost + (interval.evicts ? ", evicting" : ""));
        result.put("pairs of an event", Integer.toString(interval.matchesAtMost));
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return JoinProblems.of("join", inputs, Side.HEAD_MAX);
    }
}
