package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Events that are held back. */
class DeferTest {
    record Note(@Length(12) String who, long timeNs, int number) {}

    record Heard(@Length(12) String who, int number) {}

    static final Input<Note> NOTES = Input.of("notes", Note.class).eventTime(Note::timeNs, NANOSECONDS);
    static final Output<Note> LATER = Output.of("deferred", Note.class);
    static final Output<Heard> HEARD = Output.of("heard", Heard.class);

    /** Says which key it sees. */
    static class Ear extends KeyedProcess {
        final Emit<Heard> heard = emits("heard", Heard.class);

        Ear(On<Note> notes) {
            on(notes, n -> heard.emit(new Heard(keyText(), n.number())));
        }
    }

    private static Topology topology(Duration delay) {
        return Millrace.topology("defer", t -> {
            KeyedStream<Note> later = t.from(NOTES).keyByText(Note::who).defer("later", delay);
            later.to(LATER);
            later.process("ear", Duration.ofDays(1), Ear::new).out(e -> e.heard).to(HEARD);
        });
    }

    private final TestDriver driver =
            TestDriver.of(topology(Duration.ofNanos(10)), PlanOptions.tested().withStateBytes(4 << 20));

    private DeferTest send(String who, long timeNs, int number) {
        driver.send(NOTES, new Note(who, timeNs, number));
        return this;
    }

    private List<Integer> later() {
        return driver.take(LATER).stream().map(Note::number).toList();
    }

    @Test
    void shouldComeOutWhenProgressHasReachedTheirDue() {
        send("x", 5, 1);
        driver.advanceToNs(14);
        assertEquals(List.of(), later());
        driver.advanceToNs(15);
        assertEquals(
                List.of(15L), driver.metas(LATER).stream().map(Meta::timeNs).toList(), "with their due as time");
        assertEquals(List.of(1), later());
    }

    @Test
    void shouldKeepTheOrderAmongEquals() {
        send("x", 5, 1).send("y", 5, 2).send("z", 5, 3).send("x", 4, 4).send("a", 6, 5);
        driver.advanceToNs(100);
        assertEquals(List.of(4, 1, 2, 3, 5), later());
    }

    @Test
    void shouldKeepKeyAndBytes() {
        send("Zoe", 5, 1).send("", 6, 2).send("abcdefghijkl", 7, 3);
        driver.advanceToNs(100);
        assertEquals(List.of(new Heard("Zoe", 1), new Heard("", 2), new Heard("abcdefghijkl", 3)), driver.take(HEARD));
        assertEquals(
                List.of(new Note("Zoe", 5, 1), new Note("", 6, 2), new Note("abcdefghijkl", 7, 3)), driver.take(LATER));
    }

    @Test
    void shouldMoveADueBehindProgressUpToProgress() {
        send("x", 100, 1).send("x", 50, 2);
        driver.advanceToNs(101);
        assertEquals(
                List.of(100L), driver.metas(LATER).stream().map(Meta::timeNs).toList());
        assertEquals(List.of(2), later());
    }

    @Test
    void shouldGiveAllAtTheEndOfInput() {
        send("x", 5, 1).send("x", 7, 2);
        driver.end(NOTES);
        assertEquals(
                List.of(15L, 17L),
                driver.metas(LATER).stream().map(Meta::timeNs).toList());
        assertEquals(List.of(1, 2), later());
    }

    @Test
    void shouldComeOutInTheOrderOfDueAndArrival() {
        Seeds.each(11, 10, "comeOutInOrder(%d)", DeferTest::comeOutInOrder);
    }

    private static void comeOutInOrder(long seed) {
        Random random = new Random(seed);
        TestDriver driver = TestDriver.of(
                topology(Duration.ofNanos(10)), PlanOptions.tested().withStateBytes(4 << 20));
        List<Note> all = new ArrayList<>();
        List<Note> out = new ArrayList<>();
        long now = 0;
        long progress = Long.MIN_VALUE;
        List<long[]> dues = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            now += random.nextInt(5) == 0 ? random.nextInt(30) : random.nextInt(2);
            Note note = new Note("k" + random.nextInt(20), now - random.nextInt(4) * random.nextInt(8), i);
            driver.send(NOTES, note);
            progress = Math.max(progress, note.timeNs());
            dues.add(new long[] {Math.max(note.timeNs() + 10, progress), i});
            all.add(note);
            out.addAll(driver.take(LATER));
        }
        driver.advanceToNs(now + 100);
        out.addAll(driver.take(LATER));
        dues.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
        assertEquals(dues.stream().map(d -> all.get((int) d[1])).toList(), out);
    }

    @Test
    void shouldRefuseMoreThanTheBudgetHoldsAndGoOnAfterwards() {
        TestDriver small = TestDriver.of(
                topology(Duration.ofNanos(1_000_000)), PlanOptions.tested().withStateBytes(1 << 20));
        int sent = 0;
        while (small.counters("later").dead == 0) {
            small.send(NOTES, new Note("x", sent, sent++));
        }
        assertTrue(sent > 1_000, "sent " + sent);
        assertEquals("over-bound", small.deadLetters().get(0).reason().text());
        small.advanceToNs(2_000_000);
        assertEquals(sent - 1, small.take(LATER).size());
        assertTrue(small.counters("later").maxFirings <= 64);
        small.send(NOTES, new Note("x", 2_000_000, 1)).advanceToNs(3_000_000);
        assertEquals(1, small.take(LATER).size());
        assertEquals(1, small.deadLetters().size());
    }

    @Test
    void shouldNotBeABranchOfWith() {
        record Both(Note now, Note then) {}
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("with", t -> {
                    KeyedStream<Note> notes = t.from(NOTES).keyByText(Note::who);
                    EventStream<Both> both = notes.with(notes.defer("later", Duration.ofNanos(1)), Both::new);
                    both.to(HEARD, b -> new Heard(b.now().who(), 0));
                }));
        assertTrue(refused.getMessage().contains("defer later"), refused.getMessage());
    }

    @Test
    void shouldRefuseANegativeDelayAndAnUntypedStream() {
        assertThrows(TopologyException.class, () -> topology(Duration.ofNanos(-1)));
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "untyped",
                        t -> t.from(NOTES)
                                .keyByText(Note::who)
                                .map(n -> new Object())
                                .defer("later", Duration.ofNanos(1))
                                .to(HEARD, o -> new Heard("", 0))));
        assertTrue(
                refused.getMessage().contains("its input is untyped; use map(type, function)"), refused.getMessage());
    }

    // ---- numbers as keys, events in place, no delay at all

    private static final Input<Blip.View> BLIPS =
            Input.of("blips", Blip.BLIP).eventTime(Blip.View::timeNs, NANOSECONDS);
    private static final Output<Blip.View> BLIPS_LATER = Output.of("blips-later", Blip.BLIP);

    static class Recent extends LookBack<Blip.View> {
        final Span<Blip.View> span = last(Duration.ofNanos(20));
        final LongValue blips = span.count();
    }

    record Counted(long key, long timeNs, long blips) {}

    private static final Output<Counted> COUNTED = Output.of("counted", Counted.class);

    private static Topology ofBlips(Duration delay) {
        return Millrace.topology("blips", t -> {
            KeyedStream<Blip.View> later = t.from(BLIPS).keyBy(Blip.View::key).defer("later", delay);
            later.to(BLIPS_LATER);
            later.lookBack("recent", Recent::new)
                    .to(COUNTED, r -> new Counted(r.event().key(), r.event().timeNs(), r.blips.get()));
        });
    }

    @Test
    void shouldHoldEventsBackThatAreFilledInPlace() {
        TestDriver blips = TestDriver.of(ofBlips(Duration.ofNanos(10)));
        for (int i = 0; i < 4; i++) {
            blips.send(BLIPS, Blip.of(i % 2, i, 100 + i));
        }
        assertEquals(List.of(), blips.take(BLIPS_LATER));
        blips.advanceToNs(100);
        assertEquals(
                List.of("0@0 100", "1@1 101", "0@2 102", "1@3 103"),
                blips.take(BLIPS_LATER).stream().map(Object::toString).toList());
        assertEquals(
                List.of(new Counted(0, 0, 1), new Counted(1, 1, 1), new Counted(0, 2, 2), new Counted(1, 3, 2)),
                blips.take(COUNTED),
                "with their key, and in time for what keeps state by it");
        assertEquals(List.of(), blips.deadLetters());
    }

    @Test
    void shouldLetEventsPassThatAreNotHeldBackInTheOrderOfTheirTime() {
        Input<Blip.View> late = Input.of("late", Blip.BLIP)
                .eventTime(Blip.View::timeNs, NANOSECONDS)
                .disorder(Duration.ofNanos(5));
        TestDriver blips = TestDriver.of(Millrace.topology(
                "none",
                t -> t.from(late)
                        .keyBy(Blip.View::key)
                        .defer("sorted", Duration.ZERO)
                        .to(BLIPS_LATER)));
        for (int time : new int[] {3, 1, 2, 7, 5, 6, 9}) {
            blips.send(late, Blip.of(1, time, time));
        }
        blips.endAll();
        assertEquals(
                List.of(1L, 2L, 3L, 5L, 6L, 7L, 9L),
                blips.metas(BLIPS_LATER).stream().map(Meta::timeNs).toList());
        assertEquals(
                List.of("1@1 1", "1@2 2", "1@3 3", "1@5 5", "1@6 6", "1@7 7", "1@9 9"),
                blips.take(BLIPS_LATER).stream().map(Object::toString).toList());
    }

    @Test
    void shouldKeepTheCorrelationOfTheEventThatWasHeldBack() {
        TestDriver blips = TestDriver.of(ofBlips(Duration.ofNanos(10)));
        blips.send(BLIPS, Blip.of(1, 0, 1), new Header().correlationId(77));
        blips.send(BLIPS, Blip.of(2, 1, 2), new Header().correlationId(78));
        blips.send(BLIPS, Blip.of(3, 50, 3), new Header().correlationId(79));
        assertEquals(
                List.of(77L, 78L),
                blips.metas(BLIPS_LATER).stream().map(Meta::correlationId).toList());
    }
}
