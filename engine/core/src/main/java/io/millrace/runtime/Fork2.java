package io.millrace.runtime;

import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;

/**
 * Sends an entry down up to 2 branches, the first one first. A template like {@link Segment}.
 *
 * <p>What the first branch may change is kept in variables: there is no reference to be written into an old object, and no second cell to
 * be read and written, which took two thirds more instructions.
 */
final class Fork2 implements Node {
    private final Node a;
    private final Node b;

    /** Of an entry that is more than a plain insert. */
    private final Flow saved = new Flow();

    Fork2(Node[] branches) {
        a = branches[0];
        b = branches[1];
    }

    @Override
    public boolean on(Flow flow) {
        if (!flow.isPlain()) {
            saved.copyFrom(flow);
            a.on(flow);
            flow.copyFrom(saved);
            b.on(flow);
            return false;
        }
        int place = flow.place();
        Object value = flow.value();
        byte[] bytes = flow.bytes();
        int offset = flow.offset();
        int length = flow.length();
        EventView<?> cursor = flow.cursor();
        long timeNs = flow.timeNs();
        long key = flow.key();
        byte[] keyBytes = flow.keyBytes();
        int keyLength = flow.keyLength();
        a.on(flow);
        flow.value(place, value, bytes, offset, length);
        flow.cursor(cursor);
        flow.timeNs(timeNs);
        flow.key(key, keyBytes, keyLength);
        flow.makePlain();
        b.on(flow);
        return false;
    }
}
