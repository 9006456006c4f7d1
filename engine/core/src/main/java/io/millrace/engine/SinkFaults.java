package io.millrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What has gone wrong in the sinks of one host. Any thread: the lock guards the list and the number, which no event passes; what is looked
 * at without it is volatile.
 */
final class SinkFaults {
    private final String engine;

    /** Those with a thread of their own, which know what they have left. */
    private final List<BlockingSink> blocking;

    /** Faults that are not merely counted: at most a few a sink. */
    private final List<SinkFault> grave = new ArrayList<>();

    private volatile SinkFault first;
    private long faults;
    private volatile SinkFault halting;

    /** What stopped a sink whose stage had ended; stages do not look at it. */
    private volatile SinkFault afterItsStage;

    private Halt halts = (stage, fault) -> {};

    SinkFaults(String engine, List<BlockingSink> blocking) {
        this.engine = engine;
        this.blocking = blocking;
    }

    /** Is told of what halts the engine, with the stage that hands the sink its events; by the thread that has found it. */
    interface Halt {
        void halt(int stage, SinkFault fault);
    }

    /** Before the start. */
    void haltsBy(Halt by) {
        halts = by;
    }

    /**
     * Who runs the engine is told first: stages and publishers then end by themselves, and a stage that comes by here does not take the
     * fault for its own. A sink whose stage has ended halts nothing: others may still be at work, and close throws what it lost.
     */
    void halt(int stage, SinkFault fault, boolean stageHasEnded) {
        if (stageHasEnded) {
            synchronized (this) {
                afterItsStage = afterItsStage == null ? fault : afterItsStage;
            }
            return;
        }
        halts.halt(stage, fault);
        synchronized (this) {
            halting = halting == null ? fault : halting;
        }
    }

    synchronized void record(SinkFault fault, boolean isGrave) {
        first = first == null ? fault : first;
        faults++;
        if (isGrave) {
            grave.add(fault);
        }
    }

    /** Kept for health: it has been counted already and costs nobody anything else. Made into words only where those are wanted. */
    void noted(Supplier<SinkFault> told) {
        SinkFault fault = first == null ? told.get() : null;
        synchronized (this) {
            first = first != null ? first : fault != null ? fault : told.get(); // it was forgotten in between
            faults++;
        }
    }

    /** What halts the engine, or null. */
    SinkFault halting() {
        return halting;
    }

    /** What stopped a sink that halted nothing by it, for who waits until sinks have taken all; or null. */
    SinkFault afterItsStage() {
        return afterItsStage;
    }

    /** What closing the host throws, of that and of what sinks have left; null when nothing was lost that was not declared as merely counted. */
    synchronized EngineStoppedException lost() {
        List<SinkFault> left = left(true);
        List<SinkFault> all = new ArrayList<>(grave);
        all.addAll(left);
        if (all.isEmpty()) {
            return null;
        }
        String why = all.get(0).getMessage();
        for (SinkFault f : left) {
            why += f == all.get(0) ? "" : "; " + f.getMessage(); // by which somebody may go on
        }
        EngineStoppedException lost = new EngineStoppedException("closing engine " + engine + ": " + why, all.get(0));
        all.subList(1, all.size()).forEach(lost::addSuppressed);
        return lost;
    }

    private List<SinkFault> left(boolean graveOnly) {
        List<SinkFault> all = new ArrayList<>();
        for (BlockingSink s : blocking) {
            SinkFault left = graveOnly && !s.isGrave() ? null : s.left();
            if (left != null) {
                all.add(left);
            }
        }
        return all;
    }

    /** What blocking sinks have not taken and never will, in words; null when that is nothing. */
    String left() {
        return left(false).stream().map(SinkFault::getMessage).reduce(Host::and).orElse(null);
    }

    synchronized void tell(Troubles to) {
        SinkFault told = first;
        long times = faults;
        String more = times > 1 ? " (and " + (times - 1) + " more)" : "";
        to.past("faults", times, told == null ? null : told.getMessage() + more, () -> forget(told, times));
        to.past("left", 1, left());
    }

    /** The next one is told in its place; one that has come since has no words of its own. */
    private synchronized void forget(SinkFault told, long times) {
        first = first == told && faults == times ? null : first;
    }
}
