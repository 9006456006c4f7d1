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
import io.millrace.engine.Inline;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run with a slow, failing, forgetful service, and its log through the state machine alone, which asks nobody: the same outputs. */
@Timeout(240)
class AsyncReplayTest {
    /** What came in by the port of replies, as the topology itself sees it; the score of a failure is 0. */
    record Came(long sequence, int ordinal, int score) {}

    static final Output<Reputation> REPLIES = Output.of("replies", Reputation.class);
    private static final long TICK_NS = 1_000_000;

    private static Topology topology(boolean ordered) {
        return Millrace.topology("replay", t -> {
            AsyncWork<Payment, Device, Reputation> work = t.from(LIVE)
                    .async("reputation", DEVICES, p -> new Device(p.device()))
                    .inFlightAtMost(64)
                    .lateReplies(side -> side.to(LATE));
            (ordered ? work.ordered() : work)
                    .decideWithin(Duration.ofNanos(3 * TICK_NS), FALLBACK)
                    .to(DECISIONS, Decision::of);
            t.from(DEVICES.replies())
                    .to(
                            REPLIES,
                            r -> new Reputation(r.isFailed() ? 0 : r.value().score()));
        });
    }

    private static String text(Object value, Meta m) {
        return value + " at " + m.sequence() + "." + m.ordinal() + " of " + m.eventSequence() + " " + m.timeNs() + " "
                + m.reason();
    }

    /** The entries of a run, as a journal would have them. */
    private static final class Log {
        private final Topology topology;
        private final List<byte[]> entries = new ArrayList<>();

        Log(Topology topology) {
            this.topology = topology;
        }

        <V> void event(Input<V> input, V event, Header header) {
            EntryEncoder<V> encoder =
                    new EntryEncoder<>(input, topology.inputs().indexOf(input));
            int length = encoder.encode(event, header);
            entries.add(Arrays.copyOf(encoder.bytes(), length));
        }

        void plain(byte kind, long timeNs) {
            byte[] bytes = new byte[Entry.FIXED_LENGTH];
            EntryEncoder.plain(bytes, 0, kind, 0, timeNs);
            entries.add(bytes);
        }

        void reply(Came came) {
            Reply<Reputation> reply = came.score() == 0 ? Reply.failed() : Reply.of(new Reputation(came.score()));
            event(DEVICES.replies(), reply, new Header().cause(came.sequence(), came.ordinal()));
        }

        /** Through the state machine alone: nothing there could ask anybody. */
        List<String> replay() {
            List<String> out = new ArrayList<>();
            Core core = new Core(Planner.plan(topology, PlanOptions.fused()), new Ports() {
                @Override
                public SinkPort sink(Output<?> output) {
                    return flow -> {
                        if (output == DECISIONS || output == LATE) {
                            out.add(text(flow.value(), flow));
                        }
                    };
                }

                @Override
                public DeadLetterPort deadLetters(int stage) {
                    return (q, node, reason, detail, cause, entry, offset) -> out.add(reason + " at " + q);
                }

                @Override
                public boolean isLive(Input<?> input) {
                    return true;
                }
            });
            for (int q = 0; q < entries.size(); q++) {
                core.process(q, entries.get(q), 0);
            }
            return out;
        }
    }

    /** More than are seen to with one entry: their time counts from the first tick all the same. */
    @Test
    void shouldCountFromTheFirstTickHoweverManyWaitForIt() {
        Log log = new Log(Millrace.topology(
                "many",
                t -> t.from(LIVE)
                        .async("reputation", DEVICES, p -> new Device(p.device()))
                        .lateReplies(side -> side.to(LATE))
                        .decideWithin(Duration.ofNanos(50), FALLBACK)
                        .to(DECISIONS, Decision::of)));
        for (int i = 0; i < 400; i++) {
            log.event(LIVE, new Payment("a", i, 100), null);
        }
        for (long clockNs : new long[] {1_000, 1_040, 1_049}) {
            log.plain(EntryKind.TICK, clockNs); // with each entry 64 of them begin to count
        }
        log.reply(new Came(299, 0, 5));
        assertEquals(1, log.replay().size(), "in time");
        log.plain(EntryKind.TICK, 1_050);
        log.reply(new Came(399, 0, 6)); // late, though what becomes of its event has not been seen to
        for (int i = 0; i < 10; i++) {
            log.plain(EntryKind.CONTINUE, 0);
        }
        List<String> out = log.replay();
        assertEquals(401, out.size());
        assertEquals(1, out.stream().filter(s -> s.contains("score=6")).count());
        assertEquals(399, out.stream().filter(s -> s.contains("score=-7")).count());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPutOutTheSameWhenItsLogIsReplayed(boolean ordered) throws Exception {
        AsyncLookup<Device, Reputation> quick =
                AsyncLookup.onThreads(2, d -> d.number() % 11 == 0 ? null : new Reputation((int) d.number() + 8));
        List<CompletableFuture<Reputation>> slow = new ArrayList<>();
        AsyncLookup<Device, Reputation> lookup = d -> {
            if (d.number() % 100 == 99) {
                slow.forEach(f -> f.complete(new Reputation(1)));
                slow.clear();
            }
            if (d.number() % 20 != 0) {
                return quick.ask(d);
            }
            slow.add(new CompletableFuture<>());
            return slow.get(slow.size() - 1);
        };
        List<String> ran = new ArrayList<>();
        Map<Long, Came> replies = new HashMap<>();
        Topology topology = topology(ordered);
        Log log = new Log(topology);
        Inline inline = Engine.of(topology)
                .<Decision>outputWithMeta(DECISIONS, (d, m) -> ran.add(text(d, m)))
                .<Reputation>outputWithMeta(LATE, (r, m) -> ran.add(text(r, m)))
                .<Reputation>outputWithMeta(
                        REPLIES,
                        (r, m) -> replies.put(m.sequence(), new Came(m.causeSequence(), m.causeOrdinal(), r.score())))
                .lookup(DEVICES, lookup, Asking.once().timeout(Duration.ofMinutes(10)))
                .inline();
        for (int i = 0; i < 300; i++) {
            Payment p = new Payment("a", i, 1_000 + i);
            long own = inline.publish(LIVE, p);
            catchUp(log, inline, replies, q -> q == own, () -> log.event(LIVE, p, null));
            long beforeNs = 1 + (i / 10 - 1) * TICK_NS;
            while (i % 50 == 19 && replies.values().stream().noneMatch(came -> came.sequence() == own)) {
                inline.doWork(beforeNs); // time stands still until this one is answered, however slow the machine is
                catchUp(log, inline, replies, q -> true, () -> log.plain(EntryKind.TICK, beforeNs));
                LockSupport.parkNanos(200_000);
            }
            if (i % 10 == 9) {
                long clockNs = 1 + i / 10 * TICK_NS;
                inline.doWork(clockNs);
                catchUp(log, inline, replies, q -> true, () -> log.plain(EntryKind.TICK, clockNs));
                LockSupport.parkNanos(200_000);
            }
        }
        inline.close();
        quick.close();
        assertTrue(ran.stream().anyMatch(s -> s.endsWith("TIMED_OUT")), "none timed out");
        assertTrue(ran.stream().anyMatch(s -> s.endsWith("null")), "none was answered");
        ran.removeIf(
                s -> Long.parseLong(s.replaceAll(".* at (\\d+)\\..*", "$1")) >= log.entries.size()); // while it closed
        assertEquals(ran, log.replay());
    }

    /** Adds what the host has taken since: replies, which are known, then its own entry, then what goes on firing. */
    private static void catchUp(Log log, Inline inline, Map<Long, Came> replies, LongPredicate isOwn, Runnable addOwn) {
        boolean added = false;
        for (long q = log.entries.size(); q <= inline.stats().sequence(); q++) {
            if (replies.containsKey(q)) {
                log.reply(replies.get(q));
            } else if (!added && isOwn.test(q)) {
                addOwn.run();
                added = true;
            } else {
                log.plain(EntryKind.CONTINUE, 0);
            }
        }
        assertTrue(added);
    }
}
