package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.journal.JournalException;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A journal that has lost its end with the power: what of that receivers hold they give up, if they can. */
@Timeout(240)
class LostEndTest {
    /** Without ticks, so that a place is a number of events. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();

    /** Holds ten. */
    private static final class GivesUp implements Resumption.Compared {
        private final List<String> heard = new ArrayList<>();
        private long held = 10;

        @Override
        public long held() {
            return held;
        }

        @Override
        public void goOn(long outputs) {
            held = 10;
            heard.add("on behind " + outputs);
        }

        @Override
        public boolean giveUp(long outputs) {
            heard.add(outputs + " at most");
            held = outputs;
            return true;
        }

        @Override
        public void accepted() {
            heard.add("accepted");
        }
    }

    private record Sink(Resumption how) implements EventSink<Num> {
        @Override
        public void on(Num event, Meta meta) {
            // counted by what it says
        }

        @Override
        public Resumption resume(String output) {
            return how;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private Setup bound(Resumption... receivers) {
        Setup setup = Engine.of(Trials.one(IN, TrialOp.pass(1))).journal(journal);
        for (Resumption each : receivers) {
            setup.output(OUT, new Sink(each));
        }
        return setup;
    }

    private void assertRefused(Resumption... receivers) {
        String why =
                assertThrows(JournalException.class, bound(receivers)::start).getMessage();
        assertTrue(why.contains("holds 10 events, but the journal yields only 6"), why);
    }

    /** Where the journal cannot have lost its end, or a receiver gives up nothing, the start is refused, and nothing has changed. */
    @Test
    void shouldHaveReceiversGiveUpWhatTheJournalHasLostWithThePower() {
        GivesUp receiver = new GivesUp();
        try (Engine engine = bound(Resumption.after(0)).start()) {
            for (long i = 0; i < 10; i++) {
                engine.publisher(IN).publish(num(i));
            }
        }
        journal.lose(4);
        assertRefused(Resumption.compared(receiver));
        assertEquals(List.of("on behind 0"), receiver.heard);
        journal.lacksItsEnd = true;
        assertRefused(Resumption.compared(receiver), Resumption.after(10));
        assertTrue(!receiver.heard.contains("accepted"), receiver.heard.toString());
        receiver.heard.clear();
        try (Engine engine = bound(Resumption.compared(receiver)).start()) {
            assertEquals(List.of("on behind 0", "6 at most", "accepted"), receiver.heard);
            String report = engine.recovered().report();
            assertTrue(report.contains("holds 10 events, but the journal yields only 6"), report);
            assertTrue(
                    report.contains(": the machine was restarted, and the journal may have lost its end, so "
                            + "the surplus events are dropped"),
                    report);
        }
    }

    /** Behind what came out of another topology it goes on behind all that it holds: what comes in place of the lost would not be given to it. */
    @Test
    void shouldGiveUpNothingOfWhatItGoesOnBehind() {
        GivesUp receiver = new GivesUp();
        ResumedOutput goesOn = new ResumedOutput("trial", "out", Resumption.compared(receiver), null, 0, null);
        goesOn.beginBehind(5, false);
        assertEquals(List.of("on behind 5", "on behind 10"), receiver.heard);
        assertFalse(goesOn.givesUp(6));
        assertEquals(10, receiver.held());
        ResumedOutput asBefore = new ResumedOutput("trial", "out", Resumption.compared(receiver), null, 0, null);
        asBefore.beginBehind(5, true);
        assertTrue(asBefore.givesUp(6));
        assertEquals(6, receiver.held());
    }
}
