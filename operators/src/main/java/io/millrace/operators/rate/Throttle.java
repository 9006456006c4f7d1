package io.millrace.operators.rate;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.state.Pages;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes at most n events of a key in any span of time of a length, and stops the others: an event passes if the n-th
 * last event that passed is at least that far back. An event behind progress counts as at progress, and one behind the
 * newest that passed as at that one's time; so none is late.
 *
 * <p><b>Outputs.</b> Stopped events go to the output {@code stopped}, with the reason {@link Reason#OVER_BOUND}; if
 * nothing reads that, they are dropped and counted.
 *
 * <p><b>State.</b> n times and a position for each key, until progress has passed the newest time by the span.
 *
 * @param <T> the type of the events
 */
public final class Throttle<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ThrottleNode.class);

    /** The output of stopped events. */
    public static final int STOPPED = 1;

    /** The most events of a span, since their times must fit a page beside the key. */
    public static final int EVENTS_MAX = 1_000;

    final int most;
    final long perNs;
    final KeyInfo key;
    final boolean evicts;

    private Throttle(int most, long perNs, KeyInfo key, boolean evicts) {
        this.most = most;
        this.perNs = perNs;
        this.evicts = evicts;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
    }

    /**
     * Makes the operator.
     *
     * @param most how many events pass, 1 to {@value #EVENTS_MAX}
     * @param per  the length of the span in event time, positive
     * @param key  the key of the stream; null if it is not known
     * @param <T>  the type of the events
     * @return the operator; at the bound it refuses new keys
     */
    public static <T> Throttle<T> of(int most, Duration per, KeyInfo key) {
        if (most < 1 || most > EVENTS_MAX) {
            throw new IllegalArgumentException("throttle: " + most + " events; use 1 to " + EVENTS_MAX);
        }
        return new Throttle<>(most, Spans.positiveNs("throttle", "a span of", per), key, false);
    }

    /**
     * At the bound of {@code keysAtMost}, or of the state budget, evicts the key of which an event passed longest ago
     * in the order of the input, instead of refusing a new key. The evicted key then counts as new; each eviction is
     * counted.
     *
     * @return a changed copy
     */
    public Throttle<T> evictOldest() {
        return new Throttle<>(most, perNs, key, true);
    }

    @Override
    public String word() {
        return "throttle";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "stopped");
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    @Override
    public Answers answers() {
        return Answers.AT_MOST_ONE;
    }

    @Override
    public boolean keepsEvents() {
        return false;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public int maxFirings() {
        return KeyTimes.FIRINGS;
    }

    @Override
    public int maxOutputsPerFiring() {
        return 0;
    }

    @Override
    public long bytesPerKey() {
        return 8L * (1 + ThrottleNode.TIMES + most + (evicts ? 1 : 0) + (key.maxBytes() + 7) / 8);
    }

    @Override
    public long leastStateBytes() {
        return 3L * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("most", most + " per " + Duration.ofNanos(perNs));
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        KeyTimes.tell(evicts, result);
        return result;
    }
}

/** Row: | newest that passed | how many in the ring << 32 | place of the oldest | ring of times |. */
final class ThrottleNode implements TimedNode, SavedByParts, Explains {
    private static final int RING = 1;
    static final int TIMES = 2;

    private final KeyTimes times;
    private final int most;
    private final long perNs;
    private final Node stopped;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;

    ThrottleNode(Throttle<?> operator, NodeContext context) {
        most = operator.most;
        perNs = operator.perNs;
        times = new KeyTimes(context, operator.key, TIMES + most, perNs, operator.evicts);
        stopped = context.isRead(Throttle.STOPPED) ? context.rest(Throttle.STOPPED) : null;
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        int slot = times.acquire(flow);
        if (slot < 0) {
            return failures.refuse(flow, Reason.OVER_BOUND, "throttle holds as many keys as it may");
        }
        boolean isNew = times.isNew();
        long[] page = times.writable(slot);
        int base = times.base(slot);
        long timeNs = Math.max(flow.timeNs(), floorNs());
        if (!isNew) {
            timeNs = Math.max(timeNs, page[base + KeyTimes.TIME]);
        }
        if (!passes(page, base, timeNs)) {
            times.countTouched();
            return stop(flow);
        }
        page[base + KeyTimes.TIME] = timeNs;
        times.passed(slot, isNew);
        counters.out++;
        return true;
    }

    @Override
    public void explain(Flow flow, Account to) {
        int slot = times.find(flow);
        if (slot >= 0) {
            long[] page = times.page(slot);
            int base = times.base(slot);
            long nowNs = page[base + KeyTimes.TIME];
            int count = (int) (page[base + RING] >>> 32);
            int passed = 0;
            for (int i = 0; i < count; i++) {
                passed += KeyTimes.apart(page[base + TIMES + i], nowNs, perNs) ? 0 : 1;
            }
            to.say("passed within the span", passed + " of " + most);
        }
        to.events( // one that goes to a stream of its own is refused, and none of those that were taken
                stopped == null ? "of its key within the span, stopped ones too" : "passed of its key within the span",
                Taken.by(0).within(Times.minus(flow.timeNs(), perNs - 1), flow.timeNs()));
    }

    /** No event counts as earlier: so none is judged by times that have been freed. */
    private long floorNs() {
        return progress.ns() == Progress.END ? Progress.NONE : progress.ns();
    }

    /** Puts a time into the ring when the one it takes the place of lies far enough back. */
    private boolean passes(long[] page, int base, long timeNs) {
        int count = (int) (page[base + RING] >>> 32);
        int oldest = (int) page[base + RING];
        if (count < most) {
            page[base + TIMES + count] = timeNs;
            page[base + RING] += 1L << 32;
            return true;
        }
        if (!KeyTimes.apart(page[base + TIMES + oldest], timeNs, perNs)) {
            return false;
        }
        page[base + TIMES + oldest] = timeNs;
        page[base + RING] = (long) count << 32 | (oldest + 1 == most ? 0 : oldest + 1);
        return true;
    }

    private boolean stop(Flow flow) {
        counters.filtered++;
        if (stopped != null) {
            flow.reason(Reason.OVER_BOUND);
            stopped.on(flow);
        }
        return false;
    }

    @Override
    public long nextDueNs() {
        return times.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        return times.fire(progressNs, most);
    }
}
