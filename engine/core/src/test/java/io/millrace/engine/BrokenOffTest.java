package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver whose call an error of the machine has broken off: nobody knows whether the output has arrived, and no letter tells of it. */
@Timeout(240)
class BrokenOffTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = Trials.one(IN, TrialOp.pass(1));

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private boolean fails = true;

    private void on(Num event) {
        if (fails && event.id() == 2) {
            throw new InternalError("made up");
        }
        got.add(event.id());
    }

    private Setup setup(boolean asSink) {
        Setup setup = Engine.of(PASS).journal(journal);
        return asSink
                ? setup.output(OUT, new EventSink<Num>() {
                    @Override
                    public void on(Num event, Meta meta) {
                        BrokenOffTest.this.on(event);
                    }

                    @Override
                    public void close() {}
                })
                : setup.output(OUT, this::on);
    }

    /** And nothing behind it is given by this run, as if it were the one. */
    private void assertInDoubt(boolean asSink) {
        assertEquals(List.of(0L, 1L), List.copyOf(got));
        fails = false;
        try (Inline again = setup(asSink).inline()) {
            assertEquals(List.of("out: 3 to 3"), again.recovered().inDoubt());
        }
        assertEquals(List.of(0L, 1L, 3L, 4L), List.copyOf(got));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveTheOutputOfAStageInDoubt(boolean asSink) throws Exception {
        journal.durableAtMost = -1;
        Engine engine = setup(asSink).start();
        for (int i = 0; i < 5; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("all are held", () -> engine.stats().output("out").events() == 5);
        journal.durableAtMost = Long.MAX_VALUE;
        await("halted", () -> engine.loop().isEnded());
        assertEquals(Health.State.HALTED, engine.health().state());
        engine.close();
        assertInDoubt(asSink);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveThatOfAnInlineHostInDoubt(boolean asSink) {
        journal.durableAtMost = -1;
        Inline inline = setup(asSink).inline();
        for (int i = 0; i < 5; i++) {
            inline.publish(IN, num(i));
        }
        journal.durableAtMost = Long.MAX_VALUE;
        assertThrows(EngineStoppedException.class, () -> inline.doWork(0));
        assertThrows(EngineStoppedException.class, inline::close);
        assertInDoubt(asSink);
    }
}
