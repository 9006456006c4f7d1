package io.millrace.operators;

import io.millrace.event.EventView;
import io.millrace.operator.Flow;

/** Rewinds all parts of a value that was put together from several. One node, one thread. */
final class RewindAll implements EventView<Object> {
    private final EventView<?>[] parts;
    private boolean isRewinding;

    RewindAll(int parts) {
        this.parts = new EventView<?>[parts];
    }

    /** Takes note of what rewinds a part that may have a cursor. */
    void part(int i, Flow flow) {
        parts[i] = flow.cursor();
    }

    @Override
    public Object wrap(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("rewinds only");
    }

    /** Ends where it began, too: what has no cursor leaves the one of an entry before, which may hold this. */
    @Override
    public void rewind() {
        if (isRewinding) {
            return;
        }
        isRewinding = true;
        for (EventView<?> p : parts) {
            if (p != null) {
                p.rewind();
            }
        }
        isRewinding = false;
    }
}
