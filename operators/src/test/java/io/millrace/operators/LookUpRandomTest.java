package io.millrace.operators;

import static io.millrace.operators.FlatType.flat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.FlatType.Flat;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Look-ups against a hash map, over random rows, tombstones and events; and how many bytes they allocate. */
class LookUpRandomTest {
    record Question(long id, long key, @Length(12) String text) {}

    record Row(long key, @Length(12) String text, long value, boolean gone) {}

    record Answer(long id, boolean found, long value) {}

    static final Input<Question> QUESTIONS = Input.of("questions", Question.class);
    static final Input<Row> ROWS = Input.of("rows", Row.class);
    static final Output<Answer> BY_NUMBER = Output.of("by-number", Answer.class);
    static final Output<Answer> BY_TEXT = Output.of("by-text", Answer.class);
    private static final int CASES = 150;

    /** With staged branches, the later one taken first, a joined event waits as bytes. */
    private static Topology topology(boolean staged, int most) {
        return Millrace.topology("random", t -> {
            Table<Row> byNumber =
                    t.table("n", ROWS, Row::key).deleteWhen(Row::gone).keysAtMost(most);
            Table<Row> byText = t.tableByText("t", ROWS, Row::text).deleteWhen(Row::gone);
            answer(t.from(QUESTIONS).keyBy(Question::key).lookup("number-row", byNumber), staged, BY_NUMBER);
            answer(t.from(QUESTIONS).keyByText(Question::text).lookup("text-row", byText), staged, BY_TEXT);
        });
    }

    private static void answer(KeyedStream<Joined<Question, Row>> joined, boolean staged, Output<Answer> to) {
        if (staged) {
            KeyedStream<Joined<Question, Row>> odd = joined.filter(j -> j.left().id() % 2 == 1);
            joined.filter(j -> j.left().id() % 2 == 0).merge(odd).to(to, LookUpRandomTest::answer);
        } else {
            joined.to(to, LookUpRandomTest::answer);
        }
    }

    private static Answer answer(Joined<Question, Row> j) {
        return new Answer(
                j.left().id(), j.hasRight(), j.right() == null ? -1 : j.right().value());
    }

    static Trials trials() {
        return Trials.of("trials()", LookUpRandomTest::trial).cases(CASES);
    }

    @Test
    void shouldAgreeWithAHashMap() {
        refused = 0;
        int cases = trials().check().cases();
        assertTrue(cases < 50 || refused > 0, "the bound was met");
    }

    private static int refused;

    private static Trial trial(Random random) {
        int most = 1 + random.nextInt(20);
        boolean fused = random.nextInt(3) == 0;
        PlanOptions options = fused ? PlanOptions.fused() : PlanOptions.tested();
        Map<Long, Long> byNumber = new HashMap<>();
        return Trial.of(topology(!fused && random.nextBoolean(), most))
                .options(options.withStateBytes(4 << 20).withHashSeed(random.nextLong()))
                .feed(QUESTIONS, (key, timeNs, value) -> new Question(value, key - most, text(value, most)))
                .feed(ROWS, (key, timeNs, value) -> new Row(key - most, text(value, most), value, value % 4 == 3))
                .weights(Weights.usual().events(600).keys(2 * most).values(100_000))
                .compare(BY_NUMBER)
                .compare(BY_TEXT)
                .compareLetters()
                .oracle((in, out) -> answer(byNumber, most, in, out))
                .look(d -> assertEquals(byNumber.size(), d.counters("number-row").keys));
    }

    private static String text(long value, int most) {
        return "k" + value % (3 * most);
    }

    private static void answer(Map<Long, Long> byNumber, int most, History in, Expected out) {
        byNumber.clear();
        Map<String, Long> byText = new HashMap<>();
        for (int i = 0; i < in.size(); i++) {
            if (!in.step(i).isEvent()) {
                continue;
            }
            if (in.step(i).port() == 0) {
                Question q = in.event(i);
                out.emit(BY_NUMBER, in.timeNs(i), expected(q.id(), byNumber.get(q.key())));
                out.emit(BY_TEXT, in.timeNs(i), expected(q.id(), byText.get(q.text())));
                continue;
            }
            Row row = in.event(i);
            if (!row.gone() && byNumber.size() == most && !byNumber.containsKey(row.key())) {
                out.letter(i, "number-row", Reason.OVER_BOUND);
                refused++;
            } else {
                apply(byNumber, row.key(), row.value(), row.gone());
            }
            apply(byText, row.text(), row.value(), row.gone());
        }
    }

    private static Answer expected(long id, Long value) {
        return new Answer(id, value != null, value == null ? -1 : value);
    }

    private static <K> void apply(Map<K, Long> rows, K key, long value, boolean gone) {
        if (gone) {
            rows.remove(key);
        } else {
            rows.put(key, value);
        }
    }

    @Test
    void shouldAllocateNothingInPlace() {
        Input<Flat> rows = Input.of("rows", FlatType.FLAT);
        Input<Flat> events = Input.of("events", FlatType.FLAT);
        Topology topology = Millrace.topology(
                "bytes",
                t -> t.from(events)
                        .keyBy(Flat::key)
                        .lookup("row", t.table("rows", rows, Flat::key).deleteWhen(f -> f.value() < 0))
                        .filter(j ->
                                j.hasRight() && j.right().value() + j.left().value() < 0)
                        .to(Output.of("none", Answer.class), j -> new Answer(0, false, 0)));
        CountingRun run = new CountingRun(topology, PlanOptions.fused());
        Flat[] flats = new Flat[1_000];
        for (int i = 0; i < flats.length; i++) {
            flats[i] = flat(i % 500, i % 7 == 0 ? -1 : i, i % 14, i);
        }
        send(run, rows, events, flats, 100);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = allocated();
            send(run, rows, events, flats, 100);
            least = Math.min(least, allocated() - before);
        }
        assertTrue(least < 5_000, least + " bytes for 200,000 entries");
        assertEquals(0, run.deadLetters());
    }

    private static void send(CountingRun run, Input<Flat> rows, Input<Flat> events, Flat[] flats, int times) {
        int rowSource = run.source(rows);
        int eventSource = run.source(events);
        for (int i = 0; i < times * flats.length; i++) {
            run.send(rowSource, rows, flats[i % flats.length]);
            run.send(eventSource, events, flats[(i * 7) % flats.length]);
        }
    }

    static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
