package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EntryForm;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.journal.Journal;
import io.millrace.operator.Node;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A view shows the rows of one host at a time. */
@Timeout(240)
class ViewHostsTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int ROWS = 4;

    private final View<Num> view = View.of(OUT, Num::id).rowsAtMost(ROWS);

    /** Those with a time of their own set the row of their id, the others take it away. */
    private static Topology rows() {
        TrialOp op = TrialOp.of("rows", context -> {
            Node rest = context.rest(0);
            return flow -> {
                flow.form(flow.<Num>value().timeNs() == 0 ? EntryForm.RETRACTION : EntryForm.INSERT);
                return rest.on(flow);
            };
        });
        op.makesUpdates = true;
        return Trials.one(IN, op);
    }

    private Setup setup(Journal journal) {
        Setup setup = Engine.of(rows()).output(OUT, view);
        return journal == null ? setup : setup.journal(journal);
    }

    private static void publish(Inline host, long timeNs, long... ids) {
        for (long id : ids) {
            host.publish(IN, new Num(id, timeNs));
        }
        host.doWork(0);
    }

    private List<Long> shown() {
        return view.all().rows().stream().map(Num::id).toList();
    }

    @Test
    void shouldBeginWithoutRowsOnTheNextHost() {
        try (Inline host = setup(null).inline()) {
            publish(host, 1, 1, 2, 3);
        }
        assertEquals(List.of(1L, 2L, 3L), shown(), "of a host that has closed");
        try (Inline host = setup(null).inline()) {
            assertEquals(new View.Rows<Num>(-1, List.of()), view.all());
            publish(host, 1, 9);
            assertEquals(List.of(9L), shown());
        }
    }

    /** Rows of the snapshot and of the host before would be more than there may be. */
    @Test
    void shouldShowWhatASnapshotHasAndNotWhatTheHostBeforeLeft() {
        MemoryJournal journal = new MemoryJournal();
        Inline killed = setup(journal).inline();
        publish(killed, 1, 1, 2, 3);
        killed.makeSnapshot();
        journal.crash();
        killed.close();
        try (Inline host = setup(null).inline()) {
            publish(host, 1, 5, 6, 7, 8);
        }
        try (Inline host = setup(journal).inline()) {
            assertEquals(3, host.recovered().first());
            assertEquals(List.of(1L, 2L, 3L), shown());
            publish(host, 1, 4);
            assertEquals(List.of(1L, 2L, 3L, 4L), shown());
        }
    }

    @Test
    void shouldRefuseASecondHostWhileTheFirstRuns() {
        try (Inline host = setup(null).inline()) {
            publish(host, 1, 1);
            for (Journal journal : new Journal[] {null, new MemoryJournal()}) {
                String refused = assertThrows(
                                IllegalStateException.class,
                                () -> setup(journal).inline())
                        .getMessage();
                assertEquals(
                        "output out: this view still shows the rows of engine trial, whose threads "
                                + "have not ended; close that engine first, or bind another view (View.of)",
                        refused);
                publish(host, 1, 2);
                assertEquals(List.of(1L, 2L), shown());
            }
        }
        setup(null).inline().close();
    }

    @Test
    void shouldLetGoWhenAHostCannotStart() {
        EventSink<Num> fails = new EventSink<>() {
            @Override
            public void begin() {
                throw new IllegalStateException("no");
            }

            @Override
            public void on(Num event, Meta meta) {
                // never
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
        assertThrows(
                IllegalStateException.class,
                () -> setup(null).output(OUT, fails).inline());
        assertThrows(
                IllegalStateException.class,
                () -> setup(null).output(OUT, fails).start());
        assertThrows(
                IllegalStateException.class,
                () -> setup(new MemoryJournal()).output(OUT, fails).start());
        String problem = assertThrows(
                        IllegalStateException.class,
                        () -> setup(null).output(OUT, View.of(OUT)).inline())
                .getMessage();
        assertTrue(problem.contains("put keyBy in front"), problem);
        setup(null).inline().close();
    }
}
