package io.millrace.operators.join;

/**
 * A timeline of events some of which have been matched, that finds the first which has not however many before it have: beside each
 * event stands whether one at or below it in the tree is open.
 */
class OpenTimeline extends Timeline {
    /* Flags. */
    private static final int MATCHED = 1;
    private static final int OPEN_BELOW = 2;

    OpenTimeline(EventPlaces places, long seed) {
        super(places, seed, true);
    }

    final boolean isMatched(int id) {
        return (flags(id) & MATCHED) != 0;
    }

    /** Marks an event, of which the marks of those above it are to be renewed. */
    final void setMatched(int id) {
        flags(id, flags(id) | MATCHED);
    }

    @Override
    void renew(int id) {
        boolean isOpen = !isMatched(id) || isOpenBelow(left(id)) || isOpenBelow(right(id));
        flags(id, flags(id) & MATCHED | (isOpen ? OPEN_BELOW : 0));
    }

    private boolean isOpenBelow(int id) {
        return id != NONE && (flags(id) & OPEN_BELOW) != 0;
    }

    /** The first event that has not been matched; NONE when all have. */
    int firstOpen() {
        int at = isOpenBelow(top()) ? top() : NONE;
        while (at != NONE) {
            count();
            if (isOpenBelow(left(at))) {
                at = left(at);
            } else if (!isMatched(at)) {
                return at;
            } else {
                at = right(at);
            }
        }
        return NONE;
    }
}
