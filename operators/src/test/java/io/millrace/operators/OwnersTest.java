package io.millrace.operators;

import static io.millrace.operators.FlatType.FLAT;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.Setting;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.FlatType.Flat;
import io.millrace.operators.FlatType.FlatWriter;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams, tables and settings are of one definition: in another, and behind its end, none is taken for something else. */
class OwnersTest {
    record Note(long key, long timeNs) {}

    record Limit(long key, long most) {}

    record Two(Note note, Note other) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Input<Limit> LIMITS = Input.of("limits", Limit.class);
    static final Output<Note> OUT = Output.of("out", Note.class);
    static final Duration NS = Duration.ofNanos(1);

    static final class Count extends Aggregates<Note> {
        final LongValue notes = count();
    }

    static final class Past extends LookBack<Note> {
        final Aggregates.LongValue notes = last(NS).count();
    }

    static final class Pair extends EventPattern.Mixed {
        final Step<Note> first;
        final Step<Note> second;

        Pair(On<Note> a, On<Note> b) {
            first = begin(a, n -> true);
            second = next(b, n -> true);
        }
    }

    static final class Both extends KeyedProcess {
        final Emit<Note> out = emits("out", Note.class);

        Both(On<Note> a, On<Note> b) {
            on(a, n -> {});
            on(b, n -> {});
        }
    }

    /** What somebody kept in fields. */
    static final class Kept {
        TopologyBuilder builder;
        Table<Limit> table;
        Setting<Limit> setting;
        EventStream<Note> stream;
        KeyedStream<Note> keyed;
    }

    private static Kept kept() {
        Kept kept = new Kept();
        Millrace.topology("first", t -> {
            kept.builder = t;
            kept.table = t.table("most", LIMITS, Limit::key);
            kept.setting = t.setting("rules", LIMITS, new Limit(0, 1));
            kept.stream = t.from(NOTES).filter(n -> true);
            kept.keyed = kept.stream.keyBy(Note::key);
            kept.keyed.to(OUT);
            kept.keyed.lookup("row", kept.table).to(Output.of("rows", Limit.class), j -> j.right());
            kept.stream.filter(kept.setting, (n, r) -> n.key() < r.most()).to(Output.of("few", Note.class), n -> n);
        });
        return kept;
    }

    private static void assertForeign(String word, String what, Consumer<KeyedStream<Note>> use) {
        List<String> problems = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("second", t -> {
                            t.from(LIMITS).to(Output.of("limits-too", Limit.class));
                            use.accept(t.from(NOTES).keyBy(Note::key));
                        }))
                .problems();
        assertEquals(1, problems.size(), problems.toString());
        String pattern = "OwnersTest.java:\\d+: " + word + " is given " + what + ".*OwnersTest.java:\\d+\\) of topology"
                + " first, which is another .*; make .* anew inside the definition of second";
        assertTrue(problems.get(0).matches(pattern), problems.get(0) + " is not " + pattern);
    }

    @Test
    void shouldRefuseATableOfAnotherTopology() {
        Kept k = kept();
        assertForeign("lookup", "keyBy@", s -> s.lookup("row", k.table).to(OUT, Joined::left));
        assertForeign(
                "aggregate",
                "keyBy@",
                s -> s.window("w", Window.tumbling(NS))
                        .emptyFor(k.table)
                        .aggregate(Count::new)
                        .to(OUT, c -> new Note(0, c.notes.get())));
    }

    @Test
    void shouldRefuseASettingOfAnotherTopology() {
        Kept k = kept();
        assertForeign(
                "filter",
                "limits",
                s -> s.filter(k.setting, (n, r) -> n.key() < r.most()).to(OUT));
        assertForeign(
                "map", "limits", s -> s.map(k.setting, Note.class, (n, r) -> n).to(OUT));
    }

    @Test
    void shouldRefuseAStreamOfAnotherTopologyInEachWordThatTakesOne() {
        Kept k = kept();
        Interval<Object> near = Interval.between(NS, NS);
        assertForeign(
                "merge", "filter@", s -> ((EventStream<Note>) s).merge(k.stream).to(OUT));
        assertForeign("merge", "keyBy@", s -> s.merge(k.keyed).to(OUT));
        assertForeign("with", "filter@", s -> s.with(k.stream, Two::new).to(OUT, Two::note));
        assertForeign("join", "keyBy@", s -> s.join("j", k.keyed, near).to(OUT, Joined::left));
        assertForeign(
                "asOf", "keyBy@", s -> s.asOf("j", k.keyed, AsOf.backward()).to(OUT, Joined::left));
        assertForeign(
                "tableJoin",
                "keyBy@",
                s -> s.tableJoin("j", k.keyed, JoinKind.INNER).to(OUT, Joined::left));
        assertForeign(
                "foreignKeyJoin",
                "keyBy@",
                s -> s.foreignKeyJoin("j", Note::key, k.keyed, JoinKind.INNER).to(OUT, Joined::left));
        assertForeign(
                "lookBack",
                "keyBy@",
                s -> s.lookBack("l", k.keyed, Past::new).to(OUT, p -> new Note(0, p.notes.get())));
        assertForeign(
                "pattern", "keyBy@", s -> s.pattern("p", NS, k.keyed, Pair::new).to(OUT, p -> p.first.first()));
        assertForeign(
                "process",
                "keyBy@",
                s -> s.process("p", NS, k.keyed, Both::new).out(p -> p.out).to(OUT));
    }

    @Test
    void shouldGoOnBehindAStreamThatIsNone() {
        TopologyException refusal = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("none", t -> {
                    t.from(NOTES).merge(null).to(OUT);
                    t.from(NOTES).keyBy(Note::key).defer("d", NS.negated()).to(OUT);
                }));
        assertEquals(2, refusal.problems().size(), refusal.getMessage());
        assertTrue(refusal.problems().get(0).matches("OwnersTest.java:\\d+: merge is given no stream, but null; .*"));
    }

    /** Each a word that changed nothing, in silence. */
    @ParameterizedTest
    @ValueSource(
            strings = {"from", "filter", "keyBy", "to", "lookup", "deleteWhen", "evictOldest", "onThread", "window"})
    void shouldRefuseAWordBehindTheEndOfItsDefinition(String word) {
        Kept k = kept();
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> {
            switch (word) {
                case "from" -> k.builder.from(NOTES);
                case "filter" -> k.stream.filter(n -> true);
                case "keyBy" -> k.stream.keyBy(Note::key);
                case "to" -> k.stream.to(OUT);
                case "lookup" -> k.keyed.lookup("late", k.table);
                case "deleteWhen" -> k.table.deleteWhen(l -> true);
                case "evictOldest" -> k.table.evictOldest();
                case "onThread" -> k.keyed.onThread("late");
                default -> k.keyed.window("w", Window.tumbling(NS));
            }
        });
        String pattern = "topology first is defined: " + word + " \\(OwnersTest.java:\\d+\\) would change nothing; .*";
        assertTrue(refused.getMessage().matches(pattern), refused.getMessage());
    }

    @Test
    void shouldRefuseChangesOfASettingThatAreNotItsRows() {
        GraphBuilder g = new GraphBuilder("front-end");
        EventType<Limit> rows = EventType.of(Limit.class);
        Limit initial = new Limit(0, 1);
        Port notes = g.source(NOTES, "");
        g.operator("f", FilterBySetting.<Note, Limit>of(rows, initial, (n, l) -> true), null, "", notes, notes);
        g.operator(
                "m",
                MapBySetting.<Note, Limit, Note>of(EventType.of(Note.class), rows, initial, (n, l) -> n),
                null,
                "",
                notes,
                notes);
        g.operator(
                "u",
                FilterBySetting.<Note, Limit>of(rows, initial, (n, l) -> true),
                null,
                "",
                notes,
                g.operator("any", MapValue.untyped(n -> n), null, "", notes));
        g.operator(
                "i",
                MapInPlaceBySetting.<Note, Limit, Flat, FlatWriter>of(FLAT, rows, initial, (n, l, w) -> {}),
                null,
                "",
                notes,
                notes);
        List<String> problems = assertThrows(TopologyException.class, g::build).problems();
        assertEquals(4, problems.size(), problems.toString());
        for (String problem : problems) {
            assertTrue(problem.contains("rows of " + rows.name() + ", and its input 1 brings"), problem);
        }
    }

    static final class Other {
        record Limit(long key, long most) {}
    }

    /** A layout with a name that a record has, too. */
    static EventType<Flat> namedLike(String record, String layout) {
        return new EventType<>(record, 8) {
            @Override
            public EventView<Flat> newView() {
                return new Flat();
            }

            @Override
            public int encode(Flat event, byte[] target, int offset) {
                return FLAT.encode(event, target, offset);
            }

            @Override
            public String check(byte[] bytes, int offset, int length) {
                return FLAT.check(bytes, offset, length);
            }

            @Override
            public String layout() {
                return layout;
            }

            @Override
            public String text(byte[] bytes, int offset, int length) {
                return FLAT.text(bytes, offset, length);
            }
        };
    }

    @Test
    void shouldSayWhatRowsOfASettingDifferByThatHaveOneName() {
        EventType<Limit> rows = EventType.of(Limit.class);
        String name = rows.name();
        String due = name + " (" + Limit.class.getName() + ")";
        assertEquals(
                List.of("its setting has rows of " + due + ", and its input 1 brings " + name + " ("
                        + Other.Limit.class.getName() + "); give it a stream of " + due),
                SettingRows.problems(rows, EventType.of(Other.Limit.class)));
        assertEquals(
                List.of("its setting has rows of " + due + ", and its input 1 brings " + name
                        + " (most@0), which is no record; give it a stream of " + due),
                SettingRows.problems(rows, namedLike(name, "most@0")));
        assertEquals(
                List.of(
                        "its setting has rows of Limit (most@0), and its input 1 brings Limit (most@8); give it a stream"
                                + " of Limit (most@0)"),
                SettingRows.problems(namedLike("Limit", "most@0"), namedLike("Limit", "most@8")));
        assertEquals(List.of(), SettingRows.problems(rows, EventType.of(Limit.class)));
    }
}
