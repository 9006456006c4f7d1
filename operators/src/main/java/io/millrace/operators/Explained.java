package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Account;
import io.millrace.operator.Taken;
import io.millrace.operators.aggregate.Declared;
import java.util.List;

/** What several nodes say of their outputs in the same words, in a replay that explains. */
public final class Explained {
    private Explained() {}

    /**
     * Tells the values of aggregates.
     *
     * @param to       takes it
     * @param declared the values
     */
    public static void values(Account to, List<Declared> declared) {
        for (Declared d : declared) {
            if (d.aggregate() != null && d.arguments().isEmpty()) {
                to.say(d.name(), d.value());
            } else if (d.aggregate() != null) {
                to.value(d.name(), d.value());
            }
        }
    }

    /** Tells the row of a setting, and the event that set it. */
    static <S> void setting(Account to, EventType<S> type, S row) {
        to.say("setting", RowText.of(type, row));
        to.events("set by", Taken.by(1).ofAnyKey().newest(1));
    }
}
