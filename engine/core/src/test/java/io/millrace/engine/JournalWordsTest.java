package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the process's log and health have to say of a journal. */
@Timeout(240)
class JournalWordsTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    /** Without ticks, which are entries too. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final Logged logged = new Logged();
    private final MemoryJournal journal = new MemoryJournal();
    private final Topology topology = Trials.one(IN, Agenda.buckets(64, 10));

    @AfterEach
    void listenNoMore() {
        logged.close();
    }

    private Setup setup(Journaling how) {
        return Engine.of(topology).journal(journal, how).output(OUT, n -> {});
    }

    private static void publish(Publisher<Num> publisher, int from, int to) {
        for (int i = from; i < to; i++) {
            publisher.publish(new Num(i, i));
        }
    }

    @Test
    void shouldSayWhatWasFoundAtAStart() {
        try (Engine engine = setup(Journaling.plain()).start()) {
            assertEquals(
                    List.of(), logged.with("entries of the journal processed again"), "there was nothing to be found");
            publish(engine.publisher(IN), 0, 25);
            assertEquals(0, engine.drain(LONG));
        }
        try (Engine engine = setup(Journaling.plain()).start()) {
            LogRecord found =
                    logged.with("entries of the journal processed again").get(0);
            assertEquals(Level.INFO, found.getLevel());
            assertEquals("engine trial: " + engine.recovered().toString().replace("\n", "; "), found.getMessage());
        }
    }

    @Test
    void shouldTellOfATailThatNoSnapshotEnds() {
        try (Engine engine = setup(Journaling.plain().tailWarning(20)).start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            publish(publisher, 0, 10);
            assertEquals(0, engine.drain(LONG));
            assertFalse(isLong(engine.health()), engine.health().why());
            publish(publisher, 10, 40);
            assertEquals(0, engine.drain(LONG));
            assertTrue(isLong(engine.health()), engine.health().why());
            engine.makeSnapshot();
            assertFalse(isLong(engine.health()), engine.health().why());
            publish(publisher, 40, 80);
            assertEquals(0, engine.drain(LONG));
            assertTrue(isLong(engine.health()), engine.health().why());
        }
    }

    @Test
    void shouldTellOfALongTailOfAnInlineHostToo() {
        try (Inline inline = setup(Journaling.plain().tailWarning(20)).inline()) {
            publish(inline.publisher(IN), 0, 40);
            while (inline.durable() < 39) {
                inline.doWork();
            }
            assertTrue(isLong(inline.health()), inline.health().why());
        }
    }

    /** A long tail stands for days: nothing else of the journal may go unsaid because of it. */
    @Test
    void shouldSayWhatElseIsWrongThoughATailIsLong() {
        long[] nowNs = {0};
        List<String> lines = new ArrayList<>();
        HealthWatch watch = new HealthWatch("trial", () -> nowNs[0], (level, line) -> lines.add(line));
        try (Inline inline = setup(Journaling.plain().tailWarning(20)).inline()) {
            publish(inline.publisher(IN), 0, 40);
            while (inline.durable() < 39) {
                inline.doWork();
            }
            watch.judge(troubles(inline));
            journal.refusal = "the disk is nearly full";
            inline.doWork();
            nowNs[0] += HealthWatch.LEAST_NS;
            watch.judge(troubles(inline));
            journal.refusal = null;
        }
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).startsWith("is DEGRADED: journal: the disk is nearly full; journal: 40 entries", 13));
    }

    private static Troubles troubles(Inline of) {
        Troubles all = new Troubles();
        of.tell(all);
        return all;
    }

    @Test
    void shouldNotTellOfItWhereSnapshotsAreMade() {
        try (Engine engine = setup(Journaling.plain().tailWarning(20).snapshotEvery(Duration.ofHours(1), 1_000))
                .start()) {
            publish(engine.publisher(IN), 0, 40);
            assertEquals(0, engine.drain(LONG));
            assertFalse(isLong(engine.health()), engine.health().why());
        }
    }

    /** The second core stands still, and the engine goes on. */
    @Test
    void shouldTellThatSnapshotsDoNotKeepUpUntilTheyDo() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        journal.reading = at -> {
            if (Thread.currentThread().getName().endsWith("-snapshot")) {
                await(goesOn);
            }
        };
        try (Engine engine = setup(Journaling.plain().snapshotEvery(Duration.ofHours(1), 1_000))
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            publish(publisher, 0, 50_000);
            assertEquals(0, engine.drain(LONG));
            assertFalse(isBehind(engine.health()), engine.health().why());
            publish(publisher, 50_000, 110_000);
            assertEquals(0, engine.drain(LONG));
            assertTrue(isBehind(engine.health()), engine.health().why());
            assertFalse(isLong(engine.health()), engine.health().why());
            goesOn.countDown();
            while (isBehind(engine.health())) {
                Thread.sleep(1); // that a snapshot was made nobody is told
            }
            assertTrue(journal.snapshotNext > 1_000, "made at last");
        } finally {
            goesOn.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isBehind(Health health) {
        return health.why().contains("snapshots do not keep up");
    }

    private static boolean isLong(Health health) {
        return health.why()
                .contains("entries have come since the newest snapshot. Each start has to process all of them again");
    }
}
