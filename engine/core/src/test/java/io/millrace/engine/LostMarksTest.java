package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog.Marks;
import io.millrace.state.Migration;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.transport.Resumption;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where nobody knows what receivers were given, nothing is given twice: it is in doubt, as far as no snapshot says it was taken. */
@Timeout(240)
class LostMarksTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private Setup setup() {
        return Engine.of(Trials.one(IN, TrialOp.pass(1))).journal(journal);
    }

    private Engine again() {
        return setup().output(OUT, n -> got.add(n.id())).start();
    }

    private static void publish(Engine engine, long from, long to) throws Exception {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(num(i));
        }
        engine.drain(LONG);
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldHoldInDoubtWhatTheyCountedAndGoOn() throws Exception {
        try (Engine engine = again()) {
            publish(engine, 0, 10);
        }
        journal.marksAre(Marks.UNKNOWN);
        try (Engine engine = again()) {
            assertEquals(List.of("out: 1 to 10"), engine.recovered().inDoubt());
            assertEquals(0, engine.deadLetters().total(), "nor has anybody counted letters");
            publish(engine, 10, 12);
        }
        assertEquals(ids(0, 12), got);
        try (Engine engine = again()) {
            assertEquals(List.of(), engine.recovered().inDoubt());
            publish(engine, 12, 13);
        }
        assertEquals(ids(0, 13), got);
    }

    /** It is kept when receivers have taken all that came out before it. */
    @Test
    void shouldKnowFromTheSnapshotWhatWasTaken() throws Exception {
        try (Engine engine = again()) {
            publish(engine, 0, 6);
            engine.makeSnapshot();
            publish(engine, 6, 10);
        }
        journal.marksAre(Marks.UNKNOWN);
        for (int start = 0; start < 2; start++) {
            try (Engine engine = again()) {
                assertEquals(List.of("out: 7 to 10"), engine.recovered().inDoubt());
            }
        }
        assertEquals(ids(0, 10), got);
    }

    @Test
    void shouldGiveAgainWithItsIdsWhatAReceiverKnowsByThem() throws Exception {
        SinkTrial sink = new SinkTrial() {
            @Override
            public Resumption resume(String output) {
                return Resumption.idempotent();
            }
        };
        try (Engine engine = setup().output(OUT, sink).start()) {
            publish(engine, 0, 6);
            engine.makeSnapshot();
            publish(engine, 6, 8);
        }
        journal.marksAre(Marks.UNKNOWN);
        sink.seen.clear();
        try (Engine engine = setup().output(OUT, sink).start()) {
            assertEquals(List.of(), engine.recovered().inDoubt());
            publish(engine, 8, 9);
        }
        assertEquals(
                ids(6, 9),
                sink.seen.stream().map(s -> Long.valueOf(s.split(" ")[0])).toList());
    }

    /** A number that is smaller than it was, as of a copy of another moment, cannot be mended by whoever writes the receiver. */
    @Test
    void shouldNameACureThatAMarkedReceiverHas() throws Exception {
        try (Engine engine = again()) {
            publish(engine, 0, 6);
            engine.makeSnapshot();
        }
        journal.marksAre(0);
        GraphBuilder g = new GraphBuilder("trial");
        Port first = g.operator("op", TrialOp.pass(1), null, "Trial.java:7", g.source(IN, ""));
        g.sink(OUT, g.operator("more", TrialOp.pass(1), null, "Trial.java:8", first), "");
        Setup changed = Engine.of(g.build())
                .journal(journal, Journaling.plain().migrate(Migration.none()))
                .output(OUT, n -> got.add(n.id()));
        String why = assertThrows(JournalException.class, changed::start).getMessage();
        assertTrue(
                why.contains("Put back the marks file that was copied together with the journal, "
                        + "or move the marks file away"),
                why);
    }
}
