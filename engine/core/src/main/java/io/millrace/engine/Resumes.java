package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.Marks;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.util.ArrayList;
import java.util.List;

/** Where the receivers of a host go on that has a journal. Used while the host is set up. */
final class Resumes {
    /** Receivers of one output; each output has its own marks, so that binding another one elsewhere changes nothing. */
    private static final int PER_OUTPUT = 4;

    private final Topology topology;
    private final Marks marks;
    private final long firstLive;
    private final int[] bound;
    private final List<ResumedOutput> all = new ArrayList<>();
    private final List<String> inDoubt = new ArrayList<>();

    /** The journal ends before the first live entry. */
    Resumes(Topology topology, Marks marks, long firstLive) {
        this.firstLive = firstLive;
        this.topology = topology;
        this.marks = marks;
        bound = new int[topology.outputs().size()];
        if (bound.length * PER_OUTPUT * 2 > marks.size()) {
            throw new JournalException(topology + " has " + bound.length + " outputs, and its journal keeps marks for "
                    + marks.size() / (2 * PER_OUTPUT) + "; divide the topology, or do without a journal");
        }
    }

    /** For a receiver that is called directly. */
    ResumedOutput of(Output<?> output) {
        return of(output, Resumption.marked());
    }

    ResumedOutput of(Output<?> output, EventSink<?> sink) {
        try {
            return of(output, sink.resume(output.name()));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException("output " + output.name() + ": its sink cannot say what it holds: " + e, e);
        }
    }

    private ResumedOutput of(Output<?> output, Resumption how) {
        int port = topology.outputs().indexOf(output);
        int index = bound[port]++;
        if (how.isMarked() && index >= PER_OUTPUT) {
            throw new JournalException("output " + output.name() + " has more than " + PER_OUTPUT
                    + " receivers of which the journal keeps marks; bind one that hands events on");
        }
        ResumedOutput result =
                new ResumedOutput(output.name(), how, marks, port * PER_OUTPUT + Math.min(index, PER_OUTPUT - 1));
        all.add(result);
        if (result.doubtful() > 0) {
            inDoubt.add(output.name() + ": " + (result.held() - result.doubtful() + 1) + " to " + result.held());
        }
        return result;
    }

    /** The place of the first entry that the journal does not have at the start. */
    long firstLive() {
        return firstLive;
    }

    /** Those of all receivers. */
    List<ResumedOutput> all() {
        return all;
    }

    /** What receivers were given and may or may not have dealt with: outputs and their numbers, from 1. */
    List<String> inDoubt() {
        return List.copyOf(inDoubt);
    }
}
