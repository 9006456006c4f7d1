package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.RowWindow;
import io.millrace.operator.Updates;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.KeyReader;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import java.util.Arrays;

/** Runs groups: reads group and arguments of a row, which calls user code, changes the tables, and tells what has become of the groups. */
final class GroupNode implements Node, Saved, Explains {
    private static final String FULL =
            "as many rows or groups are held as may be: raise their bounds, or the state budget";
    private static final int NONE = GroupRows.NONE;

    private final GroupRows table;
    private final Summaries summaries;
    private final SummaryFolds folds;
    private final Results results;
    private final Declarations declared;
    private final KeyReader group;
    private final boolean isNumber;
    private final boolean hasCursor;
    private final Failures failures;
    private final NodeCounters counters;
    private final Argument[] arguments;
    private final int[] copies;
    private final long[] values;
    private final long[] sum;
    private final long[] result;
    /** Where rows are final some time; else null. */
    private final GroupAges ages;

    /** Whether what is taken back was there: then a retraction that finds no row is of one that is final. */
    private final boolean isOfRowsThatWere;

    private final Flow saved = new Flow();

    /** How many rows have been set: rows stand in no order, so where that decides it is by this number. */
    private long turn;

    @SuppressWarnings("unchecked")
    GroupNode(GroupOperator<?, ?> operator, NodeContext context) {
        WindowView<?> view = operator.newView();
        declared = view.declared();
        WindowLayout layout = GroupOperator.layout(declared);
        table = new GroupRows(operator, layout, context);
        summaries = new Summaries(layout);
        folds = new SummaryFolds(layout);
        results = new Results(operator.group, view, false, context);
        isNumber = operator.group.isNumber();
        hasCursor = context.hasCursor(0);
        group = new KeyReader(
                (LongField<Object>) operator.number,
                (KeyByBytes.KeyWriter<Object>) operator.writer,
                operator.group.maxBytes(),
                hasCursor,
                context.hashSeed());
        failures = context.failures();
        counters = context.counters();
        arguments = layout.arguments.functions();
        copies = layout.arguments.copies();
        values = layout.arguments.newValues();
        sum = new long[GroupTree.summaryLongs(layout)];
        result = new long[Summaries.keptLongs(layout.cells.length)];
        ages = operator.forgetAfterNs > 0 ? new GroupAges(table, operator.forgetAfterNs, context) : null;
        isOfRowsThatWere = context.updates(0) == Updates.CHANGES;
    }

    GroupAges ages() {
        return ages;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(turn);
        table.save(to);
    }

    @Override
    public void load(StateReader from) {
        turn = from.getLong();
        table.load(from);
    }

    @Override
    public boolean on(Flow flow) {
        boolean isDelete = flow.form() == EntryForm.RETRACTION;
        int row = table.rows.find(flow);
        if (ages != null) {
            row = ages.settled(row);
            if (ages.isFinal(flow.timeNs())) {
                return late(flow, "a row of its time is final");
            }
            if (isDelete && isOfRowsThatWere && row == NONE) {
                return late(flow, "the row that it takes back is final, or was not taken");
            }
            if (isDelete && row == NONE) {
                counters.filtered++; // it may be of a row that is final, or of one that never came
                return false;
            }
        }
        if (row != NONE && RowWindow.leaves(flow, table.windowOf(row))) {
            return false;
        }
        if (!isDelete) {
            try {
                read(flow);
            } catch (Throwable t) {
                return failures.operatorError(flow, t);
            }
        }
        saved.copyFrom(flow);
        saved.reason(null);
        if (isDelete) {
            delete(row, flow);
            return false;
        }
        hold(flow);
        return row == NONE ? add(flow) : set(row, flow);
    }

    private boolean late(Flow flow, String detail) {
        counters.late++;
        return failures.refuse(flow, Reason.LATE, detail);
    }

    /** Puts the group that was read into the stage's hand. */
    private void hold(Flow flow) {
        if (isNumber) {
            flow.key(group.key());
        } else {
            flow.key(group.key(), group.bytes(), group.length());
        }
    }

    private void read(Flow flow) throws Exception {
        group.read(flow);
        for (int i = 0; i < arguments.length; i++) {
            if (hasCursor) {
                flow.rewind(); // each function finds the event at its start
            }
            values[i] = arguments[i].bits(flow.value());
        }
        if (copies.length > 0) {
            Arguments.complete(values, copies, flow, ++turn);
        }
    }

    private void delete(int row, Flow flow) {
        if (row == NONE) {
            return;
        }
        int from = table.groupOf(row);
        table.takeOut(from, table.placeOf(row));
        table.rows.rows.release(row);
        counters.keys = table.rows.rows.count();
        tell(from, flow);
    }

    /** A row of a new key. */
    private boolean add(Flow flow) {
        int to = group(flow);
        int row = to == NONE ? NONE : row();
        if (row == NONE || !table.put(row, to, values)) {
            if (row != NONE) {
                table.rows.rows.release(row);
            }
            return full(to, flow);
        }
        counters.keys = table.rows.rows.count();
        table.standsFor(row, saved);
        if (ages != null) {
            ages.added(row, to);
        }
        tell(to, flow);
        return false;
    }

    /** A row of the key of the entry; {@link GroupRows#NONE} when there is no room. */
    private int row() {
        int row = table.rows.acquire(saved);
        return row == NONE && ages != null && ages.settlesOne() ? table.rows.acquire(saved) : row;
    }

    /** The group that was read, made or begun anew where it has to be; {@link GroupRows#NONE} when there is no room. */
    private int group(Flow flow) {
        if (ages == null) {
            return table.group(flow);
        }
        if (!ages.makesRoom(table.groups.find(flow))) {
            return NONE;
        }
        int made = table.group(flow);
        return made == NONE && ages.leavesOne() ? table.group(flow) : made;
    }

    private boolean full(int to, Flow flow) {
        releaseIfEmpty(to);
        flow.copyFrom(saved);
        return failures.refuse(flow, Reason.OVER_BOUND, FULL);
    }

    private void releaseIfEmpty(int to) {
        if (to != NONE && table.isEmpty(to)) {
            table.release(to);
        }
    }

    /** A row in place of another. */
    private boolean set(int row, Flow flow) {
        int from = table.groupOf(row);
        if (table.isOnly(from) && table.groups.find(flow) == NONE) {
            return replace(row, from, flow);
        }
        int to = group(flow);
        if (to == from) {
            table.standsFor(row, saved);
            if (table.change(row, values)) {
                tell(from, flow);
            }
            return false;
        }
        int place = table.placeOf(row);
        if (to == NONE || !table.put(row, to, values)) {
            return full(to, flow);
        }
        table.standsFor(row, saved);
        if (ages != null) {
            ages.movedTo(to);
        }
        table.takeOut(from, place);
        tell(from, flow);
        tell(to, flow);
        return false;
    }

    /** A group with one row gives way to the one that the row comes to: what it leaves is room enough, also where all groups are taken. */
    private boolean replace(int row, int from, Flow flow) {
        table.takeOut(from, table.placeOf(row));
        tell(from, flow);
        flow.copyFrom(saved);
        hold(flow);
        int to = table.group(flow);
        if (to == NONE || !table.put(row, to, values)) {
            throw new IllegalStateException("no room for a group where one has just gone");
        }
        table.standsFor(row, saved);
        if (ages != null) {
            ages.movedTo(to);
        }
        tell(to, flow);
        return false;
    }

    // ---- results

    private void tell(int of, Flow flow) {
        flow.copyFrom(saved);
        if (table.isEmpty(of)) {
            takeBack(of, flow);
            return;
        }
        begin(of, flow);
        try {
            Throwable broken = table.sum(of, sum);
            if (broken != null) {
                results.failed(flow, saved.timeNs(), broken);
                return;
            }
            if (!folds.isInRange(sum, 0)) {
                results.refuse(flow, saved.timeNs(), "a sum of the group does not fit 64 bits: its rows are kept");
                return;
            }
            summaries.answer(sum, 0);
        } catch (Throwable t) {
            results.failed(flow, saved.timeNs(), t);
            return;
        }
        long told = table.told(of);
        if (told == 0 || !isTold(of)) {
            summaries.keep(table.writable(of), table.resultAt(of));
            table.tell(of);
            results.send(flow, Long.MIN_VALUE, Progress.END, saved.timeNs(), told, told != 0);
        }
    }

    /** Whether the result that the cells hold is the one that was told last. */
    private boolean isTold(int of) {
        summaries.keep(result, 0);
        int at = table.resultAt(of);
        return Arrays.equals(table.page(of), at, at + result.length, result, 0, result.length);
    }

    private void takeBack(int of, Flow flow) {
        long told = table.told(of);
        begin(of, flow);
        if (told != 0) {
            summaries.restore(table.page(of), table.resultAt(of));
        }
        table.release(of);
        if (told != 0) {
            results.takeBack(flow, Long.MIN_VALUE, Progress.END, saved.timeNs(), told - 1);
        }
    }

    private void begin(int of, Flow flow) {
        table.groups.keyOf(of, flow);
        results.begin(flow);
    }

    @Override
    public void explain(Flow flow, Account to) {
        to.say("revision", declared.window().revision());
        declared.explain(to);
    }
}
