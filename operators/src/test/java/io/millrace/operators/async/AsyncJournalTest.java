package io.millrace.operators.async;

import static io.millrace.operators.async.Shop.DECISIONS;
import static io.millrace.operators.async.Shop.DEVICES;
import static io.millrace.operators.async.Shop.FALLBACK;
import static io.millrace.operators.async.Shop.LATE;
import static io.millrace.operators.async.Shop.LIVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Inline;
import io.millrace.engine.Recovered;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Meta;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal together with look-ups: the process ends at any point, with requests open, and each event is decided once all the same. */
@Timeout(240)
class AsyncJournalTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Asking PATIENT = Asking.once().timeout(LONG);

    private final MemoryJournal kept = new MemoryJournal();
    private final List<Decision> decisions = Collections.synchronizedList(new ArrayList<>());

    /** The id of a request, and what it asks. */
    private record Asked(long sequence, int ordinal, long device) {}

    /** The service as one process knows it: answers at once, later, or not at all. */
    private final class Service implements AsyncLookup<Device, Reputation> {
        final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
        final List<Runnable> later = Collections.synchronizedList(new ArrayList<>());
        final Random random;
        volatile int closed;

        /** Null answers nothing before {@link #answer}. */
        Service(Random random) {
            this.random = random;
        }

        @Override
        public CompletionStage<Reputation> ask(Device request) {
            throw new AssertionError("by its id");
        }

        @Override
        public CompletionStage<Reputation> ask(Device request, long sequence, int ordinal) {
            CompletableFuture<Reputation> answer = new CompletableFuture<>();
            kept.effect(() -> asked.add(new Asked(sequence, ordinal, request.number())));
            Runnable answers = () -> answer.complete(new Reputation(score(request.number())));
            int how = random == null ? 1 : random.nextInt(4);
            if (how == 0) {
                answers.run();
            } else if (how < 3) {
                later.add(answers);
            }
            return answer;
        }

        void answer() {
            List<Runnable> all;
            synchronized (later) {
                all = List.copyOf(later);
                later.clear();
            }
            all.forEach(Runnable::run);
        }

        Set<Asked> asked() {
            synchronized (asked) {
                assertEquals(asked.size(), new HashSet<>(asked).size(), "once each");
                return new HashSet<>(asked);
            }
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static int score(long device) {
        return (int) device % 1_000 + 8;
    }

    /** Holds what it has, and says how much that is. */
    private final class Store implements EventSink<Decision> {
        @Override
        public void on(Decision decision, Meta meta) {
            kept.effect(() -> decisions.add(decision));
        }

        @Override
        public Resumption resume(String output) {
            return Resumption.after(decisions.size());
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static Topology topology(Duration within, boolean ordered, boolean threads) {
        return Millrace.topology("shop", t -> {
            AsyncWork<Payment, Device, Reputation> work = t.from(LIVE)
                    .async("reputation", DEVICES, p -> new Device(p.device()))
                    .lateReplies(side -> side.to(LATE));
            var answered = (ordered ? work.ordered() : work).decideWithin(within, FALLBACK);
            (threads ? answered.onThread("asks") : answered).to(DECISIONS, Decision::of);
        });
    }

    private Setup setup(Topology topology, Service service) {
        return Engine.of(topology)
                .journal(kept)
                .output(DECISIONS, new Store())
                .discard(LATE)
                .lookup(DEVICES, service, PATIENT);
    }

    /** One life of either host. */
    private record Life(Engine engine, Inline inline, Service service) {
        static Life of(Setup setup, boolean live, Service service) {
            return live ? new Life(setup.start(), null, service) : new Life(null, setup.inline(), service);
        }

        Recovered recovered() {
            return live() ? engine.recovered() : inline.recovered();
        }

        boolean live() {
            return engine != null;
        }

        void publish(long device) {
            Payment payment = new Payment("a", device, 1_000 + device);
            if (live()) {
                engine.publisher(LIVE).publish(payment);
            } else {
                inline.publish(LIVE, payment);
                work();
            }
        }

        void work() {
            if (!live()) {
                inline.doWork(System.currentTimeMillis() * 1_000_000);
            }
        }

        void await(String what, BooleanSupplier done) {
            for (int i = 0; !done.getAsBoolean(); i++) {
                assertTrue(i < 600_000, "waited in vain: " + what);
                work();
                LockSupport.parkNanos(100_000);
            }
        }

        void close() {
            try {
                if (live()) {
                    engine.close();
                } else {
                    inline.close();
                }
            } catch (EngineStoppedException e) {
                assertTrue(!live() || e.getMessage() != null, "the process has ended");
            }
        }
    }

    /** What the durable entries say is open, by the definition: each payment is a request, and each reply names one. */
    private Set<Asked> open() {
        Map<Long, Asked> open = new HashMap<>();
        List<byte[]> entries = kept.entries();
        for (int i = 0; i < entries.size(); i++) {
            byte[] e = entries.get(i);
            if (Entry.kind(e, 0) == EntryKind.EVENT) {
                if (isPayment(e)) {
                    open.put((long) i, new Asked(i, 0, device(e)));
                } else {
                    open.remove(Entry.causeSequence(e, 0));
                }
            }
        }
        return new HashSet<>(open.values());
    }

    /** Payments come in by the first input, and replies by the second. */
    private static boolean isPayment(byte[] entry) {
        return Entry.kind(entry, 0) == EntryKind.EVENT && Entry.source(entry, 0) == 0;
    }

    private static long device(byte[] entry) {
        Payment payment = LIVE.type().newView().wrap(entry, Entry.payload(entry, 0), Entry.payloadLength(entry, 0));
        return payment.device();
    }

    /** The devices whose payments are durable. */
    private List<Long> devices() {
        return kept.entries().stream()
                .filter(AsyncJournalTest::isPayment)
                .map(AsyncJournalTest::device)
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void shouldDecideEachEventOnceThoughTheProcessEndsAtAnyPoint(long seed) {
        Random random = new Random(seed);
        boolean alwaysInline = seed % 4 == 3;
        Topology topology =
                topology(Duration.ofMillis(random.nextBoolean() ? 5 : 600_000), random.nextBoolean(), seed % 4 == 2);
        long sent = 0;
        for (int life = 0; life < 6; life++) {
            Service service = new Service(new Random(random.nextLong()));
            boolean live = seed % 4 == 2 || !alwaysInline && random.nextInt(3) > 0;
            Set<Asked> open = open();
            boolean holdsBack = random.nextInt(3) == 0;
            kept.durableAtMost(holdsBack ? kept.entries().size() + random.nextInt(60) : Long.MAX_VALUE);
            Life host = Life.of(setup(topology, service), live, service);
            assertEquals(open.size(), host.recovered().openRequests());
            host.await("all are asked again", () -> service.asked().size() >= open.size());
            assertEquals(open, service.asked(), "those that are open, by their ids, and no others");
            sent = host.recovered().events(LIVE);
            for (int n = random.nextInt(100); n > 0; n--, sent++) {
                host.publish(sent);
                if (random.nextInt(10) == 0) {
                    service.answer();
                }
                if (random.nextInt(25) == 0 && live && !holdsBack) {
                    host.engine().makeSnapshot();
                }
            }
            if (random.nextBoolean()) {
                service.answer();
                LockSupport.parkNanos(random.nextInt(8_000_000));
                host.work();
            }
            kept.crash();
            kept.forgetBelowSnapshot();
            host.close();
        }
        endAll(topology, !alwaysInline);
    }

    /** Everything is answered or decided at last. */
    private void endAll(Topology topology, boolean live) {
        kept.durableAtMost(Long.MAX_VALUE);
        List<Long> devices = devices();
        Service service = new Service(null);
        Life host = Life.of(setup(topology, service), live, service);
        host.await("all are decided", () -> {
            service.answer();
            return decisions.size() >= devices.size() && open().isEmpty();
        });
        host.close();
        assertEquals(devices, decisions.stream().map(Decision::device).sorted().toList(), "each once");
        for (Decision d : decisions) {
            assertTrue(d.score() == -FALLBACK.score() || d.score() == score(d.device()), d.toString());
        }
    }

    @Test
    void shouldAskAgainWhatWasUnderWayBeforeASnapshotAndWhatWasAnsweredAndNotDurable() {
        Topology topology = topology(LONG, false, false);
        Service first = new Service(null);
        Life host = Life.of(setup(topology, first), true, first);
        for (int i = 0; i < 3; i++) {
            host.publish(i);
        }
        host.await("asked", () -> first.asked().size() == 3);
        host.engine().makeSnapshot();
        kept.forgetBelowSnapshot();
        host.publish(3);
        host.await("asked", () -> first.asked().size() == 4);
        first.later.remove(0).run();
        host.await("decided", () -> decisions.size() == 1);
        kept.durableAtMost(kept.entries().size() - 1);
        first.later.remove(0).run();
        kept.crash();
        host.close();
        kept.durableAtMost(Long.MAX_VALUE);
        Set<Asked> open = first.asked();
        open.removeIf(a -> a.device() == 0);

        Service second = new Service(null);
        Life again = Life.of(setup(topology, second), true, second);
        assertEquals(3, again.recovered().openRequests());
        assertTrue(again.recovered().toString().contains("3 open requests"));
        again.await("asked again", () -> second.asked().size() >= 3);
        assertEquals(open, second.asked());
        second.answer();
        again.await("decided", () -> decisions.size() == 4);
        again.close();
        assertEquals(
                new TreeSet<>(List.of(0L, 1L, 2L, 3L)),
                new TreeSet<>(decisions.stream().map(Decision::device).toList()));
    }

    @Test
    void shouldAskNobodyInAReplayThoughALookUpIsBound() {
        Topology topology = topology(LONG, false, false);
        Service service = new Service(null);
        Life host = Life.of(setup(topology, service), true, service);
        for (int i = 0; i < 50; i++) {
            host.publish(i);
        }
        host.await("asked", () -> service.asked().size() == 50);
        service.answer();
        host.await("decided", () -> decisions.size() == 50);
        host.close();
        Service unasked = new Service(null);
        List<Decision> replayed = new ArrayList<>();
        Setup setup = Engine.of(topology)
                .output(DECISIONS, replayed::add)
                .discard(LATE)
                .lookup(DEVICES, unasked, PATIENT);
        Replay.Report report = Replay.of(setup, kept).run();
        assertTrue(report.isEqual());
        assertEquals(decisions, replayed);
        assertEquals(Set.of(), unasked.asked());
        assertEquals(1, unasked.closed);
    }
}
