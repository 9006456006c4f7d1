package io.millrace.examples.fraud;

import io.millrace.dsl.Aggregates;
import io.millrace.operators.Fn.Condition;

/** What is known of a terminal: of how many payments, and what share of them was fraud, whoever tells of it and when. */
interface TerminalRisk {
    /** Of the last day. */
    Share<?> day();

    /** Of the last week. */
    Share<?> week();

    /** Of the last month. */
    Share<?> month();

    /**
     * Count and share of fraud of a span.
     *
     * @param <T> what tells of fraud
     */
    final class Share<T> extends Aggregates<T> {
        final LongValue count = count();
        final DoubleValue fraud;

        Share(Condition<T> isFraud) {
            fraud = share(isFraud);
        }

        boolean isUnknown() {
            return count.get() == 0;
        }

        double orZero() {
            return isUnknown() ? 0 : fraud.get();
        }
    }
}
