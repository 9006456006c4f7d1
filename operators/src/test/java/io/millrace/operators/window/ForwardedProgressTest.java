package io.millrace.operators.window;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Joined;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import java.lang.invoke.MethodHandles;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What a word makes is never below the progress that it forwards: with a lateness L that is P - L. So nothing is late behind it,
 * whatever comes late to the word itself. What a word only passes on, or answers at once, keeps its time, late or not; where nothing
 * late comes to such a word nothing late comes out of it either.
 */
class ForwardedProgressTest {
    record Ev(long key, long ns) {}

    private static final Input<Ev> IN = Input.of("in", Ev.class)
            .eventTime(Ev::ns, NANOSECONDS)
            .disorder(ofNanos(4))
            .historic();
    private static final Output<Ev> OUT = Output.of("out", Ev.class);

    static final class Tally extends Aggregates<Ev> {
        final LongValue key = longKey();
        final LongValue count = count();
    }

    /** None of the same key behind it. */
    static final class Alone extends EventPattern<Ev> {
        final Step<Ev> first = begin(e -> true);

        Alone() {
            notFollowedBy(e -> e.ns() % 2 == 0);
            allowedLateness(ofNanos(9));
        }
    }

    static final class Past extends LookBack<Ev> {
        final Aggregates.LongValue count = last(ofNanos(7)).count();
    }

    /** Answers each event at once. */
    static final class Echo extends KeyedProcess {
        final Emit<Ev> out = emits("out", Ev.class);

        Echo(On<Ev> events) {
            on(events, e -> out.emit(e));
        }
    }

    private interface Word extends Function<KeyedStream<Ev>, EventStream<Ev>> {}

    private static Word window(Window window) {
        return s -> s.window("word", window).aggregate(Tally::new).map(Ev.class, t -> new Ev(t.key.get(), 0));
    }

    private static EventStream<Ev> left(KeyedStream<Joined<Ev, Ev>> pairs) {
        return pairs.map(Ev.class, j -> j.hasLeft() ? j.left() : j.right());
    }

    private static final Map<String, Word> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("tumbling", window(Window.tumbling(ofNanos(10))));
        WORDS.put("tumbling, lateness", window(Window.tumbling(ofNanos(10)).allowedLateness(ofNanos(15))));
        WORDS.put("tumbling, updates", window(Window.tumbling(ofNanos(10)).emitOnUpdate()));
        WORDS.put("hopping", window(Window.hopping(ofNanos(12), ofNanos(5)).allowedLateness(ofNanos(3))));
        WORDS.put("early", window(Window.tumbling(ofNanos(10)).early(ofNanos(4))));
        WORDS.put("session", window(Window.session(ofNanos(3))));
        WORDS.put("session, lateness", window(Window.session(ofNanos(3)).allowedLateness(ofNanos(7))));
        WORDS.put("conflate", s -> s.conflate("word", ofNanos(7)));
        WORDS.put("defer", s -> s.defer("word", ofNanos(6)));
        WORDS.put("pattern", s -> s.pattern("word", ofNanos(6), Alone::new).map(Ev.class, p -> p.first.event()));
        Interval<Object> near = Interval.between(ofNanos(-3), ofNanos(2));
        WORDS.put("join", s -> left(s.join("word", odd(s), near.full())));
        WORDS.put("join, lateness", s -> left(s.join("word", odd(s), near.full().allowedLateness(ofNanos(8)))));
        WORDS.put("as-of", s -> left(s.asOf("word", odd(s), AsOf.backward())));
        WORDS.put(
                "as-of, lateness",
                s -> left(s.asOf(
                        "word", odd(s), AsOf.nearest().tolerance(ofNanos(5)).allowedLateness(ofNanos(8)))));
    }

    static {
        WORDS.put("retracting", window(Window.tumbling(ofNanos(10)).retracting().allowedLateness(ofNanos(15))));
        WORDS.put("count", window(Window.count(3)));
        WORDS.put("sliding count", window(Window.slidingCount(3, 2)));
        WORDS.put("global", window(Window.global().every(3)));
        WORDS.put("days", window(Window.days(ZoneId.of("Europe/Berlin")).emitOnUpdate()));
        WORDS.put("look-back", s -> s.lookBack("word", Past::new).map(Ev.class, p -> p.event()));
        WORDS.put("dedupe", s -> s.dedupe("word", ofNanos(5)));
    }

    /** These pass on, or answer at once, what others may still want: it has the time that it came with. */
    private static final Map<String, Word> PASSING = new LinkedHashMap<>();

    static {
        PASSING.put("filter", ForwardedProgressTest::odd);
        PASSING.put("throttle", s -> s.throttle("word", 2, ofNanos(5)));
        PASSING.put("process", s -> s.process("word", ofNanos(50), Echo::new).out(p -> p.out));
        PASSING.put("table join", s -> left(s.tableJoin("word", odd(s), JoinKind.LEFT)));
        PASSING.put("foreign key", s -> left(s.foreignKeyJoin("word", Ev::key, odd(s), JoinKind.LEFT)));
        PASSING.put("changelog", s -> s.changelog("word"));
    }

    private static KeyedStream<Ev> odd(KeyedStream<Ev> events) {
        return events.filter(e -> e.ns() % 2 != 0);
    }

    @Test
    void shouldPutOutNothingBelowTheProgressThatIsForwarded() {
        Seeds.each(0, 3, "check(%d)", ForwardedProgressTest::check);
    }

    @Test
    void shouldPutOutNothingBelowItWhereOnlyWhatIsOnTimeIsPassedOn() {
        Seeds.each(0, 3, "checkPassing(%d)", ForwardedProgressTest::checkPassing);
    }

    private static void check(long seed) {
        WORDS.forEach((name, word) -> assertEquals("", firstBehind(name, word, seed), name));
    }

    private static void checkPassing(long seed) {
        PASSING.forEach((name, word) -> {
            assertNotEquals("", firstBehind(name, word, seed), name + " keeps the time of what it passes on");
            assertEquals("", firstBehind(name, s -> word.apply(s.onTime()), seed), name);
        });
    }

    /** What comes out of a word below the progress that it forwards; empty where nothing does. */
    private static String firstBehind(String name, Word word, long seed) {
        Topology topology = Millrace.topology(
                "behind",
                t -> word.apply(t.from(IN).keyBy(Ev::key))
                        .via("behind", new Behind())
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology, PlanOptions.tested().withHashSeed(seed));
        SplittableRandom random = new SplittableRandom(seed);
        long now = 1_000;
        for (int i = 0; i < 300; i++) {
            now += random.nextInt(10) == 0 ? 40 : random.nextInt(3);
            driver.send(IN, new Ev(random.nextInt(3), now - random.nextInt(12)));
        }
        driver.endAll();
        assertTrue(driver.take(OUT).size() > 20, name);
        return driver.deadLetters().stream()
                .filter(l -> l.node().startsWith("behind"))
                .map(Object::toString)
                .findFirst()
                .orElse("");
    }

    /** {@code onTime}, of updates too. */
    static final class Behind implements Operator<Ev, Ev> {
        private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), BehindNode.class);

        @Override
        public String word() {
            return "behind";
        }

        @Override
        public NodeClass node() {
            return NODE;
        }

        @Override
        public EventType<?> outputType(int port, List<EventType<?>> inputs) {
            return inputs.get(0);
        }

        @Override
        public Answers answers() {
            return Answers.AT_MOST_ONE;
        }

        @Override
        public boolean handsOn() {
            return true;
        }

        @Override
        public boolean readsProgress() {
            return true;
        }

        @Override
        public boolean takesUpdates() {
            return true;
        }

        @Override
        public boolean makesUpdates() {
            return true;
        }
    }

    /** Refuses what is behind the progress that the word in front has forwarded. */
    static final class BehindNode implements Node {
        private final Progress progress;
        private final Failures failures;

        BehindNode(Behind operator, NodeContext context) {
            assert operator != null;
            progress = context.progress();
            failures = context.failures();
        }

        @Override
        public boolean on(Flow flow) {
            return flow.timeNs() >= progress.ns() || failures.refuse(flow, Reason.LATE, "behind " + progress.ns());
        }
    }
}
