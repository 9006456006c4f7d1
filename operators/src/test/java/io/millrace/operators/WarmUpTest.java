package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.engine.WarmUp;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rehearsal goes through all that an engine meets, and leaves nothing behind but what the JIT has learnt. */
class WarmUpTest {
    record Pay(@Length(8) String card, long cents, long timeNs) {}

    record Count(@Length(8) String card, long payments, long cents) {}

    static final class Second extends Aggregates<Pay> {
        final TextValue card = textKey();
        final LongValue n = count();
        final LongValue cents = sum(Pay::cents);
    }

    private static final long SECOND = 1_000_000_000;

    private static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).live();
    private static final Input<Pay> HISTORIC = Input.of("recorded", Pay.class).eventTime(Pay::timeNs, NANOSECONDS);
    private static final Output<Pay> LARGE = Output.of("large", Pay.class);
    private static final Output<Count> SECONDS = Output.of("seconds", Count.class);
    private static final Output<Pay> LATE = Output.of("late", Pay.class);
    private static final Output<Pay> LATER = Output.of("later", Pay.class);

    private enum HostKind {
        INLINE,
        LIVE,
        STAGED,
        EXCLUSIVE
    }

    private final AtomicLong asked = new AtomicLong();

    /** A condition that fails, windows, a side stream, what fires by itself, text keys, two threads. */
    private Topology topology(boolean threads) {
        return Millrace.topology("warmed", t -> {
            var pays = t.from(PAYS).filter(p -> {
                asked.incrementAndGet();
                return p.cents() / (p.cents() - 13) != 0;
            });
            var large = pays.filter(p -> p.cents() > 500);
            (threads ? large.onThread("large") : large).to(LARGE);
            var keyed = pays.keyByText(Pay::card);
            keyed.window("period", Window.tumbling(Duration.ofSeconds(1)))
                    .lateTo(LATE)
                    .aggregate(Second::new)
                    .to(SECONDS, s -> new Count(s.card.get().toString(), s.n.get(), s.cents.get()));
            keyed.defer("defers", Duration.ofMillis(1)).to(LATER);
        });
    }

    private static Pay pay(long i) {
        return new Pay("c" + i % 7, i * 37 % 1000, SECOND + i * SECOND / 100);
    }

    private static WarmUp warmUp() {
        return WarmUp.generated(PAYS, WarmUpTest::pay).eventsPerRound(500).atLeast(1);
    }

    /** Notes what it is called with. */
    private static final class Noting<V> implements EventSink<V> {
        private final boolean takesMarked;
        private final List<Boolean> marks = new ArrayList<>();
        private final AtomicInteger fired = new AtomicInteger();
        private final List<String> calls = new ArrayList<>();

        Noting(boolean takesMarked) {
            this.takesMarked = takesMarked;
        }

        @Override
        public synchronized void on(V event, Meta meta) {
            marks.add(meta.marked());
            fired.addAndGet(meta.fired() ? 1 : 0);
        }

        @Override
        public synchronized void flush() {
            calls.add("flush");
        }

        @Override
        public synchronized void close() {
            calls.add("close");
        }

        @Override
        public boolean takesMarked() {
            return takesMarked;
        }

        synchronized List<String> calls() {
            return new ArrayList<>(calls);
        }

        synchronized long count(boolean marked) {
            return marks.stream().filter(m -> m == marked).count();
        }
    }

    private Setup setup(HostKind kind) {
        Setup setup = Engine.of(topology(kind == HostKind.STAGED)).digest(DigestOptions.every(8));
        return kind == HostKind.EXCLUSIVE ? setup.exclusive() : setup;
    }

    /** Publishes some events and closes; answers what there is to be seen of it. */
    private static String run(Setup setup, HostKind kind) {
        EngineStats stats;
        String letters;
        long first;
        if (kind == HostKind.INLINE) {
            Inline inline = setup.inline();
            first = inline.publish(PAYS, pay(0));
            for (int i = 1; i < 300; i++) {
                inline.publish(PAYS, pay(i));
            }
            inline.publisher(PAYS).end();
            stats = inline.stats();
            letters = inline.deadLetters().counts().toString();
            inline.close();
        } else {
            Engine engine = setup.tickEvery(Duration.ofHours(1)).start(); // else more go in front on a busy machine
            Publisher<Pay> publisher = engine.publisher(PAYS);
            first = publisher.publish(pay(0)) > 2 ? 1 : 0; // behind a tick or two of its own
            for (int i = 1; i < 300; i++) {
                publisher.publish(pay(i));
            }
            publisher.end();
            engine.drain(Duration.ofSeconds(50));
            stats = engine.stats();
            letters = engine.deadLetters().counts().toString();
            engine.close();
        }
        return "first " + first + " events " + stats.inputs().get(0).events() + " letters " + letters;
    }

    @ParameterizedTest
    @EnumSource(HostKind.class)
    void shouldLeaveNothingBehind(HostKind kind) {
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        for (boolean warm : new boolean[] {false, true}) {
            List<String> all = new ArrayList<>();
            Setup setup = setup(kind)
                    .outputWithMeta(LARGE, (p, meta) -> all.add(p + " " + meta.ordinal() + meta.marked()))
                    .output(SECONDS, new Noting<>(false), Delivery.blocking())
                    .discard(LATE)
                    .discard(LATER);
            String what = run(warm ? setup.warmUp(warmUp()) : setup, kind);
            all.add(what);
            seen.put(warm ? "warm" : "cold", all);
        }
        assertEquals(seen.get("cold"), seen.get("warm"));
        assertTrue(seen.get("warm").size() > 100);
        assertTrue(
                seen.get("warm").toString().contains("first 0"),
                seen.get("warm").toString());
    }

    @Test
    void shouldPutOutTheSameBytes() {
        List<String> digests = new ArrayList<>();
        for (boolean warm : new boolean[] {false, true}) {
            Setup setup = setup(HostKind.INLINE)
                    .discard(LARGE)
                    .discard(SECONDS)
                    .discard(LATE)
                    .discard(LATER);
            try (Inline inline = (warm ? setup.warmUp(warmUp()) : setup).inline()) {
                for (int i = 0; i < 500; i++) {
                    inline.publish(PAYS, pay(i));
                }
                digests.add(inline.digest().toString());
                assertEquals(warm, inline.warmUp() != null);
            }
        }
        assertEquals(digests.get(0), digests.get(1));
    }

    @ParameterizedTest
    @EnumSource(HostKind.class)
    void shouldMeetAllThatAnEngineMeets(HostKind kind) {
        Noting<Pay> large = new Noting<>(true);
        Noting<Count> seconds = new Noting<>(true);
        Noting<Pay> late = new Noting<>(true);
        Noting<Pay> later = new Noting<>(false);
        AtomicInteger letters = new AtomicInteger();
        Setup setup = setup(kind)
                .output(LARGE, large, Delivery.blocking())
                .output(SECONDS, seconds)
                .output(LATE, late)
                .output(LATER, later)
                .onDeadLetter(l -> letters.incrementAndGet())
                .warmUp(warmUp());
        AutoCloseable host = kind == HostKind.INLINE ? setup.inline() : setup.start();
        assertTrue(asked.get() >= 1500, "three rounds and more: " + asked);
        for (Noting<?> sink : List.of(large, seconds, late)) {
            assertTrue(sink.count(true) > 0, "marked, in each sink that takes them");
            assertEquals(0, sink.count(false), "all are marked");
            List<String> calls = sink.calls();
            calls.removeIf(
                    c -> kind != HostKind.INLINE && c.equals("flush")); // that of the real host, at its first tick
            assertEquals(List.of(), calls, "neither flushed nor closed");
        }
        assertTrue(seconds.fired.get() > 0, "what fires is marked too");
        assertEquals(0, later.count(true), "who takes none is not called");
        assertEquals(0, letters.get(), "who listens to dead letters does not hear of these");
        close(host);
        assertTrue(large.calls().contains("close"), "the real host closes them");
    }

    /** Each event opens two windows of hops, unless it is late for one of them: what is told, beside what was taken, says how often that was. */
    @Test
    void shouldBePartlyLate() {
        assertEquals(0, missingOf(Window.tumbling(Duration.ofSeconds(2)), 1), "all that is not late is told once");
        assertTrue(missingOf(Window.hopping(Duration.ofSeconds(2), Duration.ofSeconds(1)), 2) > 0);
    }

    private static long missingOf(Window window, int windows) {
        AtomicLong in = new AtomicLong();
        AtomicLong late = new AtomicLong();
        AtomicLong told = new AtomicLong();
        Topology t = Millrace.topology(
                "late",
                b -> b.from(HISTORIC)
                        .keyByText(Pay::card)
                        .filter(p -> in.incrementAndGet() > 0)
                        .window("w", window)
                        .lateTo(LATE)
                        .aggregate(Second::new)
                        .to(SECONDS, s -> new Count(s.card.get().toString(), s.n.get(), s.cents.get())));
        try (Inline inline = Engine.of(t)
                .output(SECONDS, s -> told.addAndGet(s.payments()))
                .output(LATE, p -> late.incrementAndGet())
                .warmUp(WarmUp.generated(HISTORIC, WarmUpTest::pay)
                        .eventsPerRound(64)
                        .atLeast(1)
                        .calling(SECONDS)
                        .calling(LATE))
                .inline()) {
            assertTrue(
                    inline.warmUp().events() > 0 && late.get() > 0 && told.get() > 0,
                    late + " late, " + told + " told");
            return windows * (in.get() - late.get()) - told.get();
        }
    }

    /** What is evicted is a first one again; what is held, of as many keys as make state grow, is not. */
    @Test
    void shouldEvictAndGrow() {
        assertEquals(2, firsts(400, false) / firsts(200, false), "of each key one a round, so all are held");
        assertTrue(firsts(200, true) > 2 * firsts(200, false), "of each key all, where few are held");
    }

    private static long firsts(int cards, boolean evicts) {
        AtomicLong firsts = new AtomicLong();
        Topology t = Millrace.topology("firsts", b -> {
            var cardsOf = b.from(HISTORIC).keyByText(Pay::card);
            var ever = Duration.ofNanos(Long.MAX_VALUE);
            if (evicts) {
                cardsOf.keysAtMost(3).dedupe("once", ever).evictOldest().to(LATE);
            } else {
                cardsOf.dedupe("once", ever).to(LATE);
            }
        });
        WarmUp how = WarmUp.generated(HISTORIC, i -> new Pay("c" + i % cards, 1, SECOND + i * 1_000))
                .eventsPerRound(800)
                .atLeast(1);
        try (Inline inline = Engine.of(t)
                .output(LATE, p -> firsts.incrementAndGet())
                .warmUp(how.calling(LATE))
                .inline()) {
            if (!evicts) {
                long empty = inline.stats().node("once").stateBytes();
                for (int i = 0; i < cards; i++) {
                    inline.publish(HISTORIC, new Pay("c" + i, 1, SECOND));
                }
                assertTrue(inline.stats().node("once").stateBytes() > empty, "so many keys make it grow");
            }
            return firsts.get();
        }
    }

    private static void close(AutoCloseable host) {
        try {
            host.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCallReceiversOnlyWhereThatIsDeclared() {
        AtomicInteger called = new AtomicInteger();
        AtomicInteger silent = new AtomicInteger();
        try (Inline inline = setup(HostKind.INLINE)
                .outputWithMeta(LARGE, (p, meta) -> called.addAndGet(meta.marked() ? 1 : 1_000_000))
                .output(SECONDS, s -> silent.incrementAndGet())
                .output(LATE, new Noting<>(false))
                .output(LATER, p -> silent.incrementAndGet(), Delivery.blocking())
                .warmUp(warmUp().calling(LARGE))
                .inline()) {
            assertTrue(called.get() > 0 && called.get() < 1_000_000, "with marks: " + called);
            assertEquals(0, silent.get());
            assertEquals(
                    Health.State.UP, inline.health().state(), inline.health().why());
        }
    }

    @Test
    void shouldGoOnUntilTheBudgetIsReachedOrTimeIsOver() {
        Setup setup = setup(HostKind.INLINE)
                .discard(LARGE)
                .discard(SECONDS)
                .discard(LATE)
                .discard(LATER);
        WarmUp never = warmUp().until99PercentTakeLessThan(Duration.ofNanos(1)).atMost(Duration.ofMillis(50));
        try (Inline inline = setup.warmUp(never).inline()) {
            assertFalse(inline.warmUp().isReady());
            assertEquals(Health.State.DEGRADED, inline.health().state());
            assertTrue(inline.health().why().startsWith("warm-up: 99 of 100 events took up to "), "" + inline.health());
            inline.publish(PAYS, pay(1));
        }
        try (Engine engine = setup.warmUp(warmUp().until99PercentTakeLessThan(Duration.ofHours(1)))
                .stalledAfter(Duration.ofHours(1)) // a thread that gets no processor is no trouble here
                .start()) {
            assertTrue(engine.warmUp().isReady());
            assertEquals(3, engine.warmUp().rounds());
            assertEquals(1_500, engine.warmUp().events());
            assertEquals(Health.State.UP, engine.health().state());
        }
        IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> setup.warmUp(never.orRefuse()).start());
        assertTrue(
                refused.getMessage()
                        .startsWith("engine warmed was not started, because its "
                                + "warm-up did not reach its target; warm-up: "),
                refused.getMessage());
        try (Inline inline = Engine.of(topology(false))
                .discard(LARGE)
                .discard(SECONDS)
                .discard(LATE)
                .discard(LATER)
                .inline()) {
            assertNull(inline.warmUp());
        }
    }

    @Test
    void shouldSayWhatIsWrongWithItsEvents() {
        Setup setup = setup(HostKind.INLINE)
                .discard(LARGE)
                .discard(SECONDS)
                .discard(LATE)
                .discard(LATER);
        Input<Pay> other = Input.of("others", Pay.class);
        assertTrue(assertThrows(
                        IllegalArgumentException.class, () -> setup.warmUp(WarmUp.generated(other, WarmUpTest::pay)))
                .getMessage()
                .contains("others"));
        WarmUp wrong = WarmUp.recorded(PAYS, List.of(pay(1), new Pay("much too long", 5, 7)));
        String why = assertThrows(
                        IllegalStateException.class, () -> setup.warmUp(wrong).inline())
                .getMessage();
        assertTrue(why.contains("an event of its warm-up was refused") && why.contains("much too long"), why);
        assertThrows(IllegalArgumentException.class, () -> WarmUp.recorded(PAYS, List.of()));
    }
}
