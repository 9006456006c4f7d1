package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.MigrationTest.OPTIONS;
import static io.millrace.operators.MigrationTest.OUT;
import static io.millrace.operators.MigrationTest.contains;
import static io.millrace.operators.MigrationTest.inputs;
import static io.millrace.operators.MigrationTest.payments;
import static io.millrace.operators.MigrationTest.refused;
import static io.millrace.operators.MigrationTest.send;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.On;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.MigrationTest.Row;
import io.millrace.state.Migration;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.TestUpgrade;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The rows of a process whose fields or timers have changed are taken over, or refused by the name of what has. */
class ProcessMigrationTest {
    static class Tries extends KeyedProcess {
        final LongState attempts = longState("attempts");
        final LongState cents = longState("cents");
        final Timer quiet = timer("quiet", this::report);
        final Timer other = timer("other", this::report);
        final Emit<Row> rows = emits("rows", Row.class);

        Tries(On<Payment> payments) {
            on(payments, p -> {
                attempts.add(1);
                cents.add(p.cents());
                quiet.in(ofMinutes(5));
                other.in(ofMinutes(7));
            });
        }

        void report() {
            rows.emit(new Row(key(), attempts.get(), cents.get()));
        }
    }

    static class Newer extends KeyedProcess {
        final Timer quiet = timer("quiet", this::report);
        final DoubleState share = doubleState("share", 0.5);
        final LongState tries = longState("tries");
        final LongState cents = longState("cents");
        final Emit<Row> rows = emits("rows", Row.class);

        Newer(On<Payment> payments) {
            on(payments, p -> {
                tries.add(1);
                cents.add(p.cents());
                quiet.in(ofMinutes(5));
            });
        }

        void report() {
            rows.emit(new Row(key(), tries.get(), cents.get() + (long) (share.get() * 1_000_000)));
        }
    }

    static class Timeless extends KeyedProcess {
        final LongState attempts = longState("attempts");
        final Emit<Row> rows = emits("rows", Row.class);

        Timeless(On<Payment> payments) {
            on(payments, p -> attempts.add(1));
        }
    }

    /** As long as a timer is set a key is on no calendar. */
    @Test
    void shouldForgetKeysInTheEndWhoseTimersAreGone() {
        Function<Function<On<Payment>, KeyedProcess>, Topology> saga = process -> inputs(t -> t.from(PAYMENTS)
                .keyBy(Payment::card)
                .keysAtMost(20)
                .process("saga", ofHours(1), process::apply)
                .out(p -> p instanceof Tries a ? a.rows : ((Timeless) p).rows)
                .to(OUT.get(0)));
        TestDriver old = TestDriver.of(saga.apply(Tries::new), OPTIONS);
        for (int card = 0; card < 20; card++) {
            old.send(PAYMENTS, new Payment(card, 1, 1, "AT", 1));
        }
        Migration how = Migration.none().rows("saga");
        TestDriver moved = TestUpgrade.restore(saga.apply(Timeless::new), OPTIONS, old.snapshot(), how);
        for (int i = 0; i < 20; i++) { // one that is there first
            moved.send(PAYMENTS, new Payment(i == 0 ? 0 : 100 + i, 1, 1, "AT", 20_000_000 + i));
        }
        assertEquals(0, moved.deadLetters().size());
    }

    private static Topology tries() {
        return inputs(t -> t.from(PAYMENTS)
                .keyBy(Payment::card)
                .process("saga", ofHours(10_000), Tries::new)
                .out(p -> p.rows)
                .to(OUT.get(0)));
    }

    private static Topology newer() {
        return inputs(t -> t.from(PAYMENTS)
                .keyBy(Payment::card)
                .process("saga", ofHours(10_000), Newer::new)
                .out(p -> p.rows)
                .to(OUT.get(0)));
    }

    @Test
    void shouldMoveDeclaredFieldsByNameAndWhatAFunctionMakesOfThem() {
        Seeds.each(0, 20, "moveDeclaredFields(%d)", ProcessMigrationTest::moveDeclaredFields);
    }

    private static void moveDeclaredFields(long seed) {
        Random random = new Random(seed);
        List<Payment> all = payments(random, 120);
        int cut = random.nextInt(all.size());
        TestDriver old = TestDriver.of(tries(), OPTIONS);
        send(old, all.subList(0, cut));
        Migration how = Migration.none().rows("saga", row -> row.set("tries", row.was("attempts")));
        TestDriver moved = TestUpgrade.restore(newer(), OPTIONS, old.snapshot(), how);
        TestDriver whole = TestDriver.of(newer(), OPTIONS);
        send(whole, all.subList(0, cut));
        whole.take(OUT.get(0));
        send(moved, all.subList(cut, all.size()));
        send(whole, all.subList(cut, all.size()));
        assertEquals(whole.endAll().take(OUT.get(0)), moved.restart().endAll().take(OUT.get(0)));
    }

    @Test
    void shouldRefuseChangedFieldsWithoutAWordAndNameFieldsThatThereAreNot() {
        TestDriver old = TestDriver.of(tries(), OPTIONS).send(PAYMENTS, new Payment(1, 2, 3, "AT", 5));
        contains(
                refused(newer(), old.snapshot(), Migration.none()),
                "process 'saga' has changed",
                "its setting 'attempts' was long 8 and is gone",
                "its setting 'share' is new, double 8",
                "add rows(\"saga\", ..) to the migration if only its fields have changed");
        String none = assertThrows(
                        IllegalArgumentException.class,
                        () -> TestUpgrade.restore(
                                newer(),
                                OPTIONS,
                                old.snapshot(),
                                Migration.none().rows("saga", row -> row.was("atempts"))))
                .getMessage();
        contains(none, "rows: field 'atempts' is not one of those there were: [attempts (long 8)");
        String timer = assertThrows(
                        IllegalArgumentException.class,
                        () -> TestUpgrade.restore(
                                newer(),
                                OPTIONS,
                                old.snapshot(),
                                Migration.none().rows("saga", row -> row.set("quiet", 1))))
                .getMessage();
        contains(timer, "rows: field 'quiet' is not a number");
    }
}
