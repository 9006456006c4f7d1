package io.millrace.engine;

import java.time.Duration;
import java.util.List;

/**
 * The ways to wait that come with the engine. Made by {@link Waiting} only, whose constants they are: two classes that are
 * initialised from two sides at once could wait for each other.
 */
final class Waits {
    /** A few microseconds: what is on its way arrives within that. */
    static final long SPINS = 200;

    /** About 20 ms at 50 ns a look, which differs between machines; only a bound on what is wasted. */
    private static final long SPINS_WHERE_FREE = 400_000;

    /** Who publishes, and the rest of the JVM: the compiler, the collector, housekeeping. */
    private static final int OTHERS = 2;

    private static final long YIELDS = 50;
    private static final long PARK_NS_MIN = 1_000;

    /** So many sleeps of the same length, then twice as long: a sleep stays near an eighth of the time waited. */
    private static final long PARKS_OF_A_LENGTH = 8;

    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final Duration ADAPTIVE_LONGEST = Duration.ofMillis(50);

    private Waits() {}

    static long checked(Duration sleep) {
        if (sleep.compareTo(LONGEST) > 0 || sleep.compareTo(Duration.ofNanos(PARK_NS_MIN)) < 0) {
            throw new IllegalArgumentException("sleep of " + sleep + "; use 1 µs to 1 s");
        }
        return sleep.toNanos();
    }

    /** Always the same. */
    static final class Constant implements Waiting {
        private final String name;
        private final long what;

        Constant(String name, long what) {
            this.name = name;
            this.what = what;
        }

        @Override
        public long after(long looks) {
            return what;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** See {@link Waiting#parking}. */
    static final class Parking implements Waiting {
        private final long periodNs;

        Parking(long periodNs) {
            this.periodNs = periodNs;
        }

        @Override
        public long after(long looks) {
            return periodNs;
        }

        @Override
        public String toString() {
            return "parking:" + text(periodNs);
        }
    }

    /** See {@link Waiting#backoff}. */
    static class Backoff implements Waiting {
        private final long spins;
        private final long longestNs;

        Backoff(long spins, long longestNs) {
            this.spins = spins;
            this.longestNs = longestNs;
        }

        @Override
        public long after(long looks) {
            if (looks <= spins) {
                return SPIN;
            }
            long parks = looks - spins - YIELDS;
            if (parks <= 0) {
                return YIELD;
            }
            long doublings = (parks - 1) / PARKS_OF_A_LENGTH;
            return doublings > 30 ? longestNs : Math.min(PARK_NS_MIN << doublings, longestNs);
        }

        @Override
        public String toString() {
            return "backoff:" + text(longestNs);
        }
    }

    /** See {@link Waiting#ADAPTIVE}. */
    static final class Adaptive extends Backoff {
        Adaptive() {
            super(SPINS, ADAPTIVE_LONGEST.toNanos());
        }

        @Override
        public Waiting on(double freeCores, int threads) {
            return freeCores >= threads + OTHERS ? new SpinningWhereFree() : this;
        }

        @Override
        public String toString() {
            return "adaptive";
        }
    }

    /** The default where there are cores enough. */
    private static final class SpinningWhereFree extends Backoff {
        SpinningWhereFree() {
            super(SPINS_WHERE_FREE, ADAPTIVE_LONGEST.toNanos());
        }

        /** While entries come it does; what is left for other engines is less by that. */
        @Override
        public boolean keepsCore() {
            return true;
        }

        @Override
        public String toString() {
            return "adaptive, spins first";
        }
    }

    // ---- names

    static Waiting named(String name) {
        for (Waiting w : List.of(Waiting.SPINNING, Waiting.YIELDING, Waiting.ADAPTIVE)) {
            if (w.toString().equals(name)) {
                return w;
            }
        }
        int colon = name.indexOf(':');
        Duration sleep = colon < 0 ? null : sleep(name.substring(colon + 1));
        if (sleep != null && name.startsWith("parking:")) {
            return Waiting.parking(sleep);
        }
        if (sleep != null && name.startsWith("backoff:")) {
            return Waiting.backoff(sleep);
        }
        throw new IllegalArgumentException("there is no waiting strategy named '" + name + "'; use spinning, yielding, "
                + "adaptive, parking:PERIOD or backoff:LONGEST, with a period such as 100us or 1ms");
    }

    private static Duration sleep(String text) {
        int unit = 0;
        while (unit < text.length() && unit < 9 && text.charAt(unit) >= '0' && text.charAt(unit) <= '9') {
            unit++;
        }
        if (unit == 0) {
            return null;
        }
        long n = Long.parseLong(text.substring(0, unit));
        return switch (text.substring(unit)) {
            case "us" -> Duration.ofNanos(n * 1_000);
            case "ms" -> Duration.ofMillis(n);
            default -> null;
        };
    }

    private static String text(long ns) {
        return ns % 1_000_000 == 0 ? ns / 1_000_000 + "ms" : ns / 1_000 + "us";
    }
}
