package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several events at once are the same entries as one after another. */
@Tag("jit")
@Timeout(240)
class PublishBatchTest {
    record Word(@Length(3) String text) {}

    /** Claims of 16, 32 and 64, which are published in pieces of 2, 2 and 4. */
    private static final int[] RINGS = {64, 128, 256, 1024};

    private static final Input<Num> IN = Num.input("in").historic();
    private static final Input<Word> WORDS = Input.of("words", Word.class);
    private static final Output<Word> WORDS_OUT = Output.of("words-out", Word.class);

    private static Topology words() {
        GraphBuilder g = new GraphBuilder("words");
        g.sink(WORDS_OUT, g.source(WORDS, ""), "");
        return g.build();
    }

    @Test
    void shouldGiveTheSameEntriesAsOneAfterAnother() {
        for (int seed = 0; seed < 30; seed++) {
            Topology t = one(IN, seed % 2 == 0 ? TrialOp.several(2) : Agenda.buckets(3, 40));
            List<List<String>> seen = new ArrayList<>();
            for (int host = 0; host < 4; host++) {
                Random random = new Random(seed);
                List<String> out = Collections.synchronizedList(new ArrayList<>());
                seen.add(out);
                Setup setup = Engine.of(t)
                        .outputWithMeta(OUT, (n, m) -> out.add(SinkTrial.text(n, m)))
                        .ringSlots(RINGS[seed / 2 % RINGS.length]);
                Header header = new Header();
                Engine live = host < 2
                        ? null
                        : host == 2 ? setup.start() : setup.exclusive().start();
                Inline inline = live == null ? setup.inline() : null;
                Publisher<Num> p = live != null ? live.publisher(IN) : inline.publisher(IN);
                long at = 0;
                for (int b = 0; b < 12; b++) {
                    List<Num> batch = new ArrayList<>();
                    for (int n = random.nextInt(b == 5 ? 400 : 30); n > 0; n--) {
                        batch.add(new Num(at++, at / 3));
                    }
                    header.clear().correlationId(b);
                    if (host == 0) {
                        batch.forEach(e -> p.publish(e, header));
                    } else {
                        assertEquals(batch.size(), p.publishBatch(batch, header));
                    }
                }
                if (live != null) {
                    live.close();
                }
            }
            assertEquals(seen.get(0), seen.get(1), "inline, seed " + seed);
            assertEquals(seen.get(0), seen.get(2), "live, seed " + seed);
            assertEquals(seen.get(0), seen.get(3), "exclusive, seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 64})
    void shouldStandSideBySideWhereThereIsRoom(int size) throws Exception {
        int each = 80 * size;
        List<long[]> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .outputWithMeta(OUT, (n, m) -> got.add(new long[] {n.id(), m.sequence()}))
                .ringSlots(1 << 16)
                .start();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            long base = p * 1_000_000L;
            Thread t = new Thread(() -> {
                Publisher<Num> publisher = engine.publisher(IN);
                for (int i = 0; i < each; i += size) {
                    List<Num> batch = new ArrayList<>();
                    for (int j = 0; j < size; j++) {
                        batch.add(num(base + i + j));
                    }
                    publisher.publishBatch(batch);
                }
            });
            threads.add(t);
            t.start();
        }
        for (Thread t : threads) {
            t.join();
        }
        engine.close();
        assertEquals(3 * each, got.size());
        for (int i = 0; i < got.size(); i++) {
            assertEquals(i, got.get(i)[1]);
            if (i % size != 0) {
                assertEquals(got.get(i - 1)[0] + 1, got.get(i)[0], "one claim a batch");
            }
        }
    }

    @Test
    void shouldPublishWhatStandsBeforeARefusedEvent() {
        for (boolean live : new boolean[] {true, false}) {
            List<String> got = Collections.synchronizedList(new ArrayList<>());
            Setup setup = Engine.of(words()).output(WORDS_OUT, w -> got.add(w.text()));
            List<Word> batch = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                batch.add(new Word(i == 150 ? "too long" : "w" + i % 10));
            }
            Engine engine = live ? setup.start() : null;
            Inline inline = live ? null : setup.inline();
            Publisher<Word> p = live ? engine.publisher(WORDS) : inline.publisher(WORDS);
            RefusedException refused = assertThrows(RefusedException.class, () -> p.publishBatch(batch));
            assertEquals(150, refused.index());
            assertTrue(refused.getMessage().startsWith("event 150 of the batch: "), refused.getMessage());
            assertEquals(49, p.publishBatch(batch.subList(151, 200)));
            assertEquals(0, p.publishBatch(List.of()));
            EngineStats stats;
            if (live) {
                engine.close();
                stats = engine.stats();
                assertThrows(EngineStoppedException.class, () -> p.publishBatch(batch));
            } else {
                stats = inline.stats();
            }
            assertEquals(199, got.size());
            assertEquals(1, stats.inputs().get(0).refused());
        }
    }

    @Test
    void shouldPublishWhatStandsBeforeAnEventThatCannotBeRead() {
        for (boolean live : new boolean[] {true, false}) {
            List<Long> got = Collections.synchronizedList(new ArrayList<>());
            Setup setup = Engine.of(one(IN, TrialOp.pass(1))).output(OUT, n -> got.add(n.id()));
            Engine engine = live ? setup.start() : null;
            Inline inline = live ? null : setup.inline();
            Publisher<Num> p = live ? engine.publisher(IN) : inline.publisher(IN);
            List<Num> batch = new AbstractList<>() {
                @Override
                public Num get(int i) {
                    if (i == 2) {
                        throw new IllegalStateException("cannot be read");
                    }
                    return num(i);
                }

                @Override
                public int size() {
                    return 4;
                }
            };
            assertThrows(IllegalStateException.class, () -> p.publishBatch(batch));
            if (live) {
                engine.close();
            }
            assertEquals(List.of(0L, 1L), got, live ? "live" : "inline");
        }
    }

    /** Wherever it stands, in whatever ring: those before it have their places, those behind it none, and the publisher goes on. */
    @ParameterizedTest
    @ValueSource(ints = {64, 128, 1024})
    void shouldPublishWhatStandsBeforeAnEventThatFailsAtAnyPlace(int slots) {
        int size = 70;
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        try (Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .ringSlots(slots)
                .start()) {
            Publisher<Num> p = engine.publisher(IN);
            for (int at = 0; at < size; at++) {
                Throwable failure = switch (at % 3) {
                    case 0 -> new IllegalStateException("broken");
                    case 1 -> new AssertionError("broken");
                    default -> new IOException("broken, and not declared");
                };
                List<Num> batch = failingAt(at, size, failure);
                assertSame(failure, assertThrows(Throwable.class, () -> p.publishBatch(batch)));
                assertEquals(1, p.publishBatch(List.of(num(999))));
                engine.drain(Duration.ofSeconds(50));
                List<Long> expected =
                        new ArrayList<>(LongStream.range(0, at).boxed().toList());
                expected.add(999L);
                assertEquals(expected, got, "broken at " + at);
                got.clear();
            }
        }
    }

    /** Stack or memory is at its end: what has no place by then gets none, and the publisher goes on. */
    @ParameterizedTest
    @ValueSource(ints = {3, 20})
    void shouldClaimNothingBehindAnErrorOfTheMachine(int at) {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        int claim = 16;
        try (Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .ringSlots(4 * claim)
                .start()) {
            Publisher<Num> p = engine.publisher(IN);
            List<Num> batch = failingAt(at, 2 * claim, new StackOverflowError("broken"));
            assertThrows(StackOverflowError.class, () -> p.publishBatch(batch));
            p.publishBatch(List.of(num(999)));
        }
        List<Long> expected =
                new ArrayList<>(LongStream.range(0, at / claim * claim).boxed().toList());
        expected.add(999L);
        assertEquals(expected, got);
    }

    /** A refusal would say that those before it have been published; anything else came first. */
    @Test
    void shouldSayBothWhereThoseBeforeFailToo() {
        Engine words = Engine.of(words()).discard(WORDS_OUT).start();
        Publisher<Word> w = words.publisher(WORDS);
        Engine engine = Engine.of(one(IN, TrialOp.pass(1))).discard(OUT).start();
        Publisher<Num> p = engine.publisher(IN);
        words.close();
        engine.close();
        EngineStoppedException stopped = assertThrows(
                EngineStoppedException.class, () -> w.publishBatch(List.of(new Word("w"), new Word("too long"))));
        assertEquals(1, ((RefusedException) stopped.getSuppressed()[0]).index());
        assertEquals(0, words.stats().inputs().get(0).refused(), "as one after another, that one had not come");
        RefusedException refused =
                assertThrows(RefusedException.class, () -> w.publishBatch(List.of(new Word("too long"))));
        assertEquals(0, refused.index());
        for (Throwable first :
                List.of(new IllegalStateException("broken"), new AssertionError("broken"), new IOException())) {
            assertSame(first, assertThrows(Throwable.class, () -> p.publishBatch(failingAt(1, 2, first))));
            assertEquals(EngineStoppedException.class, first.getSuppressed()[0].getClass());
            Throwable alone = first instanceof Error ? new AssertionError() : new IllegalStateException();
            assertSame(alone, assertThrows(Throwable.class, () -> p.publishBatch(failingAt(0, 2, alone))));
            assertEquals(0, alone.getSuppressed().length, "nothing was published, and nothing asked");
        }
    }

    @Test
    void shouldThrowAnErrorInFavourOfAnException() {
        RuntimeException exception = new IllegalStateException("first");
        Error error = new AssertionError("then");
        assertSame(error, BatchFailure.both(exception, error));
        assertSame(exception, error.getSuppressed()[0]);
        Error other = new AssertionError("first");
        assertSame(other, BatchFailure.both(other, error));
        assertSame(error, other.getSuppressed()[0]);
        assertSame(other, BatchFailure.both(other, other));
    }

    @Test
    void shouldAskAListOnceHowLongItIs() {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .start();
        int published = engine.publisher(IN).publishBatch(new AbstractList<Num>() {
            private int size = 3;

            @Override
            public Num get(int i) {
                return num(i);
            }

            @Override
            public int size() {
                return size--;
            }
        });
        engine.close();
        assertEquals(3, published);
        assertEquals(List.of(0L, 1L, 2L), got);
    }

    /** User code runs before the claim: what another publishes meanwhile stands in front of it, never in it. */
    @Test
    void shouldBeOneClaimWhateverComesWhileItIsEncoded() {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .ringSlots(1024)
                .start();
        Publisher<Num> other = engine.publisher(IN);
        int size = 64;
        int published = engine.publisher(IN).publishBatch(new AbstractList<Num>() {
            @Override
            public Num get(int i) {
                other.publish(num(i));
                return num(size + i);
            }

            @Override
            public int size() {
                return size;
            }
        });
        engine.close();
        assertEquals(size, published);
        assertEquals(LongStream.range(0, 2 * size).boxed().toList(), got);
    }

    private static List<Num> failingAt(int at, int size, Throwable failure) {
        return new AbstractList<>() {
            @Override
            public Num get(int i) {
                if (i == at) {
                    throw BatchFailure.unchecked(failure); // as a list of another language may, whatever it is
                }
                return num(i);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** What a publisher was told is in, is; and of each that was told nothing, a beginning. */
    @Test
    void shouldLoseNothingThatWasTakenWhenItClosesInTheMiddle() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<Long> got = Collections.synchronizedList(new ArrayList<>());
            Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                    .output(OUT, n -> got.add(n.id()))
                    .ringSlots(RINGS[round % RINGS.length])
                    .start();
            long[] taken = new long[2];
            CountDownLatch begun = new CountDownLatch(2);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                int own = t;
                threads.add(new Thread(() -> publishUntilClosed(engine.publisher(IN), own, taken, begun)));
                threads.get(t).start();
            }
            begun.await();
            engine.close();
            long[] next = new long[2];
            for (Thread t : threads) {
                t.join();
            }
            for (long id : got) {
                int own = (int) (id >>> 32);
                assertEquals(
                        next[own]++, id & 0xffff_ffffL, "of publisher " + own + ", in its order and without a gap");
            }
            for (int t = 0; t < 2; t++) {
                assertTrue(next[t] >= taken[t] && next[t] <= taken[t] + 100, next[t] + " came, " + taken[t] + " taken");
            }
        }
    }

    private static void publishUntilClosed(Publisher<Num> publisher, int own, long[] taken, CountDownLatch begun) {
        List<Num> batch = new ArrayList<>();
        try {
            for (long from = 0; ; from += batch.size()) {
                batch.clear();
                for (long i = from; i < from + 100; i++) {
                    batch.add(num((long) own << 32 | i));
                }
                taken[own] += publisher.publishBatch(batch);
                begun.countDown();
            }
        } catch (EngineStoppedException e) {
            // as it should be
        }
    }
}
