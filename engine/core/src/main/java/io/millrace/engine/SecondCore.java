package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.util.function.BooleanSupplier;

/**
 * What snapshots are made of: a core of the same topology beside that of the host, which takes over the newest snapshot and works out what the
 * journal has behind it. Where snapshots come by themselves it is kept and goes on from one to the next: its memory, as much as the state's, is
 * taken once. To take it anew each time would be garbage of that size, which a collector that moves what lives has to copy while everything
 * stands. Whoever uses it holds the lock of {@link Snapshotter}.
 */
final class SecondCore {
    private final Host engine;
    private final JournalLog log;
    private final Journaling how;

    /** Null where the next one begins anew. */
    private Recovery reads;

    SecondCore(Host engine) {
        this.engine = engine;
        this.log = engine.journal().log();
        this.how = engine.journal().parts().journaling();
    }

    /** Brings it to where the host was before an entry; fails when that is not wanted any more. Not asked for less than before. */
    void readUpTo(long next, BooleanSupplier goesOn) {
        Recovery goes = reads == null ? Recovery.second(engine.journal().shadow(), log, how.migration()) : reads;
        reads = null; // what fails in the middle of an entry is of no use any more
        goes.readOn(next, goesOn);
        reads = goes;
    }

    /** Where it is now. */
    Recovery at() {
        if (reads == null) {
            throw new JournalException("engine " + engine.name()
                    + ": the second core, which makes its snapshots, is not running; make a snapshot, which starts it");
        }
        return reads;
    }

    /** It is of no use, and the next one begins with what is kept. */
    void drop() {
        reads = null;
    }

    /** Behind a snapshot, or where none came of it. */
    void release() {
        if (!how.makesSnapshots()) {
            drop();
        }
    }
}
