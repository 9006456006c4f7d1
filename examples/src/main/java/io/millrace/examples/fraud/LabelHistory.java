package io.millrace.examples.fraud;

import static java.time.Duration.ofDays;

import io.millrace.dsl.LookBack;
import io.millrace.examples.fraud.FraudWithLabels.Label;

/** What is kept of a terminal: the labels that became known in the last day, week and month, and what share of them says fraud. */
final class LabelHistory extends LookBack<Label> implements TerminalRisk {
    final Share<Label> day = last(ofDays(1), () -> new Share<>(Label::fraud));
    final Share<Label> week = last(ofDays(7), () -> new Share<>(Label::fraud));
    final Share<Label> month = last(ofDays(30), () -> new Share<>(Label::fraud));

    @Override
    public Share<Label> day() {
        return day;
    }

    @Override
    public Share<Label> week() {
        return week;
    }

    @Override
    public Share<Label> month() {
        return month;
    }
}
