package io.millrace.operators.pattern;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.On;
import io.millrace.dsl.PatternWords.Group;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.operators.Fn.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** A random pattern, as data: what both the pattern class and the oracle are made of. */
final class PatternSpec {
    static final String KINDS = "abcd";
    private static final int STEPS_MOST = 8;

    /** A step; a kind is asked for, and sometimes the value is compared with the last of an earlier step, or its own. */
    static final class StepSpec {
        /** Where it stands, from the whole pattern down. */
        List<At> path;

        Follows follows;
        int input;
        String kinds;
        int min = 1;
        int max = 1;
        boolean optional;
        boolean greedy;
        boolean consecutive;
        String until;
        long gap;

        /** -1 for no comparison. */
        int comparedWith = -1;
    }

    /** Which alternative of which place. */
    record At(SeqSpec seq, int place, int alternative) {
        AltSpec alt() {
            return seq.places.get(place).get(alternative);
        }
    }

    /** Steps side by side, or a group as often as it is taken. */
    static final class AltSpec {
        Follows follows;
        final List<StepSpec> steps = new ArrayList<>();
        final List<SeqSpec> times = new ArrayList<>();
        int min = 1;
        boolean optional;
        boolean consecutive;
    }

    /** Places one behind the other: the whole, or one time of a group. */
    static final class SeqSpec {
        final List<List<AltSpec>> places = new ArrayList<>();
        final List<GuardSpec> guards = new ArrayList<>();
        int time;

        boolean isOptional(int place) {
            return places.get(place).stream()
                    .anyMatch(a -> a.optional || a.steps.stream().anyMatch(s -> s.optional));
        }

        boolean isGuarded() {
            return guards.stream().anyMatch(g -> g.place() == places.size());
        }
    }

    record GuardSpec(SeqSpec seq, int place, int input, String kinds, boolean nextOnly) {}

    final List<StepSpec> steps = new ArrayList<>();
    final List<GuardSpec> guards = new ArrayList<>();
    final SeqSpec top = new SeqSpec();
    int inputs = 1;
    long within;
    long lateness;
    AfterMatch after = AfterMatch.NO_SKIP;
    int afterStep = -1;
    /** More partial matches than there are. */
    static final int MANY = 64;

    int partialsAtMost = 4096;
    int matchesAtMost = 1024;

    static PatternSpec random(Random random) {
        PatternSpec spec = new PatternSpec();
        spec.inputs = random.nextInt(4) == 0 ? 2 : 1;
        spec.within = 2 + random.nextInt(14);
        spec.lateness = random.nextInt(4) == 0 ? random.nextInt(6) : 0;
        spec.fill(spec.top, 1 + random.nextInt(4), List.of(), random.nextInt(2) == 0 ? 0 : 2, random);
        spec.hold(spec.top, null);
        spec.after = AfterMatch.values()[random.nextInt(AfterMatch.values().length)];
        if (spec.after == AfterMatch.TO_FIRST || spec.after == AfterMatch.TO_LAST) {
            spec.afterStep = random.nextInt(spec.steps.size());
        }
        return spec;
    }

    // ---- drawing

    /** Words of a sequence, with groups so many deep; one place at least has to be taken. */
    private void fill(SeqSpec seq, int words, List<At> above, int depth, Random random) {
        int from = steps.size();
        for (int i = 0; i < words; i++) {
            addWord(seq, above, depth, random);
            if (random.nextInt(5) == 0) {
                String kinds = kinds(random, 1);
                guard(
                        seq,
                        new GuardSpec(seq, seq.places.size(), random.nextInt(inputs), kinds, random.nextInt(3) == 0));
            }
        }
        boolean all = true;
        for (int p = 0; p < seq.places.size(); p++) {
            all &= seq.isOptional(p);
        }
        if (all) {
            seq.places.forEach(p -> p.forEach(a -> a.optional = false));
            steps.subList(from, steps.size()).forEach(s -> s.optional = false);
        }
    }

    /** A group for which the word before it, or consecutive, would say nothing is refused: its first place has to be taken. */
    private void hold(SeqSpec seq, Follows outer) {
        for (int p = 0; p < seq.places.size(); p++) {
            List<AltSpec> place = seq.places.get(p);
            Follows follows = p > 0 || outer == null ? place.get(0).follows : outer;
            if (p == 0 && (outer == Follows.NEXT || outer == Follows.FOLLOWED_BY_ANY)) {
                place.forEach(a -> a.optional = false);
                place.forEach(a -> a.steps.forEach(s -> s.optional = false));
            }
            for (AltSpec a : place) {
                Follows again = a.consecutive ? Follows.NEXT : Follows.FOLLOWED_BY;
                a.times.forEach(t -> hold(t, t.time > 0 ? again : follows));
            }
        }
    }

    private void guard(SeqSpec seq, GuardSpec guard) {
        seq.guards.add(guard);
        guards.add(guard);
    }

    private void addWord(SeqSpec seq, List<At> above, int depth, Random random) {
        Follows follows = seq.places.isEmpty()
                ? Follows.BEGIN
                : switch (random.nextInt(seq.isGuarded() ? 9 : depth > 0 ? 13 : 10)) {
                    case 0, 1 -> Follows.NEXT;
                    case 2 -> Follows.FOLLOWED_BY_ANY;
                    case 9, 10, 11, 12 -> Follows.OR;
                    default -> Follows.FOLLOWED_BY;
                };
        boolean isGroup = depth > 0 && steps.size() < STEPS_MOST && random.nextInt(3) == 0;
        if (follows != Follows.OR) {
            seq.places.add(new ArrayList<>());
        }
        List<AltSpec> place = seq.places.get(seq.places.size() - 1);
        boolean joins = follows == Follows.OR
                && !isGroup
                && place.get(place.size() - 1).times.isEmpty();
        if (!joins) {
            AltSpec alt = new AltSpec();
            alt.follows = follows;
            place.add(alt);
        }
        List<At> path = new ArrayList<>(above);
        path.add(new At(seq, seq.places.size() - 1, place.size() - 1));
        AltSpec alt = place.get(place.size() - 1);
        if (isGroup) {
            addGroup(alt, path, depth - 1, random);
        } else {
            addStep(alt, path, follows, random);
        }
    }

    private void addGroup(AltSpec alt, List<At> path, int depth, Random random) {
        int from = steps.size();
        SeqSpec first = new SeqSpec();
        alt.times.add(first);
        fill(first, 1 + random.nextInt(3), path, depth, random);
        alt.optional = random.nextInt(5) == 0;
        int most = random.nextInt(3) == 0 && steps.size() < STEPS_MOST ? 2 + random.nextInt(2) : 1;
        int of = steps.size() - from;
        for (int time = 1; time < most; time++) {
            SeqSpec next = new SeqSpec();
            next.time = time;
            alt.times.add(next);
            copy(first, next, path, from, of * time);
        }
        alt.min = 1 + random.nextInt(most);
        alt.consecutive = random.nextInt(3) == 0;
    }

    /** One more time of a group: the same again, whose steps look at their own time. */
    private void copy(SeqSpec from, SeqSpec to, List<At> above, int firstNumber, int shift) {
        for (int p = 0; p <= from.places.size(); p++) {
            int place = p;
            from.guards.stream()
                    .filter(g -> g.place() == place)
                    .forEach(g -> guard(to, new GuardSpec(to, place, g.input(), g.kinds(), g.nextOnly())));
            if (p == from.places.size()) {
                return;
            }
            to.places.add(new ArrayList<>());
            for (AltSpec a : from.places.get(p)) {
                AltSpec alt = new AltSpec();
                alt.follows = a.follows;
                alt.min = a.min;
                alt.optional = a.optional;
                alt.consecutive = a.consecutive;
                to.places.get(p).add(alt);
                List<At> path = new ArrayList<>(above);
                path.add(new At(to, p, to.places.get(p).size() - 1));
                a.steps.forEach(s -> copy(s, alt, path, firstNumber, shift));
                for (SeqSpec t : a.times) {
                    SeqSpec next = new SeqSpec();
                    next.time = t.time;
                    alt.times.add(next);
                    copy(t, next, path, firstNumber, shift);
                }
            }
        }
    }

    private void copy(StepSpec s, AltSpec alt, List<At> path, int firstNumber, int shift) {
        StepSpec c = new StepSpec();
        c.path = path;
        c.follows = s.follows;
        c.input = s.input;
        c.kinds = s.kinds;
        c.min = s.min;
        c.max = s.max;
        c.optional = s.optional;
        c.greedy = s.greedy;
        c.consecutive = s.consecutive;
        c.until = s.until;
        c.gap = s.gap;
        c.comparedWith = s.comparedWith < firstNumber ? s.comparedWith : s.comparedWith + shift;
        alt.steps.add(c);
        steps.add(c);
    }

    private void addStep(AltSpec alt, List<At> path, Follows follows, Random random) {
        StepSpec s = new StepSpec();
        s.path = path;
        s.follows = follows;
        s.input = random.nextInt(inputs);
        s.kinds = kinds(random, 2);
        if (random.nextInt(2) == 0) {
            s.min = 1 + random.nextInt(2);
            s.max = s.min + random.nextInt(3);
            s.consecutive = random.nextInt(4) == 0;
            s.until = random.nextInt(5) == 0 ? kinds(random, 1) : null;
        }
        s.optional = random.nextInt(4) == 0;
        s.greedy = random.nextInt(3) == 0;
        boolean begins = path.stream().allMatch(a -> a.place() == 0);
        if (!begins && !s.greedy && random.nextInt(6) == 0) {
            s.gap = 1 + random.nextInt(5);
        }
        if (random.nextInt(4) == 0) {
            s.comparedWith = random.nextInt(steps.size() + 1);
        }
        alt.steps.add(s);
        steps.add(s);
    }

    private static String kinds(Random random, int most) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i <= random.nextInt(most); i++) {
            out.append(KINDS.charAt(random.nextInt(KINDS.length())));
        }
        return out.toString();
    }

    // ---- as a pattern class

    /** What a class is told by, over one input or two. */
    private interface Words {
        Step<Ev> step(Follows follows, int input, Condition<Ev> holds);

        Group<?> group(Follows follows, Iterator<SeqSpec> times);

        void until(Step<Ev> step, int input, Condition<Ev> holds);

        void guard(int input, boolean nextOnly, Condition<Ev> holds);
    }

    /** Tells it, and notes the steps in their order. */
    private static void say(SeqSpec seq, List<Step<Ev>> steps, Words words) {
        for (int p = 0; p <= seq.places.size(); p++) {
            for (GuardSpec g : seq.guards) {
                if (g.place() == p) {
                    words.guard(g.input(), g.nextOnly(), e -> e.is(g.kinds()));
                }
            }
            for (AltSpec a : p == seq.places.size() ? List.<AltSpec>of() : seq.places.get(p)) {
                if (!a.times.isEmpty()) {
                    declare(a, words.group(a.follows, a.times.iterator()));
                }
                for (StepSpec s : a.steps) {
                    int number = steps.size();
                    Step<Ev> made = words.step(s.follows, s.input, e -> holds(s, number, steps, e));
                    if (s.until != null) {
                        words.until(made, s.input, e -> e.is(s.until));
                    }
                    steps.add(declare(s, made));
                }
            }
        }
    }

    /** Over one input. */
    static final class One extends EventPattern<Ev> {
        final List<Step<Ev>> steps;

        One(PatternSpec spec) {
            this(spec.top, new ArrayList<>());
            partialsAtMost(spec.partialsAtMost);
            matchesAtMost(spec.matchesAtMost);
            allowedLateness(Duration.ofNanos(spec.lateness));
            switch (spec.after) {
                case NO_SKIP -> noSkip();
                case TO_NEXT -> skipToNext();
                case PAST_LAST -> skipPastLast();
                case TO_FIRST -> skipToFirst(steps.get(spec.afterStep));
                case TO_LAST -> skipToLast(steps.get(spec.afterStep));
            }
        }

        private One(SeqSpec seq, List<Step<Ev>> steps) {
            this.steps = steps;
            say(seq, steps, new Words() {
                @Override
                public Step<Ev> step(Follows follows, int input, Condition<Ev> holds) {
                    return switch (follows) {
                        case BEGIN -> begin(holds);
                        case NEXT -> next(holds);
                        case FOLLOWED_BY -> followedBy(holds);
                        case FOLLOWED_BY_ANY -> followedByAny(holds);
                        case OR -> or(holds);
                    };
                }

                @Override
                public Group<?> group(Follows follows, Iterator<SeqSpec> times) {
                    Supplier<One> made = () -> new One(times.next(), steps);
                    return switch (follows) {
                        case BEGIN -> begin(made);
                        case NEXT -> next(made);
                        case FOLLOWED_BY -> followedBy(made);
                        case FOLLOWED_BY_ANY -> followedByAny(made);
                        case OR -> or(made);
                    };
                }

                @Override
                public void until(Step<Ev> step, int input, Condition<Ev> holds) {
                    step.until(holds);
                }

                @Override
                public void guard(int input, boolean nextOnly, Condition<Ev> holds) {
                    if (nextOnly) {
                        notNext(holds);
                    } else {
                        notFollowedBy(holds);
                    }
                }
            });
        }
    }

    /** Over two inputs. */
    static final class Two extends EventPattern.Mixed {
        final List<Step<Ev>> steps;

        Two(PatternSpec spec, On<Ev> first, On<Ev> second) {
            this(spec.top, new ArrayList<>(), List.of(first, second));
            partialsAtMost(spec.partialsAtMost);
            matchesAtMost(spec.matchesAtMost);
            allowedLateness(Duration.ofNanos(spec.lateness));
            switch (spec.after) {
                case NO_SKIP -> noSkip();
                case TO_NEXT -> skipToNext();
                case PAST_LAST -> skipPastLast();
                case TO_FIRST -> skipToFirst(steps.get(spec.afterStep));
                case TO_LAST -> skipToLast(steps.get(spec.afterStep));
            }
        }

        private Two(SeqSpec seq, List<Step<Ev>> steps, List<On<Ev>> in) {
            this.steps = steps;
            say(seq, steps, new Words() {
                @Override
                public Step<Ev> step(Follows follows, int input, Condition<Ev> holds) {
                    return switch (follows) {
                        case BEGIN -> begin(in.get(input), holds);
                        case NEXT -> next(in.get(input), holds);
                        case FOLLOWED_BY -> followedBy(in.get(input), holds);
                        case FOLLOWED_BY_ANY -> followedByAny(in.get(input), holds);
                        case OR -> or(in.get(input), holds);
                    };
                }

                @Override
                public Group<?> group(Follows follows, Iterator<SeqSpec> times) {
                    Supplier<Two> made = () -> new Two(times.next(), steps, in);
                    return switch (follows) {
                        case BEGIN -> begin(made);
                        case NEXT -> next(made);
                        case FOLLOWED_BY -> followedBy(made);
                        case FOLLOWED_BY_ANY -> followedByAny(made);
                        case OR -> or(made);
                    };
                }

                @Override
                public void until(Step<Ev> step, int input, Condition<Ev> holds) {
                    step.until(in.get(input), holds);
                }

                @Override
                public void guard(int input, boolean nextOnly, Condition<Ev> holds) {
                    if (nextOnly) {
                        notNext(in.get(input), holds);
                    } else {
                        notFollowedBy(in.get(input), holds);
                    }
                }
            });
        }
    }

    private static boolean holds(StepSpec s, int number, List<Step<Ev>> steps, Ev e) {
        if (!e.is(s.kinds)) {
            return false;
        }
        if (s.comparedWith < 0) {
            return true;
        }
        Step<Ev> other = steps.get(Math.min(number, s.comparedWith));
        return !other.isPresent() || e.value() >= other.last().value();
    }

    private static Step<Ev> declare(StepSpec s, Step<Ev> made) {
        if (s.max > 1) {
            made.times(s.min, s.max);
        } else if (s.consecutive || s.until != null) {
            made.times(1);
        }
        if (s.optional) {
            made.optional();
        }
        if (s.greedy) {
            made.greedy();
        }
        if (s.consecutive) {
            made.consecutive();
        }
        if (s.gap > 0) {
            made.within(Duration.ofNanos(s.gap));
        }
        return made;
    }

    private static void declare(AltSpec a, Group<?> made) {
        if (a.times.size() > 1 || a.consecutive) {
            made.times(a.min, a.times.size());
        }
        if (a.optional) {
            made.optional();
        }
        if (a.consecutive) {
            made.consecutive();
        }
    }

    /** What a match, or a partial one, holds: the names of the events of each step. */
    static String text(List<Step<Ev>> steps) {
        StringBuilder out = new StringBuilder();
        for (int s = 0; s < steps.size(); s++) {
            out.append(s == 0 ? "" : "|");
            for (int i = 0; i < steps.get(s).count(); i++) {
                out.append(i == 0 ? "" : " ").append(steps.get(s).event(i).name());
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        StringBuilder out =
                new StringBuilder("within " + within + " lateness " + lateness + " after " + after + " " + afterStep);
        tell(top, out, "\n ");
        return out.toString();
    }

    private void tell(SeqSpec seq, StringBuilder out, String line) {
        for (int p = 0; p <= seq.places.size(); p++) {
            for (GuardSpec g : seq.guards) {
                if (g.place() == p) {
                    out.append(line).append(g.nextOnly() ? "not next [" : "not [");
                    out.append(g.kinds()).append("] in ").append(g.input());
                }
            }
            for (AltSpec a : p == seq.places.size() ? List.<AltSpec>of() : seq.places.get(p)) {
                a.steps.forEach(s -> out.append(line).append(text(s)));
                if (!a.times.isEmpty()) {
                    out.append(line).append(a.follows).append(" group ").append(a.min);
                    out.append("..").append(a.times.size());
                    out.append(a.optional ? " optional" : "").append(a.consecutive ? " consecutive" : "");
                    a.times.forEach(t -> tell(t, out, line + "  " + t.time + ": "));
                }
            }
        }
    }

    private String text(StepSpec s) {
        StringBuilder out = new StringBuilder();
        int i = steps.indexOf(s);
        out.append(i)
                .append(' ')
                .append(s.follows)
                .append(" in ")
                .append(s.input)
                .append(" [");
        out.append(s.kinds).append("] ").append(s.min).append("..").append(s.max);
        out.append(s.optional ? " optional" : "").append(s.greedy ? " greedy" : "");
        out.append(s.consecutive ? " consecutive" : "").append(s.until == null ? "" : " until " + s.until);
        out.append(s.gap == 0 ? "" : " gap " + s.gap);
        return out.append(s.comparedWith < 0 ? "" : " >= " + Math.min(i, s.comparedWith))
                .toString();
    }
}
