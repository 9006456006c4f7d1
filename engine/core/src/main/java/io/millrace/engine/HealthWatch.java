package io.millrace.engine;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Whether what is wrong with a host makes it DEGRADED. What is so now does. What has happened and is over, a count, does from when it is
 * first seen until it is acknowledged, or until it has not grown for a declared time; after that it is again what has come on top.
 *
 * <p>It says once that a host has become DEGRADED, once for each further trouble of that spell, and once that it is UP again, which
 * has to last. Between two lines lies a time, so what comes and goes writes no line each time.
 *
 * <p><b>Writers:</b> whoever asks, under the lock of this; the clock is read by them, never by a thread of the engine. <b>Why it suffices:</b>
 * an older count than one that was seen already changes nothing.
 */
final class HealthWatch {
    /** Between two lines; and so long it has to be well before that is said. */
    static final long LEAST_NS = 10_000_000_000L;

    /** Of one trouble that is told apart by its words, until it is UP again: words may change without an end. */
    static final int MOST_KINDS = 16;

    private final String engine;
    private final LongSupplier clock;

    /** Null where nothing is said. */
    private final BiConsumer<Level, String> log;

    private final Map<String, Count> counts = new HashMap<>();

    /** What has been told since it became DEGRADED, and of each which kinds of it. What is forgotten is told again when it comes again. */
    private final Map<String, Set<String>> told = new HashMap<>();

    private long forgetsNs = Duration.ofMinutes(10).toNanos();
    private long lastLineNs;
    private long spellNs;
    private long changedNs;
    private boolean isWell = true;

    /** Whether somebody was told that it is DEGRADED, and not yet that it is UP again. */
    private boolean isSpell;

    /** Of one trouble: how often it was seen to have happened, up to where nobody needs to be told, and when it grew. */
    private static final class Count {
        private long seen;
        private long settled;
        private long grownNs;
    }

    HealthWatch(String engine, LongSupplier clock, BiConsumer<Level, String> log) {
        this.engine = engine;
        this.clock = clock;
        this.log = log;
        lastLineNs = clock.getAsLong() - LEAST_NS;
    }

    /** Before the start. */
    void forgetsAfter(Duration quiet) {
        forgetsNs = quiet.toNanos();
    }

    /** Judges what is wrong at the moment, and says so where that is due. */
    Health judge(Troubles troubles) {
        String line;
        String why;
        synchronized (this) {
            long nowNs = clock.getAsLong();
            List<Troubles.Trouble> open = open(troubles, nowNs);
            why = why(open);
            line = line(open, why, nowNs);
        }
        say(why == null ? Level.INFO : Level.WARNING, line);
        return health(why);
    }

    /** What has happened by then needs no further telling; answers how it was before, and so what is acknowledged. */
    Health acknowledge(Troubles troubles) {
        String past;
        String why;
        synchronized (this) {
            List<Troubles.Trouble> open = open(troubles, clock.getAsLong());
            why = why(open);
            List<Troubles.Trouble> over = open.stream().filter(t -> !t.isNow()).toList();
            past = why(over);
            over.forEach(t -> settle(t, t.times())); // not what others have seen since: no answer has it yet
            isSpell &= over.isEmpty() || !told.isEmpty();
        }
        say(Level.INFO, past == null ? null : "goes on, acknowledged: " + past);
        return health(why);
    }

    /** Not under the lock: who writes logs may take long. */
    private void say(Level level, String line) {
        if (line != null && log != null) {
            log.accept(level, "engine " + engine + " " + line);
        }
    }

    private static Health health(String why) {
        return why == null ? new Health(Health.State.UP, "") : new Health(Health.State.DEGRADED, why);
    }

    private static String why(List<Troubles.Trouble> all) {
        String why = null;
        for (Troubles.Trouble t : all) {
            why = Host.and(why, t.why());
        }
        return why;
    }

    private List<Troubles.Trouble> open(Troubles troubles, long nowNs) {
        return troubles.all().stream()
                .filter(t -> t.isNow() || isOpen(t, nowNs))
                .toList();
    }

    private boolean isOpen(Troubles.Trouble t, long nowNs) {
        Count c = counts.computeIfAbsent(t.of(), of -> new Count());
        if (t.times() > c.seen) {
            c.seen = t.times();
            c.grownNs = nowNs;
        } else if (c.settled < c.seen && nowNs - c.grownNs >= forgetsNs) {
            settle(t, c.seen);
        }
        return c.settled < c.seen;
    }

    /** Up to so many times nobody needs to be told; of more it is told again. */
    private void settle(Troubles.Trouble t, long times) {
        Count c = counts.get(t.of());
        if (c.settled < times) {
            c.settled = times;
            told.remove(t.of());
            t.forget().run();
        }
    }

    /** What is to be said now, or null. */
    private String line(List<Troubles.Trouble> open, String why, long nowNs) {
        if (isWell != open.isEmpty()) {
            isWell = open.isEmpty();
            changedNs = nowNs;
        }
        if (nowNs - lastLineNs < LEAST_NS || isWell && nowNs - changedNs < LEAST_NS) {
            return null;
        }
        if (isWell) {
            return isSpell ? isUpAgain(nowNs) : null;
        }
        boolean isNew = false;
        for (Troubles.Trouble t : open) {
            Set<String> kinds = told.computeIfAbsent(t.of(), of -> new HashSet<>());
            isNew |= kinds.size() < MOST_KINDS && kinds.add(t.kind());
        }
        if (!isNew) {
            return null;
        }
        spellNs = isSpell ? spellNs : changedNs;
        isSpell = true;
        lastLineNs = nowNs;
        return "is DEGRADED: " + why;
    }

    private String isUpAgain(long nowNs) {
        told.clear();
        isSpell = false;
        lastLineNs = nowNs;
        return "is UP again, after " + (changedNs - spellNs) / 1_000_000 + " ms";
    }
}
