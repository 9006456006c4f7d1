package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BlocksTest {
    @Test
    void shouldKeepWhatIsWrittenAndReuseWhatWasFreedLast() {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int longs = 1 + (seed % 3 == 0 ? random.nextInt(3_000) : random.nextInt(40));
            Blocks blocks = new Blocks(Budgets.ofPages(6), longs, 0);
            TreeMap<Integer, Long> oracle = new TreeMap<>();
            Deque<Integer> freed = new ArrayDeque<>();
            for (int i = 0; i < 4_000; i++) {
                if (oracle.isEmpty() || random.nextInt(100) < (i / 800 % 2 == 0 ? 75 : 30)) {
                    take(blocks, longs, oracle, freed, random.nextLong());
                } else {
                    Integer id = oracle.floorKey(random.nextInt(blocks.idEnd()));
                    id = id == null ? oracle.firstKey() : id;
                    assertHolds(blocks, id, longs, oracle.remove(id));
                    blocks.free(id);
                    freed.push(id);
                }
                assertEquals(oracle.size(), blocks.count());
            }
            assertSweep(blocks, oracle);
            for (Map.Entry<Integer, Long> e : oracle.entrySet()) {
                assertHolds(blocks, e.getKey(), longs, e.getValue());
            }
        }
    }

    private static void take(Blocks blocks, int longs, TreeMap<Integer, Long> oracle, Deque<Integer> freed, long mark) {
        int id = blocks.take();
        if (id < 0) {
            assertTrue(freed.isEmpty());
            assertEquals(blocks.blocksMax(), oracle.size());
            return;
        }
        if (!freed.isEmpty()) {
            assertEquals(freed.pop(), id);
        }
        assertFalse(oracle.containsKey(id));
        assertHolds(blocks, id, longs, 0);
        for (int at = 0; at < longs; at++) {
            blocks.set(id, at, mark);
        }
        oracle.put(id, mark);
    }

    private static void assertHolds(Blocks blocks, int id, int longs, long mark) {
        long[] page = blocks.page(id);
        for (int at = 0; at < longs; at++) {
            assertEquals(mark, page[blocks.base(id) + at]);
        }
    }

    private static void assertSweep(Blocks blocks, TreeMap<Integer, Long> oracle) {
        int from = 0;
        for (int id : oracle.keySet()) {
            assertEquals(id, blocks.nextTaken(from, Integer.MAX_VALUE));
            assertEquals(-1, blocks.nextTaken(from, id));
            assertEquals(id, blocks.nextTaken(id, id + 1));
            assertTrue(blocks.isTaken(id));
            from = id + 1;
        }
        assertEquals(-1, blocks.nextTaken(from, Integer.MAX_VALUE));
    }

    @Test
    void shouldNotLetABlockStraddlePages() {
        for (int longs : new int[] {1, 2, 3, 7, 16, 63, 64, 65, 1000, 4095, 4096, 8190, 8191}) {
            Blocks blocks = new Blocks(Budgets.ofPages(3), longs, 0);
            int perPage = Blocks.perPage(longs);
            assertEquals(3 * perPage, blocks.blocksMax());
            long[] page = null;
            for (int i = 0; i < 3 * perPage; i++) {
                int id = blocks.take();
                assertTrue(blocks.base(id) + longs <= Pages.PAGE_LONGS);
                assertNotNull(blocks.page(id));
                if (i % perPage != 0) {
                    assertSame(page, blocks.page(id));
                }
                page = blocks.page(id);
            }
            assertEquals(-1, blocks.take());
            assertEquals(3, blocks.counters().pages());
        }
    }

    @Test
    void shouldStopAtItsBoundBeforeItTakesAPage() {
        StateBudget budget = Budgets.ofPages(10);
        int perPage = Blocks.perPage(8);
        Blocks blocks = new Blocks(budget, 8, perPage);
        for (int i = 0; i < perPage; i++) {
            assertTrue(blocks.take() >= 0);
        }
        assertEquals(-1, blocks.take());
        assertEquals(Pages.PAGE_BYTES, budget.usedBytes());
    }

    @Test
    void shouldStopAtABoundThatIsNotAFullPage() {
        Blocks blocks = new Blocks(Budgets.large(), 8, 5);
        int last = -1;
        for (int i = 0; i < 5; i++) {
            last = blocks.take();
            assertTrue(last >= 0);
        }
        assertEquals(-1, blocks.take());
        blocks.free(last);
        assertEquals(last, blocks.take());
        assertEquals(-1, blocks.take());
        assertEquals(5, blocks.blocksMax());
    }

    @Test
    void shouldSweepOverGaps() {
        for (int kept = 1; kept < 300; kept += 21) {
            Blocks blocks = new Blocks(Budgets.large(), 7, 0);
            for (int i = 0; i < 5_000; i++) {
                blocks.take();
            }
            TreeMap<Integer, Long> oracle = new TreeMap<>();
            int i = 0;
            for (int id = blocks.nextTaken(0, Integer.MAX_VALUE); id >= 0; id = blocks.nextTaken(id + 1, 1 << 30)) {
                if (i++ % kept == 0) {
                    oracle.put(id, 0L);
                } else {
                    blocks.free(id);
                }
            }
            assertEquals(5_000, i);
            assertSweep(blocks, oracle);
        }
    }

    @Test
    void shouldShareABudgetWithOtherSizes() {
        StateBudget budget = Budgets.ofPages(2);
        Blocks small = new Blocks(budget, 4, 0);
        Blocks large = new Blocks(budget, 8_000, 0);
        assertTrue(large.take() >= 0);
        assertTrue(small.take() >= 0);
        assertEquals(-1, large.take());
        assertTrue(small.take() >= 0);
    }

    @Test
    void shouldDoWorkThatDoesNotDependOnHowManyThereAre() {
        Blocks blocks = new Blocks(Budgets.large(), 4, 0);
        for (int i = 0; i < 1_000_000; i++) {
            long writes = blocks.counters().writes();
            long pages = blocks.counters().pages();
            int id = blocks.take();
            if (i % 3 == 0) {
                blocks.free(id);
            }
            assertTrue(blocks.counters().writes() - writes <= 4);
            assertTrue(blocks.counters().pages() - pages <= 1);
        }
    }

    @Test
    void shouldRefuseSizesThatDoNotFitAPage() {
        assertThrows(IllegalArgumentException.class, () -> new Blocks(Budgets.ofPages(1), 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Blocks(Budgets.ofPages(1), Pages.PAGE_LONGS, 0));
        assertThrows(IllegalArgumentException.class, () -> new Blocks(Budgets.ofPages(1), 1, -1));
    }

    @Test
    void shouldHoldNothingWithoutAPage() {
        assertEquals(-1, new Blocks(Budgets.ofBytes(100), 1, 0).take());
    }

    @Test
    void shouldCatchAFreeOfWhatIsNotTaken() {
        Blocks blocks = new Blocks(Budgets.ofPages(1), 5, 0);
        int id = blocks.take();
        assertThrows(AssertionError.class, () -> blocks.free(id + 1));
        blocks.free(id);
        assertThrows(AssertionError.class, () -> blocks.free(id));
        assertThrows(AssertionError.class, () -> blocks.page(id));
        assertThrows(AssertionError.class, () -> blocks.page(-1));
    }

    @Test
    void shouldRefuseFreePlacesThatCannotBe() {
        Blocks blocks = new Blocks(Budgets.ofPages(4), 3, 0);
        for (int[] roots : new int[][] {{5, 4}, {4, 6}}) { // the first free one is not there, its page is not
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StateWriter to = new StateWriter(out);
            to.begin("blocks", 1);
            to.putLong(3);
            to.putLong(4);
            to.putLong(blocks.blocksMax());
            to.putInt(roots[0]);
            to.putInt(roots[1]);
            to.putInt(1);
            to.putInt(0);
            to.end();
            to.finish();
            StateReader from = new StateReader(new ByteArrayInputStream(out.toByteArray()));
            from.next();
            from.begin("blocks", 1);
            String message =
                    assertThrows(StateException.class, () -> blocks.load(from)).getMessage();
            assertTrue(message.contains("cannot be; take another snapshot"), message);
        }
    }
}
