package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is in doubt is said before its receiver is given more: from then on marks know of nothing, and a start gives outputs while it reads, and
 * may be killed before it has come to its end.
 */
@Timeout(20)
class DoubtNamedTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int EVENTS = 20;

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private final Logged logged = new Logged();

    /** Of each call: what had been said of doubt by then. */
    private final List<List<String>> said = Collections.synchronizedList(new ArrayList<>());

    private boolean breaks = true;

    @AfterEach
    void close() {
        logged.close();
    }

    private Setup setup() {
        return Engine.of(Trials.one(IN, TrialOp.pass(1))).journal(journal);
    }

    private void on(Num event) {
        if (breaks && event.id() == 3) {
            throw new InternalError("made up");
        }
        said.add(doubts());
        got.add(event.id());
    }

    /** As a sink it has a thread of its own, or none. */
    private Setup bound(Setup setup, String kind) {
        return switch (kind) {
            case "called" -> setup.output(OUT, this::on);
            case "sink" -> setup.output(OUT, sink());
            default -> setup.output(OUT, sink(), Delivery.blocking());
        };
    }

    private EventSink<Num> sink() {
        return new EventSink<>() {
            @Override
            public void on(Num event, Meta meta) {
                DoubtNamedTest.this.on(event);
            }

            @Override
            public void close() {}
        };
    }

    private List<String> doubts() {
        return logged.at(Level.WARNING).stream()
                .map(LogRecord::getMessage)
                .filter(m -> m.contains("in doubt: "))
                .toList();
    }

    /** The fourth output is in doubt; behind it are many that are durable and have not gone out. */
    private void leaveOneInDoubt(int events) {
        journal.durableAtMost = -1;
        Inline inline = setup().output(OUT, this::on).inline();
        for (int i = 0; i < events; i++) {
            inline.publish(IN, num(i));
        }
        journal.durableAtMost = Long.MAX_VALUE;
        assertThrows(EngineStoppedException.class, () -> inline.doWork(0));
        assertThrows(EngineStoppedException.class, inline::close);
        assertEquals(List.of(0L, 1L, 2L), got);
        breaks = false;
        got.clear();
        said.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"called", "sink"})
    void shouldSayWhatIsInDoubtBeforeItGivesMore(String kind) {
        leaveOneInDoubt(EVENTS);
        Inline again = bound(setup(), kind).inline();
        List<String> behind = doubts();
        assertEquals(2, behind.size(), "by itself, and with what else was found: " + behind);
        again.close();
        assertEquals(EVENTS - 4, got.size());
        assertEquals(4L, got.get(0));
        String first = "engine trial: in doubt: out: 4 to 4; its receiver is given what is behind that from here on";
        assertEquals(List.of(first), said.get(0), "within the start, which has not yet told what it found");
        assertEquals(2, doubts().size(), "and no more of it");
    }

    /** Its thread may begin behind the start. */
    @Test
    void shouldSayItBeforeAThreadGivesMore() {
        leaveOneInDoubt(EVENTS);
        bound(setup(), "thread").inline().close();
        assertEquals(EVENTS - 4, got.size());
        assertTrue(
                said.get(0).get(0).contains("in doubt: out: 4 to 4"),
                said.get(0).toString());
    }

    /** What was said with all that was found is not said again. */
    @Test
    void shouldSayItOnceWhereNothingGoesOutWithinTheStart() {
        leaveOneInDoubt(4);
        try (Inline again = bound(setup(), "called").inline()) {
            assertEquals(List.of("out: 4 to 4"), again.recovered().inDoubt());
            again.publish(IN, num(4));
        }
        assertEquals(List.of(4L), got);
        assertEquals(1, doubts().size(), doubts().toString());
    }
}
