package io.millrace.trial;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.TimedNode;
import io.millrace.state.Saved;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.trial.TrialOp.TimedBody;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;

/** Operators that fire, as plain as can be: a queue ordered by (due, set order). */
public final class Agenda implements TimedBody, Saved {
    /** Something to fire: an output, and what it sets when it fires, or null. */
    public record Item(long dueNs, long order, Num output, Item then) {}

    private final NodeContext context;
    private final Node rest;
    private final UnaryOperator<Item> plan;
    private final boolean refusesLate;
    private final PriorityQueue<Item> items = new PriorityQueue<>(
            (a, b) -> a.dueNs() != b.dueNs() ? Long.compare(a.dueNs(), b.dueNs()) : Long.compare(a.order(), b.order()));
    private long set;

    private Agenda(NodeContext context, boolean refusesLate, UnaryOperator<Item> plan) {
        this.context = context;
        this.rest = context.rest(0);
        this.refusesLate = refusesLate;
        this.plan = plan;
    }

    /** A timer for each event, at a time made of the event: fires its id, stamped with the due time. */
    public static TrialOp timers(int mostAnEntry, java.util.function.ToLongFunction<Num> due) {
        return op("timers", mostAnEntry, false, item -> {
            long at = due.applyAsLong(item.output());
            return new Item(at, 0, new Num(item.output().id(), at), null);
        });
    }

    /** A window that holds each event by itself: fires it at the end of its bucket, stamped one nanosecond before. */
    public static TrialOp buckets(int mostAnEntry, long sizeNs) {
        return op("buckets", mostAnEntry, true, item -> {
            long end = Math.floorDiv(item.output().timeNs(), sizeNs) * sizeNs + sizeNs;
            return new Item(end, 0, new Num(item.output().id(), end - 1), null);
        });
    }

    /** As the test plans it. */
    public static TrialOp op(String word, int mostAnEntry, boolean refusesLate, UnaryOperator<Item> plan) {
        TrialOp op = TrialOp.of(word, context -> new Agenda(context, refusesLate, plan));
        op.maxFirings = mostAnEntry;
        op.keepsState = true;
        return op;
    }

    @Override
    public boolean on(Flow flow) {
        if (refusesLate && flow.timeNs() < context.progress().ns()) {
            return context.failures().refuse(flow, Reason.LATE, null);
        }
        Num event = flow.value();
        add(plan.apply(new Item(0, 0, new Num(event.id(), flow.timeNs()), null)));
        return false;
    }

    private void add(Item item) {
        items.add(new Item(item.dueNs(), set++, item.output(), item.then()));
        context.due(item.dueNs());
    }

    @Override
    public long nextDueNs() {
        return items.isEmpty() ? Long.MAX_VALUE : items.peek().dueNs();
    }

    /** As {@link TimedNode#fire}. */
    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && nextDueNs() <= progressNs) {
            Item item = items.poll();
            flow.value(item.output());
            flow.timeNs(item.output().timeNs());
            rest.on(flow);
            if (item.then() != null) {
                add(item.then());
            }
            fired++;
        }
        return fired;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(set);
        to.putInt(items.size());
        for (Item item : items) {
            if (item.then() != null) {
                throw new StateException("what an item sets when it fires is not saved");
            }
            to.putLong(item.dueNs());
            to.putLong(item.order());
            to.putLong(item.output().id());
            to.putLong(item.output().timeNs());
        }
    }

    @Override
    public void load(StateReader from) {
        set = from.getLong();
        for (int n = from.getInt("items", 1 << 20); n > 0; n--) {
            items.add(new Item(from.getLong(), from.getLong(), new Num(from.getLong(), from.getLong()), null));
        }
    }
}
