package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.state.Blocks;
import io.millrace.state.Pages;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host does beside handing entries over: pages ahead of need, sinks flushed, statistics of one moment, whose time it is. */
@Timeout(240)
class HostDutiesTest {
    private static final Input<Num> UNSAID = Num.input("in").idleAfter(Duration.ofNanos(50));

    /** Takes a page for each event. */
    private static Topology takesPages() {
        TrialOp op = TrialOp.of("takes", context -> {
            Blocks pages = new Blocks(context.budget(), Pages.PAGE_LONGS - 1, 0);
            return flow -> pages.take() >= 0;
        });
        op.keyed = true;
        KeyInfo key = new KeyInfo("long", 0, 0, "");
        GraphBuilder g = new GraphBuilder("pages");
        Port keyed = g.operator("key", TrialOp.pass(1), key, "", g.source(IN, ""));
        g.sink(OUT, g.operator("takes", op, key, "", keyed), "");
        return g.build();
    }

    /** With two the time of one may end the waiting for the other: nobody knows beforehand which tick that is. */
    @Test
    void shouldHaveEachTickReadAtOnceWhereSeveralInputsHaveEventTime() {
        GraphBuilder g = new GraphBuilder("two");
        Input<Num> second = Num.input("second");
        Port both = g.operator("both", TrialOp.pass(2), null, "", g.source(IN, ""), g.source(second, ""));
        g.sink(OUT, both, "");
        try (Engine two = Engine.of(g.build()).output(OUT, n -> {}).start();
                Engine one =
                        Engine.of(one(TrialOp.pass(1))).output(OUT, n -> {}).start()) {
            assertTrue(one.ingress().host().mayLeaveTicks());
            assertFalse(two.ingress().host().mayLeaveTicks());
        }
    }

    @Test
    void shouldKeepPagesReadyAheadOfNeed() throws Exception {
        List<Long> got = new ArrayList<>();
        try (Engine engine = Engine.of(takesPages())
                .output(OUT, n -> got.add(n.id()))
                .tickEvery(Duration.ofMillis(1))
                .start()) {
            int all = engine.ingress().host().core().pages(0).ready();
            Publisher<Num> publisher = engine.publisher(IN);
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < all / 2; i++) {
                    publisher.publish(num(i));
                }
                engine.drain(Duration.ofSeconds(30));
                await(
                        "as many pages as at first",
                        () -> engine.ingress().host().core().pages(0).ready() == all);
            }
            assertEquals(
                    0,
                    engine.ingress().host().core().pages(0).madeOnTheSpot(),
                    "more than the stock was taken, and none by the engine's thread");
            assertEquals(5 * (all / 2), got.size());
        }
    }

    @Test
    void shouldFlushSinksWhereTheInlineHostLetsTimePass() {
        int[] flushed = {0};
        EventSink<Num> sink = new EventSink<>() {
            @Override
            public void on(Num event, Meta meta) {}

            @Override
            public void flush() {
                flushed[0]++;
            }

            @Override
            public void close() {}
        };
        Inline inline = Engine.of(one(TrialOp.pass(1))).output(OUT, sink).inline();
        inline.publish(IN, num(1));
        assertEquals(0, flushed[0], "not after each event");
        inline.doWork(1000);
        assertEquals(1, flushed[0]);
    }

    @Test
    void shouldAnswerAReceiverWithStatisticsAsOfTheEntryInHand() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        Engine[] engine = new Engine[1];
        List<String> seen = new ArrayList<>();
        engine[0] = Engine.of(one(TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, meta) -> {
                    all.await(); // so that the others are one batch
                    EngineStats stats = engine[0].stats();
                    seen.add(stats.sequence() + " " + stats.inputs().get(0).events());
                    assertEquals(meta.sequence(), stats.sequence());
                })
                .tickEvery(Duration.ofDays(1))
                .start();
        Publisher<Num> publisher = engine[0].publisher(IN);
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            places.add(publisher.publish(num(i)));
        }
        all.countDown();
        engine[0].close();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            expected.add(places.get(i) + " " + (i + 1));
        }
        assertEquals(expected, seen);
        assertEquals(0, engine[0].deadLetters().total());
    }

    // ---- whose time it is

    /** What fires of an event at 5 when the clock goes on and no other event comes. */
    private static List<Long> firedByTicks(List<Trials.Counting> sources) {
        List<Long> got = new ArrayList<>();
        Setup setup = Engine.of(one(UNSAID, Agenda.buckets(10, 10))).output(OUT, n -> got.add(n.id()));
        sources.forEach(s -> setup.input(UNSAID, s));
        Inline inline = setup.inline();
        inline.doWork(1000);
        inline.publish(UNSAID, new Num(1, 5));
        for (long clock = 1001; clock < 1200; clock++) {
            inline.doWork(clock);
        }
        return got;
    }

    @Test
    void shouldBeHistoricWhereAllThatIsBoundIsFinite() {
        Trials.Counting finite = new Trials.Counting(0, 1, true);
        Trials.Counting endless = new Trials.Counting(0, 1, false);
        assertEquals(List.of(), firedByTicks(List.of(finite)), "a file waits for its next row");
        assertEquals(List.of(), firedByTicks(List.of(finite, finite)));
        assertEquals(List.of(1L), firedByTicks(List.of(endless)));
        assertEquals(List.of(1L), firedByTicks(List.of(finite, endless)), "one that goes on makes it live");
        assertEquals(List.of(1L), firedByTicks(List.of()), "publishers are live");
    }

    @Test
    void shouldLeaveTheMeaningOfTimeThatWasDeclared() {
        Input<Num> live = UNSAID.live();
        List<Long> got = new ArrayList<>();
        Inline inline = Engine.of(one(live, Agenda.buckets(10, 10)))
                .output(OUT, n -> got.add(n.id()))
                .input(live, new Trials.Counting(0, 1, true))
                .inline();
        inline.doWork(1000);
        inline.publish(live, new Num(1, 5));
        inline.doWork(1001);
        inline.doWork(1200);
        assertTrue(got.contains(1L));
    }
}
