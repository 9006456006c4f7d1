package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.journal.JournalException;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner of an inline host whose journal takes nothing: each event meets what its input says, and the owner comes back. */
@Timeout(240)
class InlineFullDiskTest {
    private static final String FULL_DISK = "the disk is nearly full";
    private static final Duration SHORT = Duration.ofMillis(200);

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = new ArrayList<>();

    private Setup setup() {
        return Engine.of(one(TrialOp.pass(1))).journal(journal).output(OUT, n -> got.add(n.id()));
    }

    /** What the log has, in words; behind what is told by {@code doWork}. */
    private List<String> log(Inline inline) {
        List<String> entries = new ArrayList<>();
        long last = inline.next() - 1;
        while (inline.durable() < last) {
            inline.doWork(0);
        }
        journal.openToRead().read(0, (at, bytes, offset, length) -> {
            byte kind = Entry.kind(bytes, offset);
            if (kind != EntryKind.TICK) {
                entries.add(kind == EntryKind.DROPS ? "drops " + InputCounts.dropped(bytes, offset) : "event");
            }
            return true;
        });
        return entries;
    }

    /** There is no room, or there is and the log is not to be used. */
    private void takesNothing(boolean refuses) {
        journal.refusal = refuses ? FULL_DISK : null;
        journal.full = !refuses;
    }

    private void takesAgain() {
        journal.refusal = null;
        journal.full = false;
    }

    @Test
    void shouldRefuseEarlyAndClearlyWhereTheInputSaysRefuse() {
        for (boolean refuses : new boolean[] {true, false}) {
            Inline inline = setup().stopDeadline(SHORT)
                    .overflow(IN, Overflow.REFUSE)
                    .cannotDecide(IN, Answer.FAIL_CLOSED)
                    .inline();
            inline.publish(IN, num(0));
            long next = inline.next();
            takesNothing(refuses);
            RefusedException e = assertThrows(RefusedException.class, () -> inline.publish(IN, num(1)));
            assertEquals(Reason.OVER_BOUND, e.reason());
            assertTrue(e.getMessage().contains("the journal of engine trial accepts no entries"), e.getMessage());
            assertEquals(refuses, e.getMessage().contains(FULL_DISK), e.getMessage());
            Publisher<Num> publisher = inline.publisher(IN);
            e = assertThrows(RefusedException.class, () -> publisher.publishBatch(List.of(num(1)), new Header()));
            assertEquals(0, e.index());
            assertEquals(Publisher.FULL, inline.publisher(IN).tryPublish(num(1)));
            assertEquals(Answer.FAIL_CLOSED, inline.publisher(IN).submit(num(1), null));
            assertEquals(Answer.FAIL_CLOSED, inline.decide(IN, num(1), OUT, n -> {}));
            assertThrows(RefusedException.class, () -> inline.publish(IN, num(1), OUT, n -> {}));
            assertEquals(next, inline.next(), "nothing has a place");
            takesAgain();
            assertEquals(next, inline.publish(IN, num(2)));
            assertEquals(Answer.TAKEN, inline.decide(IN, num(3), OUT, n -> {}));
            long refused = inline.stats().inputs().get(0).refused();
            inline.close();
            assertEquals(6, refused);
        }
        assertEquals(List.of(0L, 2L, 3L, 0L, 2L, 3L), got);
    }

    /** A log that is only busy is no reason for an answer that nobody has worked out. */
    @Test
    void shouldDecideWhenABusyLogHasRoomAgain() throws Exception {
        Inline inline = setup().cannotDecide(IN, Answer.FAIL_CLOSED).inline();
        takesNothing(false);
        CompletableFuture<Answer> decided = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            decided.complete(inline.decide(IN, num(1), OUT, n -> {}));
            inline.close();
        });
        owner.start();
        await("waits", () -> isWaiting(owner));
        takesAgain();
        assertEquals(Answer.TAKEN, decided.get(50, TimeUnit.SECONDS));
        owner.join();
    }

    @Test
    void shouldDropWhereTheInputSaysSoAndTellOfItInFrontOfTheNextEvent() {
        Inline inline = setup().overflow(IN, Overflow.DROP_NEWEST).inline();
        inline.publish(IN, num(0));
        takesNothing(true);
        assertEquals(Publisher.DROPPED, inline.publish(IN, num(1)));
        assertEquals(0, inline.publisher(IN).publishBatch(List.of(num(2), num(3)), null));
        assertEquals(0, inline.publish(IN, num(4), OUT, n -> {}));
        takesAgain();
        List<Long> decided = new ArrayList<>();
        assertEquals(1, inline.publish(IN, num(5), OUT, n -> decided.add(n.id())), "though drops stand in front");
        assertEquals(List.of(5L), decided);
        assertEquals(List.of("event", "drops 4", "event"), log(inline));
        takesNothing(true);
        assertEquals(Publisher.DROPPED, inline.publish(IN, num(6)));
        takesAgain();
        inline.close();
        List<String> all = new ArrayList<>();
        journal.openToRead()
                .read(
                        0,
                        (at, bytes, offset, length) -> all.add(
                                Entry.kind(bytes, offset) == EntryKind.DROPS
                                        ? "drops " + InputCounts.dropped(bytes, offset)
                                        : ""));
        assertEquals("drops 1", all.get(all.size() - 1), "closing tells of the last");
        assertEquals(List.of(0L, 5L), got);
    }

    /** Nothing waits in front of the owner: the oldest and that of the same key have their places. */
    @Test
    void shouldDropTheNewestWhereTheInputKeepsEventsInFrontOfARing() {
        Inline inline = setup().overflow(IN, Overflow.dropOldest(4)).inline();
        takesNothing(true);
        assertEquals(Publisher.DROPPED, inline.publish(IN, num(1)));
        takesAgain();
        inline.publish(IN, num(2));
        assertEquals(List.of("drops 1", "event"), log(inline));
        inline.close();
    }

    @Test
    void shouldWaitInsidePublishUntilThereIsRoom() throws Exception {
        for (boolean refuses : new boolean[] {true, false}) {
            Inline inline = setup().inline();
            CompletableFuture<Long> published = new CompletableFuture<>();
            Thread owner = new Thread(() -> {
                inline.publish(IN, num(0));
                takesNothing(refuses);
                published.complete(inline.publish(IN, num(1)));
                inline.close();
            });
            owner.start();
            await("waits", () -> isWaiting(owner));
            assertThrows(IllegalStateException.class, inline::close, "it belongs to a thread that comes back");
            assertFalse(published.isDone());
            takesAgain();
            published.get(50, TimeUnit.SECONDS);
            owner.join();
        }
        assertEquals(List.of(0L, 1L, 0L, 1L), got);
    }

    private static boolean isWaiting(Thread t) {
        for (StackTraceElement f : t.getStackTrace()) {
            if (f.getClassName().equals(InlineEntrance.class.getName())
                    && f.getMethodName().equals("await")) {
                return true;
            }
        }
        return false;
    }

    /** Nobody else could close it. */
    @Test
    void shouldLetTheOwnerOutOfPublishInTimeSoThatItCanClose() throws Exception {
        for (boolean refuses : new boolean[] {true, false}) {
            Inline inline = setup().stopDeadline(SHORT).inline();
            CompletableFuture<Void> over = CompletableFuture.runAsync(() -> {
                long next = inline.publish(IN, num(0)) + 1;
                takesNothing(refuses);
                RefusedException e = assertThrows(RefusedException.class, () -> inline.publish(IN, num(1)));
                assertTrue(e.getMessage().contains("accepts no entries for PT0.2S"), e.getMessage());
                assertThrows(RefusedException.class, () -> inline.publisher(IN).end());
                assertEquals(1, inline.stats().inputs().get(0).refused(), "an end is no event");
                assertEquals(next, inline.next());
                inline.close();
            });
            over.get(50, TimeUnit.SECONDS);
            takesAgain();
        }
        assertEquals(List.of(0L, 0L), got, "what had a place is durable, and let out");
        assertEquals(2, journal.closed);
    }

    @Test
    void shouldHaltThoughAnEventWaitsForRoom() throws Exception {
        Inline inline = setup().inline();
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            takesNothing(true);
            try {
                inline.publish(IN, num(0));
                over.complete(null);
            } catch (EngineStoppedException e) {
                over.completeExceptionally(e);
            }
        });
        owner.start();
        await("waits", () -> isWaiting(owner));
        journal.failure = new JournalException("the disk has gone");
        ExecutionException e = assertThrows(ExecutionException.class, () -> over.get(50, TimeUnit.SECONDS));
        assertTrue(e.getCause() instanceof EngineStoppedException, e.toString());
        assertEquals(Health.State.HALTED, inline.health().state());
    }

    @Test
    void shouldDoTheWorkThatNeedsNoRoom() {
        Inline inline = setup().inline();
        inline.doWork(1);
        inline.publish(IN, num(0));
        long next = inline.next();
        CompletableFuture.runAsync(() -> inline.inbox(IN).put(num(1))).join();
        takesNothing(true);
        assertFalse(inline.doWork(2) && inline.doWork(3), "there is nothing to do once outputs have gone");
        assertEquals(List.of(0L), got, "an output that is durable is let out");
        assertEquals(next, inline.next(), "no tick, and what the inbox has waits there");
        assertEquals(1, inline.waiting());
        takesAgain();
        while (got.size() < 2) {
            inline.doWork(4);
        }
        inline.close();
        assertEquals(List.of(0L, 1L), got);
    }

    @Test
    void shouldNotPollSourcesWhoseEventsWouldWait() throws Exception {
        Trials.Counting source = new Trials.Counting(0, 1_000, true);
        Inline inline = setup().input(IN, source).inline();
        DutyCycle cycle = DutyCycle.of(inline);
        takesNothing(true);
        for (int i = 0; i < 100; i++) {
            cycle.work();
        }
        assertEquals(0, inline.next(), "the owner came back each time");
        takesAgain();
        while (!cycle.isOver()) {
            cycle.work();
        }
        inline.close();
        assertEquals(1_000, got.size());
        assertEquals(0, inline.deadLetters().total());
    }

    /** What they bring has its place. */
    @Test
    void shouldHaltInTimeWhereALogThatIsNotToRefuseTakesNothingFromASource() throws Exception {
        Inline inline = setup().stopDeadline(SHORT)
                .input(IN, new Trials.Counting(0, 10, true))
                .inline();
        takesNothing(false);
        CompletableFuture<Void> over = CompletableFuture.runAsync(() -> {
            EngineStoppedException e = assertThrows(EngineStoppedException.class, inline::run);
            assertTrue(
                    e.getMessage()
                            .contains("the journal of trial accepts no entries: no entry has "
                                    + "become durable for PT0.2S"),
                    e.getMessage());
            inline.close();
        });
        over.get(50, TimeUnit.SECONDS);
        assertEquals(Health.State.HALTED, inline.health().state());
        assertEquals(1, journal.closed);
    }

    /** The disk does not answer: each entry has its place, and what it puts out has none. */
    @Test
    void shouldHaltInTimeWhereOutputsHaveNoRoomAndNothingBecomesDurable() throws Exception {
        int held = 64;
        journal.durableAtMost = 9;
        Inline inline = setup().stopDeadline(SHORT).heldOutputs(held).inline();
        CompletableFuture<Integer> over = CompletableFuture.supplyAsync(() -> {
            int n = 0;
            try {
                while (true) {
                    inline.publish(IN, num(n++));
                }
            } catch (EngineStoppedException e) {
                assertTrue(e.getMessage().contains("does not release outputs"), e.getMessage());
            }
            inline.close();
            return n;
        });
        int published = over.get(50, TimeUnit.SECONDS);
        assertTrue(published > held, published + " published");
        assertEquals(Health.State.HALTED, inline.health().state());
        journal.durableAtMost = Long.MAX_VALUE;
        long durable = journal.entries();
        try (Inline again = setup().inline()) {
            assertEquals(durable, again.next());
        }
        assertEquals(LongStream.range(0, durable).boxed().toList(), got, "each once, of what is durable");
    }

    @Test
    void shouldRedriveWhenThereIsRoomAgain() {
        boolean[] broken = {true};
        Inline inline = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .stopDeadline(SHORT)
                .output(OUT, n -> {
                    if (broken[0]) {
                        throw new IllegalStateException("broken");
                    }
                    got.add(n.id());
                })
                .inline();
        inline.publish(IN, num(7));
        while (inline.deadLetters().total() == 0) {
            inline.doWork(0);
        }
        broken[0] = false;
        takesNothing(true);
        assertThrows(RefusedException.class, () -> inline.deadLetters().redrive("out"));
        takesAgain();
        assertEquals(1, inline.deadLetters().redrive("out"), "it was kept");
        inline.close();
        assertEquals(List.of(7L), got);
    }

    @Test
    void shouldTakeWhatAReceiverPublishesBehindAnEventThatHasItsPlace() {
        Inline[] host = new Inline[1];
        host[0] = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> {
                    got.add(n.id());
                    if (n.id() == 0) {
                        journal.refusal = FULL_DISK;
                        host[0].publish(IN, new Num(1, 0));
                    }
                })
                .inline();
        host[0].publish(IN, num(0));
        while (got.size() < 2) {
            host[0].doWork(0);
        }
        takesAgain();
        host[0].close();
        assertEquals(List.of(0L, 1L), got);
    }
}
