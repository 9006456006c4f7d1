package io.millrace.operators;

import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.event.MisuseException;

/**
 * Takes the events that a function fills for one event, up to a declared number: {@code begin()}, fill, {@code end()},
 * and again. Valid during the call that it is given to.
 *
 * @param <W> the type of the filled events, as the function sees them
 */
public final class InPlaceEmitter<W> {
    private final EventWriter<W> writer;
    private final byte[][] slots;
    private final int[] lengths;
    private int count;
    private boolean isOpen;

    InPlaceEmitter(InPlaceType<?, W> type, int atMost) {
        writer = type.newWriter();
        slots = new byte[atMost][type.maxLength()];
        lengths = new int[atMost];
    }

    void clear() {
        count = 0;
        isOpen = false;
    }

    int count() {
        return count;
    }

    byte[] slot(int i) {
        return slots[i];
    }

    int length(int i) {
        return lengths[i];
    }

    /**
     * Begins an event, with the time and key of the event that is read.
     *
     * @return the event, to be filled; a field that is not set is zero
     * @throws IllegalStateException if it is one more than declared, or the last one has not ended
     */
    public W begin() {
        requireEnded();
        if (count == slots.length) {
            throw new MisuseException("flatMap emits more than the " + slots.length
                    + " outputs it declares for one event; raise its bound");
        }
        isOpen = true;
        byte[] slot = slots[count];
        int used = lengths[count];
        lengths[count] = slot.length; // what a function leaves behind that throws
        return writer.wrapUsed(slot, 0, slot.length, used);
    }

    /**
     * Emits what was filled since {@link #begin}. It is sent when the function returns.
     *
     * @throws IllegalStateException if no event has begun
     */
    public void end() {
        if (!isOpen) {
            throw new MisuseException("flatMap: end() without begin()");
        }
        isOpen = false;
        lengths[count] = writer.length();
        count++;
    }

    void requireEnded() {
        if (isOpen) {
            throw new MisuseException("flatMap: begin() without end()");
        }
    }
}
