package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.runtime.Core;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start says that takes long, and one that cannot end well. */
class RecoveryProgressTest {
    @Test
    void shouldTellEachFewSecondsHowFarItIs() {
        long[] now = {7};
        List<String> told = new ArrayList<>();
        RecoveryProgress progress = new RecoveryProgress("e", 1_000, 50_000, () -> now[0], told::add);
        for (long sequence = 1_000; sequence < 50_000; sequence++) {
            now[0] += 500_000;
            progress.at(sequence);
        }
        assertEquals(4, told.size(), "in 24.5 seconds: " + told);
        assertEquals("engine e is starting: 10240 of 49000 entries of its journal are worked out again", told.get(0));
    }

    @Test
    void shouldRefuseAJournalThatTakesNoEventOfTheLongest() {
        Input<Num> in = Num.input("in").historic();
        Topology topology = Trials.one(in, TrialOp.unguarded(n -> {}));
        MemoryJournal journal = new MemoryJournal();
        int largest = Core.largestEntry(topology);
        journal.longest = largest;
        Engine.of(topology).journal(journal).output(OUT, n -> {}).start().close();
        journal.longest = largest - 1;
        String refused = assertThrows(
                        JournalException.class,
                        () -> Engine.of(topology)
                                .journal(journal)
                                .output(OUT, n -> {})
                                .start())
                .getMessage();
        assertTrue(
                refused.contains("events of up to " + largest + " bytes")
                        && refused.contains("entries of up to " + (largest - 1) + ": give the journal more"),
                refused);
        assertEquals(2, journal.closed);
    }
}
