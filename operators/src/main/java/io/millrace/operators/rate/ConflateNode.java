package io.millrace.operators.rate;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.Fn.Fn2;
import io.millrace.operators.Fn.Writer2;
import io.millrace.operators.LateSides;
import io.millrace.operators.Touched;
import io.millrace.operators.join.DueByKey;
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.time.Progress;
import java.util.Arrays;
import java.util.Objects;

/** A block for each key and open period, due at its end: | time | length | bytes of the event |. */
final class ConflateNode implements TimedNode, SavedByParts, Explains {
    private static final int TIME = 0;
    private static final int LENGTH = 1;
    static final int EVENT = 2;

    private final EventType<Object> type;
    private final Fn2<Object, Object, Object> merge;
    private final Writer2<Object, Object, Object> fill;
    private final EventWriter<?> writer;
    private final int place;
    private final EventView<Object> made;
    private final EventView<Object> view;
    private final long periodNs;
    private final DueByKey periods;
    private final FiringPace pace;
    private final byte[] bytes;
    private final byte[] before;
    private final LateSides late;
    private final Node rest;
    private final NodeContext context;
    private final Firing firing;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;
    private final Touched touched;
    private final Flow inHand = new Flow();

    @SuppressWarnings("unchecked")
    ConflateNode(Conflate<?> operator, NodeContext context) {
        this.context = context;
        type = (EventType<Object>) context.inputType(0);
        merge = (Fn2<Object, Object, Object>) operator.merge;
        fill = (Writer2<Object, Object, Object>) operator.fill;
        writer = operator.filled == null ? null : operator.filled.newWriter();
        place = context.valuePlace();
        made = context.cutting(type.newView());
        view = context.cutting(type.newView());
        periodNs = operator.periodNs;
        int longs = Conflate.longs(type);
        bytes = new byte[(longs - EVENT) * Long.BYTES];
        before = new byte[bytes.length];
        periods = new DueByKey(context, operator.key, longs, context.budget().bytes() - operator.leastStateBytes() / 2);
        pace = new FiringPace(context.budget(), FiringPace.FEW);
        late = new LateSides(context, Conflate.LATE, 1);
        rest = context.rest(0);
        firing = context.firing();
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
        touched = new Touched(counters, periods.counters());
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        int slot = periods.find(flow);
        if (slot != DueByKey.NONE && periods.nextDueNs() <= progress.ns()) {
            slot = catchUp(flow, slot);
        }
        boolean goesOn = take(flow, slot);
        periods.count(touched);
        touched.end();
        return goesOn;
    }

    /** Fires what is due of the key of an event before it, however much is due of others; answers the row of the key. */
    private int catchUp(Flow flow, int slot) {
        int id = periods.firstDue(slot, progress.ns());
        if (id == DueByKey.NONE) {
            return slot;
        }
        int fired = 0;
        int at = slot;
        inHand.copyFrom(flow);
        while (id != DueByKey.NONE && fired < DueByKey.BEFORE_EVENT) {
            fired++;
            send(id, flow);
            flow.copyFrom(inHand);
            at = periods.find(flow);
            id = at == DueByKey.NONE ? DueByKey.NONE : periods.firstDue(at, progress.ns());
        }
        counters.firings += fired;
        counters.maxFirings = Math.max(counters.maxFirings, fired);
        pace.caughtUp(periods.nextDueNs() <= progress.ns());
        return at;
    }

    private boolean take(Flow flow, int slot) {
        long endNs = endNs(flow.timeNs());
        if (endNs <= progress.ns()) {
            return late.send(flow, 0, null);
        }
        int id = slot == DueByKey.NONE ? DueByKey.NONE : periods.at(slot, endNs);
        boolean isNew = id == DueByKey.NONE;
        if (!isNew && isOlderThanHeld(id, flow)) {
            return false;
        }
        int length;
        try {
            length = isNew || merge == null && fill == null ? Held.copyValue(flow, type, bytes, 0) : merged(id, flow);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (isNew) {
            id = make(flow, endNs);
            if (id == DueByKey.NONE) {
                return failures.refuse(
                        flow,
                        Reason.OVER_BOUND,
                        "conflate holds as many keys as it may, or as many periods as the state budget has room for");
            }
        }
        store(id, flow.timeNs(), length);
        return false;
    }

    /** The end of the period that holds a time; at the end of the range that of all input. */
    private long endNs(long timeNs) {
        long end = timeNs - Math.floorMod(timeNs, periodNs) + periodNs; // what wraps below comes back
        return end <= timeNs || end > Progress.END ? Progress.END : end;
    }

    private boolean isOlderThanHeld(int id, Flow flow) {
        return merge == null && fill == null && flow.timeNs() < periods.page(id)[periods.base(id) + TIME];
    }

    /** What the function makes of the event that is held and the next. */
    private int merged(int id, Flow flow) throws Exception {
        Object held = view.wrap(before, 0, load(id, before));
        if (fill == null) {
            Object result =
                    Objects.requireNonNull(merge.apply(held, flow.value()), "conflate's function returned null");
            return type.encode(result, bytes, 0);
        }
        Arrays.fill(bytes, (byte) 0);
        fill.write(held, flow.value(), writer.wrap(bytes, 0, type.maxLength()));
        return writer.length();
    }

    /** A new period of the key in hand; NONE when there is no room for it. */
    private int make(Flow flow, long endNs) {
        int id = periods.add(flow, endNs);
        if (id != DueByKey.NONE) {
            context.due(endNs);
            pace.added(1);
            counters.keys = periods.keyCount();
        }
        return id;
    }

    private void store(int id, long timeNs, int length) {
        long[] page = periods.writable(id);
        int base = periods.base(id);
        page[base + TIME] = timeNs;
        page[base + LENGTH] = length;
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
        for (int at = 0; at < bytes.length; at += Long.BYTES) {
            page[base + EVENT + at / Long.BYTES] = Bytes.getLong(bytes, at);
        }
    }

    private int load(int id, byte[] into) {
        long[] page = periods.page(id);
        int base = periods.base(id);
        for (int at = 0; at < into.length; at += Long.BYTES) {
            Bytes.putLong(into, at, page[base + EVENT + at / Long.BYTES]);
        }
        return (int) page[base + LENGTH];
    }

    @Override
    public void explain(Flow flow, Account to) {
        if (flow.sideReason() == null) {
            long endNs = flow.firing().dueNs();
            long lastNs = endNs == Progress.END ? Long.MAX_VALUE : endNs - 1;
            to.time("end", endNs);
            to.events("events", Taken.by(0).within(startNs(endNs), lastNs));
        }
    }

    private long startNs(long endNs) {
        return endNs == Progress.END ? endNs - Math.floorMod(endNs, periodNs) : endNs - periodNs;
    }

    @Override
    public long nextDueNs() {
        return periods.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && fireNext(progressNs, flow)) {
            fired++;
        }
        periods.count(touched);
        touched.end();
        pace.fired(fired, periods.nextDueNs() <= progressNs);
        return fired;
    }

    private boolean fireNext(long progressNs, Flow flow) {
        int id = periods.pop(progressNs);
        if (id != DueByKey.NONE) {
            send(id, flow);
        }
        return id != DueByKey.NONE;
    }

    private void send(int id, Flow flow) {
        long dueNs = periods.dueNs(id);
        int length = load(id, bytes);
        periods.keyOf(id, flow);
        periods.remove(id);
        counters.keys = periods.keyCount();
        flow.fires(firing, dueNs);
        flow.value(place, made.wrap(bytes, 0, length), bytes, 0, length);
        if (type.hasCursor()) {
            flow.cursor(made);
        }
        flow.timeNs(dueNs - 1);
        counters.out++;
        rest.on(flow);
    }
}
