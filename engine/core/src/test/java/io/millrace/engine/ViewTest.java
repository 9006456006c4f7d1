package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a view shows, alone and while it is written. */
@Timeout(240)
@Tag("jit")
class ViewTest {
    record Row(long key, long a, long b) {}

    private static final Output<Row> ROWS = Output.of("rows", Row.class);
    private static final long STRESS_NS = 400_000_000L;

    private final Flow meta = new Flow();

    private View<Row> view(int most) {
        return View.of(ROWS, Row::key).rowsAtMost(most);
    }

    private void send(View<Row> view, long sequence, EntryForm form, Row row) throws Exception {
        meta.begin(sequence, 1, null, 0);
        meta.form(form);
        view.on(row, meta);
    }

    private void put(View<Row> view, long sequence, Row row) throws Exception {
        send(view, sequence, EntryForm.INSERT, row);
    }

    /** The bound is on the rows there are when an entry is done, however often it has set and removed them. */
    @Test
    void shouldCountTheRowsThatAnEntryLeaves() throws Exception {
        View<Row> view = view(2);
        for (int i = 0; i < 5; i++) {
            put(view, 0, new Row(1, i, 0));
        }
        put(view, 0, new Row(2, 0, 0));
        send(view, 1, EntryForm.RETRACTION, new Row(1, 4, 0));
        put(view, 1, new Row(3, 0, 0));
        assertThrows(IllegalStateException.class, () -> put(view, 1, new Row(4, 0, 0)));
        send(view, 2, EntryForm.RETRACTION, new Row(3, 0, 0));
        send(view, 2, EntryForm.RETRACTION, new Row(3, 0, 0));
        put(view, 2, new Row(3, 1, 0));
        assertThrows(IllegalStateException.class, () -> put(view, 2, new Row(4, 0, 0)));
        view.flush();
        assertEquals(2, view.all().rows().size());
        assertEquals(1, view.get(3L).a());
        SplittableRandom random = new SplittableRandom(5);
        View<Row> many = view(50);
        TreeMap<Long, Long> plain = new TreeMap<>();
        for (int q = 0; q < 3_000; q++) {
            for (int i = random.nextInt(60); i > 0; i--) {
                Row row = new Row(random.nextInt(70), q, 0);
                if (random.nextInt(3) == 0) {
                    send(many, q, EntryForm.RETRACTION, row);
                    plain.remove(row.key());
                } else if (plain.size() < 50 || plain.containsKey(row.key())) {
                    put(many, q, row);
                    plain.put(row.key(), row.a());
                } else {
                    int at = q;
                    assertThrows(IllegalStateException.class, () -> put(many, at, row));
                }
            }
        }
        many.flush();
        assertEquals(plain.size(), many.all().rows().size());
        for (long k = 0; k < 70; k++) {
            Row row = many.get(k);
            assertEquals(plain.get(k), row == null ? null : (Long) row.a());
        }
    }

    @Test
    void shouldShowTheLastRowOfEachKeyAndTakeRetractions() throws Exception {
        View<Row> view = view(10);
        assertEquals(-1, view.sequence());
        put(view, 1, new Row(7, 1, 1));
        send(view, 2, EntryForm.REPLACEMENT, new Row(7, 2, 2));
        put(view, 3, new Row(-1, 3, 3));
        view.flush();
        assertEquals(new Row(7, 2, 2), view.get(7));
        assertEquals(new View.Rows<>(3, List.of(new Row(-1, 3, 3), new Row(7, 2, 2))), view.all());
        send(view, 4, EntryForm.RETRACTION, new Row(7, 2, 2));
        view.flush();
        assertNull(view.get(7));
        assertEquals(4, view.sequence());
    }

    @Test
    void shouldShowAnEntryAsAWholeWhenTheNextSendsOrTheHostFlushes() throws Exception {
        View<Row> view = view(10);
        put(view, 5, new Row(1, 1, 1));
        put(view, 5, new Row(2, 1, 1));
        assertEquals(new View.Rows<Row>(-1, List.of()), view.all());
        put(view, 6, new Row(1, 2, 2));
        assertEquals(new View.Rows<>(5, List.of(new Row(1, 1, 1), new Row(2, 1, 1))), view.all());
        view.flush();
        assertEquals(new View.Rows<>(6, List.of(new Row(1, 2, 2), new Row(2, 1, 1))), view.all());
    }

    @Test
    void shouldRefuseARowMoreThanItMayHold() throws Exception {
        View<Row> view = view(2);
        put(view, 1, new Row(1, 1, 1));
        put(view, 2, new Row(2, 1, 1));
        assertThrows(IllegalStateException.class, () -> put(view, 3, new Row(3, 1, 1)));
        put(view, 4, new Row(2, 4, 4));
        send(view, 5, EntryForm.RETRACTION, new Row(1, 1, 1));
        put(view, 6, new Row(3, 6, 6));
        view.flush();
        assertEquals(List.of(new Row(2, 4, 4), new Row(3, 6, 6)), view.all().rows());
        assertThrows(IllegalArgumentException.class, () -> view(0));
    }

    @Test
    void shouldHandOverItsRowsAtTheEnd() throws Exception {
        List<View.Rows<Row>> end = new ArrayList<>();
        View<Row> view = View.of(ROWS, Row::key).atEnd(end::add);
        put(view, 1, new Row(1, 1, 1));
        view.close();
        assertEquals(List.of(new View.Rows<>(1, List.of(new Row(1, 1, 1)))), end);
    }

    @Test
    void shouldAgreeWithAMap() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            View<Row> view = view(20);
            TreeMap<Long, Row> map = new TreeMap<>();
            for (int i = 0; i < 500; i++) {
                long key = (random.nextInt(20) - 10) * (random.nextBoolean() ? 1L : 1L << 40) % 17;
                Row row = new Row(key, i, i);
                boolean gone = random.nextInt(3) == 0;
                send(view, i, gone ? EntryForm.RETRACTION : EntryForm.INSERT, row);
                if (gone) {
                    map.remove(key);
                } else if (map.containsKey(key) || map.size() < 20) {
                    map.put(key, row);
                }
            }
            view.flush();
            assertEquals(List.copyOf(map.values()), view.all().rows(), "seed " + seed);
        }
    }

    /** How many keys meet at a place, by any seed; at random the fullest of so many places has 8 or so. */
    @ParameterizedTest
    @ValueSource(ints = {0, 13, 32, 40, 48, 56})
    void shouldStrewKeysWhateverBitsTheyDifferIn(int shift) {
        int keys = 1 << Math.min(16, Long.SIZE - shift);
        for (long seed = 0; seed < 5; seed++) {
            ViewKey key = new ViewKey(new KeyInfo("long", 0, 0, ""), new SplittableRandom(seed).nextLong());
            int[] cells = new int[2 * keys];
            int[] places = new int[2 * keys];
            for (long k = 0; k < keys; k++) {
                long hash = key.number(k << shift).hash();
                cells[ViewTable.cell(hash, cells.length)]++;
                places[ViewChanges.place(hash, places.length)]++;
            }
            assertTrue(Arrays.stream(cells).max().getAsInt() < 15, "cells of seed " + seed);
            assertTrue(Arrays.stream(places).max().getAsInt() < 15, "changes of seed " + seed);
        }
    }

    // ---- keys of any kind

    private static final KeyInfo PAIR = new KeyInfo("long,text", 8 + 2 + 10, 0, "a line");

    private View<Row> byPair(int most) {
        return View.of(ROWS).show(new ViewTable(PAIR, most, ROWS.type().maxLength(), 5));
    }

    private void sendTo(View<Row> view, long number, String text, long sequence, EntryForm form, Row row)
            throws Exception {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[40];
        Bytes.putLong(key, 0, number);
        Bytes.putShort(key, 8, (short) utf8.length);
        System.arraycopy(utf8, 0, key, 10, utf8.length);
        meta.begin(sequence, 1, null, 0);
        meta.form(form);
        meta.key(number, key, 10 + utf8.length);
        view.on(row, meta);
        Arrays.fill(key, (byte) 9); // was valid during the call
    }

    @Test
    void shouldKeepRowsByNumbersAndTexts() throws Exception {
        View<Row> view = byPair(10);
        sendTo(view, 2, "b", 1, EntryForm.INSERT, new Row(0, 1, 1));
        sendTo(view, 2, "ab", 2, EntryForm.INSERT, new Row(0, 2, 2));
        sendTo(view, -1, "\u00e9", 3, EntryForm.INSERT, new Row(0, 3, 3));
        sendTo(view, 2, "b", 4, EntryForm.REPLACEMENT, new Row(0, 4, 4));
        view.flush();
        assertEquals(
                List.of(new Row(0, 3, 3), new Row(0, 2, 2), new Row(0, 4, 4)),
                view.all().rows());
        assertEquals(new Row(0, 3, 3), view.get(-1, "\u00e9"));
        assertEquals(new Row(0, 4, 4), view.get((short) 2, new StringBuilder("b")));
        assertNull(view.get(2, "longer than a key may be"));
        sendTo(view, 2, "ab", 5, EntryForm.RETRACTION, new Row(0, 2, 2));
        view.flush();
        assertNull(view.get(2, "ab"));
        String message =
                assertThrows(IllegalArgumentException.class, () -> view.get(7)).getMessage();
        assertTrue(message.contains("keyed by long,text (a line)"), message);
        assertThrows(IllegalArgumentException.class, () -> view.get("b", 2));
        assertThrows(IllegalArgumentException.class, () -> view.get(2.5, "b"));
    }

    @Test
    void shouldAgreeWithAMapByNumbersAndTexts() throws Exception {
        for (long seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            View<Row> view = byPair(20);
            TreeMap<String, Row> map = new TreeMap<>();
            for (int i = 0; i < 500; i++) {
                long number = random.nextInt(3);
                String text = "x".repeat(random.nextInt(11));
                Row row = new Row(0, i, i);
                boolean gone = random.nextInt(3) == 0;
                if (gone || map.containsKey(number + text) || map.size() < 19) {
                    sendTo(view, number, text, i, gone ? EntryForm.RETRACTION : EntryForm.INSERT, row);
                    map.put(number + text, row);
                    map.computeIfPresent(number + text, (k, v) -> gone ? null : v);
                }
            }
            view.flush();
            assertEquals(List.copyOf(map.values()), view.all().rows(), "seed " + seed);
        }
    }

    @Test
    void shouldSayWhatItCannotShow() {
        assertTrue(View.of(ROWS).bind(new Views("a"), null, false, false).contains("put keyBy in front"));
        assertTrue(View.of(ROWS).bind(new Views("a"), PAIR, true, false).contains("the engine's own thread"));
        View<Row> view = View.of(ROWS);
        assertNull(view.get(1), "before it is bound");
        assertEquals(new View.Rows<Row>(-1, List.of()), view.all());
        assertThrows(IllegalStateException.class, () -> put(view, 1, new Row(1, 1, 1)));
        Views host = new Views("a");
        assertNull(view.bind(host, PAIR, false, false));
        assertNull(view.bind(host, PAIR, false, false));
        assertTrue(view.bind(host, new KeyInfo("long", 0, 0, ""), false, false).contains("keyed by long,text"));
    }

    record Wide(long key, @Length(1_000) String text) {}

    @Test
    void shouldSayHowManyRowsThereCanBe() {
        Output<Wide> wide = Output.of("wide", Wide.class);
        String byField = assertThrows(
                        IllegalArgumentException.class,
                        () -> View.of(wide, Wide::key).rowsAtMost(1 << 24))
                .getMessage();
        int most = ViewTable.mostRows(new KeyInfo("long", 0, 0, ""), wide.type().maxLength());
        assertTrue(most > 1_000_000 && most < 1 << 24, "" + most);
        assertEquals(
                "output wide: a view of 16777216 rows of up to " + wide.type().maxLength()
                        + " bytes is larger than an array may be; use rowsAtMost(1) to rowsAtMost(" + most + ")",
                byField);
        View<Wide> ofStream = View.of(wide).rowsAtMost(1 << 24); // said when the host is made, which names the output
        String byStream = ofStream.bind(new Views("a"), PAIR, false, false);
        assertTrue(byStream.contains("use rowsAtMost(1) to rowsAtMost("), byStream);
        assertEquals(new View.Rows<Wide>(-1, List.of()), ofStream.all(), "no rows");
    }

    // ---- in the middle of a change, at known places

    /** Does something once at a place of a reader or of the writer. */
    private static final class Stopping extends ViewTable {
        Runnable reading = () -> {};
        Runnable writing = () -> {};

        Stopping() {
            super(new KeyInfo("long", 0, 0, ""), 4, ROWS.type().maxLength(), 5);
        }

        @Override
        void copy(int slot, long[] into, int at) {
            Runnable now = reading;
            reading = () -> {};
            now.run();
            super.copy(slot, into, at);
        }

        @Override
        void put(ViewKey key, long timeNs, long windowNs, long[] from, int at, int length) {
            super.put(key, timeNs, windowNs, from, at, length);
            Runnable now = writing;
            writing = () -> {};
            now.run();
        }
    }

    private void move(View<Row> view, long sequence, long amount) {
        try {
            put(view, sequence, new Row(1, -amount, 0));
            put(view, sequence, new Row(2, amount, 0));
            view.flush();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long sum(View.Rows<Row> rows) {
        return rows.rows().stream().mapToLong(Row::a).sum();
    }

    @Test
    void shouldReadAgainWhatChangedWhileItWasRead() throws Exception {
        Stopping table = new Stopping();
        View<Row> view = View.of(ROWS, Row::key).show(table);
        move(view, 1, 10);
        table.reading = () -> table.reading = () -> move(view, 2, 20); // behind the first row
        View.Rows<Row> rows = view.all();
        assertEquals(0, sum(rows));
        assertEquals(2, rows.sequence());
        table.reading = () -> {
            try {
                send(view, 3, EntryForm.RETRACTION, new Row(1, 0, 0));
                put(view, 3, new Row(3, 7, 7)); // takes the place of row 1
                view.flush();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        assertNull(view.get(1));
    }

    @Test
    void shouldTellOfARowThePlaceThatItStandsAt() throws Exception {
        Stopping table = new Stopping();
        View<Row> view = View.of(ROWS, Row::key).show(table);
        assertEquals(new View.At<Row>(-1, null), view.at(1));
        move(view, 1, 10);
        put(view, 2, new Row(2, 7, 7));
        assertEquals(new View.At<>(1, new Row(1, -10, 0)), view.at(1), "what is not shown yet is not told");
        view.flush();
        assertEquals(new View.At<>(2, new Row(1, -10, 0)), view.at(1));
        table.reading = () -> move(view, 3, 20);
        assertEquals(new View.At<>(3, new Row(1, -20, 0)), view.at(1), "both of one moment");
        assertEquals(new View.At<Row>(3, null), view.at(9));
        assertEquals(new View.At<Row>(-1, null), View.of(ROWS).at(9), "not bound");
    }

    /** A writer that changes something whenever anybody looks: the reader asks it for a copy, and gets one of one moment. */
    @Test
    void shouldBeHelpedByAWriterThatIsNeverQuiet() {
        Stopping table = new Stopping();
        View<Row> view = View.of(ROWS, Row::key).show(table);
        move(view, 1, 1);
        long[] sequence = {1};
        Runnable[] change = new Runnable[1];
        boolean[] isChanging = {false};
        change[0] = () -> {
            if (!isChanging[0]) {
                isChanging[0] = true;
                move(view, ++sequence[0], sequence[0]);
                isChanging[0] = false;
            }
            table.reading = change[0];
        };
        table.reading = change[0];
        View.Rows<Row> rows = view.all();
        assertEquals(0, sum(rows));
        assertEquals(rows.sequence(), rows.rows().get(1).a(), "as it stood there");
        assertTrue(rows.sequence() > 30);
    }

    @Test
    void shouldNotLetAReaderInWhileAnEntryIsHalfShown() throws Exception {
        for (boolean all : new boolean[] {false, true}) {
            Stopping table = new Stopping();
            View<Row> view = View.of(ROWS, Row::key).show(table);
            move(view, 1, 10);
            CountDownLatch begins = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            AtomicReference<Object> seen = new AtomicReference<>();
            Thread reader = new Thread(() -> {
                begins.countDown();
                seen.set(all ? view.all() : view.get(1));
                ended.countDown();
            });
            table.writing = () -> {
                reader.start();
                try {
                    begins.await();
                    // one that does not wait ends now; a sound one is still there however long this is
                    assertFalse(ended.await(60, TimeUnit.MILLISECONDS), () -> "saw " + seen);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            };
            move(view, 2, 20);
            ended.await();
            assertEquals(
                    all ? new View.Rows<>(2, List.of(new Row(1, -20, 0), new Row(2, 20, 0))) : new Row(1, -20, 0),
                    seen.get());
        }
    }

    /**
     * Each entry moves amounts between some of 64 rows, or takes a row away and gives its amount to another, so the sum stays what
     * it is. Allowed to a reader: all rows as behind any entry not before the one it saw last; their sum is then 0, their places
     * are not beyond the one told, and both halves of each row agree.
     */
    @Test
    void shouldShowOneMomentToReadersWhileItIsWritten() throws Exception {
        View<Row> view = view(160); // room for rows that an entry takes away and puts back
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> fault = new AtomicReference<>();
        List<Thread> readers = new ArrayList<>();
        AtomicLongArray reads = new AtomicLongArray(3);
        for (int i = 0; i < 3; i++) {
            int who = i;
            Thread reader = new Thread(() -> {
                try {
                    read(view, over, reads, who);
                } catch (Throwable t) {
                    fault.set(t);
                }
            });
            readers.add(reader);
            reader.start();
        }
        write(view, reads);
        over.set(true);
        for (Thread r : readers) {
            r.join(50_000);
            assertFalse(r.isAlive(), "a reader hangs");
        }
        if (fault.get() != null) {
            throw new AssertionError(fault.get());
        }
    }

    /** Until each reader has read, at least. */
    private void write(View<Row> view, AtomicLongArray reads) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long[] amount = new long[64];
        boolean[] isThere = new boolean[64];
        long end = System.nanoTime() + STRESS_NS;
        long hangs = end + TimeUnit.SECONDS.toNanos(50);
        for (long q = 1; System.nanoTime() < end || System.nanoTime() < hangs && haveNotAllRead(reads); q++) {
            for (int moves = 1 + random.nextInt(40); moves > 0; moves--) {
                int from = random.nextInt(64);
                int to = (from + 1 + random.nextInt(63)) % 64;
                long moved = random.nextInt(8) == 0 ? amount[from] : random.nextInt(100);
                amount[from] -= moved;
                amount[to] += moved;
                if (amount[from] == 0 && isThere[from]) {
                    isThere[from] = false;
                    send(view, q, EntryForm.RETRACTION, new Row(from, 0, 0));
                } else {
                    isThere[from] = true;
                    put(view, q, new Row(from, amount[from], amount[from] ^ from));
                }
                isThere[to] = true;
                put(view, q, new Row(to, amount[to], amount[to] ^ to));
            }
        }
        view.flush();
        assertFalse(haveNotAllRead(reads), "each reader has read: " + reads);
    }

    private static boolean haveNotAllRead(AtomicLongArray reads) {
        return IntStream.range(0, reads.length()).anyMatch(i -> reads.get(i) == 0);
    }

    private static void read(View<Row> view, AtomicBoolean over, AtomicLongArray reads, int who) {
        long last = -1;
        while (!over.get()) {
            if (who == 0) {
                long key = reads.get(who) % 64;
                Row row = view.get(key);
                assertTrue(row == null || row.key() == key && row.b() == (row.a() ^ row.key()), "" + row);
            } else {
                View.Rows<Row> all = view.all();
                assertTrue(all.sequence() >= last, all.sequence() + " after " + last);
                last = all.sequence();
                assertEquals(0, all.rows().stream().mapToLong(Row::a).sum(), "at " + last);
            }
            reads.incrementAndGet(who);
        }
    }
}
