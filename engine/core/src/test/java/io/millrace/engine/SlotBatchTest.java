package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch of an exclusive engine is encoded in the slots, whatever user code does meanwhile. */
@Timeout(60)
class SlotBatchTest {
    record Word(@Length(3) String text) {}

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();

    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private volatile LongConsumer whileEncoded = id -> {};

    /** Asking for the time of an event is user code that runs while the event's slot is claimed. */
    private final Input<Num> asking = Input.of("asking", EventType.of(Num.class))
            .eventTime(
                    n -> {
                        whileEncoded.accept(n.id());
                        return n.timeNs();
                    },
                    TimeUnit.NANOSECONDS)
            .historic();

    private Setup of(Input<Num> input, int slots) {
        return Engine.of(one(input, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .ringSlots(slots)
                .exclusive();
    }

    private static List<Num> batch(int size, LongConsumer asked) {
        return new AbstractList<>() {
            @Override
            public Num get(int i) {
                asked.accept(i);
                return num(i);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    private static List<Long> upTo(int n) {
        return LongStream.range(0, n).boxed().toList();
    }

    private void awaitGot(int n) {
        try {
            await("those before are decided", () -> got.size() >= n);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertEquals(upTo(n), List.copyOf(got));
    }

    /** In a ring of 1,024 slots a piece is four events. */
    @Test
    void shouldPublishThePiecesThatAreCompleteWhileTheRestIsEncoded() {
        try (Engine engine = of(IN, 1024).start()) {
            engine.publisher(IN).publishBatch(batch(64, i -> {
                if (i % 16 == 15) {
                    awaitGot((int) i / 4 * 4);
                }
            }));
        }
        assertEquals(upTo(64), got);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 1024})
    void shouldPublishWhatStandsBeforeAnEventThatFailsAtAnyPlace(int slots) {
        try (Engine engine = of(asking, slots).start()) {
            Publisher<Num> p = engine.publisher(asking);
            for (int at = 0; at < 70; at++) {
                int failing = at;
                Throwable failure = at % 2 == 0 ? new IllegalStateException("broken") : new AssertionError("broken");
                LongConsumer fails = i -> {
                    if (i == failing) {
                        throw BatchFailure.unchecked(failure);
                    }
                };
                boolean inCodec = at % 3 == 0;
                whileEncoded = inCodec ? fails : i -> {};
                List<Num> batch = batch(70, inCodec ? i -> {} : fails);
                Throwable thrown = assertThrows(Throwable.class, () -> p.publishBatch(batch));
                if (thrown instanceof RefusedException refused) {
                    assertEquals(at, refused.index(), "its time could not be read");
                } else {
                    assertSame(failure, thrown);
                }
                whileEncoded = i -> {};
                assertEquals(1, p.publishBatch(List.of(num(999))));
                assertEquals(0, engine.drain(LONG));
                List<Long> expected = new ArrayList<>(upTo(at));
                expected.add(999L);
                assertEquals(expected, got, "broken at " + at);
                got.clear();
            }
        }
    }

    @Test
    void shouldSayWhichEventIsRefusedAndCountIt() {
        Input<Word> words = Input.of("words", Word.class);
        Output<Word> out = Output.of("words-out", Word.class);
        GraphBuilder g = new GraphBuilder("words");
        g.sink(out, g.source(words, ""), "");
        Topology t = g.build();
        List<String> texts = Collections.synchronizedList(new ArrayList<>());
        Engine engine =
                Engine.of(t).output(out, w -> texts.add(w.text())).exclusive().start();
        List<Word> batch = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            batch.add(new Word(i == 150 ? "too long" : "w" + i % 10));
        }
        Publisher<Word> p = engine.publisher(words);
        RefusedException refused = assertThrows(RefusedException.class, () -> p.publishBatch(batch));
        assertEquals(150, refused.index());
        assertEquals(49, p.publishBatch(batch.subList(151, 200)));
        engine.close();
        assertEquals(199, texts.size());
        assertEquals(1, engine.stats().inputs().get(0).refused());
        assertThrows(EngineStoppedException.class, () -> p.publishBatch(batch));
    }

    /** It would write into a slot that has been published. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 63})
    void shouldPublishNothingFromInsideACodec(int at) {
        try (Engine engine = of(asking, 1024).start()) {
            Publisher<Num> p = engine.publisher(asking);
            Publisher<Num> other = engine.publisher(asking);
            whileEncoded = id -> {
                if (id == at) {
                    other.publishBatch(List.of(num(1_000)));
                }
            };
            RefusedException refused = assertThrows(RefusedException.class, () -> p.publishBatch(batch(100, i -> {})));
            assertEquals(at, refused.index());
            assertTrue(
                    refused.getMessage().contains("publishes while its event is being encoded"), refused.getMessage());
            whileEncoded = id -> {};
            other.publish(num(2_000));
        }
        List<Long> expected = new ArrayList<>(upTo(at));
        expected.add(2_000L);
        assertEquals(expected, got);
    }

    /** Its own slot would be given up under it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNeitherCloseNorDrainFromInsideACodec(boolean closes) {
        for (int at = 0; at < 64; at += 5) {
            got.clear();
            Engine engine = of(asking, 1024).start();
            Runnable does = closes ? engine::close : () -> engine.drain(LONG);
            int last = at;
            whileEncoded = id -> {
                if (id == last) {
                    does.run();
                }
            };
            Publisher<Num> p = engine.publisher(asking);
            RefusedException refused = assertThrows(RefusedException.class, () -> p.publishBatch(batch(64, i -> {})));
            String says = closes ? "closes the engine" : "drains the engine";
            assertTrue(refused.getMessage().contains(says), refused.getMessage());
            whileEncoded = id -> {};
            p.publish(num(999));
            engine.close();
            List<Long> expected = new ArrayList<>(upTo(at));
            expected.add(999L);
            assertEquals(expected, got, "refused at " + at);
        }
    }

    @Test
    void shouldProcessTheWholeClaimWhenAnotherThreadClosesInTheMiddle() throws Exception {
        for (int at = 0; at < 64; at += 5) {
            got.clear();
            Engine engine = of(asking, 1024).start();
            Thread closer = new Thread(engine::close);
            int last = at;
            whileEncoded = id -> {
                if (id == last) {
                    closer.start();
                    awaitClosing(closer);
                }
            };
            Publisher<Num> p = engine.publisher(asking);
            assertEquals(64, p.publishBatch(batch(64, i -> {})));
            assertThrows(EngineStoppedException.class, () -> {
                while (true) {
                    p.publish(num(1_000)); // until it has to let go
                }
            });
            closer.join();
            assertEquals(upTo(64), got.stream().filter(id -> id < 1_000).toList(), "closed at " + at);
        }
    }

    private static void awaitClosing(Thread closer) {
        try {
            Trials.awaitClosing(closer);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTellDropsInFrontOfTheNextBatch() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        List<Long> places = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, m) -> {
                    stuck.await();
                    places.add(m.sequence());
                })
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .exclusive()
                .start();
        Publisher<Num> p = engine.publisher(IN);
        AtomicInteger asked = new AtomicInteger();
        int taken = p.publishBatch(batch(200, i -> asked.incrementAndGet()));
        assertEquals(200, asked.get(), "each once");
        stuck.countDown();
        assertEquals(0, engine.drain(LONG));
        assertEquals(10, p.publishBatch(batch(10, i -> {})));
        engine.close();
        assertEquals(taken + 10, places.size());
        assertEquals(taken + 1L, places.get(taken), "behind the entry about the drops");
        assertEquals(200 - taken, engine.stats().inputs().get(0).dropped());
    }

    /** What the list publishes while it is asked for an event comes before that, as do the drops that it causes. */
    @Test
    void shouldAskOnceForAnEventThatFindsNoSlotInTheEnd() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        List<Long> ids = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> {
                    stuck.await();
                    ids.add(n.id());
                })
                .overflow(IN, Overflow.DROP_NEWEST)
                .ringSlots(64)
                .exclusive()
                .start();
        Publisher<Num> p = engine.publisher(IN);
        AtomicInteger asked = new AtomicInteger();
        boolean[] done = new boolean[1];
        int taken = p.publishBatch(batch(16, i -> {
            asked.incrementAndGet();
            if (i == 5 && !done[0]) {
                done[0] = true;
                long q = 0;
                for (long id = 1_000; q != Publisher.DROPPED; id++) {
                    q = p.publish(num(id)); // until there is no room
                }
            }
        }));
        assertEquals(16, asked.get(), "each once");
        stuck.countDown();
        engine.close();
        assertEquals(upTo(5), ids.subList(0, 5));
        assertEquals(5, taken, "of the others there is none");
        assertEquals(12, engine.stats().inputs().get(0).dropped());
    }
}
