package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Memory that is taken as state grows, beside memory that is all there at start: what comes of it is the same. */
class MemoryByNeedTest {
    private static final int KEYS = 200_000;
    private static final long KEEP_NS = 6_400;

    /** Rows and their calendar. */
    private static final class Kept {
        final StateBudget budget;
        final KeyedRows rows;
        final ExpiryCalendar calendar;

        Kept(Pages pages) {
            budget = new StateBudget("test", 64L << 20, pages);
            rows = KeyedRows.forLongs(budget, 1, KEYS, 42);
            calendar = new ExpiryCalendar(budget, rows, KEEP_NS);
        }
    }

    private final Kept whole = new Kept(new Pages(0));
    private final Kept grown = new Kept(Pages.byNeed());

    @Test
    void shouldChargeAllAndTakeTheFirstPart() {
        StateBudget budget = new StateBudget("test", 1 << 20, Pages.byNeed());
        assertEquals(100, budget.takeByNeed(10_000, 100).length);
        assertEquals(80_000, budget.usedBytes());
        assertEquals(50, budget.takeByNeed(50, 100).length);
        assertEquals(1_000, Budgets.large().takeByNeed(1_000, 100).length);
        assertEquals(whole.budget.usedBytes(), grown.budget.usedBytes());
    }

    /** Keys come and go in waves, so that the index moves to larger and smaller regions; all of them expire. */
    @Test
    void shouldDoTheSameAsMemoryThatIsThereAtStart() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        long nowNs = 0;
        for (int wave = 0; wave < 4; wave++) {
            int most = wave % 2 == 0 ? KEYS : 1_000;
            for (int i = 0; i < most; i++) {
                long key = -1 - random.nextInt(KEYS); // below 0 all are hashed
                int slot = acquire(whole, key, nowNs);
                assertEquals(slot, acquire(grown, key, nowNs));
                nowNs += random.nextInt(2) == 0 ? 0 : 1;
            }
            if (wave == 2) {
                assertArrayEquals(bytes(whole), bytes(grown));
                loadsAgain();
            }
            assertEquals(expired(whole), expired(grown));
            assertEquals(whole.budget.usedBytes(), grown.budget.usedBytes());
            nowNs += KEEP_NS;
        }
    }

    private static int acquire(Kept in, long key, long nowNs) {
        int slot = in.rows.acquire(key);
        assertTrue(slot >= 0, "there is room");
        assertEquals(slot, in.rows.find(key));
        in.calendar.arm(slot, nowNs + KEEP_NS);
        return slot;
    }

    private static List<Integer> expired(Kept of) {
        List<Integer> slots = new ArrayList<>();
        for (int slot; (slot = of.calendar.pop(Long.MAX_VALUE)) >= 0; ) {
            slots.add(slot);
            of.rows.release(slot);
        }
        return slots;
    }

    private static byte[] bytes(Kept of) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("kept", 1);
        of.budget.save(to);
        to.end();
        to.finish();
        return out.toByteArray();
    }

    /** A snapshot of a live host, which a replay begins with. */
    private void loadsAgain() throws IOException {
        byte[] saved = bytes(whole);
        Kept loaded = new Kept(Pages.byNeed());
        StateReader from = new StateReader(new ByteArrayInputStream(saved));
        from.next();
        from.begin("kept", 1);
        loaded.budget.load(from);
        from.end();
        assertArrayEquals(saved, bytes(loaded));
    }
}
