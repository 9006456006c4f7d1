package io.millrace.testkit;

import java.io.IOException;

/**
 * What goes wrong outside a sink in one case of a {@link SinkTrial}. A stand-in for the outside calls it at each of its
 * writes.
 */
public final class SinkFaults {
    /** What becomes of the write. */
    enum Kind {
        ONCE("fails once"),
        FOR_LONG("and those behind it fail until the sink is let go of"),
        KILL("is the last of its process");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** The process ends: nothing is told to the sink any more, and what it still does is of no consequence. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("the process has ended", null, false, false);
        }
    }

    private final Kind kind;
    private final long at;
    private long writes;
    private boolean healed;
    private boolean dead;

    SinkFaults(Kind kind, long at) {
        this.kind = kind;
        this.at = at;
    }

    /**
     * Must be called before each write of the outside, or in the middle of a write that may be done by half.
     *
     * @throws IOException if this write fails; anything else that it throws must be passed on
     */
    public void write() throws IOException {
        if (dead) {
            throw new Killed();
        }
        writes++;
        if (healed || writes < at) {
            return;
        }
        if (kind == Kind.KILL) {
            dead = true;
            throw new Killed();
        }
        healed = kind == Kind.ONCE;
        throw new IOException("write " + writes + " fails");
    }

    /** Whether the write that fails was reached. */
    boolean came() {
        return writes >= at;
    }

    /** A new start: somebody has made room. */
    void heal() {
        healed = true;
        dead = false;
    }

    @Override
    public String toString() {
        return "write " + at + " " + kind.words;
    }
}
