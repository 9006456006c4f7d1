package io.millrace.operators.process;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.operators.Touched;
import io.millrace.operators.join.DueByKey;
import io.millrace.state.FiringPace;
import io.millrace.state.Pages;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Holds each event back until its time plus a delay has passed. It comes out with its due time as its time, in the
 * order of (due time, arrival), and with the correlation, trace and marks of its own header. The due time of an event
 * far behind progress is moved up to progress.
 *
 * <p>Before an event is held back, due events of its own key come out, 2 at most, however many events of others are
 * due. When the budget is full, further events are refused.
 *
 * @param <T> the type of the events
 */
public final class Defer<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), DeferNode.class);

    /** Those of what is due by key, and the parts of headers that few have: each takes pages of its own. */
    static final long STRUCTURES = DueByKey.STRUCTURES + 1;

    static final int FIRINGS = 64;

    final long delayNs;
    final KeyInfo key;

    private Defer(long delayNs, KeyInfo key) {
        this.delayNs = delayNs;
        this.key = key;
    }

    /**
     * Makes the operator.
     *
     * @param delay zero or more
     * @param key   the key of the stream; null if it is not known, and then it is a number
     * @param <T>   the type of the events
     * @return the operator
     */
    public static <T> Defer<T> by(Duration delay, KeyInfo key) {
        Objects.requireNonNull(delay, "delay");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("defer by " + delay + "; use zero or more");
        }
        // so many events as the budget holds, of whatever keys
        return new Defer<>(Times.nanos(delay), key == null ? new KeyInfo("long", 0, 0, "") : key.withAtMost(0));
    }

    @Override
    public String word() {
        return "defer";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    @Override
    public int maxFirings() {
        return FIRINGS;
    }

    @Override
    public long outputsOfEvent(int input) {
        return 1;
    }

    /** Version 1 had no timeline of what is due of a key; version 2 did not have how far firing lags behind. */
    @Override
    public int stateVersion() {
        return 3;
    }

    /** What is due of the key of an event comes before it. */
    @Override
    public int maxOutputs() {
        return DueByKey.BEFORE_EVENT;
    }

    @Override
    public Answers answers() {
        return Answers.AT_MOST_ONE;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public long leastStateBytes() {
        return STRUCTURES * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap("delay", Duration.ofNanos(delayNs).toString());
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        EventType<?> type = inputs.get(0);
        if (type == null) {
            return List.of("defer stores events, and its input is untyped; use map(type, function)");
        }
        if (DueByKey.blockLongs(longs(type)) > Pages.PAGE_LONGS - 1) {
            return List.of("defer stores an event in a page of " + Pages.PAGE_BYTES + " bytes, and " + type.name()
                    + " has " + type.maxLength() + "; shorten its text fields");
        }
        return List.of();
    }

    /** Of an event: | sequence | header | length of the event | its bytes |. */
    static int longs(EventType<?> type) {
        return DeferNode.EVENT + Stored.longs(type.maxLength());
    }
}

/** Holds events back. */
final class DeferNode implements TimedNode, SavedByParts, Explains {
    private static final int SEQUENCE = 0;
    private static final int HEADER = 1;
    static final int EVENT = 2;

    private final EventType<Object> type;
    private final int place;
    private final EventView<Object> view;
    private final long delayNs;
    private final byte[] bytes;
    private final DueByKey held;
    private final HeldHeaders headers;
    private final FiringPace pace;
    private final Flow inHand = new Flow();
    private final NodeContext context;
    private final Firing firing;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;

    @SuppressWarnings("unchecked")
    DeferNode(Defer<?> operator, NodeContext context) {
        this.context = context;
        type = (EventType<Object>) context.inputType(0);
        place = context.valuePlace();
        view = context.cutting(type.newView());
        delayNs = operator.delayNs;
        bytes = new byte[Stored.words(type.maxLength()) * Long.BYTES];
        long least = operator.leastStateBytes();
        held = new DueByKey(
                context, operator.key, Defer.longs(type), context.budget().bytes() - least);
        headers = new HeldHeaders(context.budget(), 0);
        pace = new FiringPace(context.budget(), Defer.FIRINGS);
        progress = context.progress();
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        touched = new Touched(counters, held.counters(headers.counters()));
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
        if (held.nextDueNs() <= progress.ns()) {
            catchUp(flow);
        }
        int length;
        try {
            length = Held.copyValue(flow, type, bytes, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        long earliest = progress.ns() == Progress.END ? Progress.NONE : progress.ns();
        long due = Math.min(Math.max(Times.plus(flow.timeNs(), delayNs), earliest), Progress.END);
        touched.begin();
        boolean kept = keep(flow, length, due);
        held.count(touched);
        touched.end();
        if (!kept) {
            return failures.refuse(
                    flow, Reason.OVER_BOUND, "no room to hold back one more event; raise the state budget");
        }
        pace.added(1);
        context.due(due);
        return false;
    }

    @Override
    public void explain(Flow flow, Account to) {
        to.events("held back", Taken.by(0).of(flow.eventSequence()).same(flow.bytes(), flow.offset(), flow.length()));
    }

    /** Sends what is due of the key of an event, however much is due of others. */
    private void catchUp(Flow flow) {
        touched.begin();
        int fired = 0;
        int id = firstDue(flow);
        if (id != DueByKey.NONE) {
            inHand.copyFrom(flow);
        }
        while (id != DueByKey.NONE && fired < DueByKey.BEFORE_EVENT) {
            fired++;
            send(id, flow);
            flow.copyFrom(inHand);
            id = firstDue(flow);
        }
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        pace.caughtUp(held.nextDueNs() <= progress.ns());
        held.count(touched);
        touched.end();
    }

    private int firstDue(Flow flow) {
        int slot = held.find(flow);
        return slot == DueByKey.NONE ? DueByKey.NONE : held.firstDue(slot, progress.ns());
    }

    /** Answers false when there is no room, and then nothing has changed. */
    private boolean keep(Flow flow, int length, long due) {
        long header = headers.keep(flow);
        if (header == HeldHeaders.NO_ROOM) {
            return false;
        }
        int id = held.add(flow, due);
        if (id == DueByKey.NONE) {
            headers.drop(header);
            return false;
        }
        long[] page = held.writable(id);
        int base = held.base(id);
        page[base + SEQUENCE] = flow.eventSequence();
        page[base + HEADER] = header;
        Stored.write(page, base + EVENT, bytes, length);
        return true;
    }

    @Override
    public long nextDueNs() {
        return held.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && fireNext(progressNs, flow)) {
            fired++;
        }
        held.count(touched);
        touched.end();
        pace.fired(fired, held.nextDueNs() <= progressNs);
        return fired;
    }

    private boolean fireNext(long progressNs, Flow flow) {
        int id = held.pop(progressNs);
        if (id != DueByKey.NONE) {
            send(id, flow);
        }
        return id != DueByKey.NONE;
    }

    private void send(int id, Flow flow) {
        long dueNs = held.dueNs(id);
        long[] page = held.page(id);
        int base = held.base(id);
        held.keyOf(id, flow);
        int length = Stored.read(page, base + EVENT, bytes, 0);
        flow.fires(firing, dueNs);
        headers.release(page[base + HEADER], page[base + SEQUENCE], firing);
        held.remove(id);
        flow.value(place, view.wrap(bytes, 0, length), bytes, 0, length);
        if (type.hasCursor()) {
            flow.cursor(view);
        }
        flow.timeNs(dueNs);
        counters.out++;
        rest.on(flow);
    }
}
