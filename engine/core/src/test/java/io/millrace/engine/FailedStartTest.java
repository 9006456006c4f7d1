package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was bound to an engine that cannot start is let go of, and what kept it from starting is what is told. */
@Timeout(240)
class FailedStartTest {
    private static final Input<Num> IN = Num.input("in");
    private static final IOException NO_ROOM = new IOException("no room to close");

    private final MemoryJournal journal = new MemoryJournal();
    private final RuntimeException why = new IllegalStateException("no database");
    private final SinkTrial first = failsToClose();
    private final SinkTrial second = failsToClose().blocking(Delivery.blocking());
    private final SinkTrial bad = failsToClose();
    private final SinkTrial last = failsToClose();

    private static SinkTrial failsToClose() {
        SinkTrial sink = SinkTrial.sink();
        sink.inClose = () -> {
            throw NO_ROOM;
        };
        return sink;
    }

    private static Topology pass() {
        return Trials.one(IN, TrialOp.pass(1));
    }

    private Setup setup() {
        return Engine.of(pass())
                .output(OUT, first)
                .output(OUT, second)
                .output(OUT, bad)
                .output(OUT, last);
    }

    private static AutoCloseable start(Setup setup, boolean live) {
        return live ? setup.start() : setup.inline();
    }

    /** How often each was let go of, of all times at which it was closed. */
    private String closed() {
        StringBuilder all = new StringBuilder();
        for (SinkTrial s : Arrays.asList(first, second, bad, last)) {
            all.append(s.abandoned).append('/').append(s.closed).append(' ');
        }
        return all.toString();
    }

    private static void assertAdded(Throwable to, int times) {
        long added = Arrays.stream(to.getSuppressed())
                .flatMap(s -> Stream.concat(Stream.of(s), Arrays.stream(s.getSuppressed())))
                .filter(s -> s.getMessage().contains("failed in close: " + NO_ROOM))
                .count();
        assertEquals(times, added, Arrays.toString(to.getSuppressed()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetGoOfThoseThatWereAskedWhereOneCannotResume(boolean live) {
        bad.inResume = () -> {
            throw why;
        };
        Throwable e = assertThrows(
                RuntimeException.class,
                () -> start(setup().journal(journal), live).close());
        assertSame(why, e);
        assertEquals("1/1 1/1 1/1 0/0 ", closed());
        assertAdded(e, 3);
        assertEquals(1, journal.closed);
    }

    /** They have been asked, and then there is no engine. */
    @Test
    void shouldLetGoOfThoseThatWereAskedWhereNoHostCanBeMade() {
        Setup two = setup().journal(journal)
                .input(IN, new Trials.Counting(0, 1, true))
                .input(IN, new Trials.Counting(0, 1, true));
        Throwable e = assertThrows(IllegalStateException.class, two::start);
        assertTrue(e.getMessage().contains("has 2 sources"), e.getMessage());
        assertEquals("1/1 1/1 1/1 1/1 ", closed());
        assertAdded(e, 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellFirstWhatKeptItFromStarting(boolean live) {
        bad.inBegin = () -> {
            throw why;
        };
        Throwable e = assertThrows(
                IllegalStateException.class,
                () -> start(setup().journal(journal), live).close());
        assertSame(why, e.getCause());
        assertEquals("1/1 1/1 1/1 1/1 ", closed());
        assertAdded(e, 4);
    }

    @Test
    void shouldTellFirstWhatKeptAReplayFromStarting() {
        Engine.of(pass()).journal(journal).discard(OUT).start().close();
        bad.inBegin = () -> {
            throw why;
        };
        Throwable e = assertThrows(
                IllegalStateException.class, () -> Replay.of(setup(), journal).run());
        assertSame(why, e.getCause());
        assertEquals("1/1 1/1 1/1 1/1 ", closed());
        assertAdded(e, 4);
    }

    /** Does not end, so that its input follows the clock. */
    private static Trials.Counting anew() {
        return new Trials.Counting(0, 1, false) {
            @Override
            public boolean beginsAnew() {
                return true;
            }
        };
    }

    private Setup twoSources() {
        return Engine.of(pass())
                .journal(journal)
                .input(IN, anew())
                .input(IN, anew())
                .output(OUT, n -> {})
                .stopDeadline(Duration.ofMillis(100));
    }

    /** The first tick is in the log by then, and does not become durable. */
    @Test
    void shouldEndTheJournalsThreadBeforeTheJournalIsClosed() throws Exception {
        journal.durableAtMost = -1;
        assertThrows(IllegalStateException.class, twoSources()::start);
        Trials.await("closed, by its thread where that is slow", () -> journal.closed == 1);
        assertEquals(0, journal.closedUnder);
    }

    /** A disk that does not answer. */
    @Test
    void shouldLeaveAJournalToItsThreadThatDoesNotComeBack() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        journal.working = () -> {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Throwable e = assertThrows(IllegalStateException.class, twoSources()::start);
        String told = Arrays.toString(e.getSuppressed());
        String left = "its journal is still open, because thread millrace-trial-journal has not "
                + "returned from a call to it";
        assertTrue(told.contains(left), told);
        assertEquals(0, journal.closed);
        open.countDown();
        Trials.await("closed behind it", () -> journal.closed == 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCloseWhatHasStarted(boolean live) {
        assertThrows(
                EngineStoppedException.class,
                () -> start(setup().journal(journal), live).close());
        assertEquals("0/1 0/1 0/1 0/1 ", closed());
    }
}
