package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What found no room is in no journal, and whoever goes on behind a kill has to know of it. */
@Timeout(240)
class OverflowJournalTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();
    private static final Topology PASS = Trials.one(IN, TrialOp.pass(1));

    /** Snapshots bring it too. */
    @Test
    void shouldGoOnBehindEventsThatWereDroppedAndTakeNoneTwice() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Overflow<Object> overflow = seed % 2 == 0 ? Overflow.DROP_NEWEST : Overflow.dropOldest(16);
            MemoryJournal journal = new MemoryJournal();
            List<Long> seen = new ArrayList<>();
            long dropped = 0;
            for (int life = 0; life < 3; life++) {
                Semaphore gate = new Semaphore(0);
                Engine engine = Engine.of(PASS)
                        .journal(journal)
                        .ringSlots(64)
                        .overflow(IN, overflow)
                        .output(OUT, n -> {
                            gate.acquire();
                            journal.outside(() -> seen.add(n.id()));
                        })
                        .start();
                long from = engine.recovered().events(IN);
                assertTrue(seen.isEmpty() || from > seen.get(seen.size() - 1), "seed " + seed + ", goes on at " + from);
                Publisher<Num> publisher = engine.publisher(IN);
                for (long i = from; i < from + 6_000; i++) {
                    publisher.publish(num(i)); // more than waits for the receiver, the journal, and room in the ring
                }
                gate.release(Integer.MAX_VALUE / 2);
                engine.drain(LONG);
                for (long i = from + 6_000; i < from + 6_000 + random.nextInt(3); i++) {
                    publisher.publish(num(i)); // tells of those dropped before
                }
                engine.drain(LONG);
                dropped += engine.stats().inputs().get(0).dropped();
                if (random.nextBoolean()) {
                    engine.makeSnapshot();
                }
                journal.crash();
                engine.close();
            }
            assertTrue(dropped > 0, "seed " + seed);
            assertEquals(seen.stream().sorted().distinct().toList(), seen, "seed " + seed);
        }
    }

    @Test
    void shouldRefuseASourceThatBeginsAnewWhereItsEventsMayBeLeftOut() {
        for (Overflow<Object> overflow : List.of(Overflow.DROP_NEWEST, Overflow.REFUSE, Overflow.dropOldest(4))) {
            Setup setup = Engine.of(PASS)
                    .journal(new MemoryJournal())
                    .overflow(IN, overflow)
                    .input(IN, new Trials.Counting(0, 10, true))
                    .output(OUT, n -> {});
            String why = assertThrows(IllegalStateException.class, setup::start).getMessage();
            assertTrue(
                    why.contains("input in")
                            && why.contains(overflow.toString())
                            && why.contains("let the input block"),
                    why);
        }
    }
}
