package io.millrace.operators.join;

/**
 * A timeline of events each of which says when it ends, so that they do not end in the order of their times. Beside each event
 * stands what is asked of all below it in the tree: the latest end, so that a search for those which are open at a moment leaves
 * out what has ended, and which of them goes first, of all and of those that have not been matched.
 */
final class EndingTimeline extends OpenTimeline {
    /** Longs beside an event: | latest end below | the first to go below + 1 << 32, of those not matched + 1 | */
    static final int COLUMNS = 2;

    private static final long LOW = 0xFFFF_FFFFL;

    private final EventPlaces places;
    private final int endAt;
    private final int latestAt;
    private final int firstAt;
    private final boolean staysUntilItsTime;

    /**
     * No events.
     *
     * @param endAt             where the end of an event stands; written before {@link #renewUp}
     * @param columnsAt         where the columns stand
     * @param staysUntilItsTime whether an event that ends before its own time goes at its own time
     */
    EndingTimeline(EventPlaces places, long seed, int endAt, int columnsAt, boolean staysUntilItsTime) {
        super(places, seed);
        this.places = places;
        this.endAt = endAt;
        this.latestAt = columnsAt;
        this.firstAt = columnsAt + 1;
        this.staysUntilItsTime = staysUntilItsTime;
    }

    private long endNs(int id) {
        return places.get(id, endAt);
    }

    private long goesNs(int id) {
        return staysUntilItsTime ? Math.max(timeNs(id), endNs(id)) : endNs(id);
    }

    @Override
    void renew(int id) {
        long latest = endNs(id);
        int first = id;
        int firstOpen = isMatched(id) ? NONE : id;
        for (int below = left(id), i = 0; i < 2; below = right(id), i++) {
            if (below != NONE) {
                latest = Math.max(latest, places.get(below, latestAt));
                first = earlier(first, firstOf(below));
                firstOpen = earlier(firstOpen, firstOpenOf(below));
            }
        }
        places.set(id, latestAt, latest);
        places.set(id, firstAt, first + 1L << 32 | firstOpen + 1L & LOW);
    }

    private int firstOf(int id) {
        return (int) (places.get(id, firstAt) >>> 32) - 1;
    }

    private int firstOpenOf(int id) {
        return (int) (places.get(id, firstAt) & LOW) - 1;
    }

    private int earlier(int id, int other) {
        if (id == NONE || other == NONE) {
            return id == NONE ? other : id;
        }
        long ofId = goesNs(id);
        long ofOther = goesNs(other);
        return ofOther < ofId || ofOther == ofId && order(other) < order(id) ? other : id;
    }

    /** The event that goes first, of several the one that came first; NONE when there is none. */
    int firstToGo() {
        return top() == NONE ? NONE : firstOf(top());
    }

    /** The same of those that have not been matched. */
    @Override
    int firstOpen() {
        return top() == NONE ? NONE : firstOpenOf(top());
    }

    private boolean reachesBelow(int id, long ns) {
        return id != NONE && places.get(id, latestAt) >= ns;
    }

    /** The first event by (time, order) that ends at a moment or behind it; NONE when there is none. */
    int firstReaching(long ns) {
        return firstReaching(top(), ns);
    }

    private int firstReaching(int below, long ns) {
        int at = reachesBelow(below, ns) ? below : NONE;
        while (at != NONE) {
            count();
            if (reachesBelow(left(at), ns)) {
                at = left(at);
            } else if (endNs(at) >= ns) {
                return at;
            } else {
                at = right(at);
            }
        }
        return NONE;
    }

    /** The one behind another. */
    int nextReaching(int id, long ns) {
        int found = firstReaching(right(id), ns);
        int from = id;
        for (int up = parent(id); found == NONE && up != NONE; up = parent(up)) {
            count();
            if (left(up) == from) {
                found = endNs(up) >= ns ? up : firstReaching(right(up), ns);
            }
            from = up;
        }
        return found;
    }
}
