package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.event.TimeMeaning;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The clock of an input with ticks: when it ticks, how far each input's events are from it, and which inputs are silent. While
 * some are, time goes on by as much as makes one of them idle, a little less, or a little more.
 */
final class LiveClock {
    private static final long LEAP_MAX_NS = TimeUnit.DAYS.toNanos(1);

    private final Random random;
    private final Weights weights;
    private final List<Input<?>> live;
    private final boolean[] silent;
    private final long[] lagNs;

    /** How far the clock may be behind events without any of them being too far ahead of it. */
    private final long roomNs;

    private long lastNs = Long.MIN_VALUE;
    private long shiftNs;

    LiveClock(Random random, Weights weights, List<Input<?>> ports) {
        this.random = random;
        this.weights = weights;
        live = ports.stream().filter(LiveClock::isLive).toList();
        silent = new boolean[ports.size()];
        lagNs = new long[ports.size()];
        for (int i = 0; i < lagNs.length; i++) {
            lagNs[i] = lag();
        }
        long aheadNs = live.stream().mapToLong(p -> p.maxAheadNs(true)).min().getAsLong();
        roomNs = aheadNs / 2 / weights.unitNs() * weights.unitNs();
    }

    static boolean isLive(Input<?> input) {
        return input.timeMeaning() == TimeMeaning.LIVE;
    }

    /** Events are made at the clock, behind it, or ahead of it. */
    private long lag() {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> units(2 * weights.scale());
            default -> -units(weights.scale());
        };
    }

    private long units(int most) {
        return weights.unitNs() * random.nextInt(most + 1);
    }

    /** Who is silent from now on, and how much time goes on with that. */
    long passNs() {
        if (random.nextInt(8) == 0) {
            boolean all = random.nextInt(3) == 0;
            for (int i = 0; i < silent.length; i++) {
                silent[i] = all || random.nextInt(3) == 0;
            }
        }
        return anySilent() && random.nextInt(3) == 0 ? leapNs() : 0;
    }

    private boolean anySilent() {
        for (boolean s : silent) {
            if (s) {
                return true;
            }
        }
        return false;
    }

    private long leapNs() {
        long unitNs = weights.unitNs();
        long idleAfterNs = live.get(random.nextInt(live.size())).idleAfterNs();
        long ns = Math.min(idleAfterNs, LEAP_MAX_NS) / unitNs * unitNs;
        return switch (random.nextInt(4)) {
            case 0 -> ns;
            case 1 -> Math.max(0, ns - unitNs);
            case 2 -> ns + unitNs;
            default -> (long) (random.nextDouble() * (ns / unitNs)) * unitNs;
        };
    }

    /** Now and then, after a leap mostly; the clock may have stepped back, and may be right again. */
    boolean ticks(long nowNs, boolean leapt) {
        boolean shifts = random.nextInt(12) == 0;
        if (shifts) {
            shiftNs = random.nextBoolean() ? 0 : -Math.min(roomNs, units(weights.scale()) + leapNs());
        }
        boolean farBehind = lastNs != Long.MIN_VALUE && nowNs - lastNs > roomNs;
        if (!shifts && !leapt && !farBehind && random.nextBoolean()) {
            return false;
        }
        lastNs = nowNs + shiftNs;
        return true;
    }

    long lastNs() {
        return lastNs;
    }

    long lagNs(int port) {
        return lagNs[port];
    }

    boolean isSilent(int port) {
        return silent[port];
    }
}
