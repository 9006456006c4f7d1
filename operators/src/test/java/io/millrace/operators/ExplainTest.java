package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.ALERTS;
import static io.millrace.operators.CatalogueSnippets.DEVICES;
import static io.millrace.operators.CatalogueSnippets.REFUNDS;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.lineage.Explanation;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.CatalogueSnippets.Alert;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.state.SavedByParts;
import io.millrace.testkit.Recording;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What made an output: asked of every word, and compared with what can be worked out of the events that are told. */
class ExplainTest {
    private static final int ENTRIES = 60;
    private static final String UNTOLD = "what it took last by input";
    private static final Pattern CENTS = Pattern.compile("cents=(-?[0-9]+)");

    static Stream<Method> words() {
        return RestartTest.words();
    }

    /** An output as it came out. */
    private record Out(Output<?> output, long sequence, int ordinal, String text) {}

    private static List<Out> outs(TestDriver driver) {
        List<Out> all = new ArrayList<>();
        for (Output<?> o : driver.plan().topology().outputs()) {
            if (!o.equals(DEVICES.requests())) {
                add(driver, o, all);
            }
        }
        return all;
    }

    private static <V> void add(TestDriver driver, Output<V> output, List<Out> to) {
        EventType<V> type = output.type();
        byte[] bytes = new byte[type.maxLength()];
        List<Meta> metas = driver.metas(output);
        List<V> events = driver.take(output);
        for (int i = 0; i < events.size(); i++) {
            String text = type.text(bytes, 0, type.encode(events.get(i), bytes, 0));
            to.add(new Out(output, metas.get(i).sequence(), metas.get(i).ordinal(), text));
        }
    }

    @ParameterizedTest
    @MethodSource("words")
    void shouldTellOfEachWordWhatItTookKeptAndPutOut(Method word) {
        RestartTest.Log log =
                new RestartTest.Log(RestartTest.topology(word), word.getName().hashCode());
        TestDriver driver = TestDriver.of(log.topology, RestartTest.stateOptions(log.topology));
        Recording recording = driver.record();
        List<Out> outs = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            log.next(i).accept(driver);
            log.asked(driver);
            outs.addAll(outs(driver));
        }
        driver.endAll();
        outs.addAll(outs(driver));
        for (int i = 0; i < outs.size(); i += 1 + outs.size() / 8) {
            Out out = outs.get(i);
            Explanation e = recording.explain(out.output(), out.sequence(), out.ordinal());
            assertNotNull(e, out + " of " + word.getName());
            check(log.topology, out, e);
        }
    }

    private static void check(Topology topology, Out out, Explanation e) {
        Explanation.Story own = e.stories().get(e.stories().size() - 1);
        assertEquals(out.sequence(), own.entry().sequence(), e::text);
        assertEquals(out.text(), own.steps().get(own.steps().size() - 1).put().event(), e::text);
        for (Explanation.Story story : e.stories()) {
            for (Explanation.Step step : story.steps()) {
                step.took().forEach(t -> assertTrue(t.from() > 0 && t.from() < step.number(), e::text));
                TopologyNode n = topology.node(step.node());
                boolean main = step.put().port() == null && n.operator() != null;
                boolean keeps = main && n.operator().keepsState();
                assertFalse(keeps && step.said().isEmpty(), step.node() + e.text());
                assertTrue(
                        step.said().stream().noneMatch(p -> p.name().startsWith(UNTOLD)),
                        () -> step.node() + " does not implement Explains" + e.text());
                events(step.said()).forEach(v -> checkEvent(e, out, v));
            }
        }
    }

    /** Each is an event of an entry, or made there by a step that is told of too. */
    private static void checkEvent(Explanation e, Out out, Explanation.Event event) {
        assertNotNull(event.entry(), e::text);
        assertTrue(event.entry().sequence() <= out.sequence(), e::text);
        assertFalse(event.event() == null && !event.entry().kind().equals("event"), e::text);
    }

    private static List<Explanation.Event> events(List<Explanation.Part> parts) {
        List<Explanation.Event> all = new ArrayList<>();
        for (Explanation.Part p : parts) {
            all.addAll(events(p.parts()));
            all.addAll(p.events() == null ? List.of() : p.events());
        }
        return all;
    }

    // ---- what is told makes the result

    static class Sums extends Aggregates<Payment> {
        final LongValue n = count();
        final LongValue cents = sum(Payment::cents);
    }

    static class Past extends LookBack<Payment> {
        final Sums recent = last(ofSeconds(30), Sums::new);
        final Sums delayed = last(ofSeconds(40), ofSeconds(20), Sums::new);
        final Sums steps = last(ofMinutes(1)).every(ofSeconds(10)).of(Sums::new);
    }

    private static final Input<Payment> PAID = Input.of("paid", Payment.class)
            .eventTime(Payment::timeMs, TimeUnit.MILLISECONDS)
            .disorder(ofSeconds(5));

    /** Topologies in which each result is a number of events and the sum of their cents. */
    static Stream<Consumer<TopologyBuilder>> sums() {
        return Stream.of(
                windows(Window.tumbling(ofMinutes(1))),
                windows(Window.tumbling(ofMinutes(1)).allowedLateness(ofMinutes(1))),
                windows(Window.tumbling(ofMinutes(1)).every(2)),
                windows(Window.hopping(ofMinutes(1), ofSeconds(25))),
                windows(Window.session(ofSeconds(20)).early(ofSeconds(7)).allowedLateness(ofSeconds(30))),
                windows(Window.days(ZoneOffset.UTC)),
                windows(Window.global().every(3)),
                windows(Window.count(3).early(ofSeconds(7))),
                windows(Window.slidingCount(5, 2)),
                windows(Window.slidingCount(5, 3).emitOnUpdate()),
                t -> byCard(t)
                        .lookBack("past", Past::new)
                        .to(ALERTS, p -> new Alert(p.recent.n.get(), p.recent.cents.get())),
                t -> byCard(t)
                        .lookBack("past", t.from(REFUNDS).keyBy(Payment::card), Past::new)
                        .to(ALERTS, p -> new Alert(p.recent.n.get(), p.recent.cents.get())),
                t -> byCard(t)
                        .window("all", Window.tumbling(ofSeconds(10)))
                        .aggregate(Sums::new)
                        .map(Payment.class, s -> new Payment(1, s.n.get(), s.cents.get(), "AT", 0))
                        .keyBy(Payment::card)
                        .lookBack("past", Past::new)
                        .to(ALERTS, p -> new Alert(p.recent.n.get(), p.recent.cents.get())));
    }

    private static KeyedStream<Payment> byCard(TopologyBuilder t) {
        return t.from(PAID).keyBy(Payment::card);
    }

    private static Consumer<TopologyBuilder> windows(Window window) {
        return t -> byCard(t)
                .window("sums", window)
                .aggregate(Sums::new)
                .to(ALERTS, s -> new Alert(s.n.get(), s.cents.get()));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void shouldTellTheEventsOfWhichAResultWasMade(int number) {
        Seeds.each(7, 1, "tellTheEvents(" + number + ", %d)", seed -> tellTheEvents(number, seed));
    }

    /** A late event has come into the session since that was told, and now what was told is taken back. */
    @Test
    void shouldNotCountWhatHasComeSinceAmongTheEventsOfAResultThatIsTakenBack() {
        tellTheEvents(4, 9001);
    }

    static IntStream numbers() {
        return IntStream.range(0, (int) sums().count());
    }

    private static void tellTheEvents(int number, long seed) {
        Topology topology =
                Millrace.topology("sums", sums().skip(number).findFirst().orElseThrow()::accept);
        Random random = new Random(seed);
        TestDriver driver = TestDriver.of(topology, PlanOptions.tested().withStateBytes(8 << 20));
        Recording recording = driver.record();
        long ms = 1_000_000;
        for (int i = 0; i < 300; i++) {
            ms += random.nextInt(4_000);
            Payment p = new Payment(
                    random.nextInt(3),
                    1,
                    1 + random.nextInt(1_000),
                    "AT",
                    ms - (random.nextInt(4) == 0 ? random.nextInt(60_000) : 0));
            driver.send(topology.inputs().contains(REFUNDS) && i % 2 == 0 ? REFUNDS : PAID, p);
        }
        driver.endAll();
        List<Out> outs = outs(driver);
        assertTrue(outs.size() > 1, "results");
        int checked = 0;
        for (int i = 0; i < outs.size(); i += 1 + outs.size() / 12) {
            Out out = outs.get(i);
            checked += sums(recording.explain(out.output(), out.sequence(), out.ordinal()));
        }
        assertTrue(checked > 1, "of nothing nothing can be told wrong");
    }

    /** Every part with a count, a sum and events, however deep. */
    private static int sums(Explanation e) {
        int checked = 0;
        for (Explanation.Story story : e.stories()) {
            for (Explanation.Step step : story.steps()) {
                checked += sums(step.said(), e);
                for (Explanation.Part p : step.said()) {
                    checked += sums(p.parts(), e);
                }
            }
        }
        return checked;
    }

    private static int sums(List<Explanation.Part> parts, Explanation e) {
        String n = null;
        String cents = null;
        List<Explanation.Event> events = null;
        for (Explanation.Part p : parts) {
            n = p.name().endsWith("n") && p.value() != null && !p.name().equals("revision") ? p.value() : n;
            cents = p.name().endsWith("cents") ? p.value() : cents;
            events = p.name().equals("events") ? p.events() : events;
        }
        if (n == null || cents == null || events == null) {
            return 0;
        }
        long sum = 0;
        for (Explanation.Event v : events) {
            Matcher m = CENTS.matcher(v.event() == null ? v.entry().event() : v.event());
            assertTrue(m.find(), e::text);
            sum += Long.parseLong(m.group(1));
        }
        assertEquals(n, Integer.toString(events.size()), e::text);
        assertEquals(cents, Long.toString(sum), e::text);
        return events.isEmpty() ? 0 : 1;
    }

    @Test
    void shouldSayTheSameEachTimeAndNothingOfAnOutputThatIsNotThere() {
        Topology topology =
                Millrace.topology("sums", t -> windows(Window.count(2)).accept(t));
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        for (int i = 0; i < 4; i++) {
            driver.send(PAID, new Payment(1, 1, 10 + i, "AT", i));
        }
        Explanation e = recording.explain(ALERTS, 3, 0);
        assertEquals(e.text(), recording.explain(ALERTS, 3, 0).text());
        assertEquals(e.json(), recording.explain(ALERTS, 3, 0).json());
        assertEquals(null, recording.explain(ALERTS, 2, 0));
        assertEquals(null, recording.explain(ALERTS, 3, 1));
    }

    private static final Output<Payment> REPEATED = Output.of("repeated", Payment.class);

    @ParameterizedTest
    @CsvSource({"true, DUPLICATE, passed within the horizon", "false, OVER_BOUND, passed of its key within the span"})
    void shouldNotTakeForTakenWhatWentToASideStream(boolean dedupes, String reason, String list) {
        Topology topology = Millrace.topology("once", t -> {
            if (dedupes) {
                byCard(t).dedupe("once", ofSeconds(10)).duplicatesTo(REPEATED).to(CatalogueSnippets.PASSED);
            } else {
                byCard(t).throttle("once", 1, ofSeconds(10)).stoppedTo(REPEATED).to(CatalogueSnippets.PASSED);
            }
        });
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        for (long ms : List.of(0, 9_000, 10_000)) {
            driver.send(PAID, new Payment(1, 1, 10, "AT", ms));
        }
        Explanation e = recording.explain(CatalogueSnippets.PASSED, 2, 0);
        List<Explanation.Part> said = e.stories().get(0).steps().get(2).said();
        assertEquals(list, said.get(said.size() - 1).name());
        assertEquals(
                List.of(2L),
                events(said).stream().map(v -> v.entry().sequence()).toList(),
                e::text);
        Explanation refused = recording.explain(REPEATED, 1, 0);
        assertTrue(refused.text().contains("refused " + reason), refused::text);
    }

    /** Keeps something and does not say what. */
    private static final class Silent implements Operator<Payment, Payment> {
        @Override
        public String word() {
            return "silent";
        }

        @Override
        public NodeClass node() {
            return NodeClass.of(MethodHandles.lookup(), SilentNode.class);
        }

        @Override
        public EventType<?> outputType(int port, List<EventType<?>> inputs) {
            return inputs.get(0);
        }

        @Override
        public Answers answers() {
            return Answers.EXACTLY_ONE;
        }

        @Override
        public boolean keepsState() {
            return true;
        }
    }

    @Test
    void shouldShowOfANodeThatSaysNothingWhatItTookLastOfTheKey() {
        Topology topology = Millrace.topology(
                "own",
                t -> t.from(PAID)
                        .keyBy(Payment::card)
                        .via("silent", new Silent())
                        .to(CatalogueSnippets.PASSED));
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        for (int i = 0; i < 6; i++) {
            driver.send(PAID, new Payment(i % 2, 1, 10 + i, "AT", i));
        }
        Explanation.Step step = recording
                .explain(CatalogueSnippets.PASSED, 5, 0)
                .stories()
                .get(0)
                .steps()
                .get(2);
        assertEquals("1", step.key());
        assertEquals(UNTOLD + " 0", step.said().get(0).name());
        assertEquals(
                List.of(1L, 3L, 5L),
                step.said().get(0).events().stream()
                        .map(v -> v.entry().sequence())
                        .toList());
    }
}

/** Lets all pass. */
final class SilentNode implements Node, SavedByParts {
    SilentNode(Object operator, NodeContext context) {}

    @Override
    public boolean on(Flow flow) {
        return true;
    }
}
