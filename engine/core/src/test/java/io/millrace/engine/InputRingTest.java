package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was accepted before the ring closed is read, also where its slot has yet to be filled. */
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
        InputRing ring = new InputRing(64, LARGEST, false, 1, first);
        assertEquals(first, ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH));
        ring.close();
        assertFalse(ring.isOver(first), "the reader has one to read");
        assertEquals(first, ring.published(first, 16));
        assertTrue(ring.isOver(first + 1));
        assertEquals(InputRing.CLOSED, ring.tryPublish(entry(), 0, Entry.FIXED_LENGTH));
    }

    @Test
    void shouldWaitForASlotThatWasClaimedBeforeItClosed() {
        InputRing ring = new InputRing(64, LARGEST, false, 1, 0);
        long claimed = ring.claim(null);
        ring.close();
        assertFalse(ring.isOver(0), "its writer has a place already");
        assertEquals(-1, ring.published(0, 16));
        ring.publish(claimed, claimed);
        assertEquals(0, ring.published(0, 16));
        assertTrue(ring.isOver(1));
    }
}
