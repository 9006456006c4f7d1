package io.millrace.operators.window;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.engine.View;
import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.join.JoinKind;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.TestUpgrade;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.transport.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The row of a key where results of several of its windows come and change: that of the newest, in each word that keeps rows. */
class RowsOfWindowsTest {
    record In(long key, long value, long ns) {}

    record Ask(long key) {}

    record Row(long key, long start, long sum) {}

    private static final long FAR = 500;
    private static final long NOBODY = 99;
    private static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(32 << 20);
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<In> IN =
            Input.of("in", In.class).eventTime(In::ns, NANOSECONDS).maxAhead(ofNanos(Long.MAX_VALUE));
    private static final Input<Ask> ASKS = Input.of("asks", Ask.class);
    private static final Output<Row> VIEWED = Output.of("viewed", Row.class);
    private static final Output<Row> JOINED = Output.of("joined", Row.class);
    private static final Output<Row> GROUPED = Output.of("grouped", Row.class);
    private static final Output<Row> CHANGED = Output.of("changed", Row.class);
    private static final Output<Row> LOOKED_UP = Output.of("looked-up", Row.class);
    private static final Output<Row> TOLD = Output.of("told", Row.class);
    private static final List<Output<Row>> OUTPUTS = List.of(VIEWED, JOINED, GROUPED, CHANGED, LOOKED_UP);

    static final class Sums extends Aggregates<In> {
        final LongValue key = longKey();
        final LongValue sum = sum(In::value);
    }

    /** What a group has is what its rows are: one row a group here. */
    static final class OfRows extends Aggregates<Row> {
        final LongValue key = longKey();
        final LongValue rows = count();
        final LongValue start = sum(Row::start);
        final LongValue sum = sum(Row::sum);
    }

    private static Window late(Window window) {
        return window.allowedLateness(ofNanos(1_000));
    }

    /** Windows of which a late event changes one that is not the newest. */
    enum Kind {
        TUMBLING(late(Window.tumbling(ofNanos(10))).emitOnUpdate(), 10),
        TUMBLING_RETRACTING(late(Window.tumbling(ofNanos(10))).emitOnUpdate().retracting(), 10),
        TUMBLING_ON_CLOSE(late(Window.tumbling(ofNanos(10))), 10),
        TUMBLING_ON_CLOSE_RETRACTING(late(Window.tumbling(ofNanos(10))).retracting(), 10),
        TUMBLING_EARLY(late(Window.tumbling(ofNanos(10))).early(ofNanos(4)), 10),
        HOPPING(late(Window.hopping(ofNanos(20), ofNanos(10))).emitOnUpdate(), 20),
        SESSIONS(late(Window.session(ofNanos(3))).emitOnUpdate(), 0),
        SESSIONS_RETRACTING(late(Window.session(ofNanos(3))).emitOnUpdate().retracting(), 0),
        SESSIONS_ON_CLOSE(late(Window.session(ofNanos(3))), 0);

        final Window window;
        private final long size;

        Kind(Window window, long size) {
            this.window = window;
            this.size = size;
        }

        boolean isAtOnce() {
            return window.onUpdate;
        }

        /** The newest window of a key that has these values by time. */
        Row newest(long key, TreeMap<Long, Long> values) {
            long start = values.lastKey();
            if (size > 0) {
                start = Math.floorDiv(start, 10) * 10;
            } else {
                while (values.lowerKey(start) != null && values.lowerKey(start) >= start - 3) {
                    start = values.lowerKey(start);
                }
            }
            long sum = values.tailMap(start).values().stream().mapToLong(v -> v).sum();
            return new Row(key, start, sum);
        }
    }

    private static Topology topology(Window window, boolean staged) {
        return Millrace.topology("rows", t -> words(t, results(t, window), staged));
    }

    /** The same, of which some take the row of their key away; they are told as they were, too. */
    private static Topology deleting(Window window, boolean staged) {
        return Millrace.topology("rows", t -> {
            KeyedStream<Row> results = results(t, window);
            results.to(TOLD);
            words(t, results.deleteWhen(RowsOfWindowsTest::isDeleted), staged);
        });
    }

    private static boolean isDeleted(Row row) {
        return row.sum() % 3 == 0;
    }

    private static KeyedStream<Row> results(TopologyBuilder t, Window window) {
        return t.from(IN)
                .keyBy(In::key)
                .window("sums", window)
                .aggregate(Sums::new)
                .map(Row.class, s -> new Row(s.key.get(), s.windowStartNs(), s.sum.get()))
                .filter(r -> r.key() != NOBODY);
    }

    private static void words(TopologyBuilder t, KeyedStream<Row> results, boolean staged) {
        results.to(VIEWED);
        KeyedStream<Ask> asks = t.from(ASKS).keyBy(Ask::key);
        on(staged, "join", results.tableJoin("join", asks, JoinKind.LEFT))
                .map(Row.class, j -> j.left())
                .to(JOINED);
        on(staged, "group", results.group("group").by(Row::key).aggregate(OfRows::new))
                .to(GROUPED, g -> new Row(g.key.get() + 100 * (g.rows.get() - 1), g.start.get(), g.sum.get()));
        on(staged, "changes", results.changelog("changes")).keyBy(r -> -r.key()).to(CHANGED);
        on(staged, "rows", asks.lookup("row", t.table("rows-of-keys", results)))
                .to(LOOKED_UP, j -> j.hasRight() ? j.right() : new Row(j.left().key(), 0, 0));
    }

    /** What keeps rows stands on a thread of its own, behind an edge. */
    private static <T> KeyedStream<T> on(boolean staged, String thread, KeyedStream<T> keeping) {
        return staged ? keeping.onThread(thread) : keeping;
    }

    /** Views by the key of their stream or, where another thread writes them, by one of the row. */
    private static Map<Output<Row>, View<Row>> bind(Setup setup, boolean elsewhere) {
        Map<Output<Row>, View<Row>> views = new LinkedHashMap<>();
        for (Output<Row> output : OUTPUTS) {
            View<Row> view = (elsewhere ? View.of(output, Row::key) : View.of(output)).rowsAtMost(64);
            views.put(output, view);
            if (elsewhere) {
                setup.output(output, view, Delivery.blocking());
            } else {
                setup.output(output, view);
            }
        }
        return views;
    }

    private static List<In> events(Random random) {
        List<In> events = new ArrayList<>();
        int count = 60 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            long around = random.nextInt(3) == 0 ? random.nextInt(i + 1) : i;
            events.add(new In(random.nextInt(3), 1 + random.nextInt(9), 2 * around + random.nextInt(2)));
        }
        for (long key = 0; key < 3; key++) {
            events.add(new In(key, 5, 1)); // the last one is late, of the oldest window
        }
        return events;
    }

    private static void add(Map<Long, TreeMap<Long, Long>> seen, In event) {
        seen.computeIfAbsent(event.key(), k -> new TreeMap<>()).merge(event.ns(), event.value(), Long::sum);
    }

    private static List<Row> expected(Kind kind, Map<Long, TreeMap<Long, Long>> seen) {
        List<Row> rows = new ArrayList<>();
        new TreeMap<>(seen).forEach((key, values) -> rows.add(kind.newest(key, values)));
        return rows;
    }

    private static List<Row> shown(View<Row> view) {
        Map<Long, Row> rows = new TreeMap<>();
        view.all().rows().forEach(r -> rows.put(r.key(), r));
        return new ArrayList<>(rows.values());
    }

    private static void assertShown(List<Row> expected, Map<Output<Row>, View<Row>> views, String when) {
        views.forEach((output, view) -> assertEquals(expected, shown(view), output + " " + when));
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowTheRowOfTheNewestWindow(Kind kind) {
        Seeds.each(3, 3, "shows(%d)", seed -> shows(kind, new Random(seed)));
    }

    private static void shows(Kind kind, Random random) {
        Setup setup = Engine.of(topology(kind.window, false));
        Map<Output<Row>, View<Row>> views = bind(setup, false);
        Map<Long, TreeMap<Long, Long>> seen = new TreeMap<>();
        try (Inline host = setup.inline()) {
            send(host, events(random), kind.isAtOnce(), kind, seen, views);
            host.publish(IN, new In(NOBODY, 0, FAR)); // all windows have ended, and are told again for each late event
            ask(host, seen);
            assertShown(expected(kind, seen), views, "when all had ended");
            send(host, events(random), true, kind, seen, views);
        }
    }

    private static void send(
            Inline host,
            List<In> events,
            boolean atOnce,
            Kind kind,
            Map<Long, TreeMap<Long, Long>> seen,
            Map<Output<Row>, View<Row>> views) {
        for (In event : events) {
            host.publish(IN, event);
            add(seen, event);
            if (atOnce) {
                ask(host, seen);
                assertShown(expected(kind, seen), views, "behind " + event);
            }
        }
    }

    private static void ask(Inline host, Map<Long, TreeMap<Long, Long>> seen) {
        host.doWork(0);
        seen.keySet().forEach(key -> host.publish(ASKS, new Ask(key)));
        host.doWork(0);
    }

    /** On threads of their own, and written by another: rings carry which window a result is of. */
    @ParameterizedTest
    @EnumSource(names = {"TUMBLING", "SESSIONS_RETRACTING"})
    void shouldShowItAcrossThreads(Kind kind) {
        for (boolean elsewhere : new boolean[] {false, true}) {
            Setup setup = Engine.of(topology(kind.window, true));
            Map<Output<Row>, View<Row>> views = bind(setup, elsewhere);
            Map<Long, TreeMap<Long, Long>> seen = new TreeMap<>();
            try (Engine engine = setup.start()) {
                run(engine, events(new Random(5)), seen);
                assertShown(expected(kind, seen), views, elsewhere ? "by another thread" : "by its stage");
            }
        }
    }

    private static void run(Engine engine, List<In> events, Map<Long, TreeMap<Long, Long>> seen) {
        Publisher<In> in = engine.publisher(IN);
        Publisher<Ask> asks = engine.publisher(ASKS);
        for (In event : events) {
            in.publish(event);
            add(seen, event);
        }
        seen.keySet().forEach(key -> asks.publish(new Ask(key)));
        engine.drain(LONG);
    }

    /** Behind a journal outputs wait in a ring, and a start works them out anew. */
    @ParameterizedTest
    @EnumSource(names = {"TUMBLING", "SESSIONS"})
    void shouldShowItBehindAJournalAndAKill(Kind kind) {
        List<In> events = events(new Random(7));
        Map<Long, TreeMap<Long, Long>> seen = new TreeMap<>();
        MemoryJournal journal = new MemoryJournal();
        Setup first = Engine.of(topology(kind.window, false)).journal(journal);
        Map<Output<Row>, View<Row>> views = bind(first, false);
        Engine killed = first.start();
        run(killed, events.subList(0, 40), seen);
        assertShown(expected(kind, seen), views, "before");
        journal.crash();
        killed.close();
        Setup second = Engine.of(topology(kind.window, false)).journal(journal);
        views = bind(second, false);
        try (Engine engine = second.start()) {
            run(engine, events.subList(40, events.size()), seen);
            assertShown(expected(kind, seen), views, "behind the kill");
        }
    }

    // ---- rows that are deleted

    /** What rows there are, by what was told: a deletion takes away the row of its own window and of an older one, and is forgotten. */
    private static final class Shown {
        final Map<Long, Row> rows = new TreeMap<>();
        int deleted;
        int left;

        synchronized void told(Row result, EntryForm form) {
            Row row = rows.get(result.key());
            boolean takesBack = form == EntryForm.RETRACTION;
            boolean leaves = row != null && (takesBack ? result.start() != row.start() : result.start() < row.start());
            if (takesBack || isDeleted(result)) {
                deleted += takesBack || leaves || row == null ? 0 : 1;
                left += !takesBack && leaves ? 1 : 0;
                if (!leaves) {
                    rows.remove(result.key());
                }
            } else if (!leaves) {
                rows.put(result.key(), result);
            }
        }

        synchronized List<Row> of(Output<Row> output) {
            Map<Long, Row> shown = new TreeMap<>(rows);
            for (long key = 0; output == LOOKED_UP && key < 3; key++) {
                shown.putIfAbsent(key, new Row(key, 0, 0)); // what is answered where there is none
            }
            return List.copyOf(shown.values());
        }
    }

    private static Shown listen(Setup setup) {
        Shown shown = new Shown();
        setup.outputWithMeta(TOLD, (row, meta) -> shown.told(row, meta.form()));
        return shown;
    }

    private static void assertShown(Shown expected, Map<Output<Row>, View<Row>> views, String when) {
        views.forEach((output, view) -> assertEquals(expected.of(output), shown(view), output + " " + when));
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeleteTheRowOfAnOlderWindowAndLeaveThatOfANewerOne(Kind kind) {
        Setup setup = Engine.of(deleting(kind.window, false));
        Map<Output<Row>, View<Row>> views = bind(setup, false);
        Shown expected = listen(setup);
        Map<Long, TreeMap<Long, Long>> seen = new TreeMap<>();
        Random random = new Random(11);
        try (Inline host = setup.inline()) {
            for (int round = 0; round < 2; round++) {
                for (In event : events(random)) {
                    host.publish(IN, event);
                    add(seen, event);
                    host.doWork(0);
                    assertEquals(
                            expected.rows.get(event.key()), views.get(VIEWED).get(event.key()), "behind " + event);
                }
                ask(host, seen);
                assertShown(expected, views, "behind round " + round);
            }
        }
        assertTrue(expected.deleted > 3, "deleted: " + expected.deleted);
        assertTrue(expected.left > 1, "left: " + expected.left);
    }

    /** Each ring says of a retraction whether it is a deletion. */
    @ParameterizedTest
    @ValueSource(strings = {"threads", "another thread", "journal"})
    void shouldDeleteAcrossRings(String how) {
        Setup setup = Engine.of(deleting(Kind.TUMBLING_ON_CLOSE.window, how.equals("threads")));
        Map<Output<Row>, View<Row>> views = bind(setup, how.equals("another thread"));
        Shown expected = listen(setup);
        if (how.equals("journal")) {
            setup.journal(new MemoryJournal());
        }
        Map<Long, TreeMap<Long, Long>> seen = new TreeMap<>();
        try (Engine engine = setup.start()) {
            run(engine, events(new Random(5)), seen);
            assertShown(expected, views, how);
        }
        assertTrue(expected.deleted > 3, "deleted: " + expected.deleted);
    }

    /** What is gone is not remembered: a result told after it is the row again, of whichever window. */
    @Test
    void shouldShowWhatIsToldBehindADeletion() {
        Setup setup = Engine.of(deleting(Kind.TUMBLING.window, false)).discard(TOLD);
        View<Row> view = bind(setup, false).get(VIEWED);
        try (Inline host = setup.inline()) {
            host.publish(IN, new In(1, 5, 5));
            host.publish(IN, new In(1, 3, 15)); // deletes
            host.doWork(0);
            assertEquals(null, view.get(1));
            host.publish(IN, new In(1, 2, 6));
            host.doWork(0);
            assertEquals(new Row(1, 0, 7), view.get(1));
            host.publish(IN, new In(1, 4, 16));
            host.publish(IN, new In(1, 2, 7)); // deletes, and is of an older window
            host.doWork(0);
            assertEquals(new Row(1, 10, 7), view.get(1));
        }
    }

    /** A retraction that a filter makes is of the window that does not pass, and takes the row of no other away. */
    @Test
    void shouldKeepTheRowWhenAnOlderWindowNoLongerPasses() {
        Topology topology = Millrace.topology(
                "rows",
                t -> t.from(IN)
                        .keyBy(In::key)
                        .window("sums", Kind.TUMBLING.window)
                        .aggregate(Sums::new)
                        .filter(s -> s.sum.get() < 10)
                        .to(VIEWED, s -> new Row(s.key.get(), s.windowStartNs(), s.sum.get())));
        View<Row> view = View.of(VIEWED);
        try (Inline host = Engine.of(topology).output(VIEWED, view).inline()) {
            host.publish(IN, new In(1, 5, 5));
            host.publish(IN, new In(1, 6, 15));
            host.publish(IN, new In(1, 7, 6));
            host.doWork(0);
            assertEquals(new Row(1, 10, 6), view.get(1));
            host.publish(IN, new In(1, 7, 16));
            host.doWork(0);
            assertEquals(null, view.get(1));
        }
    }

    /** Where the start of the window is a part of the key each window has a row of its own. */
    @Test
    void shouldShowARowForEachWindowWhereItIsPartOfTheKey() {
        Topology topology = Millrace.topology(
                "rows",
                t -> t.from(IN)
                        .keyBy(In::key)
                        .window("sums", Kind.SESSIONS.window.retracting())
                        .aggregate(Sums::new)
                        .map(Row.class, s -> new Row(s.key.get(), s.windowStartNs(), s.sum.get()))
                        .keyBy(Row::key, Row::start)
                        .to(VIEWED));
        View<Row> view = View.of(VIEWED);
        try (Inline host = Engine.of(topology).output(VIEWED, view).inline()) {
            host.publish(IN, new In(1, 5, 5));
            host.publish(IN, new In(1, 6, 15));
            host.publish(IN, new In(1, 7, 20));
            host.publish(IN, new In(1, 8, 18));
            host.doWork(0);
            assertEquals(
                    List.of(new Row(1, 5, 5), new Row(1, 15, 21)), view.all().rows());
        }
    }

    /** Which window a row is of is a part of the row only where there can be several: rows without it are told of before any is loaded. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayThatRowsOfOneWindowDoNotGoOnAsRowsOfSeveral(boolean several) {
        Window one = Window.tumbling(ofNanos(10));
        TestDriver before = TestDriver.of(lookedUp(several ? one : late(one)), OPTIONS);
        before.send(IN, new In(1, 5, 5)).send(IN, new In(1, 5, 15)).send(ASKS, new Ask(1));
        byte[] snapshot = before.snapshot();
        Topology after = lookedUp(several ? late(one) : one);
        Migration how = Migration.none().startEmpty("sums");
        String refused = assertThrows(RuntimeException.class, () -> TestUpgrade.restore(after, OPTIONS, snapshot, how))
                .getMessage();
        String what = "'row' has changed: what comes by its input 1 "
                + (several
                        ? "is new, updates of several windows of a key"
                        : "was updates of several windows of a key and is gone");
        assertTrue(refused.contains(what + "; add startEmpty(\"row\") to the migration"), refused);
        TestDriver cured = TestUpgrade.restore(after, OPTIONS, snapshot, how.startEmpty("row"));
        cured.send(ASKS, new Ask(1));
    }

    private static Topology lookedUp(Window window) {
        return Millrace.topology("rows", t -> {
            var sums = t.from(IN).keyBy(In::key).window("sums", window).aggregate(Sums::new);
            t.from(ASKS)
                    .keyBy(Ask::key)
                    .lookup("row", t.table("rows", sums.map(Row.class, s -> new Row(s.key.get(), 0, s.sum.get()))))
                    .to(LOOKED_UP, j -> new Row(j.left().key(), j.hasRight() ? 1 : 0, 0));
        });
    }

    // ---- words that cannot

    private static String refusal(Consumer<TopologyBuilder> words) {
        TopologyException thrown = assertThrows(TopologyException.class, () -> Millrace.topology("rows", words));
        assertEquals(1, thrown.problems().size(), thrown.getMessage());
        return thrown.problems().get(0);
    }

    private static KeyedStream<Sums> sums(TopologyBuilder t) {
        return t.from(IN).keyBy(In::key).window("sums", Kind.TUMBLING.window).aggregate(Sums::new);
    }

    @Test
    void shouldRefuseThemWhereAWordCannotTellThemApart() {
        String ofJoin = refusal(t -> t.from(ASKS)
                .keyBy(Ask::key)
                .foreignKeyJoin("named", Ask::key, sums(t), JoinKind.LEFT)
                .to(VIEWED, j -> new Row(0, 0, 0)));
        assertTrue(
                ofJoin.endsWith("sends updates of several windows for one key; put changelog(name) in "
                        + "between, which keeps the row of the newest window"),
                ofJoin);
        String ofRows = refusal(t -> t.from(IN)
                .keyBy(In::key)
                .window("empty", Window.tumbling(ofNanos(10)).emitEmpty())
                .emptyFor(t.table("keys", sums(t)))
                .aggregate(Sums::new)
                .to(VIEWED, s -> new Row(0, 0, 0)));
        assertTrue(ofRows.contains("window keeps one row for each key of its input 1"), ofRows);
        Millrace.topology(
                "rows",
                t -> t.from(ASKS)
                        .keyBy(Ask::key)
                        .foreignKeyJoin("named", Ask::key, sums(t).changelog("changes"), JoinKind.LEFT)
                        .to(VIEWED, j -> new Row(0, 0, 0)));
    }
}
