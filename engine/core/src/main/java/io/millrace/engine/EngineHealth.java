package io.millrace.engine;

import java.util.function.BooleanSupplier;

/** What is wrong with a live engine: its own threads beside what it shares with other hosts. */
final class EngineHealth {
    private final Host host;
    private final EngineLoop loop;
    private final Housekeeping housekeeping;
    private final EngineThreads threads;
    private final JournalThread journal;
    private final EngineSources sources;
    private final LeftBehind leftBehind;
    private final HealthThread thread;

    /** The journal may be null. */
    EngineHealth(
            Host host,
            EngineLoop loop,
            Housekeeping housekeeping,
            EngineThreads threads,
            JournalThread journal,
            EngineSources sources,
            LeftBehind leftBehind,
            BooleanSupplier goesOn) {
        this.host = host;
        this.loop = loop;
        this.housekeeping = housekeeping;
        this.threads = threads;
        this.journal = journal;
        this.sources = sources;
        this.leftBehind = leftBehind;
        thread = new HealthThread(host.name(), this::now, goesOn);
        thread.namedBy(threads);
    }

    /** Lets a thread ask from now on; not in a rehearsal, of which nobody is told. */
    void start() {
        if (!host.sinks().isRehearsal()) {
            thread.start();
        }
    }

    /** Nothing goes on any more. */
    void end(long untilNs) {
        thread.end(untilNs);
    }

    Health now() {
        return host.health(leftBehind.whenHalted(), !loop.isRunning(), this::tell);
    }

    Health acknowledge() {
        return host.acknowledge(leftBehind.whenHalted(), !loop.isRunning(), this::tell);
    }

    private void tell(Troubles to) {
        housekeeping.tell(to);
        to.nowByWords("threads", threads.trouble());
        if (journal != null) {
            journal.tell(to);
        }
        sources.tell(to);
    }
}
