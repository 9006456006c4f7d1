package io.millrace.operators.pattern;

import io.millrace.event.EventType;
import io.millrace.operator.NodeContext;

/** Reads the steps of a pattern object from a chain of links in the state: for conditions, and for a match on its way out. */
final class ChainSource implements MatchSource {
    private final Links links;
    private final StoredEvents events;
    private final EventReader[] readers;
    private int chain = Links.NONE;
    private boolean asked;

    // links of the chain in hand by step and index, from the last of a step down to the lowest that has been looked at
    private final int[][] known;
    private final int[] lowest;
    private final long[] knownOfMove;
    private long move;
    private int walked;

    ChainSource(Links links, StoredEvents events, PatternShape shape, EventType<?>[] typeOfStep, NodeContext context) {
        known = new int[typeOfStep.length][];
        for (int s = 0; s < known.length; s++) {
            known[s] = new int[shape.steps.get(s).max];
        }
        lowest = new int[known.length];
        knownOfMove = new long[known.length];
        this.links = links;
        this.events = events;
        readers = new EventReader[typeOfStep.length * READERS];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = context.cutting(new EventReader(typeOfStep[i / READERS]));
        }
    }

    /** Moves over a chain, by its last link. */
    void move(int lastLink) {
        chain = lastLink;
        move++;
    }

    /** From now on it is watched whether a step is asked. */
    void watch() {
        asked = false;
    }

    boolean wasAsked() {
        return asked;
    }

    @Override
    public int count(int step) {
        asked = true;
        int last = links.lastOf(chain, step);
        return last < 0 ? 0 : links.count(last);
    }

    @Override
    public Object event(int step, int index, int reader) {
        return events.read(links.event(link(step, index)), readers[step * READERS + reader]);
    }

    @Override
    public int copy(int step, int index, byte[] target, int offset) {
        return events.copy(links.event(link(step, index)), target, offset);
    }

    /** Goes along each link once, whatever the order in which events are asked for. */
    private int link(int step, int index) {
        int[] of = known[step];
        if (index == 0 || knownOfMove[step] != move) {
            int last = links.lastOf(chain, step);
            if (index == 0) {
                return links.first(last);
            }
            lowest[step] = links.count(last) - 1;
            of[lowest[step]] = last;
            knownOfMove[step] = move;
        }
        for (; lowest[step] > index; lowest[step]--) {
            of[lowest[step] - 1] = links.before(of[lowest[step]]);
            walked++;
        }
        return of[index];
    }

    /** Links gone along since the last call. */
    int takeWalked() {
        int taken = walked;
        walked = 0;
        return taken;
    }
}
