package io.millrace.operators.answers;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.testkit.TestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Apache Beam's transcripts of windows: what goes in, how the watermark moves, what fires. Their watermark is our progress, and
 * their windows name their last moment. Values are compared by number and sum; stamps where they are those of the end of the
 * window, since ours always are; whether it is late by its revision.
 */
class BeamAnswersTest {
    record Element(long timeNs) {}

    record Pane(long start, long end, long count, long sum, int revision) {}

    private static final Duration EVER = Duration.ofNanos(1_000_000);
    private static final Input<Element> ELEMENTS = Input.of("elements", Element.class)
            .eventTime(Element::timeNs, NANOSECONDS)
            .disorder(EVER);
    private static final Output<Pane> PANES = Output.of("panes", Pane.class);

    static final class Values extends Aggregates<Element> {
        final LongValue count = count();
        final LongValue sum = sum(Element::timeNs);

        Pane pane() {
            return new Pane(windowStartNs(), windowEndNs() - 1, count.get(), sum.get(), revision());
        }
    }

    private static final String BUNDLES = "a trigger that counts bundles: it fires once for the three elements of one";
    private static final String STATE = "looks into the state of their windows";

    private static final Map<String, Integer> NOT_EXPRESSED = Map.of(BUNDLES, 2, STATE, 1);

    @Test
    void shouldGiveTheAnswersOfBeam() {
        Map<String, Integer> not = new TreeMap<>();
        int agreed = 0;
        for (Object document : Loose.yaml(Shared.text("beam_trigger_transcripts.yaml"))) {
            Map<String, Object> given = Loose.map(document);
            String reason = reason(given);
            if (reason == null) {
                play(given);
                agreed++;
            } else {
                not.merge(reason, 1, Integer::sum);
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(6, agreed);
    }

    private static String reason(Map<String, Object> given) {
        if (String.valueOf(given.get("transcript")).contains("state={")) {
            return STATE;
        }
        return String.valueOf(given.get("trigger_fn")).contains("AfterCount") ? BUNDLES : null;
    }

    private static void play(Map<String, Object> given) {
        Duration size = Duration.ofNanos(
                Long.parseLong(String.valueOf(given.get("window_fn")).replaceAll("FixedWindows\\((\\d+)\\)", "$1")));
        TestDriver driver = TestDriver.of(Millrace.topology(
                "beam",
                t -> t.from(ELEMENTS)
                        .window("window", Window.tumbling(size).allowedLateness(EVER))
                        .aggregate(Values::new)
                        .to(PANES, Values::pane)));
        boolean atEnd = String.valueOf(given.getOrDefault("timestamp_combiner", "OUTPUT_AT_EOW"))
                .equals("OUTPUT_AT_EOW");
        for (Object action : Loose.list(given.get("transcript"))) {
            Map<String, Object> step = Loose.map(action);
            Loose.list(step.get("input")).forEach(e -> driver.send(ELEMENTS, new Element((Long) e)));
            if (step.containsKey("watermark")) {
                driver.advanceToNs((Long) step.get("watermark"));
            }
            if (step.containsKey("expect")) {
                expect(String.valueOf(given.get("name")), Loose.list(step.get("expect")), driver, atEnd);
            }
        }
        assertEquals(List.of(), driver.deadLetters());
    }

    private static void expect(String name, List<Object> expected, TestDriver driver, boolean atEnd) {
        List<Meta> metas = driver.metas(PANES);
        List<Pane> panes = driver.take(PANES);
        List<String> theirs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < Math.max(panes.size(), expected.size()); i++) {
            Map<String, Object> e = i < expected.size() ? Loose.map(expected.get(i)) : Map.of();
            boolean isLate = Boolean.TRUE.equals(e.get("late"));
            theirs.add(
                    e.get("window") + " " + values(e) + " " + (atEnd ? e.getOrDefault("timestamp", "") : "") + isLate);
            if (i < panes.size()) {
                Pane p = panes.get(i);
                Object stamp =
                        atEnd && e.containsKey("timestamp") ? metas.get(i).timeNs() : "";
                ours.add("[" + p.start + ", " + p.end + "] " + p.count + " " + p.sum + " " + stamp + (p.revision > 0));
            }
        }
        assertEquals(theirs, ours, name);
    }

    private static String values(Map<String, Object> expected) {
        List<Object> values = Loose.list(expected.get("values"));
        return values.size() + " " + values.stream().mapToLong(v -> (Long) v).sum();
    }
}
