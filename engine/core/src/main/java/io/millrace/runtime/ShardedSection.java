package io.millrace.runtime;

import io.millrace.operator.Flow;
import io.millrace.operator.Shards;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;

/**
 * The shards of a section of parallel keys that one stage runs. In a step they go one after another, in the order of their
 * numbers; so what leaves the section is ordered by (q, step, edge, shard, ordinal) when those of several threads are read in
 * turn.
 *
 * <p>In the time step of entry q the shard with the number q mod 64 fires; before an event its own shard fires.
 * What does not concern a shard costs it nothing: its progress is looked at when something enters, when its turn has come, and
 * when progress outside reaches what it has set due. Progress by which nothing is held is one cell a node for all of them.
 *
 * <p>One stage, one thread.
 */
final class ShardedSection implements Saved {
    private static final int TURNS = Shards.COUNT - 1;

    private final int first;

    /** By entrance; null where an event is handed on at once. */
    private final Inbox[] waiting;

    /** By entrance, then by thread that writes; null where it comes from this stage. */
    private final EdgeRing[][] rings;

    private final ProgressCell[][] ringCells;

    /** Of each node that cares, as if no shard held anything. */
    private final ProgressCell[] plain;

    /** For the same nodes: where the slowest of the shards holds what is behind the section. */
    private final ProgressCell[] holds;

    private final Flow saved = new Flow();
    private Shard[] shards;

    @Scratch("within a step")
    private boolean[] takes;

    @Scratch("within a step")
    private boolean anyWaits;

    @Scratch("within a step")
    private Shard touched;

    private boolean behind;
    private boolean held;
    private long dueNs = Long.MAX_VALUE;

    ShardedSection(
            int first,
            Inbox[] waiting,
            EdgeRing[][] rings,
            ProgressCell[][] ringCells,
            ProgressCell[] plain,
            ProgressCell[] holds) {
        this.first = first;
        this.waiting = waiting;
        this.rings = rings;
        this.ringCells = ringCells;
        this.plain = plain;
        this.holds = holds;
    }

    /** Their chains lead to what stands before it in the making. */
    void shards(Shard[] all) {
        shards = all;
        takes = new boolean[all.length];
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(shards.length);
        to.putBoolean(behind);
        to.putBoolean(held);
        to.putLong(dueNs);
        for (Shard s : shards) {
            s.save(to);
        }
    }

    @Override
    public void load(StateReader from) {
        from.same("shards per thread", shards.length);
        behind = from.getBoolean();
        held = from.getBoolean();
        dueNs = from.getLong();
        for (Shard s : shards) {
            s.load(from);
        }
    }

    // ---- entries

    /** Takes the entry in hand to the shard of its key. */
    void enter(int entrance, Flow flow) {
        int line = Shards.of(flow) - first;
        if (waiting[entrance] != null) {
            waiting[entrance].hold(line, flow);
            takes[line] = true;
            anyWaits = true;
            return;
        }
        Shard s = shards[line];
        s.advance();
        if (s.isDue()) {
            saved.copyFrom(flow);
            s.catchUp(flow);
            flow.copyFrom(saved);
        }
        if (s.hasInboxes()) {
            touched = s;
        }
        s.chain(entrance).on(flow);
    }

    private void takeFromRings(Flow flow) {
        for (int e = 0; e < rings.length; e++) {
            for (int i = 0; rings[e] != null && i < rings[e].length; i++) {
                EdgeRing ring = rings[e][i];
                while (ring.hasNext(flow.sequence(), flow.step())) {
                    if (ring.nextIsHeldProgress()) {
                        ringCells[e][i].holdAt(ring.takeHeldProgress());
                    } else {
                        ring.take(flow);
                        enter(e, flow);
                    }
                }
            }
        }
    }

    boolean hasRemote(long q, int step) {
        for (EdgeRing[] in : rings) {
            if (StageUnit.anyHas(in, q, step)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        for (EdgeRing[] in : rings) {
            StageUnit.releaseAll(in);
        }
    }

    // ---- steps

    /** An event step, or one for dead letters; a step for time goes on when all before the section have had theirs. */
    void drain(Flow flow) {
        if ((flow.step() & 1) == 0) {
            return;
        }
        takeFromRings(flow);
        if (anyWaits) {
            anyWaits = false;
            for (int line = 0; line < shards.length; line++) {
                if (takes[line]) {
                    takes[line] = false;
                    shards[line].catchUp(flow);
                    shards[line].take(flow, waiting, line);
                }
            }
        }
        if (touched != null) {
            Shard s = touched;
            touched = null;
            s.drain(flow);
        }
    }

    void timeStep(Flow flow) {
        takeFromRings(flow);
        int turn = (int) (flow.sequence() & TURNS);
        for (int line = 0; line < shards.length; line++) {
            if (takes[line] || shards[line].number() == turn) {
                shards[line].advance(); // what comes now, or fires, is judged by what was known before this step
            }
        }
        advance();
        long reachedNs = reachedNs();
        for (int line = 0; line < shards.length; line++) {
            Shard s = shards[line];
            boolean fires = s.number() == turn;
            if (fires || takes[line] || s.dueNs() <= reachedNs) {
                takes[line] = false;
                s.timeStep(flow, fires, waiting, line);
            }
        }
        anyWaits = false;
        look();
    }

    private long reachedNs() {
        long most = Progress.NONE;
        for (ProgressCell c : plain) {
            most = Math.max(most, c.progress().ns());
        }
        return most;
    }

    /** What the shards together say of themselves. */
    private void look() {
        boolean anyHeld = false;
        behind = false;
        dueNs = Long.MAX_VALUE;
        for (Shard s : shards) {
            behind |= s.isBehind();
            anyHeld |= s.holds();
            dueNs = Math.min(dueNs, s.dueNs());
        }
        if (anyHeld || held) {
            held = anyHeld;
            for (int i = 0; i < holds.length; i++) {
                holds[i].holdAt(smallestHeldNs(i));
            }
        }
    }

    private long smallestHeldNs(int cell) {
        long ns = Progress.END;
        for (Shard s : shards) {
            ns = Math.min(ns, s.cell(cell).heldNs());
        }
        return ns;
    }

    void advance() {
        for (ProgressCell c : plain) {
            c.advance();
        }
    }

    // ---- what the stage asks

    boolean isBehind() {
        return behind;
    }

    long nextDueNs() {
        return dueNs;
    }

    long missingNs() {
        long least = Long.MAX_VALUE;
        for (Shard s : shards) {
            least = Math.min(least, s.missingNs());
        }
        return least;
    }

    long freeNs() {
        long most = Progress.NONE;
        for (ProgressCell c : plain) {
            most = Math.max(most, c.freeNs());
        }
        return most;
    }
}
