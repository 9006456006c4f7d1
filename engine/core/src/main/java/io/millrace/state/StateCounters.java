package io.millrace.state;

/**
 * What one structure has done since it was made, in units that do not depend on the machine. Plain fields, written by
 * the structure on its stage's thread. Tests read it before and after an operation to prove that work is bounded.
 */
public final class StateCounters {
    long writes;
    long pages;
    long steps;
    long stepsMax;

    StateCounters() {}

    /** Notes the steps of one operation. */
    void steps(int ofOne) {
        steps += ofOne;
        if (ofOne > stepsMax) {
            stepsMax = ofOne;
        }
    }

    /**
     * How often a row, block or entry was asked for to be written.
     *
     * @return a count
     */
    public long writes() {
        return writes;
    }

    /**
     * How many pages were taken from the budget; they are never given back.
     *
     * @return a count
     */
    public long pages() {
        return pages;
    }

    /**
     * How many cells of an index, levels of a heap, buckets of a calendar or words of a used map were looked at or
     * moved.
     *
     * @return a count
     */
    public long steps() {
        return steps;
    }

    /**
     * The most {@link #steps} of a single operation.
     *
     * @return a count
     */
    public long stepsMax() {
        return stepsMax;
    }
}
