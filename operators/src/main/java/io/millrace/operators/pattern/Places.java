package io.millrace.operators.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the places of a pattern are to each other, worked out once from what it declares: by a walk behind each step, over all that may
 * be left out, into each alternative and out of each group.
 */
final class Places {
    // ---- by step
    final int[] position;

    /** What is open behind it when it has all its events. */
    final long[] behind;

    /** The places of that, in their order. */
    final int[][] placesBehind;

    /** The guards on a way from it, and what of that lies behind each. */
    final int[][] guardsBehind;

    final long[][] closes;

    /** What stands behind it, whatever the way: what a greedy one closes. */
    final long[] rest;

    /** Which of those that could be taken next counts first: greedy ones, below 0, then the end, then the others, the last place first. */
    final int[] turn;

    // ---- by place of steps, in the order in which they are declared
    final int count;
    final int[][] alternatives;
    final boolean[] strict;
    final boolean[] any;
    final long[] at;

    final long start;
    final int[] startPlaces;

    /** All guards, in their order. */
    final List<Guard> guards = new ArrayList<>();

    private final List<Sequence> guarded = new ArrayList<>();
    private final List<PatternBranch> ofSteps = new ArrayList<>();
    private final List<PatternBranch> groups = new ArrayList<>();
    private final Sequence top;

    // the walk in hand
    private long reached;
    private long[] passing;
    private int turns;

    Places(PatternShape shape) {
        top = shape.top;
        int steps = shape.steps.size();
        list(top);
        count = ofSteps.size();
        position = new int[steps];
        alternatives = new int[count][];
        strict = new boolean[count];
        any = new boolean[count];
        at = new long[count];
        rest = new long[steps];
        for (int p = 0; p < count; p++) {
            readPlace(p, ofSteps.get(p));
        }
        turn = new int[steps];
        turns = Integer.MIN_VALUE / 2;
        takeTurns(top, true);
        turns = 1;
        takeTurns(top, false);
        passing = new long[guards.size()];
        start = walk(() -> reach(top, 0, 0));
        startPlaces = placesOf(start);
        behind = new long[steps];
        placesBehind = new int[steps][];
        guardsBehind = new int[steps][];
        closes = new long[steps][];
        for (PatternBranch b : ofSteps) {
            for (StepDeclaration s : b.steps) {
                readBehind(b, s.number);
            }
        }
    }

    /** All branches of steps, groups and guards, in the order in which they are declared. */
    private void list(Sequence in) {
        for (int p = 0; p <= in.places.size(); p++) {
            for (Guard g : in.guards) {
                if (g.place() == p) {
                    guards.add(g);
                    guarded.add(in);
                }
            }
            for (PatternBranch b : p == in.places.size() ? List.<PatternBranch>of() : in.places.get(p).branches) {
                (b.isGroup() ? groups : ofSteps).add(b);
                b.times.forEach(this::list);
            }
        }
    }

    private void readPlace(int p, PatternBranch of) {
        alternatives[p] = of.steps.stream().mapToInt(s -> s.number).toArray();
        Follows follows = of.in.follows(of.place);
        strict[p] = follows == Follows.NEXT;
        any[p] = follows == Follows.FOLLOWED_BY_ANY;
        at[p] = bits(of);
        for (int s : alternatives[p]) {
            position[s] = p;
            rest[s] = rest(of.in, of.place);
        }
    }

    private void readBehind(PatternBranch of, int step) {
        passing = new long[guards.size()];
        behind[step] = walk(() -> reach(of.in, of.place + 1, 0));
        placesBehind[step] = placesOf(behind[step]);
        long[] closed = passing;
        int[] some = new int[closed.length];
        int n = 0;
        for (int g = 0; g < closed.length; g++) {
            if (closed[g] != 0) {
                some[n++] = g;
            }
        }
        guardsBehind[step] = Arrays.copyOf(some, n);
        closes[step] =
                Arrays.stream(guardsBehind[step]).mapToLong(g -> closed[g]).toArray();
    }

    // ---- the walk

    private long walk(Runnable way) {
        reached = 0;
        way.run();
        return reached;
    }

    /** What can come first from a place of a sequence on, when guards have been passed. */
    private void reach(Sequence in, int place, long passed) {
        long by = passed;
        for (int p = place; p < in.places.size(); p++) {
            by |= guardsAt(in, p);
            enter(in.places.get(p), by);
            if (!in.places.get(p).isOptional()) {
                return;
            }
        }
        leave(in, by | guardsAt(in, in.places.size()));
    }

    private void enter(Place place, long passed) {
        for (PatternBranch b : place.branches) {
            if (b.isGroup()) {
                reach(b.times.get(0), 0, passed);
            } else {
                note(bits(b), passed);
            }
        }
    }

    private void leave(Sequence in, long passed) {
        PatternBranch group = in.group;
        if (group == null) {
            note(Automaton.END, passed);
            return;
        }
        if (in.time + 1 < group.times.size()) {
            reach(group.times.get(in.time + 1), 0, passed);
        }
        if (in.time + 1 >= group.min) {
            reach(group.in, group.place + 1, passed);
        }
    }

    private void note(long bits, long passed) {
        reached |= bits;
        for (long b = passed; b != 0; b &= b - 1) {
            passing[Long.numberOfTrailingZeros(b)] |= bits;
        }
    }

    private long guardsAt(Sequence in, int place) {
        long bits = 0;
        for (int g = 0; g < guards.size(); g++) {
            bits |= guarded.get(g) == in && guards.get(g).place() == place ? 1L << g : 0;
        }
        return bits;
    }

    private int[] placesOf(long bits) {
        int[] places = new int[count];
        int n = 0;
        for (int p = 0; p < count; p++) {
            if ((at[p] & bits) != 0) {
                places[n++] = p;
            }
        }
        return Arrays.copyOf(places, n);
    }

    // ---- what does not depend on the way

    private static long bits(PatternBranch branch) {
        long bits = 0;
        for (int step : branch.numbers()) {
            bits |= Automaton.bit(step);
        }
        return bits;
    }

    private static long rest(Sequence in, int place) {
        long bits = 0;
        for (Place p : in.places.subList(place + 1, in.places.size())) {
            for (PatternBranch b : p.branches) {
                bits |= bits(b);
            }
        }
        if (in.group == null) {
            return bits | Automaton.END;
        }
        for (Sequence later : in.group.times.subList(in.time + 1, in.group.times.size())) {
            for (Place p : later.places) {
                for (PatternBranch b : p.branches) {
                    bits |= bits(b);
                }
            }
        }
        return bits | rest(in.group.in, in.group.place);
    }

    private void takeTurns(Sequence in, boolean greedy) {
        int n = in.places.size();
        for (int i = 0; i < n; i++) {
            for (PatternBranch b : in.places.get(greedy ? i : n - 1 - i).branches) {
                int times = b.times.size();
                for (int t = 0; t < times; t++) {
                    takeTurns(b.times.get(greedy ? t : times - 1 - t), greedy);
                }
                for (StepDeclaration s : b.steps) {
                    turn[s.number] = s.greedy == greedy ? turns : turn[s.number];
                }
                turns++;
            }
        }
    }

    // ---- descriptions

    /** Tells of groups and guards. */
    void describe(Map<String, String> all) {
        groups.forEach(g -> all.merge(g.name(), g.toString(), (a, b) -> a + "; in it " + b));
        for (int i = 0; i < guards.size(); i++) {
            Guard g = guards.get(i);
            String text = g.nextOnly() ? "the next event" : "any event";
            all.merge("not before " + where(guarded.get(i), g.place()), text, (a, b) -> a + ", " + b);
        }
    }

    private String where(Sequence in, int place) {
        if (place == in.places.size()) {
            return in.group == null
                    ? "the end"
                    : "the end of " + in.group.name() + (in.group.times.size() == 1 ? "" : ", time " + (in.time + 1));
        }
        PatternBranch first = in.places.get(place).branches.get(0);
        while (first.isGroup()) {
            first = first.times.get(0).places.get(0).branches.get(0);
        }
        return "position " + (ofSteps.indexOf(first) + 1);
    }
}
