package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Setting;
import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Sensitive;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a setting promises: every event sees the row of the last change before it in the order. */
class SettingTest {
    record Payment(long card, long cents) {}

    record Rules(long least, @Length(4) String tag) {}

    record Tagged(long cents, @Length(4) String tag) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class);
    static final Input<Rules> RULES = Input.of("rules", Rules.class);
    static final Output<Payment> PASSED = Output.of("passed", Payment.class);
    static final Output<Tagged> TAGGED = Output.of("tagged", Tagged.class);
    static final Rules INITIAL = new Rules(10, "a");

    private static Topology topology() {
        return Millrace.topology("settings", t -> {
            Setting<Rules> rules = t.setting("rules", RULES, INITIAL);
            t.from(PAYMENTS).filter(rules, (p, r) -> p.cents() >= r.least()).to(PASSED);
            t.from(PAYMENTS)
                    .map(rules, Tagged.class, (p, r) -> new Tagged(100 / (p.cents() - r.least()), r.tag()))
                    .to(TAGGED);
        });
    }

    @Test
    void shouldBeginWithItsInitialRow() {
        TestDriver driver = TestDriver.of(topology());
        driver.send(PAYMENTS, new Payment(1, 9)).send(PAYMENTS, new Payment(1, 11));
        assertEquals(List.of(new Payment(1, 11)), driver.take(PASSED));
        assertEquals(List.of(new Tagged(-100, "a"), new Tagged(100, "a")), driver.take(TAGGED));
        assertEquals(1, driver.counters("rules.filter").filtered);
    }

    @Test
    void shouldChangeExactlyBetweenTwoEvents() {
        TestDriver driver = TestDriver.of(topology());
        driver.send(PAYMENTS, new Payment(1, 15));
        driver.send(RULES, new Rules(20, "b"));
        assertEquals(1, driver.take(PASSED).size(), "a change is no event");
        driver.take(TAGGED);
        driver.send(PAYMENTS, new Payment(2, 15)).send(RULES, new Rules(0, "c")).send(PAYMENTS, new Payment(3, 15));
        assertEquals(List.of(new Payment(3, 15)), driver.take(PASSED));
        assertEquals(List.of(new Tagged(-20, "b"), new Tagged(6, "c")), driver.take(TAGGED));
    }

    @Test
    void shouldSendAnEventWhoseFunctionThrowsToTheDeadLettersAndGoOn() {
        TestDriver driver = TestDriver.of(topology());
        driver.send(PAYMENTS, new Payment(1, 10)).send(PAYMENTS, new Payment(1, 11));
        assertEquals(List.of(new Tagged(100, "a")), driver.take(TAGGED));
        assertEquals(1, driver.deadLetters().size());
        assertEquals(Reason.OPERATOR_ERROR, driver.deadLetters().get(0).reason());
        assertEquals("rules.map", driver.deadLetters().get(0).node());
        assertTrue(driver.deadLetters().get(0).cause().contains("ArithmeticException"));
    }

    @Test
    void shouldSendAResultThatDoesNotFitToTheDeadLetters() {
        Topology topology = Millrace.topology("long-tag", t -> {
            Setting<Rules> rules = t.setting("rules", RULES, INITIAL);
            t.from(PAYMENTS)
                    .map(rules, Tagged.class, (p, r) -> new Tagged(1, r.tag() + "bcde"))
                    .to(TAGGED);
        });
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(1, 1));
        assertEquals(List.of(), driver.take(TAGGED));
        assertEquals(1, driver.deadLetters().size());
    }

    @Test
    void shouldFilterByAThrowingConditionIntoTheDeadLetters() {
        Topology topology = Millrace.topology("throws", t -> {
            Setting<Rules> rules = t.setting("rules", RULES, INITIAL);
            t.from(PAYMENTS)
                    .filter(rules, (p, r) -> 1 / (p.cents() - r.least()) >= 0)
                    .to(PASSED);
        });
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(1, 10));
        assertEquals(List.of(), driver.take(PASSED));
        assertEquals("rules.filter", driver.deadLetters().get(0).node());
    }

    @Test
    void shouldKeepTheKey() {
        Topology topology = Millrace.topology("keyed", t -> {
            Setting<Rules> rules = t.setting("rules", RULES, INITIAL);
            KeyedStream<Payment> byCard = t.from(PAYMENTS).keyBy(Payment::card);
            KeyedStream<Tagged> tagged = byCard.filter(rules, (p, r) -> p.cents() >= r.least())
                    .map(rules, Tagged.class, (p, r) -> new Tagged(p.cents(), r.tag()));
            tagged.to(TAGGED);
        });
        assertEquals("long", topology.node("rules.filter").key().kind());
        assertEquals("long", topology.node("rules.map").key().kind());
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(1, 10));
        assertEquals(List.of(new Tagged(10, "a")), driver.take(TAGGED));
    }

    @Test
    void shouldNumberTheWordsThatReadIt() {
        Topology topology = Millrace.topology("two", t -> {
            Setting<Rules> rules = t.setting("rules", RULES, INITIAL);
            t.from(PAYMENTS)
                    .filter(rules, (p, r) -> p.cents() >= r.least())
                    .filter(rules, (p, r) -> p.card() != r.least())
                    .to(PASSED);
        });
        assertEquals("rules.filter", topology.node("rules.filter").name());
        assertEquals("rules.filter-2", topology.node("rules.filter-2").name());
        TestDriver driver =
                TestDriver.of(topology).send(RULES, new Rules(1, "")).send(PAYMENTS, new Payment(2, 2));
        assertEquals(1, driver.take(PASSED).size(), "a change reaches both");
        driver.send(RULES, new Rules(2, "")).send(PAYMENTS, new Payment(2, 2));
        assertEquals(0, driver.take(PASSED).size());
    }

    @Test
    void shouldRefuseTwoSettingsOfOneName() {
        Input<Rules> other = Input.of("other", Rules.class);
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("double", t -> {
                    Setting<Rules> a = t.setting("rules", RULES, INITIAL);
                    Setting<Rules> b = t.setting("rules", other, INITIAL);
                    t.from(PAYMENTS)
                            .filter(a, (p, r) -> true)
                            .filter(b, (p, r) -> true)
                            .to(PASSED);
                }));
        assertTrue(e.getMessage().contains("rules.filter"), e.getMessage());
    }

    @Test
    void shouldRefuseAnInitialRowThatDoesNotFit() {
        TopologyException e = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("unfit", t -> t.setting("rules", RULES, new Rules(1, "far too long"))));
        assertTrue(e.getMessage().contains("setting rules"), e.getMessage());
        assertTrue(e.getMessage().contains("far too long"), e.getMessage());
    }

    static Trials trials() {
        return Trials.of("trials()", SettingTest::trial).cases(60);
    }

    @Test
    void shouldAgreeWithAVariable() {
        trials().check();
    }

    private static Trial trial(Random random) {
        PlanOptions options = random.nextBoolean() ? PlanOptions.fused() : PlanOptions.tested();
        return Trial.of(topology())
                .options(options.withStateBytes(1 << 20))
                .feed(PAYMENTS, (key, timeNs, value) -> new Payment(key, value % 30))
                .feed(RULES, (key, timeNs, value) -> new Rules(value % 30, "t" + value / 30))
                .weights(Weights.usual().events(200).values(3_000).with(Trait.ADVANCE, 0)) // no input has a time
                .compare(PASSED)
                .compare(TAGGED)
                .compareLetters()
                .oracle(SettingTest::answer);
    }

    private static void answer(History in, Expected out) {
        Rules now = INITIAL;
        for (int i = 0; i < in.size(); i++) {
            if (!in.step(i).isEvent()) {
                continue;
            }
            if (in.step(i).port() == 1) {
                now = in.event(i);
                continue;
            }
            Payment p = in.event(i);
            if (p.cents() >= now.least()) {
                out.emit(PASSED, in.timeNs(i), p);
            }
            if (p.cents() == now.least()) {
                out.letter(i, "rules.map", Reason.OPERATOR_ERROR);
            } else {
                out.emit(TAGGED, in.timeNs(i), new Tagged(100 / (p.cents() - now.least()), now.tag()));
            }
        }
    }

    record Secret(long least, @Sensitive long pin) {}

    static final Input<Secret> SECRETS = Input.of("secrets", Secret.class);

    @Test
    void shouldShowAHashOfASensitiveFieldInDescriptions() {
        Topology topology = Millrace.topology("settings", t -> {
            Setting<Secret> secret = t.setting("secret", SECRETS, new Secret(10, 48151623));
            t.from(PAYMENTS)
                    .filter(secret, (p, s) -> p.cents() >= s.least())
                    .map(secret, Payment.class, (p, s) -> p)
                    .keyBy(Payment::card)
                    .lookup("row", t.table("rows", SECRETS, Secret::least), new Secret(7, 48151623))
                    .to(PASSED, j -> j.left());
        });
        for (String text : List.of(topology.describe(), topology.toJson(), topology.toDot(), topology.toMermaid())) {
            assertFalse(text.contains("48151623"), text);
        }
        assertTrue(topology.describe().contains("Secret[least=10"), topology.describe());
        assertTrue(topology.describe().contains("Secret[least=7"), topology.describe());
    }

    /** No layout can be derived for it. */
    record Since(Date date) {}

    /** A codec of somebody's own. */
    private static final class SinceType extends EventType<Since> {
        SinceType() {
            super("Since", 8);
        }

        @Override
        public EventView<Since> newView() {
            return (bytes, offset, length) -> new Since(new Date(Bytes.getLong(bytes, offset)));
        }

        @Override
        public int encode(Since event, byte[] target, int offset) {
            Bytes.putLong(target, offset, event.date().getTime());
            return 8;
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            return length == 8 ? null : "Since: " + length + " bytes";
        }

        @Override
        public String layout() {
            return "date@0";
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return "Since[" + Bytes.getLong(bytes, offset) + "]";
        }
    }

    @Test
    void shouldDescribeARowThatComesByACodecOfItsOwn() {
        Input<Since> input = Input.of("since", new SinceType());
        Topology topology = Millrace.topology("settings", t -> {
            Setting<Since> since = t.setting("since", input, new Since(new Date(42)));
            t.from(PAYMENTS)
                    .filter(since, (p, s) -> s.date().getTime() > 0)
                    .map(since, Payment.class, (p, s) -> p)
                    .map(since, Basket.TYPE, (p, s, w) -> w.set(p.card(), 0))
                    .map(Payment.class, b -> new Payment(b.key(), 0))
                    .to(PASSED);
        });
        assertEquals(4, topology.describe().split("Since\\[42]", -1).length, topology.describe());
    }
}
