package io.millrace.operators;

import static io.millrace.operators.FlatType.flat;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.FlatType.Flat;
import io.millrace.operators.FlatType.FlatWriter;
import io.millrace.operators.Fn.Fn1;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What lookup promises: one answer an event, the last row of its key before it in the order. */
class LookUpTest {
    record Payment(long card, long terminal, long timeMs) {}

    record Profile(
            long card, long mean, long timeMs, @Length(8) String country) {}

    record Seen(long card, boolean found, long mean) {}

    record Both(Payment payment, Joined<Payment, Profile> first, Joined<Payment, Profile> second) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class).eventTime(Payment::timeMs, MILLISECONDS);
    static final Input<Profile> PROFILES = Input.of("profiles", Profile.class).eventTime(Profile::timeMs, MILLISECONDS);
    static final InPlaceInput<Flat, FlatWriter> FLATS = Input.of("flats", FlatType.FLAT);
    static final Output<Seen> SEEN = Output.of("seen", Seen.class);

    static final Fn1<Joined<Payment, Profile>, Seen> SEE = j -> new Seen(
            j.left().card(), j.hasRight(), j.right() == null ? -1 : j.right().mean());

    static Profile profile(long card, long mean) {
        return new Profile(card, mean, 1_000, "at");
    }

    static Payment payment(long card) {
        return new Payment(card, card % 10, 1_000);
    }

    static Topology topology(Function<TopologyBuilder, Table<Profile>> table) {
        return Millrace.topology("lookup", t -> {
            Table<Profile> profiles = table.apply(t);
            t.from(PAYMENTS).keyBy(Payment::card).lookup("profile", profiles).to(SEEN, SEE);
        });
    }

    private static TestDriver driver() {
        return TestDriver.of(topology(t -> t.table("profiles", PROFILES, Profile::card)));
    }

    @Test
    void shouldAnswerOnceWhenThereIsNoRow() {
        TestDriver driver = driver().send(PROFILES, profile(2, 5)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, false, -1)), driver.take(SEEN));
    }

    @Test
    void shouldFindTheLastRowBeforeTheEvent() {
        TestDriver driver = driver().send(PROFILES, profile(1, 5)).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 6)).send(PROFILES, profile(2, 7)).send(PAYMENTS, payment(1));
        driver.send(PAYMENTS, payment(1)).send(PROFILES, profile(1, 8));
        assertEquals(List.of(new Seen(1, true, 5), new Seen(1, true, 6), new Seen(1, true, 6)), driver.take(SEEN));
        driver.send(PAYMENTS, payment(1)).send(PAYMENTS, payment(2));
        assertEquals(List.of(new Seen(1, true, 8), new Seen(2, true, 7)), driver.take(SEEN));
        assertEquals(2, driver.counters("profile").keys);
    }

    @Test
    void shouldGoByTheOrderNotByEventTime() {
        TestDriver driver = driver();
        driver.send(PROFILES, new Profile(1, 5, 9_000, "")); // later than the payment, and before it in the order
        driver.send(PROFILES, new Profile(1, 6, 2_000, "")); // earlier than the row it replaces
        driver.send(PAYMENTS, new Payment(1, 1, 3_000));
        driver.send(PROFILES, new Profile(1, 7, 2_500, ""));
        assertEquals(List.of(new Seen(1, true, 6)), driver.take(SEEN));
    }

    @Test
    void shouldPutTheDefaultWhereThereIsNoRow() {
        Profile none = profile(0, 77);
        Topology topology = Millrace.topology(
                "default",
                t -> t.from(PAYMENTS)
                        .keyBy(Payment::card)
                        .lookup("profile", t.table("profiles", PROFILES, Profile::card), none)
                        .to(SEEN, SEE));
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, payment(1));
        driver.send(PROFILES, profile(1, 5)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, false, 77), new Seen(1, true, 5)), driver.take(SEEN));
    }

    @Test
    void shouldDeleteByATombstone() {
        TestDriver driver = TestDriver.of(topology(
                t -> t.table("profiles", PROFILES, Profile::card).deleteWhen(p -> 100 / p.mean() == 0)));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(2, 6));
        driver.send(PROFILES, profile(1, 101)).send(PROFILES, profile(3, 101));
        driver.send(PAYMENTS, payment(1)).send(PAYMENTS, payment(2));
        assertEquals(List.of(new Seen(1, false, -1), new Seen(2, true, 6)), driver.take(SEEN));
        assertEquals(1, driver.counters("profile").keys);
        driver.send(PROFILES, profile(3, 8)).send(PAYMENTS, payment(3)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(3, true, 8), new Seen(1, false, -1)), driver.take(SEEN));
        driver.send(PROFILES, profile(3, 0)).send(PAYMENTS, payment(3)); // the condition throws
        assertEquals(List.of(new Seen(3, true, 8)), driver.take(SEEN));
        assertEquals(Reason.OPERATOR_ERROR, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldRefuseNewKeysAtTheBoundAndKeepThoseItHas() {
        TestDriver driver = TestDriver.of(topology(t -> t.table("profiles", PROFILES, Profile::card)
                .deleteWhen(p -> p.mean() < 0)
                .keysAtMost(2)));
        driver.send(PROFILES, profile(1, 5)).send(PROFILES, profile(2, 6)).send(PROFILES, profile(3, 7));
        driver.send(PROFILES, profile(1, 8)).send(PAYMENTS, payment(1));
        driver.send(PAYMENTS, payment(2)).send(PAYMENTS, payment(3));
        assertEquals(List.of(new Seen(1, true, 8), new Seen(2, true, 6), new Seen(3, false, -1)), driver.take(SEEN));
        assertEquals(1, driver.deadLetters().size());
        assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
        assertEquals("profile", driver.deadLetters().get(0).node());
        driver.send(PROFILES, profile(1, -1)).send(PROFILES, profile(3, 7)).send(PAYMENTS, payment(3));
        assertEquals(List.of(new Seen(3, true, 7)), driver.take(SEEN));
    }

    @Test
    void shouldTakeTextAndSeveralFieldsAsKeys() {
        Topology topology = Millrace.topology("keys", t -> {
            Table<Profile> byCountry = t.tableByText("by-country", PROFILES, Profile::country);
            Table<Profile> byPair = t.table("by-pair", t.from(PROFILES).keyBy(Profile::card, Profile::mean));
            t.from(PAYMENTS)
                    .keyByText(p -> "c" + p.card())
                    .lookup("country", byCountry)
                    .to(SEEN, SEE);
            t.from(PAYMENTS)
                    .keyBy(Payment::card, Payment::terminal)
                    .lookup("pair", byPair)
                    .to(SEEN, SEE);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(PROFILES, new Profile(14, 4, 0, "c7")).send(PROFILES, new Profile(8, 9, 0, "c8"));
        driver.send(PAYMENTS, payment(14)).send(PAYMENTS, payment(8)).send(PAYMENTS, payment(7));
        assertEquals(
                List.of(
                        new Seen(14, false, -1), new Seen(14, true, 4),
                        new Seen(8, true, 9), new Seen(8, false, -1),
                        new Seen(7, true, 4), new Seen(7, false, -1)),
                driver.take(SEEN));
    }

    @Test
    void shouldKeepTheKey() {
        Topology topology = topology(t -> t.table("profiles", PROFILES, Profile::card));
        assertEquals("long", topology.node("profile").key().kind());
    }

    @Test
    void shouldGiveEachLookupTheWholeTable() {
        Topology topology = Millrace.topology("two", t -> {
            Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
            t.from(PAYMENTS).keyBy(Payment::card).lookup("by-card", profiles).to(SEEN, SEE);
            t.from(PAYMENTS)
                    .keyBy(Payment::terminal)
                    .lookup("by-terminal", profiles)
                    .to(SEEN, SEE);
        });
        TestDriver driver =
                TestDriver.of(topology).send(PROFILES, profile(3, 5)).send(PAYMENTS, payment(13));
        driver.send(PAYMENTS, payment(3));
        assertEquals(
                List.of(new Seen(13, false, -1), new Seen(13, true, 5), new Seen(3, true, 5), new Seen(3, true, 5)),
                driver.take(SEEN));
    }

    @Test
    void shouldStandBesideAnEventInWith() {
        Topology topology = Millrace.topology("with", t -> {
            Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
            EventStream<Payment> payments = t.from(PAYMENTS);
            payments.with(
                            payments.keyBy(Payment::card).lookup("by-card", profiles),
                            payments.keyBy(Payment::terminal).lookup("by-terminal", profiles),
                            Both::new)
                    .to(
                            SEEN,
                            b -> new Seen(
                                    b.payment().card(),
                                    b.first().hasRight(),
                                    b.second().right().mean()));
        });
        TestDriver driver =
                TestDriver.of(topology).send(PROFILES, profile(3, 5)).send(PROFILES, profile(4, 6));
        driver.send(PAYMENTS, payment(13)).send(PAYMENTS, payment(4)).send(PAYMENTS, payment(3));
        assertEquals(List.of(new Seen(13, false, 5), new Seen(4, true, 6), new Seen(3, true, 5)), driver.take(SEEN));
    }

    @Test
    void shouldSeeOnlyWhatCameBeforeInATableOfItsOwnStream() {
        // event and row come by one entry: the event is answered first, whatever the order of the words
        Topology topology = Millrace.topology("self", t -> {
            KeyedStream<Payment> payments = t.from(PAYMENTS).keyBy(Payment::card);
            payments.lookup("last", t.table("payments", payments))
                    .to(
                            SEEN,
                            j -> new Seen(
                                    j.left().card(),
                                    j.hasRight(),
                                    j.hasRight() ? j.right().timeMs() : 0));
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(PAYMENTS, new Payment(1, 0, 10)).send(PAYMENTS, new Payment(1, 0, 20));
        driver.send(PAYMENTS, new Payment(2, 0, 30)).send(PAYMENTS, new Payment(1, 0, 40));
        assertEquals(
                List.of(new Seen(1, false, 0), new Seen(1, true, 10), new Seen(2, false, 0), new Seen(1, true, 20)),
                driver.take(SEEN));
    }

    @Test
    void shouldBeKeptWithBothSidesAndReadAgain() {
        for (Profile none : new Profile[] {null, profile(0, 77)}) {
            Topology topology = Millrace.topology("staged", t -> {
                Table<Profile> profiles = t.table("profiles", PROFILES, Profile::card);
                KeyedStream<Payment> payments = t.from(PAYMENTS).keyBy(Payment::card);
                EventStream<Joined<Payment, Profile>> joined = none == null
                        ? payments.lookup("profile", profiles)
                        : payments.lookup("profile", profiles, none);
                // the merge takes first what comes last, so all wait as bytes
                EventStream<Joined<Payment, Profile>> first =
                        joined.filter(j -> j.left().card() > 0);
                EventStream<Joined<Payment, Profile>> second = joined.filter(j -> j.right() != null || none == null);
                second.merge(first).to(SEEN, SEE);
            });
            TestDriver driver = TestDriver.of(topology).send(PROFILES, profile(1, 5));
            assertEquals(1, driver.plan().stages().get(0).inboxes().size());
            driver.send(PAYMENTS, payment(1)).send(PAYMENTS, payment(2));
            Seen one = new Seen(1, true, 5);
            Seen two = new Seen(2, false, none == null ? -1 : 77);
            assertEquals(List.of(one, one, two, two), driver.take(SEEN));
        }
    }

    @Test
    void shouldTakeRowsInPlaceOfAnyLength() {
        InPlaceInput<Flat, FlatWriter> rows = Input.of("rows", FlatType.FLAT);
        Topology topology = Millrace.topology(
                "flat",
                t -> t.from(FLATS)
                        .keyBy(Flat::key)
                        .lookup("row", t.table("rows", rows, Flat::key))
                        .to(
                                SEEN,
                                j -> new Seen(
                                        j.left().value(),
                                        j.hasRight(),
                                        j.hasRight()
                                                ? 100 * j.right().tail()
                                                        + j.right().last()
                                                : 0)));
        TestDriver driver = TestDriver.of(topology);
        driver.send(rows, flat(1, 0, 13, 9)).send(FLATS, flat(1, 50, 0, 0)).send(FLATS, flat(1, 51, 0, 0));
        driver.send(rows, flat(1, 0, 4, 8)).send(FLATS, flat(1, 52, 3, 1));
        driver.send(rows, flat(1, 0, 0, 0)).send(FLATS, flat(1, 53, 3, 1)).send(FLATS, flat(2, 54, 3, 1));
        assertEquals(
                List.of(
                        new Seen(50, true, 1309),
                        new Seen(51, true, 1309),
                        new Seen(52, true, 408),
                        new Seen(53, true, 0),
                        new Seen(54, false, 0)),
                driver.take(SEEN));
    }

    /** A row that its record refuses for now. */
    record Strict(long card, long most) {
        static boolean refusesNegative;

        Strict {
            if (refusesNegative && most < 0) {
                throw new IllegalArgumentException("negative");
            }
        }
    }

    private static Seen again(Joined<Payment, Strict> j) {
        try {
            return new Seen(j.left().card(), j.hasRight(), j.right().most());
        } catch (IllegalArgumentException e) {
            Strict.refusesNegative = false;
            return new Seen(j.left().card(), j.hasRight(), j.right().most());
        }
    }

    /** A record that throws leaves no row of another key in its place: who asks again is answered by the row of its own. */
    @Test
    void shouldFindTheRowOfItsKeyBehindARecordThatThrew() {
        Input<Strict> rows = Input.of("rows", Strict.class);
        Topology topology = Millrace.topology(
                "strict",
                t -> t.from(PAYMENTS)
                        .keyBy(Payment::card)
                        .lookup("limit", t.table("limits", rows, Strict::card))
                        .to(SEEN, LookUpTest::again));
        TestDriver driver =
                TestDriver.of(topology).send(rows, new Strict(1, 11)).send(rows, new Strict(2, -22));
        driver.send(PAYMENTS, payment(1));
        Strict.refusesNegative = true;
        driver.send(PAYMENTS, payment(2)).send(PAYMENTS, payment(1));
        assertEquals(List.of(new Seen(1, true, 11), new Seen(2, true, -22), new Seen(1, true, 11)), driver.take(SEEN));
    }
}
