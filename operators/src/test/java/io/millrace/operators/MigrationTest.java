package io.millrace.operators;

import static io.millrace.operators.CatalogueSnippets.PAYMENTS;
import static io.millrace.operators.CatalogueSnippets.PROFILES;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.CatalogueSnippets.Payment;
import io.millrace.operators.CatalogueSnippets.Profile;
import io.millrace.operators.CatalogueSnippets.Spend;
import io.millrace.operators.CatalogueSnippets.Spree;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Migration;
import io.millrace.state.StateException;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.TestUpgrade;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A changed topology takes over a snapshot, or refuses it by the name of what has changed. */
class MigrationTest {
    static final PlanOptions OPTIONS = PlanOptions.tested().withStateBytes(32 << 20);

    record Row(long card, long a, long b) {}

    static final List<Output<Row>> OUT = List.of(
            Output.of("o0", Row.class),
            Output.of("o1", Row.class),
            Output.of("o2", Row.class),
            Output.of("o3", Row.class),
            Output.of("o4", Row.class),
            Output.of("o5", Row.class));

    static class Two extends LookBack<Payment> {
        final Span<Payment> hour = last(ofHours(1));
        final LongValue payments = hour.count();
        final Span<Payment> late = last(ofMinutes(3));
        final LongValue most = late.max(Payment::cents);
    }

    static class Quiet extends KeyedProcess {
        final LongState cents = longState("cents");
        final Timer quiet = timer("quiet", this::report);
        final Emit<Row> rows = emits("rows", Row.class);

        Quiet(On<Payment> payments) {
            on(payments, p -> {
                cents.add(p.cents());
                quiet.in(ofMinutes(5));
            });
        }

        void report() {
            rows.emit(new Row(key(), cents.get(), 0));
        }
    }

    // ---- topologies of parts

    /** A branch: what it is, its name, its bound on keys, and whether something without state stands before it. */
    private record Part(int what, String name, int keys, boolean filtered) {
        Output<Row> out() {
            return OUT.get(what);
        }

        void add(TopologyBuilder t, KeyedStream<Payment> cards) {
            KeyedStream<Payment> by = filtered ? cards.filter(p -> p.card() >= 0) : cards;
            by = keys == 0 ? by : by.keysAtMost(keys);
            switch (what) {
                case 0 ->
                    by.lookBack(name, Spree::new)
                            .to(out(), s -> new Row(s.event().card(), s.payments.get(), s.cents.get()));
                case 1 ->
                    by.lookBack(name, Two::new)
                            .to(out(), s -> new Row(s.event().card(), s.payments.get(), s.most.get()));
                case 2 -> by.dedupe(name, ofMinutes(2)).to(out(), p -> new Row(p.card(), p.cents(), 0));
                case 3 ->
                    by.window(name, tumbling(ofMinutes(1)))
                            .aggregate(Spend::new)
                            .to(out(), s -> new Row(s.card.get(), s.payments.get(), s.cents.get()));
                case 4 ->
                    by.process(name, ofHours(1), Quiet::new).out(s -> s.rows).to(out());
                default -> by.throttle(name, 2, ofMinutes(1)).to(out(), p -> new Row(p.card(), p.cents(), 1));
            }
        }
    }

    private static Topology topology(List<Part> parts) {
        return Millrace.topology("parts", t -> {
            KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card);
            parts.forEach(p -> p.add(t, cards));
        });
    }

    /** Payments in order, of few cards. */
    static List<Payment> payments(Random random, int n) {
        List<Payment> result = new ArrayList<>();
        long ms = 0;
        for (int i = 0; i < n; i++) {
            ms += random.nextInt(4) == 0 ? random.nextInt(400_000) : random.nextInt(20_000);
            result.add(new Payment(random.nextInt(12), 1, random.nextInt(1_000), "AT", ms));
        }
        return result;
    }

    static void send(TestDriver driver, List<Payment> payments) {
        payments.forEach(p -> driver.send(PAYMENTS, p));
    }

    private static List<Part> edited(List<Part> before, Random random, Migration[] how) {
        List<Part> now = new ArrayList<>();
        for (Part p : before) {
            int what = random.nextInt(6);
            if (what == 0 && before.size() > 1 && now.size() > 0) {
                how[0] = how[0].drop(p.name).drop(p.out().name());
                continue;
            }
            String name = what < 3 ? p.name + "-renamed" : p.name;
            how[0] = what < 3 ? how[0].rename(p.name, name) : how[0];
            int keys = p.keys == 0 || random.nextBoolean() ? p.keys : p.keys * 50;
            now.add(new Part(p.what, name, keys, random.nextInt(4) == 0));
        }
        for (int what = 0; what < OUT.size(); what++) {
            int kind = what;
            if (before.stream().noneMatch(p -> p.what == kind) && random.nextInt(3) == 0) {
                how[0] = how[0].startEmpty("new-" + what);
                now.add(new Part(what, "new-" + what, random.nextBoolean() ? 0 : 64, false));
            }
        }
        Collections.shuffle(now, random);
        return now;
    }

    /**
     * What was there before goes on as if the changed topology had run from the beginning; what is new as if it began then. Killed once more
     * behind the move, without a migration.
     */
    @Test
    void shouldGoOnInAChangedTopologyAsAnOracleDoes() {
        Seeds.each(1, 30, "goOnInAChangedTopology(%d)", MigrationTest::goOnInAChangedTopology);
    }

    private static void goOnInAChangedTopology(long seed) {
        Random random = new Random(seed);
        List<Part> before = new ArrayList<>();
        for (int what = 0; what < OUT.size(); what++) {
            if (random.nextBoolean()) {
                before.add(new Part(what, "op-" + what, random.nextInt(3) == 0 ? 20 : 0, false));
            }
        }
        if (before.isEmpty()) {
            return;
        }
        Migration[] how = {Migration.none()};
        List<Part> now = edited(before, random, how);
        List<Payment> all = payments(random, 150);
        int cut = random.nextInt(all.size());
        String what = "seed " + seed + ": " + before + " to " + now + " at " + cut;

        TestDriver old = TestDriver.of(topology(before), OPTIONS);
        send(old, all.subList(0, cut));
        TestDriver moved = restored(what, now, old.snapshot(), how[0]);
        TestDriver whole = TestDriver.of(topology(now), OPTIONS);
        send(whole, all.subList(0, cut));
        OUT.forEach(o -> take(whole, o));
        TestDriver fresh = TestDriver.of(topology(now), OPTIONS);
        int again = cut + random.nextInt(all.size() - cut);
        for (int i = cut; i < all.size(); i++) {
            for (TestDriver d : List.of(moved, whole, fresh)) {
                send(d, all.subList(i, i + 1));
            }
            if (i == again) {
                moved.restart();
            }
        }
        for (TestDriver d : List.of(moved, whole, fresh)) {
            d.endAll();
        }
        for (Part p : now) {
            boolean isNew = p.name.startsWith("new");
            assertEquals(take(isNew ? fresh : whole, p.out()), take(moved, p.out()), p.name + ", " + what);
        }
        assertTrue(moved.deadLetters().stream().noneMatch(l -> l.reason() == Reason.OVER_BOUND), what);
    }

    private static TestDriver restored(String what, List<Part> now, byte[] snapshot, Migration how) {
        try {
            return TestUpgrade.restore(topology(now), OPTIONS, snapshot, how);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private static List<Row> take(TestDriver driver, Output<Row> output) {
        return driver.plan().topology().outputs().contains(output) ? driver.take(output) : List.of();
    }

    // ---- what is refused, by name

    private static byte[] snapshot(List<Part> parts) {
        TestDriver driver = TestDriver.of(topology(parts), OPTIONS);
        send(driver, payments(new Random(1), 60));
        return driver.snapshot();
    }

    static String refused(Topology topology, byte[] snapshot, Migration how) {
        return assertThrows(StateException.class, () -> TestUpgrade.restore(topology, OPTIONS, snapshot, how))
                .getMessage();
    }

    static void contains(String message, String... parts) {
        for (String p : parts) {
            assertTrue(message.contains(p), message);
        }
    }

    private static Part part(int what, String name) {
        return new Part(what, name, 0, false);
    }

    @Test
    void shouldNameAllThatCannotBeTakenOverAndTheCures() {
        byte[] two = snapshot(List.of(part(0, "spree"), part(2, "once")));
        Topology renamed = topology(List.of(part(0, "spending"), part(2, "once")));
        contains(
                refused(renamed, two, Migration.none()),
                "lookBack 'spree' is in the snapshot, but is now gone or renamed; add "
                        + "rename(\"spree\", ..) or drop(\"spree\")",
                "lookBack 'spending' is new and is not in the snapshot; add startEmpty(\"spending\") or rename(..,"
                        + " \"spending\")");
        TestUpgrade.restore(renamed, OPTIONS, two, Migration.none().rename("spree", "spending"));
        Topology other = topology(List.of(part(1, "spree"), part(2, "once")));
        contains(
                refused(other, two, Migration.none()),
                "lookBack 'spree' has changed: ",
                "add startEmpty(\"spree\") to the migration, or replay the log from its beginning",
                "to 'o0' is in the snapshot, but is now gone or renamed; add rename(\"o0\", ..) or drop(\"o0\")");
        TestUpgrade.restore(
                other, OPTIONS, two, Migration.none().startEmpty("spree").drop("o0"));
        contains(
                refused(topology(List.of(part(2, "spree"), part(0, "once"))), two, Migration.none()),
                "dedupe 'spree' has changed: its kind was lookBack and is now dedupe");
    }

    @Test
    void shouldNameSlipsOfThePen() {
        List<Part> parts = List.of(part(0, "spree"));
        byte[] one = snapshot(parts);
        contains(
                refused(
                        topology(parts),
                        one,
                        Migration.none()
                                .rename("a", "b")
                                .drop("spree")
                                .startEmpty("c")
                                .rows("d")),
                "rename('a', 'b'): the topology has nothing named 'b'",
                "drop('spree'): the topology still has it",
                "startEmpty('c'): the topology has nothing of that name",
                "rows('d'): the topology has nothing of that name");
        assertThrows(
                IllegalArgumentException.class,
                () -> Migration.none().rename("a", "b").rename("a", "c"));
    }

    @Test
    void shouldRefuseThatTwoBecomeOneAndKeepWhatHasNotChangedWhateverWordsAreLeft() {
        Topology same = twice("a", "b");
        contains(
                refused(
                        twice("b", "c"),
                        TestDriver.of(same, OPTIONS).snapshot(),
                        Migration.none().rename("a", "b").startEmpty("c")),
                "dedupe 'b' would take over the state of both 'a' and 'b'; give it a name that no "
                        + "operator had before");
        byte[] two = snapshot(List.of(part(0, "spree"), part(1, "two")));
        List<Payment> all = payments(new Random(1), 120);
        Topology more = topology(List.of(part(0, "spree"), part(1, "two"), part(2, "once")));
        Migration left = Migration.none().startEmpty("two").startEmpty("once"); // of "two", when that was new
        TestDriver moved = TestUpgrade.restore(more, OPTIONS, two, left);
        TestDriver whole = TestDriver.of(more, OPTIONS);
        send(whole, all.subList(0, 60));
        whole.take(OUT.get(1));
        for (TestDriver d : List.of(moved, whole)) {
            send(d, all.subList(60, 120));
        }
        assertEquals(whole.take(OUT.get(1)), moved.take(OUT.get(1)));
    }

    private static Topology twice(String first, String second) {
        return inputs(t -> {
            KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card);
            cards.dedupe(first, ofMinutes(1)).to(OUT.get(0), c -> new Row(c.card(), 0, 0));
            cards.dedupe(second, ofMinutes(1)).to(OUT.get(1), c -> new Row(c.card(), 0, 0));
        });
    }

    @Test
    void shouldRefuseMoreKeysThanFitAndTakeAsManyAsDo() {
        byte[] few = snapshot(List.of(new Part(1, "two", 20, false)));
        contains(
                refused(topology(List.of(new Part(1, "two", 1, false))), few, Migration.none()),
                "operator two",
                "raise its bound or the state budget");
        TestUpgrade.restore(topology(List.of(new Part(1, "two", 500, false))), OPTIONS, few, Migration.none());
        TestUpgrade.restore(
                topology(List.of(new Part(1, "two", 20, false))),
                OPTIONS.withStateBytes(24 << 20),
                few,
                Migration.none());
    }

    /** What a bound allowed once must bound nothing any more: neither rows nor timers. */
    @Test
    void shouldTakeAsManyTimersAsALargerBoundAllows() {
        PlanOptions options = OPTIONS.withStateBytes(64 << 20);
        for (int what : new int[] {4, 3}) { // timers by handles, and timers that stand in their windows
            TestDriver old = TestDriver.of(topology(List.of(new Part(what, "op", 50, false))), OPTIONS);
            send(old, payments(new Random(1), 20));
            Topology larger = topology(List.of(new Part(what, "op", 20_000, false)));
            TestDriver moved = TestUpgrade.restore(larger, options, old.snapshot(), Migration.none());
            for (int card = 0; card < 18_000; card++) {
                moved.send(PAYMENTS, new Payment(card, 1, 1, "AT", 20_000_000));
            }
            assertEquals(0, moved.deadLetters().size(), "part " + what);
        }
    }

    static Topology inputs(Consumer<TopologyBuilder> all) {
        return Millrace.topology("inputs", all::accept);
    }

    @Test
    void shouldKeepTheNumbersOfInputsAndNameTheFieldsOfALayout() {
        Topology first = inputs(t -> {
            t.from(PAYMENTS).keyBy(Payment::card).dedupe("once", ofMinutes(1)).to(CatalogueSnippets.PASSED);
            t.from(PROFILES).to(Output.of("profiles-out", Profile.class));
        });
        byte[] snapshot = TestDriver.of(first, OPTIONS).snapshot();
        Topology turned = inputs(t -> {
            t.from(PROFILES).to(Output.of("profiles-out", Profile.class));
            t.from(PAYMENTS).keyBy(Payment::card).dedupe("once", ofMinutes(1)).to(CatalogueSnippets.PASSED);
        });
        contains(
                refused(turned, snapshot, Migration.none()),
                "has its inputs in another order, [payments, profiles] before and [profiles, payments] now");
        Topology fewer = inputs(t -> t.from(PAYMENTS)
                .keyBy(Payment::card)
                .dedupe("once", ofMinutes(1))
                .to(CatalogueSnippets.PASSED));
        contains(
                refused(fewer, snapshot, Migration.none().drop("profiles-out")),
                "from 'profiles' is in the snapshot, but is now gone or renamed, and the log still "
                        + "has entries of it");
    }

    record Wide(
            long card, long terminal, long cents, @Length(2) String country, long timeMs, long device) {}

    private static final Input<Wide> WIDE =
            Input.of("payments", Wide.class).eventTime(Wide::timeMs, TimeUnit.MILLISECONDS);

    static class WideSpree extends LookBack<Wide> {
        final Span<Wide> minute = last(ofMinutes(1));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(Wide::cents);
    }

    /** Numbers made of events do not mind a field more; events that are kept do. */
    @Test
    void shouldTakeOverNumbersOfEventsThatGotAFieldAndNameItWhereEventsAreKept() {
        byte[] spree = snapshot(List.of(part(0, "spree")));
        Topology wide = Millrace.topology(
                "parts",
                t -> t.from(WIDE)
                        .keyBy(Wide::card)
                        .lookBack("spree", WideSpree::new)
                        .to(OUT.get(0), s -> new Row(s.event().card(), s.payments.get(), s.cents.get())));
        List<Payment> sent = payments(new Random(1), 60);
        TestDriver moved = TestUpgrade.restore(wide, OPTIONS, spree, Migration.none());
        long ms = sent.get(59).timeMs() + 1;
        long card = sent.get(59).card();
        List<Payment> minute = sent.stream()
                .filter(p -> p.card() == card && p.timeMs() > ms - 60_000)
                .toList();
        moved.send(WIDE, new Wide(card, 1, 5, "AT", ms, 7));
        assertEquals(
                List.of(new Row(
                        card,
                        1 + minute.size(),
                        5 + minute.stream().mapToLong(Payment::cents).sum())),
                moved.take(OUT.get(0)));

        Topology kept = inputs(t -> t.from(PAYMENTS)
                .keyBy(Payment::card)
                .conflate("calm", ofMinutes(1))
                .to(CatalogueSnippets.PASSED));
        Topology keptWide = inputs(t ->
                t.from(WIDE).keyBy(Wide::card).conflate("calm", ofMinutes(1)).to(Output.of("passed", Wide.class)));
        byte[] snapshot =
                TestDriver.of(kept, OPTIONS).send(PAYMENTS, sent.get(0)).snapshot();
        contains(
                refused(keptWide, snapshot, Migration.none()),
                "conflate 'calm' has changed: the layout of its input 0 has changed: field device (long) was added",
                "add startEmpty(\"calm\")");
        TestUpgrade.restore(keptWide, OPTIONS, snapshot, Migration.none().startEmpty("calm"));
    }

    /** Two threads, on which nodes stay; where one moves to another it is refused. */
    private static Topology threads(String name, String second, boolean more) {
        return Millrace.topology("threads", t -> {
            KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card);
            new Part(0, name, 0, false).add(t, cards);
            KeyedStream<Payment> away =
                    t.from(PAYMENTS).keyBy(Payment::terminal).onThread("away");
            away.window(second, tumbling(ofMinutes(1)))
                    .aggregate(Spend::new)
                    .to(OUT.get(3), s -> new Row(s.card.get(), s.payments.get(), s.cents.get()));
            if (more) {
                new Part(4, "quiet", 0, false).add(t, cards);
            }
        });
    }

    @Test
    void shouldMoveEachOperatorOnItsOwnThread() {
        PlanOptions options = OPTIONS.withThreads();
        List<Payment> all = payments(new Random(4), 100);
        TestDriver old = TestDriver.of(threads("spree", "days", false), options);
        send(old, all.subList(0, 50));
        Migration how = Migration.none()
                .rename("spree", "lately")
                .rename("days", "periods")
                .startEmpty("quiet");
        Topology now = threads("lately", "periods", true);
        TestDriver moved = TestUpgrade.restore(now, options, old.snapshot(), how);
        TestDriver whole = TestDriver.of(now, options);
        send(whole, all.subList(0, 50));
        whole.take(OUT.get(0));
        whole.take(OUT.get(3));
        for (TestDriver d : List.of(moved, whole)) {
            send(d, all.subList(50, 100));
            d.endAll();
        }
        assertEquals(whole.take(OUT.get(0)), moved.take(OUT.get(0)));
        assertEquals(whole.take(OUT.get(3)), moved.take(OUT.get(3)));
        contains(
                assertThrows(StateException.class, () -> TestUpgrade.restore(now, OPTIONS, old.snapshot(), how))
                        .getMessage(),
                "keep the number of threads");
    }

    // ---- keys in parallel

    private static Topology parallel(String first, String second, boolean more, boolean other) {
        return Millrace.topology("parallel", t -> {
            KeyedStream<Payment> plain = t.from(PAYMENTS).keyBy(Payment::card).peek(p -> {});
            if (more) { // in front, so that all behind have other numbers
                new Part(4, "quiet", 0, false).add(t, plain.filter(p -> p.cents() >= 0));
            }
            KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card).parallel("cards", 2);
            new Part(0, first, 0, false).add(t, cards);
            new Part(2, second, 0, false).add(t, cards);
            if (other) {
                new Part(1, "other", 0, false).add(t, cards);
            }
        });
    }

    @Test
    void shouldMoveWhatWorksInParallelShardByShardAsLongAsItsSectionIsTheSame() {
        PlanOptions options = OPTIONS.withStateBytes(256 << 20).withThreads();
        List<Payment> all = payments(new Random(9), 80);
        TestDriver old = TestDriver.of(parallel("spree", "once", false, false), options);
        send(old, all.subList(0, 50));
        Migration how = Migration.none().rename("spree", "lately").startEmpty("quiet");
        Topology now = parallel("lately", "once", true, false);
        TestDriver moved = TestUpgrade.restore(now, options, old.snapshot(), how);
        TestDriver whole = TestDriver.of(now, options);
        send(whole, all.subList(0, 50));
        OUT.forEach(o -> take(whole, o));
        for (TestDriver d : List.of(moved, whole)) {
            send(d, all.subList(50, 80));
            d.endAll();
        }
        assertEquals(whole.take(OUT.get(0)), moved.take(OUT.get(0)));
        assertEquals(whole.take(OUT.get(2)), moved.take(OUT.get(2)));
        contains(
                assertThrows(
                                StateException.class,
                                () -> TestUpgrade.restore(
                                        parallel("lately", "once", false, true),
                                        options,
                                        old.snapshot(),
                                        how.startEmpty("other")))
                        .getMessage(),
                "has the parallel sections",
                "keep the operators of each section");
    }

    @Test
    void shouldRefuseThatOneOfThoseBeginsAnewThatHaveRowsTogetherInASection() {
        PlanOptions options = OPTIONS.withStateBytes(256 << 20).withThreads();
        TestDriver old = TestDriver.of(together("spree", "two"), options);
        send(old, payments(new Random(9), 50));
        byte[] snapshot = old.snapshot();
        Migration one = Migration.none().rename("spree", "lately").startEmpty("lately");
        contains(
                assertThrows(
                                StateException.class,
                                () -> TestUpgrade.restore(together("lately", "two"), options, snapshot, one))
                        .getMessage(),
                "operator spree",
                "shares its rows with [spree, two] in a parallel section",
                "use startEmpty for all of these operators or for none");
        TestUpgrade.restore(
                together("lately", "both"),
                options,
                snapshot,
                one.rename("two", "both").startEmpty("both"));
    }

    private static Topology together(String first, String second) {
        return Millrace.topology("together", t -> {
            KeyedStream<Payment> cards = t.from(PAYMENTS).keyBy(Payment::card).parallel("cards", 2);
            part(0, first).add(t, cards);
            part(1, second).add(t, cards);
        });
    }
}
