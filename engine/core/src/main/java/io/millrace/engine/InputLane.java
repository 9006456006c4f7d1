package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.event.ThrownText;

/** What one publisher has of its own: how it waits, room for the entry about drops, the key of an event that is to wait. One thread. */
final class InputLane<V> {
    private final Input<V> input;
    private final InputCounts counts;
    private final Backlog backlog;
    private final Idle idle = new Idle(Idle.BRIEF);
    private final byte[] drops = new byte[InputCounts.DROPS_LENGTH];
    private final Overflow<V> overflow;
    private final EventView<V> view;
    private final ConflateKey key;

    @SuppressWarnings("unchecked")
    InputLane(Ingress ingress, Input<V> input) {
        this.input = input;
        int source = ingress.host().core().source(input);
        counts = ingress.host().inputs().get(source);
        backlog = ingress.backlogs().of(source);
        overflow = (Overflow<V>) counts.overflow(); // declared together with the input
        view = overflow.tellsApart() ? input.type().newView() : null;
        key = view == null ? null : backlog.newKey();
    }

    InputCounts counts() {
        return counts;
    }

    /** Null where events do not wait in front of the ring. */
    Backlog backlog() {
        return backlog;
    }

    boolean isBehind() {
        return backlog != null && backlog.isBehind();
    }

    Idle idle() {
        return idle;
    }

    byte[] drops() {
        return drops;
    }

    /** By what an event is told apart from others that wait. */
    ConflateKey key(byte[] bytes, int offset) {
        if (key == null) {
            return null;
        }
        try {
            V event = view.wrap(bytes, Entry.payload(bytes, offset), Entry.payloadLength(bytes, offset));
            return overflow.read(event, key);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            RefusedException refused = new RefusedException(
                    Reason.OPERATOR_ERROR,
                    "input " + input.name() + ": the function that gives the key for conflating failed: "
                            + ThrownText.of(e, input.type().hasSensitive()));
            refused.addSuppressed(e);
            throw counts.refused(refused);
        }
    }
}
