package io.millrace.bench.topologies;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The topologies give the answer of the hand loop, to the bit, on either host. What the nodes do is one thing on both. */
class TopologiesTest {
    private static final int LIVE = 200_000;

    /** Tables of as many rows as are read: made once. */
    private static final Map<Workload, Generator> GENERATORS = new EnumMap<>(Workload.class);

    /** In W3 more than a minute of event time, so that history expires. */
    private static int events(Workload workload) {
        return workload == Workload.W3 || workload == Workload.W3X || workload == Workload.W5 ? 1_500_000 : LIVE;
    }

    private static Generator generator(Workload workload) {
        return GENERATORS.computeIfAbsent(workload, w -> new Generator(w, events(w)));
    }

    @ParameterizedTest
    @EnumSource(names = {"W0", "W1", "W2", "W3", "W3X", "W4", "W5"})
    void shouldGiveTheAnswerOfTheHandLoopInline(Workload workload) {
        Generator generator = generator(workload);
        Answer answer = new Answer();
        AtomicLong decided = new AtomicLong();
        BenchTopology topology = BenchTopology.of(workload);
        try (Inline inline = topology.setUp(answer, (id, intendedNs) -> decided.incrementAndGet())
                .inline()) {
            topology.load(inline::claims);
            publish(generator, inline.claims(Messages.TRANSACTIONS), events(workload));
            inline.publisher(Messages.TRANSACTIONS).end(); // as Loops.answer does
            assertEquals(0, inline.deadLetters().total());
        }
        assertEquals(expected(workload, generator, events(workload)), answer);
        assertEquals(positive(generator, events(workload)), decided.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"W0", "W1", "W2", "W3", "W4", "W5"})
    void shouldGiveTheAnswerOfTheHandLoopLive(Workload workload) {
        Generator generator = generator(workload);
        Answer answer = new Answer();
        BenchTopology topology = BenchTopology.of(workload);
        try (Engine engine = topology.setUp(answer).start()) {
            topology.load(engine::claims);
            publish(generator, engine.claims(Messages.TRANSACTIONS), LIVE);
            engine.publisher(Messages.TRANSACTIONS).end();
            assertEquals(0, engine.drain(Duration.ofMinutes(1)));
            assertEquals(0, engine.deadLetters().total());
        }
        assertEquals(expected(workload, generator, LIVE), answer);
    }

    private static void publish(Generator generator, Claims<TransactionEncoder> claims, int events) {
        Tx tx = new Tx();
        for (long i = 0; i < events; i++) {
            generator.fill(i, tx);
            Messages.encode(tx, claims.claim());
            claims.commit();
        }
    }

    private static Answer expected(Workload workload, Generator generator, int events) {
        return Loops.answer(Loops.best(workload), generator, events);
    }

    private static long positive(Generator generator, int events) {
        Tx tx = new Tx();
        long positive = 0;
        for (long i = 0; i < events; i++) {
            generator.fill(i, tx);
            positive += tx.amountCents > 0 && tx.id == i ? 1 : 0; // a repeated event is not decided
        }
        return positive;
    }
}
