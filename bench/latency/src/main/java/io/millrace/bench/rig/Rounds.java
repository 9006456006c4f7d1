package io.millrace.bench.rig;

/**
 * Measured runs of each system, spread over JVMs that follow each other: what a JVM compiles and where its memory lies differs from one to the
 * next, and runs of one would show nothing of that.
 *
 * @param all  of a system
 * @param jvms one after another, at most as many as rounds
 */
public record Rounds(int all, int jvms) {
    /** At most as many JVMs as rounds. */
    public Rounds {
        jvms = Math.min(all, jvms);
    }

    /** The number of the first round of a JVM, from 0; that of one behind the last is the number of all. */
    public int first(int jvm) {
        return jvm * (all / jvms) + Math.min(jvm, all % jvms);
    }
}
