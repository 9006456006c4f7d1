package io.millrace.examples.fraud;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Setting;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Features;
import io.millrace.operators.score.Model;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The main job: payments come in, each is put beside the history of its card and of its terminal, scored by a model, and raises
 * an alert when its probability of fraud reaches a threshold that can be changed while it runs.
 */
public final class FraudTopology {
    /** Card payments. An earlier time than the newest accepted one is late; one more than 30 days later is ahead. */
    public static final Input<Payment> PAYMENTS =
            Input.of("payments", Payment.class).eventTime(Payment::timeSeconds, TimeUnit.SECONDS);

    /** Changes of the threshold. */
    public static final Input<Rules> RULES = Input.of("rules", Rules.class);

    /** Every payment's score. */
    public static final Output<Decision> DECISIONS = Output.of("decisions", Decision.class);

    /** The scores that reach the threshold. */
    public static final Output<Decision> ALERTS = Output.of("alerts", Decision.class);

    /** Every payment's features; only in a topology that was asked for them. */
    public static final Output<FeatureRow> FEATURE_ROWS = Output.of("features", FeatureRow.class);

    /** Names of options. */
    static final String THRESHOLD = "threshold";

    static final String WITH_FEATURES = "features";

    private static final long DAY_SECONDS = 86_400;

    /** A payment beside what is known of its card and terminal. */
    record Seen(Payment payment, CustomerHistory customer, TerminalRisk terminal) {}

    /** The row that a model sees: TX_AMOUNT and the columns of the features file. */
    static final Features<Seen> FEATURES = Features.of(
            Seen.class,
            f -> f.add("TX_AMOUNT", s -> s.payment().amount())
                    .add("TX_DURING_WEEKEND", s -> weekend(s.payment()))
                    .add("TX_DURING_NIGHT", s -> night(s.payment()))
                    .add(
                            "CUSTOMER_ID_NB_TX_1DAY_WINDOW",
                            s -> s.customer().day.count.get())
                    .add(
                            "CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW",
                            s -> s.customer().day.meanOrMissing())
                    .add(
                            "CUSTOMER_ID_NB_TX_7DAY_WINDOW",
                            s -> s.customer().week.count.get())
                    .add(
                            "CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW",
                            s -> s.customer().week.meanOrMissing())
                    .add(
                            "CUSTOMER_ID_NB_TX_30DAY_WINDOW",
                            s -> s.customer().month.count.get())
                    .add(
                            "CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW",
                            s -> s.customer().month.meanOrMissing())
                    .add(
                            "TERMINAL_ID_NB_TX_1DAY_WINDOW",
                            s -> s.terminal().day().count.get())
                    .add(
                            "TERMINAL_ID_RISK_1DAY_WINDOW",
                            s -> s.terminal().day().fraud.get())
                    .missingWhen(s -> s.terminal().day().isUnknown())
                    .add(
                            "TERMINAL_ID_NB_TX_7DAY_WINDOW",
                            s -> s.terminal().week().count.get())
                    .add(
                            "TERMINAL_ID_RISK_7DAY_WINDOW",
                            s -> s.terminal().week().fraud.get())
                    .missingWhen(s -> s.terminal().week().isUnknown())
                    .add(
                            "TERMINAL_ID_NB_TX_30DAY_WINDOW",
                            s -> s.terminal().month().count.get())
                    .add(
                            "TERMINAL_ID_RISK_30DAY_WINDOW",
                            s -> s.terminal().month().fraud.get())
                    .missingWhen(s -> s.terminal().month().isUnknown()));

    private FraudTopology() {}

    /**
     * The topology.
     *
     * @param model        whose features are all among TX_AMOUNT and the columns of the features file
     * @param threshold    the first threshold
     * @param withFeatures whether {@link #FEATURE_ROWS} is wanted
     * @return to be run by any host
     */
    public static Topology of(Model model, double threshold, boolean withFeatures) {
        Topology topology = Millrace.topology("fraud", t -> {
            var rules = t.setting("rules", RULES, new Rules(threshold));
            var payments = t.from(PAYMENTS).onTime();
            var seen = payments.with(
                    payments.keyBy(Payment::customer).lookBack("customer-history", CustomerHistory::new),
                    payments.keyBy(Payment::terminal).lookBack("terminal-history", TerminalHistory::new),
                    Seen::new);
            decide(seen, rules, model, withFeatures);
        });
        return stated(topology, threshold, withFeatures);
    }

    /** Not the model: what it computes is a fact of its node, and where its file lies changes nothing. */
    static Topology stated(Topology of, double threshold, boolean withFeatures) {
        return of.withOption(THRESHOLD, Double.toString(threshold))
                .withOption(WITH_FEATURES, Boolean.toString(withFeatures));
    }

    /** Scores what was seen, and raises the alerts. */
    static void decide(EventStream<Seen> seen, Setting<Rules> rules, Model model, boolean withFeatures) {
        if (withFeatures) {
            seen.to(FEATURE_ROWS, FeatureRow::of);
        }
        var decisions = seen.score("model", model, FEATURES)
                .map(Decision.class, s -> new Decision(s.event().payment().id(), s.raw(), s.probability()));
        decisions.to(DECISIONS);
        decisions.filter(rules, (d, r) -> d.probability() >= r.threshold()).to(ALERTS);
    }

    /**
     * The topology with the model that comes along, without features.
     *
     * @param threshold the first threshold
     * @return to be run by any host
     * @throws IOException when the model cannot be read
     */
    public static Topology bundled(double threshold) throws IOException {
        return of(Models.bundled(), threshold, false);
    }

    static int weekend(Payment p) {
        // the epoch began on a Thursday; Saturday is day 2 from there
        long day = Math.floorMod(Math.floorDiv(p.timeSeconds(), DAY_SECONDS), 7L);
        return day == 2 || day == 3 ? 1 : 0;
    }

    static int night(Payment p) {
        return Math.floorMod(p.timeSeconds(), DAY_SECONDS) / 3600 <= 6 ? 1 : 0;
    }
}
