package io.millrace.runtime;

import io.millrace.operator.TimedNode;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;

/**
 * The progress at one place of a stage: at a source, or at a node that cares. It is the smallest of what those of its inputs
 * forward that are not idle. When all are idle it goes on from where it is, to the smallest of where each of them leads: by the step
 * that it makes by tick time, or to where it is itself when that is further; never beyond the tick less the disorder of each. So one
 * that lags behind, or has never sent, then holds nobody either, and one that was ahead of the clock and has ended leads nobody on
 * from there.
 *
 * <p>It forwards its progress, less its allowed lateness. While something due waits to be fired it forwards just less than the
 * smallest due time left instead: a window that is due at its end is stamped one nanosecond before it, and that result must
 * not be late further down because its turn to fire came some entries later.
 *
 * <p>Beside what it forwards stands what it would forward if nothing were held: a function of the sources alone, the same in
 * every stage, provided that cells are advanced whenever a source has changed.
 */
final class ProgressCell implements Saved {
    private static final ProgressCell[] NONE = {};

    private final int node;
    private final SourceTime source;
    private final ProgressCell[] inputs;
    private final ProgressCell[] edges;

    /** Of a shard's node: the cell that it would have if no shard held anything; null otherwise. */
    private final ProgressCell plain;

    private final long latenessNs;
    private final Progress progress = new Progress();
    private final long[] seenWentOnNs;
    private long freeNs = Progress.NONE;
    private long wentOnNs;

    /** Where tick time alone leads none of what reaches it beyond. */
    private long mostNs = Progress.NONE;

    private TimedNode timed;
    private boolean holds;

    /** What due times are measured by: the progress, or the clock. */
    private Progress time = progress;

    private long freeForwardNs = Progress.NONE;
    private long forwardNs = Progress.NONE;

    private ProgressCell(
            int node,
            SourceTime source,
            ProgressCell[] inputs,
            ProgressCell[] edges,
            ProgressCell plain,
            long latenessNs) {
        this.node = node;
        this.source = source;
        this.inputs = inputs;
        this.edges = edges;
        this.plain = plain;
        this.latenessNs = latenessNs;
        this.seenWentOnNs = new long[inputs.length];
    }

    static ProgressCell ofSource(int node, SourceTime source) {
        return new ProgressCell(node, source, NONE, NONE, null, 0);
    }

    /** Edges are those from other stages that can hold it back. */
    static ProgressCell ofNode(int node, ProgressCell[] inputs, ProgressCell[] edges, long latenessNs) {
        return new ProgressCell(node, null, inputs, edges, null, latenessNs);
    }

    /** Where an edge from another stage is held at; what its sources say is said by their own cells. */
    static ProgressCell ofEdge(int node) {
        return new ProgressCell(node, null, NONE, NONE, null, 0);
    }

    /**
     * Of a node in one shard of a section: what the plain cell says, less what cells before it in the shard hold. It may be advanced
     * late: as long as nothing happens in the shard, all that it has missed is where the plain cell is now.
     */
    static ProgressCell ofShard(ProgressCell plain, ProgressCell[] before) {
        return new ProgressCell(plain.node, null, before, NONE, plain, plain.latenessNs);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(seenWentOnNs.length);
        to.putLong(progress.ns());
        to.putLongs(seenWentOnNs, seenWentOnNs.length);
        to.putLong(freeNs);
        to.putLong(wentOnNs);
        to.putLong(mostNs);
        to.putLong(freeForwardNs);
        to.putLong(forwardNs);
    }

    @Override
    public void load(StateReader from) {
        take(from, from.getInt("a number of inputs", Short.MAX_VALUE), false);
    }

    /** Where inputs are others than before, what tick time has led them on by is known from now on. */
    void loadMoved(StateReader from, boolean rewired) {
        int saved = from.getInt("a number of inputs", Short.MAX_VALUE);
        take(from, saved, rewired || saved != seenWentOnNs.length);
    }

    /** Reads what is of no use here. */
    static void skip(StateReader from) {
        new ProgressCell(-1, null, NONE, NONE, null, 0).loadMoved(from, true);
    }

    private void take(StateReader from, int saved, boolean rewired) {
        if (!rewired && saved != seenWentOnNs.length) {
            throw from.refused("its progress was saved for a node with " + saved + " inputs, but the "
                    + "node now has " + seenWentOnNs.length + "; take another snapshot, or replay the log "
                    + "from its beginning");
        }
        progress.advanceTo(from.getLong());
        long[] seen = new long[saved];
        from.getLongs(seen, saved);
        freeNs = from.getLong();
        wentOnNs = from.getLong();
        mostNs = from.getLong();
        freeForwardNs = from.getLong();
        forwardNs = from.getLong();
        if (rewired) {
            seeInputs();
        } else {
            System.arraycopy(seen, 0, seenWentOnNs, 0, saved);
        }
    }

    private void seeInputs() {
        for (int i = 0; i < inputs.length; i++) {
            seenWentOnNs[i] = inputs[i].wentOnNs;
        }
    }

    /** Of a node that is new where others have been loaded: stands where its inputs are. */
    void begin() {
        seeInputs();
        advance();
    }

    int node() {
        return node;
    }

    Progress progress() {
        return progress;
    }

    /** The node fires; whether what it fires goes on to other nodes, so that what is left holds progress back. */
    void timed(TimedNode fires, boolean sendsWhenFiring) {
        timed = fires;
        holds = sendsWhenFiring;
    }

    TimedNode timed() {
        return timed;
    }

    /** What is set due follows the clock. */
    void follows(Progress clock) {
        time = clock;
    }

    Progress time() {
        return time;
    }

    boolean followsClock() {
        return time != progress;
    }

    /** Takes what the stage upstream says of an edge; {@link Progress#END} when it is not held. */
    void holdAt(long ns) {
        freeForwardNs = Progress.END;
        forwardNs = ns;
    }

    /** Whether all sources that reach it are silent or have ended. */
    private boolean isIdle() {
        if (source != null) {
            return source.isIdle();
        }
        for (ProgressCell c : inputs) {
            if (!c.isIdle()) {
                return false;
            }
        }
        return inputs.length > 0;
    }

    /** Takes over what the inputs forward. */
    void advance() {
        if (source != null) {
            freeForwardNs = source.progressNs();
            forwardNs = freeForwardNs;
            wentOnNs = source.wentOnNs();
            mostNs = source.mostNs();
            return;
        }
        if (plain != null) {
            freeNs = plain.progress.ns();
            progress.advanceTo(Math.min(freeNs, smallestHeldNs(inputs)));
            forward();
            return;
        }
        if (inputs.length == 1 && edges.length == 0) {
            ProgressCell in = inputs[0];
            freeNs = in.freeForwardNs;
            wentOnNs = in.wentOnNs;
            mostNs = lessLateness(in.mostNs);
            progress.advanceTo(in.forwardNs);
        } else {
            freeNs = Math.max(freeNs, smallest());
            progress.advanceTo(Math.min(freeNs, Math.min(smallestHeldNs(inputs), smallestHeldNs(edges))));
        }
        forward();
    }

    /** Where some of several cells hold what is behind them; {@link Progress#END} when none does. */
    static long smallestHeldNs(ProgressCell[] cells) {
        long ns = Progress.END;
        for (ProgressCell c : cells) {
            ns = Math.min(ns, c.heldNs());
        }
        return ns;
    }

    /** What it holds the nodes behind it at; {@link Progress#END} when it holds nobody. */
    long heldNs() {
        return forwardNs < freeForwardNs ? forwardNs : Progress.END;
    }

    /** Works out what to forward; again after firing. */
    void forward() {
        long ns = progress.ns();
        if (holds) {
            long due = followsClock() ? Long.MAX_VALUE : timed.nextDueNs();
            if (due <= ns) {
                ns = due == Progress.NONE ? due : due - 1;
            }
            ns = Math.min(ns, timed.holdsAtNs());
        }
        freeForwardNs = lessLateness(freeNs);
        forwardNs = lessLateness(ns);
    }

    private long lessLateness(long ns) {
        if (ns == Progress.END) {
            return ns;
        }
        return ns < Progress.NONE + latenessNs ? Progress.NONE : ns - latenessNs;
    }

    private long smallest() {
        long active = Progress.END;
        boolean anyActive = false;
        for (ProgressCell c : inputs) {
            if (!c.isIdle()) {
                anyActive = true;
                active = Math.min(active, c.freeForwardNs);
            }
        }
        long ns = anyActive ? active : inputs.length == 0 ? Progress.NONE : goOn();
        for (int i = 0; i < inputs.length; i++) {
            seenWentOnNs[i] = inputs[i].wentOnNs;
        }
        return ns;
    }

    /** All are idle: goes on by tick time; to the end when all have ended. */
    private long goOn() {
        long result = Progress.END;
        long smallestStepNs = Long.MAX_VALUE;
        long smallestMostNs = Progress.END;
        boolean allEnded = true;
        for (int i = 0; i < inputs.length; i++) {
            long ns = inputs[i].freeForwardNs;
            allEnded &= ns == Progress.END;
            if (ns != Progress.END && ns != Progress.NONE) {
                long stepNs = inputs[i].wentOnNs - seenWentOnNs[i];
                smallestStepNs = Math.min(smallestStepNs, stepNs);
                smallestMostNs = Math.min(smallestMostNs, inputs[i].mostNs);
                long goneOnNs = Math.min(SourceTime.plus(freeNs, stepNs), inputs[i].mostNs);
                result = Math.min(result, Math.max(ns, goneOnNs));
            }
        }
        if (result == Progress.END) {
            return allEnded ? Progress.END : freeNs;
        }
        wentOnNs += smallestStepNs;
        mostNs = lessLateness(smallestMostNs);
        return result;
    }

    /** What it would be if nothing were held: the same in every stage. */
    long freeNs() {
        return source == null ? freeNs : freeForwardNs;
    }

    /** Whether something due waits to be fired. */
    boolean isBehind() {
        return timed != null && timed.nextDueNs() <= time.ns();
    }
}
