package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Reason;
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
import io.millrace.operator.RowWindow;
import io.millrace.operator.Taken;
import io.millrace.operator.Updates;
import io.millrace.operators.Stored;
import io.millrace.state.Pages;
import io.millrace.state.SavedByParts;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Gives the changes of a table: what takes a row back carries that row. It goes by the order of the input, never by
 * event time. If several windows of a key may change, the row is that of the window that starts last, and results of
 * older windows change nothing.
 *
 * <ul>
 *   <li>An insert or replacement sets the row of its key. If there was another row, a retraction comes that carries it,
 *       then an insert; if there was the same row, nothing comes.
 *   <li>A retraction takes the row of its key away. A retraction comes that carries it, or nothing if there is none.
 * </ul>
 *
 * <p>It is needed where updates by key come to a word that decides from the content of a row, such as another key: that
 * word must see the old row again, and a replacement does not bring it.
 *
 * <p><b>State and bounds.</b> The row of each key. A row of a new key beyond the bound of keys or budget goes to the
 * dead letters ({@code over-bound}).
 *
 * @param <T> the type of the rows
 */
public final class Changelog<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ChangelogNode.class);

    final KeyInfo key;

    private Changelog(KeyInfo key) {
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
    }

    /**
     * Makes a changelog.
     *
     * @param key the key of the rows and the bound of keys; null if it is not known
     * @param <T> the type of the rows
     * @return the operator
     */
    public static <T> Changelog<T> of(KeyInfo key) {
        return new Changelog<>(key);
    }

    @Override
    public String word() {
        return "changelog";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    /** The row that was, and the one that is. */
    @Override
    public int maxOutputs() {
        return 2;
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public boolean keyed() {
        return true;
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
    public boolean passesUpdates(int input) {
        return false; // it makes others of them
    }

    @Override
    public boolean makesUpdates() {
        return true;
    }

    @Override
    public Updates makes(int port) {
        return Updates.CHANGES;
    }

    /** The row, behind its length. */
    static int columns(EventType<?> type) {
        return Stored.longs(type.maxLength());
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap(
                "keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        EventType<?> type = inputs.get(0);
        if (type == null) {
            return List.of("changelog keeps rows, and they are untyped; use map(type, function)");
        }
        return columns(type) + 2 + Stored.words(key.maxBytes()) > Pages.PAGE_LONGS - 1
                ? List.of("changelog keeps the row of a key in a page of " + Pages.PAGE_BYTES + " bytes, and "
                        + type.name() + " is longer; map it to what is needed")
                : List.of();
    }
}

/** Keeps the row of each key. */
final class ChangelogNode implements Node, SavedByParts, Explains {
    private final EventType<Object> type;
    private final JoinKeys keys;
    /** 0 where the key alone says which row is meant. */
    private final int windowColumn;

    private final byte[] own;
    private final byte[] before;
    private final int place;
    private final EventView<Object> view;
    private final Flow saved = new Flow();
    private final Node rest;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    ChangelogNode(Changelog<?> operator, NodeContext context) {
        type = (EventType<Object>) context.inputType(0);
        windowColumn = context.ofWindows(0) ? Changelog.columns(type) : 0;
        keys = new JoinKeys(
                context,
                operator.key,
                Changelog.columns(type) + (windowColumn == 0 ? 0 : 1),
                0,
                context.budget().bytes() - operator.leastStateBytes() / 2);
        own = new byte[Stored.words(type.maxLength()) * Long.BYTES];
        before = new byte[own.length];
        place = context.valuePlace();
        view = context.cutting(type.newView());
        rest = context.rest(0);
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        int slot = keys.find(flow);
        boolean leavesRow =
                windowColumn > 0 && slot != JoinKeys.NONE && RowWindow.leaves(flow, keys.rows.get(slot, windowColumn));
        if (leavesRow) {
            return false;
        }
        return flow.form() == EntryForm.RETRACTION ? delete(slot, flow) : set(slot, flow);
    }

    private boolean delete(int slot, Flow flow) {
        if (slot == JoinKeys.NONE) {
            return false;
        }
        int length = load(slot);
        keys.rows.release(slot);
        counters.keys = keys.rows.count();
        takeBack(length, flow);
        return true;
    }

    private boolean set(int found, Flow flow) {
        int length;
        try {
            length = Held.copyValue(flow, type, own, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        boolean isNew = found == JoinKeys.NONE;
        if (!isNew && Stored.isSame(keys.rows.page(found), keys.rows.base(found), own, length)) {
            standsFor(found, flow);
            return false;
        }
        int slot = isNew ? keys.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            return failures.refuse(flow, Reason.OVER_BOUND, "the changelog holds as many keys as it may");
        }
        int lengthBefore = isNew ? 0 : load(slot);
        Stored.write(keys.rows.writable(slot), keys.rows.base(slot), own, length);
        standsFor(slot, flow);
        counters.keys = keys.rows.count();
        if (!isNew) {
            saved.copyFrom(flow);
            takeBack(lengthBefore, flow);
            rest.on(flow);
            flow.copyFrom(saved);
        }
        flow.form(EntryForm.INSERT);
        flow.windowNs(RowWindow.NONE);
        counters.out++;
        return true;
    }

    /** Also where the row is the same as that of the window before. */
    private void standsFor(int slot, Flow flow) {
        if (windowColumn > 0) {
            keys.rows.set(slot, windowColumn, flow.windowNs());
        }
    }

    /** Reads the row that is held; answers how long it is. */
    private int load(int slot) {
        return Stored.read(keys.rows.page(slot), keys.rows.base(slot), before, 0);
    }

    private void takeBack(int length, Flow flow) {
        flow.value(place, view.wrap(before, 0, length), before, 0, length);
        if (type.hasCursor()) {
            flow.cursor(view);
        }
        flow.form(EntryForm.RETRACTION);
        flow.windowNs(RowWindow.NONE);
        counters.out++;
    }

    @Override
    public void explain(Flow flow, Account to) {
        if (flow.form() == EntryForm.RETRACTION) {
            to.event("row that was", Taken.by(0), before, 0, flow.length());
        } else {
            to.events("row", Taken.by(0).newest(1));
        }
    }
}
