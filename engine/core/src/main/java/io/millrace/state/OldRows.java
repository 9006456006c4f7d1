package io.millrace.state;

import java.util.Arrays;

/** Rows as they were saved, to be read one by one. */
final class OldRows {
    private final int longs;
    private final int perPage;
    private final int end;
    private final long[][] pages;
    private final int keyBytesMax;

    private OldRows(int longs, int end, long[][] pages, int keyBytesMax) {
        this.longs = longs;
        this.perPage = Blocks.perPage(longs);
        this.end = end;
        this.pages = pages;
        this.keyBytesMax = keyBytesMax;
    }

    /** Reads what {@link Blocks} and then {@link RowKeys} have written. */
    static OldRows read(StateReader from) {
        long longs = from.getLong();
        if (longs < 1 || longs > Pages.PAGE_LONGS - 1) {
            throw from.refused(
                    "rows of " + longs + " longs are not possible, so the state is damaged; use another snapshot");
        }
        from.getLong();
        from.getLong();
        boolean hasWaiting = from.getInt() < 0;
        int end = from.getInt("the end of its blocks", Integer.MAX_VALUE);
        from.getInt();
        for (int n = hasWaiting ? from.getInt("a number of pages with room", 1 << 18) : 0; n > 0; n--) {
            from.getInt();
        }
        long[][] pages = new long[from.getInt("a number of pages", 1 << 18)][];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new long[Pages.PAGE_LONGS];
            from.getLongs(pages[i], Pages.PAGE_LONGS);
        }
        return new OldRows((int) longs, end, pages, (int) from.getLong());
    }

    /** The slot at or behind one; -1 when there is none. A slot is where column 0 of a row of its own is. */
    int next(int fromSlot) {
        int keyLongs = RowKeys.keyLongs(keyBytesMax);
        int block = Math.max(0, fromSlot - keyLongs);
        int page = block >>> Pages.PAGE_SHIFT;
        int place = ((block & Pages.PAGE_MASK) + longs - 1) / longs;
        for (; page < pages.length; page++, place = 0) {
            for (; place < perPage; place++) {
                int id = (page << Pages.PAGE_SHIFT) + place * longs;
                if (id >= end) {
                    return -1;
                }
                if ((pages[page][perPage * longs + (place >>> 6)] >>> place & 1) != 0) {
                    return id + keyLongs;
                }
            }
        }
        return -1;
    }

    int keyBytesMax() {
        return keyBytesMax;
    }

    long[] page(int slot) {
        return pages[slot >>> Pages.PAGE_SHIFT];
    }

    /** Where each has gone to, by {@link #place}: nowhere yet. */
    int[] places() {
        int[] result = new int[pages.length * perPage];
        Arrays.fill(result, -1);
        return result;
    }

    /** The number of a row's place. */
    int place(int slot) {
        int block = slot - RowKeys.keyLongs(keyBytesMax);
        return (block >>> Pages.PAGE_SHIFT) * perPage + (block & Pages.PAGE_MASK) / longs;
    }
}
