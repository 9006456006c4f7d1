package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An inline host that is killed leaves a digest, as a live one does, so that what comes next has something to compare with. */
@Timeout(20)
class InlineDigestTest {
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();

    private static Topology keeps(long least) {
        return Trials.one(IN, TrialOp.keep(n -> n.id() >= least));
    }

    private Setup setup(long least) {
        return Engine.of(keeps(least)).journal(journal).output(OUT, n -> {});
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
                    again.recovered().toString().contains("what was put out before is not what is put out now"),
                    again.recovered().toString());
        }
    }
}
