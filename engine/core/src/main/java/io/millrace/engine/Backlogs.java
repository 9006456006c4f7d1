package io.millrace.engine;

import io.millrace.event.Input;
import java.util.ArrayList;
import java.util.List;

/** The events that wait in front of the ring of one host, by input. May be called by any thread. */
final class Backlogs {
    private final InputRing ring;

    /** By input; null where events do not wait. */
    private final Backlog[] bySource;

    /** Those that there are. */
    private final Backlog[] all;

    Backlogs(Host host, InputRing ring) {
        this.ring = ring;
        List<Input<?>> inputs = host.core().plan().topology().inputs();
        long seed = host.core().plan().options().hashSeed();
        bySource = new Backlog[inputs.size()];
        List<Backlog> some = new ArrayList<>();
        for (int i = 0; i < bySource.length; i++) {
            InputCounts counts = host.inputs().get(i);
            if (counts.overflow().events() > 0) {
                bySource[i] = new Backlog(counts, inputs.get(i), counts.overflow(), seed);
                some.add(bySource[i]);
                counts.backlog(bySource[i]);
            }
        }
        all = some.toArray(new Backlog[0]);
    }

    /** Null where events of an input do not wait. */
    Backlog of(int source) {
        return bySource[source];
    }

    /** Whether any events wait. */
    boolean isBehind() {
        for (Backlog b : all) {
            if (b.isBehind()) {
                return true;
            }
        }
        return false;
    }

    /** Moves into the ring what it has room for; only for who may publish. */
    void move() {
        for (Backlog b : all) {
            while (b.tryMove(ring)) {
                Thread.onSpinWait(); // between two holds of the lock a publisher may have it
            }
        }
    }

    /** Takes no more events; those that wait go on. */
    void close() {
        Idle idle = new Idle(Idle.BRIEF);
        for (Backlog b : all) {
            b.close(idle);
        }
    }

    /** Up to where each is filled; to be asked about by {@link #areGone}. */
    long[] tails() {
        long[] tails = new long[all.length];
        for (int i = 0; i < tails.length; i++) {
            tails[i] = all[i].tail();
        }
        return tails;
    }

    boolean areGone(long[] upTo) {
        for (int i = 0; i < upTo.length; i++) {
            if (!all[i].isGone(upTo[i])) {
                return false;
            }
        }
        return true;
    }

    long waiting() {
        long n = 0;
        for (Backlog b : all) {
            n += b.waiting();
        }
        return n;
    }

    /** What was not let in before the end, in words; null when there is none. */
    String left() {
        String left = null;
        for (Backlog b : all) {
            String of = b.left();
            left = left == null ? of : of == null ? left : left + "; " + of;
        }
        return left;
    }
}
