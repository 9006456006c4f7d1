package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.metric.CounterFile;
import io.millrace.metric.CounterFile.Table;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatFileTest {
    @Test
    void shouldWriteWhatTheEngineCounts(@TempDir Path dir) throws Exception {
        try (Engine engine = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .output(Trials.OUT, n -> {})
                .start()) {
            StatFile file = StatFile.of(engine, dir, Map.of("wire", to -> to.accept("lost", 3)));
            Publisher<Num> p = engine.publisher(Trials.IN);
            for (int i = 0; i < 10; i++) {
                p.publish(Trials.num(i), new Header().intendedNs(HostClock.nanoTime()));
            }
            engine.drain(Duration.ofSeconds(20));
            file.close();
            Table t = CounterFile.read(dir).get(0);
            EngineStats stats = engine.stats();
            assertEquals(engine.topology().name(), t.name());
            assertEquals(ProcessHandle.current().pid(), t.pid());
            assertFalse(t.live());
            assertTrue(t.values().get("entries") >= 10); // ticks are entries too
            String in = "input " + stats.inputs().get(0).name() + ": ";
            String out = "output " + stats.outputs().get(0).name() + ": ";
            assertEquals(10, t.values().get(in + "events"));
            assertTrue(t.values().get(in + "events/s") > 0);
            assertEquals(10, t.values().get(out + "events"));
            assertTrue(t.values().get(out + "p99 us") >= 0);
            assertEquals(0, t.values().get("waiting in the ring"));
            assertEquals(3, t.values().get("wire: lost"));
        }
    }

    @Test
    void shouldReadOnlyWhatIsWholeAndOurs(@TempDir Path dir) throws Exception {
        CounterFile file = CounterFile.create(dir, "a/b", List.of("x", "y".repeat(200)), 5);
        file.set(1, 7);
        file.written(9);
        Files.write(dir.resolve("other.stat"), new byte[300]);
        Files.write(dir.resolve("short.stat"), new byte[3]);
        Table t = CounterFile.read(dir).get(0);
        assertEquals(1, CounterFile.read(dir).size());
        assertEquals(
                new Table("a/b", ProcessHandle.current().pid(), 5, 9, true, Map.of("x", 0L, "y".repeat(124), 7L)), t);
        assertEquals(List.of(), CounterFile.read(dir.resolve("none")));
    }
}
