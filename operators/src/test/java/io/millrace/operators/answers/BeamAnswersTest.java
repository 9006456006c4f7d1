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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Apache Beam's transcripts of windows: what goes in, how the watermark moves, what fires. Their watermark is our progress, and
 * their windows name their last moment. Values are compared by number and sum. Their index of a firing is our revision, and a firing
 * is late where it is not the first of its window, since none of these comes before the end. Our stamp is always the end of the window;
 * where theirs is the time of the earliest or the latest element, the smallest or largest time in the result is compared. What a result of ours does not say is listed by its name; {@code early} is expected
 * only in cases that cannot be said.
 */
class BeamAnswersTest {
    record Element(long timeNs) {}

    record Pane(long start, long end, long count, long sum, long earliest, long latest, int revision) {}

    private static final Duration EVER = Duration.ofNanos(1_000_000);
    private static final Input<Element> ELEMENTS = Input.of("elements", Element.class)
            .eventTime(Element::timeNs, NANOSECONDS)
            .disorder(EVER);
    private static final Output<Pane> PANES = Output.of("panes", Pane.class);

    static final class Values extends Aggregates<Element> {
        final LongValue count = count();
        final LongValue sum = sum(Element::timeNs);
        final LongValue earliest = min(Element::timeNs);
        final LongValue latest = max(Element::timeNs);

        Pane pane() {
            return new Pane(
                    windowStartNs(),
                    windowEndNs() - 1,
                    count.get(),
                    sum.get(),
                    earliest.get(),
                    latest.get(),
                    revision());
        }
    }

    private static final String BUNDLES = "a trigger that counts bundles: it fires once for the three elements of one";
    private static final String STATE =
            "a trigger that fires once, by two elements, and closes its window before the end; then it looks into the state of their"
                    + " windows";

    /** What is compared with their time where it is not that of a result of ours. */
    private static final Map<String, String> STAMPS =
            Map.of("OUTPUT_AT_EARLIEST", "earliest element", "OUTPUT_AT_LATEST", "latest element");

    private static final String BEHIND = " of elements behind a watermark";

    /** Case, and why. */
    private static final Map<String, String> NOT_EXPRESSED =
            Map.of("early_late_sessions", BUNDLES, "discarding_early_fixed", BUNDLES, "garbage_collection", STATE);

    /** What the other cases expect of a firing that a result of ours does not say, and why. */
    private static final Map<String, String> NOT_SAID = Map.of(
            "final",
            "whether more may come is known from the lateness and progress, not from the result",
            "timestamp" + BEHIND,
            "the earliest of the elements that were not behind it when they came, or the end");

    private final Set<String> compared = new TreeSet<>();
    private final Set<String> notSaid = new TreeSet<>();

    @Test
    void shouldGiveTheAnswersOfBeam() {
        Map<String, String> not = new HashMap<>();
        int agreed = 0;
        for (Object document : Loose.yaml(Shared.text("beam_trigger_transcripts.yaml"))) {
            Map<String, Object> given = Loose.map(document);
            String reason = reason(given);
            if (reason == null) {
                play(given);
                agreed++;
            } else {
                not.put(String.valueOf(given.get("name")), reason);
            }
        }
        assertEquals(NOT_EXPRESSED, not);
        assertEquals(6, agreed);
        assertEquals("[earliest element, index, late, latest element, timestamp, values, window]", compared.toString());
        assertEquals(NOT_SAID.keySet(), notSaid);
    }

    private static String reason(Map<String, Object> given) {
        if (String.valueOf(given.get("transcript")).contains("state={")) {
            return STATE;
        }
        return String.valueOf(given.get("trigger_fn")).contains("AfterCount") ? BUNDLES : null;
    }

    private void play(Map<String, Object> given) {
        Duration size = Duration.ofNanos(
                Long.parseLong(String.valueOf(given.get("window_fn")).replaceAll("FixedWindows\\((\\d+)\\)", "$1")));
        TestDriver driver = TestDriver.of(Millrace.topology(
                "beam",
                t -> t.from(ELEMENTS)
                        .window("window", Window.tumbling(size).allowedLateness(EVER))
                        .aggregate(Values::new)
                        .to(PANES, Values::pane)));
        String stamped = String.valueOf(given.getOrDefault("timestamp_combiner", "OUTPUT_AT_EOW"));
        long watermark = Long.MIN_VALUE;
        boolean isBehind = false;
        for (Object action : Loose.list(given.get("transcript"))) {
            Map<String, Object> step = Loose.map(action);
            for (Object e : Loose.list(step.get("input"))) {
                isBehind |= (Long) e < watermark;
                driver.send(ELEMENTS, new Element((Long) e));
            }
            if (step.containsKey("watermark")) {
                watermark = (Long) step.get("watermark");
                driver.advanceToNs(watermark);
            }
            if (step.containsKey("expect")) {
                String stamps = isBehind && !stamped.equals("OUTPUT_AT_EOW") ? BEHIND : stamped;
                expect(String.valueOf(given.get("name")), Loose.list(step.get("expect")), driver, stamps);
            }
        }
        assertEquals(List.of(), driver.deadLetters());
    }

    private void expect(String name, List<Object> expected, TestDriver driver, String stamped) {
        List<Meta> metas = driver.metas(PANES);
        List<Pane> panes = driver.take(PANES);
        assertEquals(expected.size(), panes.size(), name);
        for (int i = 0; i < panes.size(); i++) {
            Map<String, Object> ours = said(panes.get(i), metas.get(i), stamped);
            for (Map.Entry<String, Object> theirs : Loose.map(expected.get(i)).entrySet()) {
                String what = theirs.getKey();
                boolean isBehind = what.equals("timestamp") && stamped.equals(BEHIND);
                if (ours.containsKey(what) && !isBehind) {
                    Object value = what.equals("values") ? values(theirs.getValue()) : theirs.getValue();
                    assertEquals(String.valueOf(value), String.valueOf(ours.get(what)), name + ", " + i + ": " + what);
                    compared.add(what.equals("timestamp") ? STAMPS.getOrDefault(stamped, what) : what);
                } else {
                    notSaid.add(what + (isBehind ? BEHIND : ""));
                }
            }
        }
    }

    /** A result in their words. */
    private static Map<String, Object> said(Pane p, Meta meta, String stamped) {
        long stampNs = stamped.equals("OUTPUT_AT_EARLIEST")
                ? p.earliest
                : stamped.equals("OUTPUT_AT_LATEST") ? p.latest : meta.timeNs();
        return Map.of(
                "window",
                List.of(p.start, p.end),
                "values",
                p.count + " " + p.sum,
                "timestamp",
                stampNs,
                "index",
                p.revision,
                "late",
                p.revision > 0); // the first is told when progress has reached the end
    }

    private static String values(Object expected) {
        List<Object> values = Loose.list(expected);
        return values.size() + " " + values.stream().mapToLong(v -> (Long) v).sum();
    }
}
