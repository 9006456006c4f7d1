package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.operators.JoinedType;
import io.millrace.operators.Stored;
import io.millrace.state.Pages;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the sides of a join. */
final class JoinProblems {
    private JoinProblems() {}

    /** Both sides are kept, each event in a block behind so many longs, and go on side by side. */
    static List<String> of(String word, List<EventType<?>> sides, int headLongs) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            EventType<?> type = sides.get(i);
            if (type == null) {
                result.add(word + " keeps events, and its " + (i == 0 ? "left" : "right")
                        + " side is untyped; use map(type, function)");
            } else if (headLongs + Stored.longs(type.maxLength()) > Pages.PAGE_LONGS - 1) {
                result.add(word + " keeps an event in a page of " + Pages.PAGE_BYTES + " bytes, and " + type.name()
                        + " has " + type.maxLength() + "; shorten its text fields");
            }
        }
        if (result.isEmpty() && JoinedType.of(sides.get(0), sides.get(1)) == null) {
            result.add(word + ": a pair of " + sides.get(0).name() + " and "
                    + sides.get(1).name() + " is longer than an event may be; map them to what is needed");
        }
        return result;
    }
}
