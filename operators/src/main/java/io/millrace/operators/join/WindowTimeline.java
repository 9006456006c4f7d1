package io.millrace.operators.join;

/**
 * A timeline of events that may come alone in windows: one after the other where windows overlap, each of which ends with others. Beside
 * each event stands in which windows it is still alone, and which of all below it in the tree comes first.
 *
 * <p>Those in which an event is alone follow each other without a gap: an event of the other side shares its first windows with it, or its last.
 */
final class WindowTimeline extends OpenTimeline {
    /** Longs beside an event: | last moment of the first window in which it is alone | of the last | the first of all below + 1 | */
    static final int COLUMNS = 3;

    private final EventPlaces places;
    private final int firstAt;
    private final int lastAt;
    private final int belowAt;

    /**
     * No events.
     *
     * @param columnsAt where the columns stand
     */
    WindowTimeline(EventPlaces places, long seed, int columnsAt) {
        super(places, seed);
        this.places = places;
        firstAt = columnsAt;
        lastAt = columnsAt + 1;
        belowAt = columnsAt + 2;
    }

    /** The last moment of the first window in which an event is alone; behind {@link #lastNs} when it is in none. */
    long firstNs(int id) {
        return places.get(id, firstAt);
    }

    /** The last moment of the last such window. */
    long lastNs(int id) {
        return places.get(id, lastAt);
    }

    /** Sets in which windows it is alone; what is kept of those above it is to be renewed. */
    void alone(int id, long firstNs, long lastNs) {
        places.set(id, firstAt, firstNs);
        places.set(id, lastAt, lastNs);
        if (firstNs > lastNs) {
            setMatched(id);
        }
    }

    @Override
    void renew(int id) {
        int first = isMatched(id) ? NONE : id;
        first = earlier(first, below(left(id)));
        places.set(id, belowAt, earlier(first, below(right(id))) + 1L);
    }

    private int below(int id) {
        return id == NONE ? NONE : (int) places.get(id, belowAt) - 1;
    }

    private int earlier(int id, int other) {
        if (id == NONE || other == NONE) {
            return id == NONE ? other : id;
        }
        long ofId = firstNs(id);
        long ofOther = firstNs(other);
        return ofOther < ofId || ofOther == ofId && order(other) < order(id) ? other : id;
    }

    /** The event that comes alone first, of several the one that came first; NONE when none does. */
    @Override
    int firstOpen() {
        return below(top());
    }
}
