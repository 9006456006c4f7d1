package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RowPlanTest {
    @Test
    void shouldLeaveTheIndexHalfEmptyWhenThatCostsAQuarterAtMost() {
        RowPlan plan = RowPlan.of(Budgets.ofBytes(64L << 20), 16, 100_000);
        assertEquals(new RowPlan(100_000, 200_000), plan);
    }

    @Test
    void shouldFillTheIndexMoreWhenHalfEmptyWouldCostMore() {
        RowPlan plan = RowPlan.of(Budgets.ofBytes(4L << 20), 4, 80_000);
        assertEquals(80_000, plan.keys());
        assertEquals((4 << 20) / 4 / Long.BYTES, plan.homes());
    }

    @Test
    void shouldHoldAsManyKeysAsTheBudgetDoes() {
        for (int longs = 1; longs <= Pages.PAGE_LONGS - 1; longs = longs * 3) {
            for (long bytes = 300_000; bytes < 12_000_000; bytes = bytes * 5 / 2) {
                StateBudget budget = Budgets.ofBytes(bytes);
                KeyedRows rows = KeyedRows.forLongs(budget, longs - 1, 0, 1);
                for (int i = 0; i < rows.maxKeys(); i++) {
                    assertTrue(rows.acquire(i) >= 0);
                }
                assertEquals(-1, rows.acquire(-1));
                long more = Long.BYTES * (longs + 2L) + Pages.PAGE_BYTES;
                assertTrue(budget.usedBytes() <= bytes && budget.usedBytes() + more > bytes);
            }
        }
    }

    @Test
    void shouldLowerABoundThatTheBudgetDoesNotHold() {
        KeyedRows rows = KeyedRows.forLongs(Budgets.ofBytes(1 << 20), 7, Integer.MAX_VALUE, 1);
        assertTrue(rows.maxKeys() > 10_000 && rows.maxKeys() < (1 << 20) / 64);
    }

    @Test
    void shouldCountWhatOthersHaveTaken() {
        StateBudget budget = Budgets.ofBytes(2 << 20);
        int before = RowPlan.of(budget, 8, 0).keys();
        budget.takeAtStart((1 << 20) / Long.BYTES);
        assertTrue(RowPlan.of(budget, 8, 0).keys() <= before / 2 + 100);
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoRoom() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> RowPlan.of(Budgets.ofBytes(60_000), 4, 10));
        assertTrue(e.getMessage().contains("test") && e.getMessage().contains("raise"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> RowPlan.of(Budgets.ofPages(9), Pages.PAGE_LONGS, 10));
        assertThrows(IllegalArgumentException.class, () -> RowPlan.of(Budgets.ofPages(9), 4, -1));
    }
}
