package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
 * What is in doubt is said by each start until its receiver has dealt with more, of which marks know then and of nothing else, and in the log
 * before it is given that: a start gives outputs while it reads, and may be killed before it has come to its end.
 */
@Timeout(240)
class DoubtNamedTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int EVENTS = 20;
    private static final long NEVER = -1;
    private static final String FIRST =
            "engine trial: in doubt: out: 4 to 4; from here on, its receiver is given the outputs after those";

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private final Logged logged = new Logged();

    /** Of each call: what had been said of doubt by then. */
    private final List<List<String>> said = Collections.synchronizedList(new ArrayList<>());

    /** The machine fails in its receiver. */
    private volatile long breaksAt = 3;

    @AfterEach
    void close() {
        logged.close();
    }

    private Setup setup() {
        return Engine.of(Trials.one(IN, TrialOp.pass(1))).journal(journal);
    }

    private void on(Num event) {
        if (event.id() == breaksAt) {
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
        breaksAt = NEVER;
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
        assertEquals(List.of(FIRST), said.get(0), "within the start, which has not yet told what it found");
        assertEquals(2, doubts().size(), "and no more of it");
    }

    /** The next start does not come to its end before the receiver was given more, by whatever thread. */
    private void holdStart() {
        journal.reading = at -> {
            while (at == EVENTS - 1 && got.isEmpty()) {
                assertFalse(Thread.interrupted(), "its thread gives nothing");
                Thread.yield();
            }
        };
    }

    @Test
    void shouldSayItBeforeAThreadGivesMore() {
        leaveOneInDoubt(EVENTS);
        holdStart();
        bound(setup(), "thread").inline().close();
        assertEquals(EVENTS - 4, got.size());
        assertEquals(List.of(FIRST), said.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"called", "sink", "thread"})
    void shouldGiveWhatIsBehindThoughTheLogFails(String kind) {
        leaveOneInDoubt(EVENTS);
        holdStart();
        logged.breaksAt = "its receiver is given the outputs after those";
        try (Inline again = bound(setup(), kind).inline()) {
            assertEquals(List.of("out: 4 to 4"), again.recovered().inDoubt());
        }
        assertEquals(EVENTS - 4, got.size());
        assertEquals(4L, got.get(0));
        assertEquals(2, doubts().size(), doubts().toString());
    }

    /** A start that were refused for that would have moved the marks, and told nobody. */
    @Test
    void shouldBeToldByTheEngineThoughTheLogNeverWorks() {
        leaveOneInDoubt(EVENTS);
        logged.breaksAt = "in doubt: ";
        try (Inline again = bound(setup(), "called").inline()) {
            assertEquals(List.of("out: 4 to 4"), again.recovered().inDoubt());
        }
        assertEquals(EVENTS - 4, got.size());
    }

    /** Neither a start nor a close settles it. */
    @Test
    void shouldBeSaidByEachStartUntilItsReceiverHasDealtWithMore() {
        leaveOneInDoubt(4);
        for (int start = 1; start <= 3; start++) {
            try (Inline again = bound(setup(), "called").inline()) {
                assertEquals(List.of("out: 4 to 4"), again.recovered().inDoubt(), "start " + start);
            }
            assertEquals(start, doubts().size(), doubts().toString());
        }

        breaksAt = 4; // it was given that one, and has not dealt with it
        Inline broken = bound(setup(), "called").inline();
        assertThrows(EngineStoppedException.class, () -> {
            broken.publish(IN, num(4));
            broken.doWork(0);
        });
        assertThrows(EngineStoppedException.class, broken::close);
        breaksAt = NEVER;
        try (Inline again = bound(setup(), "called").inline()) {
            assertEquals(List.of("out: 4 to 5"), again.recovered().inDoubt());
            again.publish(IN, num(5));
        }
        assertEquals(List.of(5L), got);
        try (Inline again = bound(setup(), "called").inline()) {
            assertEquals(List.of(), again.recovered().inDoubt());
        }
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
