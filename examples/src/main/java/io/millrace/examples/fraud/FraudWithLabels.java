package io.millrace.examples.fraud;

import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.examples.fraud.FraudTopology.Seen;
import io.millrace.operators.score.Model;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@link FraudTopology} where labels are a stream of their own: they arrive days after their payments, when somebody has found
 * out. What is known of a terminal is then simply what arrived before the payment: no delay is declared, and a label that is
 * early or overdue counts when it is there. Inputs, outputs and the score are those of the other one, and so are the decisions
 * where each label takes seven days.
 */
public final class FraudWithLabels {
    /** What became known of earlier payments, and when. They come from many desks, and their order is that of none of them. */
    public static final Input<Label> LABELS = Input.of("labels", Label.class)
            .eventTime(Label::timeSeconds, TimeUnit.SECONDS)
            .disorder(Duration.ofHours(1));

    /**
     * What somebody found out about a payment.
     *
     * @param payment     number of the payment
     * @param terminal    where it was
     * @param timeSeconds when it became known, seconds since the epoch, UTC
     * @param fraud       what became known
     */
    public record Label(long payment, long terminal, long timeSeconds, boolean fraud) {}

    private FraudWithLabels() {}

    /**
     * The topology. Payments are {@link FraudTopology#PAYMENTS}, whose own labels are not looked at, and what comes out are
     * {@link FraudTopology#DECISIONS}, {@link FraudTopology#ALERTS} and {@link FraudTopology#FEATURE_ROWS}.
     *
     * @param model        whose features are all among TX_AMOUNT and the columns of the features file
     * @param threshold    the first threshold
     * @param withFeatures whether the rows of features are wanted
     * @return to be run by any host
     */
    public static Topology of(Model model, double threshold, boolean withFeatures) {
        Topology topology = Millrace.topology("fraud-with-labels", t -> {
            var rules = t.setting("rules", FraudTopology.RULES, new Rules(threshold));
            var labels = t.from(LABELS).keyBy(Label::terminal);
            var payments = t.from(FraudTopology.PAYMENTS).onTime();
            var seen = payments.with(
                    payments.keyBy(Payment::customer).lookBack("customer-history", CustomerHistory::new),
                    payments.keyBy(Payment::terminal).lookBack("terminal-labels", labels, LabelHistory::new),
                    Seen::new);
            FraudTopology.decide(seen, rules, model, withFeatures);
        });
        return FraudTopology.stated(topology, threshold, withFeatures);
    }
}
