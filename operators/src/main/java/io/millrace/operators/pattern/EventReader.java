package io.millrace.operators.pattern;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;

/** Shows stored events, one at a time: a copy of the bytes with a view of its own. Asked again it answers what it showed. */
final class EventReader implements EventView<Object> {
    private static final long NONE = -1;

    private final EventView<?> view;
    private final boolean hasCursor;
    private final byte[] bytes;
    private int length;
    private long serial = NONE;
    private Object value;

    EventReader(EventType<?> type) {
        view = type.newView();
        hasCursor = type.hasCursor();
        bytes = new byte[StoredEvents.words(type.maxLength()) * Long.BYTES];
    }

    boolean shows(long eventSerial) {
        if (serial != eventSerial) {
            return false;
        }
        if (hasCursor) {
            view.rewind();
        }
        return true;
    }

    /** Reads an event from a page of state. */
    Object read(long[] page, int at, int newLength, long newSerial) {
        for (int i = 0, to = 0; to < newLength; i++, to += Long.BYTES) {
            Bytes.putLong(bytes, to, page[at + i]);
        }
        length = newLength;
        serial = newSerial;
        value = view.wrap(bytes, 0, length);
        return value;
    }

    Object value() {
        return value;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    EventView<?> view() {
        return view;
    }

    @Override
    public Object wrap(byte[] from, int offset, int newLength) {
        return view.wrap(from, offset, newLength);
    }

    @Override
    public void rewind() {
        view.rewind();
    }

    @Override
    public void cut() {
        view.cut();
        serial = NONE;
        value = null;
    }
}
