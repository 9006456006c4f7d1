package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The dead letters of a topology as a stream of it. */
class DeadLetterStreamTest {
    record Job(long id, long size, long timeNs) {}

    record Ops(long sequence, @Length(240) String text) {}

    static final Input<Job> JOBS =
            Input.of("jobs", Job.class).eventTime(Job::timeNs, NANOSECONDS).historic();
    static final Output<Job> DONE = Output.of("done", Job.class);
    static final Output<Ops> OPS = Output.of("ops", Ops.class);

    static boolean refused(String where) {
        throw new IllegalStateException(where);
    }

    static Ops ops(DeadLetter d) {
        String node = d.node().replaceAll("@.*", "");
        return new Ops(d.sequence(), node + " " + d.reason().text() + " " + d.cause() + (d.fired() ? " fired" : ""));
    }

    /** Two branches behind a flatMap; odd parts fail on the first, large ones on the second. */
    static Topology forked() {
        return Millrace.topology("forked", t -> {
            EventStream<Job> parts = t.from(JOBS).flatMap(Job.class, 100, (j, out) -> {
                for (int i = 0; i < j.size(); i++) {
                    out.emit(new Job(j.id(), i, j.timeNs()));
                }
            });
            parts.filter(p -> p.size() % 2 == 0 || refused("odd " + p.size())).to(DONE);
            parts.filter(p -> p.size() < 3 || refused("large " + p.size())).to(DONE);
            t.deadLetters().to(OPS, DeadLetterStreamTest::ops);
        });
    }

    private static List<String> texts(TestDriver driver) {
        return driver.take(OPS).stream().map(Ops::text).toList();
    }

    @Test
    void shouldBringTheLettersOfAnEntryByNodeAndThenAsTheyCameAbout() {
        TestDriver driver = TestDriver.of(forked());
        driver.send(JOBS, new Job(7, 5, 10), new Header().correlationId(99));
        Meta meta = driver.metas(OPS).get(0);
        assertEquals(0, meta.sequence());
        assertEquals(99, meta.correlationId());
        assertEquals(10, meta.timeNs());
        assertEquals(
                "[0, 1, 2, 3]",
                driver.metas(OPS).stream().map(Meta::ordinal).toList().toString());
        String failed = "filter operator-error java.lang.IllegalStateException: ";
        assertEquals(
                List.of(failed + "odd 1", failed + "odd 3", failed + "large 3", failed + "large 4"), texts(driver));
        assertEquals(4, driver.deadLetters().size(), "they are listed as ever");
        driver.send(JOBS, new Job(8, 1, 11));
        assertEquals(List.of(), texts(driver), "none is brought twice");
    }

    @Test
    void shouldBringTheSameOnEachHost() throws Exception {
        List<String> driven = new ArrayList<>();
        TestDriver driver = TestDriver.of(forked());
        List<String> inlined = new ArrayList<>();
        List<String> live = new ArrayList<>();
        try (Inline inline = Engine.of(forked())
                        .discard(DONE)
                        .output(OPS, o -> inlined.add(o.toString()))
                        .inline();
                Engine engine = Engine.of(forked())
                        .discard(DONE)
                        .output(OPS, o -> live.add(o.toString()))
                        .start()) {
            for (int i = 0; i < 50; i++) {
                Job job = new Job(i, i % 7, i);
                driver.send(JOBS, job);
                inline.publish(JOBS, job);
                engine.publisher(JOBS).publish(job);
            }
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
        }
        driver.take(OPS).forEach(o -> driven.add(o.toString()));
        assertTrue(driven.size() > 50);
        assertEquals(driven, inlined);
        assertEquals(driven, live);
    }

    @Test
    void shouldCountWhatFailsBelowAndNeverFeedItBack() {
        Topology topology = Millrace.topology("below", t -> {
            t.from(JOBS).filter(j -> refused("above")).to(DONE);
            t.deadLetters()
                    .map(Ops.class, DeadLetterStreamTest::ops)
                    .keyBy(Ops::sequence)
                    .defer("later", Duration.ofNanos(5))
                    .filter(o -> refused("below"))
                    .to(OPS);
            t.deadLetters()
                    .map(Ops.class, d -> new Ops(1, String.valueOf(refused("map"))))
                    .to(OPS);
        });
        TestDriver driver = TestDriver.of(topology);
        for (int i = 0; i < 10; i++) {
            driver.send(JOBS, new Job(i, 1, 10L * i));
        }
        driver.endAll();
        assertEquals(List.of(), texts(driver));
        List<String> causes =
                driver.deadLetters().stream().map(DeadLetter::cause).toList();
        for (String where : List.of("above", "map", "below")) {
            assertEquals(10, causes.stream().filter(c -> c.endsWith(where)).count(), where);
        }
        assertEquals(30, causes.size());
    }

    @Test
    void shouldBringWhatIsLateAheadOrFired() {
        Topology topology = Millrace.topology("times", t -> {
            EventStream<Job> jobs = t.from(JOBS).onTime();
            jobs.keyBy(Job::id)
                    .defer("later", Duration.ofNanos(10))
                    .filter(j -> refused("in its time"))
                    .to(DONE);
            t.deadLetters().to(OPS, DeadLetterStreamTest::ops);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(JOBS, new Job(1, 1, 100)).send(JOBS, new Job(2, 1, 99));
        assertEquals(1, driver.metas(OPS).size());
        assertEquals(100, driver.metas(OPS).get(0).timeNs(), "what reads letters must not find them late");
        assertTrue(texts(driver).get(0).startsWith("onTime late"));
        driver.send(JOBS, new Job(3, 1, 200), new Header().correlationId(5));
        assertTrue(driver.metas(OPS).get(0).fired());
        assertEquals(
                0, driver.metas(OPS).get(0).correlationId(), "a firing inherits nothing from whom time passes with");
        assertEquals(
                List.of("filter operator-error java.lang.IllegalStateException: in its time fired"), texts(driver));
        driver.send(JOBS, new Job(4, 1, Duration.ofDays(100).toNanos()));
        assertEquals(List.of(), texts(driver), "set aside");
        driver.send(JOBS, new Job(5, 1, 201));
        Ops ahead = driver.take(OPS).get(0);
        assertEquals(3, ahead.sequence(), "the letter is of the entry that was set aside");
        assertTrue(ahead.text().startsWith("jobs ahead"));
    }

    /** At most so many letters of a node flow for one entry, so that an entry's work is bounded; all are counted. */
    @Test
    void shouldBringAtMostADeclaredNumberOfANodeAnEntry() {
        TestDriver driver = TestDriver.of(forked());
        driver.send(JOBS, new Job(1, 100, 1));
        List<String> texts = texts(driver);
        assertEquals(50 + Plan.LETTERS_OF_NODE, texts.size());
        assertTrue(texts.get(49).endsWith("odd 99"));
        assertTrue(texts.get(50).endsWith("large 3"));
        assertEquals(50 + 97, driver.deadLetters().size());
    }

    static class ByNode extends LookBack<DeadLetter> {
        final LongValue letters = last(Duration.ofDays(1)).count();
    }

    @Test
    void shouldBeAStreamAsAnyOther() {
        Topology topology = Millrace.topology("words", t -> {
            EventStream<Job> jobs = t.from(JOBS);
            jobs.filter(j -> j.size() > 0 || refused("empty")).to(DONE);
            EventStream<Ops> letters = t.deadLetters().map(Ops.class, DeadLetterStreamTest::ops);
            letters.merge(jobs.map(Ops.class, j -> new Ops(j.id(), "job"))).to(OPS);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(JOBS, new Job(1, 0, 1)).send(JOBS, new Job(2, 1, 2));
        List<String> texts = texts(driver);
        assertEquals(3, texts.size());
        assertEquals("job", texts.get(0), "letters come when all else of the entry has happened");
        assertTrue(texts.get(1).endsWith("empty"));
        Topology counting = Millrace.topology("counting", t -> {
            t.from(JOBS).filter(j -> refused("always")).to(DONE);
            t.deadLetters()
                    .keyByText(DeadLetter::node)
                    .lookBack("by-node", ByNode::new)
                    .filter(n -> n.letters.get() == 3)
                    .to(OPS, n -> ops(n.event()));
        });
        TestDriver counts = TestDriver.of(counting);
        for (int i = 0; i < 5; i++) {
            counts.send(JOBS, new Job(i, 1, i));
        }
        assertEquals(1, texts(counts).size());
    }

    @Test
    void shouldCutOffALetterThatIsKept() {
        AtomicReference<DeadLetter> kept = new AtomicReference<>();
        Topology topology = Millrace.topology("kept", t -> {
            t.from(JOBS).filter(j -> refused("always")).to(DONE);
            t.deadLetters().peek(kept::set).to(OPS, DeadLetterStreamTest::ops);
        });
        TestDriver.of(topology).send(JOBS, new Job(1, 1, 1));
        assertThrows(IllegalStateException.class, kept.get()::node);
    }

    @Test
    void shouldRunOnOneThreadWhateverIsAskedFor() {
        Topology topology = Millrace.topology("threads", t -> {
            t.from(JOBS).filter(j -> refused("always")).onThread("a").to(DONE);
            t.deadLetters().onThread("b").to(OPS, DeadLetterStreamTest::ops);
        });
        TestDriver driver =
                TestDriver.of(topology, PlanOptions.tested().withThreads().withSmallestRings());
        assertEquals(1, driver.plan().stages().size());
        String plan = driver.plan().describe();
        assertTrue(
                plan.matches("(?s).*\n  all in one stage: the threads asked for at filter(@\\S*)? "
                        + "\\(DeadLetterStreamTest.java:232\\) are not used, because dead letters are a stream "
                        + "of this topology, at dead-letters"
                        + " \\(DeadLetterStreamTest.java:233\\); receive dead letters with "
                        + "Setup.onDeadLetter to use threads\n.*"),
                plan);
        assertFalse(TestDriver.of(topology).plan().describe().contains("all in one stage"), "nobody asked for threads");
        driver.send(JOBS, new Job(1, 1, 1));
        assertEquals(1, texts(driver).size());
    }

    @Test
    void shouldStandInDescriptions() {
        Topology topology = forked();
        assertTrue(topology.describe().contains("dead-letters: deadLetters"), topology::describe);
        assertTrue(topology.toMermaid().contains("([\"dead-letters\"])"), topology::toMermaid);
        String plan = TestDriver.of(topology).plan().describe();
        assertTrue(plan.contains("from dead-letters:"), plan);
    }

    /** What a letter causes waits for the others of its step where ways of letters meet. */
    @Test
    void shouldInheritFromTheEventOfALetterThoughOthersOfFiringsGoAhead() {
        Topology topology = Millrace.topology("meet", t -> {
            EventStream<Job> jobs = t.from(JOBS);
            jobs.filter(j -> refused("now")).to(DONE);
            jobs.keyBy(Job::id)
                    .defer("later", Duration.ofNanos(10))
                    .filter(j -> refused("in its time"))
                    .to(DONE);
            EventStream<Ops> letters = t.deadLetters().map(Ops.class, DeadLetterStreamTest::ops);
            letters.merge(letters).to(OPS);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(JOBS, new Job(1, 1, 100), new Header().correlationId(4));
        driver.take(OPS);
        driver.send(JOBS, new Job(2, 1, 200), new Header().correlationId(5));
        List<Meta> metas = driver.metas(OPS);
        assertEquals(
                List.of(false, true, false, true),
                metas.stream().map(Meta::fired).toList());
        assertEquals(
                List.of(5L, 4L, 5L, 4L), metas.stream().map(Meta::correlationId).toList());
    }

    /** In a section what is due fires in front of the event of its shard, in one step, and a word below letters makes both wait. */
    @Test
    void shouldLeaveToAnEventItsHeaderWhereFiringsOfItsStepWaitBelowLetters() {
        Topology topology = Millrace.topology("behind", t -> {
            var jobs = t.from(JOBS).keyBy(Job::id).parallel("shards", 2);
            var later = jobs.defer("later", Duration.ofNanos(10)).keyBy(Job::id);
            later.lookup(
                            "letters",
                            t.table(
                                    "all",
                                    t.deadLetters()
                                            .map(Ops.class, DeadLetterStreamTest::ops)
                                            .keyBy(Ops::sequence)))
                    .to(OPS, j -> new Ops(j.left().id(), "found"));
            later.to(DONE);
            jobs.filter(j -> true).to(DONE);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(JOBS, new Job(1, 1, 0), new Header().correlationId(7));
        driver.send(JOBS, new Job(1, 2, 20), new Header().correlationId(8));
        List<String> metas = driver.metas(DONE).stream()
                .map(m -> m.correlationId() + (m.fired() ? " fired" : ""))
                .toList();
        assertEquals(List.of("7", "7 fired", "8"), metas);
    }
}
