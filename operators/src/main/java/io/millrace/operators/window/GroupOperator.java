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
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Aggregates of the rows that a table has in each group at the moment. An insert or replacement sets the row of its key, a retraction
 * takes it away; by the order, never by event time, but that of windows of which several of a key may change the row is the newest one's ({@link
 * io.millrace.operator.RowWindow}).
 *
 * <p>What comes out is a table with the group as its key: an insert with the first row of a group, a replacement where its result
 * changes, a retraction, which carries what was told last, when its last row goes. A row that changes its group changes the one that
 * it leaves first. Each has the time of the row that made it; its window is all of time.
 *
 * <p>Nothing is subtracted: the rows of a group are the leaves of a tree of sums ({@link GroupTree}), and a change makes the sums
 * above it anew. So a minimum may go up again, doubles do not drift, and a change costs the logarithm of the rows, counted.
 *
 * <p><b>Bounds</b>: a row that needs more keys, groups or blocks than there are goes to the dead letters (over bound), and its key keeps
 * the row it had. <b>Overflow</b>: a group whose sum of longs does not fit 64 bits, or over whose rows an aggregate of a user's own
 * throws, tells nothing: what was told of it before stands. Each row that changes it meanwhile goes to the dead letters (out of range,
 * operator error), one that goes or moves away too, and has had its effect all the same: a row that goes cannot be refused.
 *
 * @param <T> the row
 * @param <A> the shape
 */
public final class GroupOperator<T, A> implements Operator<T, A> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), GroupNode.class);

    final KeyInfo key;
    final KeyInfo group;
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
            Supplier<A> shape,
            Function<? super A, Declarations> declared) {
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
     * Groups of rows.
     *
     * @param key      the key of the rows and the bound on them; null when it is not known, and then it is a number
     * @param group    the key of the groups and the bound on them
     * @param number   reads the group of a row; null where it is bytes
     * @param writer   writes the group of a row; null where it is a number
     * @param shape    makes the shape object, with names; called here and once for each node and view
     * @param declared what a shape object declares
     * @param <T>      the row
     * @param <A>      the shape
     * @return the operator
     * @throws IllegalArgumentException when the shape is not as it has to be
     */
    public static <T, A> GroupOperator<T, A> of(
            KeyInfo key,
            KeyInfo group,
            LongField<? super T> number,
            KeyByBytes.KeyWriter<? super T> writer,
            Supplier<A> shape,
            Function<? super A, Declarations> declared) {
        return new GroupOperator<>(key, group, number, writer, shape, declared);
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
        return NODE;
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
        return false;
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
        return 8L * (4 + GroupRows.COLUMNS + Stored.words(key.maxBytes())) + leafBytes();
    }

    long leafBytes() {
        return 16L * (1 + layout.arguments.newValues().length) + 4L * (1 + GroupTree.summaryLongs(layout));
    }

    /** Rows and groups with an index each, leaves, inner nodes. */
    @Override
    public long leastStateBytes() {
        return 6L * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("by", group.kind());
        all.put("keys at most", most(key));
        all.put("groups at most", most(group));
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
        long row = 2L + Stored.words(group.maxBytes()) + GroupRows.groupColumns(layout.cells.length);
        long most = Pages.PAGE_LONGS - 1;
        if (Math.max(node, row) > most) {
            problems.add("the aggregates of a part of a group take " + 8L * Math.max(node, row) + " bytes, and at most "
                    + 8L * most + " can be kept; lower their bounds");
        }
        return problems;
    }
}
