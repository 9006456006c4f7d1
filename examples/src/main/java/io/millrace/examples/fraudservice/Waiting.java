package io.millrace.examples.fraudservice;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long one process waits for what another one sends: as long as that lives, and some time more. */
final class Waiting {
    /** For what is on its way behind an interrupt: Ctrl-C reaches all three, and whoever sends ends first. */
    private static final Duration AFTER_STOP = Duration.ofSeconds(4);

    private final SharedDir shared;
    private final String file;
    private final String role;
    private final Duration grace;
    private final AtomicBoolean stop;
    private long aloneNs;
    private long stoppedNs;

    /**
     * Begins to wait.
     *
     * @param file  which the other one writes as it begins
     * @param role  what that is
     * @param grace for which it goes on without the other
     * @param stop  an interrupt
     */
    Waiting(SharedDir shared, String file, String role, Duration grace, AtomicBoolean stop) {
        this.shared = shared;
        this.file = file;
        this.role = role;
        this.grace = grace;
        this.stop = stop;
    }

    /** To be asked now and then. */
    boolean goesOn() {
        long nowNs = System.nanoTime();
        stoppedNs = stop.get() && stoppedNs == 0 ? nowNs : stoppedNs;
        boolean hasCome = shared.has(file);
        if (shared.isAlive(file)) {
            aloneNs = 0;
        } else if (aloneNs == 0) {
            aloneNs = nowNs;
        }
        long forNs = nowNs - aloneNs;
        boolean isPatient = aloneNs == 0 || (hasCome ? forNs < grace.toNanos() : shared.mayCome(forNs));
        return isPatient && (stoppedNs == 0 || nowNs - stoppedNs < AFTER_STOP.toNanos());
    }

    /** Whether it was given up because the other one is not there. */
    boolean isAlone() {
        return aloneNs != 0 && stoppedNs == 0 && !goesOn();
    }

    /** What is to be said then. */
    String words() {
        return "--dir " + shared.path() + ": the " + role + (shared.has(file) ? " has ended" : " has not come") + "; "
                + SharedDir.CURE;
    }
}
