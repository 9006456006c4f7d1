package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receivers that do not wait for the journal: before the others, marked provisional, and never anew. */
@Timeout(240)
class EarlyOutputsTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    /** Without ticks, so that a place is a number of events. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<String> early = Collections.synchronizedList(new ArrayList<>());
    private final List<String> got = Collections.synchronizedList(new ArrayList<>());

    private static Topology twice() {
        return Trials.one(IN, TrialOp.several(2));
    }

    private static String text(Num n, Meta meta) {
        return n.id() + " at " + meta.sequence() + "." + meta.ordinal() + (meta.provisional() ? " provisional" : "");
    }

    private static List<String> texts(int from, int to, String more) {
        return IntStream.range(2 * from, 2 * to)
                .mapToObj(i -> i / 2 * 10 + i % 2 + " at " + i / 2 + "." + i % 2 + more)
                .toList();
    }

    private Setup setup() {
        return Engine.of(twice())
                .journal(journal)
                .outputWithMeta(OUT, (n, meta) -> got.add(text(n, meta)))
                .early(OUT, (n, meta) -> early.add(text(n, meta)));
    }

    @Test
    void shouldComeBeforeTheirEntriesAreDurableAndOnlyOnceOverARestart() throws Exception {
        journal.durableAtMost = 2;
        Engine engine = setup().start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 5; i++) {
            publisher.publish(num(i));
        }
        await("all have come early", () -> early.size() == 10);
        await("three are durable", () -> got.size() == 6);
        assertEquals(texts(0, 5, " provisional"), early);
        assertEquals(texts(0, 3, ""), got, "others wait, and theirs are not provisional");
        journal.crash();
        closeLosing(engine);

        early.clear();
        got.clear();
        journal.durableAtMost = Long.MAX_VALUE;
        try (Engine again = setup().start()) {
            assertEquals(3, again.recovered().next());
            assertEquals(List.of(), early, "a start hands over nothing that has been early once");
            again.publisher(IN).publish(num(3));
            assertEquals(0, again.drain(LONG));
            assertEquals(texts(3, 4, " provisional"), early, "the place that was lost is another event's");
            assertEquals(texts(3, 4, ""), got);
        }
    }

    /** What is not durable in time is told by who closes. */
    private static void closeLosing(Engine engine) {
        try {
            engine.close();
        } catch (EngineStoppedException e) {
            assertTrue(e.getMessage().contains("did not become durable"), e.getMessage());
        }
    }

    @Test
    void shouldComeOnTheOwnersThreadOfAnInlineHostAndWithoutAJournal() {
        Inline inline = setup().inline();
        inline.publish(IN, num(0));
        assertEquals(texts(0, 1, " provisional"), early);
        inline.close();
        assertEquals(texts(0, 1, ""), got);

        early.clear();
        try (Inline plain = Engine.of(twice())
                .discard(OUT)
                .early(OUT, (n, meta) -> early.add(text(n, meta)))
                .inline()) {
            plain.publish(IN, num(0));
        }
        assertEquals(texts(0, 1, " provisional"), early);
    }

    @Test
    void shouldStandBesideWhatIsPromised() throws Exception {
        Setup failing = setup().early(OUT, (n, meta) -> {
            throw new IllegalStateException("of no consequence");
        });
        try (Engine engine = failing.start()) {
            engine.publisher(IN).publish(num(0));
            assertEquals(0, engine.drain(LONG));
            assertEquals(texts(0, 1, ""), got);
            assertEquals(Map.of(), engine.deadLetters().counts());
            assertEquals(Health.State.DEGRADED, engine.health().state());
            String why = engine.health().why();
            assertTrue(
                    why.contains("output out") && why.contains("early(..)") && why.contains("of no consequence"), why);
        }
        early.clear();
        got.clear();
        Replay.of(setup(), journal).run();
        assertEquals(List.of(), early, "a replay is for those that receive what stays");
        assertEquals(texts(0, 1, ""), got);
    }

    /** Who hands it on to another engine lets that know. */
    @Test
    void shouldHandOnThatItIsProvisional() {
        List<String> next = new ArrayList<>();
        Header header = new Header();
        try (Inline second = Engine.of(twice())
                        .outputWithMeta(OUT, (n, meta) -> next.add(text(n, meta)))
                        .inline();
                Inline first = Engine.of(twice())
                        .discard(OUT)
                        .early(OUT, (n, meta) -> second.publisher(IN).publish(n, header.causedBy(meta)))
                        .inline()) {
            first.publish(IN, num(0));
        }
        assertEquals(
                List.of(
                        "0 at 0.0 provisional",
                        "1 at 0.1 provisional",
                        "10 at 1.0 provisional",
                        "11 at 1.1 provisional"),
                next);
    }
}
