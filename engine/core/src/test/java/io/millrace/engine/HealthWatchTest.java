package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has happened and is over is told until somebody has seen it, or for a time; what changes is logged once. */
@Timeout(240)
class HealthWatchTest {
    private static final Health UP = new Health(Health.State.UP, "");
    private static final long SECOND = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();
    private long nowNs = -SECOND; // a clock has no beginning
    private long letters;
    private long drops;
    private String still;
    private final HealthWatch watch =
            new HealthWatch("trial", () -> nowNs, (level, line) -> lines.add(level + " " + line));

    private Troubles troubles() {
        Troubles all = new Troubles();
        all.now("still", still);
        all.past("letters", letters, letters == 0 ? null : letters + " dead letters");
        all.past("drops", drops, drops == 0 ? null : drops + " dropped");
        return all;
    }

    private Health health() {
        return watch.judge(troubles());
    }

    private static Health degraded(String why) {
        return new Health(Health.State.DEGRADED, why);
    }

    @Test
    void shouldForgetACountThatHasNotGrownForATime() {
        watch.forgetsAfter(Duration.ofSeconds(60));
        assertEquals(UP, health());
        letters = 2;
        assertEquals(degraded("2 dead letters"), health());
        nowNs += 59 * SECOND;
        letters = 3;
        assertEquals(degraded("3 dead letters"), health());
        nowNs += 60 * SECOND - 1;
        drops = 1;
        assertEquals(degraded("3 dead letters; 1 dropped"), health());
        nowNs++;
        assertEquals(degraded("1 dropped"), health());
        nowNs += 60 * SECOND;
        assertEquals(UP, health());
        letters = 4;
        assertEquals(degraded("4 dead letters"), health());
    }

    @Test
    void shouldTellOnlyWhatCameBehindAnAcknowledgement() {
        letters = 2;
        still = "stage main stands still";
        health();
        drops = 1;
        assertEquals(
                degraded("stage main stands still; 2 dead letters; 1 dropped"),
                watch.acknowledge(troubles()),
                "what nobody has asked for before is named, too");
        assertEquals(degraded("stage main stands still"), health());
        still = null;
        assertEquals(UP, health());
        assertEquals(UP, watch.acknowledge(troubles()));
        letters = 3;
        assertEquals(degraded("3 dead letters"), health());
        assertEquals("INFO engine trial goes on, acknowledged: 2 dead letters; 1 dropped", lines.get(1));
    }

    @Test
    void shouldSayOnceWhatBeginsWhatIsNewAndThatItIsOver() {
        letters = 1;
        for (int i = 0; i < 30; i++) {
            health();
            nowNs += SECOND;
            letters++;
        }
        drops = 1;
        health();
        assertEquals(
                List.of(
                        "WARNING engine trial is DEGRADED: 1 dead letters",
                        "WARNING engine trial is DEGRADED: 31 dead letters; 1 dropped"),
                lines);
        nowNs += 600 * SECOND;
        health();
        assertEquals(2, lines.size(), "it has to last");
        nowNs += HealthWatch.LEAST_NS;
        health();
        assertEquals("INFO engine trial is UP again, after 630000 ms", lines.get(2));
        nowNs += 600 * SECOND;
        health();
        assertEquals(3, lines.size());
        letters++;
        health();
        assertEquals("WARNING engine trial is DEGRADED: 32 dead letters", lines.get(3));
    }

    @Test
    void shouldSayAgainWhatComesBehindAnAcknowledgement() {
        letters = 1;
        health();
        watch.acknowledge(troubles());
        letters = 2;
        nowNs += SECOND;
        health();
        assertEquals(2, lines.size());
        nowNs += HealthWatch.LEAST_NS;
        health();
        assertEquals("WARNING engine trial is DEGRADED: 2 dead letters", lines.get(2));
    }

    /** A receiver that is a little too slow stands still and goes on, again and again. */
    @Test
    void shouldWriteNoLineEachTimeWhereItComesAndGoes() {
        for (int i = 0; i < 100_000; i++) {
            still = i % 2 == 0 ? "stands still for " + i + " ms" : null;
            health();
            nowNs += SECOND / 1000;
        }
        assertEquals(List.of("WARNING engine trial is DEGRADED: stands still for 0 ms"), lines);
    }

    /** The same port, the same journal: what its words are about may be another thing. */
    @Test
    void shouldSayWhatIsNewByItsWordsAndNotByTheirNumbers() {
        sayByWords("the disk of D1 has not answered for PT3S");
        sayByWords("the disk of D1 has not answered for PT1M3S");
        sayByWords("the disk of D1 is nearly full: 7 bytes are free");
        sayByWords("the disk of D1 has not answered for PT9S");
        sayByWords("the disk of D1 is nearly full: 5 bytes are free");
        assertEquals(
                List.of(
                        "WARNING engine trial is DEGRADED: the disk of D1 has not answered for PT3S",
                        "WARNING engine trial is DEGRADED: the disk of D1 is nearly full: 7 bytes are free"),
                lines);
    }

    private void sayByWords(String why) {
        Troubles all = new Troubles();
        all.nowByWords("journal refuses", why);
        watch.judge(all);
        nowNs += HealthWatch.LEAST_NS;
    }

    @Test
    void shouldSayNoMoreOfWordsThatChangeWithoutAnEnd() {
        for (int i = 0; i < 10 * HealthWatch.MOST_KINDS; i++) {
            sayByWords("x".repeat(i + 1));
        }
        assertEquals(HealthWatch.MOST_KINDS, lines.size());
        drops = 1;
        health();
        assertEquals(HealthWatch.MOST_KINDS + 1, lines.size(), "others are told");
        drops = 0;
        health();
        nowNs += HealthWatch.LEAST_NS;
        health();
        nowNs += HealthWatch.LEAST_NS;
        sayByWords("again");
        assertEquals("WARNING engine trial is DEGRADED: again", lines.get(lines.size() - 1));
    }

    @Test
    void shouldSayAgainWhatWasForgottenByTimeThoughSomethingElseStands() {
        watch.forgetsAfter(Duration.ofSeconds(60));
        still = "stands still";
        letters = 1;
        health();
        nowNs += 60 * SECOND;
        assertEquals(degraded("stands still"), health());
        letters = 2;
        health();
        assertEquals("WARNING engine trial is DEGRADED: stands still; 2 dead letters", lines.get(1));
        still = null;
        nowNs += 60 * SECOND;
        health();
        nowNs += HealthWatch.LEAST_NS;
        health();
        assertEquals("INFO engine trial is UP again, after 120000 ms", lines.get(2), "though all was forgotten");
    }

    /** Who acknowledges has collected, and another is quicker to judge what has come since. */
    @Test
    void shouldAcknowledgeNoMoreThanItNames() {
        letters = 1;
        Troubles collected = troubles();
        letters = 2;
        health();
        assertEquals(degraded("1 dead letters"), watch.acknowledge(collected));
        assertEquals(degraded("2 dead letters"), health());
        assertEquals(degraded("2 dead letters"), watch.acknowledge(troubles()));
        assertEquals(UP, health());
    }

    /** Both at once: one finds that somebody else's words are told, which are forgotten before it has counted. */
    @Test
    void shouldHaveWordsForWhatFailsAsTheWordsBeforeAreForgotten() throws Exception {
        SinkFaults faults = new SinkFaults("trial", List.of());
        BoundSink bound = new BoundSink(SinkTrial.sink(), Delivery.inline(), 0, false);
        faults.noted(() -> bound.fault("failed in on", new IllegalStateException("first")));
        Thread second =
                new Thread(() -> faults.noted(() -> bound.fault("failed in on", new IllegalStateException("second"))));
        synchronized (faults) {
            Troubles all = new Troubles();
            faults.tell(all);
            watch.judge(all);
            second.start();
            await("it waits", () -> second.getState() == Thread.State.BLOCKED);
            watch.acknowledge(all);
        }
        second.join();
        Troubles all = new Troubles();
        faults.tell(all);
        String why = watch.judge(all).why();
        assertTrue(why.contains("second (and 1 more)"), why);
    }

    @Test
    void shouldHaveWordsForWhatHasFailedSinceItWasTold() {
        Sinks sinks = sinks();
        BoundSink bound = new BoundSink(SinkTrial.sink(), Delivery.inline(), 0, false);
        sinks.noted(bound, "failed in on", new IllegalStateException("first"));
        Troubles all = new Troubles();
        sinks.tell(all);
        sinks.noted(bound, "failed in on", new IllegalStateException("second"));
        watch.acknowledge(all);
        all = new Troubles();
        sinks.tell(all);
        String why = watch.judge(all).why();
        assertTrue(why.contains("first (and 1 more)"), why);
    }

    private static Sinks sinks() {
        Topology topology = one(TrialOp.pass(1));
        return new Sinks(topology, new DeadLetters(topology, 1, 1024, 1024), 1024, n -> 0, null, null);
    }

    @Test
    void shouldDoWhatIsForgottenOnce() {
        int[] forgotten = {0};
        Troubles all = new Troubles();
        all.past("faults", 2, "failed in on", () -> forgotten[0]++);
        assertEquals(degraded("failed in on"), watch.judge(all));
        assertEquals(degraded("failed in on"), watch.acknowledge(all));
        assertEquals(UP, watch.acknowledge(all));
        assertEquals(1, forgotten[0]);
    }

    /** By themselves: nobody asks for health before. */
    @Test
    void shouldLogOfALiveEngineAndLetItAcknowledge() throws Exception {
        try (Logged logged = new Logged()) {
            try (Engine engine = Engine.of(one(TrialOp.pass(1)))
                    .output(OUT, n -> {
                        throw new IllegalStateException("no account " + n.id());
                    })
                    .stalledAfter(Duration.ofHours(1)) // a thread that gets no processor would be told of, too
                    .start()) {
                engine.publisher(IN).publish(num(1));
                await("a line", () -> has(logged, "WARNING engine trial is DEGRADED: 1 dead letters"));
                assertEquals(degraded("1 dead letters"), engine.acknowledge());
                assertEquals(UP, engine.health());
                assertTrue(has(logged, "INFO engine trial goes on, acknowledged: 1 dead letters"));
                engine.publisher(IN).publish(num(2));
                assertEquals(0, engine.drain(Duration.ofSeconds(50)));
                assertEquals(degraded("2 dead letters"), engine.health());
            }
            assertEquals(List.of(), logged.with("account"));
        }
    }

    /** Nothing of an inline host looks by itself: who asks hears it, and has it logged. */
    @Test
    void shouldForgetOfAnInlineHostToo() {
        try (Logged logged = new Logged()) {
            try (Inline inline = Engine.of(one(TrialOp.pass(1)))
                    .output(OUT, n -> {
                        throw new IllegalStateException("no");
                    })
                    .degradedFor(Duration.ofNanos(1))
                    .inline()) {
                inline.publish(IN, num(1));
                assertEquals(degraded("1 dead letters"), inline.health());
                assertEquals(UP, inline.health());
                inline.publish(IN, num(2));
                assertEquals(degraded("2 dead letters"), inline.acknowledge());
                assertEquals(UP, inline.acknowledge());
            }
            assertTrue(has(logged, "WARNING engine trial is DEGRADED: 1 dead letters"));
        }
    }

    private static boolean has(Logged logged, String line) {
        return logged.lines().contains(line);
    }
}
