package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was accepted before the ring closed is read, also where its slot has yet to be filled. */
@Timeout(240)
class InputRingTest {
    private static final int LARGEST = Entry.MAX_HEADER_LENGTH;

    private static byte[] entry() {
        byte[] entry = new byte[Entry.FIXED_LENGTH];
        EntryEncoder.plain(entry, 0, EntryKind.TICK, 0, 1);
        return entry;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7})
    void shouldNotBeOverBeforeAllThatWasAcceptedHasBeenRead(long first) {
        InputRing ring = new InputRing(64, LARGEST, false, 1, first, false);
        assertEquals(first, ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH));
        ring.close();
        assertFalse(ring.isOver(first), "the reader has one to read");
        assertEquals(first, ring.published(first, 16));
        assertTrue(ring.isOver(first + 1));
        assertEquals(InputRing.CLOSED, ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH));
    }

    @Test
    void shouldWaitForASlotThatWasClaimedBeforeItClosed() {
        InputRing ring = new InputRing(64, LARGEST, false, 1);
        long claimed = ring.claim(null);
        ring.close();
        assertFalse(ring.isOver(0), "its writer has a place already");
        assertEquals(-1, ring.published(0, 16));
        ring.publish(claimed, claimed);
        assertEquals(0, ring.published(0, 16));
        assertTrue(ring.isOver(1));
    }

    /** Nobody is in a hurry for a tick; but they must not fill the ring, nor be left for long. */
    @ParameterizedTest
    @CsvSource({"1024, 8, 8", "1024, 0, 0", "64, 8, 1", "32, 8, 0"})
    void shouldWakeNobodyForAFewEntriesThatAreQuiet(int slots, int unread, int quiet) {
        InputRing ring = new InputRing(slots, LARGEST, false, 2);
        long announced = ring.sleep().announce();
        ring.consumed(1, 1_000); // the slowest counts
        for (int i = 0; i < quiet; i++) {
            ring.tryPublishQuietly(entry(), 0, Entry.FIXED_LENGTH, unread);
            assertTrue(ring.sleep().isAnnounced(announced), "asleep behind " + i);
        }
        assertEquals(quiet, ring.tryPublishQuietly(entry(), 0, Entry.FIXED_LENGTH, unread));
        assertFalse(ring.sleep().isAnnounced(announced));
    }

    @Test
    void shouldWakeWhoSleepsOverEntriesThatLeaveNoRoom() {
        InputRing ring = new InputRing(64, LARGEST, false, 1);
        long announced = ring.sleep().announce();
        ring.tryPublishQuietly(entry(), 0, Entry.FIXED_LENGTH, 8);
        assertTrue(ring.sleep().isAnnounced(announced));
        assertEquals(InputRing.FULL, ring.tryPublishAll(null, entry(), 0, 0, 64));
        assertFalse(ring.sleep().isAnnounced(announced));
    }

    /** A claim of several is read from its first piece on. What cannot be copied stands for a writer that is not so far yet. */
    @ParameterizedTest
    @CsvSource({
        "1024, false, 64, 42, 40",
        "1024, true, 64, 43, 40",
        "1024, false, 64, 3, 0",
        "1024, false, 64, 63, 60",
        "1024, false, 20, 19, 16",
        "128, true, 32, 9, 8",
        "64, false, 16, 6, 6",
        "16, true, 4, 3, 2",
        "4, false, 1, 0, 0"
    })
    void shouldPublishAPieceWhenItIsThere(int slots, boolean exclusive, int claim, int there, int published) {
        InputRing ring = new InputRing(slots, LARGEST, exclusive, 1);
        byte[] front = entry();
        byte[] some = Arrays.copyOf(repeated(claim), there * Entry.FIXED_LENGTH);
        long announced = ring.sleep().announce();
        assertThrows(
                IndexOutOfBoundsException.class, () -> ring.tryPublishAll(null, some, 0, Entry.FIXED_LENGTH, claim));
        assertEquals(published - 1, ring.published(0, slots));
        assertEquals(published == 0, ring.sleep().isAnnounced(announced), "who sleeps is woken for the first");

        if (there > 0) { // the one in front is one of the first piece
            InputRing behind = new InputRing(slots, LARGEST, exclusive, 1);
            byte[] fewer = Arrays.copyOf(some, some.length - Entry.FIXED_LENGTH);
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> behind.tryPublishAll(front, fewer, 0, Entry.FIXED_LENGTH, claim - 1));
            assertEquals(published - 1, behind.published(0, slots));
        }
    }

    /** Where a journal reads: it would send the first off, and the others behind that. */
    @ParameterizedTest
    @CsvSource({"1024, false, 64", "1024, true, 64", "64, false, 16", "4, true, 1"})
    void shouldPublishAClaimWholeWhereItIsToBe(int slots, boolean exclusive, int claim) {
        InputRing ring = new InputRing(slots, LARGEST, exclusive, 1, 0, true);
        byte[] some = Arrays.copyOf(repeated(claim), (claim - 1) * Entry.FIXED_LENGTH);
        assertThrows(
                IndexOutOfBoundsException.class, () -> ring.tryPublishAll(null, some, 0, Entry.FIXED_LENGTH, claim));
        assertEquals(-1, ring.published(0, slots));

        InputRing other = new InputRing(slots, LARGEST, exclusive, 1, 0, true);
        assertEquals(claim, other.tryPublishAll(entry(), repeated(claim), 0, Entry.FIXED_LENGTH, claim));
        assertEquals(claim, other.published(0, slots));
        assertEquals(0, other.published(0, 1), "a look that ends within it sees so much of it");
    }

    /** Each slot is marked by itself where several publish; who looks meanwhile, and beyond it, sees none or all. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldShowNothingOfAWholeClaimBeforeAllOfIt(boolean exclusive) throws Exception {
        int claim = 64;
        int claims = 10_000;
        InputRing ring = new InputRing(1024, LARGEST, exclusive, 1, 0, true);
        byte[] entries = repeated(claim);
        Thread reader = Thread.currentThread();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < claims && !Thread.currentThread().isInterrupted(); ) {
                if (ring.tryPublishAll(null, entries, 0, Entry.FIXED_LENGTH, claim) >= 0) {
                    i++;
                } else {
                    Thread.yield();
                }
            }
        });
        writer.setUncaughtExceptionHandler((t, e) -> {
            failed.set(e);
            reader.interrupt(); // it looks for what will not come
        });
        writer.start();
        long parts = 0;
        for (long next = 0; next < (long) claims * claim; ) {
            if (Thread.interrupted()) {
                writer.interrupt();
                throw new AssertionError("stands still at " + next + " of " + claims * claim, failed.get());
            }
            long last = ring.published(next, claim);
            parts += last < next ? 0 : 1;
            next = last + 1;
            ring.consumed(0, last);
        }
        writer.join();
        assertEquals(claims, parts);
    }

    /** Whatever its pieces, a claim is its entries in their order. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16, 64, 128, 256, 1024})
    void shouldHoldAllOfAClaim(int slots) {
        for (boolean exclusive : new boolean[] {false, true}) {
            for (int n = 1; n <= new InputRing(slots, LARGEST, exclusive, 1).batchMax(); n++) {
                InputRing ring = new InputRing(slots, LARGEST, exclusive, 1);
                byte[] front = n % 2 == 0 ? entry() : null;
                int all = front == null ? n : n + 1;
                assertEquals(all - 1, ring.tryPublishAll(front, repeated(n), 0, Entry.FIXED_LENGTH, n));
                assertEquals(all - 1, ring.published(0, slots));
                for (int i = 0; i < n; i++) {
                    assertEquals(
                            100 + i, Entry.timeNs(ring.slots(), ring.offset(all - n + i)), "entry " + i + " of " + n);
                }
            }
        }
    }

    private static byte[] repeated(int n) {
        byte[] all = new byte[n * Entry.FIXED_LENGTH];
        for (int i = 0; i < n; i++) {
            EntryEncoder.plain(all, i * Entry.FIXED_LENGTH, EntryKind.TICK, 0, 100 + i);
        }
        return all;
    }

    @Test
    void shouldTellTicksFromWhatKeepsAwake() {
        InputRing ring = new InputRing(64, LARGEST, false, 1);
        assertFalse(ring.isOnlyTicks(0, -1), "nothing");
        byte[] other = entry();
        EntryEncoder.plain(other, 0, EntryKind.CONTINUE, 0, 0);
        ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH);
        ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH);
        ring.tryPublish(other, 0, Entry.FIXED_LENGTH);
        assertTrue(ring.isOnlyTicks(0, 1));
        assertFalse(ring.isOnlyTicks(0, 2));
        assertFalse(ring.isOnlyTicks(2, 2));
    }

    /** The elements of an array stand 16 bytes behind its start, and a large one starts at a multiple of a line. */
    @Test
    void shouldBeginEachSlotWithALineOfMemory() {
        InputRing ring = new InputRing(64, LARGEST + 1, false, 1);
        for (long q = 0; q < 130; q++) {
            assertEquals(0, (16 + ring.offset(q)) % 64, "slot of " + q);
            assertTrue(ring.offset(q) + LARGEST + 1 <= ring.slots().length);
        }
        assertEquals(ring.offset(1), ring.offset(65));
    }
}
