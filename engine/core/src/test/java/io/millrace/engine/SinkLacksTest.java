package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.Resumption;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a sink with a thread is said to lack, behind a start that gives it ten outputs and has it wait until all are there. */
@Timeout(240)
class SinkLacksTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = Trials.one(IN, TrialOp.pass(1));

    private final MemoryJournal journal = new MemoryJournal();
    private final CountDownLatch open = new CountDownLatch(1);

    /** Says by a number what it holds. */
    private static final class Counting extends SinkTrial {
        long held;

        @Override
        public Resumption resume(String output) {
            return Resumption.after(held);
        }
    }

    private final Counting sink = new Counting();

    @BeforeEach
    void tenEntries() {
        try (Inline inline = Engine.of(PASS).journal(journal).discard(OUT).inline()) {
            for (int i = 0; i < 10; i++) {
                inline.publish(IN, num(i));
            }
        }
    }

    private String lost(Delivery delivery) {
        sink.delivery = delivery.slots(16);
        Engine engine = Engine.of(PASS).journal(journal).output(OUT, sink).start();
        open.countDown();
        return assertThrows(EngineStoppedException.class, engine::close).getMessage();
    }

    /** Those that it holds pass by. */
    @Test
    void shouldNameTheFirstThatItTookAndNotTheFirstThatCameBy() {
        sink.held = 4;
        sink.inOn = open::await;
        sink.inFlush = () -> {
            if (sink.seen.size() == 6) {
                throw new IOException("no line");
            }
        };
        String lost = lost(Delivery.blocking());
        assertTrue(
                lost.endsWith("may have lost the 6 events that it took after its last flush, the first "
                        + "of them from entry 4"),
                lost);
    }

    @Test
    void shouldNameWhatItHadTakenWhenItStopsBeforeAnEventThatItHasNotTaken() {
        assertNamesBoth(Delivery.blocking());
    }

    /** What is counted is a failure to flush. */
    @Test
    void shouldNameThatAlsoWhereFailuresAreCounted() {
        assertNamesBoth(Delivery.blocking().countFailures());
    }

    private void assertNamesBoth(Delivery delivery) {
        sink.inOn = () -> {
            open.await();
            if (sink.seen.size() == 3) {
                throw new IOException("no line");
            }
        };
        String lost = lost(delivery);
        String lacks = "did not take 7 events that were handed to it, the first of them from entry 3"
                + "; it may have lost the 3 events that it took after its last flush, the first of them from entry 0";
        assertTrue(lost.endsWith(lacks), lost);
        assertEquals(3, sink.seen.size());
    }
}
