package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.Input;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is on its way when a host with a journal is closed or its sources stop; and one with a single publisher. */
@Timeout(240)
class ClosingJournalTest {
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldTakeWhatAReceiverPublishesWhileTheLastOutputsAreLetOut() throws Exception {
        journal.durableAtMost = -1;
        AtomicReference<Publisher<Num>> publisher = new AtomicReference<>();
        Engine engine = Engine.of(Trials.one(IN, TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> {
                    got.add(n.id());
                    if (n.id() == 0) {
                        publisher.get().publish(num(1));
                    }
                })
                .start();
        publisher.set(engine.publisher(IN));
        publisher.get().publish(num(0));
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread closes = new Thread(engine::close);
        closes.setUncaughtExceptionHandler((t, e) -> failed.set(e));
        closes.start();
        Thread.sleep(100); // until closing waits for the journal; what is said here holds at any moment
        journal.durableAtMost = Long.MAX_VALUE;
        closes.join();
        assertEquals(null, failed.get());
        assertEquals(ids(0, 2), List.copyOf(got));
        assertEquals(2, journal.entries());
        assertEquals(0, engine.deadLetters().total());
    }

    @Test
    void shouldTakeWhatAReceiverPublishesWhileAnInlineHostLetsOutTheLastOutputs() throws Exception {
        journal.durableAtMost = -1;
        Inline[] host = new Inline[1];
        host[0] = Engine.of(Trials.one(IN, TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> {
                    got.add(n.id());
                    if (n.id() == 0) {
                        host[0].publish(IN, num(1));
                    }
                })
                .inline();
        host[0].publish(IN, num(0));
        Thread owner = Thread.currentThread();
        Thread makesDurable = new Thread(() -> {
            try {
                await("closing waits for the journal", () -> owner.getState() == Thread.State.TIMED_WAITING);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            journal.durableAtMost = Long.MAX_VALUE;
        });
        makesDurable.start();
        host[0].close();
        makesDurable.join();
        assertEquals(ids(0, 2), List.copyOf(got));
        assertEquals(2, journal.entries());
        assertEquals(0, host[0].deadLetters().total());
    }

    /** Begins anew each time; fails once on its way, and goes on behind that. */
    private static final class FailsOnce extends Trials.Counting {
        private int untilFailure;

        FailsOnce(int failsAt, int end) {
            super(0, end, true);
            untilFailure = failsAt;
        }

        @Override
        public int poll(Target<? super Num> target, int most) throws Exception {
            if (untilFailure-- == 0) {
                throw new IllegalStateException("away for a moment");
            }
            return super.poll(target, 1);
        }
    }

    @Test
    void shouldGoOnWithASourceThatFailedWhereItWas() throws Exception {
        for (int[] life : new int[][] {{50, 50}, {70, 100}}) {
            try (Inline inline = Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                    .journal(journal)
                    .input(IN, new FailsOnce(life[0], life[1]))
                    .output(OUT, n -> got.add(n.id()))
                    .inline()) {
                assertThrows(IllegalStateException.class, inline::run);
                if (life[1] > life[0]) {
                    inline.run();
                }
            }
        }
        assertEquals(ids(0, 100), List.copyOf(got));
    }

    @Test
    void shouldKeepAJournalOfAnEngineWithASinglePublisher() throws Exception {
        for (int life = 0; life < 3; life++) {
            try (Engine engine = Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                    .journal(journal)
                    .exclusive()
                    .output(OUT, n -> got.add(n.id()))
                    .start()) {
                assertEquals(40L * life, engine.recovered().next());
                Publisher<Num> publisher = engine.publisher(IN);
                for (long i = 40L * life; i < 40L * (life + 1); i++) {
                    publisher.publish(num(i));
                }
            }
        }
        try (Engine engine = Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                .journal(journal)
                .exclusive()
                .output(OUT, n -> got.add(n.id()))
                .start()) {
            engine.publisher(IN).end();
        }
        assertEquals(ids(0, 120), List.copyOf(got));
    }
}
