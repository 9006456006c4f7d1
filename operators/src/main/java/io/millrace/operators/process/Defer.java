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
import io.millrace.state.Blocks;
import io.millrace.state.Pages;
import io.millrace.state.SavedByParts;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
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
 * Holds each event back until its time plus a delay has passed. It comes out with its due as its time, in the order of
 * (due, arrival), and with the correlation, trace and marks of its own header. The due of an event that is far behind
 * progress is moved up to progress. When the budget is full further events are refused.
 *
 * @param <T> the event
 */
public final class Defer<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), DeferNode.class);

    /** Events, the parts of headers that few have, the heap of their dues, and its cells: each takes pages of its own. */
    static final long STRUCTURES = 4;

    final long delayNs;
    final int keyBytes;

    private Defer(long delayNs, int keyBytes) {
        this.delayNs = delayNs;
        this.keyBytes = keyBytes;
    }

    /**
     * A delay.
     *
     * @param delay zero or more
     * @param key   the key of the stream; null when it is not known, and then it is a number
     * @param <T>   the event
     * @return the operator
     */
    public static <T> Defer<T> by(Duration delay, KeyInfo key) {
        Objects.requireNonNull(delay, "delay");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("defer by " + delay + "; use zero or more");
        }
        return new Defer<>(Times.nanos(delay), key == null ? 0 : key.maxBytes());
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
        return 64;
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
        if (longs(type) > Pages.PAGE_LONGS - 1) {
            return List.of("defer stores an event in a page of " + Pages.PAGE_BYTES + " bytes, and " + type.name()
                    + " has " + type.maxLength() + "; shorten its text fields");
        }
        return List.of();
    }

    /** Block: | key | sequence | header | length of the key's bytes | bytes of the key | length of the event | its bytes |. */
    int longs(EventType<?> type) {
        return DeferNode.KEY_BYTES + 1 + Stored.words(keyBytes) + 1 + Stored.words(type.maxLength());
    }
}

/** Holds events back. */
final class DeferNode implements TimedNode, SavedByParts, Explains {
    private static final int SEQUENCE = 1;
    private static final int HEADER = 2;
    static final int KEY_BYTES = 3;

    private final EventType<Object> type;
    private final EventView<Object> view;
    private final long delayNs;
    private final byte[] bytes;
    private final byte[] key;
    private final int eventAt;
    private final Blocks blocks;
    private final HeldHeaders headers;
    private final TimerHeap heap;
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
        view = context.cutting(type.newView());
        delayNs = operator.delayNs;
        bytes = new byte[Stored.words(type.maxLength()) * Long.BYTES];
        key = new byte[Stored.words(operator.keyBytes) * Long.BYTES];
        eventAt = KEY_BYTES + 1 + Stored.words(operator.keyBytes);
        int longs = operator.longs(type);
        StateBudget budget = context.budget();
        long left = budget.bytes() - budget.usedBytes() - Defer.STRUCTURES * Pages.PAGE_BYTES;
        int most =
                (int) Math.max(1, Math.min(left / (longs * Long.BYTES + 5L * Long.BYTES + 1), Integer.MAX_VALUE >> 3));
        blocks = new Blocks(budget, longs, most);
        headers = new HeldHeaders(budget, most);
        heap = new TimerHeap(budget, most);
        progress = context.progress();
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        touched = new Touched(counters, new StateCounters[] {blocks.counters(), headers.counters(), heap.counters()});
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
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
        touched.end();
        if (!kept) {
            return failures.refuse(
                    flow, Reason.OVER_BOUND, "no room to hold back one more event; raise the state budget");
        }
        context.due(due);
        return false;
    }

    @Override
    public void explain(Flow flow, Account to) {
        to.events("held back", Taken.by(0).of(flow.eventSequence()).same(flow.bytes(), flow.offset(), flow.length()));
    }

    /** Answers false when there is no room, and then nothing has changed. */
    private boolean keep(Flow flow, int length, long due) {
        int id = blocks.take();
        if (id < 0) {
            return false;
        }
        long header = headers.keep(flow);
        if (header != HeldHeaders.NO_ROOM && heap.set(due, id) >= 0) {
            store(id, flow, header, length);
            return true;
        }
        headers.drop(header == HeldHeaders.NO_ROOM ? 0 : header);
        blocks.free(id);
        return false;
    }

    private void store(int id, Flow flow, long header, int length) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base] = flow.key();
        page[base + SEQUENCE] = flow.eventSequence();
        page[base + HEADER] = header;
        if (flow.keyBytes() != null) {
            System.arraycopy(flow.keyBytes(), 0, key, 0, flow.keyLength());
            Stored.write(page, base + KEY_BYTES, key, flow.keyLength());
        }
        Stored.write(page, base + eventAt, bytes, length);
    }

    @Override
    public long nextDueNs() {
        return heap.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        touched.begin();
        while (fired < most && heap.pop(progressNs)) {
            fired++;
            send((int) heap.payload(), heap.dueNs(), flow);
        }
        touched.end();
        return fired;
    }

    private void send(int id, long dueNs, Flow flow) {
        long[] page = blocks.page(id);
        int base = blocks.base(id);
        if (key.length == 0) {
            flow.key(page[base]);
        } else {
            int length = Stored.read(page, base + KEY_BYTES, key, 0);
            flow.key(page[base], key, length);
        }
        int length = Stored.read(page, base + eventAt, bytes, 0);
        flow.fires(firing, dueNs);
        headers.release(page[base + HEADER], page[base + SEQUENCE], firing);
        blocks.free(id);
        flow.value(view.wrap(bytes, 0, length), bytes, 0, length);
        if (type.hasCursor()) {
            flow.cursor(view);
        }
        flow.timeNs(dueNs);
        counters.out++;
        rest.on(flow);
    }
}
