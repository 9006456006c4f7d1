package io.millrace.engine;

import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The journal of a live engine: its thread, what waits for it, and what was found in it. Used by whoever starts and closes the engine. */
final class JournalThread {
    private final Host host;
    private final InputRing ring;
    private final JournalLog log;
    private final HeldOutputs[] held;
    private final JournalDigest digest;

    /** Housekeeping's. */
    private StatsRequest asked;

    private JournalLoop loop;
    private Thread thread;
    private Snapshotter snapshotter;
    private Thread snapshotThread;
    private volatile Recovered recovered;

    JournalThread(Host host, InputRing ring) {
        this.host = host;
        this.ring = ring;
        this.log = host.journal().log();
        digest = new JournalDigest(log);
        held = new HeldOutputs[host.core().stageCount()];
        List<List<OutputPort>> ports = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            ports.add(new ArrayList<>());
        }
        for (OutputPort p : host.bindings().ports()) {
            ports.get(host.core().plan().stageOf(p.node())).add(p);
        }
        for (int i = 0; i < held.length; i++) {
            held[i] = HeldOutputs.of(host, ports.get(i), log.next(), log::durable, this::goesOn);
        }
    }

    /** An input ring whose order goes on where the journal ends, and that the journal reads too. */
    static InputRing ring(Host host, int slots, boolean exclusive) {
        int stages = host.core().stageCount();
        int largest = host.core().largestEntry();
        return host.journal() == null
                ? new InputRing(slots, largest, exclusive, stages)
                : new InputRing(
                        slots,
                        largest,
                        exclusive,
                        stages + 1,
                        host.journal().log().next(),
                        true);
    }

    /** How many threads work for the journal while entries come. */
    static int busyThreads(Host host) {
        if (host.journal() == null) {
            return 0;
        }
        int snapshots = host.journal().parts().journaling().makesSnapshots() ? 1 : 0;
        return 1 + snapshots + host.journal().log().threads();
    }

    private boolean goesOn() {
        return loop == null || loop.goesOn();
    }

    private boolean anyHeld() {
        for (HeldOutputs h : held) {
            if (!h.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    HeldOutputs[] held() {
        return held;
    }

    void makeThreads(EngineThreads threads, EngineLoop engine, Waiting waiting, Snapshotter.Live live) {
        loop = new JournalLoop(log, ring, held.length, engine, waiting, this::anyHeld);
        for (HeldOutputs h : held) {
            h.whenWaiting(loop::sendOff);
        }
        thread = threads.makeUndisturbed(ThreadPlacement.Role.JOURNAL, host.name(), "-journal", waiting, loop);
        snapshotter = new Snapshotter(host, live);
        if (host.journal().parts().journaling().makesSnapshots()) {
            snapshotThread = threads.makeUndisturbed(
                    ThreadPlacement.Role.SNAPSHOT, host.name(), "-snapshot", Waiting.ADAPTIVE, snapshotter);
        }
    }

    /** What fails here keeps the engine from starting. */
    void recoverAndStart(EngineLoop engine) {
        recovered = Undisturbed.get(() -> Recovery.run(host, log, held));
        snapshotter.readAgain(recovered.bytes());
        digest.madeBy(() -> lookFor(engine));
        thread.start();
        if (snapshotThread != null) {
            snapshotThread.start();
        }
    }

    /** Where a stage is stuck in a receiver, the clock of the others goes on. */
    private Digest lookFor(EngineLoop engine) {
        if (asked == null) {
            asked = engine.ask();
        }
        if (!engine.isAnswered(asked)) {
            return null;
        }
        Digest all = asked.stats().digest();
        asked = null;
        return all;
    }

    long makeSnapshot() {
        return Undisturbed.get(snapshotter::make);
    }

    /** Before the journal's thread ends: one under way is given up. */
    void stopSnapshots(long untilNs) {
        snapshotter.stop();
        boolean interrupted = snapshotter.awaitStopped(untilNs);
        if (snapshotThread != null && snapshotThread.getState() != Thread.State.NEW) {
            interrupted |= Joining.join(snapshotThread, untilNs);
        }
        Undisturbed.restore(interrupted);
    }

    /** What housekeeping does where there is a journal. */
    void keepHouse() {
        host.core().refillPages();
        digest.keepNowAndThen();
    }

    Recovered recovered() {
        return recovered;
    }

    JournalLog log() {
        return log;
    }

    Thread thread() {
        return thread;
    }

    /** Tells what is wrong: why it takes nothing at the moment, and what is not kept. */
    void tell(Troubles to) {
        String why = loop.refusal();
        to.nowByWords("refusal", why == null ? null : "journal: " + why);
        why = digest.trouble();
        to.now("digest", why == null ? null : "journal: " + why);
        snapshotter.tell(to);
    }

    /** Time has run out for what is not durable. */
    void hurry() {
        loop.hurry();
    }

    /** What closing the engine has left behind, in words; null when nothing is. */
    String lost(EngineLoop engine, Duration deadline) {
        long notLetOut = notLetOut(engine);
        long left = loop.left();
        if (left <= 0 && notLetOut == 0) {
            return null;
        }
        return "the last " + Math.max(0, left) + " entries did not become "
                + "durable within " + deadline + ", and " + notLetOut + " outputs were not released; "
                + "durable entries are processed again at the next start";
    }

    private static long notLetOut(EngineLoop engine) {
        long notLetOut = 0;
        for (StageLoop s : engine.stages()) {
            notLetOut += s.notLetOut();
        }
        return notLetOut;
    }

    /** What of the events of an engine that has halted is not durable by now, and which outputs receivers do not have, in words; or null. */
    String leftWhenHalted(EngineLoop engine, InputRing of) {
        long events = of.events(log.durable());
        long notLetOut = notLetOut(engine);
        return events == 0 && notLetOut == 0
                ? null
                : events + " accepted events are not durable, and " + notLetOut + " outputs were not "
                        + "released; durable entries are processed again at the next start";
    }

    /** When all threads have ended, or do not; answers what failed, or null. */
    EngineStoppedException close(Digest last) {
        if (last != null) {
            digest.keepLast(last);
        }
        return thread.isAlive() && loop.leaves(host::closeJournal)
                ? new EngineStoppedException(
                        "closing engine " + host.name() + ": its journal is still open, "
                                + "because thread " + thread.getName() + " has not returned from a call to it; that "
                                + "thread closes the journal when it does. Check the disk, or give the engine more time "
                                + "(Setup.stopDeadline)",
                        null)
                : host.closeJournal();
    }
}
