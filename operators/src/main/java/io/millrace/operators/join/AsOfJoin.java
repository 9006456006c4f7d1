package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
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
 * Puts beside each event (input 0) the row of its key (input 1) as of the event's time. {@link AsOf} says how the row
 * is looked for.
 *
 * <p><b>Rows.</b> Of several rows of one key and time, the last in the order of the input counts. A retraction is a row
 * without a value at its time: if it is the row that is found, nothing is found, and what came before it does not come
 * back. So an earlier row that comes later serves the events before the retraction.
 *
 * <p><b>Order.</b> In event-time mode results come by (time of the event, order). At the bound of versions, those of a
 * key that come before a row which needs the room come before those of other keys. Looking backward a result has the
 * time of its event, otherwise that time plus the tolerance. On arrival a result comes with its event, at its time.
 *
 * <p><b>Late events and rows.</b> An event or row below progress, less the {@link AsOf#allowedLateness lateness}, goes
 * to the output {@code late} or {@code late-right}, or to the dead letters if nothing reads that, and changes nothing.
 * With a lateness, all of the above goes by progress less that time.
 *
 * <p><b>State and bounds.</b> Kept are the rows that a later event can find (without a tolerance at least the newest of
 * each key), and the events that wait. An event or row beyond the bound of keys, versions or budget goes to the dead
 * letters ({@code over-bound}).
 *
 * <p><b>Work.</b> A search takes steps by the logarithm of the rows of a key. An entry answers or looks after
 * {@value #FIRINGS} at most, and a row at the bound of versions as many of its key.
 *
 * @param <L> the type of the events
 * @param <R> the type of the rows
 */
public final class AsOfJoin<L, R> implements Operator<L, Joined<L, R>> {
    /** Most events answered, or keys looked after, for an entry; most events of its key answered before a row. */
    static final int FIRINGS = 64;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), AsOfNode.class);

    final KeyInfo key;
    final AsOf how;

    private AsOfJoin(KeyInfo key, AsOf how) {
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.how = how;
    }

    /**
     * Makes an as-of join.
     *
     * @param key the key of both sides and the bound of keys; null if it is not known
     * @param how how the row is looked for
     * @param <L> the type of the events
     * @param <R> the type of the rows
     * @return the operator, with two inputs
     * @throws IllegalArgumentException if the declaration cannot be
     */
    public static <L, R> AsOfJoin<L, R> of(KeyInfo key, AsOf how) {
        String problem = Objects.requireNonNull(how, "how").problem();
        if (problem != null) {
            throw new IllegalArgumentException("asOf: " + problem);
        }
        return new AsOfJoin<>(key, how);
    }

    @Override
    public String word() {
        return "asOf";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return 2;
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
        return how.inner ? Answers.AT_MOST_ONE : Answers.EXACTLY_ONE;
    }

    @Override
    public long answersWithinNs() {
        return how.arrival ? -1 : how.waitsNs();
    }

    /** Whether what waits is also asked for by key: where a key has a bound of rows, and something waits. */
    boolean answersByKey() {
        return how.versionsAtMost > 0 && !how.arrival;
    }

    @Override
    public int maxOutputs() {
        return answersByKey() ? FIRINGS : 1;
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    @Override
    public int firingsOfEvent(int input) {
        return input == 1 || !how.arrival ? 1 : 0;
    }

    @Override
    public long outputsOfEvent(int input) {
        return 1;
    }

    /** Version 1 did not have how far answers lag behind. */
    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public int maxOutputsPerFiring() {
        return how.arrival ? 0 : 1;
    }

    @Override
    public long latenessNs() {
        return Times.nanos(how.lateness);
    }

    @Override
    public boolean keyed() {
        return true;
    }

    /** An event asks what is kept; it is the rows of the other input that stay. */
    @Override
    public boolean countsEvents(int input) {
        return input == 1;
    }

    @Override
    public boolean takesUpdates(int input) {
        return input == 1;
    }

    @Override
    public boolean passesUpdates(int input) {
        return false; // a row that changes changes no answer already given
    }

    /** Rows, events, headers, dues and their cells: each takes pages of its own, and the calendar and an index are there at once. */
    @Override
    public long leastStateBytes() {
        long calendar = 4L * ExpiryCalendar.BUCKETS_MAX * Long.BYTES;
        return ((how.arrival ? 3L : 7L) * Pages.PAGE_BYTES + calendar) * 4 / 3;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("looks", how.toString());
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        result.put(
                "versions of a key",
                how.versionsAtMost == 0 ? "by budget" : how.versionsAtMost + (how.evicts ? ", evicting" : ""));
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return JoinProblems.of("asOf", inputs, AsOfNode.heldHead());
    }
}
