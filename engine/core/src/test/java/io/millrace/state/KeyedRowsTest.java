package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyedRowsTest {
    private final KeyedRows rows = KeyedRows.forLongs(Budgets.large(), 3, 1_000, 42);
    private final KeyedRows texts = KeyedRows.forBytes(Budgets.large(), 2, 1_000, 20, 42);

    @Test
    void shouldGiveANewKeyARowOfZeroes() {
        assertEquals(-1, rows.find(5));
        int slot = rows.acquire(5);
        assertTrue(rows.isNew());
        assertEquals(5, rows.key(slot));
        assertEquals(1, rows.count());
        for (int c = 0; c < 3; c++) {
            assertEquals(0, rows.get(slot, c));
        }
    }

    @Test
    void shouldFindWhatWasAcquired() {
        int slot = rows.acquire(5);
        int other = rows.acquire(6);
        assertEquals(slot, rows.find(5));
        assertEquals(other, rows.find(6));
        assertEquals(slot, rows.acquire(5));
        assertFalse(rows.isNew());
        assertEquals(slot, rows.acquire(5));
        assertFalse(rows.isNew());
        assertEquals(-1, rows.find(7));
    }

    @Test
    void shouldTakeAnyLongAsKey() {
        long[] keys = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE};
        for (long key : keys) {
            assertEquals(-1, rows.find(key));
            rows.set(rows.acquire(key), 1, ~key);
            assertTrue(rows.isNew());
        }
        for (long key : keys) {
            assertEquals(~key, rows.get(rows.find(key), 1));
        }
    }

    @Test
    void shouldWriteColumnsOfOneRowOnly() {
        int before = rows.acquire(1);
        int slot = rows.acquire(2);
        int after = rows.acquire(3);
        rows.set(slot, 0, 7);
        rows.add(slot, 1, 5);
        rows.add(slot, 1, -8);
        rows.setDouble(slot, 2, 2.5);
        assertEquals(7, rows.get(slot, 0));
        assertEquals(-3, rows.get(slot, 1));
        assertEquals(2.5, rows.getDouble(slot, 2));
        for (int c = 0; c < 3; c++) {
            assertEquals(0, rows.get(before, c));
            assertEquals(0, rows.get(after, c));
        }
        assertEquals(2, rows.key(slot));
        assertEquals(3, rows.key(after));
    }

    @Test
    void shouldStoreOneNaN() {
        int slot = rows.acquire(1);
        rows.setDouble(slot, 0, Double.longBitsToDouble(0x7FF8_0000_0000_1234L));
        assertEquals(0x7FF8_0000_0000_0000L, rows.get(slot, 0));
        assertTrue(Double.isNaN(rows.getDouble(slot, 0)));
    }

    @Test
    void shouldLetHotCodeReadAndWriteARowInItsPage() {
        int slot = rows.acquire(1);
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        page[base + 2] = 9;
        assertEquals(9, rows.get(slot, 2));
        assertSame(page, rows.page(slot));
        assertEquals(base, rows.base(slot));
    }

    @Test
    void shouldReuseAReleasedRowFirstAndZeroed() {
        rows.acquire(1);
        int slot = rows.acquire(2);
        rows.acquire(3);
        rows.set(slot, 0, 7);
        rows.set(slot, 2, 7);
        rows.release(slot);
        assertEquals(-1, rows.find(2));
        assertEquals(2, rows.count());
        assertEquals(slot, rows.acquire(4));
        assertTrue(rows.isNew());
        for (int c = 0; c < 3; c++) {
            assertEquals(0, rows.get(slot, c));
        }
        assertEquals(-1, rows.find(2));
    }

    @Test
    void shouldForgetTheKeyItRemembersWhenItsRowGoes() {
        int slot = rows.acquire(2);
        assertEquals(slot, rows.find(2));
        rows.release(slot);
        assertEquals(-1, rows.find(2));
        assertEquals(slot, rows.acquire(9));
        assertEquals(-1, rows.find(2));
        rows.release(slot);
        assertEquals(slot, rows.acquire(2));
        assertTrue(rows.isNew());
        assertEquals(slot, rows.find(2));
    }

    @Test
    void shouldRefuseKeysBeyondTheBoundAndKeepThoseItHas() {
        KeyedRows two = KeyedRows.forLongs(Budgets.large(), 1, 2, 1);
        int first = two.acquire(1);
        int second = two.acquire(2);
        assertEquals(2, two.maxKeys());
        assertEquals(-1, two.acquire(3));
        assertFalse(two.isNew());
        assertEquals(-1, two.find(3));
        assertEquals(-1, two.acquire(3));
        assertEquals(first, two.acquire(1));
        assertEquals(second, two.find(2));
        two.release(first);
        assertEquals(first, two.acquire(3));
        assertTrue(two.isNew());
        assertEquals(first, two.find(3));
    }

    @Test
    void shouldRefuseWhenOthersHaveTakenTheBudget() {
        StateBudget budget = Budgets.ofPages(4);
        KeyedRows some = KeyedRows.forLongs(budget, 1, 5_000, 1);
        Blocks others = new Blocks(budget, 8_000, 0);
        int key = 0;
        while (some.acquire(key) >= 0) {
            key++;
            others.take();
        }
        assertTrue(key > 0 && key < 5_000);
        assertEquals(-1, some.find(key));
        assertEquals(key, some.count());
    }

    @Test
    void shouldGiveSlotsInUseInSlotOrder() {
        assertEquals(-1, rows.nextUsed(0));
        int[] slots = new int[600];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = rows.acquire(i * 31L);
        }
        for (int i = 0; i < slots.length; i += 3) {
            rows.release(slots[i]);
            slots[i] = Integer.MAX_VALUE;
        }
        Arrays.sort(slots);
        int at = rows.nextUsed(0);
        for (int i = 0; i < 400; i++) {
            assertEquals(slots[i], at);
            assertEquals(at, rows.nextUsed(at, at + 1));
            assertEquals(-1, rows.nextUsed(at, at));
            at = rows.nextUsed(at + 1);
        }
        assertEquals(-1, at);
    }

    @Test
    void shouldKeepRowsWithoutColumns() {
        KeyedRows set = KeyedRows.forLongs(Budgets.large(), 0, 20_000, 1);
        for (int i = 0; i < 20_000; i++) {
            int slot = set.acquire(i);
            assertEquals(slot, set.nextUsed(slot, slot + 1));
        }
        for (int i = 0; i < 20_000; i++) {
            assertEquals(i, set.key(set.find(i)));
        }
    }

    @Test
    void shouldFindTextOfAnyLength() {
        byte[] into = new byte[20];
        for (int length = 0; length <= 20; length++) {
            byte[] key = text("abcdefghijklmnopqrst".substring(0, length));
            assertEquals(-1, texts.find(length, key, length));
            int slot = texts.acquire(length, key, length);
            assertTrue(texts.isNew());
            texts.set(slot, 0, length);
            assertEquals(length, texts.copyKey(slot, into));
            assertArrayEquals(key, Arrays.copyOf(into, length));
        }
        for (int length = 0; length <= 20; length++) {
            byte[] key = Arrays.copyOf(text("abcdefghijklmnopqrst"), 20);
            assertEquals(length, texts.get(texts.find(length, key, length), 0));
        }
    }

    @Test
    void shouldTellTextsOfEqualHashApart() {
        String[] keys = {"", "a", "b", "a\0", "\0", "\0\0", "12345678", "123456789", "12345678\0", "92345678"};
        for (int i = 0; i < keys.length; i++) {
            int slot = texts.acquire(99, text(keys[i]), text(keys[i]).length);
            assertTrue(texts.isNew());
            texts.set(slot, 1, i);
        }
        for (int gone = 0; gone < keys.length; gone++) {
            for (int i = gone; i < keys.length; i++) {
                assertEquals(i, texts.get(texts.find(99, text(keys[i]), text(keys[i]).length), 1));
            }
            texts.release(texts.find(99, text(keys[gone]), text(keys[gone]).length));
            assertEquals(-1, texts.find(99, text(keys[gone]), text(keys[gone]).length));
        }
    }

    @Test
    void shouldRefuseTextThatIsTooLong() {
        assertEquals(-1, texts.acquire(1, new byte[21], 21));
        assertEquals(-1, texts.find(1, new byte[21], 21));
        assertFalse(texts.isNew());
        assertEquals(0, texts.count());
        assertThrows(IllegalArgumentException.class, () -> KeyedRows.forBytes(Budgets.large(), 1, 10, 65_536, 1));
    }

    @Test
    void shouldCatchTheUseOfASlotThatWasReleased() {
        int slot = rows.acquire(1);
        rows.release(slot);
        assertThrows(AssertionError.class, () -> rows.get(slot, 0));
        assertThrows(AssertionError.class, () -> rows.set(slot, 0, 1));
        assertThrows(AssertionError.class, () -> rows.release(slot));
        assertThrows(AssertionError.class, () -> rows.get(rows.acquire(2), 3));
    }

    private static byte[] text(String s) {
        return s.getBytes(StandardCharsets.ISO_8859_1);
    }
}
