package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Length;
import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.RowWindow;
import io.millrace.state.Pages;
import io.millrace.state.StateException;
import io.millrace.testkit.oracle.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Events that wait come back in order and as they were, set beside a plain list. */
class EventsBehindTest {
    private static final int KEY_BYTES = 40;

    /** Of one block to four. */
    record Item(long id, @Length(700) String text) {}

    record Note(long id, int more) {}

    private static final EventType<Item> ITEM = EventType.of(Item.class);
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    /** An event as it came. */
    private record Came(
            String textKey,
            long key,
            int input,
            long ns,
            long sequence,
            long nowNs,
            EntryForm form,
            boolean isTombstone,
            long windowNs,
            long mark,
            Object value,
            Header header) {}

    private static Came plain(long key, Object value) {
        return new Came(null, key, 0, 5, 1, 7, EntryForm.INSERT, false, RowWindow.NONE, 0, value, null);
    }

    private static EventsBehind behind(BehindRig rig, int keyBytes) {
        return new EventsBehind(rig, Arrays.asList(ITEM, NOTE, null), keyBytes);
    }

    private static Flow inHand(Came came) {
        Flow flow = new Flow();
        byte[] entry = new byte[3 + Entry.MAX_HEADER_LENGTH];
        Entry.begin(entry, 3, EntryKind.EVENT, 1, came.ns, came.header);
        flow.begin(came.sequence, 1, entry, 3);
        putKey(flow, came);
        flow.input(came.input);
        flow.timeNs(came.ns);
        if (came.isTombstone) {
            flow.tombstone();
        } else {
            flow.form(came.form);
        }
        flow.windowNs(came.windowNs);
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, came.mark * (i + 1));
        }
        if (came.value instanceof Item item && came.ns % 2 == 0) {
            byte[] bytes = new byte[9 + ITEM.maxLength()];
            flow.value(item, bytes, 9, ITEM.encode(item, bytes, 9)); // read from bytes that are there already
        } else {
            flow.value(came.value);
        }
        return flow;
    }

    private static void putKey(Flow flow, Came came) {
        if (came.textKey == null) {
            flow.key(came.key);
            return;
        }
        byte[] text = came.textKey.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(text, KEY_BYTES);
        flow.key(KeyHash.of(BehindRig.SEED, key, text.length), key, text.length);
    }

    private static void assertTaken(Came came, EventsBehind behind, BehindRig rig) {
        assertEquals(came.nowNs, behind.firstNs());
        Flow flow = new Flow();
        flow.begin(1_000_000, 0, null, 0);
        assertEquals(came.nowNs, behind.take(flow, rig.firing()));
        Flow was = inHand(came);
        assertEquals(was.key(), flow.key());
        assertEquals(was.keyLength(), flow.keyLength());
        assertEquals(was.keyBytes() == null, flow.keyBytes() == null);
        if (was.keyBytes() != null) {
            assertArrayEquals(
                    Arrays.copyOf(was.keyBytes(), was.keyLength()), Arrays.copyOf(flow.keyBytes(), was.keyLength()));
        }
        assertEquals(came.input, flow.input());
        assertEquals(came.ns, flow.timeNs());
        assertEquals(came.form, flow.form());
        assertEquals(came.isTombstone, flow.isTombstone());
        assertEquals(came.windowNs, flow.windowNs());
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            assertEquals(came.mark * (i + 1), flow.origin(i));
        }
        assertEquals(came.value, flow.value());
        assertTrue(flow.fired());
        assertEquals(came.sequence, flow.eventSequence());
        assertArrayEquals(optional(was), optional(flow));
    }

    /** What comes of an event inherits: which fields there are, and these. */
    private static byte[] optional(Flow flow) {
        byte[] header = flow.header();
        int at = flow.headerOffset();
        byte[] fields = Arrays.copyOfRange(header, at + Entry.FIXED_LENGTH - 1, at + Entry.headerLength(header, at));
        fields[0] = header[at + 5];
        return fields;
    }

    private static Came random(SplittableRandom random, boolean isText, long sequence, long nowNs) {
        int key = random.nextInt(6);
        boolean isTombstone = random.nextInt(8) == 0;
        Header header = random.nextInt(3) == 0 ? null : new Header();
        if (header != null && random.nextInt(3) > 0) {
            header.correlationId(random.nextLong());
        }
        if (header != null && random.nextInt(3) == 0) {
            header.intendedNs(random.nextLong()).trace(random.nextLong(), random.nextLong(), 3, (byte) 1);
        }
        int input = random.nextInt(2);
        Object value = input == 0
                ? new Item(random.nextLong(), "x".repeat(random.nextInt(700)))
                : new Note(random.nextLong(), random.nextInt());
        return new Came(
                isText ? "k".repeat(key * 7) + key : null,
                key * 31L - 40,
                input,
                random.nextInt(1_000),
                sequence,
                nowNs,
                isTombstone ? EntryForm.RETRACTION : EntryForm.values()[random.nextInt(3)],
                isTombstone,
                random.nextInt(3) == 0 ? random.nextInt(100) : RowWindow.NONE,
                random.nextInt(2) * 7L,
                random.nextInt(5) == 0 ? null : value,
                header);
    }

    @Test
    void shouldGiveBackWhatAPlainListWouldAlsoBehindASnapshot() {
        Seeds.each(0, 40, "agree(%d)", EventsBehindTest::agree);
    }

    private static void agree(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean isText = seed % 2 != 0;
        BehindRig rig = new BehindRig(1 << 20);
        EventsBehind behind = behind(rig, isText ? KEY_BYTES : 0);
        Deque<Came> list = new ArrayDeque<>();
        long nowNs = 0;
        for (int i = 0; i < 120; i++) {
            nowNs += random.nextInt(3);
            boolean grows = i / 20 % 2 == 0;
            if (random.nextInt(4) < (grows ? 3 : 1)) {
                Came came = random(random, isText, i, nowNs);
                assertTrue(behind.hold(inHand(came), came.input, nowNs));
                list.add(came);
            } else if (!list.isEmpty()) {
                assertTaken(list.remove(), behind, rig);
            }
            if (random.nextInt(10) == 0) {
                byte[] saved = rig.save();
                rig = new BehindRig(1 << 20);
                behind = behind(rig, isText ? KEY_BYTES : 0);
                rig.load(saved);
            }
            assertEquals(list.isEmpty(), behind.isEmpty());
            assertEquals(list.isEmpty() ? Long.MAX_VALUE : list.peek().nowNs, behind.firstNs());
            assertKeys(list, behind, isText);
        }
        while (!list.isEmpty()) {
            assertTaken(list.remove(), behind, rig);
        }
        assertTrue(behind.isEmpty());
    }

    /** These keys are in buckets of their own. */
    private static void assertKeys(Deque<Came> list, EventsBehind behind, boolean isText) {
        for (int key = 0; key < 6; key++) {
            long number = key * 31L - 40;
            boolean waits = list.stream().anyMatch(c -> c.key == number);
            Flow flow = inHand(new Came(
                    isText ? "k".repeat(key * 7) + key : null,
                    number,
                    0,
                    1,
                    1,
                    1,
                    EntryForm.INSERT,
                    false,
                    RowWindow.NONE,
                    0,
                    null,
                    null));
            assertEquals(waits, behind.isBehind(flow));
            assertEquals(waits, behind.isKeyBehind(flow));
        }
    }

    // ---- without room

    private static int fill(EventsBehind behind, Came with) {
        int held = 0;
        while (behind.hold(inHand(with), with.input, held)) {
            held++;
        }
        return held;
    }

    private static void empty(EventsBehind behind, BehindRig rig) {
        while (!behind.isEmpty()) {
            behind.take(new Flow(), rig.firing());
        }
    }

    @Test
    void shouldChangeNothingWhereThereIsNoRoomForAllOfAnEvent() {
        BehindRig rig = new BehindRig(2 * Pages.PAGE_BYTES);
        EventsBehind behind = behind(rig, 0);
        Came small = plain(3, null);
        Came large = plain(4, new Item(1, "y".repeat(700)));
        int blocks = fill(behind, small);
        empty(behind, rig);
        int ofLarge = 0;
        for (int round = 0; round < 3; round++) {
            int larges = fill(behind, large);
            byte[] saved = rig.save();
            assertFalse(behind.hold(inHand(large), 0, 9));
            assertArrayEquals(saved, rig.save());
            int smalls = fill(behind, small);
            assertEquals(0, (blocks - smalls) % larges, "all blocks are there: " + larges + " and " + smalls);
            ofLarge = (blocks - smalls) / larges;
            assertTrue(ofLarge > 2 && smalls < ofLarge && smalls > 0, ofLarge + " blocks, and " + smalls + " are left");
            for (int i = 0; i < larges; i++) {
                behind.take(new Flow(), rig.firing());
            }
            assertFalse(behind.isKeyBehind(inHand(large)));
            assertTrue(behind.isKeyBehind(inHand(small)));
            empty(behind, rig);
        }
    }

    @Test
    void shouldKeepNoHeaderOfAnEventForWhichThereIsNoRoom() {
        BehindRig rig = new BehindRig(2 * Pages.PAGE_BYTES);
        EventsBehind behind = behind(rig, 0);
        Came came = new Came(
                null, 3, 0, 5, 1, 7, EntryForm.INSERT, false, RowWindow.NONE, 0, null, new Header().correlationId(77));
        assertTrue(behind.hold(inHand(came), 0, 7));
        assertTrue(fill(behind, plain(3, null)) > 100);
        for (int i = 0; i < 5_000; i++) {
            assertFalse(behind.hold(inHand(came), 0, 7));
        }
        assertTaken(came, behind, rig);
        behind.take(new Flow(), rig.firing());
        assertTrue(behind.hold(inHand(came), 0, 7));
        assertTrue(behind.hold(inHand(came), 0, 7), "no header of those that failed is kept");

        BehindRig noHeaders = new BehindRig(Pages.PAGE_BYTES);
        EventsBehind without = behind(noHeaders, 0);
        assertTrue(without.hold(inHand(plain(3, null)), 0, 7));
        assertFalse(without.hold(inHand(came), 0, 7), "its fields would take a page");
        assertTaken(plain(3, null), without, noHeaders);
        assertTrue(without.isEmpty());
    }

    // ---- what cannot wait

    /** Another key of the same bucket as 1. */
    private static long colliding(EventsBehind behind) {
        long key = 2;
        while (!behind.isBehind(inHand(plain(key, null)))) {
            key++;
        }
        return key;
    }

    @Test
    void shouldLetAnEventGoAheadThatCannotWaitAndNeedNot() {
        BehindRig rig = new BehindRig(Pages.PAGE_BYTES);
        EventsBehind behind = behind(rig, 0);
        fill(behind, plain(1, null));
        Flow other = inHand(plain(colliding(behind), null));
        Flow own = inHand(plain(1, null));
        for (int input : new int[] {0, 2}) {
            assertFalse(behind.holdOrRefuse(other, input, 9, false, "full", "untyped"));
            assertNull(rig.detail);
            assertTrue(behind.holdOrRefuse(other, input, 9, true, "full", "untyped"));
            assertEquals(input == 0 ? "full" : "untyped", rig.detail);
            rig.detail = null;
            assertTrue(behind.holdOrRefuse(own, input, 9, false, "full", "untyped"));
            assertEquals(input == 0 ? "full" : "untyped", rig.detail);
            assertEquals(Reason.OVER_BOUND, rig.reason);
            rig.detail = null;
        }
    }

    @Test
    void shouldLetAnEventGoAheadWhoseLayoutRefusesItWhereItNeedNotWait() {
        BehindRig rig = new BehindRig(1 << 20);
        EventsBehind behind = behind(rig, 0);
        assertTrue(behind.hold(inHand(plain(1, null)), 0, 7));
        Item tooLong = new Item(1, "z".repeat(701));
        Flow other = inHand(plain(colliding(behind), tooLong));
        assertFalse(behind.holdOrRefuse(other, 0, 9, false, "full", "untyped"));
        assertNull(rig.thrown);
        assertTrue(behind.holdOrRefuse(inHand(plain(1, tooLong)), 0, 9, false, "full", "untyped"));
        assertTrue(rig.thrown.getMessage().contains("701"), rig.thrown.getMessage());
        assertTaken(plain(1, null), behind, rig);
        assertTrue(behind.isEmpty());
    }

    @Test
    void shouldTakeBackAnotherLayoutOnlyWhereNoneWaits() {
        BehindRig rig = new BehindRig(1 << 20);
        EventsBehind behind = behind(rig, 0);
        byte[] none = rig.save();
        behind.hold(inHand(plain(1, null)), 0, 7);
        byte[] one = rig.save();
        BehindRig other = new BehindRig(1 << 20);
        EventsBehind otherwise = new EventsBehind(other, new ArrayList<>(Collections.nCopies(3, NOTE)), 0);
        other.load(none);
        assertTrue(otherwise.isEmpty());
        String message =
                assertThrows(StateException.class, () -> other.load(one)).getMessage();
        assertTrue(message.contains("1 events wait in it that were laid out otherwise"), message);
        assertTrue(message.contains("say startEmpty in the migration"), message);
    }
}
