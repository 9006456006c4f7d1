package io.millrace.testkit.oracle;

import java.util.EnumMap;
import java.util.Map;

/**
 * How random inputs are made: how many events, keys and values, and how often they have each {@link Trait}. Immutable.
 */
public final class Weights {
    private final int events;
    private final int keys;
    private final int values;
    private final int scale;
    private final long unitNs;
    private final Map<Trait, Integer> percents;

    private Weights(int events, int keys, int values, int scale, long unitNs, Map<Trait, Integer> percents) {
        this.events = events;
        this.keys = keys;
        this.values = values;
        this.scale = scale;
        this.unitNs = unitNs;
        this.percents = percents;
    }

    /**
     * The usual weights: up to 60 events of 4 keys and 10 values, up to 20 nanoseconds apart, with each trait except
     * {@link Trait#EDGES} in some of the cases.
     *
     * @return the usual weights
     */
    public static Weights usual() {
        Map<Trait, Integer> percents = new EnumMap<>(Trait.class);
        for (Trait t : Trait.values()) {
            percents.put(t, 40);
        }
        percents.put(Trait.EXTREMES, 15);
        percents.put(Trait.END, 80);
        percents.put(Trait.EDGES, 0);
        return new Weights(60, 4, 10, 20, 1, percents);
    }

    /**
     * Sets how often a trait occurs.
     *
     * @param trait   what may happen
     * @param percent in how many of a hundred cases, 0 to 100
     * @return a changed copy
     */
    public Weights with(Trait trait, int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException(trait + " in " + percent + " % of the cases; use 0 to 100");
        }
        Map<Trait, Integer> changed = new EnumMap<>(percents);
        changed.put(trait, percent);
        return new Weights(events, keys, values, scale, unitNs, changed);
    }

    /**
     * Sets how many events a case has.
     *
     * @param most the most events, 1 or more
     * @return a changed copy
     */
    public Weights events(int most) {
        return new Weights(positive("events", most), keys, values, scale, unitNs, percents);
    }

    /**
     * Sets how many keys there are.
     *
     * @param most keys go from 0 to one less than this
     * @return a changed copy
     */
    public Weights keys(int most) {
        return new Weights(events, positive("keys", most), values, scale, unitNs, percents);
    }

    /**
     * Sets how many values there are. A value is a number that an event is made of.
     *
     * @param most values go from 0 to one less than this
     * @return a changed copy
     */
    public Weights values(int most) {
        return new Weights(events, keys, positive("values", most), scale, unitNs, percents);
    }

    /**
     * Sets how far apart events are.
     *
     * @param unitNs all times are multiples of this many nanoseconds
     * @param most   the usual distance between two events is up to so many units
     * @return a changed copy
     */
    public Weights scale(long unitNs, int most) {
        if (unitNs < 1) {
            throw new IllegalArgumentException("a unit of " + unitNs + " ns; use 1 or more");
        }
        return new Weights(events, keys, values, positive("units", most), unitNs, percents);
    }

    private static int positive(String what, int most) {
        if (most < 1) {
            throw new IllegalArgumentException(what + ": " + most + "; use 1 or more");
        }
        return most;
    }

    int events() {
        return events;
    }

    int keys() {
        return keys;
    }

    int values() {
        return values;
    }

    int scale() {
        return scale;
    }

    long unitNs() {
        return unitNs;
    }

    int percent(Trait trait) {
        return percents.get(trait);
    }
}
