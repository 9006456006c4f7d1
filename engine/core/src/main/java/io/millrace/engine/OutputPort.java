package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.SinkPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Hands the events of one output to its receivers on the stage's thread, and measures how long after the intended time that
 * was. The clock is read only for entries that carry an intended time.
 */
final class OutputPort implements SinkPort {
    /** Ten minutes; what is longer is recorded as that, and counted. */
    private static final long HIGHEST_NS = 600_000_000_000L;

    private static final VarHandle HANDED;

    static {
        try {
            HANDED = MethodHandles.lookup().findVarHandle(OutputPort.class, "handed", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Output<?> output;
    private final int node;
    private final int keyBytes;
    private final DeadLetterPort deadLetters;
    private final Histogram latencyNs = new Histogram(HIGHEST_NS, 3);
    private final Handover receiver;
    private Handover decisions;

    /** Those that do not wait for a journal; null where nobody asked for that. */
    private EarlyReceivers early;

    /** Takes what is not to be let out before its entry is durable; null where there is no journal. */
    private Handover held;

    /** Where letters of receivers are noted; null where there is no journal. */
    private LetterMark letters;

    /** Of a core beside the host: letters of receivers are its own business. */
    private boolean mute;

    private long count;
    private long letOut;

    /** Twice the outputs that receivers have had, and one more while they have one in hand; others look whether it moves. */
    private long handed;

    private long failed;
    private long clamped;

    OutputPort(Output<?> output, int node, int keyBytes, DeadLetterPort deadLetters, Handover receiver) {
        this.output = output;
        this.node = node;
        this.keyBytes = keyBytes;
        this.deadLetters = deadLetters;
        this.receiver = receiver;
    }

    Output<?> output() {
        return output;
    }

    int node() {
        return node;
    }

    /** The most bytes of the key of the stream that leads to it; 0 for a number, and where it has none. */
    int keyBytes() {
        return keyBytes;
    }

    /** Lets a caller of the inline host see what its event put out. */
    void decisions(Handover sees) {
        decisions = sees;
    }

    /** Before the start. */
    void heldBy(Handover holds) {
        held = holds;
    }

    /** Before the start. */
    void early(EarlyReceivers receivers) {
        early = receivers;
    }

    /** Before the start. */
    void lettersIn(LetterMark mark) {
        letters = mark;
    }

    /** For a core beside the host: receivers are twins of the host's views, whose letters are counted there. */
    void heldByTwins() {
        mute = true;
        heldByNobody(() -> true);
    }

    /** In place of {@link HeldOutputs}, for a core beside the host: what those could not hold is no output there either. */
    void heldByNobody(BooleanSupplier letsOut) {
        byte[] scratch = new byte[output.type().maxLength()];
        held = flow -> {
            Held.copyValue(flow, output.type(), scratch, 0);
            if (letsOut.getAsBoolean()) {
                letOut(flow, false);
            }
        };
    }

    @Override
    public void accept(Flow flow) {
        if (decisions != null) {
            handOver(decisions, flow);
            flow.rewind();
        }
        if (early != null) {
            HANDED.setOpaque(this, handed + 1);
            early.accept(flow);
            HANDED.setOpaque(this, handed + 1);
        }
        if (held == null) {
            count++;
            letOut(flow, true);
        } else if (handOver(held, flow)) {
            count++; // what does not fit its layout reaches no receiver, and these number what they get
        }
    }

    /** Hands an output to its receivers; how late that is means nothing for what a journal brings back. */
    void letOut(Flow flow, boolean live) {
        letOut++;
        HANDED.setOpaque(this, handed + 1);
        handOver(receiver, flow);
        HANDED.setOpaque(this, handed + 1);
        if (live && !flow.fired() && flow.intendedNs() != 0) { // what was held back on purpose is not slow
            record(HostClock.nanoTime() - flow.intendedNs());
        }
    }

    /**
     * Each is guarded by itself: whoever fails hides the event from nobody else. Answers false when it has failed. One call for all, so
     * that the JIT has met several of them before a second engine brings its own.
     */
    private boolean handOver(Handover to, Flow flow) {
        try {
            to.accept(flow);
            return true;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            if (to != receiver || isNews()) {
                failed(flow, t);
            }
            return false;
        }
    }

    /** Whether the letter of a receiver has not been counted before, or elsewhere. */
    private boolean isNews() {
        return !mute && (letters == null || letters.note(letOut));
    }

    private void failed(Flow flow, Throwable t) {
        failed++;
        deadLetters.letter(flow, node, Reason.OPERATOR_ERROR, null, t);
    }

    private void record(long ns) {
        if (ns < 0 || ns > HIGHEST_NS) {
            clamped++;
        }
        latencyNs.recordValue(Math.max(0, Math.min(ns, HIGHEST_NS)));
    }

    /** A snapshot has had so many. */
    void counted(long before) {
        count = before;
        letOut = before;
    }

    // ---- any thread

    /** A number that is another one behind each output. */
    long handed() {
        return (long) HANDED.getOpaque(this);
    }

    /** Whether a receiver has an output in hand. */
    boolean isHanding() {
        return (handed() & 1) == 1;
    }

    // ---- the stage's thread

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
