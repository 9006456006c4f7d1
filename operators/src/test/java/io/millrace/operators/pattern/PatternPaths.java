package io.millrace.operators.pattern;

import io.millrace.operators.pattern.PatternSpec.AltSpec;
import io.millrace.operators.pattern.PatternSpec.At;
import io.millrace.operators.pattern.PatternSpec.GuardSpec;
import io.millrace.operators.pattern.PatternSpec.SeqSpec;
import io.millrace.operators.pattern.PatternSpec.StepSpec;
import java.util.List;

/** How two steps of a pattern stand to each other, told from where they stand: sentences about two paths, without a walk between them. */
final class PatternPaths {
    private PatternPaths() {}

    /** The first level at which two differ; the length of both when they stand side by side. */
    private static int parting(StepSpec a, StepSpec b) {
        int level = 0;
        while (level < a.path.size() && level < b.path.size() && isSame(a.path.get(level), b.path.get(level))) {
            level++;
        }
        return level;
    }

    private static boolean isSame(At a, At b) {
        return a.seq() == b.seq() && a.place() == b.place() && a.alternative() == b.alternative();
    }

    static boolean areSideBySide(StepSpec a, StepSpec b) {
        return parting(a, b) == a.path.size();
    }

    /** Whether one stands behind another: in a later place, or a later time of a group; the end, null, stands behind all. */
    static boolean isBehind(StepSpec b, StepSpec a) {
        if (b == null || areSideBySide(a, b)) {
            return b == null;
        }
        At ofA = a.path.get(parting(a, b));
        At ofB = b.path.get(parting(a, b));
        return ofA.seq() == ofB.seq() ? ofA.place() < ofB.place() : ofA.seq().time < ofB.seq().time;
    }

    /** Which of two alternatives of one place is declared first; 0 where they are none. */
    static int byAlternative(StepSpec a, StepSpec b) {
        if (areSideBySide(a, b)) {
            return 0;
        }
        At ofA = a.path.get(parting(a, b));
        At ofB = b.path.get(parting(a, b));
        return ofA.seq() == ofB.seq() && ofA.place() == ofB.place()
                ? Integer.compare(ofA.alternative(), ofB.alternative())
                : 0;
    }

    /**
     * Whether what lies between two may be left out: null for nothing taken yet, or for the end. What is behind the first in each group
     * on the way out may be left out, and that group has been taken often enough; what is before the second in each group on the way in
     * may be left out, and it is the first time of that.
     */
    static boolean leads(StepSpec a, StepSpec b, SeqSpec top) {
        if (a != null && !isBehind(b, a)) {
            return false;
        }
        int level = a == null || b == null ? 0 : parting(a, b);
        SeqSpec of = a == null ? top : a.path.get(level).seq();
        SeqSpec to = b == null ? top : b.path.get(level).seq();
        int from = a == null ? 0 : a.path.get(level).place() + 1;
        int until = b == null ? top.places.size() : b.path.get(level).place();
        boolean isNear = of == to
                ? areOptional(of, from, until)
                : to.time == of.time + 1 && areOptional(of, from, of.places.size()) && areOptional(to, 0, until);
        return isNear && (a == null || isLeft(a.path, level + 1)) && (b == null || isEntered(b.path, level + 1));
    }

    private static boolean isLeft(List<At> path, int from) {
        for (int l = from; l < path.size(); l++) {
            SeqSpec seq = path.get(l).seq();
            boolean isOften = seq.time + 1 >= path.get(l - 1).alt().min;
            if (!isOften || !areOptional(seq, path.get(l).place() + 1, seq.places.size())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEntered(List<At> path, int from) {
        for (int l = from; l < path.size(); l++) {
            SeqSpec seq = path.get(l).seq();
            if (seq.time > 0 || !areOptional(seq, 0, path.get(l).place())) {
                return false;
            }
        }
        return true;
    }

    private static boolean areOptional(SeqSpec seq, int from, int to) {
        for (int p = from; p < to; p++) {
            if (!seq.isOptional(p)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a negation lies between two, the second of which may be the end: behind the first, and not behind the second. */
    static boolean isBetween(GuardSpec g, StepSpec a, StepSpec b) {
        At inA = in(g.seq(), a);
        At inB = b == null ? null : in(g.seq(), b);
        return (inA != null || inB != null)
                && (inA == null || inA.place() < g.place())
                && (inB == null || g.place() <= inB.place());
    }

    private static At in(SeqSpec seq, StepSpec step) {
        return step.path.stream().filter(at -> at.seq() == seq).findFirst().orElse(null);
    }

    /** How a step stands to what was taken before it: the first of a group as that is said of the group. */
    static Follows follows(StepSpec s) {
        for (int l = s.path.size() - 1; l > 0; l--) {
            At at = s.path.get(l);
            AltSpec group = s.path.get(l - 1).alt();
            if (at.place() > 0) {
                return first(at);
            }
            if (at.seq().time > 0) {
                return group.consecutive ? Follows.NEXT : Follows.FOLLOWED_BY;
            }
        }
        return first(s.path.get(0));
    }

    private static Follows first(At at) {
        return at.seq().places.get(at.place()).get(0).follows;
    }
}
