package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Meta;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sinks that gather and write, one of them right for each way to resume, and some with the faults that sinks have. */
class SinkTrialTest {
    /** What a sink does wrong. */
    private enum Fault {
        NONE,
        FORGETS_BEFORE_IT_WRITES,
        WRITES_AGAIN_FROM_THE_BEGINNING,
        TAKES_BEFORE_IT_REFUSES,
        WRITES_THE_NEWEST_FIRST,
        COUNTS_WHAT_IT_GATHERS
    }

    private static final int ROOM = 4;

    /** Behind all sinks of a case: a list, that takes one event a write. */
    private record Lines(Resumption way, Fault fault, List<Long> lines) implements SinkTrial.Outside<Long> {
        @Override
        public EventSink<Long> open(SinkFaults faults) {
            return new Gathering(this, faults);
        }

        @Override
        public List<Long> held() {
            return lines;
        }
    }

    private static final class Gathering implements EventSink<Long> {
        private final Lines to;
        private final SinkFaults faults;
        private final List<Long> gathered = new ArrayList<>();

        Gathering(Lines to, SinkFaults faults) {
            this.to = to;
            this.faults = faults;
        }

        @Override
        public Resumption resume(String output) {
            boolean early = to.fault == Fault.COUNTS_WHAT_IT_GATHERS && !to.lines.isEmpty();
            return to.way != null ? to.way : Resumption.after(to.lines.size() + (early ? 1 : 0));
        }

        @Override
        public void on(Long event, Meta meta) throws IOException {
            if (to.fault == Fault.TAKES_BEFORE_IT_REFUSES) {
                gathered.add(event);
            }
            if (gathered.size() >= ROOM) {
                flush();
            }
            if (to.fault != Fault.TAKES_BEFORE_IT_REFUSES) {
                gathered.add(event);
            }
        }

        @Override
        public void flush() throws IOException {
            List<Long> all = List.copyOf(gathered);
            if (to.fault == Fault.FORGETS_BEFORE_IT_WRITES) {
                gathered.clear();
            }
            for (long event : all) {
                faults.write();
                if (to.way != Resumption.idempotent() || !to.lines.contains(event)) {
                    to.lines.add(to.fault == Fault.WRITES_THE_NEWEST_FIRST ? 0 : to.lines.size(), event);
                }
                if (to.fault != Fault.WRITES_AGAIN_FROM_THE_BEGINNING) {
                    gathered.remove(event);
                }
            }
            gathered.clear();
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** Somebody who has forgotten to ask. */
    private static final class Unasked implements SinkTrial.Outside<Long> {
        private final Lines lines = new Lines(null, Fault.NONE, new ArrayList<>());

        @Override
        public EventSink<Long> open(SinkFaults faults) {
            return lines.open(new SinkFaults(SinkFaults.Kind.ONCE, Long.MAX_VALUE));
        }

        @Override
        public List<Long> held() {
            return lines.held();
        }
    }

    private static SinkTrial<Long> trial(Resumption way, Fault fault) {
        return SinkTrial.of(() -> new Lines(way, fault, new ArrayList<>()), n -> n);
    }

    private static String wrong(Resumption way, Fault fault) {
        return assertThrows(AssertionError.class, () -> trial(way, fault).run()).getMessage();
    }

    @Test
    void shouldFindNothingWrongWithASinkThatIsRight() {
        assertEquals(3 * 101, trial(null, Fault.NONE).run(), "each of 100 writes, and one that never comes");
        assertEquals(3 * 101, trial(Resumption.marked(), Fault.NONE).run());
        assertTrue(trial(Resumption.idempotent(), Fault.NONE).run() >= 3 * 101);
        assertTrue(trial(null, Fault.NONE).events(20).flushEvery(1).attempts(1).run() >= 3 * 21);
    }

    @Test
    void shouldNameTheWriteAndTheEvents() {
        assertEquals(
                "write 1 fails once: 0 is lost; 1 is lost; 2 is lost; 3 is lost",
                wrong(Resumption.marked(), Fault.FORGETS_BEFORE_IT_WRITES));
        assertEquals("write 2 fails once: 0 is there 2 times", wrong(null, Fault.WRITES_AGAIN_FROM_THE_BEGINNING));
    }

    @Test
    void shouldFindEachFault() {
        for (Fault fault : Fault.values()) {
            if (fault != Fault.NONE) {
                wrong(fault == Fault.TAKES_BEFORE_IT_REFUSES ? Resumption.marked() : null, fault);
            }
        }
    }

    /** A sink that meets none is right under each of them. */
    @Test
    void shouldNotTakeATrialWithoutFaultsForOneThatHeld() {
        String said = assertThrows(
                        AssertionError.class,
                        () -> SinkTrial.of(Unasked::new, n -> n).run())
                .getMessage();
        assertEquals(
                "100 events were handed over, and faults.write() was never called, so no fault was tried; call it at each"
                        + " write of what Outside.open answers",
                said);
    }

    @Test
    void shouldRefuseSettingsThatMeanNothing() {
        SinkTrial<Long> trial = trial(null, Fault.NONE);
        assertThrows(IllegalArgumentException.class, () -> trial.events(0));
        assertThrows(IllegalArgumentException.class, () -> trial.flushEvery(0));
        assertThrows(IllegalArgumentException.class, () -> trial.attempts(0));
    }
}
