package io.millrace.engine;

/**
 * Tells whether automatic snapshots keep up with the engine. If the second core is slower than the engine, each tail is
 * longer than the one before, and so are a start and the space that the disk needs.
 *
 * <p>It is reported beyond four times what is declared. A snapshot is due at one time; a second core that is just as
 * fast as the engine stays at two times, and so does one snapshot that failed and was made at the next turn; both
 * together come to three times. And it is not reported below what nobody notices at a start: if you ask for a snapshot
 * every hundred entries, you get one as soon as it can be made.
 *
 * <p><b>Writer:</b> the thread that makes snapshots, under its lock. Other threads see it a little later.
 */
final class SnapshotLag {
    private static final int TIMES = 4;

    /** A fraction of a second of a start. */
    private static final long LEAST_ENTRIES = 100_000;

    private static final long LEAST_BYTES = 16 << 20;

    /** Receivers may be behind for half of this in any case. */
    private static final long LEAST_NS = 60_000_000_000L;

    private final long mostEntries;
    private final long mostBytes;
    private final long mostNs;

    /** What the log had taken by the newest snapshot, and since when there has been anything after that. */
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

    /** Called before the start: that many bytes were read again. */
    void readAgain(long bytesBehind) {
        bytes = -bytesBehind;
    }

    /** A snapshot was kept of a log that had taken that many bytes. */
    void kept(long logBytes, long nowNs) {
        bytes = logBytes;
        sinceNs = nowNs;
    }

    /** Nothing comes after the newest snapshot. */
    void nothingBehind(long nowNs) {
        sinceNs = nowNs;
    }

    /** In words; null if snapshots keep up. */
    String words(long entriesBehind, long logBytes, long nowNs) {
        long bytesBehind = logBytes - bytes;
        long ageNs = nowNs - sinceNs;
        if (entriesBehind <= 0 || entriesBehind <= mostEntries && bytesBehind <= mostBytes && ageNs <= mostNs) {
            return null;
        }
        String counted = logBytes < 0 ? "" : ", " + bytesBehind + " bytes"; // not by every log
        return "snapshots do not keep up: " + entriesBehind + " entries" + counted + ", " + ageNs / 1_000_000_000L
                + " s have come since the newest one, more than " + TIMES
                + " times what is declared (Journaling.snapshotEvery, snapshotEveryBytes), and each start has to process all of them again: give the second core a processor, or find out what it waits for";
    }
}
