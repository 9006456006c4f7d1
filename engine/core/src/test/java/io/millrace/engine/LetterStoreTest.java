package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.runtime.KeptLetter;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import io.millrace.trial.TrialOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Letters are kept as far as there is room, against a plain queue. */
class LetterStoreTest {
    private static final Topology T = one(TrialOp.pass(1));

    /** What the queue holds; no bytes for a firing. */
    private record Plain(long number, byte[] entry, boolean fired) {}

    private static byte[] entry(Random random, int most) {
        byte[] bytes = new byte[Entry.FIXED_LENGTH + random.nextInt(most - Entry.FIXED_LENGTH + 1)];
        random.nextBytes(bytes);
        Entry.begin(bytes, 0, EntryKind.EVENT, 0, 0, null);
        Entry.end(bytes, 0, bytes.length - Entry.FIXED_LENGTH);
        return bytes;
    }

    @Test
    void shouldKeepTheLastThatHaveRoom() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int most = Entry.FIXED_LENGTH + random.nextInt(200);
            int letters = 1 + random.nextInt(12);
            int room = random.nextInt(2000);
            LetterStore store = new LetterStore(letters, room, most);
            ArrayDeque<Plain> oracle = new ArrayDeque<>();
            for (long n = 1; n <= 200; n++) {
                boolean fired = random.nextInt(5) == 0;
                byte[] entry = fired ? null : entry(random, most);
                Firing firing = fired ? new Firing(0) : null;
                store.add(n, 0, Reason.LATE, null, null, entry, 0, firing);
                oracle.add(new Plain(n, entry, fired));
                while (oracle.size() > letters) {
                    oracle.remove();
                }
                check(store, oracle, Math.max(room, most), most, letters, "seed " + seed + ", letter " + n);
            }
        }
    }

    /** What is kept is the end of the queue; where less is kept than there may be, no room was left for one more. */
    private static void check(
            LetterStore store, ArrayDeque<Plain> oracle, int room, int most, int letters, String where) {
        assertEquals(oracle.getLast().number(), store.newest(), where);
        long bytes = 0;
        int kept = 0;
        for (Iterator<Plain> i = oracle.descendingIterator(); i.hasNext(); ) {
            Plain p = i.next();
            KeptLetter letter = store.copy(T, p.number());
            if (letter == null) {
                assertTrue(bytes + (p.fired() ? 0 : p.entry().length) + most > room, where + ": there was room");
                assertTrue(store.oldest() > p.number(), where);
                break;
            }
            kept++;
            assertEquals(p.number(), letter.sequence(), where);
            assertEquals(p.fired(), letter.fired(), where);
            if (!p.fired()) {
                bytes += p.entry().length;
                assertArrayEquals(p.entry(), Arrays.copyOf(letter.entry(), letter.entryLength()), where);
            }
        }
        assertTrue(kept > 0 && kept <= letters && bytes <= room, where);
        assertNull(store.copy(T, store.oldest() - 1), where);
        assertNull(store.copy(T, store.newest() + 1), where);
    }

    @Test
    void shouldTakeOutAndPutBack() {
        LetterStore store = new LetterStore(2, 0, 100);
        Random random = new Random(1);
        store.add(7, 3, Reason.LATE, "why", null, null, 0, new Firing(0));
        store.add(8, 3, Reason.LATE, "why", null, entry(random, 50), 0, null);
        assertTrue(store.isOf(2, 3));
        assertFalse(store.isOf(2, 4));
        assertArrayEquals(new long[] {2}, store.takeOutEvent(2));
        assertArrayEquals(new long[0], store.takeOutEvent(2), "once");
        assertNull(store.copy(T, 2));
        store.putBack(2);
        assertEquals(8, store.copy(T, 2).sequence());
        store.takeOutEvent(2);
        store.add(9, 3, Reason.LATE, null, null, null, 0, new Firing(0));
        store.add(10, 3, Reason.LATE, null, null, null, 0, new Firing(0));
        store.putBack(2);
        assertNull(store.copy(T, 2), "others have taken its place");
        assertEquals(10, store.copy(T, 4).sequence());
    }

    /** Against a look at all letters, one by one: letters of few events, redriven or not, by few entries. */
    @Test
    void shouldFindTheLettersOfAnEvent() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            LetterStore store = new LetterStore(1 + random.nextInt(40), 4096, 64);
            byte[][] events = new byte[1 + random.nextInt(6)][];
            for (int i = 0; i < events.length; i++) {
                events[i] = entry(random, 40);
            }
            for (long n = 1; n <= 300; n++) {
                byte[] event = events[random.nextInt(events.length)].clone();
                if (random.nextInt(3) == 0) {
                    Entry.markRedriven(event, 0);
                }
                String where = "seed " + seed + ", letter " + n;
                if (random.nextInt(4) > 0) {
                    store.add(n / 4, random.nextInt(3), Reason.LATE, null, null, event, 0, null);
                    continue;
                }
                long like = 0;
                for (long i = store.newest(); i >= store.oldest(); i--) {
                    KeptLetter letter = store.copy(T, i);
                    like = letter != null && Entry.isSameEvent(letter.entry(), 0, event, 0) ? i : like;
                }
                assertEquals(like, store.oldestLike(event, 0), where);
                KeptLetter of = store.copy(T, like);
                TreeSet<Long> all = new TreeSet<>();
                for (long i = store.oldest(); of != null && i <= store.newest(); i++) {
                    KeptLetter letter = store.copy(T, i);
                    if (letter != null && letter.isOfSameEvent(of)) {
                        all.add(i);
                    }
                }
                TreeSet<Long> taken = new TreeSet<>();
                for (long i : store.takeOutEvent(like)) {
                    taken.add(i);
                    assertNull(store.copy(T, i), where);
                }
                assertEquals(all, taken, where);
                if (random.nextBoolean()) {
                    taken.forEach(store::putBack);
                }
            }
        }
    }

    /** A stage that has a letter to leave waits for the lock: of equal events, too, none is looked for among all the others. */
    @Test
    void shouldLookAtFewLettersForEachOfManyEqualEvents() {
        int letters = 4_000;
        LetterStore store = new LetterStore(letters, letters * 64, 64);
        byte[] event = entry(new Random(1), 40);
        for (int i = 1; i <= letters; i++) {
            store.add(i, 0, Reason.LATE, null, null, event, 0, null);
        }
        for (int i = 1; i <= letters; i++) {
            assertArrayEquals(new long[] {i}, store.takeOutEvent(i));
        }
        assertTrue(store.looks() < 5L * letters, store.looks() + " looks where they are redriven");
        for (int i = letters; i > 0; i--) {
            store.putBack(i);
        }
        long before = store.looks();
        for (int i = 1; i <= letters; i++) {
            assertEquals(i, store.oldestLike(event, 0));
            store.takeOutEvent(i);
        }
        assertTrue(
                store.looks() - before < 8L * letters, store.looks() - before + " looks where a journal tells of it");
        assertEquals(0, store.oldestLike(event, 0));
        for (int i : new int[] {7, 9, 5}) { // behind those that have been passed by
            store.putBack(i);
            assertEquals(Math.min(i, 7), store.oldestLike(event, 0));
        }
        store.takeOutEvent(5);
        store.takeOutEvent(7);
        assertEquals(9, store.oldestLike(event, 0));
    }

    @Test
    void shouldSaveALetterWhoseCauseCannotSayWhatItIs() throws Exception {
        DeadLetters letters = new DeadLetters(T, 4, 100, 64);
        letters.letter(
                7,
                1,
                Reason.OPERATOR_ERROR,
                null,
                new IllegalStateException("no word") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String getMessage() {
                        throw new IllegalStateException("not even this");
                    }
                },
                entry(new Random(1), 40),
                0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(out);
        to.begin("counts", 1);
        letters.save(to);
        to.end();
        letters.saveKept(to);
        to.finish();
        DeadLetters next = new DeadLetters(T, 4, 100, 64);
        StateReader from = new StateReader(new ByteArrayInputStream(out.toByteArray()));
        from.begin("counts", 1);
        next.load(from, null);
        from.end();
        next.loadKept(from, List.of());
        assertEquals(7, next.last(1).get(0).sequence());
        assertTrue(
                next.last(1).get(0).cause().contains("LetterStoreTest"),
                next.last(1).get(0).cause());
    }

    @Test
    void shouldAllocateNothingWhenALetterComes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        LetterStore store = new LetterStore(64, 4096, 300);
        byte[] entry = entry(new Random(1), 300);
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 200; run++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            store.add(run, 0, Reason.LATE, null, null, entry, 0, null);
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertEquals(0, least);
    }

    @Test
    void shouldSetNoMoreApartAtStartThanIsDeclared() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        DeadLetters letters = new DeadLetters(T, 1024, 1 << 20, 1 << 20);
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertTrue(allocated < 2 << 20, allocated + " bytes");
        assertEquals(0, letters.total());
    }

    /** A host that is to keep more than an array holds would end at its start, without a word of which setting it was. */
    @Test
    void shouldRefuseToKeepMoreThanItsBounds() {
        Setup setup = Engine.of(T).discard(OUT);
        for (int bytes : new int[] {-1, (1 << 30) + 1, Integer.MAX_VALUE}) {
            String said = assertThrows(IllegalArgumentException.class, () -> setup.keepDeadLetterBytes(bytes))
                    .getMessage();
            assertEquals("keep dead letters of " + bytes + " bytes; use 0 to 1073741824", said);
        }
        for (int letters : new int[] {0, (1 << 20) + 1, Integer.MAX_VALUE}) {
            String said = assertThrows(IllegalArgumentException.class, () -> setup.keepDeadLetters(letters))
                    .getMessage();
            assertEquals("keep " + letters + " dead letters; use 1 to 1048576", said);
        }
        setup.keepDeadLetterBytes(1 << 30).keepDeadLetters(1 << 20);
    }
}
