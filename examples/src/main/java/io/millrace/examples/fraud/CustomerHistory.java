package io.millrace.examples.fraud;

import static java.time.Duration.ofDays;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;

/** What is kept of a card: how many payments, and of what mean amount, in the last day, week and month. */
public final class CustomerHistory extends LookBack<Payment> {
    final Spend day = last(ofDays(1), Spend::new);
    final Spend week = last(ofDays(7), Spend::new);
    final Spend month = last(ofDays(30), Spend::new);

    /** Count and mean amount of a span. */
    static final class Spend extends Aggregates<Payment> {
        final LongValue count = count();
        final DoubleValue mean = mean(Payment::amount);

        /** NaN when the sum of the amounts is beyond a double: neither a file nor a model could make sense of infinity. */
        double meanOrMissing() {
            double value = mean.get();
            return Double.isInfinite(value) ? Double.NaN : value;
        }
    }
}
