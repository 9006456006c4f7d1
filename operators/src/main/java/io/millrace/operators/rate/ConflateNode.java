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
import io.millrace.operator.KeyHash;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.Fn.Fn2;
import io.millrace.operators.Fn.Writer2;
import io.millrace.operators.Touched;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.SavedByParts;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import java.util.Arrays;
import java.util.Objects;

/** A row for each key and open period: | time | length | bytes of the event |. One timer each, in the order of their making. */
final class ConflateNode implements TimedNode, SavedByParts, Explains {
    private static final int TIME = 0;
    private static final int LENGTH = 1;
    static final int EVENT = 2;

    private final EventType<Object> type;
    private final Fn2<Object, Object, Object> merge;
    private final Writer2<Object, Object, Object> fill;
    private final EventWriter<?> writer;
    private final EventView<Object> made;
    private final EventView<Object> view;
    private final long periodNs;
    private final boolean isNumber;
    private final long seed;
    private final KeyedRows rows;
    private final TimerHeap heap;
    private final FiringPace pace;
    private final byte[] rowKey;
    private final byte[] key;
    private final byte[] bytes;
    private final byte[] before;
    private final Node late;
    private final Node rest;
    private final NodeContext context;
    private final Firing firing;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;
    private final Touched touched;

    @SuppressWarnings("unchecked")
    ConflateNode(Conflate<?> operator, NodeContext context) {
        this.context = context;
        type = (EventType<Object>) context.inputType(0);
        merge = (Fn2<Object, Object, Object>) operator.merge;
        fill = (Writer2<Object, Object, Object>) operator.fill;
        writer = operator.filled == null ? null : operator.filled.newWriter();
        made = context.cutting(type.newView());
        view = context.cutting(type.newView());
        periodNs = operator.periodNs;
        isNumber = operator.key.isNumber();
        seed = context.hashSeed();
        rowKey = new byte[operator.rowKeyBytes()];
        key = new byte[operator.key.maxBytes()];
        int columns = operator.columns(type);
        bytes = new byte[(columns - EVENT) * Long.BYTES];
        before = new byte[bytes.length];
        int most = operator.rowsMax(type, context.budget().bytes());
        rows = KeyedRows.forBytes(context.budget(), columns, most, rowKey.length, seed);
        heap = new TimerHeap(context.budget(), most);
        pace = new FiringPace(context.budget(), FiringPace.FEW);
        late = context.isRead(Conflate.LATE) ? context.rest(Conflate.LATE) : null;
        rest = context.rest(0);
        firing = context.firing();
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
        touched = new Touched(counters, new StateCounters[] {rows.counters(), heap.counters()});
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = take(flow);
        touched.end();
        return goesOn;
    }

    private boolean take(Flow flow) {
        long endNs = endNs(flow.timeNs());
        if (endNs <= progress.ns()) {
            return late(flow);
        }
        int keyLength = rowKey(flow, endNs);
        long hash = KeyHash.of(seed, rowKey, keyLength);
        int slot = rows.find(hash, rowKey, keyLength);
        if (slot >= 0 && isOlderThanHeld(slot, flow)) {
            return false;
        }
        int length;
        try {
            length = slot < 0 || merge == null && fill == null
                    ? Held.copyValue(flow, type, bytes, 0)
                    : merged(slot, flow);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (slot < 0) {
            slot = make(hash, keyLength, endNs);
            if (slot < 0) {
                return failures.refuse(flow, Reason.OVER_BOUND, "conflate holds as many keys as it may");
            }
        }
        store(slot, flow.timeNs(), length);
        return false;
    }

    /** The end of the period that holds a time; at the end of the range that of all input. */
    private long endNs(long timeNs) {
        long end = timeNs - Math.floorMod(timeNs, periodNs) + periodNs; // what wraps below comes back
        return end <= timeNs || end > Progress.END ? Progress.END : end;
    }

    private boolean late(Flow flow) {
        counters.late++;
        if (late == null) {
            return failures.refuse(flow, Reason.LATE, null);
        }
        flow.late(progress.ns());
        late.on(flow);
        return false;
    }

    private int rowKey(Flow flow, long endNs) {
        Bytes.putLong(rowKey, 0, endNs);
        if (isNumber) {
            Bytes.putLong(rowKey, Long.BYTES, flow.key());
            return 2 * Long.BYTES;
        }
        System.arraycopy(flow.keyBytes(), 0, rowKey, Long.BYTES, flow.keyLength());
        return Long.BYTES + flow.keyLength();
    }

    private boolean isOlderThanHeld(int slot, Flow flow) {
        return merge == null && fill == null && flow.timeNs() < rows.page(slot)[rows.base(slot) + TIME];
    }

    /** What the function makes of the event that is held and the next. */
    private int merged(int slot, Flow flow) throws Exception {
        Object held = view.wrap(before, 0, load(slot, before));
        if (fill == null) {
            Object result =
                    Objects.requireNonNull(merge.apply(held, flow.value()), "conflate's function returned null");
            return type.encode(result, bytes, 0);
        }
        Arrays.fill(bytes, (byte) 0);
        fill.write(held, flow.value(), writer.wrap(bytes, 0, type.maxLength()));
        return writer.length();
    }

    /** A new row with its timer; -1 when there is no room for both. */
    private int make(long hash, int keyLength, long endNs) {
        int slot = rows.acquire(hash, rowKey, keyLength);
        if (slot >= 0 && heap.set(endNs, slot) < 0) {
            rows.release(slot);
            slot = -1;
        }
        if (slot >= 0) {
            context.due(endNs);
            pace.added(1);
            counters.keys = rows.count();
        }
        return slot;
    }

    private void store(int slot, long timeNs, int length) {
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        page[base + TIME] = timeNs;
        page[base + LENGTH] = length;
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
        for (int at = 0; at < bytes.length; at += Long.BYTES) {
            page[base + EVENT + at / Long.BYTES] = Bytes.getLong(bytes, at);
        }
    }

    private int load(int slot, byte[] into) {
        long[] page = rows.page(slot);
        int base = rows.base(slot);
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
        return heap.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int share = progressNs == Progress.END ? most : pace.most(most);
        int fired = 0;
        touched.begin();
        while (fired < share && heap.pop(progressNs)) {
            fired++;
            send((int) heap.payload(), heap.dueNs(), flow);
        }
        touched.end();
        pace.fired(fired, heap.nextDueNs() <= progressNs);
        return fired;
    }

    private void send(int slot, long dueNs, Flow flow) {
        int keyLength = rows.copyKey(slot, rowKey) - Long.BYTES;
        int length = load(slot, bytes);
        rows.release(slot);
        counters.keys = rows.count();
        if (isNumber) {
            flow.key(Bytes.getLong(rowKey, Long.BYTES));
        } else {
            System.arraycopy(rowKey, Long.BYTES, key, 0, keyLength);
            flow.key(KeyHash.of(seed, key, keyLength), key, keyLength);
        }
        flow.fires(firing, dueNs);
        flow.value(made.wrap(bytes, 0, length), bytes, 0, length);
        if (type.hasCursor()) {
            flow.cursor(made);
        }
        flow.timeNs(dueNs - 1);
        counters.out++;
        rest.on(flow);
    }
}
