package io.millrace.bench;

import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Workload;

/**
 * Which numbers of events a run may have where windows end: of those that have ended only so many fire at each entry, so that just behind
 * an end not all results of the engine are out, and its answer is not yet that of the reference, which has them at once.
 */
final class WindowEnds {
    /** How many windows fire at an entry, at least. */
    static final int FIRED_PER_ENTRY = 16;

    private WindowEnds() {}

    /** The length of the windows of a workload; 0 where results do not wait for the end of one. */
    static long windowMs(Workload workload) {
        return switch (workload) {
            case W1 -> Arithmetic.SECOND_MS;
            case W5 -> Arithmetic.MINUTE_MS;
            default -> 0;
        };
    }

    /**
     * How many more events a system has to have, behind those it had, until all windows that have ended are out: then its answer is that of the
     * reference for as many, or another.
     *
     * @param workload whose events they are
     * @param events   that it had
     * @return 0 where none has just ended
     */
    static long more(Workload workload, long events) {
        long windowMs = windowMs(workload);
        long begun = windowMs == 0 ? 0 : Generator.START_MS % windowMs * workload.eventsPerMs();
        return windowMs == 0 ? 0 : more(events, windowMs * workload.eventsPerMs(), begun, workload.cards());
    }

    private static long more(long events, long window, long begun, long keys) {
        long past = (events + begun) % window;
        return isFiring(events + begun, window, keys) ? entries(keys) + 1 - past : 0;
    }

    /** For as many entries windows may fire behind an end. */
    private static long entries(long keys) {
        return keys / FIRED_PER_ENTRY + 1;
    }

    private static boolean isFiring(long at, long window, long keys) {
        return at > window && at % window > 0 && at % window <= entries(keys);
    }

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
            if (isFiring(run * events + begun, window, keys)) {
                return false;
            }
        }
        return true;
    }
}
