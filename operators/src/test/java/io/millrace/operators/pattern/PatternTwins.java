package io.millrace.operators.pattern;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Matches;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Reason;
import io.millrace.operators.pattern.PatternOracle.Out;
import io.millrace.operators.pattern.PatternOracle.Seen;
import io.millrace.operators.rate.Fork;
import io.millrace.operators.rate.Ping;
import io.millrace.operators.rate.Twin;
import io.millrace.operators.rate.Twin.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Random patterns as words of random topologies. */
public final class PatternTwins {
    private PatternTwins() {}

    /** Over one way. */
    public static Twin patterns(String name, Random random) {
        return new OfOne(name, spec(random, 1));
    }

    /** Over two. */
    public static Twin patterns(String name, List<Twin> one, List<Twin> other, Random random) {
        return new OfTwo(name, one, other, spec(random, 2));
    }

    private static PatternSpec spec(Random random, int inputs) {
        PatternSpec spec;
        // the fewer there are the more matches, which say when their events were taken
        int steps = 1 + random.nextInt(4);
        do {
            spec = PatternSpec.random(random);
        } while (spec.inputs != inputs || spec.steps.size() > steps);
        spec.within *= 1 + random.nextInt(4);
        spec.partialsAtMost = random.nextBoolean() ? 1 + random.nextInt(2) : PatternSpec.MANY;
        spec.matchesAtMost = 16;
        return spec;
    }

    private static Ev event(Ping p, long timeNs) {
        return PatternRandomTest.event(p.key(), timeNs, Math.floorMod(p.value(), 400));
    }

    private static Ev event(Ping p) {
        return event(p, p.timeNs());
    }

    private static Ping ping(long key, String text) {
        return new Ping(key, Math.floorMod(text.hashCode(), 997), 0);
    }

    private static Ping ping(List<Step<Ev>> steps) {
        return ping(
                steps.stream()
                        .filter(Step::isPresent)
                        .findFirst()
                        .orElseThrow()
                        .first()
                        .key(),
                PatternSpec.text(steps));
    }

    /**
     * Whether a match may wait for its deadline, which a guard or a greedy step can make it do. Of several keys of which something ends at
     * one time it is not said which comes first, so such a pattern looks at one key. So it is where it tells what has run out of time.
     */
    private static boolean looksAt(PatternSpec spec, boolean tells, Ping p) {
        boolean waits = tells || !spec.guards.isEmpty() || spec.steps.stream().anyMatch(s -> s.greedy);
        return !waits || p.key() == 0;
    }

    private static KeyedStream<Ev> events(PatternSpec spec, boolean tells, KeyedStream<Ping> stream) {
        return stream.filter(p -> looksAt(spec, tells, p)).map(Ev.class, PatternTwins::event);
    }

    /** An event that is put aside. */
    private static Ping ping(Ev e) {
        return ping(e.key(), e.name());
    }

    private static Item aside(Item item) {
        return item.causes(ping(event(item.ping())), item.timeNs());
    }

    /** The definition knows whole inputs: what comes out anew when an event is added, or time passes, is told then. */
    private static final class Told {
        /** An event that waits for progress. */
        private record Waiting(Item item, Seen seen) {
            long timeNs() {
                return seen.event().time();
            }
        }

        /** The events of a key that have had their turn, and what is told of them. */
        private static final class Key {
            private final List<Seen> taken = new ArrayList<>();
            private final Map<List<PatternOracle.Taken>, Integer> givenUp = new HashMap<>();
            private List<Out> outs = List.of();
            private PatternOracle oracle;
            private int told;
        }

        private final PatternSpec spec;
        private final Map<Long, Key> keys = new LinkedHashMap<>();
        private final List<Waiting> waiting = new ArrayList<>();

        /** Takes what has run out of time. */
        private final Consumer<Item> over;

        Told(PatternSpec spec, Consumer<Item> over) {
            this.spec = spec;
            this.over = over;
        }

        /** Answers false where the event is late. */
        boolean take(Item item, int input, boolean tells, long progressNs, List<Item> out) {
            if (!looksAt(spec, tells, item.ping())) {
                return true;
            }
            long nowNs = Fork.lenientNs(progressNs, spec.lateness);
            Seen seen = new Seen(event(item.ping(), item.timeNs()), input);
            if (item.timeNs() < nowNs) {
                return false;
            }
            boolean others = waiting.stream()
                    .anyMatch(w -> w.seen().event().key() == item.ping().key());
            if (item.timeNs() > nowNs || others) {
                waiting.add(new Waiting(item, seen));
            } else {
                add(item, seen, out);
            }
            return true;
        }

        private void add(Item item, Seen seen, List<Item> out) {
            long key = seen.event().key();
            Key of = keys.computeIfAbsent(key, k -> new Key());
            of.taken.add(seen);
            of.oracle = new PatternOracle(spec, of.taken, of.givenUp);
            of.oracle.bound();
            of.outs = of.oracle.outs();
            tell(of, key, item.timeNs(), item, out);
        }

        private void tell(Key of, long key, long untilNs, Item item, List<Item> out) {
            for (; of.told < of.outs.size() && of.outs.get(of.told).time() <= untilNs; of.told++) {
                Out o = of.outs.get(of.told);
                Ping what = ping(key, of.oracle.text(o));
                Item made = item == null ? new Item(what, o.time(), -1, o.time()) : item.causesOf(what, o.time());
                if (o.isMatch()) {
                    out.add(made);
                } else {
                    over.accept(made);
                }
            }
        }

        /** Deadlines come in front of the events of their time. */
        void fire(long progressNs, List<Item> out) {
            long nowNs = Fork.lenientNs(progressNs, spec.lateness);
            while (true) {
                long eventNs = waiting.stream().mapToLong(Waiting::timeNs).min().orElse(Long.MAX_VALUE);
                expire(Math.min(eventNs, nowNs), out);
                if (eventNs > nowNs) {
                    return;
                }
                Waiting first = waiting.stream()
                        .filter(w -> w.timeNs() == eventNs)
                        .findFirst()
                        .orElseThrow();
                waiting.remove(first);
                add(first.item().fired(eventNs, eventNs), first.seen(), out);
            }
        }

        private void expire(long untilNs, List<Item> out) {
            while (true) {
                Map.Entry<Long, Key> first = keys.entrySet().stream()
                        .filter(k -> nextNs(k.getValue()) <= untilNs)
                        .min(Comparator.comparingLong(k -> nextNs(k.getValue())))
                        .orElse(null);
                if (first == null) {
                    return;
                }
                tell(first.getValue(), first.getKey(), nextNs(first.getValue()), null, out);
            }
        }

        private static long nextNs(Key of) {
            return of.told < of.outs.size() ? of.outs.get(of.told).time() : Long.MAX_VALUE;
        }
    }

    private static final class OfOne extends Twin {
        private final PatternSpec spec;
        private final Told told;

        OfOne(String name, PatternSpec spec) {
            super(name);
            this.spec = spec;
            told = new Told(spec, item -> tell(item, 0));
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> {
                Matches<Ev, PatternSpec.One> matches = events(spec, sides != null, stream)
                        .pattern(name, Duration.ofNanos(spec.within), () -> new PatternSpec.One(spec));
                if (sides != null) {
                    matches.timedOut(side -> sides.add(side.map(Ping.class, p -> ping(p.steps))))
                            .late(side -> sides.add(side.map(Ping.class, PatternTwins::ping)));
                }
                return matches.map(Ping.class, p -> ping(p.steps));
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (!told.take(item, 0, putsAside(), progressNs, out)) {
                refuse(aside(item), Reason.LATE, 1);
            }
        }

        @Override
        public void fire(List<Item> out) {
            told.fire(progressNs, out);
        }

        @Override
        public long forwards(long ofThisNs) {
            return Fork.lenientNs(ofThisNs, spec.lateness);
        }

        @Override
        protected Twin fresh() {
            return new OfOne(name, spec);
        }
    }

    private static final class OfTwo extends Fork {
        private final PatternSpec spec;
        private final Told told;

        OfTwo(String name, List<Twin> one, List<Twin> other, PatternSpec spec) {
            super(name, one, other);
            this.spec = spec;
            told = new Told(spec, item -> tell(item, 0));
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return withSides(sides -> {
                KeyedStream<Ev> second = events(spec, sides != null, right);
                Matches<Ev, PatternSpec.Two> matches = events(spec, sides != null, left)
                        .pattern(
                                name, Duration.ofNanos(spec.within), second, (a, b) -> new PatternSpec.Two(spec, a, b));
                if (sides != null) {
                    matches.timedOut(side -> sides.add(side.map(Ping.class, p -> ping(p.steps))))
                            .late(side -> sides.add(side.map(Ping.class, PatternTwins::ping)))
                            .late(second, side -> sides.add(side.map(Ping.class, PatternTwins::ping)));
                }
                return matches.map(Ping.class, p -> ping(p.steps));
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (!told.take(item, isLeft ? 0 : 1, putsAside(), progressNs, out)) {
                refuse(aside(item), Reason.LATE, isLeft ? 1 : 2);
            }
        }

        @Override
        public void fire(List<Item> out) {
            told.fire(progressNs, out);
        }

        @Override
        protected long forwardsBehind(long ofThisNs) {
            return Fork.lenientNs(ofThisNs, spec.lateness);
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new OfTwo(name, newOne, newOther, spec);
        }
    }
}
