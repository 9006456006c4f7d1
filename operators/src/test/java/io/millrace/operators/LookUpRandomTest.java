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
import io.millrace.operators.FlatType.Flat;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
    static final int MOST = 20;

    /** With staged branches, the later one taken first, a joined event waits as bytes. */
    private static Topology topology(boolean staged) {
        return Millrace.topology("random", t -> {
            Table<Row> byNumber =
                    t.table("n", ROWS, Row::key).deleteWhen(Row::gone).keysAtMost(MOST);
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

    @Test
    void shouldAgreeWithAHashMap() {
        Seeds.each(1, 4, "agree(%d)", LookUpRandomTest::agree);
    }

    private static void agree(long seed) {
        PlanOptions small = PlanOptions.tested().withStateBytes(4 << 20);
        agree(seed, topology(false), small);
        agree(seed, topology(true), small.withHashSeed(seed));
        agree(seed, topology(false), PlanOptions.fused().withStateBytes(4 << 20).withHashSeed(-seed));
    }

    private static void agree(long seed, Topology topology, PlanOptions options) {
        SplittableRandom random = new SplittableRandom(seed);
        TestDriver driver = TestDriver.of(topology, options);
        Map<Long, Long> byNumber = new HashMap<>();
        Map<String, Long> byText = new HashMap<>();
        List<Answer> numbers = new ArrayList<>();
        List<Answer> texts = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 8_000; i++) {
            long key = random.nextInt(40) - 20;
            String text = "k" + random.nextInt(60);
            if (random.nextInt(3) > 0) {
                driver.send(QUESTIONS, new Question(i, key, text));
                numbers.add(expected(i, byNumber.get(key)));
                texts.add(expected(i, byText.get(text)));
                continue;
            }
            boolean gone = random.nextInt(3) == 0;
            driver.send(ROWS, new Row(key, text, i, gone));
            if (!gone && byNumber.size() == MOST && !byNumber.containsKey(key)) {
                refused++;
            } else {
                apply(byNumber, key, i, gone);
            }
            apply(byText, text, i, gone);
        }
        assertEquals(numbers, driver.take(BY_NUMBER));
        assertEquals(texts, driver.take(BY_TEXT));
        assertEquals(refused, driver.deadLetters().size());
        assertTrue(refused > 0, "the bound was met");
        assertEquals(byNumber.size(), driver.counters("number-row").keys);
    }

    private static Answer expected(int id, Long value) {
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
