package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.PatternWords;
import io.millrace.dsl.PatternWords.Group;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A pattern over events such as {@code a1}, run without threads; what comes out as text. */
final class Letters implements AutoCloseable {
    /** What came out. */
    record Found(@Length(200) String text) {}

    static final Output<Found> FOUND = Output.of("found", Found.class);
    static final Output<Found> OVER = Output.of("over", Found.class);
    static final Output<Ev> LATE = Output.of("late", Ev.class);

    final Input<Ev> input;
    final TestDriver driver;

    Letters(long within, Supplier<? extends EventPattern<Ev>> pattern) {
        this(within, 0, pattern);
    }

    Letters(long within, long disorder, Supplier<? extends EventPattern<Ev>> pattern) {
        input = Input.of("in", Ev.class).eventTime(Ev::time, NANOSECONDS).disorder(Duration.ofNanos(disorder));
        driver = TestDriver.of(
                topology(input, within, pattern::get), PlanOptions.tested().withStateBytes(4L << 20));
    }

    static Topology topology(Input<Ev> input, long within, Supplier<EventPattern<Ev>> pattern) {
        return Millrace.topology(
                "letters",
                t -> t.from(input)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(within), pattern)
                        .timedOut(side -> side.to(OVER, p -> new Found(text(p))))
                        .to(FOUND, p -> new Found(text(p))));
    }

    /** Names of events: a word each, with @ and a time; without one a moment later than the one before. */
    Letters send(String names) {
        long time = 0;
        for (String word : names.split(" ")) {
            int at = word.indexOf('@');
            time = at < 0 ? time + 1 : Long.parseLong(word.substring(at + 1));
            send(Ev.of(at < 0 ? word : word.substring(0, at), time));
        }
        return this;
    }

    Letters send(Ev event) {
        driver.send(input, event);
        return this;
    }

    Letters advance(long ns) {
        driver.advanceToNs(ns);
        return this;
    }

    Letters end() {
        driver.endAll();
        return this;
    }

    /** Matches such as {@code a1 b1 b2}. */
    List<String> found() {
        return driver.take(FOUND).stream().map(Found::text).toList();
    }

    List<String> timedOut() {
        return driver.take(OVER).stream().map(Found::text).toList();
    }

    /** With their times, such as {@code a1 b1 @7}. */
    List<String> timed(Output<Found> output) {
        List<Meta> metas = driver.metas(output);
        List<Found> found = driver.take(output);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            result.add(found.get(i).text() + " @" + metas.get(i).timeNs());
        }
        return result;
    }

    NodeCounters counters() {
        return driver.counters("pattern");
    }

    /** The names of its events; those of a group behind its name, a time each. */
    static String text(PatternWords match) {
        List<String> words = new ArrayList<>();
        try {
            for (Field f : match.getClass().getDeclaredFields()) {
                f.setAccessible(true);
                Object value = f.get(match);
                if (value instanceof Step<?> step) {
                    for (int i = 0; i < step.count(); i++) {
                        words.add(((Ev) step.event(i)).name());
                    }
                } else if (value instanceof Group<?> group) {
                    for (int i = 0; i < group.count(); i++) {
                        words.add(f.getName() + "(" + text(group.steps(i)) + ")");
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        return String.join(" ", words);
    }

    @Override
    public void close() {
        driver.close();
    }
}
