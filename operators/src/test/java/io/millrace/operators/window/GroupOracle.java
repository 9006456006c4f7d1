package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.operators.window.GroupTest.Change;
import io.millrace.operators.window.GroupTest.Position;
import io.millrace.operators.window.GroupTest.Total;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What the rows of a map make, computed anew after each change, and how it differs from what it was. */
final class GroupOracle {
    /** In the order in which they were set. */
    private final Map<Long, Position> rows = new LinkedHashMap<>();

    private final Map<Long, Total> told = new TreeMap<>();

    /** Sets a row, or takes it away; what its groups tell of that. */
    List<Change> set(Position p, boolean isGone) {
        Position was = rows.remove(p.id());
        if (!isGone) {
            rows.put(p.id(), p);
        }
        List<Change> changes = new ArrayList<>();
        if (was != null) {
            tell(was.desk(), changes);
        }
        if (!isGone && (was == null || was.desk() != p.desk())) {
            tell(p.desk(), changes);
        }
        return changes;
    }

    private void tell(long desk, List<Change> to) {
        Total was = told.get(desk);
        Total is = total(desk, was == null ? 0 : was.revision() + 1);
        if (is == null) {
            to.add(new Change(EntryForm.RETRACTION, told.remove(desk)));
        } else if (was == null || !Objects.equals(is, revised(was))) {
            to.add(new Change(was == null ? EntryForm.INSERT : EntryForm.REPLACEMENT, is));
            told.put(desk, is);
        }
    }

    private static Total revised(Total t) {
        return new Total(t.desk(), t.count(), t.size(), t.least(), t.price(), t.last(), t.revision() + 1);
    }

    private Total total(long desk, int revision) {
        List<Position> of = rows.values().stream().filter(p -> p.desk() == desk).toList();
        if (of.isEmpty()) {
            return null;
        }
        Position last = of.get(0);
        for (Position p : of) {
            last = p.ns() >= last.ns() ? p : last; // of one time that which was set last
        }
        return new Total(
                desk,
                of.size(),
                of.stream().mapToLong(Position::size).sum(),
                of.stream().mapToLong(Position::size).min().getAsLong(),
                of.stream().mapToDouble(Position::price).sum(),
                last.id(),
                revision);
    }
}
