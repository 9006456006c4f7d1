package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receivers of an inline host that publish, where a journal has held back many outputs: nothing they publish is lost. */
@Timeout(240)
class InlineHeldTest {
    private static final int HELD = 4096;
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Input<Num> BACK = Num.input("back").historic();
    private static final Output<Num> OUT = Num.output("out");
    private static final Output<Num> FOLLOWED = Num.output("followed");

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> followed = new ArrayList<>();
    private Inline inline;

    private void open() {
        GraphBuilder g = new GraphBuilder("held");
        g.sink(OUT, g.operator("pass", TrialOp.pass(1), null, "", g.source(IN, "")), "");
        g.sink(FOLLOWED, g.operator("pass-back", TrialOp.pass(1), null, "", g.source(BACK, "")), "");
        inline = Engine.of(g.build())
                .journal(journal)
                .heldOutputs(HELD)
                .output(OUT, n -> inline.publish(BACK, new Num(n.id(), n.timeNs())))
                .output(FOLLOWED, n -> followed.add(n.id()))
                .inline();
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            inline.publish(IN, new Num(i, 0));
        }
    }

    private void assertFollowed(int events) {
        inline.close();
        assertEquals(Map.of(), inline.deadLetters().counts());
        assertEquals(LongStream.range(0, events).boxed().toList(), followed);
    }

    @Test
    void shouldEvaluateWhatReceiversPublishWhenManyOutputsBecomeDurableTogether() {
        journal.durableAtMost = -1;
        open();
        publish(HELD);
        journal.durableAtMost = Long.MAX_VALUE;
        inline.doWork(0);
        assertFollowed(HELD);
    }

    /** Here an entry that finds no room lets them out, and what comes of those finds none either. */
    @Test
    void shouldEvaluateItWhenAnEntryFindsNoRoomForItsOutput() {
        journal.durableAtMost = -1;
        open();
        publish(HELD);
        journal.durableAtMost = Long.MAX_VALUE;
        inline.publish(IN, new Num(HELD, 0));
        assertFollowed(HELD + 1);
    }
}
