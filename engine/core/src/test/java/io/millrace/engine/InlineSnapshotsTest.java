package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Snapshots of an inline host, which has no thread that goes on by itself. */
@Timeout(240)
class InlineSnapshotsTest {
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private Setup setup() {
        return Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                .output(OUT, n -> journal.outside(() -> got.add(n.id())));
    }

    private static void publish(Inline inline, long from, long to) {
        for (long i = from; i < to; i++) {
            inline.publish(IN, new Num(i, i));
        }
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldMakeThemNowAndThenWhileTheOwnerWorks() throws Exception {
        try (Inline inline = setup().journal(journal, Journaling.plain().snapshotEvery(Duration.ofMillis(1), 40))
                .inline()) {
            publish(inline, 0, 105);
            await("a snapshot", () -> {
                inline.doWork(0);
                return snapshot() >= 100;
            });
            assertEquals(Health.State.UP, inline.health().state());
        }
        long first = snapshot();
        journal.given = (int) first;
        try (Inline inline = setup().journal(journal).inline()) {
            assertEquals(first, inline.recovered().first());
            assertEquals(105, inline.recovered().next());
            publish(inline, 105, 121);
        }
        assertEquals(ids(0, 120), got);
    }

    private long snapshot() {
        return journal.openToRead().snapshot();
    }

    @Test
    void shouldMakeOneWhenItsOwnerWantsIt() {
        try (Inline inline = setup().journal(journal).inline()) {
            publish(inline, 0, 105); // nobody has let anything out yet
            assertEquals(105, inline.makeSnapshot());
            assertEquals(105, inline.makeSnapshot(), "nothing has come since");
        }
        try (Inline inline = setup().inline()) {
            JournalException why = assertThrows(JournalException.class, inline::makeSnapshot);
            assertTrue(why.getMessage().contains("Setup.journal"), why.getMessage());
        }
    }

    /** The owner of this one does nothing else meanwhile, so a snapshot waits for it, and closing gives it up: that would wait for 30 s. */
    @Test
    @Timeout(20)
    void shouldWaitForNothingWhenItCloses() throws Exception {
        Inline inline = setup().journal(journal, Journaling.plain().snapshotEvery(Duration.ofMillis(1), 1))
                .stopDeadline(Duration.ofMinutes(5))
                .inline();
        publish(inline, 0, 100);
        await("one that waits for the owner", InlineSnapshotsTest::waitsForAnOwner);
        inline.close();
        assertEquals(ids(0, 90), got);
        assertEquals(-1, snapshot());
    }

    private static boolean waitsForAnOwner() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(f -> f.getClassName().equals(InlineSnapshots.class.getName())
                        && f.getMethodName().equals("await"));
    }

    @Test
    void shouldComeToTheSameWhereverItIsMadeAndKilled() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            MemoryJournal kept = new MemoryJournal();
            List<Long> seen = Collections.synchronizedList(new ArrayList<>());
            int made = 0;
            long sent = 0;
            for (int life = 0; life < 5; life++) {
                Inline inline = Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                        .journal(
                                kept,
                                random.nextBoolean()
                                        ? Journaling.plain()
                                        : Journaling.plain().snapshotEvery(Duration.ofMillis(1), 20))
                        .output(
                                OUT,
                                n -> kept.outside(() -> seen.add(n.id())),
                                random.nextBoolean() ? Delivery.inline() : Delivery.blocking())
                        .inline();
                sent = inline.recovered().events(IN);
                for (int n = 1 + random.nextInt(120); n > 0; n--, sent++) {
                    inline.publish(IN, new Num(sent, sent));
                    if (random.nextInt(30) == 0) {
                        made += inline.makeSnapshot() > 0 ? 1 : 0;
                    } else if (random.nextInt(10) == 0) {
                        inline.doWork(0);
                    }
                }
                inline.makeSnapshot(); // all has been taken and flushed then, so that nothing is in doubt
                kept.crash();
                assertThrows(RuntimeException.class, () -> {
                    inline.doWork(0);
                    inline.close();
                });
            }
            try (Inline inline = Engine.of(Trials.one(IN, Agenda.buckets(64, 10)))
                    .journal(kept)
                    .output(OUT, n -> seen.add(n.id()))
                    .inline()) {
                assertTrue(inline.recovered().first() > 0, "seed " + seed);
                sent = inline.recovered().events(IN);
                inline.publish(IN, new Num(sent, 1_000_000));
                inline.publisher(IN).end();
            }
            assertEquals(ids(0, sent + 1), seen, "seed " + seed);
            assertTrue(made > 0);
        }
    }

    /** The host stands still meanwhile, whoever gets the core. */
    @Test
    void shouldNotRestOnTheThreadOfTheOwner() throws Exception {
        Thread owner = Thread.currentThread();
        AtomicBoolean rested = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        Thread looks = new Thread(() -> {
            while (!done.get()) {
                if (LockSupport.getBlocker(owner) instanceof Rests) {
                    rested.set(true);
                }
            }
        });
        TrialOp slow = TrialOp.unguarded(n -> {
            for (long fromNs = System.nanoTime(); System.nanoTime() - fromNs < 20_000; ) {
                Thread.onSpinWait();
            }
        });
        try (Inline inline = Engine.of(Trials.one(IN, slow))
                .output(OUT, n -> {})
                .journal(journal)
                .inline()) {
            publish(inline, 0, 2000);
            looks.start();
            assertEquals(2000, inline.makeSnapshot());
        } finally {
            done.set(true);
        }
        looks.join();
        assertFalse(rested.get());
    }
}
