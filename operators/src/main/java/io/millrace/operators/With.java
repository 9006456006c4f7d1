package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Taken;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Puts the answers of branches beside an event. Input 0 is the base, inputs 1 to n are the branches.
 *
 * <p>An answer belongs to the event that caused it, by a mark that each event of the base gets and that travels with
 * what it causes. Each branch answers each event exactly once, in the step of the event. Results come in the order of
 * the events that have all their answers. An event that a branch dropped as a dead letter is dropped here too, and
 * counted.
 *
 * @param <T> the type of the base's events
 * @param <R> the type of the result
 */
public final class With<T, R> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), WithNode.class);

    final int branches;
    final Combiner combiner;

    /**
     * Makes the result of an event and its answers. If it only puts these objects into a record, each in its place, it
     * is called again only when one of the objects is another; otherwise for each event. What it does for its first
     * event it must do for all. Where views are cut off, it is called for each of the first 10,000 events, and one for
     * which it does otherwise is a dead letter.
     */
    @FunctionalInterface
    public interface Combiner {
        /**
         * Makes the result.
         *
         * @param parts the event, then the answers by branch; the array is reused, so do not keep it
         * @return the result, not null
         * @throws Exception whatever user code throws
         */
        Object combine(Object[] parts) throws Exception;
    }

    private With(int branches, Combiner combiner) {
        this.branches = branches;
        this.combiner = combiner;
    }

    /**
     * Makes the operator.
     *
     * @param branches how many branches, 1 to 4
     * @param combiner makes the result
     * @param <T>      the type of the base's events
     * @param <R>      the type of the result
     * @return the operator
     */
    public static <T, R> With<T, R> of(int branches, Combiner combiner) {
        return new With<>(branches, Objects.requireNonNull(combiner, "views"));
    }

    @Override
    public String word() {
        return "with";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return branches + 1;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return null; // a record of views has no layout of its own
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean keepsKey() {
        return false;
    }

    @Override
    public boolean matchesInputs() {
        return true;
    }

    @Override
    public int maxOutputs() {
        return 1;
    }
}

/** Matches. */
final class WithNode implements Node, Saved, Explains {
    /** So many events are looked at in tests: one that runs for long still shows what a run without it costs. */
    private static final int CHECKED = 10_000;

    private static final String OTHERWISE =
            "with: its function put the event and the answers into a record as they come, so"
                    + " it is not asked again while they are the same objects, and for this event it ";

    private final With.Combiner combiner;
    private final int depth;
    private final int parts;
    private final int complete;
    private final Failures failures;
    private final NodeCounters counters;
    private final boolean staged;

    @Scratch("in tests only")
    private int checksLeft;

    private final RewindAll cursors;
    private final boolean[] hasCursor;
    private final Object[] now;
    private final Object[] last;

    @Scratch("made again at the next event")
    private Object lastResult;

    /** Whether the result holds the parts as they come, so that it need not be made again; known after the first. */
    private boolean viewsOnly;

    private boolean known;

    /** Called directly: the parts of one event come within one descent. */
    @Scratch("within a step")
    private long sequence = -1;

    @Scratch("within a step")
    private int step;

    @Scratch("within a step")
    private long origin;

    @Scratch("within a step")
    private int have;

    private final Flow base = new Flow();

    /** Called from an inbox: all events of the step, then all answers of the first branch, and so on. */
    private final Held<Object>[][] held;

    /** What the function sees of them: the same views for each event, so that a record of views need not be made again. */
    private final EventView<Object>[] shown;

    private final long[] heldOrigin;
    private final int[] heldParts;

    @Scratch("within a step")
    private int count;

    @SuppressWarnings("unchecked")
    WithNode(With<?, ?> operator, NodeContext context) {
        combiner = operator.combiner;
        depth = context.originDepth();
        parts = operator.branches + 1;
        complete = (1 << parts) - 1;
        failures = context.failures();
        counters = context.counters();
        staged = context.inputsStaged();
        checksLeft = context.cutViews() ? CHECKED : 0;
        hasCursor = new boolean[parts];
        cursors = anyCursor(context) ? new RewindAll(parts) : null;
        now = new Object[parts];
        last = new Object[parts];
        int most = staged ? context.mostPerStep() : 0;
        held = (Held<Object>[][]) new Held<?>[most][parts];
        shown = (EventView<Object>[]) new EventView<?>[parts];
        heldOrigin = new long[most];
        heldParts = new int[most];
        for (int i = 0; staged && i < parts; i++) {
            EventType<Object> type = (EventType<Object>) context.inputType(i);
            shown[i] = context.cutting(type.newView());
            for (Held<Object>[] row : held) {
                row[i] = new Held<>(type);
            }
        }
    }

    private boolean anyCursor(NodeContext context) {
        boolean any = false;
        for (int i = 0; i < parts; i++) {
            hasCursor[i] = context.hasCursor(i);
            any |= hasCursor[i];
        }
        return any;
    }

    /** What was found out at the first event holds for all: else a function that keeps no promise would put out something else. */
    @Override
    public void save(StateWriter to) {
        to.putBoolean(known);
        to.putBoolean(viewsOnly);
    }

    @Override
    public void load(StateReader from) {
        known = from.getBoolean();
        viewsOnly = from.getBoolean();
    }

    @Override
    public void explain(Flow flow, Account to) {
        for (int i = 0; i < parts; i++) {
            Taken part = Taken.by(i).ofAnyKey().withinEntry().marked(depth, flow.origin(depth));
            to.events(i == 0 ? "event" : "answer " + i, part.newest(1));
        }
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.sequence() != sequence || flow.step() != step) {
            sequence = flow.sequence();
            step = flow.step();
            count = 0;
            have = 0;
        }
        return staged ? collect(flow) : match(flow);
    }

    private boolean match(Flow flow) {
        long mark = flow.origin(depth);
        if (have == 0 || mark != origin) {
            counters.unanswered++;
            have = 0;
        }
        origin = mark;
        int input = flow.input();
        now[input] = flow.value();
        if (hasCursor[input]) {
            cursors.part(input, flow);
        }
        if (input == 0) {
            base.copyFrom(flow);
        }
        have |= 1 << input;
        if (have != complete) {
            return false;
        }
        have = 0;
        flow.copyFrom(base);
        counters.unanswered--;
        return combine(flow);
    }

    private boolean collect(Flow flow) {
        int row = row(flow.origin(depth));
        int input = flow.input();
        held[row][input].hold(flow);
        heldParts[row] |= 1 << input;
        if (heldParts[row] != complete) {
            return false;
        }
        for (int i = 0; i < parts; i++) {
            now[i] = held[row][i].value(shown[i]);
            if (hasCursor[i]) {
                flow.cursor(shown[i]);
                cursors.part(i, flow);
            }
        }
        held[row][0].restore(flow);
        remove(row);
        counters.unanswered--;
        return combine(flow);
    }

    private int row(long mark) {
        for (int i = 0; i < count; i++) {
            if (heldOrigin[i] == mark) {
                return i;
            }
        }
        counters.unanswered++;
        heldOrigin[count] = mark;
        heldParts[count] = 0;
        return count++;
    }

    /** Takes a row out; the others keep their order, its memory is used again. */
    private void remove(int row) {
        Held<Object>[] free = held[row];
        count--;
        for (int i = row; i < count; i++) {
            held[i] = held[i + 1];
            heldOrigin[i] = heldOrigin[i + 1];
            heldParts[i] = heldParts[i + 1];
        }
        held[count] = free;
    }

    private boolean combine(Flow flow) {
        if (cursors != null) {
            flow.cursor(cursors);
            flow.rewind();
        }
        boolean same = viewsOnly && lastResult != null;
        for (int i = 0; i < parts; i++) {
            same &= now[i] == last[i];
        }
        if (!same) {
            try {
                lastResult = Objects.requireNonNull(combiner.combine(now), "with: the function returned null");
            } catch (Throwable t) {
                lastResult = null;
                return failures.operatorError(flow, t);
            }
            System.arraycopy(now, 0, last, 0, parts);
            if (!known) {
                known = true;
                viewsOnly = RecordOfViews.isMadeOf(lastResult, now);
            }
        }
        if (same && checksLeft > 0) {
            checksLeft--;
            try {
                requireSameAgain();
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
            flow.rewind();
        }
        flow.value(lastResult);
        counters.out++;
        return true;
    }

    /** In tests the function is asked all the same, so that one that cannot be done without shows there. */
    private void requireSameAgain() {
        Object again;
        try {
            again = combiner.combine(now);
        } catch (Throwable t) {
            throw new IllegalStateException(OTHERWISE + "throws " + t, t);
        }
        if (again == null || again.getClass() != lastResult.getClass() || !RecordOfViews.isMadeOf(again, now)) {
            throw new IllegalStateException(OTHERWISE + "gives something else");
        }
    }
}
