package io.millrace.examples.fraud;

import static java.time.Duration.ofDays;

import io.millrace.dsl.LookBack;
import java.time.Duration;

/**
 * What is kept of a terminal: how many payments, and what share of fraud, in a day, week and month that ended seven days ago.
 * Whether a payment was fraud is known days later; in the files the label stands in the payment, so the windows are delayed by
 * the time that a label takes. {@link FraudWithLabels} has labels that come by themselves.
 */
public final class TerminalHistory extends LookBack<Payment> implements TerminalRisk {
    static final Duration LABEL_DELAY = ofDays(7);

    final Share<Payment> day = last(ofDays(1), LABEL_DELAY, () -> new Share<>(Payment::fraud));
    final Share<Payment> week = last(ofDays(7), LABEL_DELAY, () -> new Share<>(Payment::fraud));
    final Share<Payment> month = last(ofDays(30), LABEL_DELAY, () -> new Share<>(Payment::fraud));

    @Override
    public Share<Payment> day() {
        return day;
    }

    @Override
    public Share<Payment> week() {
        return week;
    }

    @Override
    public Share<Payment> month() {
        return month;
    }
}
