package io.millrace.operators.lookback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.Aggregates.TextValue;
import io.millrace.dsl.LookBack;
import io.millrace.event.Bytes;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a shape class may be, what it is told when it is not, and how it is described. */
class LookBackShapeTest {
    record Ev(long cents, boolean fraud) {}

    static class Spend extends Aggregates<Ev> {
        final LongValue count = count();
        final DoubleValue fraud = share(Ev::fraud);
    }

    static class Card extends LookBack<Ev> {
        final Spend day = last(Duration.ofDays(1), Spend::new);
        final Spend week = last(Duration.ofDays(7), Duration.ofDays(1), Spend::new);
        final Span<Ev> minute = last(Duration.ofMinutes(1)).every(Duration.ofSeconds(1));
        final LongValue payments = minute.count();
        final LongValue cents = minute.sum(Ev::cents);
    }

    @Test
    void shouldDescribeSpansByTheNamesOfTheirFields() {
        LookBackOperator<Ev, Card> operator = LookBack.operator(Card::new, null);
        assertEquals(
                "{day=last PT24H: day.count count, day.fraud share,"
                        + " week=last PT168H delayed PT24H: week.count count, week.fraud share,"
                        + " minute=last PT1M every PT1S: payments count, cents sum}",
                operator.settings().toString());
        assertEquals("lookBack", operator.word());
        assertEquals(Answers.EXACTLY_ONE, operator.answers());
        assertEquals(64, operator.maxFirings());
        assertTrue(operator.keyed());
        assertTrue(operator.bytesPerKey() > 0);
        assertEquals(1, operator.inputs());
        assertEquals(2, LookBack.operatorOfTwoStreams(Card::new, null).inputs());
    }

    static class NotFinal extends LookBack<Ev> {
        LongValue payments = last(Duration.ofDays(1)).count();
    }

    static class NestedNotFinal extends LookBack<Ev> {
        static class Inner extends Aggregates<Ev> {
            final LongValue count = count();
            int hidden;
        }

        final Inner day = last(Duration.ofDays(1), Inner::new);
    }

    static class Unheld extends LookBack<Ev> {
        final Span<Ev> day = last(Duration.ofDays(1));
        final LongValue payments = day.count();

        Unheld() {
            day.sum(Ev::cents);
        }
    }

    static class NoSpan extends LookBack<Ev> {}

    static class EmptySpan extends LookBack<Ev> {
        final Span<Ev> minute = last(Duration.ofMinutes(1));
    }

    static class Nothing extends Aggregates<Ev> {}

    static class EmptyShape extends LookBack<Ev> {
        final LongValue payments = last(Duration.ofMinutes(2)).count();
        final Nothing minute = last(Duration.ofMinutes(1), Duration.ZERO, Nothing::new);
    }

    static class BadStep extends LookBack<Ev> {
        final LongValue payments =
                last(Duration.ofSeconds(10)).every(Duration.ofSeconds(3)).count();
    }

    static class NoSize extends LookBack<Ev> {
        final LongValue payments = last(Duration.ZERO).count();
    }

    private static void refuses(Supplier<? extends LookBack<Ev>> shape, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, () -> LookBack.operator(shape::get, null))
                .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void shouldRefuseWhatIsNoShape() {
        refuses(NotFinal::new, "field payments of", "make it final");
        refuses(NestedNotFinal::new, "field day.hidden of");
        refuses(Unheld::new, "Unheld", "sum() declared as number 2", "give it a final field");
        refuses(NoSpan::new, "declare one");
        refuses(EmptySpan::new, "span \"last PT1M\" are none; declare one, such as count()");
        refuses(EmptyShape::new, "span \"last PT1M\" are none");
        refuses(BadStep::new, "multiples", "choose a step");
        refuses(NoSize::new, "positive");
    }

    static class Keyed extends LookBack<Ev> {
        final TextValue name = textKey(0);
        final LongValue number = longKey(1);
        final LongValue payments = last(Duration.ofSeconds(10)).count();
    }

    @Test
    void shouldCompareTheKeyWithTheStreams() {
        assertEquals(
                List.of(),
                LookBack.operator(Keyed::new, new KeyInfo("text,long", 40, 0, ""))
                        .problems(List.of()));
        List<String> problems =
                LookBack.operator(Keyed::new, new KeyInfo("long", 0, 0, "")).problems(List.of());
        assertEquals(2, problems.size());
        assertEquals(
                "field name is textKey(0), but the key is (long); declare a part that the key has, or change keyBy",
                problems.get(0));
    }

    @Test
    void shouldShowTheKeyOfTheEvent() {
        Rig<Keyed> rig = Rig.one(Keyed::new, new KeyInfo("text,long", 40, 0, ""), 8 << 20);
        for (String text : new String[] {"Zürich", "", "😀 €", "plain"}) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            byte[] key = new byte[40];
            Bytes.putShort(key, 0, (short) utf8.length);
            System.arraycopy(utf8, 0, key, 2, utf8.length);
            Bytes.putLong(key, 2 + utf8.length, 77);
            Flow flow = rig.flow;
            flow.begin(1, 1, null, 0);
            flow.key(text.hashCode() * 0x9E3779B97F4A7C15L, key, utf8.length + 10);
            flow.timeNs(5);
            flow.value(new Ev(1, true));
            assertTrue(rig.node.on(flow));
            Keyed answer = flow.value();
            assertEquals(text, answer.name.toString());
            assertEquals(77, answer.number.get());
            assertEquals(1, answer.payments.get());
        }
        rig.settle(Duration.ofSeconds(11).toNanos());
        assertEquals(0, rig.counters.keys);
    }

    static class Number extends LookBack<Ev> {
        final LongValue card = longKey();
        final LongValue payments = last(Duration.ofSeconds(10)).count();
    }

    @Test
    void shouldShowAKeyThatIsANumber() {
        Rig<Number> rig = Rig.one(Number::new);
        assertEquals(42, rig.send(42, 0, new Ev(1, true)).card.get());
    }
}
