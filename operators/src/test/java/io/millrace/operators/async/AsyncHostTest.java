package io.millrace.operators.async;

import static io.millrace.operators.async.Shop.DECISIONS;
import static io.millrace.operators.async.Shop.DEVICES;
import static io.millrace.operators.async.Shop.FALLBACK;
import static io.millrace.operators.async.Shop.LATE;
import static io.millrace.operators.async.Shop.LIVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Header;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts ask what a topology wants to know, and publish what comes back. */
@Timeout(240)
class AsyncHostTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    /** A slow machine is no failure. */
    private static final Asking PATIENT = Asking.once().timeout(LONG);

    private static final Backoff SHORT = Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(10_000));

    private final List<Decision> decisions = Collections.synchronizedList(new ArrayList<>());
    private final List<Reputation> late = Collections.synchronizedList(new ArrayList<>());

    /** A way to run a topology. */
    enum Kind {
        LIVE,
        EXCLUSIVE,
        INLINE
    }

    /** One of them: publishes, and lets what others hand over in. */
    private record Running(Engine engine, Inline inline, Publisher<Payment> publisher) implements AutoCloseable {
        static Running of(Setup setup, Kind kind) {
            if (kind == Kind.INLINE) {
                Inline inline = setup.inline();
                return new Running(null, inline, inline.publisher(LIVE));
            }
            Engine engine = kind == Kind.EXCLUSIVE ? setup.exclusive().start() : setup.start();
            return new Running(engine, null, engine.publisher(LIVE));
        }

        void send(int device) {
            publisher.publish(new Payment("a", device, 1_000 + device));
        }

        void work() {
            if (inline != null) {
                inline.doWork(System.currentTimeMillis() * 1_000_000);
            } else {
                engine.doWork();
            }
        }

        void await(BooleanSupplier done) {
            for (int i = 0; !done.getAsBoolean(); i++) {
                assertTrue(i < 600_000, "waited in vain");
                work();
                LockSupport.parkNanos(100_000);
            }
        }

        Health health() {
            return inline != null ? inline.health() : engine.health();
        }

        @Override
        public void close() {
            if (inline != null) {
                inline.close();
            } else {
                engine.close();
            }
        }
    }

    private static Topology topology(Duration within) {
        return Millrace.topology(
                "shop",
                t -> t.from(LIVE)
                        .filter(p -> p.device() >= 0)
                        .async("reputation", DEVICES, p -> new Device(p.device()))
                        .inFlightAtMost(1 << 14)
                        .lateReplies(side -> side.to(LATE))
                        .decideWithin(within, FALLBACK)
                        .onThread("asks") // where the host has threads
                        .to(DECISIONS, Decision::of));
    }

    private Setup setup(Duration within, AsyncLookup<Device, Reputation> lookup, Asking how) {
        return Engine.of(topology(within))
                .stalledAfter(LONG) // a thread that gets no processor is no trouble here
                .output(DECISIONS, d -> decisions.add(d))
                .output(LATE, r -> late.add(r))
                .lookup(DEVICES, lookup, how);
    }

    private long scores(int score) {
        synchronized (decisions) {
            return decisions.stream().filter(d -> d.score() == score).count();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAskAndAnswerEachEventOnce(Kind kind) {
        AsyncLookup<Device, Reputation> lookup =
                AsyncLookup.onThreads(3, d -> new Reputation((int) d.number() % 1_000 + 8));
        try (Running host = Running.of(setup(LONG, lookup, PATIENT), kind)) {
            for (int i = 0; i < 3_000; i++) {
                host.send(i);
                if (i % 500 == 499) {
                    int all = i + 1;
                    host.await(() -> decisions.size() == all); // no more than the ring of the sink holds
                }
            }
            assertEquals(Health.State.UP, host.health().state(), host.health().toString());
        }
        boolean[] seen = new boolean[3_000];
        for (Decision d : decisions) {
            assertEquals(d.device() % 1_000 + 8, d.score());
            assertTrue(!seen[(int) d.device()], "twice");
            seen[(int) d.device()] = true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDecideByTheClockAndTakeLateRepliesAside(Kind kind) {
        Queue<CompletableFuture<Reputation>> asked = new ConcurrentLinkedQueue<>();
        AsyncLookup<Device, Reputation> lookup = d -> {
            CompletableFuture<Reputation> f = new CompletableFuture<>();
            asked.add(f);
            return f;
        };
        try (Running host = Running.of(setup(Duration.ofMillis(20), lookup, PATIENT), kind)) {
            host.work();
            for (int i = 0; i < 100; i++) {
                host.send(i);
            }
            host.await(() -> scores(-7) == 100);
            host.await(() -> asked.size() == 100);
            asked.forEach(f -> f.complete(new Reputation(1)));
            host.await(() -> late.size() == 100);
        }
        assertEquals(100, decisions.size());
    }

    /** Fails in one way after the other, and then answers. */
    private static final class Flaky implements AsyncLookup<Device, Reputation> {
        final AtomicInteger calls = new AtomicInteger();
        volatile int closed;

        @Override
        public CompletionStage<Reputation> ask(Device request) throws Exception {
            return switch (calls.getAndIncrement() % 5) {
                case 0 -> throw new IOException("cannot ask");
                case 1 -> CompletableFuture.failedFuture(new IOException("failed"));
                case 2 -> CompletableFuture.completedFuture(null);
                case 3 -> null;
                default -> CompletableFuture.completedFuture(new Reputation((int) request.number()));
            };
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void shouldTryAgainAsOftenAsDeclared() {
        Flaky lookup = new Flaky();
        try (Running host = Running.of(setup(LONG, lookup, PATIENT.retry(5, SHORT)), Kind.LIVE)) {
            for (int i = 20; i < 40; i++) {
                host.send(i);
                int all = i - 19;
                host.await(() -> decisions.size() == all);
            }
            assertEquals(100, lookup.calls.get());
            assertEquals(Health.State.UP, host.health().state());
        }
        assertEquals(0, scores(-7));
        assertEquals(1, lookup.closed);
    }

    @Test
    void shouldSayThatItFailedAfterTheLastAttempt() {
        Flaky lookup = new Flaky();
        try (Running host = Running.of(setup(LONG, lookup, PATIENT.retry(2, SHORT)), Kind.LIVE)) {
            host.send(20); // fails twice
            host.await(() -> scores(-7) == 1);
            host.send(21); // again
            host.await(() -> scores(-7) == 2);
            host.send(22);
            host.await(() -> scores(22) == 1);
            Health health = host.health();
            assertEquals(Health.State.DEGRADED, health.state());
            assertTrue(
                    health.why().contains("lookup devices: 2 of 3 requests failed, the last: ")
                            && health.why().contains("ask(..) returned null instead of a CompletionStage"),
                    health.why());
        }
    }

    @Test
    void shouldEndWhatTakesTooLongAndGetItsThreadBack() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        AsyncLookup<Device, Reputation> lookup = AsyncLookup.onThreads(1, d -> {
            if (d.number() < 3) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                    throw e;
                }
            }
            return new Reputation((int) d.number());
        });
        Asking how = Asking.once().timeout(Duration.ofMillis(20));
        try (Running host = Running.of(setup(LONG, lookup, how), Kind.LIVE)) {
            for (int i = 0; i < 3; i++) {
                host.send(i);
            }
            host.await(() -> scores(-7) == 3);
            int[] next = {30};
            host.await(() -> {
                if (decisions.size() == next[0] - 27 && scores(next[0] - 1) == 0) {
                    host.send(next[0]++); // one after the other: a slow machine may not answer the first in time
                }
                return scores(next[0] - 1) == 1;
            });
            assertTrue(
                    host.health().why().contains("no answer within PT0.02S"),
                    host.health().why());
        }
        assertTrue(interrupted.get() >= 1, "the thread came back");
    }

    @Test
    void shouldFailAtOnceWhatWouldBeOneTooMany() {
        AsyncLookup<Device, Reputation> lookup = d -> new CompletableFuture<>();
        Asking how = Asking.once().openAtMost(2).timeout(LONG);
        Running host = Running.of(setup(LONG, lookup, how), Kind.LIVE);
        for (int i = 0; i < 3; i++) {
            host.send(i);
        }
        host.await(() -> scores(-7) == 1);
        assertTrue(
                host.health().why().contains("more than 2 requests are open"),
                host.health().why());
        host.close();
        assertTrue(
                host.health().why().contains("lookup devices: 2 requests were open when it closed"),
                host.health().why());
    }

    @Test
    void shouldAskNobodyForWhatIsMarkedAsNotReal() {
        AtomicInteger calls = new AtomicInteger();
        AsyncLookup<Device, Reputation> lookup = d -> {
            calls.incrementAndGet();
            return CompletableFuture.completedFuture(new Reputation(9));
        };
        try (Running host = Running.of(setup(LONG, lookup, PATIENT), Kind.LIVE)) {
            host.publisher().publish(new Payment("a", 1, 1_000), new Header().marked());
            host.await(() -> scores(-7) == 1);
            host.send(2);
            host.await(() -> scores(9) == 1);
        }
        assertEquals(1, calls.get());
    }

    @Test
    void shouldLoseNoAnswerToInterrupts() {
        AsyncLookup<Device, Reputation> lookup = AsyncLookup.onThreads(2, d -> new Reputation((int) d.number() + 8));
        Asking how = PATIENT.retry(100, SHORT); // an interrupt may end a look-up
        try (Running host = Running.of(setup(LONG, lookup, how), Kind.LIVE)) {
            Thread[] threads = new Thread[Thread.activeCount() + 20];
            Thread.enumerate(threads);
            for (int i = 0; i < 400; i++) {
                host.send(i);
                for (Thread t : threads) {
                    if (t != null && t.getName().startsWith("millrace-shop")) {
                        t.interrupt();
                    }
                }
            }
            host.await(() -> decisions.size() == 400);
        }
        assertEquals(0, scores(-7));
    }

    @Test
    void shouldSayWhatIsBoundToNothing() {
        String unbound = assertThrows(
                        IllegalStateException.class,
                        () -> Engine.of(topology(LONG))
                                .discard(DECISIONS)
                                .discard(LATE)
                                .start())
                .getMessage();
        assertTrue(unbound.contains("devices.requests"), unbound);
        Topology other = Millrace.topology("other", t -> t.from(LIVE).to(Shop.UNANSWERED));
        String unknown = assertThrows(
                        IllegalArgumentException.class, () -> Engine.of(other).lookup(DEVICES, d -> null))
                .getMessage();
        assertTrue(unknown.contains("devices.replies"), unknown);
    }
}
