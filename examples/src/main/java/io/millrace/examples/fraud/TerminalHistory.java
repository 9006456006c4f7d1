package io.millrace.examples.fraud;

import static java.time.Duration.ofDays;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import java.time.Duration;

/**
 * What is kept of a terminal: how many payments, and what share of fraud, in a day, week and month that ended seven days ago.
 * Whether a payment was fraud is known days later; in the files the label stands in the payment, so the windows are delayed by
 * the time that a label takes.
 */
public final class TerminalHistory extends LookBack<Payment> {
    private static final Duration LABEL_DELAY = ofDays(7);

    final Risk day = last(ofDays(1), LABEL_DELAY, Risk::new);
    final Risk week = last(ofDays(7), LABEL_DELAY, Risk::new);
    final Risk month = last(ofDays(30), LABEL_DELAY, Risk::new);

    /** Count and share of fraud of a span. */
    static final class Risk extends Aggregates<Payment> {
        final LongValue count = count();
        final DoubleValue fraud = share(Payment::fraud);

        boolean isUnknown() {
            return count.get() == 0;
        }

        double riskOrZero() {
            return isUnknown() ? 0 : fraud.get();
        }
    }
}
