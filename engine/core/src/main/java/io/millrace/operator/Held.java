package io.millrace.operator;

import io.millrace.event.EventType;
import io.millrace.event.EventView;

/**
 * A copy of an entry that outlives the call: values by reference, views by their bytes. Created once and reused, by one
 * thread.
 *
 * @param <V> what the edge carries
 */
public final class Held<V> {
    private final EventType<V> type;
    private final EventView<V> view;
    private final byte[] bytes;
    private byte[] keyBytes = new byte[0];
    private final Flow flow = new Flow();
    private Firing firing;
    private int length;

    /**
     * Creates room for one entry.
     *
     * @param type what the edge carries
     */
    public Held(EventType<V> type) {
        this(type, type.isValue() ? null : type.newView());
    }

    /**
     * Creates room for one entry of a node; its view is cut off after each entry in runs that do so.
     *
     * @param type what the edge carries
     * @param of the node's context
     */
    public Held(EventType<V> type, NodeContext of) {
        this(type, type.isValue() ? null : of.cutting(type.newView()));
    }

    private Held(EventType<V> type, EventView<V> view) {
        this.type = type;
        this.view = view;
        this.bytes = type.isValue() ? null : new byte[type.maxLength()];
    }

    /**
     * Copies the entry in hand.
     *
     * @param from the entry in hand
     */
    public void hold(Flow from) {
        flow.copyFrom(from);
        if (from.firing() != null) {
            holdFiring(from.firing());
        }
        if (from.keyBytes() != null) {
            holdKey(from);
        }
        if (view != null) {
            length = copyValue(from, type, bytes, 0);
        } else {
            flow.value(from.value());
        }
    }

    private void holdFiring(Firing of) {
        if (firing == null) {
            firing = new Firing(of.node()); // on first use, and kept
        }
        firing.copyFrom(of);
        flow.firing(firing);
    }

    private void holdKey(Flow from) {
        if (keyBytes.length < from.keyLength()) {
            keyBytes = new byte[from.keyLength()];
        }
        System.arraycopy(from.keyBytes(), 0, keyBytes, 0, from.keyLength());
        flow.key(from.key(), keyBytes, from.keyLength());
    }

    /**
     * Writes the bytes of the value in hand.
     *
     * @param from the entry in hand
     * @param type its type
     * @param target where to
     * @param offset first byte
     * @param <T> what the edge carries
     * @return bytes written
     */
    public static <T> int copyValue(Flow from, EventType<T> type, byte[] target, int offset) {
        if (from.bytes() == null) {
            return type.encode(from.<T>value(), target, offset);
        }
        System.arraycopy(from.bytes(), from.offset(), target, offset, from.length());
        return from.length();
    }

    /**
     * Returns the value held.
     *
     * @return a view over the copy, or the value
     */
    public V value() {
        return view == null ? flow.value() : view.wrap(bytes, 0, length);
    }

    /**
     * Returns the value held, seen through a view of the caller, so that several copies, one after another, are seen
     * through the same object.
     *
     * @param shown a view of the type, moved over the copy if that is bytes
     * @return the view, or the value
     */
    public V value(EventView<V> shown) {
        return view == null ? flow.value() : shown.wrap(bytes, 0, length);
    }

    /**
     * Puts the entry back into the stage's hand.
     *
     * @param into the stage's cell; its causing entry stays
     */
    public void restore(Flow into) {
        into.copyFrom(flow);
        if (view != null) {
            into.value(view.wrap(bytes, 0, length), bytes, 0, length);
            if (type.hasCursor()) {
                into.cursor(view);
            }
        }
    }

    /** Takes the bytes away from a view that user code has kept. */
    public void cut() {
        if (view != null) {
            view.cut();
        }
    }

    /** Lets go of the value. */
    public void clear() {
        flow.value(null);
    }
}
