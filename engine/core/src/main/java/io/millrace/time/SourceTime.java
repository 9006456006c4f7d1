package io.millrace.time;

import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * The progress of one source, computed from the times of its events, ticks and its end. A pure function of the entries:
 * it reads no clock. There is one for each source and stage, used by that stage's thread only.
 *
 * <p>Progress is the largest accepted time less the disorder. A live source that is silent for {@code idleAfterNs} of
 * tick time is idle: it no longer holds the others back, and its own progress advances by the tick time since then,
 * never beyond the tick less the disorder. A node whose sources are all idle advances by tick time as they do, from
 * where it is. A clock that steps back adds no time and takes none away. For a historic source ticks mean nothing.
 */
public final class SourceTime implements Saved {
    private final long disorderNs;
    private final boolean live;
    private final long maxAheadNs;
    private final long idleAfterNs;

    private long maxNs = Progress.NONE;
    private long progressNs = Progress.NONE;
    private boolean ended;
    private boolean idle;
    private boolean seenSinceTick;
    private long lastTickNs = Progress.NONE;
    private long silentNs;
    private long wentOnNs;

    /**
     * Creates the progress of a source that has seen nothing.
     *
     * @param disorderNs how far events may be behind the newest
     * @param live whether ticks matter
     * @param maxAheadNs the limit for events far ahead
     * @param idleAfterNs the silence after which it no longer holds progress back
     */
    public SourceTime(long disorderNs, boolean live, long maxAheadNs, long idleAfterNs) {
        this.disorderNs = disorderNs;
        this.live = live;
        this.maxAheadNs = maxAheadNs;
        this.idleAfterNs = idleAfterNs;
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(live ? 1 : 0);
        to.putLong(disorderNs);
        to.putLong(maxAheadNs);
        to.putLong(idleAfterNs);
        to.putLong(maxNs);
        to.putLong(progressNs);
        to.putBoolean(ended);
        to.putBoolean(idle);
        to.putBoolean(seenSinceTick);
        to.putLong(lastTickNs);
        to.putLong(silentNs);
        to.putLong(wentOnNs);
    }

    @Override
    public void load(StateReader from) {
        from.same("the input live (1) or historic (0):", live ? 1 : 0);
        from.same("disorder in ns", disorderNs);
        from.same("maxAhead in ns", maxAheadNs);
        from.same("idleAfter in ns", idleAfterNs);
        maxNs = from.getLong();
        progressNs = from.getLong();
        ended = from.getBoolean();
        idle = from.getBoolean();
        seenSinceTick = from.getBoolean();
        lastTickNs = from.getLong();
        silentNs = from.getLong();
        wentOnNs = from.getLong();
    }

    /**
     * Whether an event is further ahead than the guard allows.
     *
     * @param timeNs  its time
     * @param clockNs the clock of the last tick; {@link Progress#NONE} before the first, and then no live event is ahead
     * @return true when it must not move progress
     */
    public boolean isAhead(long timeNs, long clockNs) {
        long base = live ? clockNs : maxNs;
        if (base == Progress.NONE || timeNs <= base) {
            return false;
        }
        long ahead = timeNs - base;
        return ahead < 0 || ahead > maxAheadNs; // negative: the distance itself overflows
    }

    /**
     * Takes the time of an accepted event.
     *
     * @param timeNs its time
     * @return true when progress moved, or the source is no longer idle
     */
    public boolean observe(long timeNs) {
        boolean wakes = idle;
        seenSinceTick = true;
        idle = false;
        if (timeNs <= maxNs) {
            return wakes;
        }
        maxNs = timeNs;
        return raise(minus(timeNs, disorderNs)) || wakes;
    }

    /**
     * Takes a tick.
     *
     * @param clockNs the host's clock; a step back counts as no time
     * @return true when progress moved, or the source became idle
     */
    public boolean tick(long clockNs) {
        if (!live || ended) {
            return false;
        }
        long byNs = lastTickNs == Progress.NONE || clockNs <= lastTickNs ? 0 : plus(clockNs, -lastTickNs);
        lastTickNs = clockNs;
        if (seenSinceTick) {
            seenSinceTick = false;
            silentNs = 0;
            return false;
        }
        if (idle) {
            return goOn(byNs);
        }
        long missingNs = idleAfterNs - silentNs;
        if (byNs < missingNs) {
            silentNs += byNs;
            return false;
        }
        idle = true;
        goOn(byNs - missingNs);
        return true;
    }

    /** Advances without events: by tick time, never beyond the tick less the disorder. */
    private boolean goOn(long byNs) {
        long beforeNs = progressNs;
        boolean moved = beforeNs != Progress.NONE && raise(Math.min(plus(beforeNs, byNs), mostNs()));
        if (moved) {
            wentOnNs = plus(wentOnNs, progressNs - beforeNs);
        }
        return moved;
    }

    /**
     * Moves progress by hand.
     *
     * @param toNs the new progress; never taken as the end, which is {@link #end}'s
     * @return true when it moved
     */
    public boolean advanceTo(long toNs) {
        if (toNs > maxNs) {
            maxNs = toNs;
        }
        return raise(toNs);
    }

    /**
     * The source has ended.
     *
     * @return true when that was news
     */
    public boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        progressNs = Progress.END;
        return true;
    }

    /** Only the end is the end: the largest times that an event can have leave progress just below it. */
    private boolean raise(long toNs) {
        long most = Math.min(toNs, Progress.END - 1);
        if (most <= progressNs) {
            return false;
        }
        progressNs = most;
        return true;
    }

    /**
     * A sum that stops at the largest number.
     *
     * @param ns a time
     * @param by what to add
     * @return the time
     */
    public static long plus(long ns, long by) {
        long r = ns + by;
        return by > 0 && r < ns ? Long.MAX_VALUE : r;
    }

    private static long minus(long ns, long by) {
        long r = ns - by;
        return r > ns ? Progress.NONE : r;
    }

    /**
     * The source's progress.
     *
     * @return nanoseconds, exclusive
     */
    public long progressNs() {
        return progressNs;
    }

    /**
     * Returns the limit of progress without events: the last tick less the disorder.
     *
     * @return {@link Progress#NONE} before the first tick
     */
    public long mostNs() {
        return minus(lastTickNs, disorderNs);
    }

    /**
     * Returns by how much progress has advanced without events, in all.
     *
     * @return nanoseconds of tick time
     */
    public long wentOnNs() {
        return wentOnNs;
    }

    /**
     * The largest accepted time.
     *
     * @return {@link Progress#NONE} before the first event
     */
    public long maxNs() {
        return maxNs;
    }

    /**
     * Tells whether it holds nobody back: silent for long, or ended.
     *
     * @return true if the others decide
     */
    public boolean isIdle() {
        return idle || ended;
    }

    /**
     * Returns how much more tick time of silence makes it idle, at least.
     *
     * @return 0 if it is idle; the whole period if it has sent since the last tick, since silence is counted from a
     *     tick on
     */
    public long untilIdleNs() {
        return isIdle() ? 0 : seenSinceTick ? idleAfterNs : idleAfterNs - silentNs;
    }

    /**
     * How far events may stand behind the newest.
     *
     * @return nanoseconds
     */
    public long disorderNs() {
        return disorderNs;
    }

    /**
     * Whether it has ended.
     *
     * @return true after its end
     */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Whether ticks matter to it.
     *
     * @return true for a live source
     */
    public boolean isLive() {
        return live;
    }

    /**
     * The guard.
     *
     * @return nanoseconds
     */
    public long maxAheadNs() {
        return maxAheadNs;
    }
}
