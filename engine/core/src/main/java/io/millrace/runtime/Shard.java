package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;

/**
 * One virtual shard of a section of parallel keys: its nodes, with state, agendas and progress of their own. It belongs to the
 * thread that runs it, and is a function of the entries that come to it and of the times at which it has its turn.
 */
final class Shard implements Saved {
    private final int number;

    /** In topological order; null where an entrance stands. */
    private StageUnit[] units;

    /** Which entrance stands there, or -1. */
    private int[] entranceAt;

    /** What follows each entrance. */
    private Node[] chains;

    private ProgressCell[] cells;
    private boolean hasInboxes;

    /** The smallest due time that is set; never later than it is. */
    private long dueNs = Long.MAX_VALUE;

    private boolean behind;
    private boolean holds;

    Shard(int number) {
        this.number = number;
    }

    /** Its nodes, which know it when they are made. */
    void stand(StageUnit[] all, int[] entrances, Node[] behindEntrances, ProgressCell[] progress) {
        units = all;
        entranceAt = entrances;
        chains = behindEntrances;
        cells = progress;
        for (StageUnit u : units) {
            hasInboxes |= u != null && u.hasInbox();
        }
    }

    /** Progress of its nodes; what they keep is with the nodes. */
    @Override
    public void save(StateWriter to) {
        to.putLong(number);
        to.putLong(dueNs);
        to.putBoolean(behind);
        to.putBoolean(holds);
        for (ProgressCell c : cells) {
            c.save(to);
        }
    }

    @Override
    public void load(StateReader from) {
        from.same("shard number", number);
        dueNs = from.getLong();
        behind = from.getBoolean();
        holds = from.getBoolean();
        for (ProgressCell c : cells) {
            c.load(from);
        }
    }

    int number() {
        return number;
    }

    Node chain(int entrance) {
        return chains[entrance];
    }

    boolean hasInboxes() {
        return hasInboxes;
    }

    ProgressCell cell(int i) {
        return cells[i];
    }

    long dueNs() {
        return dueNs;
    }

    /** Whether something due waits to be fired, as of the last time step in which it was looked at. */
    boolean isBehind() {
        return behind;
    }

    boolean holds() {
        return holds;
    }

    /** Brings progress up to what is known outside. */
    void advance() {
        for (StageUnit u : units) {
            if (u != null) {
                u.advance();
            }
        }
    }

    boolean isDue() {
        for (StageUnit u : units) {
            if (u != null && u.isBehind()) {
                return true;
            }
        }
        return false;
    }

    /** A step for time: node after node takes what has come to it, takes over progress and fires. */
    void timeStep(Flow flow, boolean fires, Inbox[] waiting, int line) {
        for (int i = 0; i < units.length; i++) {
            if (entranceAt[i] >= 0) {
                enter(entranceAt[i], flow, waiting, line);
            } else {
                pass(units[i], flow, fires);
            }
        }
        look();
    }

    /** Before an event: fires what is due. */
    void catchUp(Flow flow) {
        for (StageUnit u : units) {
            if (u != null) {
                pass(u, flow, true);
            }
        }
        look();
    }

    private static void pass(StageUnit u, Flow flow, boolean fires) {
        if (u.hasInbox()) {
            u.drain(flow);
        }
        if (fires) {
            u.advanceAndFire(flow);
        } else {
            u.advance();
        }
    }

    /** An event step: what waits at the entrances, and what comes of it. */
    void take(Flow flow, Inbox[] waiting, int line) {
        for (int i = 0; i < units.length; i++) {
            if (entranceAt[i] >= 0) {
                enter(entranceAt[i], flow, waiting, line);
            } else if (units[i].hasInbox()) {
                units[i].drain(flow);
            }
        }
    }

    private void enter(int entrance, Flow flow, Inbox[] waiting, int line) {
        if (waiting[entrance] != null) {
            waiting[entrance].drain(line, flow, chains[entrance]);
        }
    }

    /** Empties the inboxes behind an event that came in directly. */
    void drain(Flow flow) {
        for (StageUnit u : units) {
            if (u != null && u.hasInbox()) {
                u.drain(flow);
            }
        }
    }

    private void look() {
        long due = Long.MAX_VALUE;
        boolean any = false;
        boolean held = false;
        for (StageUnit u : units) {
            if (u != null) {
                due = Math.min(due, u.nextDueNs());
                any |= u.isBehind();
            }
        }
        for (ProgressCell c : cells) {
            held |= c.heldNs() != Progress.END;
        }
        dueNs = due;
        behind = any;
        holds = held;
    }

    void due(long ns) {
        if (ns < dueNs) {
            dueNs = ns;
        }
    }

    long missingNs() {
        advance();
        long least = Long.MAX_VALUE;
        for (StageUnit u : units) {
            if (u != null) {
                least = Math.min(least, u.missingNs());
            }
        }
        return least;
    }
}
