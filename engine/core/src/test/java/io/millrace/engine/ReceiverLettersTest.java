package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters are counted as in an unbroken run, those of receivers too, though these are not called again for what they hold. */
@Timeout(240)
class ReceiverLettersTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Output<Num> SECOND = Num.output("second");
    private static final int ROWS = 3;

    private final MemoryJournal journal = new MemoryJournal();
    private final Map<String, Long> letters = new TreeMap<>();

    private static Topology topology() {
        GraphBuilder g = new GraphBuilder("letters");
        TrialOp picky = TrialOp.of(
                "picky",
                context -> flow ->
                        flow.<Num>value().id() % 5 != 0 || context.failures().refuse(flow, Reason.OUT_OF_RANGE, null));
        Port kept = g.operator("picky", picky, null, "", g.source(IN, ""));
        g.sink(OUT, kept, "");
        g.sink(SECOND, kept, "");
        return g.build();
    }

    private static void fails(Num n, int every) {
        if (n.id() % every == 0) {
            throw new IllegalArgumentException("cannot take " + n.id());
        }
    }

    /** Two that the stage calls, of which one is a view that is full, and one with a thread of its own. */
    private Engine start() {
        return Engine.of(topology())
                .journal(journal)
                .output(OUT, n -> fails(n, 3))
                .output(OUT, View.of(OUT, Num::id).rowsAtMost(ROWS))
                .output(SECOND, n -> fails(n, 4), Delivery.blocking())
                .start();
    }

    private void oracle(long id) {
        if (id % 5 == 0) {
            letters.merge("picky out-of-range", 1L, Long::sum);
            return;
        }
        long passed = id - id / 5; // the view has taken those that came first
        if (id % 3 == 0 || passed > ROWS) {
            letters.merge("out operator-error", 1L, Long::sum);
        }
        if (id % 4 == 0) {
            letters.merge("second operator-error", 1L, Long::sum);
        }
    }

    @Test
    void shouldCountThemAsAnUnbrokenRunDoesWhereverItIsKilled() throws Exception {
        Random random = new Random(11);
        long next = 1;
        for (int life = 0; life < 30; life++) {
            Engine engine = start();
            assertEquals(letters.toString(), engine.deadLetters().counts().toString(), "life " + life);
            assertEquals(
                    letters.values().stream().mapToLong(n -> n).sum(),
                    engine.deadLetters().total());
            for (int n = random.nextInt(4); n > 0; n--, next++) {
                engine.publisher(IN).publish(new Num(next, next));
                oracle(next);
            }
            engine.drain(LONG);
            assertEquals(letters.toString(), engine.deadLetters().counts().toString(), "life " + life);
            if (random.nextInt(3) == 0) {
                engine.makeSnapshot();
                journal.given = journal.snapshotNext;
            }
            journal.crash();
            engine.close();
        }
        assertTrue(letters.size() == 3 && next > 25, letters.toString());
    }

    /** A start that makes no use of the snapshot works all out anew, and counts nothing twice. */
    @Test
    void shouldCountNothingTwiceWhereTheSnapshotIsOfNoUse() throws Exception {
        try (Engine engine = start()) {
            for (long id = 1; id < 30; id++) {
                engine.publisher(IN).publish(new Num(id, id));
                oracle(id);
            }
            engine.drain(LONG);
            engine.makeSnapshot();
        }
        View<Num> other = View.of(SECOND, Num::id);
        try (Engine engine = Engine.of(topology())
                .journal(journal)
                .output(OUT, n -> {})
                .output(SECOND, other)
                .start()) {
            assertEquals(0, engine.recovered().first());
            assertEquals(letters.toString(), engine.deadLetters().counts().toString());
        }
    }
}
