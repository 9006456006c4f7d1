package io.millrace.examples.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.SinkFaults;
import io.millrace.testkit.SinkTrial;
import io.millrace.topology.Topology;
import io.millrace.transport.EventSink;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A database that fails for a while, and a host that asks again: what it holds is what it says that it holds. */
class JdbcSinkTest {
    private static final int EVENTS = 1_200;

    private final FakeDatabase database = new FakeDatabase();

    private JdbcSink<Long> sink() {
        return new JdbcSink<>(database::connect, "insert into effects values (?)", (s, event) -> s.setLong(1, event));
    }

    private static Meta meta(long sequence) {
        return (Meta) Proxy.newProxyInstance(
                Meta.class.getClassLoader(),
                new Class<?>[] {Meta.class},
                (self, method, args) -> method.getName().equals("sequence") ? (Object) sequence : (Object) 0);
    }

    /** As a sink's thread calls it: each call up to three times. Answers whether all has gone well. */
    private boolean run() throws Exception {
        JdbcSink<Long> sink = sink();
        boolean sound = true;
        for (long i = sink.resume("out").held(); sound && i < EVENTS; i++) {
            long event = i;
            sound = succeeds(() -> sink.on(event, meta(event)));
            if (sound && i % 70 == 69) {
                sound = succeeds(sink::flush);
            }
            requireExact();
        }
        try {
            sink.close();
        } catch (IOException e) {
            sound = false;
        }
        requireExact();
        return sound;
    }

    private interface Call {
        void run() throws SQLException;
    }

    private boolean succeeds(Call call) {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                call.run();
                return true;
            } catch (SQLException e) {
                requireExact();
            }
        }
        return false;
    }

    private void requireExact() {
        assertEquals(database.progress[0], database.effects.size());
    }

    private static List<Long> effects(long count) {
        return LongStream.range(0, count).boxed().toList();
    }

    private void runToTheEnd() throws Exception {
        int starts = 1;
        while (!run()) {
            starts++;
        }
        assertEquals(2, starts, "one start for the one fault");
        assertEquals(effects(EVENTS), database.effects);
    }

    @Test
    void shouldCommitNoProgressOverEffectsThatAreNotThere() throws Exception {
        for (int failing : new int[] {1, 30, 70, 71, EVENTS - 5, EVENTS}) {
            database.effects.clear();
            database.progress = null;
            int[] executed = {0};
            database.statementFails = n -> ++executed[0] == failing;
            runToTheEnd();
        }
    }

    @Test
    void shouldStartAgainBehindACommitThatFailed() throws Exception {
        database.commitFails = n -> n == 4; // the first is of the progress at the beginning
        runToTheEnd();
    }

    @Test
    void shouldSayWhyItTakesNothingMore() throws Exception {
        database.statementFails = n -> n == 1;
        JdbcSink<Long> sink = sink();
        sink.resume("out");
        sink.on(0L, meta(0));
        assertThrows(SQLException.class, sink::flush);
        SQLException again = assertThrows(SQLException.class, sink::flush);
        assertEquals(
                "an earlier batch or commit has failed, and nothing more is committed; start the engine again",
                again.getMessage());
        assertThrows(SQLException.class, () -> sink.on(1L, meta(1)));
        sink.close();
    }

    /** A changed topology counts on, and what it puts out next may be of an entry before the last of the one before. */
    @Test
    void shouldTakeWhatAChangedTopologyPutsOutBehindItsSnapshot() throws Exception {
        try (JdbcSink<Long> sink = sink()) {
            assertEquals(0, sink.resume("out").held());
            sink.on(0L, meta(80));
            sink.on(1L, meta(96));
        }
        try (JdbcSink<Long> sink = sink()) {
            assertEquals(2, sink.resume("out").held());
            sink.on(2L, meta(58));
            assertThrows(SQLException.class, () -> sink.on(3L, meta(58)), "out of its order");
        }
        assertEquals(effects(3), database.effects);
    }

    public record Num(long n) {}

    private static final Input<Num> IN = Input.of("in", Num.class).historic();
    private static final Output<Num> OUT = Output.of("out", Num.class);

    private static Topology every(int nth) {
        return Millrace.topology("nth", t -> {
            var from = t.from(IN);
            (nth == 4 ? from : from.map(Num.class, e -> e))
                    .filter(e -> e.n() % nth == 0)
                    .to(OUT);
        });
    }

    private Engine start(MemoryJournal journal, int nth, Journaling how) {
        JdbcSink<Num> sink =
                new JdbcSink<>(database::connect, "insert into effects values (?)", (s, e) -> s.setLong(1, e.n()));
        return Engine.of(every(nth)).journal(journal, how).output(OUT, sink).start();
    }

    /** It is worked out behind the snapshot by the changed topology, which puts out twice as much there. */
    @Test
    void shouldGoOnBehindAnUpgradeThatPutsOutMore() {
        MemoryJournal journal = new MemoryJournal();
        try (Engine engine = start(journal, 4, Journaling.plain())) {
            for (long n = 0; n < 100; n++) {
                engine.publisher(IN).publish(new Num(n));
                if (n == 19) {
                    engine.drain(Duration.ofSeconds(30));
                    engine.makeSnapshot();
                }
            }
            engine.drain(Duration.ofSeconds(30));
        }
        assertEquals(25, database.effects.size());
        Journaling how = Journaling.plain().migrate(Migration.none());
        for (int i = 0; i < 2; i++) {
            start(journal, 2, how).close();
            assertEquals(45, database.effects.size(), "5 before the snapshot, 40 behind it");
            assertEquals(60, database.effects.get(25), "20 of the 40 are taken for those that it had");
        }
    }

    /** Each statement and each commit fails, once, or for long, or is the last of its process. */
    @Test
    void shouldHaveEachEffectOnceWhicheverStatementFails() {
        assertTrue(SinkTrial.of(Outside::new, n -> n).run() > 300);
    }

    private static final class Outside implements SinkTrial.Outside<Long> {
        private final FakeDatabase database = new FakeDatabase();

        @Override
        public EventSink<Long> open(SinkFaults faults) {
            database.statementFails = n -> fails(faults);
            database.commitFails = n -> fails(faults);
            return new JdbcSink<>(
                    database::connect, "insert into effects values (?)", (s, event) -> s.setLong(1, event));
        }

        private static boolean fails(SinkFaults faults) {
            try {
                faults.write();
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public List<Long> held() {
            assertEquals(database.progress[0], database.effects.size());
            return database.effects;
        }
    }
}
