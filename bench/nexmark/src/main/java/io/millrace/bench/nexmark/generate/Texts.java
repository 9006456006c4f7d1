package io.millrace.bench.nexmark.generate;

/** Texts of letters at random. Long ones are cut from a pool, so that they cost little more than a copy. */
final class Texts {
    private static final int POOL = 1 << 20;
    private static final int LENGTH_MIN = 3;
    private static final int SPECIAL_EACH = 13;
    private static final int LETTERS = 26;

    private final SplitMix random;
    private final byte[] pool = new byte[POOL];

    Texts(long seed, SplitMix random) {
        this.random = random;
        SplitMix letters = new SplitMix(seed);
        for (int i = 0; i < POOL; i++) {
            pool[i] = (byte) ('a' + letters.below(LETTERS));
        }
    }

    /** A text of up to so many letters, of which some are something else. */
    StringBuilder shortText(StringBuilder into, int most, char special) {
        int length = LENGTH_MIN + random.below(most - LENGTH_MIN);
        for (int i = 0; i < length; i++) {
            into.append(random.below(SPECIAL_EACH) == 0 ? special : (char) ('a' + random.below(LETTERS)));
        }
        return into;
    }

    /** What brings a row of a size to a mean size: as much as is missing, give or take a fifth. */
    int extraLength(int size, int meanSize) {
        int missing = meanSize - size;
        int fifth = Math.round(missing * 0.2f);
        return missing <= 0 ? 0 : missing - fifth + (fifth == 0 ? 0 : random.below(2 * fifth));
    }

    byte[] pool() {
        return pool;
    }

    /** Where in the pool a text of a length begins. */
    int place(int length) {
        return random.below(POOL - length);
    }
}
