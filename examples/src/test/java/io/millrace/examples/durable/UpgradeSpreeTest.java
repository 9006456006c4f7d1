package io.millrace.examples.durable;

import static io.millrace.examples.durable.DurableSpree.ALERTS;
import static io.millrace.examples.durable.DurableSpree.PAYMENTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.examples.Console;
import io.millrace.examples.durable.DurableSpree.Alert;
import io.millrace.examples.durable.DurableSpree.Payment;
import io.millrace.examples.durable.DurableSpree.Spree;
import io.millrace.journal.JournalException;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.transport.file.CsvSink;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed build goes on where the one before stopped, on a journal of Aeron's, and says beforehand whether it can. */
class UpgradeSpreeTest {
    @TempDir
    Path folder;

    /** Another name, and a limit of its own. */
    private static Topology changed(String name) {
        return Millrace.topology(
                "durable-spree",
                t -> t.from(PAYMENTS)
                        .keyBy(Payment::card)
                        .lookBack(name, Spree::new)
                        .filter(s -> s.cents.get() > 150_000)
                        .to(ALERTS, s -> new Alert(s.event().card(), s.payments.get(), s.cents.get())));
    }

    /** One that forgets to say what its look-back was named. */
    public static final class Forgetful implements TopologyProvider {
        @Override
        public String name() {
            return "durable-spree";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            return changed("minute");
        }
    }

    /** One that says it. */
    public static final class Careful implements TopologyProvider {
        @Override
        public String name() {
            return "durable-spree";
        }

        @Override
        public Topology topology(Map<String, String> options) {
            return changed("minute");
        }

        @Override
        public Migration migration() {
            return Migration.none().rename("last-minute", "minute");
        }
    }

    private Console run(Class<?> provider, String command, String... more) throws IOException {
        Path services = folder.resolve(provider.getSimpleName()).resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(TopologyProvider.class.getName()), provider.getName());
        List<String> words = new ArrayList<>(
                List.of(command, "--journal", folder.resolve("journal").toString()));
        words.addAll(List.of("--classpath", services.getParent().getParent().toString()));
        words.addAll(List.of(more));
        return Console.run(words.toArray(String[]::new));
    }

    private Engine start(Topology topology, Migration how) throws IOException {
        Journaling plain = Journaling.plain();
        return Engine.of(topology)
                .journal(ArchiveJournal.in(folder.resolve("journal")), how == null ? plain : plain.migrate(how))
                .output(ALERTS, CsvSink.resume(folder.resolve("alerts.csv").toString(), Alert.class))
                .start();
    }

    /** Answers the place of the last one. */
    private static long pay(Engine engine, long from, long to) {
        long place = -1;
        for (long i = from; i < to; i++) {
            place = engine.publisher(PAYMENTS).publish(new Payment(i, 7, 40_000, i * 1_000));
        }
        assertEquals(0, engine.drain(Duration.ofSeconds(50)), engine.health().why());
        assertEquals(List.of(), engine.deadLetters().last(9));
        return place;
    }

    @Test
    void shouldTakeOverASnapshotAndSayBeforehandWhetherItCan() throws Exception {
        try (Engine engine = DurableSpree.start(folder)) {
            pay(engine, 0, 4);
            engine.makeSnapshot();
            pay(engine, 4, 5);
        }
        Console no = run(Forgetful.class, "preflight");
        assertEquals(1, no.code(), no.err());
        assertTrue(
                no.out()
                        .contains(
                                "refused   lookBack 'last-minute' is in the snapshot, but is " + "now gone or renamed"),
                no.out());
        assertTrue(
                no.out().contains("preflight: refused: lookBack 'minute' is new and is not in the snapshot"), no.out());
        Console yes = run(Careful.class, "preflight");
        assertEquals(0, yes.code(), yes.out() + yes.err());
        assertTrue(yes.out().contains("renamed   lookBack 'minute' was 'last-minute'"), yes.out());
        assertTrue(
                yes.out()
                        .endsWith("this build can start from it where its start says "
                                + "Journaling.migrate(..), and works out the entries"
                                + " behind it\n"),
                yes.out());

        Topology now = changed("minute");
        JournalException unsaid = assertThrows(JournalException.class, () -> start(now, null));
        assertTrue(unsaid.getMessage().contains("declare what becomes of its snapshot (Journaling.migrate"));
        Migration how = new Careful().migration();
        long last;
        for (int life = 0; life < 2; life++) { // killed before a snapshot of the changed one: once more
            try (Engine engine = start(now, how)) {
                assertEquals(5 + life, engine.recovered().events(PAYMENTS));
                last = pay(engine, 5 + life, 6 + life);
                if (life == 1) {
                    engine.makeSnapshot();
                }
            }
            Console same = run(Careful.class, "replay");
            assertTrue(same.out().endsWith("digest equal\n"), same.out() + same.err());
            Console why = run(Careful.class, "explain", "--output", "alerts/" + last + ".0");
            assertEquals(0, why.code(), why.err());
        }
        try (Engine engine = start(now, null)) {
            assertEquals(7, engine.recovered().events(PAYMENTS));
        }
        assertThrows(JournalException.class, () -> DurableSpree.start(folder));
        assertEquals(
                List.of("7,3,120000", "7,4,160000", "7,5,200000", "7,6,240000", "7,7,280000"),
                Files.readAllLines(folder.resolve("alerts.csv")).subList(1, 6),
                "the first of these only the one before puts out; none twice");
    }
}
