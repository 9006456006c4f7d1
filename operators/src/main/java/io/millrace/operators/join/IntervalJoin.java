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
 * Pairs events of two sides that have one key and are close in time. {@link Interval} says how close.
 *
 * <p><b>Pairs.</b> A pair comes when the later of the two comes, in the order of the input, with the later time. The
 * pairs of one event come by (time, order) of the other side. Each pair comes once, also if both sides are one stream.
 *
 * <p><b>Events alone.</b> An event without a match comes alone once, when progress has passed the last moment at which
 * it could have matched, and with that time (or its own, where that is later). It never comes earlier, whatever the
 * clock of the host. Where windows overlap it comes once for each window in which it is alone; a join that is
 * {@linkplain Interval#anyTime() bounded by events} only sends it when it is evicted.
 *
 * <ul>
 *   <li>Such events are ordered by (that moment, side, order). Those of a
 *       {@linkplain Interval#sameWindow(io.millrace.operators.window.Window) session} come together, by (time, order),
 *       and sessions by (that moment, the order in which they were begun).
 *   <li>What is due for the key of an event comes before the event's own pairs. If that is more than
 *       {@value #ALONE_OF_KEY} events, the new event waits until all that was due then has been sent. It is refused
 *       ({@code over-bound}) only if the budget has no room for it.
 * </ul>
 *
 * <p><b>Late events.</b> An event below progress, less the {@link Interval#allowedLateness lateness}, goes to the
 * output {@code late} or {@code late-right}, or to the dead letters if nothing reads that. What was sent does not
 * change. With a lateness, all of the above goes by progress less that time.
 *
 * <p><b>State and bounds.</b> An event is kept only while something unseen can match it, or while it may still come
 * alone. An event beyond the bound of keys, events, pairs or budget goes to the dead letters ({@code over-bound}).
 *
 * <p><b>Work.</b> A search takes steps by the logarithm of the events of a key. An entry looks after {@value #FIRINGS}
 * keys or events at most, besides what is due for its own key.
 *
 * @param <L> the type of the left side's events
 * @param <R> the type of the right side's events
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
     * Makes an interval join.
     *
     * @param key      the key of both sides and the bound of keys; null if it is not known
     * @param interval which events match
     * @param <L>      the type of the left side's events
     * @param <R>      the type of the right side's events
     * @return the operator, with two inputs
     * @throws IllegalArgumentException if the interval cannot be
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
     * In version 1 an event that may come alone did not have the windows in which it still does; up to version 2 no
     * event waited.
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
