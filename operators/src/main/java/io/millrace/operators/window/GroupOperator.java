package io.millrace.operators.window;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.Stored;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.KeyParts;
import io.millrace.operators.aggregate.sketch.Sketches;
import io.millrace.state.Pages;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Aggregates the rows that each group of a table has now. An insert or replacement sets the row of its key, a
 * retraction takes it away. This goes by the order of the input, never by event time; if several windows of a key may
 * change, the row is that of the newest window ({@link io.millrace.operator.RowWindow}).
 *
 * <p><b>Results</b> are a table with the group as its key: an insert with the first row of a group, a replacement when
 * its result changes, and a retraction, which carries what was told last, when its last row goes. A row that changes
 * its group changes the one that it leaves first. Each result has the time of the row that made it; its window is all
 * of time.
 *
 * <p><b>Sums.</b> Nothing is subtracted. The rows of a group are the leaves of a tree of sums ({@link GroupTree}), and
 * a change makes the sums above it anew. So a minimum may rise again, doubles do not drift, and a change costs the
 * logarithm of the rows.
 *
 * <p><b>Bounds.</b> A row that needs more keys, groups or blocks than there are goes to the dead letters
 * ({@code over-bound}), and its key keeps the row that it had.
 *
 * <p><b>Results that fail.</b> A group tells nothing while its sum of longs does not fit 64 bits, or while an aggregate
 * of your own throws over its rows; what was told before stands. Each row that changes the group meanwhile goes to the
 * dead letters ({@code out-of-range}, {@code operator-error}), also one that goes or moves away, and has its effect all
 * the same: a row that goes cannot be refused.
 *
 * <p><b>Final rows.</b> If a time is declared, a row is final once progress is that far beyond its own time, which is
 * that of what set it last. It stays in the sums of its group, and nothing else is kept of it; what comes for its key
 * later is a new row beside it. A change that is older than that when it comes is late. A group that has final rows
 * only is forgotten: what was told of it last is not taken back, and a later row begins it anew, with revision 0. That
 * is done for a few with each entry; no result depends on when.
 *
 * @param <T> the type of the rows
 * @param <A> the shape class
 */
public final class GroupOperator<T, A> implements Operator<T, A> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), GroupNode.class);

    private static final NodeClass FORGETTING = NodeClass.of(MethodHandles.lookup(), ForgettingGroupNode.class);

    final KeyInfo key;
    final KeyInfo group;

    /** How long behind its time a row is final; 0 where none ever is. */
    final long forgetAfterNs;

    final LongField<? super T> number;
    final KeyByBytes.KeyWriter<? super T> writer;
    private final Supplier<A> shape;
    private final Function<? super A, Declarations> declared;
    private final Declarations sample;
    private final WindowLayout layout;

    private GroupOperator(
            KeyInfo key,
            KeyInfo group,
            LongField<? super T> number,
            KeyByBytes.KeyWriter<? super T> writer,
            long forgetAfterNs,
            Supplier<A> shape,
            Function<? super A, Declarations> declared) {
        this.forgetAfterNs = forgetAfterNs;
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.group = group;
        this.number = number;
        this.writer = writer;
        this.shape = shape;
        this.declared = declared;
        sample = declared.apply(shape.get());
        layout = layout(sample);
    }

    /**
     * Makes groups of rows.
     *
     * @param key         the key of the rows and the bound of rows; null if it is not known, and then it is a number
     * @param group       the key of the groups and the bound of groups
     * @param number      reads the group of a row; null if it is bytes
     * @param writer      writes the group of a row; null if it is a number
     * @param forgetAfter how long after its time a row is final, positive; null if it never is
     * @param shape       makes the shape object, with names; called here and once for each node and view
     * @param declared    returns what a shape object declares
     * @param <T>         the type of the rows
     * @param <A>         the shape class
     * @return the operator
     * @throws IllegalArgumentException if the shape class is not as it must be
     */
    public static <T, A> GroupOperator<T, A> of(
            KeyInfo key,
            KeyInfo group,
            LongField<? super T> number,
            KeyByBytes.KeyWriter<? super T> writer,
            Duration forgetAfter,
            Supplier<A> shape,
            Function<? super A, Declarations> declared) {
        long forgetAfterNs = forgetAfter == null ? 0 : Times.nanos(forgetAfter);
        if (forgetAfter != null && forgetAfterNs <= 0) {
            throw new IllegalArgumentException("group forgets rows after " + forgetAfter + "; use a positive time");
        }
        return new GroupOperator<>(key, group, number, writer, forgetAfterNs, shape, declared);
    }

    WindowView<A> newView() {
        return new WindowView<>(shape.get(), declared);
    }

    static WindowLayout layout(Declarations of) {
        return WindowLayout.ofRows(of);
    }

    @Override
    public String word() {
        return "group";
    }

    @Override
    public int stateVersion() {
        return Sketches.stateVersion(sample.all());
    }

    @Override
    public NodeClass node() {
        return forgetAfterNs > 0 ? FORGETTING : NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        boolean sensitive = inputs.get(0) != null && inputs.get(0).hasSensitive();
        return new WindowType<>(shape, declared, group.maxBytes(), sensitive);
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    /** One of the group that a row leaves, one of the group that it comes to. */
    @Override
    public int maxOutputs() {
        return 2;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public boolean keepsKey() {
        return false;
    }

    @Override
    public boolean keepsEvents() {
        return false;
    }

    @Override
    public boolean readsProgress() {
        return forgetAfterNs > 0;
    }

    @Override
    public int maxFirings() {
        return forgetAfterNs > 0 ? GroupAges.FIRINGS : 0;
    }

    /** Its row and its group. */
    @Override
    public int firingsOfEvent(int input) {
        return forgetAfterNs > 0 ? 2 : 0;
    }

    @Override
    public int maxOutputsPerFiring() {
        return 0;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public boolean makesUpdates() {
        return true;
    }

    /** A row, its place in the index, and its share of a leaf that is half full; its group is not in it. */
    @Override
    public long bytesPerKey() {
        long columns = GroupRows.COLUMNS
                + (forgetAfterNs > 0 ? GroupRows.FINAL_COLUMNS + 1 : 0); // and its place in the calendar
        return 8L * (4 + columns + Stored.words(key.maxBytes())) + leafBytes();
    }

    /** Of a row of a group; its place in the calendar is not in it. */
    int groupColumns(WindowLayout of) {
        int columns = GroupRows.groupColumns(of.cells.length);
        return forgetAfterNs > 0 ? columns + GroupRows.FINAL_GROUP_COLUMNS + GroupTree.summaryLongs(of) : columns;
    }

    long leafBytes() {
        return 16L * (1 + layout.arguments.newValues().length) + 4L * (1 + GroupTree.summaryLongs(layout));
    }

    /** Rows and groups with an index each, leaves, inner nodes; where rows are final some time two calendars, and trees that are left. */
    @Override
    public long leastStateBytes() {
        return (forgetAfterNs > 0 ? 10L : 6L) * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("by", group.kind());
        all.put("keys at most", most(key));
        all.put("groups at most", most(group));
        if (forgetAfterNs > 0) {
            all.put("forget after", Duration.ofNanos(forgetAfterNs).toString());
        }
        sample.all().forEach(d -> all.put(all.containsKey(d.name()) ? "field " + d.name() : d.name(), d.word()));
        return all;
    }

    private static String most(KeyInfo of) {
        return of.atMost() == 0 ? "by budget" : Integer.toString(of.atMost());
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> problems = new ArrayList<>(KeyParts.problems(sample.all(), group));
        if (sample.all().isEmpty()) {
            problems.add("its aggregates are none; declare one, such as count()");
        }
        long node = GroupTree.nodeLongs(layout);
        long row = 2L + Stored.words(group.maxBytes()) + groupColumns(layout);
        long most = Pages.PAGE_LONGS - 1;
        if (Math.max(node, row) > most) {
            problems.add("the aggregates of a part of a group take " + 8L * Math.max(node, row) + " bytes, and at most "
                    + 8L * most + " can be kept; lower their bounds");
        }
        return problems;
    }
}
