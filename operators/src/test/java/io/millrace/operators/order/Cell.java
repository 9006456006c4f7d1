package io.millrace.operators.order;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;

/** An event of three numbers, as a flyweight on purpose: whoever keeps it without copying reads another event. */
final class Cell {
    long id;
    long timeNs;
    long tag;

    Cell set(long newId, long newTimeNs, long newTag) {
        id = newId;
        timeNs = newTimeNs;
        tag = newTag;
        return this;
    }

    @Override
    public String toString() {
        return id + "@" + timeNs + "#" + tag;
    }

    static final EventType<Cell> TYPE = new EventType<>("cell", 24) {
        @Override
        public EventView<Cell> newView() {
            Cell one = new Cell();
            return (bytes, offset, length) -> one.set(
                    Bytes.getLong(bytes, offset), Bytes.getLong(bytes, offset + 8), Bytes.getLong(bytes, offset + 16));
        }

        @Override
        public int encode(Cell c, byte[] target, int offset) {
            Bytes.putLong(target, offset, c.id);
            Bytes.putLong(target, offset + 8, c.timeNs);
            Bytes.putLong(target, offset + 16, c.tag);
            return 24;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return length == 24 ? null : "length " + length;
        }

        @Override
        public String layout() {
            return "id long, timeNs long, tag long";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return newView().wrap(bytes, offset, length).toString();
        }
    };
}
