package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.metric.DigestOptions;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSource;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call of an inline host fires so much at most while events may come, however much is due. */
@Timeout(240)
class InlineTimeTest {
    private static final int WINDOWS = 1_000;

    /** What a call lets go on by entries of its own. */
    private static final int MOST = InlineTime.SETTLED_AT_ONCE;

    private final List<Long> got = new ArrayList<>();

    /** One window an entry ends. */
    private static Topology windows(Input<Num> input) {
        return one(input, Agenda.buckets(1, 10));
    }

    private Inline inline() {
        return Engine.of(windows(IN)).output(OUT, n -> got.add(n.id())).inline();
    }

    /** Windows that have ended, of which the last event has told one. */
    private static void endAll(Inline inline) {
        for (int i = 0; i < WINDOWS; i++) {
            inline.publish(IN, new Num(i, 5));
        }
        inline.publish(IN, new Num(WINDOWS, 15));
    }

    @Test
    void shouldFireSoMuchAtMostInOneCallAndSayThatThereIsMore() {
        Inline inline = inline();
        endAll(inline);
        assertEquals(1, got.size());
        int calls = 0;
        for (boolean more = true; more; calls++) {
            long before = inline.next();
            int left = WINDOWS - got.size();
            more = inline.doWork(1000);
            long entries = inline.next() - before - 1; // but for the tick
            assertTrue(entries <= MOST, entries + " entries in one call");
            assertEquals(left > 1, more, "what is left before, and the tick fires one");
        }
        assertEquals(WINDOWS, got.size());
        assertEquals((WINDOWS - 1 + MOST) / (MOST + 1) + 1, calls);
    }

    /** Whoever never lets time pass has it fire with the events. */
    @Test
    void shouldFireTheRestWithTheEventsThatCome() {
        Inline inline = inline();
        endAll(inline);
        inline.doWork(1000);
        int fired = got.size();
        for (int i = 1; i <= 10; i++) {
            inline.publish(IN, new Num(i, 15));
            assertEquals(fired + i, got.size());
        }
    }

    @Test
    void shouldFireAllWhenTheLastInputHasEnded() {
        Inline inline = inline();
        endAll(inline);
        inline.publisher(IN).end();
        assertEquals(WINDOWS + 1, got.size());

        Inline byInbox = Engine.of(windows(IN)).output(OUT, n -> {}).inline();
        endAll(byInbox);
        byInbox.inbox(IN).end();
        byInbox.doWork(1000);
        assertFalse(byInbox.doWork(1000), "as at an end that the owner says");
    }

    @Test
    void shouldFireSoMuchAtMostWhenOneOfTwoInputsHasEnded() {
        Input<Num> other = Num.input("other");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.operator("w", Agenda.buckets(1, 10), null, "", g.source(IN, "")), "");
        g.sink(OUT, g.source(other, ""), "");
        Inline inline = Engine.of(g.build()).output(OUT, n -> got.add(n.id())).inline();
        endAll(inline);
        long before = inline.next();
        inline.publisher(IN).end();
        assertEquals(1 + MOST, inline.next() - before, "events of the other may wait");
        while (inline.doWork(1000)) {
            assertTrue(got.size() <= WINDOWS + 1);
        }
        assertEquals(WINDOWS + 1, got.size());
    }

    /** The reserve of a log that refuses is for what has its place already. */
    @Test
    void shouldLeaveToALaterCallWhatTheJournalRefuses() {
        MemoryJournal journal = new MemoryJournal();
        Inline inline = Engine.of(windows(IN))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .inline();
        endAll(inline);
        journal.working = () -> journal.refusal = "the disk is nearly full";
        long before = inline.next();
        inline.publisher(IN).end();
        assertTrue(inline.next() - before < MOST, inline.next() - before + " entries");
        long next = inline.next();
        inline.doWork(0);
        inline.doWork(0);
        assertEquals(next, inline.next());
        journal.working = () -> {};
        journal.refusal = null;
        while (inline.doWork(0)) {}
        inline.close();
        assertEquals(WINDOWS + 1, got.size());
    }

    /** A source of a few events at once, and then of none for a while. */
    private static final class Bursts implements EventSource<Num> {
        private final List<Num> left = new ArrayList<>();

        @Override
        public boolean isFinite() {
            return false;
        }

        @Override
        public int poll(Target<? super Num> target, int most) {
            int n = left.size();
            left.forEach(e -> target.take(e, null));
            left.clear();
            return n;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldFireSoMuchAtMostBetweenTwoPollsAndStillAllOfIt() throws Exception {
        Bursts source = new Bursts();
        Inline inline = Engine.of(windows(IN))
                .input(IN, source)
                .output(OUT, n -> got.add(n.id()))
                .tickEvery(Duration.ofDays(1))
                .inline();
        DutyCycle cycle = DutyCycle.of(inline);
        endAll(inline);
        int fired = 0;
        int busy = 0;
        while (got.size() < WINDOWS) {
            long before = inline.next();
            boolean worked = cycle.work();
            long entries = inline.next() - before;
            assertTrue(entries <= MOST + 2, entries + " entries in one round");
            assertTrue(worked, "who goes on without a rest");
            busy += got.size() > fired ? 1 : 0;
            fired = got.size();
        }
        assertTrue(busy >= WINDOWS / (MOST + 2), busy + " rounds");
        assertFalse(cycle.work());
    }

    // ---- the first tick

    /** What was ahead of the clock is told by the last tick: behind a restart that of an hour ago. */
    @Test
    void shouldTellTheClockBeforeTheFirstPoll() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        long nowNs = HostClock.epochNs();
        Topology topology = one(IN, TrialOp.pass(1));
        try (Inline before = Engine.of(topology)
                .journal(journal)
                .output(OUT, n -> {})
                .input(IN, new Bursts())
                .inline()) {
            before.doWork(nowNs - Duration.ofHours(1).toNanos());
        }
        Bursts source = new Bursts();
        source.left.add(new Num(1, nowNs));
        source.left.add(new Num(2, nowNs + Duration.ofDays(365).toNanos()));
        source.left.add(new Num(3, nowNs));
        try (Inline inline = Engine.of(topology)
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .input(IN, source)
                .inline()) {
            DutyCycle cycle = DutyCycle.of(inline);
            for (int i = 0; i < 100; i++) {
                cycle.work();
            }
            assertEquals(List.of(1L, 3L), got);
            assertEquals(1, inline.deadLetters().total(), "the one of next year");
        }
    }

    // ---- the same comes out

    private List<Long> run(long seed, boolean atOnce, MemoryJournal journal) {
        Random random = new Random(seed);
        List<Long> out = new ArrayList<>();
        Inline inline = Engine.of(one(IN, Agenda.buckets(3, 1_000)))
                .journal(journal)
                .digest(DigestOptions.every(64))
                .output(OUT, n -> out.add(n.id()))
                .inline();
        long timeNs = 0;
        for (int i = 0; i < 3_000; i++) {
            timeNs += random.nextInt(500) == 0 ? 1_000 : 0;
            inline.publish(IN, new Num(i, timeNs));
            if (random.nextInt(50) == 0) {
                boolean more = inline.doWork(timeNs);
                while (atOnce && more) {
                    more = inline.doWork(timeNs);
                }
            }
        }
        inline.publisher(IN).end();
        String digest = inline.digest().toString();
        inline.close();
        try (Inline again = Engine.of(one(IN, Agenda.buckets(3, 1_000)))
                .journal(journal)
                .digest(DigestOptions.every(64))
                .output(OUT, n -> {})
                .inline()) {
            assertEquals(digest, again.digest().toString(), "the log says where each call has ended");
        }
        return out;
    }

    @Test
    void shouldPutOutWhatIsPutOutWhereAllFiresAtOnceAndTheSameAgainFromTheLog() {
        for (long seed = 0; seed < 5; seed++) {
            MemoryJournal bounded = new MemoryJournal();
            MemoryJournal atOnce = new MemoryJournal();
            List<Long> expected = run(seed, true, atOnce);
            assertEquals(3_000, expected.size());
            assertEquals(expected, run(seed, false, bounded), "seed " + seed);
        }
    }
}
