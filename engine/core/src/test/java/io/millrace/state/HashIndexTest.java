package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
