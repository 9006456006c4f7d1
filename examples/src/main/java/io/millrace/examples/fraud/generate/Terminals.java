package io.millrace.examples.fraud.generate;

/**
 * Where customers pay. Terminals stand on a grid that wraps around at its edges; a customer lives at one cell of it and
 * pays at a few cells around, the first of which is the supermarket that a block of cells shares.
 */
final class Terminals {
    private static final int BLOCK = 4;
    private static final int REACH = 3;
    private static final int ONE_IN_FAR_AWAY = 20;

    private final int count;
    private final int width;
    private final int height;

    Terminals(int cards) {
        count = Math.max(10, cards / 2 + 1);
        width = (int) StrictMath.sqrt(count);
        height = (count + width - 1) / width;
    }

    int count() {
        return count;
    }

    /** Draws the terminal of a payment by a customer with these traits; {@code bits} are random. */
    int draw(long traits, long bits) {
        if (SplitMix.below(ONE_IN_FAR_AWAY, bits) == 0) {
            return SplitMix.below(count, SplitMix.mix(bits));
        }
        // The square makes the first of the favourites the most used one.
        double u = SplitMix.unit(bits);
        return favourite(Customers.home(traits), (int) (u * u * Customers.favourites(traits)));
    }

    /** Where one goes when a terminal is out of order. */
    int nextTo(int terminal) {
        return terminal + 1 == count ? 0 : terminal + 1;
    }

    private int favourite(long home, int which) {
        int x = SplitMix.below(width, home);
        int y = SplitMix.below(height, home >>> 32);
        if (which == 0) {
            return at(x - x % BLOCK, y - y % BLOCK);
        }
        long way = SplitMix.mix(home + which);
        return at(x + step(way), y + step(way >>> 32));
    }

    private static int step(long bits) {
        return SplitMix.below(2 * REACH + 1, bits) - REACH;
    }

    private int at(int x, int y) {
        // The last row may be shorter than the others: what would stand behind its end stands in the first row.
        return (Math.floorMod(y, height) * width + Math.floorMod(x, width)) % count;
    }
}
