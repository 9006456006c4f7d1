package io.millrace.testkit.oracle;

import io.millrace.event.Input;
import io.millrace.time.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Makes one random input; the same for the same seed. */
final class Generator {
    /** The ends of a long themselves are no event times: inputs refuse them. */
    private static final long EARLIEST_NS = Long.MIN_VALUE + 1;

    private static final long LATEST_NS = Long.MAX_VALUE - 1;
    private static final long JUMP_NS = 1_000_000_000_000_000L;

    /** How many units to either side are near to progress. */
    private static final int EDGE = 3;

    private final Random random;
    private final Weights weights;
    private final List<Input<?>> ports;
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private final List<Step> steps = new ArrayList<>();
    private final List<Integer> open = new ArrayList<>();
    private final int events;
    private final int keys;
    private final int idlePort;
    private final int idleFrom;
    private final int idleTo;
    private final LiveClock clock;
    private final long[] newestNs;
    private long now;
    private boolean jumped;

    private Generator(Weights weights, List<Input<?>> ports, long seed) {
        this.random = new Random(seed);
        this.weights = weights;
        this.ports = ports;
        boolean live = ports.stream().anyMatch(LiveClock::isLive);
        for (Trait t : Trait.values()) {
            boolean isPossible = t == Trait.TICKS ? live : t != Trait.EDGES || weights.percent(t) > 0;
            if (isPossible && random.nextInt(100) < weights.percent(t)) {
                traits.add(t);
            }
        }
        clock = traits.contains(Trait.TICKS) ? new LiveClock(random, weights, ports) : null;
        if (clock != null) {
            traits.remove(Trait.EXTREMES);
        }
        for (int i = 0; i < ports.size(); i++) {
            open.add(i);
        }
        events = 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(8, weights.events()) : weights.events());
        keys = 1 + random.nextInt(weights.keys());
        newestNs = new long[ports.size()];
        Arrays.fill(newestNs, Progress.NONE);
        idlePort = random.nextInt(ports.size());
        idleFrom = random.nextInt(events);
        idleTo = random.nextBoolean() ? events : idleFrom + random.nextInt(events + 1);
        now = begin();
    }

    static List<Step> generate(Weights weights, List<Input<?>> ports, long seed) {
        return new Generator(weights, ports, seed).generate();
    }

    private long begin() {
        long reach = 3L * weights.scale();
        if (!traits.contains(Trait.EXTREMES)) {
            return unit(random.nextInt((int) Math.min(2 * reach, 1 << 30)) - reach);
        }
        return switch (random.nextInt(3)) {
            case 0 -> units(EARLIEST_NS + random.nextInt(weights.scale() + 1));
            case 1 -> units(LATEST_NS - (long) (1 + random.nextInt(events * weights.scale())) * weights.unitNs());
            default -> 0;
        };
    }

    private long unit(long units) {
        return units * weights.unitNs();
    }

    /** A multiple of the unit, not beyond the ends of a long. */
    private long units(long ns) {
        return ns / weights.unitNs() * weights.unitNs();
    }

    private List<Step> generate() {
        for (int i = 0; i < events && !open.isEmpty(); i++) {
            move();
            if (clock != null) {
                tick();
            }
            if (traits.contains(Trait.ADVANCE) && random.nextInt(12) == 0) {
                advance(plus(now, unit(random.nextInt(weights.scale() + 1))));
            }
            if (traits.contains(Trait.ADVANCE) && isAtAnEdge()) {
                advance(plus(progressNs(), unit(1 + random.nextInt(EDGE))));
            }
            if (traits.contains(Trait.END) && open.size() > 1 && random.nextInt(60) == 0) {
                steps.add(Step.end(open.remove(random.nextInt(open.size()))));
            }
            int port = port(i);
            if (port >= 0) {
                Step step = repeats() ? repeated(port) : event(port);
                newestNs[port] = Math.max(newestNs[port], step.timeNs());
                steps.add(step);
            }
        }
        if (traits.contains(Trait.END)) {
            Collections.shuffle(open, random);
            open.forEach(p -> steps.add(Step.end(p)));
        }
        return steps;
    }

    private void advance(long toNs) {
        steps.add(Step.advance(toNs));
        for (int i = 0; i < newestNs.length; i++) {
            newestNs[i] = Math.max(newestNs[i], plus(toNs, ports.get(i).disorderNs()));
        }
    }

    /** About where progress of all inputs is, in whole units: what ticks make of it is left out. */
    private long progressNs() {
        long ns = Progress.END;
        for (int port : open) {
            long newest = newestNs[port];
            ns = Math.min(
                    ns,
                    newest == Progress.NONE
                            ? newest
                            : minus(newest, ports.get(port).disorderNs()));
        }
        return ns == Progress.NONE ? ns : units(ns);
    }

    private boolean isAtAnEdge() {
        return traits.contains(Trait.EDGES) && random.nextInt(3) == 0 && progressNs() > EARLIEST_NS;
    }

    private int port(int at) {
        int port = open.get(random.nextInt(open.size()));
        int first = open.indexOf(port);
        for (int i = 0; i < open.size(); i++) {
            int next = open.get((first + i) % open.size());
            if (!isSilent(next, at)) {
                return next;
            }
        }
        return -1;
    }

    private boolean isSilent(int port, int at) {
        return traits.contains(Trait.IDLE) && port == idlePort && at >= idleFrom && at < idleTo
                || clock != null && clock.isSilent(port);
    }

    private void tick() {
        long leap = clock.passNs();
        now = plus(now, leap);
        if (clock.ticks(now, leap > 0)) {
            steps.add(Step.tick(clock.lastNs()));
        }
    }

    private void move() {
        long by = random.nextInt(weights.scale() / 2 + 2);
        if (traits.contains(Trait.TIES) && random.nextBoolean()) {
            by = 0;
        } else if (traits.contains(Trait.GAPS) && random.nextInt(10) == 0) {
            by = (long) weights.scale() * (2 + random.nextInt(20));
        }
        now = plus(now, unit(by));
        if (traits.contains(Trait.EXTREMES) && !jumped && random.nextInt(60) == 0) {
            jumped = true; // two of them could be beyond what an input takes as ahead
            now = plus(now, units(JUMP_NS));
        }
    }

    private long plus(long ns, long by) {
        long sum = ns + by;
        return sum < ns || sum > LATEST_NS ? units(LATEST_NS) : sum;
    }

    private long minus(long ns, long by) {
        long rest = ns - by;
        return rest > ns || rest < EARLIEST_NS ? units(EARLIEST_NS) : rest;
    }

    private Step event(int port) {
        long time = clock == null ? now : now - clock.lagNs(port);
        long disorder = ports.get(port).disorderNs() / weights.unitNs();
        if (traits.contains(Trait.DISORDER) && disorder > 0 && random.nextBoolean()) {
            time = minus(time, unit((long) (random.nextDouble() * (disorder + 1))));
        }
        if (traits.contains(Trait.LATE) && random.nextInt(6) == 0) {
            time = minus(time, unit(disorder + random.nextInt(2 * weights.scale() + 1)));
        }
        if (isAtAnEdge()) {
            time = plus(minus(progressNs(), unit(EDGE)), unit(random.nextInt(2 * EDGE + 1)));
        }
        return Step.event(port, key(), time, random.nextInt(weights.values()));
    }

    private long key() {
        return traits.contains(Trait.SKEW) && random.nextInt(5) > 0 ? 0 : random.nextInt(keys);
    }

    private boolean repeats() {
        return traits.contains(Trait.DUPLICATES) && random.nextInt(5) == 0;
    }

    private Step repeated(int port) {
        List<Step> before =
                steps.stream().filter(s -> s.isEvent() && s.port() == port).toList();
        if (before.isEmpty()) {
            return event(port);
        }
        Step again = before.get(random.nextInt(before.size()));
        return random.nextBoolean() ? again : again.withTime(now);
    }
}
