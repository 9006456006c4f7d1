package io.millrace.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The layout of an entry, and what an input says of time. */
class EntryTest {
    record Event(long value) {}

    private static Header header(int mask) {
        Header h = new Header();
        if ((mask & Header.INTENDED) != 0) {
            h.intendedNs(-11);
        }
        if ((mask & Header.CORRELATION) != 0) {
            h.correlationId(Long.MIN_VALUE);
        }
        if ((mask & Header.CAUSE) != 0) {
            h.cause(33, -44);
        }
        if ((mask & Header.TRACE) != 0) {
            h.trace(5, -6, 7, (byte) -8);
        }
        if ((mask & Header.REDRIVEN) != 0) {
            h.redriven();
        }
        if ((mask & Header.MARKED) != 0) {
            h.marked();
        }
        if ((mask & Header.PROVISIONAL) != 0) {
            h.provisional();
        }
        if ((mask & Header.REASON) != 0) {
            h.reason(Reason.LATE);
        }
        return h;
    }

    @Test
    void shouldReadBackEachCombinationOfOptionalFields() {
        for (int mask = 0; mask < 256; mask++) {
            byte[] bytes = new byte[200];
            Arrays.fill(bytes, (byte) 0x55);
            int at = Entry.begin(bytes, 7, EntryKind.EVENT, 65_535, Long.MAX_VALUE, header(mask));
            bytes[at] = 99;
            Entry.end(bytes, 7, 1);
            assertEquals(at, Entry.payload(bytes, 7));
            assertEquals(at - 7, Entry.headerLength(header(mask)));
            assertTrue(at - 7 <= Entry.MAX_HEADER_LENGTH);
            assertEquals(at - 7 + 1, Entry.length(bytes, 7));
            assertEquals(1, Entry.payloadLength(bytes, 7));
            assertEquals(EntryKind.EVENT, Entry.kind(bytes, 7));
            assertEquals(65_535, Entry.source(bytes, 7));
            assertEquals(Long.MAX_VALUE, Entry.timeNs(bytes, 7));
            assertEquals((mask & Header.INTENDED) != 0 ? -11 : 0, Entry.intendedNs(bytes, 7));
            assertEquals((mask & Header.CORRELATION) != 0 ? Long.MIN_VALUE : 0, Entry.correlationId(bytes, 7));
            assertEquals((mask & Header.CAUSE) != 0 ? 33 : -1, Entry.causeSequence(bytes, 7));
            assertEquals((mask & Header.CAUSE) != 0 ? -44 : -1, Entry.causeOrdinal(bytes, 7));
            assertEquals((mask & Header.TRACE) != 0 ? 5 : 0, Entry.traceHigh(bytes, 7));
            assertEquals((mask & Header.TRACE) != 0 ? -6 : 0, Entry.traceLow(bytes, 7));
            assertEquals((mask & Header.TRACE) != 0 ? 7 : 0, Entry.spanId(bytes, 7));
            assertEquals((mask & Header.TRACE) != 0 ? -8 : 0, Entry.traceFlags(bytes, 7));
            assertEquals((mask & Header.REASON) != 0 ? Reason.LATE : null, Entry.reason(bytes, 7));
            assertEquals((mask & Header.PROVISIONAL) != 0, Entry.provisional(bytes, 7));
            assertEquals((mask & Header.REDRIVEN) != 0, Entry.redriven(bytes, 7));
            assertEquals((mask & Header.MARKED) != 0, Entry.marked(bytes, 7));
            byte[] untouched = Arrays.copyOfRange(bytes, at + 1, 200);
            byte[] expected = new byte[untouched.length];
            Arrays.fill(expected, (byte) 0x55);
            assertArrayEquals(expected, untouched);
        }
    }

    @Test
    void shouldFindAPayloadThatWasFilledBeforeItsHeader() {
        for (int mask = 0; mask < 256; mask++) {
            byte[] bytes = new byte[200];
            Entry.writeBefore(bytes, 7, EntryKind.EVENT, 65_535, -3, header(mask), 2);
            assertEquals(7 + Entry.MAX_HEADER_LENGTH, Entry.payload(bytes, 7));
            assertEquals(0, Entry.MAX_HEADER_LENGTH % Long.BYTES, "no long of a payload lies across lines");
            assertEquals(Entry.MAX_HEADER_LENGTH + 2, Entry.length(bytes, 7));
            assertEquals(EntryKind.EVENT, Entry.kind(bytes, 7));
            assertEquals(65_535, Entry.source(bytes, 7));
            assertEquals((mask & Header.CORRELATION) != 0 ? Long.MIN_VALUE : 0, Entry.correlationId(bytes, 7));
            assertEquals((mask & Header.REASON) != 0 ? Reason.LATE : null, Entry.reason(bytes, 7));
            byte[] copy = new byte[Entry.MAX_HEADER_LENGTH];
            int length = Entry.copyHeader(bytes, 7, copy, 0);
            assertEquals(Entry.headerLength(header(mask)), length);
            assertEquals(length, Entry.payload(copy, 0), "a header that stands alone needs no room");
            assertEquals(Entry.traceLow(bytes, 7), Entry.traceLow(copy, 0));
        }
    }

    @Test
    void shouldBeMarkedWithoutMoving() {
        byte[] bytes = new byte[100];
        int at = Entry.begin(bytes, 0, EntryKind.EVENT, 1, 5, header(Header.CORRELATION | Header.TRACE));
        Entry.end(bytes, 0, 3);
        Entry.markRedriven(bytes, 0);
        Entry.kind(bytes, 0, EntryKind.VOID);
        Entry.timeNs(bytes, 0, -6);
        assertEquals(at, Entry.payload(bytes, 0));
        assertEquals(Long.MIN_VALUE, Entry.correlationId(bytes, 0));
        assertTrue(Entry.redriven(bytes, 0));
        assertFalse(Entry.marked(bytes, 0));
        assertEquals(EntryKind.VOID, Entry.kind(bytes, 0));
        assertEquals(-6, Entry.timeNs(bytes, 0));
    }

    @Test
    void shouldForgetAClearedHeader() {
        Header h = header(255);
        assertEquals(Entry.FIXED_LENGTH, Entry.headerLength(h.clear()));
        assertEquals(Entry.FIXED_LENGTH, Entry.headerLength(null));
    }

    @Test
    void shouldTakeTenSecondsOfSilenceForIdleUnlessItIsSaid() {
        Input<Event> in = Input.of("in", Event.class);
        assertEquals(10_000_000_000L, in.idleAfterNs());
        assertEquals(5, in.idleAfter(Duration.ofNanos(5)).idleAfterNs());
    }

    @Test
    void shouldTakeTimesThatFitAndRefuseTheOthers() {
        Input<Event> seconds = Input.of("in", Event.class).eventTime(Event::value, TimeUnit.SECONDS);
        assertEquals(-5_000_000_000L, seconds.timeNs(new Event(-5)));
        for (long bad : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / 1_000_000_000 + 1}) {
            RefusedException thrown = assertThrows(RefusedException.class, () -> seconds.timeNs(new Event(bad)));
            assertEquals(Reason.OUT_OF_RANGE, thrown.reason());
            assertTrue(thrown.getMessage().contains("input in")
                    && thrown.getMessage().contains("" + bad));
        }
        Input<Event> ns = Input.of("in", Event.class).eventTime(Event::value, TimeUnit.NANOSECONDS);
        assertEquals(Long.MAX_VALUE - 1, ns.timeNs(new Event(Long.MAX_VALUE - 1)));
        assertEquals(-Long.MAX_VALUE, ns.timeNs(new Event(-Long.MAX_VALUE)));
        long most = Long.MAX_VALUE / 1_000_000_000;
        assertEquals(most * 1_000_000_000, seconds.timeNs(new Event(most)));
        assertEquals(-most * 1_000_000_000, seconds.timeNs(new Event(-most)));
        assertThrows(RefusedException.class, () -> seconds.timeNs(new Event(-most - 1)));
        assertThrows(RefusedException.class, () -> ns.timeNs(new Event(Long.MAX_VALUE)));
        assertThrows(RefusedException.class, () -> ns.timeNs(new Event(Long.MIN_VALUE)));
    }

    @Test
    void shouldRefuseATimeThatCannotBeRead() {
        Input<Event> in = Input.of("in", Event.class)
                .eventTime(
                        e -> {
                            throw new IllegalStateException("no time");
                        },
                        TimeUnit.SECONDS);
        RefusedException thrown = assertThrows(RefusedException.class, () -> in.timeNs(new Event(1)));
        assertEquals(Reason.MALFORMED, thrown.reason());
        assertTrue(thrown.getMessage().contains("no time"), thrown.getMessage());
        Input<Event> fails = Input.of("in", Event.class)
                .eventTime(
                        e -> {
                            throw new OutOfMemoryError("made up");
                        },
                        TimeUnit.SECONDS);
        assertThrows(OutOfMemoryError.class, () -> fails.timeNs(new Event(1)));
    }

    @Test
    void shouldKeepItsSettingsApart() {
        Input<Event> plain = Input.of("in", Event.class);
        Input<Event> set = plain.eventTime(Event::value, TimeUnit.SECONDS)
                .disorder(Duration.ofSeconds(2))
                .maxAhead(Duration.ofDays(200_000))
                .idleAfter(Duration.ofMillis(3))
                .live();
        assertFalse(plain.hasEventTime());
        assertEquals(0, plain.disorderNs());
        assertEquals(TimeMeaning.BY_SOURCE, plain.timeMeaning());
        assertEquals(Duration.ofMinutes(10).toNanos(), plain.maxAheadNs(true));
        assertEquals(Duration.ofDays(30).toNanos(), plain.maxAheadNs(false));
        assertTrue(set.hasEventTime());
        assertEquals(2_000_000_000L, set.disorderNs());
        assertEquals(Long.MAX_VALUE, set.maxAheadNs(true), "a very large one is no guard");
        assertEquals(3_000_000L, set.idleAfterNs());
        assertEquals(TimeMeaning.LIVE, set.timeMeaning());
        assertEquals(TimeMeaning.HISTORIC, set.historic().timeMeaning());
    }

    @Test
    void shouldRefuseBadNamesAndDurations() {
        for (String bad : new String[] {null, "", "-x", "a b", "x".repeat(65)}) {
            assertThrows(IllegalArgumentException.class, () -> Input.of(bad, Event.class), bad);
            assertThrows(IllegalArgumentException.class, () -> Output.of(bad, Event.class), bad);
        }
        Input<Event> in = Input.of("in", Event.class);
        assertThrows(IllegalArgumentException.class, () -> in.disorder(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> in.maxAhead(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> in.idleAfter(Duration.ZERO));
        in.disorder(Duration.ZERO);
    }
}
