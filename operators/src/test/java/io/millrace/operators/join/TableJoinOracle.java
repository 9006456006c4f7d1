package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.operators.join.Market.Answer;
import io.millrace.operators.join.Market.Price;
import io.millrace.operators.join.Market.Trade;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The pair that two maps make of a key, before each change and behind it. */
final class TableJoinOracle {
    /** What stands beside each other; one of the two may be null. */
    record Rows(Trade left, Price right) {
        Answer answer() {
            return new Answer(left == null ? -1 : left.id(), right == null ? -1 : right.value());
        }
    }

    /** What comes of a change. */
    record Told(EntryForm form, Rows rows) {}

    private final JoinKind kind;
    private final Map<Long, Trade> left = new HashMap<>();
    private final Map<Long, Price> right = new HashMap<>();

    TableJoinOracle(JoinKind kind) {
        this.kind = kind;
    }

    /** Sets the left row of a key, or with null takes it away; null where nothing comes of it. */
    Told left(long key, Trade row) {
        Rows was = pair(key);
        left.put(key, row);
        return told(was, pair(key));
    }

    /** The same of the right one. */
    Told right(long key, Price row) {
        Rows was = pair(key);
        right.put(key, row);
        return told(was, pair(key));
    }

    private Rows pair(long key) {
        Trade l = left.get(key);
        Price r = right.get(key);
        boolean is = switch (kind) {
            case INNER -> l != null && r != null;
            case LEFT -> l != null;
            case FULL -> l != null || r != null;
        };
        return is ? new Rows(l, r) : null;
    }

    private static Told told(Rows was, Rows is) {
        if (Objects.equals(was, is)) {
            return null;
        }
        return is == null
                ? new Told(EntryForm.RETRACTION, was)
                : new Told(was == null ? EntryForm.INSERT : EntryForm.REPLACEMENT, is);
    }
}
