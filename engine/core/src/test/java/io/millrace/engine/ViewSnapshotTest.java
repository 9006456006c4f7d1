package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Views are in snapshots: a start from one shows what an unbroken run does. */
@Timeout(240)
class ViewSnapshotTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int KEYS = 8;
    private static final int ROWS = 5;

    private final MemoryJournal journal = new MemoryJournal();

    /** Which key, and whether its row goes, stands in the id. */
    private static long key(Num n) {
        return n.id() % KEYS;
    }

    private static boolean goes(long id) {
        return id / KEYS % 3 == 0;
    }

    private static Topology rows() {
        TrialOp op = TrialOp.of("rows", context -> {
            Node rest = context.rest(0);
            return flow -> {
                flow.form(goes(flow.<Num>value().id()) ? EntryForm.RETRACTION : EntryForm.INSERT);
                return rest.on(flow);
            };
        });
        op.makesUpdates = true;
        return Trials.one(IN, op);
    }

    private Engine start(View<Num> view) {
        return Engine.of(rows()).journal(journal).output(OUT, view).start();
    }

    private View<Num> view(int most) {
        return View.of(OUT, ViewSnapshotTest::key).rowsAtMost(most);
    }

    /** What a view shows, plainly. */
    private static final class Oracle {
        final TreeMap<Long, Num> rows = new TreeMap<>();
        long standsAt = -1;
        long letters;

        void take(Num n, long sequence) {
            if (goes(n.id())) {
                rows.remove(key(n));
            } else if (rows.size() == ROWS && !rows.containsKey(key(n))) {
                letters++;
                return;
            } else {
                rows.put(key(n), n);
            }
            standsAt = sequence;
        }
    }

    @Test
    void shouldShowWhatAnUnbrokenRunShowsBehindACrashAtAnyEntry() throws Exception {
        Oracle oracle = new Oracle();
        Random random = new Random(7);
        int made = 0;
        for (int sequence = 0; sequence < 50; sequence++) {
            View<Num> view = view(ROWS);
            Engine engine = start(view);
            assertEquals(new View.Rows<>(oracle.standsAt, List.copyOf(oracle.rows.values())), flushed(engine, view));
            assertEquals(
                    journal.snapshotNext < 0 ? 0 : journal.snapshotNext,
                    engine.recovered().first());
            assertEquals(oracle.letters, engine.deadLetters().total(), "letters of the view, entry " + sequence);
            Num n = new Num(random.nextInt(6 * KEYS), sequence);
            engine.publisher(IN).publish(n);
            oracle.take(n, sequence);
            engine.drain(LONG);
            if (sequence % 3 == 0) {
                engine.makeSnapshot();
                journal.given = journal.snapshotNext;
                made++;
            }
            journal.crash();
            engine.close();
        }
        assertTrue(made > 15 && oracle.letters > 3, made + ", " + oracle.letters);
    }

    private static View.Rows<Num> flushed(Engine engine, View<Num> view) {
        engine.drain(LONG);
        return view.all();
    }

    @Test
    void shouldTakeMoreRowsThanWereAllowedAndNameAViewThatHoldsTooFew() throws Exception {
        try (Engine engine = start(view(4))) {
            for (int i = 0; i < 4; i++) {
                engine.publisher(IN).publish(new Num(KEYS + i, i));
            }
            engine.drain(LONG);
            engine.makeSnapshot();
            journal.given = 4;
        }
        View<Num> more = view(6);
        try (Engine engine = start(more)) {
            assertEquals(4, flushed(engine, more).rows().size());
            assertEquals(new Num(KEYS + 2, 2), more.get(2L));
        }
        StateException e = assertThrows(StateException.class, () -> start(view(3)));
        assertTrue(
                e.getMessage().contains("the view of output out was saved with 4 rows, but may hold only 3"),
                e.getMessage());
    }

    @Test
    void shouldKeepASecondCoreFromBeginningWithoutRows() throws Exception {
        try (Engine engine = Engine.of(rows()).journal(journal).discard(OUT).start()) {
            engine.publisher(IN).publish(new Num(KEYS, 0));
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        View<Num> late = view(ROWS); // bound when there is a snapshot without it: all is worked out, here and beside
        try (Engine engine = start(late)) {
            assertEquals(0, engine.recovered().first());
            engine.publisher(IN).publish(new Num(KEYS + 1, 1));
            engine.drain(LONG);
            assertEquals(2, engine.makeSnapshot());
        }
        journal.given = 2;
        View<Num> again = view(ROWS);
        try (Engine engine = start(again)) {
            assertEquals(2, engine.recovered().first());
            assertEquals(
                    List.of(new Num(KEYS, 0), new Num(KEYS + 1, 1)),
                    flushed(engine, again).rows());
        }
    }

    @Test
    void shouldBringBackRowsByTextsIntoATableOfAnotherSeed() throws Exception {
        KeyInfo pair = new KeyInfo("long,text", 8 + 2 + 10, 0, "a line");
        View<Num> view = View.of(OUT).show(new ViewTable(pair, 50, OUT.type().maxLength(), 5));
        assertNull(view.bind(new Views("view"), pair, false, true));
        Flow meta = new Flow();
        byte[] key = new byte[40];
        for (int i = 0; i < 40; i++) {
            Bytes.putLong(key, 0, i % 3);
            Bytes.putShort(key, 8, (short) (i % 7));
            java.util.Arrays.fill(key, 10, 10 + i % 7, (byte) 'x');
            meta.begin(i, 1, null, 0);
            meta.form(EntryForm.INSERT);
            meta.timeNs(i);
            meta.windowNs(1_000 + i);
            meta.key(0, key, 10 + i % 7);
            view.on(new Num(i, 0), meta);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(bytes);
        to.begin("rows", 1);
        view.save(to);
        to.end();
        to.finish();
        View<Num> other = View.of(OUT).show(new ViewTable(pair, 21, OUT.type().maxLength(), 6));
        assertNull(other.bind(new Views("other"), pair, false, true));
        StateReader from = new StateReader(new ByteArrayInputStream(bytes.toByteArray()));
        from.begin("rows", 1);
        other.load(from, "out");
        from.end();
        assertEquals(21, view.all().rows().size());
        assertEquals(view.all(), other.all());
        assertEquals(view.get(2, "xxxx"), other.get(2, "xxxx"));
        assertNull(other.get(2, "xxxxxxx"));
        meta.begin(50, 1, null, 0);
        meta.form(EntryForm.RETRACTION);
        meta.key(0, key, 10 + 39 % 7);
        meta.windowNs(1_038);
        other.on(new Num(0, 0), meta);
        other.flush();
        assertEquals(21, other.all().rows().size(), "what takes back the result of another window leaves it");
        meta.begin(51, 1, null, 0);
        meta.form(EntryForm.RETRACTION);
        meta.windowNs(1_039);
        other.on(new Num(0, 0), meta);
        other.flush();
        assertEquals(20, other.all().rows().size(), "it is found by its key");
    }
}
