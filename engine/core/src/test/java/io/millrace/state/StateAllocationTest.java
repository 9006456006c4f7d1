package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Nothing is allocated but pages, and those are what the budget says. */
class StateAllocationTest {
    private static final int KEYS = 5_000;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateBudget budget = Budgets.large();
    private final KeyedRows rows = KeyedRows.forLongs(budget, 3, KEYS, 42);
    private final KeyedRows texts = KeyedRows.forBytes(budget, 3, KEYS, 16, 42);
    private final ExpiryCalendar calendar = new ExpiryCalendar(budget, rows, 10_000);
    private final TimerHeap timers = new TimerHeap(budget, KEYS);
    private final Blocks blocks = new Blocks(budget, 20, KEYS);
    private final byte[] text = new byte[16];
    private long now;

    @Test
    void shouldAllocateNothingOncePagesAreTaken() {
        long answer = 0;
        for (int i = 0; i < 20; i++) {
            answer += run(10_000);
        }
        long before = thread.getCurrentThreadAllocatedBytes();
        long measuring = thread.getCurrentThreadAllocatedBytes() - before;
        long used = budget.usedBytes();
        before = thread.getCurrentThreadAllocatedBytes();
        answer += run(100_000);
        long allocated = thread.getCurrentThreadAllocatedBytes() - before - measuring;
        assertEquals(used, budget.usedBytes());
        assertTrue(allocated < 256, allocated + " bytes");
        assertTrue(answer != 0);
    }

    private long run(int events) {
        long answer = 0;
        for (int i = 0; i < events; i++) {
            long key = now * 31 % (2 * KEYS);
            now += 3;
            int slot = rows.acquire(key);
            if (slot >= 0 && rows.isNew()) {
                calendar.arm(slot, now + 10_000);
                rows.set(slot, 0, timers.set(now + key, slot));
                rows.set(slot, 1, blocks.take());
            }
            text[7] = (byte) key;
            text[3] = (byte) (key >>> 8);
            int word = texts.acquire(key, text, 16);
            if (word >= 0 && now % 2 == 0) {
                texts.release(word);
            }
            answer += timers.pop(now) ? timers.payload() : timers.nextDueNs();
            int gone = calendar.pop(now);
            if (gone >= 0) {
                timers.cancel(rows.get(gone, 0));
                if (rows.get(gone, 1) >= 0) {
                    blocks.free((int) rows.get(gone, 1));
                }
                rows.release(gone);
            }
            answer += rows.nextUsed((int) (now & 0xFFFF));
        }
        return answer;
    }
}
