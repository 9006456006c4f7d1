package io.millrace.examples.fraud.generate;

/**
 * Makes a stream of card payments that looks like one: customers with a home, habits and a rate of their own, paying
 * mostly at terminals nearby, by day more than by night, and about one payment in a hundred a fraud.
 *
 * <p>The stream is a function of the arguments: the same count, seed and number of cards give the same payments on
 * every machine and every JDK. It starts on 2024-01-01 (UTC), a Monday, and runs for as many days as the count takes at
 * {@value #PAYMENTS_A_CARD_A_DAY} payments a card a day: a million payments of 100,000 cards take 38 days.
 *
 * <p>The frauds, by {@link GeneratedPayment#scenario}:
 *
 * <ol>
 *   <li>a single amount far above what the customer uses to pay, at night more often than by day;
 *   <li>a terminal that was tampered with: most payments made there in 28 days; then it is closed for as long;
 *   <li>a stolen card: of its payments in 14 days a third, each five times as high as it would have been.
 * </ol>
 *
 * <p>A call of {@link #next} allocates nothing and takes the same time whatever the number of cards, of which no table
 * is kept. Not for several threads at once.
 */
public final class PaymentGenerator {
    /** The mean over all cards; a busy card makes 33 times as many, a quiet one a third. */
    static final double PAYMENTS_A_CARD_A_DAY = 0.26;

    /** So that one card alone does not leave a gap of 30 days, behind which an engine takes time for damaged. */
    private static final double PAYMENTS_A_DAY_MIN = 2;

    /** So that many payments of few cards stay within years of four digits. */
    private static final double SPAN_DAYS_MAX = 3_650;

    private static final int ONE_IN_LARGE = 900;
    private static final int ONE_IN_LARGE_AT_NIGHT = 300;
    private static final int ONE_IN_HONEST_AT_TAMPERED = 16;
    private static final int ONE_IN_FRAUD_OF_STOLEN = 3;
    private static final double TAMPERED_SHARE = 0.004;
    private static final double STOLEN_SHARE = 0.009;
    private static final int NIGHT_HOUR_LAST = 6;

    private final long count;
    private final SplitMix random;
    private final PaymentClock clock;
    private final Customers customers;
    private final Terminals terminals;
    private final Spells tampered;
    private final Spells stolen;
    private long id;

    /**
     * @param count how many payments, 0 or more
     * @param seed any number; another one gives other customers, terminals and payments
     * @param cards how many customers, each with one card, 1 or more
     * @throws IllegalArgumentException if count or cards is less than that
     */
    public PaymentGenerator(long count, long seed, int cards) {
        if (count < 0) {
            throw new IllegalArgumentException("count " + count + " is negative; take 0 or more");
        }
        if (cards < 1) {
            throw new IllegalArgumentException("cards " + cards + " is less than 1; take 1 or more");
        }
        this.count = count;
        SplitMix seeds = new SplitMix(SplitMix.mix(seed));
        random = new SplitMix(seeds.nextLong());
        clock = new PaymentClock(paymentsADay(count, cards));
        customers = new Customers(cards, seeds.nextLong());
        terminals = new Terminals(cards);
        tampered = new Spells(seeds.nextLong(), 28, TAMPERED_SHARE);
        stolen = new Spells(seeds.nextLong(), 14, STOLEN_SHARE);
    }

    /** {@return how many terminals there are: half as many as cards and one more, at least 10} */
    public int terminals() {
        return terminals.count();
    }

    /**
     * Makes the next payment.
     *
     * @param into what it is written to, every field of it
     * @return false when all payments were made; {@code into} is left as it is then
     */
    public boolean next(GeneratedPayment into) {
        if (id == count) {
            return false;
        }
        // One number for each decision, always in this order: what one of them comes to does not shift the others.
        long timeSeconds = clock.nextSeconds(random.nextLong());
        int customer = customers.draw(random.nextLong());
        long traits = customers.traits(customer);
        int terminal = openTerminal(traits, timeSeconds, random.nextLong());
        double ownAmount = Customers.amount(traits, random.nextLong());
        long dice = random.nextLong();
        int scenario = scenario(timeSeconds, customer, terminal, dice);
        into.id = id++;
        into.timeSeconds = timeSeconds;
        into.customer = customer;
        into.terminal = terminal;
        into.amount = hundredths(amount(scenario, ownAmount, traits, dice));
        into.fraud = scenario != 0;
        into.scenario = scenario;
        return true;
    }

    /** A terminal that was found to be tampered with is closed for as long as it went unnoticed. */
    private int openTerminal(long traits, long timeSeconds, long bits) {
        int terminal = terminals.draw(traits, bits);
        return tampered.justOver(terminal, timeSeconds) ? terminals.nextTo(terminal) : terminal;
    }

    private int scenario(long timeSeconds, int customer, int terminal, long dice) {
        if (tampered.covers(terminal, timeSeconds)) {
            return SplitMix.below(ONE_IN_HONEST_AT_TAMPERED, dice) == 0 ? 0 : 2;
        }
        if (stolen.covers(customer, timeSeconds)) {
            return SplitMix.below(ONE_IN_FRAUD_OF_STOLEN, dice) == 0 ? 3 : 0;
        }
        boolean night = timeSeconds / 3_600 % 24 <= NIGHT_HOUR_LAST;
        return SplitMix.below(night ? ONE_IN_LARGE_AT_NIGHT : ONE_IN_LARGE, dice) == 0 ? 1 : 0;
    }

    private static double amount(int scenario, double ownAmount, long traits, long dice) {
        return switch (scenario) {
            // The upper bits: the lower ones have chosen the scenario and are the same in all payments of it.
            case 1 -> 100 + Customers.meanAmount(traits) * (8 + 12 * SplitMix.unit(dice));
            case 3 -> 5 * ownAmount;
            default -> ownAmount;
        };
    }

    /** Rounded to two decimals; nothing costs less than 0.50. */
    private static double hundredths(double amount) {
        return Math.max(50, (long) (amount * 100 + 0.5)) / 100.0;
    }

    private static double paymentsADay(long count, int cards) {
        double usual = Math.max(PAYMENTS_A_DAY_MIN, cards * PAYMENTS_A_CARD_A_DAY);
        return Math.max(usual, count / SPAN_DAYS_MAX);
    }
}
