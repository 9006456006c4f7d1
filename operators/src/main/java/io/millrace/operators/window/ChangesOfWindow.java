package io.millrace.operators.window;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Says of windows whose rows may be taken back what the time of a row is, and how many are kept. What takes a row back is stamped with
 * when that came, not with the time of the row: so both are read from the row, which it carries.
 *
 * @param time       reads the time of a row
 * @param unit       its unit
 * @param rowsAtMost the most rows of a pane; 0 where none is kept
 */
record ChangesOfWindow(LongField<?> time, TimeUnit unit, int rowsAtMost) {
    /** More would be looked through, and added up anew, for one entry. */
    static final int ROWS_MOST = 4_096;

    String problem() {
        return rowsAtMost < 0 || rowsAtMost > ROWS_MOST
                ? "rowsAtMost(" + rowsAtMost + "); use 1 to " + ROWS_MOST
                : null;
    }

    /** What stands against windows over changes. */
    List<String> problems(Window window, Declarations declared, EventType<?> row) {
        List<String> problems = new ArrayList<>();
        switch (window.kind) {
            case SESSIONS ->
                problems.add(
                        "a row that is taken back may part a session, which keeps no rows; use tumbling windows with ofChanges");
            case COUNTS ->
                problems.add(
                        "windows of so many events go by arrival, so a row that is taken back would move all behind it;"
                                + " use tumbling windows with ofChanges");
            case GLOBAL ->
                problems.add(
                        "a window without an end over changes is what group(name) tells of a table; use that, or tumbling windows");
            default -> {}
        }
        if (window.empty) {
            problems.add("emitEmpty does not go with ofChanges; leave one of them out");
        }
        if (rowsAtMost > 0 && row == null) {
            problems.add("rowsAtMost keeps what rows are, and they are untyped; use map(type, function)");
        }
        declared.all().stream().filter(d -> d.aggregate() != null).forEach(d -> judge(d, problems));
        return problems;
    }

    private void judge(Declared d, List<String> problems) {
        if (d.aggregate() instanceof OwnAggregate) {
            problems.add("its field " + d.name()
                    + " is an aggregate of your own, which windows over changes do not take; use group(name)");
        } else if (rowsAtMost == 0 && !d.aggregate().fold().ofChanges().givesBack()) {
            problems.add("its field " + d.name() + " is a " + d.word()
                    + ", which gives no row back; say rowsAtMost(n), so that they are kept, or leave it out");
        }
    }

    /** Of the most time that there can be in its unit. */
    long mostUnits() {
        return (Long.MAX_VALUE - 1) / unit.toNanos(1);
    }
}
