package io.millrace.engine;

/**
 * Whether snapshots that are made by themselves keep up with the engine: where the second core is slower each tail is longer than the one before,
 * and so are a start and what the disk has to hold.
 *
 * <p>Told behind four times what is declared. A snapshot is due behind once; a second core that is just as fast as the engine keeps it behind twice, so does
 * one that failed once and was made at the next turn, and both together come to three times. And not below what nobody notices at a start: whoever
 * asks for a snapshot each hundred entries gets one as soon as it can be made.
 *
 * <p><b>Writer:</b> who makes snapshots, and has its lock. Others see that a little later.
 */
final class SnapshotLag {
    private static final int TIMES = 4;

    /** A fraction of a second of a start. */
    private static final long LEAST_ENTRIES = 100_000;

    private static final long LEAST_BYTES = 16 << 20;

    /** Receivers may be behind for half of it, as it is. */
    private static final long LEAST_NS = 60_000_000_000L;

    private final long mostEntries;
    private final long mostBytes;
    private final long mostNs;

    /** What the log had taken by the newest snapshot, and since when anything stands behind that. */
    private volatile long bytes;

    private volatile long sinceNs;

    SnapshotLag(Journaling how, long nowNs) {
        mostEntries = most(how.snapshotEntries(), LEAST_ENTRIES);
        mostBytes = most(how.snapshotBytes(), LEAST_BYTES);
        mostNs = most(how.snapshotEveryNs(), LEAST_NS);
        sinceNs = nowNs;
    }

    private static long most(long declared, long least) {
        return declared > Long.MAX_VALUE / TIMES ? Long.MAX_VALUE : Math.max(least, TIMES * declared);
    }

    /** Before the start: so many bytes were read again. */
    void readAgain(long bytesBehind) {
        bytes = -bytesBehind;
    }

    /** A snapshot was kept, of a log that had taken so many bytes. */
    void kept(long logBytes, long nowNs) {
        bytes = logBytes;
        sinceNs = nowNs;
    }

    /** Nothing stands behind the newest one. */
    void nothingBehind(long nowNs) {
        sinceNs = nowNs;
    }

    /** In words; null where they keep up. */
    String words(long entriesBehind, long logBytes, long nowNs) {
        long bytesBehind = logBytes - bytes;
        long ageNs = nowNs - sinceNs;
        if (entriesBehind <= 0 || entriesBehind <= mostEntries && bytesBehind <= mostBytes && ageNs <= mostNs) {
            return null;
        }
        String counted = logBytes < 0 ? "" : ", " + bytesBehind + " bytes"; // not by every log
        return "snapshots do not keep up: " + entriesBehind + " entries" + counted + ", " + ageNs / 1_000_000_000L
                + " s stand behind the newest one, more than " + TIMES
                + " times what is declared (Journaling.snapshotEvery, snapshotEveryBytes), and each start works all of"
                + " them out again: give the second core a processor, or find out what it waits for";
    }
}
