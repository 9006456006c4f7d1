package io.millrace.engine;

import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * Makes the threads of one host, places them, and says once at start which there are, how each waits, and how many cores they
 * take. Used by whoever sets up the host; {@code trouble} is written by any of its threads.
 */
final class EngineThreads {
    private static final Logger LOG = System.getLogger("io.millrace.engine");

    private final String engine;
    private final ThreadPlacement placement;
    private final Cores cores = Cores.now();
    private final List<String> made = new ArrayList<>();
    private final List<Kept> kept = new ArrayList<>();
    private volatile String trouble;

    /** A null placement leaves threads where the system puts them. */
    EngineThreads(String engine, ThreadPlacement placement) {
        this.engine = engine;
        this.placement = placement;
    }

    /** How threads wait here, where so many may be busy at a time. */
    Waiting fit(Waiting how, int threads) {
        return how.on(cores.free(), threads);
    }

    /**
     * A thread that has not been started; its name is the engine's, and what tells it from others of the engine. Synchronized, since
     * the executor of a look-up asks again, on any thread, should its own have died.
     */
    Thread make(ThreadPlacement.Role role, String part, String suffix, Waiting how, Runnable body) {
        return make(role, part, suffix, how, body, Thread::new);
    }

    /** The same for one that works with the files of a journal, and is not to be interrupted in the midst of that. */
    Thread makeUndisturbed(ThreadPlacement.Role role, String part, String suffix, Waiting how, Runnable body) {
        return make(role, part, suffix, how, body, Undisturbed::thread);
    }

    private synchronized Thread make(
            ThreadPlacement.Role role,
            String part,
            String suffix,
            Waiting how,
            Runnable body,
            BiFunction<Runnable, String, Thread> makes) {
        String name = "millrace-" + engine + suffix;
        made.add(name + " (" + role.name().toLowerCase(java.util.Locale.ROOT) + ", " + how + ")");
        Runnable placed = placement == null ? body : () -> place(role, part, body);
        Kept core = how.keepsCore() ? new Kept(placed) : null;
        Thread thread = makes.apply(core == null ? placed : core, name);
        thread.setDaemon(true);
        if (core != null) {
            core.of = thread;
            kept.add(core);
        }
        return thread;
    }

    /** Names one that another makes, which belongs to nobody's work and is not placed. */
    synchronized void names(String thread, String role, String how) {
        made.add(thread + " (" + role + ", " + how + ")");
    }

    /** A core that a thread keeps from when it is made until it ends, however it does: nobody else may be there to see it. */
    private static final class Kept implements Runnable {
        private final Runnable body;
        private final AtomicBoolean given = new AtomicBoolean();
        private Thread of;

        Kept(Runnable body) {
            this.body = body;
            Cores.keep(1);
        }

        @Override
        public void run() {
            try {
                body.run();
            } finally {
                giveBack();
            }
        }

        void giveBack() {
            if (given.compareAndSet(false, true)) {
                Cores.keep(-1);
            }
        }
    }

    private void place(ThreadPlacement.Role role, String part, Runnable body) {
        Thread own = Thread.currentThread();
        boolean[] begun = {false};
        try {
            placement.run(role, part, () -> {
                if (begun[0] || Thread.currentThread() != own) {
                    throw new IllegalStateException("the body may run only once, on the thread that it was handed to");
                }
                begun[0] = true;
                body.run();
            });
        } catch (Throwable t) {
            trouble = "the placement of thread " + own.getName() + " failed: " + t;
        }
        if (!begun[0]) {
            trouble = trouble == null
                    ? "the placement of thread " + own.getName() + " did not run the thread's body"
                    : trouble;
            body.run();
        }
    }

    /** Says what there is; nothing where there are no threads. */
    void log() {
        if (!made.isEmpty() && LOG.isLoggable(Logger.Level.INFO)) {
            LOG.log(Logger.Level.INFO, toString());
        }
    }

    /** Threads that have not been started will not be. */
    void release() {
        for (Kept core : kept) {
            if (core.of.getState() == Thread.State.NEW) {
                core.giveBack();
            }
        }
    }

    /** What went wrong with placing, or null. */
    String trouble() {
        return trouble;
    }

    @Override
    public String toString() {
        return "engine " + engine + ": " + made.size() + (made.size() == 1 ? " thread" : " threads") + " on " + cores
                + "; " + kept.size() + " keep a core for themselves: " + String.join(", ", made);
    }
}
