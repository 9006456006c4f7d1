package io.millrace.examples.fraud;

/**
 * The features of a payment, in the order of the features file. A count that is 0 has a mean or share of 0 here; for the model
 * such a value is missing. A mean is NaN when the sum of the amounts is beyond a double. Terminals are told of here where labels
 * take seven days; where they come by themselves ({@link FraudWithLabels}) it is what became known in (t - 1 d, t] and so on.
 *
 * @param id              number of the payment
 * @param weekend         1 on Saturday and Sunday
 * @param night           1 in hours 0 to 6
 * @param customerCount1  payments of the card in (t - 1 d, t]
 * @param customerMean1   their mean amount
 * @param customerCount7  the same over 7 days
 * @param customerMean7   the same over 7 days
 * @param customerCount30 the same over 30 days
 * @param customerMean30  the same over 30 days
 * @param terminalCount1  payments at the terminal in (t - 8 d, t - 7 d]
 * @param terminalRisk1   share of fraud among them
 * @param terminalCount7  the same over 7 days
 * @param terminalRisk7   the same over 7 days
 * @param terminalCount30 the same over 30 days
 * @param terminalRisk30  the same over 30 days
 */
public record FeatureRow(
        long id,
        int weekend,
        int night,
        long customerCount1,
        double customerMean1,
        long customerCount7,
        double customerMean7,
        long customerCount30,
        double customerMean30,
        long terminalCount1,
        double terminalRisk1,
        long terminalCount7,
        double terminalRisk7,
        long terminalCount30,
        double terminalRisk30) {
    /** The columns of the features file, in order. */
    static final String[] COLUMNS = {
        "TRANSACTION_ID",
        "TX_DURING_WEEKEND",
        "TX_DURING_NIGHT",
        "CUSTOMER_ID_NB_TX_1DAY_WINDOW",
        "CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW",
        "CUSTOMER_ID_NB_TX_7DAY_WINDOW",
        "CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW",
        "CUSTOMER_ID_NB_TX_30DAY_WINDOW",
        "CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW",
        "TERMINAL_ID_NB_TX_1DAY_WINDOW",
        "TERMINAL_ID_RISK_1DAY_WINDOW",
        "TERMINAL_ID_NB_TX_7DAY_WINDOW",
        "TERMINAL_ID_RISK_7DAY_WINDOW",
        "TERMINAL_ID_NB_TX_30DAY_WINDOW",
        "TERMINAL_ID_RISK_30DAY_WINDOW"
    };

    static FeatureRow of(FraudTopology.Seen s) {
        CustomerHistory c = s.customer();
        TerminalRisk t = s.terminal();
        return new FeatureRow(
                s.payment().id(),
                FraudTopology.weekend(s.payment()),
                FraudTopology.night(s.payment()),
                c.day.count.get(),
                c.day.meanOrMissing(),
                c.week.count.get(),
                c.week.meanOrMissing(),
                c.month.count.get(),
                c.month.meanOrMissing(),
                t.day().count.get(),
                t.day().orZero(),
                t.week().count.get(),
                t.week().orZero(),
                t.month().count.get(),
                t.month().orZero());
    }
}
