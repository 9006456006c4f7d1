package io.millrace.examples.fraud.generate;

/**
 * Who pays, how often and how much. Nothing is stored: traits are read from the bits of a hash of the customer's
 * number.
 */
final class Customers {
    /** The busiest customer pays 1 / 0.03 = 33 times as often as the average, the quietest a third as often. */
    private static final double CUSTOMER_PER_PAYMENT_MIN = 0.03;

    private final int cards;
    private final long seed;
    private final long stride;
    private final long offset;

    Customers(int cards, long seed) {
        this.cards = cards;
        this.seed = seed;
        stride = coprimeTo(cards);
        offset = Long.remainderUnsigned(SplitMix.mix(seed), cards);
    }

    /**
     * Draws a customer: {@code bits} are random.
     *
     * <p>Customers stand in a line from the busiest to the quietest, and {@code place} is the inverse of their
     * cumulated rates: a cubic, so that no table of rates is needed. The stride scatters the busy ones over all
     * numbers.
     */
    int draw(long bits) {
        double u = SplitMix.unit(bits);
        double place = u * (CUSTOMER_PER_PAYMENT_MIN + (1 - CUSTOMER_PER_PAYMENT_MIN) * u * u);
        long rank = Math.min((long) (place * cards), cards - 1);
        return (int) ((rank * stride + offset) % cards);
    }

    /** 64 bits that are the customer's own; the methods below read traits from them. */
    long traits(int customer) {
        return SplitMix.mix(seed ^ SplitMix.mix(customer));
    }

    /** What this customer pays on average: 9 to 170, half of them less than 35. */
    static double meanAmount(long traits) {
        double u = (traits & 0xFFFF) * 0x1.0p-16;
        double square = u * u;
        return 9 + 36 * u + 125 * square * square;
    }

    /** One payment of this customer's own, about log-normal around the mean; {@code bits} are random. */
    static double amount(long traits, long bits) {
        double spread = 0.15 + 0.25 * ((traits >>> 16 & 0xFF) * 0x1.0p-8);
        return meanAmount(traits) * StrictMath.exp(spread * (bell(bits) - spread / 2));
    }

    /** How many terminals this customer mostly uses: 4 to 11. */
    static int favourites(long traits) {
        return 4 + (int) (traits >>> 24 & 7);
    }

    /** 64 bits that say where the customer lives. */
    static long home(long traits) {
        return SplitMix.mix(traits);
    }

    /** About normal with mean 0 and deviation 1, within 3.5: the sum of four even draws of 16 bits. */
    private static double bell(long bits) {
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum * 0x1.0p-16 - 2) * 1.7320508075688772;
    }

    /** A number that walks over all of 0 to {@code cards - 1} in steps of about 0.618 of it. */
    private static long coprimeTo(int cards) {
        long stride = Math.max(1, (long) (cards * 0.6180339887498949));
        while (greatestCommonDivisor(stride, cards) != 1) {
            stride++;
        }
        return stride;
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
