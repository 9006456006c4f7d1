package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.operators.Features;
import io.millrace.operators.score.LinearModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Words that keep nothing of an event: several of one, one of two ways, a score, a setting. */
final class PlainTwins {
    private PlainTwins() {}

    /** Any that is no fork. */
    static Twin any(String name, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Copies(name, 1 + random.nextInt(3));
            case 1 -> new Scores(name, random.nextInt(5));
            default -> new Settings(name, random.nextBoolean());
        };
    }

    /** One that asks for nothing but the event. */
    static Twin ofOne(String i, Random random) {
        return random.nextBoolean()
                ? new Copies("copies-" + i, 1 + random.nextInt(3))
                : new Scores("score-" + i, random.nextInt(5));
    }

    /** None, one or several of each, by its value. */
    static final class Copies extends Twin {
        private final int most;

        Copies(String name, int most) {
            super(name);
            this.most = most;
        }

        private static Ping copy(Ping p, long number) {
            return new Ping(p.key(), p.value() * 3 + number, p.timeNs());
        }

        private long count(Ping p) {
            return Math.floorMod(p.value(), most + 1L);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.flatMap(Ping.class, most, (p, out) -> {
                for (long i = 0; i < count(p); i++) {
                    out.emit(copy(p, i));
                }
            });
        }

        @Override
        public void take(Item item, List<Item> out) {
            for (long i = 0; i < count(item.ping()); i++) {
                out.add(item.causes(copy(item.ping(), i), item.timeNs()));
            }
        }

        @Override
        protected Twin fresh() {
            return new Copies(name, most);
        }
    }

    /** By two features, of which one must be there and one may be missing. */
    static final class Scores extends Twin {
        private static final LinearModel MODEL =
                LinearModel.intercept(1).plus("MUST", 2).plus("MAY", 8, 5);

        private final long rest;

        Scores(String name, long rest) {
            super(name);
            this.rest = rest;
        }

        private static long may(Ping p) {
            return Math.floorMod(p.value(), 7L);
        }

        private boolean isThere(Ping p) {
            return Math.floorMod(p.value(), 11L) != rest;
        }

        private Features<Ping> features() {
            return Features.of(
                    Ping.class,
                    f -> f.add("MAY", p -> may(p))
                            .missingWhen(p -> may(p) == rest)
                            .add("MUST", p -> isThere(p) ? Math.floorMod(p.value(), 100L) : Double.NaN));
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.score(name, MODEL, features())
                    .map(
                            Ping.class,
                            s -> new Ping(
                                    s.event().key(), (long) s.raw(), s.event().timeNs()));
        }

        @Override
        public void take(Item item, List<Item> out) {
            Ping p = item.ping();
            if (!isThere(p)) {
                refuse(item, Reason.MISSING_VALUE);
                return;
            }
            long score = 1 + 2 * Math.floorMod(p.value(), 100L) + 8 * (may(p) == rest ? 5 : may(p));
            out.add(item.causes(new Ping(p.key(), score, p.timeNs()), item.timeNs()));
        }

        @Override
        protected Twin fresh() {
            return new Scores(name, rest);
        }
    }

    /** What a setting holds. */
    record Rule(long rest) {
        static final Input<Rule> RULES = Input.of("rules", Rule.class);
        static final Rule FIRST = new Rule(1);

        boolean keeps(Ping p) {
            return Math.floorMod(p.value(), 3L) != rest % 3;
        }

        Ping on(Ping p) {
            return new Ping(p.key(), p.value() * 5 + rest, p.timeNs());
        }
    }

    /** Keeps or changes what comes by the row of a setting. */
    static final class Settings extends Twin {
        private final boolean keeps;
        private Rule rule = Rule.FIRST;

        Settings(String name, boolean keeps) {
            super(name);
            this.keeps = keeps;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            var setting = t.setting(name, Rule.RULES, Rule.FIRST);
            return keeps
                    ? stream.filter(setting, (p, r) -> r.keeps(p))
                    : stream.map(setting, Ping.class, (p, r) -> r.on(p));
        }

        @Override
        public void hears(Object row) {
            rule = row instanceof Rule r ? r : rule;
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (!keeps) {
                out.add(item.causes(rule.on(item.ping()), item.timeNs()));
            } else if (rule.keeps(item.ping())) {
                out.add(item);
            }
        }

        @Override
        boolean asksRules() {
            return true;
        }

        @Override
        protected Twin fresh() {
            return new Settings(name, keeps);
        }
    }

    /** One way what a condition holds for, the other way the others; both meet again. */
    static final class Branches extends Fork {
        private final long rest;

        Branches(String name, long rest, List<Twin> one, List<Twin> other) {
            this(name, rest, behind(new Passes(rest, true), one), behind(new Passes(rest, false), other), true);
        }

        private Branches(String name, long rest, List<Twin> one, List<Twin> other, boolean isWhole) {
            super(name, one, other);
            this.rest = rest;
        }

        private static List<Twin> behind(Twin passes, List<Twin> way) {
            List<Twin> all = new ArrayList<>(List.of(passes));
            all.addAll(way);
            return all;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            List<KeyedStream<Ping>> branch = new ArrayList<>();
            KeyedStream<Ping> others = stream.branch(p -> Passes.holds(p, rest), b -> branch.add(b.keyBy(Ping::key)));
            return meet(t, words(t, one, branch.get(0)), words(t, other, others));
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return left.merge(right);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            out.add(item);
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new Branches(name, rest, newOne, newOther, true);
        }
    }

    /** What a branch says, at the head of either way. */
    private static final class Passes extends Twin {
        private final long rest;
        private final boolean passes;

        Passes(long rest, boolean passes) {
            super("passes");
            this.rest = rest;
            this.passes = passes;
        }

        static boolean holds(Ping p, long rest) {
            return Math.floorMod(p.value(), 3L) == rest;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream;
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (holds(item.ping(), rest) == passes) {
                out.add(item);
            }
        }

        @Override
        protected Twin fresh() {
            return new Passes(rest, passes);
        }
    }
}
