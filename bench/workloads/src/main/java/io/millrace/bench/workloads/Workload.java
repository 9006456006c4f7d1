package io.millrace.bench.workloads;

/** The workloads that exist: what is computed, over how many cards, at which density of event time. */
public enum Workload {
    /** Keep amounts above zero, map to a number. No state. */
    W0("filter and map", 100_000, 200),
    /** Per card and tumbling second: count, sum and largest amount. */
    W1("keyed tumbling aggregate", 100_000, 200),
    /** Transactions joined to the logins of the same card in the five seconds before them. */
    W2("interval join", 100_000, 200),
    /** Keep amounts above zero, profile of the card, 60 buckets of a second, score, alert. */
    W3("fraud score, buckets of a second", 1_000_000, 20),
    /** As W3 with the exact 60 s before each event instead of buckets. */
    W3X("fraud score, exact 60 s", 1_000_000, 20),
    /** As W3, without repeated ids, and a pattern a card: three declines in a row and at once an approval, within 60 s. */
    W4("fraud score, dedupe and a pattern", 1_000_000, 20),
    /** Trades beside the last quote of their instrument; per instrument and minute: volume, turnover and spread. */
    W5("as-of join, VWAP and spread a minute", 1_000, 20);

    private final String summary;
    private final int cards;
    private final int eventsPerMs;

    Workload(String summary, int cards, int eventsPerMs) {
        this.summary = summary;
        this.cards = cards;
        this.eventsPerMs = eventsPerMs;
    }

    /** What it does, in a few words. */
    public String summary() {
        return summary;
    }

    /** How many cards there are. */
    public int cards() {
        return cards;
    }

    /** Events in one millisecond of event time. */
    public int eventsPerMs() {
        return eventsPerMs;
    }
}
