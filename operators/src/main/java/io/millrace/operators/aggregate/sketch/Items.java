package io.millrace.operators.aggregate.sketch;

/**
 * Items and how often they came: {@code | how many || item | count | mark | item … |}, sorted by item. The mark is the
 * fold's.
 */
final class Items {
    static final int HEAD = 1;
    static final int STRIDE = 3;
    static final int COUNT = 1;
    static final int MARK = 2;

    private Items() {}

    static int longs(int items) {
        return HEAD + STRIDE * items;
    }

    /** Where the record of a place begins. */
    static int at(int at, int index) {
        return at + HEAD + STRIDE * index;
    }

    /** The place of an item, or where it would have to be inserted, as {@code -1 - place}. */
    static int find(long[] page, int at, long item) {
        return SortedLongs.find(page, at + HEAD, STRIDE, (int) page[at], item);
    }

    /** Inserts an item for which there is room, at a place that {@link #find} answered. */
    static void insert(long[] page, int at, int found, long item, long count, long mark) {
        int n = (int) page[at];
        int index = -1 - found;
        SortedLongs.open(page, at + HEAD, STRIDE, n, index);
        int record = at(at, index);
        page[record] = item;
        page[record + COUNT] = count;
        page[record + MARK] = mark;
        page[at] = n + 1;
    }

    /** Takes the item of a place away. */
    static void remove(long[] page, int at, int index) {
        SortedLongs.close(page, at + HEAD, STRIDE, (int) page[at], index);
        page[at]--;
    }
}
