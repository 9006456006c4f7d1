package io.millrace.operators.async;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Explain;
import io.millrace.engine.Journaling;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.lineage.Explanation;
import io.millrace.operators.window.Window;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.Recording;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Explanations from a journal: from its first entry, from a snapshot, and where what was before has been given up. */
class ExplainJournalTest {
    private static final long CARD = 4_711_004_711_004_711L;

    record Paid(@Sensitive long card, long cents, long timeMs) {}

    record Spent(@Sensitive long card, long cents, long payments) {}

    static class Sums extends Aggregates<Paid> {
        final LongValue card = longKey();
        final LongValue cents = sum(Paid::cents);
        final LongValue most = max(Paid::card);
        final LongValue payments = count();
    }

    private static final Input<Paid> PAID = Input.of("paid", Paid.class)
            .eventTime(Paid::timeMs, TimeUnit.MILLISECONDS)
            .historic();
    private static final Output<Spent> SPENT = Output.of("spent", Spent.class);

    private final MemoryJournal kept = new MemoryJournal();
    private final List<Long> ids = new ArrayList<>();

    private static Topology topology() {
        return topology("spend");
    }

    private static Topology topology(String name) {
        return topology(name, s -> s);
    }

    private static Topology topology(String name, UnaryOperator<KeyedStream<Paid>> how) {
        return Millrace.topology(
                "spending",
                t -> how.apply(t.from(PAID).keyBy(Paid::card))
                        .window(name, Window.tumbling(ofSeconds(10)).every(1))
                        .aggregate(Sums::new)
                        .to(SPENT, s -> new Spent(s.card.get(), s.cents.get(), s.payments.get())));
    }

    @BeforeEach
    void record() {
        record(kept, true);
    }

    private void record(MemoryJournal journal, boolean withSnapshot) {
        record(topology(), journal, withSnapshot);
    }

    private void record(Topology topology, MemoryJournal journal, boolean withSnapshot) {
        ids.clear();
        try (Engine engine = Engine.of(topology)
                .outputWithMeta(SPENT, (spent, meta) -> ids.add(meta.sequence()))
                .journal(journal)
                .start()) {
            for (int i = 0; i < 30; i++) {
                engine.publisher(PAID).publish(new Paid(CARD + i % 2, 100 + i, 1_000_000 + 600L * i));
                if (i == 20 && withSnapshot) {
                    engine.drain(Duration.ofSeconds(50));
                    engine.makeSnapshot();
                }
            }
            engine.drain(Duration.ofSeconds(50));
        }
    }

    private Explanation explain(long sequence) {
        return explain(kept, sequence);
    }

    private static Explanation explain(MemoryJournal journal, long sequence) {
        return Explain.of(Engine.of(topology()).discard(SPENT), journal).output("spent", sequence, 0);
    }

    private static Explanation.Part part(Explanation e, String name) {
        return e.stories().get(0).steps().stream()
                .filter(s -> s.node().startsWith("sp"))
                .flatMap(s -> s.said().stream())
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldTellTheSameFromASnapshotAsFromTheFirstEntry() {
        long last = ids.get(ids.size() - 1);
        assertTrue(kept.snapshot() > 10 && kept.snapshot() < last, "a snapshot in between");
        String fromSnapshot = explain(last).text();
        MemoryJournal without = new MemoryJournal();
        record(without, false);
        assertEquals(-1, without.snapshot());
        assertEquals(explain(without, last).text(), fromSnapshot);
        Explain sampling = Explain.of(Engine.of(topology()).discard(SPENT).blame(64), kept);
        assertEquals(fromSnapshot, sampling.output("spent", last, 0).text(), "where blame would sample other entries");
    }

    @Test
    void shouldTellWhatIsLeftWhereEntriesWereGivenUp() {
        long last = ids.get(ids.size() - 1);
        List<Explanation.Event> all = part(explain(last), "events").events();
        kept.forgetBelowSnapshot();
        Explanation e = explain(last);
        List<Explanation.Event> left = part(e, "events").events();
        assertTrue(left.size() < all.size() && !left.isEmpty(), e::text);
        assertEquals(all.subList(all.size() - left.size(), all.size()), left);
        assertEquals(Integer.toString(all.size()), part(e, "payments").value(), "the state knows of all of them");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> explain(0))
                .getMessage()
                .contains("no such output"));
    }

    @Test
    void shouldTellOfATopologyThatHasTakenOverAndHasNoSnapshotOfItsOwnYet() {
        long last = ids.get(ids.size() - 1);
        String payments = part(explain(last), "payments").value();
        Journaling how = Journaling.plain().migrate(Migration.none().rename("spend", "spree"));
        Engine.of(topology("spree")).discard(SPENT).journal(kept, how).start().close();
        Explanation e = Explain.of(Engine.of(topology("spree")).discard(SPENT).journal(kept, how), kept)
                .output("spent", last, 0);
        assertEquals(payments, part(e, "payments").value());
    }

    /** As production has it: several threads, and no entries from before the snapshot. */
    @Test
    void shouldTellAndReplayWhatKeysInParallelHavePutOut() {
        String payments = part(explain(ids.get(ids.size() - 1)), "payments").value();
        Topology topology = topology("spend", s -> s.parallel("cards", 2));
        MemoryJournal journal = new MemoryJournal();
        record(topology, journal, true);
        long last = ids.get(ids.size() - 1);
        journal.forgetBelowSnapshot();
        List<Long> again = new ArrayList<>();
        Setup replayed = Engine.of(topology).outputWithMeta(SPENT, (spent, meta) -> again.add(meta.sequence()));
        assertTrue(Replay.of(replayed, journal).run().isEqual());
        assertTrue(!again.isEmpty() && ids.size() > again.size(), again.size() + " of " + ids.size());
        assertEquals(ids.subList(ids.size() - again.size(), ids.size()), again);
        Explanation e = Explain.of(Engine.of(topology).discard(SPENT), journal).output("spent", last, 0);
        assertEquals(payments, part(e, "payments").value());
    }

    @Test
    void shouldShowAHashOfWhatIsSensitive() {
        Explanation e = explain(ids.get(12));
        for (String text : List.of(e.text(), e.json())) {
            assertFalse(text.contains("4711004711"), text);
            assertTrue(text.contains("card=#"), text);
        }
        assertTrue(part(e, "most").value().matches("#[0-9a-f]{8}"), e::text);
        assertTrue(part(e, "payments").value().matches("[0-9]+"), e::text);
    }

    /** Has no layout, and says nothing of what is sensitive. */
    private record Seen(long card, Object what) {}

    private static Stream<Function<Paid, ?>> withoutLayout() {
        return Stream.of(Paid::card, p -> "card " + p.card(), p -> new Seen(p.card(), p));
    }

    @ParameterizedTest
    @MethodSource("withoutLayout")
    void shouldShowAHashOfWhatWasMadeOfIt(Function<Paid, ?> made) {
        Topology topology = Millrace.topology(
                "made",
                t -> t.from(PAID)
                        .map(made::apply)
                        .map(Spent.class, m -> new Spent(1, 2, 3))
                        .to(SPENT));
        TestDriver driver = TestDriver.of(topology);
        Recording recording = driver.record();
        driver.send(PAID, new Paid(CARD, 5, 0));
        Explanation e = recording.explain(SPENT, 0, 0);
        assertFalse(e.text().contains("4711004711") || e.json().contains("4711004711"), e::text);
        assertTrue(e.text().matches("(?s).*put out at 1970-01-01T00:00:00Z: (#|Seen.card=#)[0-9a-f]{8}.*"), e::text);
    }
}
