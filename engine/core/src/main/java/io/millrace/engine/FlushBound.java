package io.millrace.engine;

import java.util.List;

/**
 * When the inline sinks of a stage are flushed though it does not rest: what they gather, and what the journal takes for in doubt behind a kill,
 * stays bounded under full load too. Nothing is counted for it: it looks at numbers that are there. The stage's thread.
 */
final class FlushBound {
    /** Outputs, and entries where there is any output, between two flushes; what a batch has more is flushed behind it. */
    static final int MOST = 1_024;

    /** Entries between two looks. */
    private static final int LOOK_EVERY = 32;

    /** In a rehearsal it comes to that soon: the first flush under load is then none that compiled code has never seen. */
    private static final int MOST_REHEARSED = 32;

    private final OutputPort[] ports;
    private final int most;
    private long flushedNext;
    private long flushedHanded;
    private long lookAt;

    /** The outputs of the stage, and the place of the first entry that comes. */
    FlushBound(List<OutputPort> ports, long next, boolean isRehearsal) {
        this.ports = ports.toArray(OutputPort[]::new);
        most = isRehearsal ? MOST_REHEARSED : MOST;
        flushed(next);
    }

    /** For all stages of a host, of which one thread works. */
    static FlushBound[] ofStages(Host host, long next) {
        FlushBound[] all = new FlushBound[host.core().stageCount()];
        for (int i = 0; i < all.length; i++) {
            int stage = i;
            all[i] = new FlushBound(
                    host.bindings().ports().stream()
                            .filter(p -> host.core().plan().stageOf(p.node()) == stage)
                            .toList(),
                    next,
                    false);
        }
        return all;
    }

    /** Whether they are to be flushed behind what stands before this place; asked behind each batch, it looks now and then. */
    boolean isDue(long next) {
        if (next < lookAt) {
            return false;
        }
        lookAt = next + LOOK_EVERY;
        return isPast(next);
    }

    /** The same, looking now: what was held is let out in numbers that have nothing to do with the entries of a batch. */
    boolean isPast(long next) {
        long since = handed() - flushedHanded;
        return since >= 2L * most || since > 0 && next - flushedNext >= most; // each output counts twice there
    }

    void flushed(long next) {
        flushedNext = next;
        flushedHanded = handed();
        lookAt = next;
    }

    private long handed() {
        long sum = 0;
        for (OutputPort p : ports) {
            sum += p.handed();
        }
        return sum;
    }
}
