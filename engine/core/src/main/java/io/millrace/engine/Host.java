package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.ThrownText;
import io.millrace.runtime.Core;
import io.millrace.topology.Topology;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What live engine and inline host share. The report is null where there was no warm-up, the journal where there is none. */
record Host(
        Core core,
        Bindings bindings,
        DeadLetters deadLetters,
        Sinks sinks,
        List<InputCounts> inputs,
        Lookups lookups,
        WarmUpReport warmUp,
        Journaled journal,
        HealthWatch watch) {
    private static final Logger LOG = System.getLogger("io.millrace.engine");

    /** Starts the threads of what is bound to outputs; replies go by a gate, at which a thread that makes room must not wait. */
    void start(EngineThreads threads, BooleanSupplier makesRoom, EntryGate gate) {
        lookups.start(threads, this, makesRoom, gate);
        sinks.start(threads, core.blames());
    }

    /** What a journal brings back is there; before anybody publishes. */
    void beginsToCount() {
        for (int i = 0; i < inputs.size(); i++) {
            inputs.get(i).before(core.sourceDropped(i), core.sourceConflated(i));
        }
    }

    /** Whether an input with event time follows the clock, or a deadline does: only then ticks mean something. */
    boolean anyLive() {
        if (core.followsClock()) {
            return true;
        }
        for (Input<?> i : core.plan().topology().inputs()) {
            if (i.hasEventTime() && bindings.isLive(i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a tick that makes nothing due is known to. Of one input that is: with several the time of one may end the waiting for another, and
     * what is due is estimated too late; then each tick is read at once.
     */
    boolean mayLeaveTicks() {
        return core.plan().topology().inputs().stream()
                        .filter(Input::hasEventTime)
                        .count()
                <= 1;
    }

    int sources() {
        return core.plan().topology().inputs().size();
    }

    /** Says what changes about the health of one engine; nothing in a rehearsal. */
    static HealthWatch watch(String engine, boolean isRehearsal) {
        return new HealthWatch(engine, HostClock::nanoTime, isRehearsal ? null : LOG::log);
    }

    /**
     * Whether all is well.
     *
     * @param halted what halted the host, in words, or null
     * @param closed whether it has been closed
     * @param own    tells what is wrong with the host itself
     */
    Health health(String halted, boolean closed, Consumer<Troubles> own) {
        Health over = over(halted, closed);
        return over == null ? watch.judge(troubles(own)) : over;
    }

    /** The same; what has happened by then, and is over, makes it DEGRADED no longer. */
    Health acknowledge(String halted, boolean closed, Consumer<Troubles> own) {
        Health over = over(halted, closed);
        return over == null ? watch.acknowledge(troubles(own)) : over;
    }

    /** How it is that has stopped; null while it works. */
    private Health over(String halted, boolean closed) {
        if (halted != null) {
            return new Health(Health.State.HALTED, and(and(halted, sinks.left()), undecided()));
        }
        if (closed) {
            return new Health(Health.State.CLOSED, and(and(and("closed", sinks.why()), lookups.why()), undecided()));
        }
        return sinks.halting() == null ? null : new Health(Health.State.HALTED, and(sinks.why(), undecided()));
    }

    private Troubles troubles(Consumer<Troubles> own) {
        Troubles to = new Troubles();
        sinks.tell(to);
        own.accept(to);
        lookups.tell(to);
        for (InputCounts c : inputs) {
            to.past("drops " + c.name(), c.lost(), c.why());
        }
        long letters = deadLetters.total();
        to.past("letters", letters, letters == 0 ? null : letters + " dead letters");
        for (InputCounts c : inputs) {
            to.past("answers " + c.name(), c.undecided().given(), c.undecided().why());
        }
        to.past("warm-up", 1, warmUp == null ? null : warmUp.why());
        return to;
    }

    /** Makes what runs it; when that fails the journal is let go of, and the sinks that it was asked about. */
    <T> T runBy(Supplier<T> makes) {
        try {
            return makes.get();
        } catch (Throwable t) {
            if (journal != null) {
                sinks.abandon(t);
            }
            sinks.letGoOfViews();
            EngineStoppedException failed = journal == null ? null : closeJournal();
            if (failed != null) {
                t.addSuppressed(failed);
            }
            throw t;
        }
    }

    /** Answers what failed, or null. */
    EngineStoppedException closeJournal() {
        boolean interrupted = Thread.interrupted();
        try {
            journal.log().close();
            return null;
        } catch (RuntimeException e) {
            return new EngineStoppedException("closing engine " + name() + ": its journal: " + e.getMessage(), e);
        } finally {
            Undisturbed.restore(interrupted);
        }
    }

    /** Says which threads there are, and which are not though they were asked for, unless they are only there to warm up. */
    void log(EngineThreads threads) {
        if (!sinks.isRehearsal()) {
            threads.log();
            String notGiven = core.plan().notGiven();
            if (notGiven != null) {
                LOG.log(Level.WARNING, "engine " + name() + ": " + notGiven);
            }
        }
    }

    /** What was found in its journal; a warning where somebody should look at it. */
    void logRecovered(Recovered found, boolean warns) {
        if (found.next() == 0) {
            return;
        }
        try {
            LOG.log(
                    warns ? Level.WARNING : Level.INFO,
                    "engine " + name() + ": " + found.toString().replace("\n", "; "));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            assert t != null; // recovered() tells it; a start that were refused would have told nobody what is in doubt
        }
    }

    /**
     * Says that it has halted, once, unless it was only there to warm up. What was thrown may have seen sensitive fields, and tell them.
     *
     * @param stage which of several; null where there is one
     */
    void logHalt(String stage, Throwable cause) {
        if (sinks.isRehearsal()) {
            return;
        }
        try {
            boolean sensitive = isSensitive();
            LOG.log(
                    Level.ERROR,
                    "engine " + name() + " has halted, and takes nothing more: "
                            + (stage == null ? "" : "stage " + stage + ": ") + ThrownText.of(cause, sensitive)
                            + "; Engine.health() says what is left. Mend the cause, close it and start it again",
                    sensitive ? null : cause);
        } catch (Throwable t) {
            assert t != null; // no memory, say: health() and all who publish tell it
        }
    }

    static String and(String a, String b) {
        return a == null ? b : b == null ? a : a + "; " + b;
    }

    /** Which inputs have answered for what could not be decided, in words; null when none has. */
    private String undecided() {
        String all = null;
        for (InputCounts c : inputs) {
            all = and(all, c.undecided().why());
        }
        return all;
    }

    /** Whether any event of it has sensitive fields: what is logged shows no message then of what code of the user has thrown. */
    boolean isSensitive() {
        return isSensitive(core.plan().topology());
    }

    static boolean isSensitive(Topology topology) {
        return topology.nodes().stream().anyMatch(n -> topology.isSensitive(n.id()));
    }

    String name() {
        return core.plan().topology().name();
    }
}
