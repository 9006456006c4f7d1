package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several events at once are the same entries as one after another. */
@Tag("jit")
@Timeout(60)
class PublishBatchTest {
    record Word(@Length(3) String text) {}

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
            for (int host = 0; host < 3; host++) {
                Random random = new Random(seed);
                List<String> out = Collections.synchronizedList(new ArrayList<>());
                seen.add(out);
                Setup setup = Engine.of(t)
                        .outputWithMeta(OUT, (n, m) -> out.add(SinkTrial.text(n, m)))
                        .ringSlots(64);
                Header header = new Header();
                Engine live = host == 2 ? setup.start() : null;
                Inline inline = host == 2 ? null : setup.inline();
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
        }
    }

    @Test
    void shouldStandSideBySideWhereThereIsRoom() throws Exception {
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
                for (int i = 0; i < 5_000; i += 5) {
                    List<Num> batch = new ArrayList<>();
                    for (int j = 0; j < 5; j++) {
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
        assertEquals(15_000, got.size());
        for (int i = 0; i < got.size(); i++) {
            assertEquals(i, got.get(i)[1]);
            if (i % 5 != 0) {
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
}
