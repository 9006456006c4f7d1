package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The recipe of the catalogue for a window that one event opens and another closes, or a time limit: a process. */
class WindowByEventsTest {
    /** A value of 0 opens a window, 1 closes it; others are counted while one is open. */
    record Mark(long key, long value, long timeNs) {}

    record Window(long key, long sum, boolean closed) {}

    private static final Input<Mark> MARKS =
            Input.of("marks", Mark.class).eventTime(Mark::timeNs, NANOSECONDS).disorder(Duration.ofNanos(5));
    private static final Output<Window> WINDOWS = Output.of("windows", Window.class);
    private static final long LIMIT_NS = 30;

    static final class ByEvents extends KeyedProcess {
        final BooleanState open = booleanState("open");
        final LongState sum = longState("sum");
        final Timer limit = timer("limit", () -> close(false));
        final Emit<Window> windows = emits("windows", Window.class);

        ByEvents(On<Mark> marks) {
            on(marks, this::next);
        }

        private void next(Mark m) {
            if (m.value() == 0 && !open.get()) {
                open.set(true);
                limit.in(Duration.ofNanos(LIMIT_NS));
            } else if (m.value() == 1 && open.get()) {
                close(true);
            } else if (open.get()) {
                sum.add(m.value());
            }
        }

        private void close(boolean byEvent) {
            windows.emit(new Window(key(), sum.get(), byEvent));
            limit.cancel();
            forget();
        }
    }

    private static Topology topology() {
        return Millrace.topology(
                "marks",
                t -> t.from(MARKS)
                        .keyBy(Mark::key)
                        .process("by-events", Duration.ofNanos(1_000), ByEvents::new)
                        .out(p -> p.windows)
                        .to(WINDOWS));
    }

    private static Mark mark(long key, long timeNs, long value) {
        return new Mark(key, value, timeNs);
    }

    @Test
    void shouldOpenAndCloseByEvents() {
        TestDriver driver = TestDriver.of(topology());
        for (long[] m : new long[][] {{0, 7}, {1, 0}, {2, 5}, {3, 6}, {4, 1}, {5, 9}}) {
            driver.send(MARKS, mark(1, m[0], m[1]));
        }
        assertEquals(List.of(new Window(1, 11, true)), driver.take(WINDOWS));
    }

    @Test
    void shouldCloseAtItsLimitWithoutAFurtherEventAndFreeTheKey() {
        TestDriver driver = TestDriver.of(topology()).send(MARKS, mark(1, 0, 0)).send(MARKS, mark(1, 2, 5));
        driver.advanceToNs(LIMIT_NS - 1);
        assertEquals(List.of(), driver.take(WINDOWS));
        driver.advanceToNs(LIMIT_NS);
        assertEquals(List.of(new Window(1, 5, false)), driver.take(WINDOWS));
        driver.advanceToNs(10_000);
        assertEquals(0, driver.counters("by-events").keys);
    }

    // ---- against a map

    private static final class Open {
        private long sum;
        private long dueNs;
        private int set;
    }

    private static void answer(History in, Expected out) {
        Map<Long, Open> open = new TreeMap<>();
        for (int i = 0; i < in.size(); i++) {
            fire(open, in.progressNs(i), out);
            if (in.step(i).isEvent()) {
                Mark m = in.event(i);
                Open o = open.get(m.key());
                if (o == null && m.value() == 0) {
                    o = new Open();
                    o.dueNs = Math.max(m.timeNs() + LIMIT_NS, in.progressNs(i)); // what has passed is due now
                    o.set = i;
                    open.put(m.key(), o);
                } else if (o != null && m.value() == 1) {
                    out.emit(WINDOWS, m.timeNs(), new Window(m.key(), o.sum, true));
                    open.remove(m.key());
                } else if (o != null) {
                    o.sum += m.value();
                }
                fire(open, in.progressNs(i), out);
            }
        }
    }

    private static void fire(Map<Long, Open> open, long progressNs, Expected out) {
        List<Long> due = open.keySet().stream()
                .filter(k -> open.get(k).dueNs <= progressNs)
                .sorted(Comparator.comparingLong((Long k) -> open.get(k).dueNs).thenComparing(k -> open.get(k).set))
                .toList();
        for (long k : due) {
            out.emit(WINDOWS, open.get(k).dueNs, new Window(k, open.get(k).sum, false));
            open.remove(k);
        }
    }

    static Trials trials() {
        return Trials.of(
                "trials()",
                random -> Trial.of(topology())
                        .feed(MARKS, WindowByEventsTest::mark)
                        .weights(Weights.usual()
                                .values(4)
                                .with(Trait.EXTREMES, 0)
                                .with(Trait.LATE, 0))
                        .compare(WINDOWS)
                        .compareLetters()
                        .oracle(WindowByEventsTest::answer));
    }

    @Test
    void shouldAgreeWithAMap() {
        assertTrue(trials().check().outs() > 100);
    }
}
