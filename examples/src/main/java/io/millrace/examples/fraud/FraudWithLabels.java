package io.millrace.examples.fraud;

import static java.time.Duration.ofDays;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.util.concurrent.TimeUnit;

/**
 * The terminal's half of {@link FraudTopology} where labels are a stream of their own: they arrive days after their payments,
 * when somebody has found out. What is known of a terminal is then simply what arrived before the payment: no delay is declared,
 * and a label that is early or overdue counts when it is there.
 */
public final class FraudWithLabels {
    /** Card payments; the labels in them are not looked at. */
    public static final Input<Payment> PAYMENTS = FraudTopology.PAYMENTS;

    /** What became known of earlier payments, at the time when it did. */
    public static final Input<Label> LABELS =
            Input.of("labels", Label.class).eventTime(Label::timeSeconds, TimeUnit.SECONDS);

    /** Changes of the share of fraud from which on a terminal is suspicious. */
    public static final Input<Rules> RULES = FraudTopology.RULES;

    /** What was known of the terminal of each payment. */
    public static final Output<TerminalRisk> RISKS = Output.of("risks", TerminalRisk.class);

    /** Payments at terminals with a share of fraud that is too high. */
    public static final Output<TerminalRisk> ALERTS = Output.of("alerts", TerminalRisk.class);

    /**
     * What somebody found out about a payment.
     *
     * @param payment     number of the payment
     * @param terminal    where it was
     * @param timeSeconds when it became known, seconds since the epoch, UTC
     * @param fraud       what became known
     */
    public record Label(long payment, long terminal, long timeSeconds, boolean fraud) {}

    /**
     * What was known of a terminal at the time of a payment; a share is 0 where its count is 0.
     *
     * @param payment number of the payment
     * @param count1  labels of the last day
     * @param risk1   share of fraud among them
     * @param count7  the same over 7 days
     * @param risk7   the same over 7 days
     * @param count30 the same over 30 days
     * @param risk30  the same over 30 days
     */
    public record TerminalRisk(
            long payment, long count1, double risk1, long count7, double risk7, long count30, double risk30) {}

    /** What is kept of a terminal: its labels of the last day, week and month. */
    static final class LabelHistory extends LookBack<Label> {
        final Risk day = last(ofDays(1), Risk::new);
        final Risk week = last(ofDays(7), Risk::new);
        final Risk month = last(ofDays(30), Risk::new);

        /** Count and share of fraud of a span. */
        static final class Risk extends Aggregates<Label> {
            final LongValue count = count();
            final DoubleValue fraud = share(Label::fraud);

            double orZero() {
                return count.get() == 0 ? 0 : fraud.get();
            }
        }

        TerminalRisk risk() {
            return new TerminalRisk(
                    question(Payment.class).id(),
                    day.count.get(),
                    day.orZero(),
                    week.count.get(),
                    week.orZero(),
                    month.count.get(),
                    month.orZero());
        }
    }

    private FraudWithLabels() {}

    /**
     * The topology.
     *
     * @param threshold the first threshold of the share of fraud in the last week
     * @return to be run by any host
     */
    public static Topology of(double threshold) {
        return Millrace.topology("fraud-with-labels", t -> {
            var rules = t.setting("rules", RULES, new Rules(threshold));
            var labels = t.from(LABELS).keyBy(Label::terminal);
            var risks = t.from(PAYMENTS)
                    .keyBy(Payment::terminal)
                    .lookBack("terminal-labels", labels, LabelHistory::new)
                    .map(TerminalRisk.class, LabelHistory::risk);
            risks.to(RISKS);
            risks.filter(rules, (k, r) -> k.count7() > 0 && k.risk7() >= r.threshold())
                    .to(ALERTS);
        });
    }
}
