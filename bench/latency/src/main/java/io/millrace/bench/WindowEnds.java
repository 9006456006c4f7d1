package io.millrace.bench;

/**
 * Which numbers of events a run may have where windows end: of those that have ended only so many fire at each entry, so that just behind
 * an end not all results of the engine are out, and its answer is not yet that of the reference, which has them at once.
 */
final class WindowEnds {
    /** How many windows fire at an entry, at least. */
    static final int FIRED_PER_ENTRY = 16;

    private WindowEnds() {}

    /**
     * A number of events that works.
     *
     * @param events of a run
     * @param runs   answers are compared after the first, and after each of these
     * @param window events of one
     * @param begun  of the first window, which are not sent
     * @param keys   windows that end at one moment, at most
     * @return events, or the next larger number that can be compared
     */
    static long next(long events, int runs, long window, long begun, long keys) {
        long works = events;
        while (!isClear(works, runs, window, begun, keys)) {
            works++;
        }
        return works;
    }

    private static boolean isClear(long events, int runs, long window, long begun, long keys) {
        for (long run = 1; run <= runs + 1L; run++) {
            long at = run * events + begun;
            if (at > window && at % window > 0 && at % window <= keys / FIRED_PER_ENTRY + 1) {
                return false;
            }
        }
        return true;
    }
}
