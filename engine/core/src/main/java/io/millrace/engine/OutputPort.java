package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.SinkPort;
import org.HdrHistogram.Histogram;

/**
 * Hands the events of one output to its receivers on the stage's thread, and measures how long after the intended time that
 * was. The clock is read only for entries that carry an intended time.
 */
final class OutputPort implements SinkPort {
    /** Ten minutes; what is longer is recorded as that, and counted. */
    private static final long HIGHEST_NS = 600_000_000_000L;

    private final Output<?> output;
    private final int node;
    private final DeadLetterPort deadLetters;
    private final Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
    private final Handover receiver;
    private MetaReceiver<Object> decisions;
    private long count;
    private long failed;
    private long clamped;

    OutputPort(Output<?> output, int node, DeadLetterPort deadLetters, Handover receiver) {
        this.output = output;
        this.node = node;
        this.deadLetters = deadLetters;
        this.receiver = receiver;
    }

    Output<?> output() {
        return output;
    }

    /** Lets a caller of the inline host see what its event put out. */
    void decisions(MetaReceiver<Object> sees) {
        decisions = sees;
    }

    @Override
    public void accept(Flow flow) {
        count++;
        try {
            if (decisions != null) {
                decisions.on(flow.value(), flow);
            }
            receiver.accept(flow);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            failed++;
            deadLetters.letter(flow.sequence(), node, Reason.OPERATOR_ERROR, null, t, flow.entry(), flow.entryOffset());
        }
        long intendedNs = flow.intendedNs();
        if (intendedNs != 0) {
            record(HostClock.nanoTime() - intendedNs);
        }
    }

    private void record(long ns) {
        if (ns < 0 || ns > HIGHEST_NS) {
            clamped++;
        }
        latencyNs.recordValue(Math.max(0, Math.min(ns, HIGHEST_NS)));
    }

    long count() {
        return count;
    }

    long failed() {
        return failed;
    }

    long clamped() {
        return clamped;
    }

    void copyLatency(Histogram into) {
        latencyNs.copyInto(into);
    }

    Histogram newHistogram() {
        return new Histogram(HIGHEST_NS, 3);
    }
}
