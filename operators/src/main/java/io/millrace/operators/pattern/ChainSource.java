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

    ChainSource(Links links, StoredEvents events, EventType<?>[] typeOfStep, NodeContext context) {
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

    private int link(int step, int index) {
        int at = links.lastOf(chain, step);
        if (index == 0) {
            return links.first(at);
        }
        for (int i = links.count(at) - 1; i > index; i--) {
            at = links.before(at);
        }
        return at;
    }
}
