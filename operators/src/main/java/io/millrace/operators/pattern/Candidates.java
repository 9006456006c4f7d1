package io.millrace.operators.pattern;

import java.util.Arrays;

/**
 * The matches that one event, or one deadline, completes, in the order in which they count: by their first event, and among
 * those that begin alike by preference. Where two of them part, one took an event for a step before the other's, or stayed in a
 * step that the other left: that one comes first when the step is greedy, else the other one. Of two alternatives the one that is greedy,
 * else the one that is declared first.
 */
final class Candidates {
    private final Automaton automaton;
    private final Links links;
    private final StoredEvents events;
    private final AfterMatch after;
    private final int afterStep;
    private final Order order;
    private int[] chains;
    private long[] starts;
    private int count;
    private int[] one;
    private int[] other;
    private long skipFrom;
    private long skipTo;

    Candidates(Automaton automaton, PatternShape shape, Links links, StoredEvents events) {
        this.automaton = automaton;
        this.links = links;
        this.events = events;
        after = shape.after;
        afterStep = shape.afterStep;
        int most = 4 * shape.partialsAtMost; // more only where one event takes many ways
        chains = new int[most];
        starts = new long[most];
        order = new Order(most, this::isBefore);
        int longest = shape.steps.stream().mapToInt(s -> s.max).sum();
        one = new int[longest];
        other = new int[longest];
    }

    void clear() {
        count = 0;
    }

    /** Somebody holds the chain until its turn has come. */
    void add(int chain, long start) {
        if (count == chains.length) {
            chains = Arrays.copyOf(chains, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
        }
        chains[count] = chain;
        starts[count++] = start;
    }

    /** Puts them in their order; they mostly are in it already. */
    void sort() {
        order.sort(count);
    }

    int count() {
        return count;
    }

    int chain(int i) {
        return chains[order.at(i)];
    }

    long start(int i) {
        return starts[order.at(i)];
    }

    /** How many had been added before it. */
    int number(int i) {
        return order.at(i);
    }

    /** How many comparisons the last sort took. */
    int compared() {
        return order.compared();
    }

    private boolean isBefore(int a, int b) {
        return starts[a] < starts[b] || starts[a] == starts[b] && isPreferred(chains[a], chains[b]);
    }

    private boolean isPreferred(int a, int b) {
        int n = unroll(a, true);
        int m = unroll(b, false);
        int i = 0;
        while (i < n && i < m && same(one[n - 1 - i], other[m - 1 - i])) {
            i++;
        }
        int from = i == 0 ? Links.NONE : one[n - i];
        int stepA = i < n ? links.step(one[n - 1 - i]) : automaton.steps;
        int stepB = i < m ? links.step(other[m - 1 - i]) : automaton.steps;
        int turnA = turn(from, stepA);
        int turnB = turn(from, stepB);
        if (turnA == turnB) {
            return i < n && events.serial(links.event(one[n - 1 - i])) < events.serial(links.event(other[m - 1 - i]));
        }
        return turnA < turnB;
    }

    private boolean same(int a, int b) {
        return a == b || links.event(a) == links.event(b) && links.step(a) == links.step(b);
    }

    /** When it is the turn of a step, or of the end, among those that a run could take next. */
    private int turn(int from, int step) {
        if (step == automaton.steps) {
            return 0;
        }
        if (from >= 0 && links.step(from) == step) {
            return automaton.greedy[step] ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        return automaton.places.turn[step];
    }

    private int unroll(int chain, boolean first) {
        int[] into = first ? one : other;
        int n = 0;
        for (int at = chain; at >= 0; at = links.before(at)) {
            into[n++] = at;
        }
        return n;
    }

    // ---- what goes with a match

    /** Works out which first events have had their turn when a match is sent. */
    void skip(int i) {
        skipFrom = start(i);
        skipTo = switch (after) {
            case NO_SKIP -> Long.MIN_VALUE;
            case TO_NEXT -> skipFrom;
            case PAST_LAST -> serial(chain(i));
            case TO_FIRST, TO_LAST -> Math.max(skipFrom, serialOfStep(chain(i)) - 1);
        };
    }

    private long serialOfStep(int chain) {
        int last = links.lastOf(chain, afterStep);
        if (last < 0) {
            return Long.MIN_VALUE + 1; // the step was left out: as skip to next
        }
        return serial(after == AfterMatch.TO_FIRST ? links.first(last) : last);
    }

    private long serial(int link) {
        return events.serial(links.event(link));
    }

    boolean skips() {
        return skipTo >= skipFrom;
    }

    long skipFrom() {
        return skipFrom;
    }

    long skipTo() {
        return skipTo;
    }

    boolean isSkipped(long start) {
        return start >= skipFrom && start <= skipTo;
    }
}
