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
 * Passes an event of a key unless one of its key has passed whose time is less than the horizon away, before it or
 * after it. At exactly the horizon an event is new. Which of two is the duplicate depends on the order of the input:
 * what passed is not taken back for an earlier event, and a duplicate moves no horizon.
 *
 * <p><b>Late events.</b> The two newest events of each key that passed are remembered. That is enough as long as no
 * event is out of order by more than the horizon. For an event before both by the horizon or more, and for one below
 * progress, it is not known any more what it repeats: it is late.
 *
 * <p><b>Outputs.</b> Duplicates go to the output {@code duplicates}, late events to {@code late}; if nothing reads
 * that, to the dead letters. Both are counted.
 *
 * <p><b>State.</b> Two times for each key, until progress has passed the newer one by the horizon.
 *
 * @param <T> the type of the events
 */
public final class Dedupe<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), DedupeNode.class);

    /** The output of duplicates. */
    public static final int DUPLICATES = 1;

    /** The output of late events. */
    public static final int LATE = 2;

    final long horizonNs;
    final KeyInfo key;
    final boolean evicts;

    private Dedupe(long horizonNs, KeyInfo key, boolean evicts) {
        this.horizonNs = horizonNs;
        this.evicts = evicts;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
    }

    /**
     * Makes the operator.
     *
     * @param horizon how long an event is remembered, in event time; positive
     * @param key     the key of the stream, which is what repeats; null if it is not known
     * @param <T>     the type of the events
     * @return the operator; at the bound it refuses new keys
     */
    public static <T> Dedupe<T> within(Duration horizon, KeyInfo key) {
        return new Dedupe<>(Spans.positiveNs("dedupe", "a horizon of", horizon), key, false);
    }

    /**
     * At the bound of {@code keysAtMost}, or of the state budget, evicts the key of which an event passed longest ago
     * in the order of the input, instead of refusing a new key. The evicted key then counts as new; each eviction is
     * counted.
     *
     * @return a changed copy
     */
    public Dedupe<T> evictOldest() {
        return new Dedupe<>(horizonNs, key, true);
    }

    @Override
    public String word() {
        return "dedupe";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public List<String> ports() {
        return List.of("out", "duplicates", "late");
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
        return 8L * (1 + DedupeNode.COLUMNS + (evicts ? 1 : 0) + (key.maxBytes() + 7) / 8);
    }

    @Override
    public long leastStateBytes() {
        return 3L * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("horizon", Duration.ofNanos(horizonNs).toString());
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        KeyTimes.tell(evicts, result);
        return result;
    }
}

/** Row: | newest that passed | newest but one; the same again while there is none |. */
final class DedupeNode implements TimedNode, SavedByParts, Explains {
    static final int COLUMNS = 2;

    private static final int EARLIER = 1;

    private final KeyTimes times;
    private final long horizonNs;
    private final Node duplicates;
    private final Node late;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;

    DedupeNode(Dedupe<?> operator, NodeContext context) {
        horizonNs = operator.horizonNs;
        times = new KeyTimes(context, operator.key, COLUMNS, horizonNs, operator.evicts);
        duplicates = context.isRead(Dedupe.DUPLICATES) ? context.rest(Dedupe.DUPLICATES) : null;
        late = context.isRead(Dedupe.LATE) ? context.rest(Dedupe.LATE) : null;
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        long timeNs = flow.timeNs();
        if (timeNs < progress.ns()) {
            counters.late++;
            return aside(flow, late, Reason.LATE, null);
        }
        int slot = times.acquire(flow);
        if (slot < 0) {
            return failures.refuse(flow, Reason.OVER_BOUND, "dedupe holds as many keys as it may");
        }
        boolean isNew = times.isNew();
        long[] page = times.writable(slot);
        int base = times.base(slot);
        if (isNew) {
            page[base + KeyTimes.TIME] = timeNs;
            page[base + EARLIER] = timeNs;
        } else if (isNear(timeNs, page[base + KeyTimes.TIME]) || isNear(timeNs, page[base + EARLIER])) {
            counters.duplicates++;
            times.countTouched();
            return aside(flow, duplicates, Reason.DUPLICATE, "one with its key has passed within the horizon");
        } else if (!remember(page, base, timeNs)) {
            counters.late++;
            times.countTouched();
            return aside(flow, late, Reason.LATE, "before all that is remembered of its key");
        }
        times.passed(slot, isNew);
        counters.out++;
        return true;
    }

    @Override
    public void explain(Flow flow, Account to) {
        Taken near =
                Taken.by(0).within(Times.minus(flow.timeNs(), horizonNs - 1), Times.plus(flow.timeNs(), horizonNs - 1));
        to.events("passed within the horizon", near);
    }

    private boolean isNear(long oneNs, long otherNs) {
        return !KeyTimes.apart(Math.min(oneNs, otherNs), Math.max(oneNs, otherNs), horizonNs);
    }

    /** Puts a time among the two; not one that is before both. */
    private static boolean remember(long[] page, int base, long timeNs) {
        long newest = page[base + KeyTimes.TIME];
        long earlier = page[base + EARLIER];
        if (timeNs > newest) {
            page[base + EARLIER] = newest;
            page[base + KeyTimes.TIME] = timeNs;
        } else if (earlier == newest || timeNs > earlier) {
            page[base + EARLIER] = timeNs;
        } else {
            return false;
        }
        return true;
    }

    private boolean aside(Flow flow, Node to, Reason reason, String detail) {
        if (to == null) {
            return failures.refuse(flow, reason, detail);
        }
        if (reason == Reason.LATE) {
            flow.late(progress.ns());
        } else {
            flow.reason(reason);
        }
        to.on(flow);
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
