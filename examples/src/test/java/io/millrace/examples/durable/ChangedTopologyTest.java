package io.millrace.examples.durable;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.journal.JournalException;
import io.millrace.state.Migration;
import io.millrace.testkit.MemoryJournal;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the README says of a changed topology: one look-back has another name, one is new, and a field of a process has another name. */
class ChangedTopologyTest {
    record Payment(long card, long device, long timeMs) {}

    record Count(@Length(9) String of, long key, long count) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class)
            .eventTime(Payment::timeMs, MILLISECONDS)
            .historic();
    static final Output<Count> COUNTS = Output.of("counts", Count.class);

    static final class Minute extends LookBack<Payment> {
        final LongValue payments = last(Duration.ofMinutes(1)).count();
    }

    static final class Before extends KeyedProcess {
        final LongState attempts = longState("attempts");
        final Emit<Count> counts = emits("counts", Count.class);

        Before(On<Payment> payments) {
            on(payments, p -> counts.emit(new Count("saga", key(), attempts.add(1))));
        }
    }

    static final class Now extends KeyedProcess {
        final LongState tries = longState("tries");
        final Emit<Count> counts = emits("counts", Count.class);

        Now(On<Payment> payments) {
            on(payments, p -> counts.emit(new Count("saga", key(), tries.add(1))));
        }
    }

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Count> counts = new ArrayList<>();

    private static Topology before() {
        return Millrace.topology("changing", t -> {
            var byCard = t.from(PAYMENTS).keyBy(Payment::card);
            byCard.lookBack("last-minute", Minute::new)
                    .to(COUNTS, m -> new Count("card", m.event().card(), m.payments.get()));
            byCard.process("saga", Duration.ofHours(1), Before::new)
                    .out(p -> p.counts)
                    .to(COUNTS);
        });
    }

    private static Topology now() {
        return Millrace.topology("changing", t -> {
            var byCard = t.from(PAYMENTS).keyBy(Payment::card);
            byCard.lookBack("minute", Minute::new)
                    .to(COUNTS, m -> new Count("card", m.event().card(), m.payments.get()));
            byCard.process("saga", Duration.ofHours(1), Now::new)
                    .out(p -> p.counts)
                    .to(COUNTS);
            t.from(PAYMENTS)
                    .keyBy(Payment::device)
                    .lookBack("by-device", Minute::new)
                    .to(COUNTS, m -> new Count("device", m.event().device(), m.payments.get()));
        });
    }

    // region: migration
    static Journaling upgrade() {
        return Journaling.plain()
                .migrate(Migration.none()
                        .rename("last-minute", "minute") // the same under another name
                        .startEmpty("by-device") // new
                        .rows("saga", row -> row.set("tries", row.was("attempts"))));
    }
    // endregion

    private Engine start(Topology topology, Journaling how) {
        return Engine.of(topology)
                .journal(journal, how)
                .output(COUNTS, counts::add)
                .start();
    }

    private void pay(Engine engine, long timeMs) {
        engine.publisher(PAYMENTS).publish(new Payment(7, 70, timeMs));
        assertEquals(0, engine.drain(Duration.ofSeconds(50)), engine.health().why());
    }

    @Test
    void shouldGoOnWithWhatWasKnown() {
        try (Engine engine = start(before(), Journaling.plain())) {
            pay(engine, 1_000);
            pay(engine, 2_000);
            engine.makeSnapshot();
        }
        assertEquals(4, counts.size());
        counts.clear();
        String unsaid = assertThrows(
                        JournalException.class,
                        () -> start(now(), Journaling.plain()).close())
                .getMessage();
        assertTrue(unsaid.contains("Journaling.migrate"), unsaid);
        try (Engine engine = start(now(), upgrade())) {
            pay(engine, 3_000);
        }
        assertEquals(List.of(new Count("card", 7, 3), new Count("saga", 7, 3), new Count("device", 70, 1)), counts);
    }
}
