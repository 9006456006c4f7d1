package io.millrace.bench.journal;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.topology.Topology;
import io.millrace.transport.journal.ArchiveJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What the engines of these figures do: the last minute of 100,000 cards in steps of a second, and few alerts; or all decisions. */
final class Cards {
    private static final int CARDS = 100_000;

    /** Bytes of a row of {@link Wide}, about. */
    static final int WIDE_BYTES = 8 * Wide.FIELDS;

    /** A payment; its time goes on by a microsecond each. */
    record Payment(long n, long card, long cents) {
        static Payment of(long n) {
            long mixed = (n + 1) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 32;
            return new Payment(n, Math.floorMod(mixed, (long) CARDS), mixed >>> 52);
        }

        long timeUs() {
            return n;
        }
    }

    /** What is put out. */
    record Decision(long n, long cents) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class)
            .eventTime(Payment::timeUs, TimeUnit.MICROSECONDS)
            .historic();
    static final Output<Decision> ALERTS = Output.of("alerts", Decision.class);

    private Cards() {}

    /** The last minute of a card. */
    static final class Minute extends LookBack<Payment> {
        final Span<Payment> minute = last(Duration.ofMinutes(1)).every(Duration.ofSeconds(1));
        final LongValue cents = minute.sum(Payment::cents);
    }

    /** Much state of each key. */
    static final class Wide extends KeyedProcess {
        static final int FIELDS = 30;

        final LongState[] fields = new LongState[FIELDS];
        final Emit<Decision> decisions = emits("decisions", Decision.class);

        Wide(On<Payment> events) {
            for (int i = 0; i < FIELDS; i++) {
                fields[i] = longState("field" + i);
            }
            on(events, p -> {
                for (int i = 0; i < 4; i++) {
                    fields[(int) (p.n() + i) % FIELDS].add(p.cents());
                }
                decisions.emit(new Decision(p.n(), fields[0].get()));
            });
        }
    }

    /** One payment of 200 is put out, or each. */
    static Topology lookBack(boolean each) {
        return lookBack(each, t -> t.keyBy(Payment::card));
    }

    /** The same where it is said how many cards there are: an index for as many as the budget holds would be filled with zeros at a start. */
    static Topology declared() {
        return lookBack(false, t -> t.keyBy(Payment::card).keysAtMost(CARDS));
    }

    private static Topology lookBack(boolean each, Function<EventStream<Payment>, KeyedStream<Payment>> keys) {
        return Millrace.topology(
                "cards",
                t -> keys.apply(t.from(PAYMENTS))
                        .lookBack("minute", Minute::new)
                        .filter(m -> each || m.event().cents() > 4_075)
                        .to(ALERTS, m -> new Decision(m.event().n(), m.cents.get())));
    }

    /** So many keys, each with a wide row. */
    static Topology wide(int keys) {
        return Millrace.topology(
                "wide",
                t -> t.from(PAYMENTS)
                        .keyBy(p -> p.n() % keys)
                        .keysAtMost(keys)
                        .process("wide", Duration.ofDays(365), Wide::new)
                        .out(w -> w.decisions)
                        .to(ALERTS));
    }

    static ArchiveJournal journal(Path directory, Durability level) {
        return ArchiveJournal.in(directory).level(level).reserveBytes(0);
    }

    /** With a journal, but at MEMORY. */
    static Setup at(Setup setup, Path directory, Durability level) {
        return level == Durability.MEMORY ? setup : setup.journal(journal(directory, level), Journaling.plain());
    }

    static Setup setup(Topology topology) {
        return Engine.of(topology).stateBudget(512L << 20);
    }
}
