package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.DeadLetter;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Nullable;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Sensitive;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What keys promise: one number is one number however it is said, and a bound holds for each word behind it. */
class KeysTest {
    record Event(long key, long number, long timeNs) {}

    record Result(long key, long number) {}

    static class Past extends LookBack<Event> {
        final Span<Event> recent = last(Duration.ofNanos(1_000));
        final LongValue events = recent.count();
    }

    static class Counting extends KeyedProcess {
        final LongState events = longState("events");
        final Emit<Result> results = emits("results", Result.class);

        Counting(On<Event> first, On<Event> second) {
            on(first, this::count);
            on(second, this::count);
        }

        Counting(On<Event> only) {
            on(only, this::count);
        }

        void count(Event e) {
            results.emit(new Result(e.key(), events.add(1)));
        }
    }

    static final Input<Event> EVENTS = Input.of("events", Event.class).eventTime(Event::timeNs, NANOSECONDS);
    static final Input<Event> OTHERS = Input.of("others", Event.class);
    static final Output<Result> RESULTS = Output.of("results", Result.class);

    private static TestDriver driver(Consumer<TopologyBuilder> topology) {
        return TestDriver.of(Millrace.topology("keys", topology));
    }

    private static KeyedStream<Event> byFields(TopologyBuilder t, Input<Event> input) {
        return t.from(input).keyByFields(k -> k.number(Event::key));
    }

    // ---- no key

    record Titled(@Nullable @Length(8) String name) {}

    static final Input<Titled> TITLED = Input.of("titled", Titled.class);

    /** An absent text is no key: its event is a dead letter of where it was asked for one. An empty text is a key as any other. */
    @Test
    void shouldRefuseAnEventWithoutAKeyAndTakeAnEmptyTextForOne() {
        TestDriver driver = driver(t -> t.from(TITLED)
                .keyByText(Titled::name)
                .dedupe("once", Duration.ofHours(1))
                .to(RESULTS, n -> new Result(n.name().length(), 1)));
        driver.send(TITLED, new Titled("")).send(TITLED, new Titled("")).send(TITLED, new Titled("a"));
        assertEquals(List.of(new Result(0, 1), new Result(1, 1)), driver.take(RESULTS));
        driver.send(TITLED, new Titled(null));
        assertEquals(List.of(), driver.take(RESULTS));
        DeadLetter letter = driver.deadLetters().get(1);
        assertEquals(Reason.OPERATOR_ERROR, letter.reason());
        assertTrue(letter.node().startsWith("keyBy"), letter.node());
    }

    // ---- one number

    @Test
    void shouldFindTheRowOfANumberThatIsAKeyByFields() {
        TestDriver driver = driver(t -> byFields(t, EVENTS)
                .lookup("row", t.table("rows", OTHERS, Event::key))
                .to(RESULTS, j -> new Result(j.left().key(), j.hasRight() ? 1 : 0)));
        driver.send(OTHERS, new Event(1, 0, 0)).send(EVENTS, new Event(1, 0, 1)).send(EVENTS, new Event(2, 0, 1));
        assertEquals(List.of(new Result(1, 1), new Result(2, 0)), driver.take(RESULTS));
    }

    @Test
    void shouldLookBackAtANumberThatIsAKeyByFields() {
        TestDriver driver = driver(t -> t.from(EVENTS)
                .keyBy(Event::key)
                .lookBack("past", byFields(t, OTHERS), Past::new)
                .to(RESULTS, p -> new Result(p.question(Event.class).key(), p.events.get())));
        driver.send(OTHERS, new Event(1, 0, 0)).send(EVENTS, new Event(1, 0, 1)).send(EVENTS, new Event(2, 0, 1));
        assertEquals(List.of(new Result(1, 1), new Result(2, 0)), driver.take(RESULTS));
    }

    @Test
    void shouldProcessANumberThatIsAKeyByFieldsTogetherWithAPlainOne() {
        TestDriver driver = driver(t -> byFields(t, EVENTS)
                .process("count", Duration.ofHours(1), t.from(OTHERS).keyBy(Event::key), Counting::new)
                .out(c -> c.results)
                .to(RESULTS));
        driver.send(OTHERS, new Event(1, 0, 0)).send(EVENTS, new Event(1, 0, 1)).send(EVENTS, new Event(2, 0, 1));
        assertEquals(List.of(new Result(1, 1), new Result(1, 2), new Result(2, 1)), driver.take(RESULTS));
    }

    // ---- bounds

    private static void assertHoldsTwoKeys(Consumer<TopologyBuilder> topology, Result... expected) {
        TestDriver driver = driver(topology);
        for (long key : new long[] {1, 2, 3, 1}) {
            driver.send(EVENTS, new Event(key, 0, 1));
        }
        assertEquals(List.of(expected), driver.take(RESULTS));
        assertEquals(
                List.of(Reason.OVER_BOUND),
                driver.deadLetters().stream().map(DeadLetter::reason).toList());
    }

    @Test
    void shouldBoundTheKeysOfALookBack() {
        assertHoldsTwoKeys(
                t -> t.from(EVENTS)
                        .keyBy(Event::key)
                        .keysAtMost(2)
                        .filter(e -> true) // the bound goes on with the key
                        .lookBack("past", Past::new)
                        .to(RESULTS, p -> new Result(p.event().key(), p.events.get())),
                new Result(1, 1),
                new Result(2, 1),
                new Result(1, 2));
    }

    @Test
    void shouldBoundTheKeysOfAProcess() {
        assertHoldsTwoKeys(
                t -> t.from(EVENTS)
                        .keyBy(Event::key)
                        .keysAtMost(2)
                        .<Counting>process("count", Duration.ofHours(1), Counting::new)
                        .out(c -> c.results)
                        .to(RESULTS),
                new Result(1, 1),
                new Result(2, 1),
                new Result(1, 2));
    }

    @Test
    void shouldBoundTheRowsOfATableThatIsMadeOfTheStream() {
        assertHoldsTwoKeys(
                t -> {
                    KeyedStream<Event> byKey = t.from(EVENTS).keyBy(Event::key);
                    byKey.lookup("row", t.table("rows", byKey.keysAtMost(2)))
                            .to(RESULTS, j -> new Result(j.left().key(), j.hasRight() ? 1 : 0));
                },
                new Result(1, 0),
                new Result(2, 0),
                new Result(3, 0),
                new Result(1, 1));
    }

    @Test
    void shouldLeaveTheStreamItselfWithoutABound() {
        TestDriver driver = driver(t -> {
            KeyedStream<Event> byKey = t.from(EVENTS).keyBy(Event::key);
            byKey.keysAtMost(1)
                    .lookBack("bounded", Past::new)
                    .to(RESULTS, p -> new Result(p.event().key(), 1));
            byKey.lookBack("free", Past::new)
                    .to(RESULTS, p -> new Result(p.event().key(), 2));
        });
        driver.send(EVENTS, new Event(1, 0, 1)).send(EVENTS, new Event(2, 0, 1));
        assertEquals(List.of(new Result(1, 1), new Result(1, 2), new Result(2, 2)), driver.take(RESULTS));
    }

    @Test
    void shouldRefuseABoundOfNoKeys() {
        assertThrows(
                TopologyException.class,
                () -> driver(t -> t.from(EVENTS).keyBy(Event::key).keysAtMost(0)));
    }

    // ---- what keeps the key

    @Test
    void shouldKeepTheKeyOnBothSidesOfABranch() {
        TestDriver driver = driver(t -> t.from(EVENTS)
                .keyBy(Event::key)
                .branch(e -> e.number() < 0, negative -> negative.to(RESULTS, e -> new Result(e.key(), -1)))
                .lookBack("past", Past::new)
                .to(RESULTS, p -> new Result(p.event().key(), p.events.get())));
        driver.send(EVENTS, new Event(1, 1, 1))
                .send(EVENTS, new Event(1, -1, 1))
                .send(EVENTS, new Event(1, 1, 1));
        assertEquals(List.of(new Result(1, 1), new Result(1, -1), new Result(1, 2)), driver.take(RESULTS));
    }

    @Test
    void shouldKeepTheKeyWhereBothSidesOfAMergeHaveIt() {
        TestDriver driver = driver(t -> t.from(EVENTS)
                .keyBy(Event::key)
                .merge(t.from(OTHERS).keyBy(Event::key))
                .<Counting>process("count", Duration.ofHours(1), Counting::new)
                .out(c -> c.results)
                .to(RESULTS));
        driver.send(EVENTS, new Event(1, 0, 1)).send(OTHERS, new Event(1, 0, 0)).send(OTHERS, new Event(2, 0, 0));
        assertEquals(List.of(new Result(1, 1), new Result(1, 2), new Result(2, 1)), driver.take(RESULTS));
    }

    @Test
    void shouldLoseTheKeyWhereTheSidesOfAMergeHaveOthers() {
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> driver(t -> {
                    KeyedStream<Event> both = t.from(EVENTS)
                            .keyBy(Event::key)
                            .merge(t.from(OTHERS).keyByText(x -> "" + x.key()));
                    both.keysAtMost(5).lookBack("past", Past::new).to(RESULTS, p -> new Result(0, 0));
                    t.from(EVENTS)
                            .keyBy(Event::key)
                            .lookup("row", t.table("rows", both))
                            .to(RESULTS, j -> new Result(0, 0));
                }));
        assertTrue(e.getMessage().contains("past (KeysTest.java"), e.getMessage());
        assertTrue(e.getMessage().contains("row (KeysTest.java"), e.getMessage());
        assertTrue(e.getMessage().contains("has no key; put keyBy in front"), e.getMessage());
    }

    // ---- what people see of a key

    record Secret(@Sensitive long card, @Length(8) String country, long timeNs) {}

    record Masked(@Sensitive long card) {}

    static class Failing extends KeyedProcess {
        final Timer due = timer("due", () -> {
            throw new IllegalStateException("on purpose");
        });

        Failing(On<Secret> secrets) {
            on(secrets, s -> due.in(Duration.ofNanos(5)));
        }
    }

    private static final Input<Secret> SECRETS =
            Input.of("secrets", Secret.class).eventTime(Secret::timeNs, NANOSECONDS);

    private static String keyOfAFailedFiring(Function<EventStream<Secret>, KeyedStream<Secret>> key) {
        TestDriver driver = driver(t -> {
            key.apply(t.from(SECRETS)).<Failing>process("failing", Duration.ofHours(1), Failing::new);
            t.from(SECRETS).to(RESULTS, s -> new Result(0, 0));
        });
        driver.send(SECRETS, new Secret(4_000_123_412_341_234L, "AT", 1)).advanceToNs(100);
        assertEquals(1, driver.deadLetters().size());
        assertFalse(driver.deadLetters().get(0).toString().contains("4000123412341234"));
        return driver.deadLetters().get(0).key();
    }

    @Test
    void shouldShowAHashOfAKeyThatIsReadFromSensitiveEvents() {
        // the same hash as of the field itself, so that one card can be followed
        byte[] field = new byte[8];
        EventType<Masked> masked = EventType.of(Masked.class);
        masked.encode(new Masked(4_000_123_412_341_234L), field, 0);
        String hash = masked.text(field, 0, 8).replaceAll("[^#]*(#[0-9a-f]{8}).*", "$1");
        assertEquals(hash, keyOfAFailedFiring(s -> s.keyBy(Secret::card)));
        assertEquals(
                hash, keyOfAFailedFiring(s -> s.map(x -> x).keyBy(Secret::card).keysAtMost(3)));
        String fields = keyOfAFailedFiring(
                s -> s.keyByFields(k -> k.text(Secret::country).number(Secret::card)));
        assertTrue(fields.matches("#[0-9a-f]{8}," + hash), fields);
    }

    record Plain(long card, long timeNs) {}

    private static KeyedStream<Secret> plainByCard(EventStream<Secret> secrets) {
        return secrets.map(Plain.class, s -> new Plain(s.card(), s.timeNs()))
                .map(p -> new Secret(p.card(), "", p.timeNs()))
                .keyBy(Secret::card);
    }

    @Test
    void shouldShowAHashOfAKeyThatIsReadFromSensitiveEventsOnTheOtherSide() {
        String merged =
                keyOfAFailedFiring(s -> plainByCard(s).merge(s.map(x -> x).keyBy(Secret::card)));
        assertTrue(merged.matches("#[0-9a-f]{8}"), merged);
    }

    private static final Input<Plain> PLAINS = Input.of("plains", Plain.class).eventTime(Plain::timeNs, NANOSECONDS);

    static final class FailingOfTwo extends KeyedProcess {
        final Timer due = timer("due", () -> {
            throw new IllegalStateException("on purpose");
        });

        FailingOfTwo(On<Plain> plains, On<Secret> secrets) {
            on(plains, p -> {});
            on(secrets, s -> due.in(Duration.ofNanos(5)));
        }
    }

    @Test
    void shouldShowAHashOfTheKeyOfAProcessOneOfWhoseInputsIsSensitive() {
        TestDriver driver = driver(t -> {
            KeyedStream<Secret> secrets = t.from(SECRETS).keyBy(Secret::card);
            t.from(PLAINS)
                    .keyBy(Plain::card)
                    .<Secret, FailingOfTwo>process("failing", Duration.ofHours(1), secrets, FailingOfTwo::new);
            t.from(SECRETS).to(RESULTS, s -> new Result(0, 0));
        });
        driver.send(SECRETS, new Secret(4_000_123_412_341_234L, "AT", 1)).advanceToNs(100);
        String key = driver.deadLetters().get(0).key();
        assertTrue(key.matches("#[0-9a-f]{8}"), key);
    }

    // ---- why a value is refused

    record Named(@Length(4) String name) {}

    static final Output<Named> NAMED = Output.of("named", Named.class);

    @Test
    void shouldSayThatAValueDoesNotFitWhereUserCodeMadeIt() {
        TestDriver driver = driver(t -> {
            t.from(SECRETS).keyByText(s -> s.country().repeat(40)).to(RESULTS, s -> new Result(0, 0));
            t.from(SECRETS).map(Named.class, s -> new Named("12345")).to(NAMED);
            t.from(SECRETS).to(NAMED, s -> new Named("12345"));
            t.from(SECRETS).map(s -> s.country().charAt(7)).to(RESULTS, c -> new Result(c, 0));
        });
        driver.send(SECRETS, new Secret(1, "AT", 1));
        assertEquals(
                List.of(Reason.OUT_OF_RANGE, Reason.OUT_OF_RANGE, Reason.OUT_OF_RANGE, Reason.OPERATOR_ERROR),
                driver.deadLetters().stream().map(DeadLetter::reason).toList());
    }
}
