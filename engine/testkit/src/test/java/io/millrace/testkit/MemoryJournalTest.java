package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryJournalTest {
    record Number(long n) {}

    private static final JournalFacts FACTS = new JournalFacts("one", 7, Map.of("a", "1"), Map.of());

    private final MemoryJournal journal = new MemoryJournal();

    private static void append(JournalLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            assertTrue(log.append(new byte[] {9, (byte) i}, 1, 1));
        }
        assertTrue(log.commit());
    }

    private static List<Integer> read(JournalLog log, long from) {
        List<Integer> got = new ArrayList<>();
        log.read(from, (q, bytes, offset, length) -> {
            assertEquals(q, bytes[offset]);
            assertEquals(1, length);
            return got.add((int) q);
        });
        return got;
    }

    @Test
    void shouldKeepWhatIsDurableWhenItsProcessCrashes() throws Exception {
        JournalLog log = journal.open(FACTS);
        append(log, 0, 3);
        assertEquals(-1, log.durable(), "not before it works");
        assertEquals(3, log.work());
        log.marks().set(4, 44);
        journal.durableAtMost(3);
        append(log, 3, 6);
        assertEquals(1, log.work());
        assertEquals(3, log.durable());
        List<String> effects = new ArrayList<>();
        journal.effect(() -> effects.add("before"));

        journal.crash();

        journal.effect(() -> effects.add("behind"));
        log.marks().set(4, 55);
        log.keepSnapshot(2, out -> out.write(1));
        assertThrows(JournalException.class, log::work);
        assertEquals(List.of("before"), effects);
        log.close();
        JournalLog next = journal.open(FACTS.withHashSeed(8));
        assertEquals(7, next.facts().hashSeed(), "that of the first");
        assertEquals(4, next.next());
        assertEquals(44, next.marks().get(4));
        assertEquals(-1, next.snapshot());
        assertEquals(List.of(1, 2, 3), read(next, 1));
    }

    /** Its receiver is in the middle of a call when the process ends, and goes on: that is no effect of the process that starts next. */
    @Test
    @Timeout(240)
    void shouldCarryOutNoEffectOfAProcessThatHasCrashedWhicheverHasStartedSince() throws Exception {
        Input<Number> in = Input.of("in", Number.class);
        Output<Number> out = Output.of("out", Number.class);
        GraphBuilder g = new GraphBuilder("two-lives");
        g.sink(out, g.source(in, ""), "");
        Topology topology = g.build();
        List<String> effects = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Engine first = Engine.of(topology)
                .journal(journal)
                .output(out, n -> {
                    called.countDown();
                    go.await();
                    journal.effect(() -> effects.add("first " + n));
                })
                .start();
        first.publisher(in).publish(new Number(1));
        called.await();
        journal.crash();
        Setup second =
                Engine.of(topology).journal(journal).output(out, n -> journal.effect(() -> effects.add("second " + n)));
        JournalException e = assertThrows(JournalException.class, second::start);
        assertTrue(e.getMessage().contains("is not closed"), e.getMessage());
        go.countDown();
        first.close();
        try (Engine again = Engine.of(topology)
                .journal(journal)
                .output(out, n -> journal.effect(() -> effects.add("second " + n)))
                .start()) {
            again.publisher(in).publish(new Number(2));
            again.drain(Duration.ofSeconds(30));
        }
        assertEquals(List.of("second Number[n=2]"), effects);
    }

    @Test
    void shouldBeWrittenByOneHostAtATimeAndOfOneTopology() {
        JournalLog log = journal.open(FACTS);
        assertTrue(assertThrows(JournalException.class, () -> journal.open(FACTS))
                .getMessage()
                .contains("in use"));
        JournalLog reader = journal.openToRead();
        assertThrows(JournalException.class, () -> reader.append(new byte[1], 0, 1));
        log.close();
        JournalFacts other = new JournalFacts("one", 7, Map.of("a", "2"), Map.of());
        assertTrue(assertThrows(JournalException.class, () -> journal.open(other))
                .getMessage()
                .contains("a was 1, is 2"));
        journal.open(FACTS).close();
        assertThrows(JournalException.class, () -> new MemoryJournal().openToRead());
    }

    @Test
    void shouldBeThatOfAChangedTopologyWhenThisHasTakenOver() throws Exception {
        JournalFacts other = new JournalFacts("one", 7, Map.of("a", "2"), Map.of());
        JournalLog log = journal.open(FACTS);
        append(log, 0, 3);
        log.work();
        log.keepSnapshot(2, out -> out.write(1));
        log.close();
        JournalLog crashes = journal.openToMigrate(other);
        assertEquals(FACTS, crashes.facts(), "as long as nothing is noted");
        journal.crash();
        crashes.migrated(other, 2);
        crashes.close();
        journal.open(FACTS).close();
        JournalLog moved = journal.openToMigrate(other);
        assertEquals(0, moved.since());
        moved.migrated(other, 2);
        assertEquals(other, moved.facts());
        moved.close();
        assertThrows(JournalException.class, () -> journal.open(FACTS));
        assertEquals(2, journal.open(other).since());
    }

    @Test
    void shouldLoseAndForgetAsATestSays() throws Exception {
        JournalLog log = journal.open(FACTS);
        append(log, 0, 10);
        log.work();
        log.keepSnapshot(4, out -> out.write(new byte[] {1, 2}));
        log.keepNote("n", out -> out.write(3));
        assertArrayEquals(new byte[] {1, 2}, log.openSnapshot().readAllBytes());
        assertEquals(3, log.openNote("n").read());
        assertEquals(0, log.first());
        journal.forgetBelowSnapshot();
        journal.lose(2);
        assertEquals(4, log.first());
        assertEquals(4, journal.snapshot());
        assertEquals(List.of(4, 5, 6, 7), read(log, 4));
        assertThrows(JournalException.class, () -> read(log, 3));
        assertEquals(8, journal.entries().size());
        assertThrows(IllegalArgumentException.class, () -> journal.lose(9));
    }

    @Test
    void shouldLoseSnapshotsOfWhatIsLostAndGoBackToTheOneBefore() throws Exception {
        JournalLog log = journal.open(FACTS);
        append(log, 0, 10);
        log.work();
        for (int next : new int[] {2, 4, 6, 8}) {
            log.keepSnapshot(next, out -> out.write(next));
        }
        assertEquals(4, log.snapshotAt(5));
        assertEquals(-1, log.snapshotAt(3), "three are kept");
        assertEquals(4, log.openSnapshot(4).read());
        assertThrows(IOException.class, () -> log.openSnapshot(2));
        journal.lose(4);
        assertEquals(6, journal.snapshot(), "it holds what is there, to the last entry");
        journal.lose(1);
        assertEquals(4, log.snapshot());
        assertEquals(4, log.openSnapshot().read());
        assertEquals(List.of(), read(log, 5), "the next one");
        JournalException e = assertThrows(JournalException.class, () -> read(log, 6));
        assertTrue(e.getMessage().contains("the journal ends before entry 5"), e.getMessage());
        journal.forgetBelowSnapshot();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> journal.lose(2))
                .getMessage()
                .contains("lose(2) of 1 entries"));
    }
}
