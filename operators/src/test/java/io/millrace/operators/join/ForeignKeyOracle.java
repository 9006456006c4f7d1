package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import io.millrace.operators.join.MarketRun.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** A join by a foreign key: tells all rows of a change within it, in the order in which they came to the row that changes. */
final class ForeignKeyOracle {
    /** Takes what comes of a change. */
    interface Told {
        void tell(EntryForm form, Trade left, Price right, long ns);
    }

    private final JoinKind kind;
    private final ToLongFunction<Trade> names;
    private final Map<Long, Trade> lefts = new LinkedHashMap<>();
    private final Map<Long, Price> rights = new LinkedHashMap<>();
    private final Map<Long, Set<Long>> named = new LinkedHashMap<>();
    private final Told to;

    /** Where nothing else takes them. */
    final List<Change> changes = new ArrayList<>();

    private long sequence;

    /** A row names another one by number; a trade whose id is negative deletes its row. */
    ForeignKeyOracle(JoinKind kind, ToLongFunction<Trade> names) {
        this.kind = kind;
        this.names = names;
        to = this::add;
    }

    /** The same, told elsewhere. */
    ForeignKeyOracle(JoinKind kind, ToLongFunction<Trade> names, Told to) {
        this.kind = kind;
        this.names = names;
        this.to = to;
    }

    private long names(Trade left) {
        return names.applyAsLong(left);
    }

    private boolean isShown(Price right) {
        return kind == JoinKind.LEFT || right != null;
    }

    private void add(EntryForm form, Trade left, Price right, long ns) {
        long value = right == null ? -1 : right.value();
        changes.add(new Change(form, new Answer(left.id(), value), ns, sequence));
    }

    void left(Trade left) {
        left(left, left.ns());
    }

    /** A change that came at a time of its own. */
    void left(Trade left, long ns) {
        sequence++;
        Trade was = lefts.get(left.key());
        boolean deletes = left.id() < 0;
        if (was == null && deletes || left.equals(was)) {
            return;
        }
        boolean moves = was != null && (deletes || names(was) != names(left));
        if (moves) {
            named.get(names(was)).remove(was.key());
            if (isShown(rights.get(names(was)))) {
                to.tell(EntryForm.RETRACTION, was, rights.get(names(was)), ns);
            }
            lefts.remove(was.key());
        }
        if (!deletes) {
            lefts.put(left.key(), left);
            named.computeIfAbsent(names(left), k -> new LinkedHashSet<>()).add(left.key());
            if (isShown(rights.get(names(left)))) {
                EntryForm form = was == null || moves ? EntryForm.INSERT : EntryForm.REPLACEMENT;
                to.tell(form, left, rights.get(names(left)), ns);
            }
        }
    }

    void right(Price right) {
        right(right, right.ns());
    }

    /** A change that came at a time of its own. */
    void right(Price right, long ns) {
        sequence++;
        Price was = rights.get(right.key());
        Price is = right.gone() ? null : right;
        if (right.gone() ? was == null : right.equals(was)) {
            return;
        }
        if (is == null) {
            rights.remove(right.key());
        } else {
            rights.put(right.key(), right);
        }
        for (long key : named.getOrDefault(right.key(), Set.of())) {
            Trade left = lefts.get(key);
            if (isShown(was) && isShown(is)) {
                to.tell(EntryForm.REPLACEMENT, left, is, ns);
            } else if (isShown(was) || isShown(is)) {
                to.tell(is == null ? EntryForm.RETRACTION : EntryForm.INSERT, left, is == null ? was : is, ns);
            }
        }
    }
}
