package io.millrace.operators.pattern;

import io.millrace.event.Bytes;
import io.millrace.event.EventView;

/** A pattern object over the bytes of a match. */
final class MatchView<P> implements EventView<P>, MatchSource {
    private static final int LENGTH = 4;

    private final MatchType<P> type;
    private final P match;
    private final PatternShape shape;
    private final EventView<?>[] views;
    private byte[] bytes;
    private int offset;

    /** Where the events are, one behind the other, as far as has been looked. */
    private final int[] places;

    private int known;
    private int walked;

    MatchView(MatchType<P> type, P match, PatternShape shape) {
        this.type = type;
        this.match = match;
        this.shape = shape;
        places = new int[type.eventsAtMost()];
        views = new EventView<?>[type.steps() * READERS];
        for (int i = 0; i < views.length; i++) {
            views[i] = type.ofStep(i / READERS).newView();
        }
    }

    @Override
    public P wrap(byte[] newBytes, int newOffset, int length) {
        bytes = newBytes;
        offset = newOffset;
        known = 0;
        shape.source = this;
        return match;
    }

    @Override
    public void cut() {
        shape.source = MatchSource.NONE;
        for (EventView<?> v : views) {
            v.cut();
        }
    }

    @Override
    public int count(int step) {
        return Bytes.getShort(bytes, offset + 2 * step) & 0xffff;
    }

    @Override
    public Object event(int step, int index, int reader) {
        int at = find(step, index);
        EventView<?> view = views[step * READERS + reader];
        Object event = view.wrap(bytes, at + LENGTH, Bytes.getInt(bytes, at));
        view.rewind();
        return event;
    }

    @Override
    public int copy(int step, int index, byte[] target, int to) {
        int at = find(step, index);
        int length = Bytes.getInt(bytes, at);
        System.arraycopy(bytes, at + LENGTH, target, to, length);
        return length;
    }

    /** Goes along each event once, whatever the order in which they are asked for. */
    private int find(int step, int index) {
        int before = index;
        for (int s = 0; s < step; s++) {
            before += count(s);
        }
        if (known == 0) {
            places[known++] = offset + type.head();
        }
        for (; known <= before; known++) {
            int last = places[known - 1];
            places[known] = last + LENGTH + Bytes.getInt(bytes, last);
            walked++;
        }
        return places[before];
    }

    /** Events gone along. */
    int walked() {
        return walked;
    }
}
