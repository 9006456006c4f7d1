package io.millrace.bench.kill;

/** The kinds of instants at which a process is killed: what it is in the middle of then. Those that are rare come first. */
public enum Aim {
    /** What no snapshot needs any more is deleted. */
    RETENTION("retention deletion"),
    /** The last file of the run before is written anew, up to where it is sound. */
    TAIL_CUT("tail cut"),
    /** A file of the log is full, and the next one begins. */
    ROLL("segment roll"),
    /** Events come, and the archive's thread is slow to record them. */
    BEHIND("log behind"),
    /** A snapshot is written, forced, named and entered in the manifest. */
    SNAPSHOT("snapshot write"),
    /** The journal's own receiver is called: whether it had an output is in doubt then. */
    RECEIVER("receiver called"),
    /** What a receiver has gathered is written. */
    FLUSH("receiver flushed"),
    /** The journal is opened and read, up to when the engine takes events. */
    RECOVERY("recovery"),
    /** The JVM starts, and the engine is put together. */
    START_UP("start-up"),
    /** Events come and go. */
    ELSEWHERE("elsewhere");

    private final String words;

    Aim(String words) {
        this.words = words;
    }

    /**
     * Whether it happens while a journal is opened: never in a first run, and once a run.
     *
     * @return false for what happens while events come
     */
    boolean isOfOpening() {
        return this == TAIL_CUT || this == RECOVERY;
    }

    long bit() {
        return 1L << ordinal();
    }

    @Override
    public String toString() {
        return words;
    }
}
