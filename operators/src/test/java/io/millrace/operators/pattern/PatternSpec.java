package io.millrace.operators.pattern;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.On;
import io.millrace.dsl.PatternWords.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random pattern, as data: what both the pattern class and the oracle are made of. */
final class PatternSpec {
    static final String KINDS = "abcd";

    /** A step; a kind is asked for, and sometimes the value is compared with the last of an earlier step, or its own. */
    static final class StepSpec {
        Follows follows;
        int input;
        String kinds;
        int position;
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

    record GuardSpec(int position, int input, String kinds, boolean nextOnly) {}

    final List<StepSpec> steps = new ArrayList<>();
    final List<GuardSpec> guards = new ArrayList<>();
    int positions;
    int inputs = 1;
    long within;
    long lateness;
    AfterMatch after = AfterMatch.NO_SKIP;
    int afterStep = -1;
    int partialsAtMost = 4096;
    int matchesAtMost = 1024;

    static PatternSpec random(Random random) {
        PatternSpec spec = new PatternSpec();
        spec.inputs = random.nextInt(4) == 0 ? 2 : 1;
        spec.within = 2 + random.nextInt(14);
        spec.lateness = random.nextInt(4) == 0 ? random.nextInt(6) : 0;
        int n = 1 + random.nextInt(4);
        for (int i = 0; i < n; i++) {
            spec.addStep(random);
            if (random.nextInt(5) == 0) {
                spec.guards.add(new GuardSpec(
                        spec.positions, random.nextInt(spec.inputs), kinds(random, 1), random.nextInt(3) == 0));
            }
        }
        spec.steps.get(random.nextInt(spec.steps.size())).optional = false;
        if (spec.allOptional()) {
            spec.steps.forEach(s -> s.optional = false);
        }
        spec.after = AfterMatch.values()[random.nextInt(AfterMatch.values().length)];
        if (spec.after == AfterMatch.TO_FIRST || spec.after == AfterMatch.TO_LAST) {
            spec.afterStep = random.nextInt(spec.steps.size());
        }
        return spec;
    }

    private boolean allOptional() {
        for (int p = 0; p < positions; p++) {
            if (!isOptional(p)) {
                return false;
            }
        }
        return true;
    }

    boolean isOptional(int position) {
        return steps.stream().anyMatch(s -> s.position == position && s.optional);
    }

    private void addStep(Random random) {
        StepSpec s = new StepSpec();
        boolean guarded = guards.stream().anyMatch(g -> g.position() == positions);
        s.follows = steps.isEmpty()
                ? Follows.BEGIN
                : switch (random.nextInt(guarded ? 9 : 10)) {
                    case 0, 1 -> Follows.NEXT;
                    case 2 -> Follows.FOLLOWED_BY_ANY;
                    case 9 -> Follows.OR;
                    default -> Follows.FOLLOWED_BY;
                };
        s.position = s.follows == Follows.OR ? positions - 1 : positions++;
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
        if (s.position > 0 && !s.greedy && random.nextInt(6) == 0) {
            s.gap = 1 + random.nextInt(5);
        }
        if (random.nextInt(4) == 0) {
            s.comparedWith = random.nextInt(steps.size() + 1);
        }
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

    /** Over one input. */
    static final class One extends EventPattern<Ev> {
        final List<Step<Ev>> steps = new ArrayList<>();

        One(PatternSpec spec) {
            for (int i = 0; i < spec.steps.size(); i++) {
                StepSpec s = spec.steps.get(i);
                int number = i;
                io.millrace.operators.Fn.Condition<Ev> holds = e -> holds(s, number, steps, e);
                Step<Ev> made = switch (s.follows) {
                    case BEGIN -> begin(holds);
                    case NEXT -> next(holds);
                    case FOLLOWED_BY -> followedBy(holds);
                    case FOLLOWED_BY_ANY -> followedByAny(holds);
                    case OR -> or(holds);
                };
                if (s.until != null) {
                    made.until(e -> e.is(s.until));
                }
                steps.add(declare(s, made));
                for (GuardSpec g : spec.guards) {
                    if (g.position() == s.position + 1 && isLastOfPosition(spec, number)) {
                        if (g.nextOnly()) {
                            notNext(e -> e.is(g.kinds()));
                        } else {
                            notFollowedBy(e -> e.is(g.kinds()));
                        }
                    }
                }
            }
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
    }

    /** Over two inputs. */
    static final class Two extends EventPattern.Mixed {
        final List<Step<Ev>> steps = new ArrayList<>();

        Two(PatternSpec spec, On<Ev> first, On<Ev> second) {
            for (int i = 0; i < spec.steps.size(); i++) {
                StepSpec s = spec.steps.get(i);
                int number = i;
                On<Ev> in = s.input == 0 ? first : second;
                io.millrace.operators.Fn.Condition<Ev> holds = e -> holds(s, number, steps, e);
                Step<Ev> made = switch (s.follows) {
                    case BEGIN -> begin(in, holds);
                    case NEXT -> next(in, holds);
                    case FOLLOWED_BY -> followedBy(in, holds);
                    case FOLLOWED_BY_ANY -> followedByAny(in, holds);
                    case OR -> or(in, holds);
                };
                if (s.until != null) {
                    made.until(in, e -> e.is(s.until));
                }
                steps.add(declare(s, made));
                for (GuardSpec g : spec.guards) {
                    On<Ev> of = g.input() == 0 ? first : second;
                    if (g.position() == s.position + 1 && isLastOfPosition(spec, number)) {
                        if (g.nextOnly()) {
                            notNext(of, e -> e.is(g.kinds()));
                        } else {
                            notFollowedBy(of, e -> e.is(g.kinds()));
                        }
                    }
                }
            }
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
    }

    private static boolean isLastOfPosition(PatternSpec spec, int step) {
        return step + 1 == spec.steps.size() || spec.steps.get(step + 1).position != spec.steps.get(step).position;
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
        for (int i = 0; i < steps.size(); i++) {
            StepSpec s = steps.get(i);
            out.append("\n ")
                    .append(i)
                    .append(' ')
                    .append(s.follows)
                    .append(" in ")
                    .append(s.input)
                    .append(" [");
            out.append(s.kinds).append("] ").append(s.min).append("..").append(s.max);
            out.append(s.optional ? " optional" : "").append(s.greedy ? " greedy" : "");
            out.append(s.consecutive ? " consecutive" : "").append(s.until == null ? "" : " until " + s.until);
            out.append(s.gap == 0 ? "" : " gap " + s.gap);
            out.append(s.comparedWith < 0 ? "" : " >= " + Math.min(i, s.comparedWith));
        }
        return out.append("\n ").append(guards).toString();
    }
}
