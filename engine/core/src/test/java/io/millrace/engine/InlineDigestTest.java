package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalLog;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An inline host that is killed leaves a digest, as a live one does, so that what comes next has something to compare with. */
@Timeout(240)
class InlineDigestTest {
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();

    private static Topology keeps(long least) {
        return Trials.one(IN, TrialOp.keep(n -> n.id() >= least));
    }

    private Setup setup(long least) {
        return Engine.of(keeps(least)).journal(journal).output(OUT, n -> {});
    }

    /** A thread that ended without a word would leave none from then on. */
    @Test
    void shouldGoOnBehindAFailure() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger();
        Journal fails = StandIn.journal(
                journal,
                log -> StandIn.of(JournalLog.class, log, name -> {
                    if (name.equals("durable")
                            && Thread.currentThread().getName().endsWith("-digest")
                            && failures.getAndIncrement() < 2) {
                        throw new AssertionError("on purpose");
                    }
                    return null;
                }));
        try (Inline inline =
                Engine.of(keeps(0)).journal(fails).output(OUT, n -> {}).inline()) {
            inline.publish(IN, num(1));
            await("it is kept by the next look", () -> {
                inline.doWork();
                return journal.notes.containsKey(JournalDigest.NAME);
            });
        }
    }

    @Test
    void shouldBeKeptBeforeItIsClosed() throws InterruptedException {
        Inline inline = setup(0).inline();
        for (int i = 0; i < 10; i++) {
            inline.publish(IN, num(i));
        }
        await("it is kept while its owner works", () -> {
            inline.doWork();
            return journal.notes.containsKey(JournalDigest.NAME);
        });
        journal.crash();
        inline.close();
        Replay.Report same =
                Replay.of(Engine.of(keeps(0)).discard(OUT), journal).run();
        assertTrue(same.isEqual());
        assertTrue(same.compared() > 0, "compared with what was put out before the crash");
        Replay.Report other =
                Replay.of(Engine.of(keeps(5)).discard(OUT), journal).run(); // a function that is another one now
        assertEquals("out", other.node());
        try (Inline again = setup(5).inline()) {
            assertNotNull(again.recovered());
            assertTrue(
                    again.recovered().toString().contains("the outputs differ from those of the last run"),
                    again.recovered().toString());
        }
    }
}
