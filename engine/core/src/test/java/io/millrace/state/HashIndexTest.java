package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashIndexTest {
    private static final int KEYS = 400;
    private static final int HOMES = 600;

    private final StateCounters counters = new StateCounters();
    private final List<Long> tagsIn = new ArrayList<>();

    @Test
    void shouldKeepCellsInTheOrderOfTagsWithNoGapBeforeThem() {
        for (int seed = 0; seed < 40; seed++) {
            HashIndex index = newIndex();
            List<Long> cells = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(seed);
            int differentHashes = seed % 2 == 0 ? Integer.MAX_VALUE : 50;
            for (int i = 0; i < 3_000; i++) {
                boolean fill =
                        cells.size() < KEYS && (cells.isEmpty() || random.nextInt(100) < (i / 500 % 2 == 0 ? 80 : 20));
                if (fill) {
                    long target = HashIndex.target((long) random.nextInt(differentHashes) * 0x9E3779B97F4A7C15L);
                    insert(index, target, i);
                    cells.add(target | i);
                } else {
                    long cell = cells.remove(random.nextInt(cells.size()));
                    index.remove(cell & -1L << 32, (int) cell);
                }
                if (i % 50 == 0 || cells.size() < 5) {
                    check(index, cells);
                }
            }
        }
    }

    @Test
    void shouldHaveTheSameCellsWhateverHappenedBefore() {
        SplittableRandom random = new SplittableRandom(7);
        HashIndex worn = newIndex();
        List<Long> cells = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (cells.size() == KEYS || !cells.isEmpty() && random.nextInt(10) < 4) {
                long cell = cells.remove(random.nextInt(cells.size()));
                worn.remove(cell & -1L << 32, (int) cell);
            } else {
                long target = HashIndex.target(random.nextLong());
                insert(worn, target, i);
                cells.add(target | i);
            }
        }
        HashIndex fresh = newIndex();
        for (long cell : cells) {
            insert(fresh, cell & -1L << 32, (int) cell);
        }
        for (int at = 0; at < HashIndex.longs(HOMES, KEYS); at++) {
            assertEquals(fresh.cell(at), worn.cell(at), "cell " + at);
        }
    }

    /** Waves of keys, each through several regions and back. */
    @Test
    void shouldFindEachKeyWhileKeysMoveToLargerAndSmallerRegions() {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int homes = 3_000 + random.nextInt(6_000);
            int keys = homes / 2;
            HashIndex index = new HashIndex(Budgets.large(), homes, keys, counters, 8 + random.nextInt(40));
            List<Long> cells = new ArrayList<>();
            int differentHashes = seed % 3 == 0 ? keys : Integer.MAX_VALUE;
            for (int i = 0; i < 40_000; i++) {
                boolean fill = cells.size() < keys
                        && (cells.isEmpty() || random.nextInt(100) < (i / 5_000 % 2 == 0 ? 85 : 15));
                if (fill) {
                    long target = HashIndex.target((long) random.nextInt(differentHashes) * 0x9E3779B97F4A7C15L);
                    insert(index, target, i);
                    cells.add(target | i);
                } else {
                    int last = cells.size() - 1;
                    int at = random.nextInt(cells.size());
                    long cell = cells.get(at);
                    cells.set(at, cells.get(last));
                    cells.remove(last);
                    index.remove(cell & -1L << 32, (int) cell);
                    assertFalse(finds(index, cell), "removed");
                }
                if (i % 499 == 0) {
                    for (long cell : cells) {
                        assertTrue(finds(index, cell), "seed " + seed + ", " + i);
                    }
                } else if (!cells.isEmpty()) {
                    assertTrue(finds(index, cells.get(random.nextInt(cells.size()))), "seed " + seed + ", " + i);
                }
            }
        }
        assertTrue(counters.stepsMax() < 100, "cells looked at by one operation: " + counters.stepsMax());
    }

    private static boolean finds(HashIndex index, long cell) {
        int at = index.seek(cell & -1L << 32);
        while (HashIndex.matches(index.cell(at), cell)) {
            if (index.cell(at++) == cell) {
                return true;
            }
        }
        return false;
    }

    /** A few keys of an index made for millions stand close together, and so do a few that are left of many. */
    @Test
    void shouldBeAsLargeAsItsKeysNeedIt() {
        int keys = 1 << 20;
        HashIndex index = new HashIndex(Budgets.large(), 2 * keys, keys, counters);
        SplittableRandom random = new SplittableRandom(3);
        List<Long> cells = new ArrayList<>();
        add(index, cells, random, 1_000);
        assertTrue(spread(index, cells) < 8_192, "of few: " + spread(index, cells));
        add(index, cells, random, 200_000);
        assertTrue(spread(index, cells) > 200_000, "of many: " + spread(index, cells));
        while (cells.size() > 1_000) {
            long cell = cells.remove(cells.size() - 1);
            index.remove(cell & -1L << 32, (int) cell);
        }
        for (int i = 0; i < 60_000; i++) { // keys come and go
            index.remove(cells.get(0) & -1L << 32, (int) (long) cells.remove(0));
            add(index, cells, random, 1);
        }
        assertTrue(spread(index, cells) < 16_384, "of few that are left: " + spread(index, cells));
    }

    private static void add(HashIndex index, List<Long> cells, SplittableRandom random, int n) {
        for (int i = 0; i < n; i++) {
            long target = HashIndex.target(random.nextLong());
            insert(index, target, i);
            cells.add(target | i);
        }
    }

    private static int spread(HashIndex index, List<Long> cells) {
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (long cell : cells) {
            least = Math.min(least, index.seek(cell));
            most = Math.max(most, index.seek(cell));
        }
        return most - least;
    }

    @Test
    void shouldRefuseWhatWouldBeTooFarFromHome() {
        int keys = 5_000;
        HashIndex index = new HashIndex(Budgets.large(), 2 * keys, keys, counters);
        long last = HashIndex.target(-1L);
        for (int i = 0; i <= HashIndex.OVERHANG_MAX; i++) {
            insert(index, last, i);
        }
        assertEquals(-1, index.room(last, index.seek(last)));
        assertEquals(HashIndex.OVERHANG_MAX + 2, counters.stepsMax());
        index.remove(last, 17);
        assertTrue(index.room(last, index.seek(last)) >= 0);
    }

    @Test
    void shouldHoldTheSmallestAndTheLargestHash() {
        HashIndex index = newIndex();
        long smallest = HashIndex.target(0);
        long largest = HashIndex.target(-1L);
        insert(index, largest, 0);
        insert(index, smallest, 0);
        insert(index, largest, Integer.MAX_VALUE);
        assertEquals(0, index.home(smallest));
        assertEquals(HOMES - 1, index.home(largest));
        assertTrue(HashIndex.matches(index.cell(0), smallest));
        assertTrue(HashIndex.matches(index.cell(HOMES - 1), largest));
        assertTrue(HashIndex.matches(index.cell(HOMES), largest));
        index.remove(largest, 0);
        assertEquals(largest | Integer.MAX_VALUE, index.cell(HOMES - 1));
        assertEquals(0, index.cell(HOMES));
    }

    private HashIndex newIndex() {
        return new HashIndex(Budgets.large(), HOMES, KEYS, counters);
    }

    private static void insert(HashIndex index, long target, int slot) {
        int at = index.seek(target);
        while (HashIndex.matches(index.cell(at), target)) {
            at++;
        }
        int empty = index.room(target, at);
        assertTrue(empty >= at);
        index.insert(at, empty, target, slot);
    }

    private void check(HashIndex index, List<Long> cells) {
        tagsIn.clear();
        int gap = -1;
        long before = Long.MIN_VALUE;
        for (int at = 0; at < HashIndex.longs(HOMES, KEYS); at++) {
            long cell = index.cell(at);
            if (cell == 0) {
                gap = at;
                continue;
            }
            assertTrue(cell >>> 32 >= before >>> 32, "order of tags");
            assertTrue(index.home(cell) <= at && index.home(cell) > gap, "no gap between home and place");
            before = cell;
            tagsIn.add(cell);
        }
        assertEquals((int) HashIndex.longs(HOMES, KEYS) - 1, gap, "the last cell stays empty");
        assertEquals(cells.stream().sorted().toList(), tagsIn.stream().sorted().toList());
    }
}
