package io.millrace.operators.order;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.operators.join.AsOf;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One log in batches of 1 to 1,024 events through 1, 2 and 8 stages, with words of each kind one behind the other. */
@Tag("jit")
@Timeout(240)
class BatchesTest {
    private static final int EVENTS = 2_500;

    record Pay(long card, long cents, long timeNs) {}

    private static final Input<Pay> PAYS = Input.of("pays", Pay.class)
            .eventTime(Pay::timeNs, NANOSECONDS)
            .disorder(ofNanos(3))
            .historic();

    static final class Recent extends LookBack<Pay> {
        private final Span<Pay> span = last(ofNanos(50));
        final Aggregates.LongValue cents = span.sum(Pay::cents);
    }

    static final class Sums extends Aggregates<Pay> {
        final LongValue card = longKey();
        final LongValue cents = sum(Pay::cents);
    }

    static final class Thirds extends Aggregates<Pay> {
        final LongValue last = last(Pay::card);
        final LongValue first = argMin(Pay::card, p -> p.cents() / 100);
    }

    static final class Rising extends EventPattern<Pay> {
        final Step<Pay> low = begin(p -> p.cents() % 3 == 0);
        final Step<Pay> high = followedBy(p -> p.cents() > low.last().cents());

        Rising() {
            partialsAtMost(8);
            matchesAtMost(2);
        }
    }

    /** Each of them holds events back or keeps what went by, so what is behind sees another order and another time. */
    private static final List<UnaryOperator<KeyedStream<Pay>>> WORDS = List.of(
            s -> s.dedupe("once", ofNanos(2)),
            s -> s.lookBack("recent", Recent::new)
                    .map(Pay.class, r -> new Pay(r.event().card(), r.cents.get(), 0)),
            s -> s.join(
                            "near",
                            s,
                            between(ofNanos(-3), ofNanos(0)).matchesAtMost(4).eventsAtMost(16))
                    .map(Pay.class, j -> new Pay(j.left().card(), j.right().cents(), 1)),
            s -> s.asOf("as-of", s, AsOf.backward().strictly())
                    .map(
                            Pay.class,
                            j -> new Pay(
                                    j.left().card(), j.hasRight() ? j.right().cents() : 7, 2)),
            s -> s.pattern("rising", ofNanos(60), Rising::new)
                    .map(
                            Pay.class,
                            m -> new Pay(m.low.event().card(), m.high.event().cents() * 100, 3)),
            s -> s.throttle("calm", 9, ofNanos(20)),
            s -> s.defer("later", ofNanos(7)),
            s -> s.window("sums", tumbling(ofNanos(20)).windowsAtMost(8))
                    .aggregate(Sums::new)
                    .map(Pay.class, w -> new Pay(w.card.get(), w.cents.get(), 4))
                    .keyBy(Pay::card),
            s -> s.group("thirds") // of equals, by the order in which they came
                    .by(p -> p.card() % 3)
                    .aggregate(Thirds::new)
                    .map(Pay.class, g -> new Pay(g.last.get(), g.first.get(), 5)));

    private static final List<Output<Pay>> OUTS = IntStream.range(0, WORDS.size())
            .mapToObj(i -> Output.of("out-" + i, Pay.class))
            .toList();

    private static Topology topology(int stages) {
        return Millrace.topology("chain", t -> {
            KeyedStream<Pay> s = t.from(PAYS).keyBy(Pay::card);
            for (int i = 0; i < WORDS.size(); i++) {
                int stage = i * stages / WORDS.size();
                boolean begins = i > 0 && stage != (i - 1) * stages / WORDS.size();
                s = WORDS.get(i)
                        .apply(
                                begins
                                        ? s.filter(p -> p.card() != 11).onThread("stage-" + stage)
                                        : s.filter(p -> p.card() != 11));
                s.to(OUTS.get(i));
            }
        });
    }

    private static List<Pay> events(long seed) {
        Random random = new Random(seed);
        List<Pay> events = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < EVENTS; i++) {
            time += random.nextInt(30) == 0 ? random.nextInt(80) : random.nextInt(2);
            events.add(new Pay(random.nextInt(12), random.nextInt(1_000), Math.max(0, time - random.nextInt(5))));
        }
        return events;
    }

    private static Setup setup(Topology topology, List<List<String>> into) {
        Setup setup = Engine.of(topology).stateBudget(128 << 20).digest(DigestOptions.every(64));
        for (Output<Pay> output : OUTS) {
            List<String> lines = new ArrayList<>();
            into.add(lines);
            setup.outputWithMeta(output, (Pay p, Meta m) -> {
                // behind the end of input entries are the host's own
                String place = m.sequence() <= EVENTS ? m.sequence() + "." + m.ordinal() + " " : "";
                lines.add(place + m.timeNs() + " " + p);
            });
        }
        return setup;
    }

    private static List<List<String>> inline(List<Pay> events) {
        List<List<String>> out = new ArrayList<>();
        try (Inline inline = setup(topology(1), out).inline()) {
            events.forEach(p -> inline.publish(PAYS, p));
            inline.publisher(PAYS).end();
            while (inline.doWork(0)) {
                // left-over firings
            }
            out.add(List.of(inline.stats().digest().outputs().toString()));
        }
        return out;
    }

    private static List<List<String>> live(List<Pay> events, int stages, int batch) {
        List<List<String>> out = new ArrayList<>();
        Setup setup = setup(topology(stages), out).ringSlots(2_048).edgeSlots(Integer.highestOneBit(batch));
        assertEquals(stages, setup.plan().stages().size());
        try (Engine engine = setup.start()) {
            for (int i = 0; i < events.size(); i += batch) {
                engine.publisher(PAYS).publishBatch(events.subList(i, Math.min(i + batch, events.size())));
            }
            engine.publisher(PAYS).end();
            assertEquals(0, engine.drain(Duration.ofMinutes(1)));
            out.add(List.of(engine.stats().digest().outputs().toString()));
        }
        return out;
    }

    @Test
    void shouldPutOutTheSameInBatchesOf1To1024OnOneTwoAndEightStages() {
        Seeds.each(3, 1, "agree(%d)", BatchesTest::agree);
    }

    private static void agree(long seed) {
        List<Pay> events = events(seed);
        List<List<String>> expected = inline(events);
        List<Integer> sizes = expected.stream().map(List::size).toList();
        assertTrue(sizes.subList(0, OUTS.size()).stream().allMatch(n -> n > 100), sizes::toString);
        for (int stages : new int[] {1, 2, 8}) {
            for (int batch : new int[] {1, 64, 1_024}) {
                assertEquals(expected, live(events, stages, batch), stages + " stages, batches of " + batch);
            }
        }
    }
}
