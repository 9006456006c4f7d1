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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BlocksTest {
    @Test
    void shouldKeepWhatIsWrittenAndFillOnePageBehindTheOther() {
        for (int seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int longs = 1 + (seed % 3 == 0 ? random.nextInt(3_000) : random.nextInt(40));
            Blocks blocks = new Blocks(Budgets.ofPages(6), longs, seed % 2 == 0 ? 0 : 4 * Blocks.perPage(longs) + 1);
            TreeMap<Integer, Long> oracle = new TreeMap<>();
            Places places = new Places(longs, blocks.blocksMax());
            for (int i = 0; i < 4_000; i++) {
                if (oracle.isEmpty() || random.nextInt(100) < (i / 800 % 2 == 0 ? 75 : 30)) {
                    take(blocks, longs, oracle, places, random.nextLong());
                } else {
                    Integer id = oracle.floorKey(random.nextInt(blocks.idEnd()));
                    id = id == null ? oracle.firstKey() : id;
                    assertHolds(blocks, id, longs, oracle.remove(id));
                    blocks.free(id);
                    places.free(id);
                }
                assertEquals(oracle.size(), blocks.count());
                if (i == 1_777 + seed) {
                    blocks = readBack(blocks, longs, write(blocks));
                }
            }
            assertSweep(blocks, oracle);
            for (Map.Entry<Integer, Long> e : oracle.entrySet()) {
                assertHolds(blocks, e.getKey(), longs, e.getValue());
            }
        }
    }

    /** Which place is taken: the first of the page in hand, then of the page that has waited longest, then of a new one. */
    private static final class Places {
        private final int longs;
        private final int most;
        private final List<TreeSet<Integer>> free = new ArrayList<>();
        private final Deque<Integer> waiting = new ArrayDeque<>();
        private int current = -1;

        Places(int longs, int most) {
            this.longs = longs;
            this.most = most;
        }

        int take() {
            if (current < 0 || free.get(current).isEmpty()) {
                int perPage = Blocks.perPage(longs);
                if (!waiting.isEmpty()) {
                    current = waiting.poll();
                } else if (free.size() * perPage < most) {
                    current = free.size();
                    free.add(new TreeSet<>());
                    for (int i = 0; i < Math.min(perPage, most - current * perPage); i++) {
                        free.get(current).add((current << Pages.PAGE_SHIFT) + i * longs);
                    }
                } else {
                    return -1;
                }
            }
            return free.get(current).pollFirst();
        }

        void free(int id) {
            int page = id >>> Pages.PAGE_SHIFT;
            if (page != current && free.get(page).isEmpty()) {
                waiting.add(page);
            }
            free.get(page).add(id);
        }
    }

    private static byte[] write(Blocks blocks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("blocks", 1);
        blocks.save(to);
        to.end();
        to.finish();
        return out.toByteArray();
    }

    private static Blocks readBack(Blocks was, int longs, byte[] saved) {
        return readBack(longs, was.blocksMax(), saved, false);
    }

    private static Blocks readBack(int longs, int most, byte[] saved, boolean moves) {
        Blocks blocks = new Blocks(Budgets.ofPages(6), longs, most);
        StateReader from = new StateReader(new ByteArrayInputStream(saved));
        from.next();
        from.begin("blocks", 1);
        if (moves) {
            new Moves.Shared().begin(from, 0, "blocks", null);
        }
        blocks.load(from);
        from.end();
        return blocks;
    }

    private static void take(Blocks blocks, int longs, TreeMap<Integer, Long> oracle, Places places, long mark) {
        int id = blocks.take();
        assertEquals(places.take(), id);
        if (id < 0) {
            assertEquals(blocks.blocksMax(), oracle.size());
            return;
        }
        assertFalse(oracle.containsKey(id));
        assertHolds(blocks, id, longs, 0);
        for (int at = 0; at < longs; at++) {
            blocks.set(id, at, mark);
        }
        oracle.put(id, mark);
    }

    @Test
    void shouldReadWhatWasSavedWithAListOfFreeBlocks() {
        Blocks blocks = new Blocks(Budgets.ofPages(6), 100, 0);
        for (int i = 0; i < 150; i++) {
            blocks.set(blocks.take(), 0, -1);
        }
        int[] freed = {800, 100, (1 << Pages.PAGE_SHIFT) + 700, 8_000};
        int next = 0;
        for (int id : freed) {
            blocks.free(id);
            blocks.page(0)[0] = -1;
            blocks.pages()[id >>> Pages.PAGE_SHIFT][blocks.base(id)] = next;
            next = id + 1;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("blocks", 1);
        to.putLong(100);
        to.putLong(6);
        to.putLong(blocks.blocksMax());
        to.putInt(next);
        to.putInt((1 << Pages.PAGE_SHIFT) + 7_000);
        to.putInt(146);
        to.putInt(2);
        to.putLongs(blocks.pages()[0], Pages.PAGE_LONGS);
        to.putLongs(blocks.pages()[1], Pages.PAGE_LONGS);
        to.end();
        to.finish();
        Blocks read = readBack(blocks, 100, out.toByteArray());
        assertEquals(146, read.count());
        for (int id : new int[] {100, 800, 8_000, (1 << Pages.PAGE_SHIFT) + 700, (1 << Pages.PAGE_SHIFT) + 6_900}) {
            assertEquals(id, read.take());
            assertHolds(read, id, 100, 0);
        }
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

    /** Its last page was full at the bound, and was not the one that is taken from: under a higher bound it has room. */
    @Test
    void shouldGoOnUnderAnotherBoundWhereThatIsAMigration() {
        int perPage = Blocks.perPage(100);
        int most = 2 * perPage + 5;
        Blocks blocks = new Blocks(Budgets.ofPages(6), 100, most);
        for (int i = 0; i < most; i++) {
            blocks.set(blocks.take(), 0, i);
        }
        blocks.free(300);
        assertEquals(300, blocks.take(), "from the first page, which is in hand now");
        byte[] saved = write(blocks);

        Blocks raised = readBack(100, 3 * perPage, saved, true);
        int newest = 2 << Pages.PAGE_SHIFT;
        for (int i = 5; i < perPage; i++) {
            assertEquals(newest + 100 * i, raised.take());
        }
        assertEquals(-1, raised.take());

        blocks.free(700);
        blocks.free(newest + 100);
        byte[] fewer = write(blocks);
        assertEquals(700, readBack(100, most, fewer, true).take(), "as it was");
        String message = assertThrows(StateException.class, () -> readBack(100, 2 * perPage + 3, fewer, true))
                .getMessage();
        assertTrue(message.contains("raise its bound or the state budget"), message);
    }

    @Test
    void shouldRefuseFreePlacesThatCannotBe() {
        Blocks blocks = new Blocks(Budgets.ofPages(4), 3, 0);
        // the first free one is not there, its page is not; the page that is taken from is not; a page with room that
        // is not there
        for (int[] roots : new int[][] {{5, 4}, {4, 6}, {-2, 0, 1, 0, 0}, {-1, 0, 1, 1, 0, 0}}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StateWriter to = new StateWriter(out);
            to.begin("blocks", 1);
            to.putLong(3);
            to.putLong(4);
            to.putLong(blocks.blocksMax());
            to.putInt(roots[0]);
            to.putInt(roots[1]);
            for (int i = 2; i < roots.length; i++) {
                to.putInt(roots[i]);
            }
            to.putInt(roots.length > 2 ? 0 : 1);
            to.putInt(0);
            to.end();
            to.finish();
            StateReader from = new StateReader(new ByteArrayInputStream(out.toByteArray()));
            from.next();
            from.begin("blocks", 1);
            String message =
                    assertThrows(StateException.class, () -> blocks.load(from)).getMessage();
            assertTrue(message.contains("is inconsistent, so the state is damaged; use another snapshot"), message);
        }
    }
}
