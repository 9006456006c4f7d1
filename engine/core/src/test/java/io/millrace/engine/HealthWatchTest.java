package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has happened and is over is told until somebody has seen it, or for a time; what changes is logged once. */
@Timeout(60)
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
