package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DenseIndexTest {
    private final StateBudget budget = Budgets.ofPages(16);
    private final DenseIndex index = DenseIndex.of(budget, 20_000, budget.leftBytes());

    @Test
    void shouldCoverAsManyNumbersAsWholePagesHold() {
        assertTrue(index.covers(0) && index.covers(32_767));
        assertFalse(index.covers(32_768) || index.covers(-1) || index.covers(Long.MAX_VALUE) || index.covers(1L << 32));
        assertFalse(DenseIndex.of(budget, 8_191, Long.MAX_VALUE).covers(0));
        assertFalse(DenseIndex.none(budget).covers(0));
    }

    @Test
    void shouldChargeAtStartWhatItMayTake() {
        assertEquals(2 * Pages.PAGE_BYTES, budget.usedBytes());
        index.put(7, 1);
        index.put(20_000, 2);
        assertEquals(2 * Pages.PAGE_BYTES, budget.usedBytes());
    }

    @Test
    void shouldTakeNothingThatTheBudgetIsForOtherwise() {
        assertTrue(DenseIndex.of(budget, 20_000, 12L * Pages.PAGE_BYTES).covers(0));
        assertFalse(DenseIndex.of(budget, 20_000, 12L * Pages.PAGE_BYTES - 8).covers(0));
        for (int pages = 2; pages < 40; pages++) {
            KeyedRows numbers = KeyedRows.forLongs(Budgets.ofPages(pages), 3, 10_000, 7);
            KeyedRows bytes = KeyedRows.forBytes(Budgets.ofPages(pages), 3, 10_000, 0, 7);
            assertEquals(bytes.maxKeys(), numbers.maxKeys(), pages + " pages");
        }
    }

    /** Of numbers that are near each other it gets one of 64. */
    @Test
    void shouldNotBeInAShard() {
        StateBudget shard = StateBudget.ofShard("test", 16L * Pages.PAGE_BYTES, new Pages(0));
        assertFalse(DenseIndex.of(shard, 20_000, shard.leftBytes()).covers(0));
    }

    @Test
    void shouldHoldTheLargestSlotsBesideEachOther() {
        index.put(6, Integer.MAX_VALUE - 1);
        index.put(7, Integer.MAX_VALUE - 1);
        assertEquals(Integer.MAX_VALUE - 1, index.slot(6));
        assertEquals(Integer.MAX_VALUE - 1, index.slot(7));
        index.clear(6);
        assertEquals(-1, index.slot(6));
        assertEquals(Integer.MAX_VALUE - 1, index.slot(7));
        index.put(6, 0);
        index.clear(7);
        assertEquals(0, index.slot(6));
        assertEquals(-1, index.slot(7));
    }

    @Test
    void shouldAgreeWithAMap() {
        SplittableRandom random = new SplittableRandom(3);
        Map<Long, Integer> slots = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            long key = random.nextInt(i % 2 == 0 ? 64 : 32_768);
            assertEquals(slots.getOrDefault(key, -1), index.slot(key));
            if (slots.remove(key) != null) {
                index.clear(key);
            } else {
                slots.put(key, i);
                index.put(key, i);
            }
        }
    }

    @Test
    void shouldBeMadeAgainFromTheRows() {
        StateBudget room = Budgets.ofPages(40);
        KeyedRows rows = KeyedRows.forLongs(room, 1, 10_000, 7);
        assertTrue(room.usedBytes() > withoutIndexByNumber(), "it is there");
        SplittableRandom random = new SplittableRandom(4);
        Map<Long, Integer> slots = new HashMap<>();
        for (int i = 0; i < 12_000; i++) {
            long key = random.nextLong(-2_000, 20_000); // the index by number ends at 16,384
            Integer slot = slots.remove(key);
            if (slot != null) {
                rows.release(slot);
            } else if (slots.size() < 10_000) {
                slots.put(key, rows.acquire(key));
            }
        }
        KeyedRows again = KeyedRows.forLongs(Budgets.ofPages(40), 1, 10_000, 7);
        StateReader from = new StateReader(new ByteArrayInputStream(write(rows)));
        from.next();
        from.begin("rows", 1);
        again.load(from);
        from.end();
        for (long key = -2_000; key < 20_000; key++) {
            assertEquals(slots.getOrDefault(key, -1), again.find(key));
        }
        slots.forEach((key, slot) -> again.release(slot));
        assertEquals(0, again.count());
        assertTrue(again.acquire(5) >= 0 && again.isNew());
    }

    @Test
    void shouldRefuseAKeyThatHasTwoRows() {
        KeyedRows rows = KeyedRows.forLongs(Budgets.ofPages(40), 1, 10_000, 7);
        rows.acquire(8);
        int slot = rows.acquire(9);
        rows.writable(slot)[rows.base(slot) - 1] = 8; // its head
        KeyedRows again = KeyedRows.forLongs(Budgets.ofPages(40), 1, 10_000, 7);
        StateReader from = new StateReader(new ByteArrayInputStream(write(rows)));
        from.next();
        from.begin("rows", 1);
        String why = assertThrows(StateException.class, () -> again.load(from)).getMessage();
        assertTrue(why.contains("a key has two rows"), why);
    }

    private static long withoutIndexByNumber() {
        StateBudget room = Budgets.ofPages(40);
        KeyedRows.forBytes(room, 1, 10_000, 0, 7);
        return room.usedBytes();
    }

    private static byte[] write(KeyedRows rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("rows", 1);
        rows.save(to);
        to.end();
        to.finish();
        return out.toByteArray();
    }
}
