package io.millrace.operators.pattern;

import io.millrace.operators.Fn.Condition;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern as tables: which steps may follow a step, as bits. What a run may still do is one long of them; the automaton is
 * the same for all runs and all keys.
 */
final class Automaton {
    /*
     * Bits of a run: 0 one more event of its step | 1 + s the first event of step s | END nothing more: it is a match |
     * MATCHED it, or what it goes on from, was a match | FRESH no event has come since the one it took last
     */
    static final long LOOP = 1L;
    static final int STEPS_MOST = 56;
    static final long END = 1L << 59;
    static final long MATCHED = 1L << 60;
    static final long FRESH = 1L << 61;

    /** What keeps a run alive. */
    static final long OPEN = END | (1L << STEPS_MOST + 1) - 1;

    private static final int CONDITIONS_MOST = 64;

    final int steps;
    final Places places;

    // ---- conditions: those of the steps first
    final Condition<Object>[] conditions;
    final int[] inputOf;

    // ---- by step
    final int[] until;
    final int[] min;
    final int[] max;
    final boolean[] greedy;
    final boolean[] consecutive;
    final long[] gapNs;

    /** Whether a guard behind it holds until the deadline, or for the next event. */
    final boolean[] endsAtDeadline;

    final boolean[] endsBehindNext;

    // ---- by guard
    final int[] guardCondition;
    final boolean[] guardsNext;

    final boolean hasGaps;
    private final long greedySteps;

    @SuppressWarnings("unchecked") // a condition is asked about events of its own input only
    Automaton(PatternShape shape) {
        steps = shape.steps.size();
        places = new Places(shape);
        List<Condition<?>> all = new ArrayList<>();
        List<Integer> inputs = new ArrayList<>();
        for (StepDeclaration s : shape.steps) {
            all.add(s.condition);
            inputs.add(s.input);
        }
        min = ints(shape, s -> s.min);
        max = ints(shape, s -> s.max);
        until = new int[steps];
        greedy = new boolean[steps];
        consecutive = new boolean[steps];
        gapNs = new long[steps];
        readSteps(shape, all, inputs);
        guardCondition = new int[places.guards.size()];
        guardsNext = new boolean[guardCondition.length];
        for (int g = 0; g < guardCondition.length; g++) {
            Guard guard = places.guards.get(g);
            guardCondition[g] = all.size();
            guardsNext[g] = guard.nextOnly();
            all.add(guard.condition());
            inputs.add(guard.input());
        }
        conditions = (Condition<Object>[]) all.toArray(new Condition<?>[0]);
        inputOf = inputs.stream().mapToInt(Integer::intValue).toArray();
        endsAtDeadline = new boolean[steps];
        endsBehindNext = new boolean[steps];
        long ofGreedy = 0;
        boolean gaps = false;
        for (int s = 0; s < steps; s++) {
            readEnd(s);
            ofGreedy |= greedy[s] ? bit(s) : 0;
            gaps |= gapNs[s] > 0;
        }
        greedySteps = ofGreedy;
        hasGaps = gaps;
    }

    /** Complains of what no run could follow. */
    static void check(PatternShape shape) {
        if (shape.steps.isEmpty()) {
            throw new IllegalArgumentException("it has no step; begin with begin(condition)");
        }
        checkSteps(shape.steps.size());
        long conditions =
                shape.steps.stream().mapToInt(s -> s.until == null ? 1 : 2).sum() + guards(shape.top);
        if (conditions > CONDITIONS_MOST) {
            throw new IllegalArgumentException(
                    "it has " + conditions + " conditions and may have " + CONDITIONS_MOST + "; divide it");
        }
        for (int i = 0; i < shape.steps.size(); i++) {
            StepDeclaration s = shape.steps.get(i);
            if (!s.repeats && (s.consecutive || s.until != null)) {
                throw new IllegalArgumentException(shape.stepName(i) + " takes one event, and "
                        + (s.consecutive ? "consecutive()" : "until(condition)") + " is about several; put times or"
                        + " oneOrMore in front of it");
            }
        }
        GroupRules.check(shape.top);
        checkGaps(shape, shape.top);
        if (shape.top.isAllOptional()) {
            throw new IllegalArgumentException(
                    "all its steps are optional, and nothing would match everywhere; make one" + " of them mandatory");
        }
    }

    static void checkSteps(int steps) {
        if (steps > STEPS_MOST) {
            throw new IllegalArgumentException("it has " + steps + " steps and may have " + STEPS_MOST + "; divide it");
        }
    }

    private static int guards(Sequence in) {
        int n = in.guards.size();
        for (Place p : in.places) {
            for (PatternBranch b : p.branches) {
                n += b.times.stream().mapToInt(Automaton::guards).sum();
            }
        }
        return n;
    }

    private static void checkGaps(PatternShape shape, Sequence in) {
        for (PatternBranch b : in.places.get(0).branches) {
            for (StepDeclaration s : b.steps) {
                if (s.gapNs > 0) {
                    throw new IllegalArgumentException(shape.stepName(s.number)
                            + " is within a time of the step before, and there is none; the time over the whole is given"
                            + " to the word pattern");
                }
            }
            if (b.isGroup()) {
                checkGaps(shape, b.times.get(0));
            }
        }
    }

    private interface OfStep {
        int of(StepDeclaration step);
    }

    private static int[] ints(PatternShape shape, OfStep f) {
        return shape.steps.stream().mapToInt(f::of).toArray();
    }

    private void readSteps(PatternShape shape, List<Condition<?>> all, List<Integer> inputs) {
        for (int i = 0; i < steps; i++) {
            StepDeclaration s = shape.steps.get(i);
            until[i] = -1;
            if (s.until != null) {
                until[i] = all.size();
                all.add(s.until);
                inputs.add(s.untilInput);
            }
            greedy[i] = s.greedy;
            consecutive[i] = s.consecutive;
            gapNs[i] = s.gapNs;
        }
    }

    private void readEnd(int step) {
        for (int i = 0; i < places.guardsBehind[step].length; i++) {
            boolean reachesEnd = (places.closes[step][i] & END) != 0;
            boolean next = guardsNext[places.guardsBehind[step][i]];
            endsBehindNext[step] |= reachesEnd && next;
            endsAtDeadline[step] |= reachesEnd && !next;
        }
    }

    static long bit(int step) {
        return 1L << step + 1;
    }

    /** What a run may do that has just taken an event, so many of the step. */
    long opened(int step, int count) {
        return FRESH | (count < max[step] ? LOOP : 0) | (count >= min[step] ? places.behind[step] : 0);
    }

    /** Whether a run is a match now: nothing it waits for can make it longer, or take it back. */
    boolean isReady(long bits, int step, boolean fresh) {
        return (bits & END) != 0
                && !endsAtDeadline[step]
                && !(fresh && endsBehindNext[step])
                && (bits & (greedySteps | (greedy[step] ? LOOP : 0))) == 0;
    }

    /** When a run can no longer go on. */
    long dueNs(long bits, long untilNs, long lastNs) {
        if (!hasGaps || (bits & (LOOP | END)) != 0) {
            return untilNs;
        }
        long due = Long.MIN_VALUE;
        for (long b = bits & OPEN; b != 0; b &= b - 1) {
            long gap = gapNs[Long.numberOfTrailingZeros(b) - 1];
            due = Math.max(due, gap == 0 ? untilNs : Math.min(untilNs, Times.plus(lastNs, gap)));
        }
        return due;
    }
}
