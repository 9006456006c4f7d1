package io.millrace.operators.window;

import io.millrace.event.EntryForm;
import io.millrace.operators.window.GroupTest.Change;
import io.millrace.operators.window.GroupTest.Position;
import io.millrace.operators.window.GroupTest.Total;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the rows of a map make, computed anew after each change, and how it differs from what it was. */
final class GroupOracle {
    /** In the order in which they were set. */
    private final Map<Long, Position> rows = new LinkedHashMap<>();

    private final Map<Long, Total> told = new TreeMap<>();

    /** Rows that are final, of groups that are not; and the newest time that a row of a group had. */
    private final List<Position> finals = new ArrayList<>();

    private final Map<Long, Long> newest = new TreeMap<>();
    private final long forgetAfterNs;

    GroupOracle() {
        this(0);
    }

    /** Where rows are final so long behind their time. */
    GroupOracle(long forgetAfterNs) {
        this.forgetAfterNs = forgetAfterNs;
    }

    private boolean isFinal(long timeNs, long progressNs) {
        return forgetAfterNs > 0 && Times.plus(timeNs, forgetAfterNs) <= progressNs;
    }

    /** Whether a change comes too late; one that takes a row back which was there does where that row has gone. */
    boolean isLate(Position p, boolean takesBackWhatWas, long progressNs) {
        return isFinal(p.ns(), progressNs) || forgetAfterNs > 0 && takesBackWhatWas && !rows.containsKey(p.id());
    }

    void progress(long progressNs) {
        for (Position p : List.copyOf(rows.values())) {
            if (isFinal(p.ns(), progressNs)) {
                rows.remove(p.id());
                finals.add(p);
            }
        }
        for (long desk : List.copyOf(newest.keySet())) {
            if (isFinal(newest.get(desk), progressNs)) {
                finals.removeIf(p -> p.desk() == desk);
                newest.remove(desk);
                told.remove(desk);
            }
        }
    }

    /** Sets a row, or takes it away; what its groups tell of that. */
    List<Change> set(Position p, boolean isGone) {
        Position was = rows.remove(p.id());
        if (!isGone) {
            rows.put(p.id(), p);
            newest.merge(p.desk(), p.ns(), Math::max);
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
            newest.remove(desk);
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
        List<Position> of = Stream.concat(finals.stream(), rows.values().stream())
                .filter(p -> p.desk() == desk)
                .toList();
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
