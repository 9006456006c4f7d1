package io.millrace.engine;

import java.time.Duration;
import java.util.List;

/**
 * What an engine has accepted and not done when it has closed, or halted: in words, for who closes it and for health. Any thread; what it
 * says of stages holds when they have ended.
 */
final class LeftBehind {
    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;
    private final Ingress ingress;

    /** Null where there is no journal. */
    private final JournalThread journal;

    LeftBehind(Host host, InputRing ring, EngineLoop loop, Ingress ingress, JournalThread journal) {
        this.host = host;
        this.ring = ring;
        this.loop = loop;
        this.ingress = ingress;
        this.journal = journal;
    }

    /**
     * What stands still behind user code that does not return, has not become durable, or was lost in sinks; null when nothing was. What sinks say
     * comes last, but first where a stage is in one of them: that is why the others are left.
     */
    EngineStoppedException whenClosed(
            List<Thread> stages, List<Thread> sources, Duration within, EngineStoppedException ofJournal) {
        EngineStoppedException ofSinks = host.sinks().lost();
        EngineStoppedException others = EngineStoppedException.first(left(stages, sources, within), ofJournal);
        return isInSink(stages)
                ? EngineStoppedException.first(ofSinks, others)
                : EngineStoppedException.first(others, ofSinks);
    }

    private boolean isInSink(List<Thread> stages) {
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).isAlive() && host.sinks().isInSink(i)) {
                return true;
            }
        }
        return false;
    }

    private EngineStoppedException left(List<Thread> stages, List<Thread> sources, Duration within) {
        EngineStoppedException lost = stuck(stages, within);
        if (loop.failure() == null) {
            lost = ingress.left() == 0
                    ? lost
                    : and(lost, ingress.left() + " redriven letters were not published within " + within);
            lost = and(lost, ingress.backlogs().left());
            lost = and(lost, journal == null ? null : journal.lost(loop, within));
        }
        for (Thread t : sources) {
            if (t.isAlive()) {
                lost = and(lost, "the source of thread " + t.getName() + " has not ended within " + within);
            }
        }
        return lost;
    }

    /** First the stages that are in code of the user, then those that might have gone on; of others only that they have not ended. */
    private EngineStoppedException stuck(List<Thread> threads, Duration within) {
        EngineStoppedException inHand = null;
        EngineStoppedException behind = null;
        EngineStoppedException done = null;
        for (int i = 0; i < threads.size(); i++) {
            StageLoop stage = loop.stages().get(i);
            if (!threads.get(i).isAlive() || stage.waitsForStage()) {
                continue; // the one it waits for is the cause
            }
            long left = ring.cursor() - ring.consumed(i);
            String whose = threads.size() == 1 ? "" : "stage " + stage.name() + ": ";
            String what = whose + "its last " + left + " entries were not processed within " + within;
            if (host.sinks().isInSink(i)) { // with none left it says so itself
                inHand = and(inHand, left == 0 ? null : what + "; its thread has not returned from a call to a sink");
            } else if (stage.isInHand()) {
                inHand = and(inHand, what + "; its thread has not finished the current entry");
            } else if (left > 0) {
                behind = and(behind, what);
            } else {
                done = and(done, whose + "its thread has not ended within " + within);
            }
        }
        EngineStoppedException lost = EngineStoppedException.first(inHand, behind);
        return lost == null && host.sinks().lost() == null ? done : lost;
    }

    private EngineStoppedException and(EngineStoppedException lost, String what) {
        return what == null
                ? lost
                : EngineStoppedException.first(
                        lost, new EngineStoppedException("closing engine " + host.name() + ": " + what, null));
    }

    /** What halted it, and behind that, when all stages have ended, what of it nobody has done; null when it has not halted. */
    String whenHalted() {
        String why = loop.why();
        if (why == null || !loop.isEnded()) {
            return why;
        }
        long done = loop.evaluated();
        long events = ring.events(done);
        String left =
                events == 0 ? null : events + " accepted events, from entry " + (done + 1) + " on, were not processed";
        left = Host.and(left, ingress.backlogs().left());
        left = Host.and(left, journal == null ? null : journal.leftWhenHalted(loop, ring));
        return left == null ? why : why + "; " + left;
    }
}
