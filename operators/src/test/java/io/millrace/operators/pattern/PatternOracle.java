package io.millrace.operators.pattern;

import io.millrace.operators.pattern.PatternSpec.GuardSpec;
import io.millrace.operators.pattern.PatternSpec.StepSpec;
import io.millrace.operators.rate.Census;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pattern means, worked out from all events of a key in their order by trying every way to take them. Slow, and knows
 * no automaton: each rule is a sentence about the events between two that were taken.
 */
final class PatternOracle {
    /** An event with the input it came by. */
    record Seen(Ev event, int input) {}

    /** An event taken for a step. */
    record Taken(int step, int at) {}

    /** Something that comes out; a deadline comes before the events of its time. */
    record Out(boolean isMatch, long time, int index, List<Taken> taken) {
        int start() {
            return taken.get(0).at();
        }

        int last() {
            return taken.get(taken.size() - 1).at();
        }
    }

    private static final int DEADLINE = -1;

    private final PatternSpec spec;
    private final List<Seen> events;
    private final List<Out> candidates = new ArrayList<>();
    private final List<List<Taken>> grown = new ArrayList<>();

    /** Partial matches that were given up, each with the event behind which it was: it takes nothing more, and nothing comes of it. */
    private final Map<List<Taken>, Integer> givenUp;

    PatternOracle(PatternSpec spec, List<Seen> sorted, Map<List<Taken>, Integer> givenUp) {
        this.spec = spec;
        events = sorted;
        this.givenUp = givenUp;
    }

    /** Of whole inputs. */
    static PatternOracle of(PatternSpec spec, List<Seen> sorted) {
        Map<List<Taken>, Integer> givenUp = new HashMap<>();
        for (int n = 1; n <= sorted.size(); n++) {
            new PatternOracle(spec, sorted.subList(0, n), givenUp).bound();
        }
        return new PatternOracle(spec, sorted, givenUp);
    }

    /** Behind the last event gives up of more partial matches than there may be those that began first. */
    void bound() {
        if (spec.partialsAtMost >= PatternSpec.MANY) {
            return;
        }
        int k = events.size() - 1;
        List<Out> sent = outs();
        List<List<Taken>> live = new ArrayList<>();
        for (List<Taken> taken : grown) {
            boolean skipped = sent.stream()
                    .anyMatch(s -> s.isMatch()
                            && s.time() <= time(k)
                            && skips(s, taken.get(0).at()));
            if (!skipped && !givenUp.containsKey(taken) && isLive(taken, k)) {
                live.add(taken);
            }
        }
        live.sort(Comparator.<List<Taken>>comparingInt(t -> t.get(0).at()).thenComparing(PatternOracle::later));
        for (int i = 0; i < live.size() - spec.partialsAtMost; i++) {
            Census.saw("partial match given up");
            givenUp.put(live.get(i), k);
        }
    }

    /** Whether more may be taken behind event k, or the match, which has not been yet, may still be. */
    private boolean isLive(List<Taken> taken, int k) {
        Out match = match(taken);
        boolean isMatched = match != null && match.index() != DEADLINE;
        boolean isOpen =
                loopIsOpen(taken, k) || !isMatched && endIsOpen(taken, k) || entriesDue(taken, k) > Long.MIN_VALUE;
        return isOpen && time(k) < deadline(taken);
    }

    private boolean isGivenUpBefore(List<Taken> taken, int index) {
        return givenUp.containsKey(taken) && (index == DEADLINE || givenUp.get(taken) < index);
    }

    /** All that comes out of this key, in order. */
    List<Out> outs() {
        candidates.clear();
        grown.clear();
        for (int at = 0; at < events.size(); at++) {
            for (int step : starts(at)) {
                grow(new ArrayList<>(List.of(new Taken(step, at))), false);
            }
        }
        candidates.sort(Comparator.comparingLong(Out::time)
                .thenComparing(o -> o.index() == DEADLINE ? 0 : 1)
                .thenComparingInt(Out::index)
                .thenComparing(o -> o.isMatch() ? 0 : 1)
                .thenComparingInt(Out::start)
                .thenComparing((a, b) -> a.isMatch() ? prefer(a.taken(), b.taken()) : later(a.taken(), b.taken())));
        List<Out> sent = new ArrayList<>();
        for (Out o : candidates) {
            if (sent.stream().noneMatch(s -> s.isMatch() && skips(s, o.start()))) {
                sent.add(o);
            }
        }
        return sent;
    }

    private boolean skips(Out sent, int start) {
        int to = switch (spec.after) {
            case NO_SKIP -> -1;
            case TO_NEXT -> sent.start();
            case PAST_LAST -> sent.last();
            case TO_FIRST, TO_LAST -> skipTo(sent);
        };
        return start >= sent.start() && start <= to;
    }

    private int skipTo(Out sent) {
        List<Taken> of =
                sent.taken().stream().filter(t -> t.step() == spec.afterStep).toList();
        if (of.isEmpty()) {
            return sent.start();
        }
        int step = spec.after == AfterMatch.TO_FIRST
                ? of.get(0).at()
                : of.get(of.size() - 1).at();
        return Math.max(sent.start(), step - 1);
    }

    /** The steps that an event begins: past what may be left out, but not past a greedy one that takes it. */
    private List<Integer> starts(int at) {
        List<Integer> result = new ArrayList<>();
        for (int step = 0; step < spec.steps.size(); step++) {
            StepSpec s = step(step);
            boolean passes =
                    spec.steps.stream().anyMatch(g -> g.greedy && PatternPaths.isBehind(s, g) && begins(g, at));
            if (begins(s, at) && !passes) {
                result.add(step);
            }
        }
        return result;
    }

    private boolean begins(StepSpec s, int at) {
        return PatternPaths.leads(null, s, spec.top) && takes(s, at, List.of()) == s;
    }

    /** Notes what becomes of a partial match by itself, and tries all events that may be taken next. */
    private void grow(List<Taken> taken, boolean wasMatch) {
        grown.add(taken);
        Out match = match(taken);
        if (match != null && !isGivenUpBefore(taken, match.index())) {
            candidates.add(match);
        } else if (match == null && !wasMatch && !givenUp.containsKey(taken)) {
            timeOut(taken);
        }
        int x = last(taken);
        for (int y = x + 1; y < events.size() && time(y) < deadline(taken); y++) {
            if (isGivenUpBefore(taken, y)) {
                return;
            }
            for (int step = 0; step < spec.steps.size(); step++) {
                if (mayTake(taken, step, y)) {
                    boolean before = match != null && match.index() != DEADLINE && match.index() < y;
                    List<Taken> more = new ArrayList<>(taken);
                    more.add(new Taken(step, y));
                    grow(more, wasMatch || before);
                }
            }
        }
    }

    // ---- taking an event

    private boolean mayTake(List<Taken> taken, int step, int y) {
        if (isLoop(taken, step)) {
            return loops(taken, y);
        }
        return enters(taken, step(step), y) && !greedyBefore(taken, step(step), y);
    }

    /** Whether the same step again; behind another step it is always a further event of it. */
    private boolean isLoop(List<Taken> taken, int step) {
        return step == stepOf(taken);
    }

    /** Whether the step takes y as one more: as the first it would take, before what ends it. */
    private boolean loops(List<Taken> taken, int y) {
        return loopIsOpen(taken, y - 1) && !ends(taken, y) && holds(stepOf(taken), y, taken);
    }

    /** Whether the step could still take one more when events up to k have come and were not taken. */
    private boolean loopIsOpen(List<Taken> taken, int k) {
        StepSpec s = step(stepOf(taken));
        if (count(taken) >= s.max) {
            return false;
        }
        for (int z = last(taken) + 1; z <= k; z++) {
            if (s.consecutive || ends(taken, z) || holds(stepOf(taken), z, taken)) {
                return false;
            }
        }
        return true;
    }

    private boolean ends(List<Taken> taken, int z) {
        StepSpec s = step(stepOf(taken));
        return s.until != null && input(z) == s.input && event(z).is(s.until);
    }

    /** Whether a later step takes y as its first event: greedy ones before it aside. */
    private boolean enters(List<Taken> taken, StepSpec s, int y) {
        return entryIsOpen(taken, s, y - 1) && !guarded(taken, s, y) && takes(s, y, taken) == s;
    }

    /** Whether a step, or one beside it, could still begin when events up to k have come and were not taken. */
    private boolean entryIsOpen(List<Taken> taken, StepSpec s, int k) {
        if (count(taken) < lastStep(taken).min || !PatternPaths.leads(lastStep(taken), s, spec.top)) {
            return false;
        }
        Follows follows = PatternPaths.follows(s);
        for (int z = last(taken) + 1; z <= k; z++) {
            if (follows == Follows.NEXT
                    || guarded(taken, s, z)
                    || follows != Follows.FOLLOWED_BY_ANY && takes(s, z, taken) != null) {
                return false;
            }
        }
        return true;
    }

    /** Whether z is what must not come between the last event and a step, or the end, which is null. */
    private boolean guarded(List<Taken> taken, StepSpec s, int z) {
        for (GuardSpec g : spec.guards) {
            boolean between = PatternPaths.isBetween(g, lastStep(taken), s);
            boolean looks = !g.nextOnly() || z == last(taken) + 1;
            if (between && looks && input(z) == g.input() && event(z).is(g.kinds())) {
                return true;
            }
        }
        return false;
    }

    /** Whether something greedy in front of a step, or of the end, takes one of the events up to y. */
    private boolean greedyBefore(List<Taken> taken, StepSpec before, int y) {
        for (int z = last(taken) + 1; z <= y; z++) {
            if (lastStep(taken).greedy && loops(taken, z)) {
                return true;
            }
            for (StepSpec s : spec.steps) {
                if (s.greedy && PatternPaths.isBehind(before, s) && enters(taken, s, z)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The first step that takes an event, of one and those beside it; null when none does. */
    private StepSpec takes(StepSpec one, int y, List<Taken> taken) {
        for (StepSpec s : spec.steps) {
            boolean inTime = s.gap == 0 || taken.isEmpty() || time(y) - time(last(taken)) < s.gap;
            if (PatternPaths.areSideBySide(s, one) && inTime && holds(spec.steps.indexOf(s), y, taken)) {
                return s;
            }
        }
        return null;
    }

    private boolean holds(int step, int y, List<Taken> taken) {
        StepSpec s = step(step);
        if (input(y) != s.input || !event(y).is(s.kinds)) {
            return false;
        }
        if (s.comparedWith < 0) {
            return true;
        }
        int other = Math.min(step, s.comparedWith);
        long least = Long.MIN_VALUE;
        for (Taken t : taken) {
            least = t.step() == other ? event(t.at()).value() : least;
        }
        return event(y).value() >= least;
    }

    // ---- being a match

    /** The match that these events are by themselves, if they are one. */
    private Out match(List<Taken> taken) {
        for (int k = last(taken); ; k++) {
            if (!endIsOpen(taken, k)) {
                return null;
            }
            if (isDecided(taken, k)) {
                return new Out(true, time(k), k, taken);
            }
            if (k + 1 == events.size() || time(k + 1) >= deadline(taken)) {
                return new Out(true, deadline(taken), DEADLINE, taken);
            }
        }
    }

    private boolean endIsOpen(List<Taken> taken, int k) {
        if (count(taken) < step(stepOf(taken)).min) {
            return false;
        }
        if (!PatternPaths.leads(lastStep(taken), null, spec.top)) {
            return false;
        }
        for (int z = last(taken) + 1; z <= k; z++) {
            if (guarded(taken, null, z)) {
                return false;
            }
        }
        return !greedyBefore(taken, null, k);
    }

    /** Whether nothing is waited for any more. */
    private boolean isDecided(List<Taken> taken, int k) {
        for (GuardSpec g : spec.guards) {
            boolean behind = PatternPaths.isBetween(g, lastStep(taken), null);
            if (behind && (!g.nextOnly() || k == last(taken))) {
                return false;
            }
        }
        if (step(stepOf(taken)).greedy && loopIsOpen(taken, k)) {
            return false;
        }
        for (StepSpec s : spec.steps) {
            if (s.greedy && entryIsOpen(taken, s, k)) {
                return false;
            }
        }
        return true;
    }

    // ---- running out of time

    private void timeOut(List<Taken> taken) {
        for (int k = last(taken); ; k++) {
            long due = due(taken, k);
            if (due == Long.MIN_VALUE) {
                return; // nothing is open: no longer a partial match
            }
            if (k + 1 == events.size() || time(k + 1) >= due) {
                candidates.add(new Out(false, due, DEADLINE, taken));
                return;
            }
        }
    }

    /** Until when something can still be taken, as it stands when events up to k have come. */
    private long due(List<Taken> taken, int k) {
        if (loopIsOpen(taken, k) || endIsOpen(taken, k)) {
            return deadline(taken);
        }
        return entriesDue(taken, k);
    }

    private long entriesDue(List<Taken> taken, int k) {
        long due = Long.MIN_VALUE;
        int x = last(taken);
        for (StepSpec s : spec.steps) {
            boolean open = entryIsOpen(taken, s, k)
                    && !greedyBefore(taken, s, k)
                    && (s.gap == 0 || k == x || time(k) - time(x) < s.gap);
            if (open) {
                due = Math.max(due, s.gap == 0 ? deadline(taken) : Math.min(deadline(taken), time(x) + s.gap));
            }
        }
        return due;
    }

    // ---- preference

    /** Of two that begin alike: at the first event in which they differ. */
    private int prefer(List<Taken> a, List<Taken> b) {
        int i = 0;
        while (i < a.size() && i < b.size() && a.get(i).equals(b.get(i))) {
            i++;
        }
        if (i == a.size() && i == b.size()) {
            return 0;
        }
        int from = i == 0 ? -1 : a.get(i - 1).step();
        boolean aEnds = i == a.size();
        boolean bEnds = i == b.size();
        boolean aLoops = !aEnds && a.get(i).step() == from;
        boolean bLoops = !bEnds && b.get(i).step() == from;
        if (bEnds || aLoops && !bLoops) {
            return step(a.get(i).step()).greedy ? -1 : 1; // it is nearer
        }
        if (aEnds || bLoops && !aLoops) {
            return step(b.get(i).step()).greedy ? 1 : -1;
        }
        StepSpec stepA = step(a.get(i).step());
        StepSpec stepB = step(b.get(i).step());
        if (PatternPaths.isBehind(stepB, stepA)) {
            return stepA.greedy ? -1 : 1;
        }
        if (PatternPaths.isBehind(stepA, stepB)) {
            return stepB.greedy ? 1 : -1;
        }
        if (stepA.greedy != stepB.greedy) {
            return stepA.greedy ? -1 : 1;
        }
        int byAlternative = PatternPaths.byAlternative(stepA, stepB);
        return byAlternative != 0
                ? byAlternative
                : Integer.compare(a.get(i).at(), b.get(i).at());
    }

    /**
     * Of two that ran out of time and began with one event: what has taken less before what went on from it; else at the first
     * event in which they differ, the later one, and of one event the same step again before a step behind it.
     */
    private static int later(List<Taken> a, List<Taken> b) {
        int i = 0;
        while (i < a.size() && i < b.size() && a.get(i).equals(b.get(i))) {
            i++;
        }
        if (i == a.size() || i == b.size()) {
            return Integer.compare(a.size(), b.size());
        }
        int byEvent = Integer.compare(b.get(i).at(), a.get(i).at());
        return byEvent != 0
                ? byEvent
                : Integer.compare(a.get(i).step(), b.get(i).step());
    }

    // ---- short words

    private StepSpec step(int number) {
        return spec.steps.get(number);
    }

    private static int last(List<Taken> taken) {
        return taken.get(taken.size() - 1).at();
    }

    private static int stepOf(List<Taken> taken) {
        return taken.get(taken.size() - 1).step();
    }

    private StepSpec lastStep(List<Taken> taken) {
        return step(stepOf(taken));
    }

    private static int count(List<Taken> taken) {
        return (int) taken.stream().filter(t -> t.step() == stepOf(taken)).count();
    }

    private long deadline(List<Taken> taken) {
        return time(taken.get(0).at()) + spec.within;
    }

    private Ev event(int at) {
        return events.get(at).event();
    }

    private int input(int at) {
        return events.get(at).input();
    }

    private long time(int at) {
        return event(at).time();
    }

    /** As the engine's side writes it. */
    String text(Out out) {
        StringBuilder text = new StringBuilder();
        for (int s = 0; s < spec.steps.size(); s++) {
            text.append(s == 0 ? "" : "|");
            int step = s;
            text.append(String.join(
                    " ",
                    out.taken().stream()
                            .filter(t -> t.step() == step)
                            .map(t -> event(t.at()).name())
                            .toList()));
        }
        return text.toString();
    }
}
