package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Pattern classes in the place of steps: alternatives of several steps, and what is left out or taken several times as a whole. */
class PatternGroupsTest {
    /** One kind, then another. */
    static final class Two extends EventPattern<Ev> {
        final Step<Ev> first;
        final Step<Ev> second;

        Two(String one, String other) {
            first = begin(e -> e.is(one));
            second = followedBy(e -> e.is(other));
        }
    }

    private static List<String> found(long within, Supplier<EventPattern<Ev>> pattern, String events) {
        try (Letters run = new Letters(within, pattern)) {
            return run.send(events).end().found();
        }
    }

    // ---- alternatives

    /** {@code a (b c | d e) f}. */
    static class Either extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> left = followedBy(() -> new Two("b", "c"));
        final Group<Two> right = or(() -> new Two("d", "e"));
        final Step<Ev> f = followedBy(e -> e.is("f"));

        {
            noSkip();
        }
    }

    static class Left extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> left = followedBy(() -> new Two("b", "c"));
        final Step<Ev> f = followedBy(e -> e.is("f"));

        {
            noSkip();
        }
    }

    static class Right extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> right = followedBy(() -> new Two("d", "e"));
        final Step<Ev> f = followedBy(e -> e.is("f"));

        {
            noSkip();
        }
    }

    @Test
    void shouldFindWithAlternativesWhatIsFoundWithEachOfThemAlone() {
        String events = "a1 d1 b1 x1 c1 e1 f1 a2 b2 d2 c2 f2";
        List<String> all = found(100, Either::new, events);
        assertEquals(List.of("a1 left(b1 c1) f1", "a1 right(d1 e1) f1", "a2 left(b2 c2) f2"), all);
        List<String> each = new ArrayList<>(found(100, Left::new, events));
        each.addAll(found(100, Right::new, events));
        assertEquals(each.stream().sorted().toList(), all.stream().sorted().toList());
    }

    /** Both alternatives can take the same events. */
    static class Both extends EventPattern<Ev> {
        final Group<Two> first = begin(() -> new Two("ax", "bx"));
        final Group<Two> second = or(() -> new Two("cx", "dx"));
    }

    static class BothSent extends Both {
        final Group<Two> third = or(() -> new Two("x", "x"));

        {
            noSkip();
        }
    }

    static class GreedyLast extends EventPattern<Ev> {
        final Group<Two> first = begin(() -> new Two("x", "x"));
        final Group<Greedy> second = or(Greedy::new);
    }

    static class Greedy extends EventPattern<Ev> {
        final Step<Ev> some = begin(e -> e.is("x")).greedy();
        final Step<Ev> more = followedBy(e -> e.is("x"));
    }

    @Test
    void shouldCountTheAlternativeFirstThatIsDeclaredFirst() {
        assertEquals(List.of("first(x1 x2)"), found(100, Both::new, "x1 x2"));
        assertEquals(List.of("second(c1 x2)"), found(100, Both::new, "c1 x2"));
        assertEquals(
                List.of("second(x1 x2)"), found(100, GreedyLast::new, "x1 x2"), "a greedy step before a reluctant");
    }

    /** A step, or two of which the second may take the time of the first as its limit. */
    static class Own extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Rising> rising = next(() -> new Rising(a));
        final Step<Ev> c = or(e -> e.is("c"));
        final Step<Ev> d = or(e -> e.is("cd"));

        {
            noSkip();
        }
    }

    static class Rising extends EventPattern<Ev> {
        final Step<Ev> up;
        final Step<Ev> top;

        Rising(Step<Ev> than) {
            up = begin(e -> e.value() > than.last().value())
                    .times(1, 3)
                    .consecutive()
                    .greedy();
            notFollowedBy(e -> e.is("x"));
            top = followedBy(e -> e.is("t") && e.value() > up.last().value()).within(Duration.ofNanos(5));
        }
    }

    private static List<String> own(Ev... events) {
        try (Letters run = new Letters(100, Own::new)) {
            for (Ev e : events) {
                run.send(e);
            }
            return run.end().found();
        }
    }

    private static Ev ev(String name, long value, long time) {
        return Ev.of(1, name, value, time);
    }

    @Test
    void shouldKeepTheContiguityTheTimesAndTheConditionsOfTheStepsOfAGroup() {
        Ev a = ev("a1", 5, 1);
        Ev up = ev("b1", 6, 2);
        Ev more = ev("b2", 7, 3);
        Ev low = ev("y1", 0, 4);
        assertEquals(List.of("a1 rising(b1 b2 t1)"), own(a, up, more, low, ev("t1", 8, 7)));
        assertEquals(List.of(), own(a, up, more, low, ev("t1", 8, 8)), "5 behind the last event before it");
        assertEquals(List.of(), own(a, up, more, low, ev("t1", 7, 5)), "no more than the last of the step before");
        assertEquals(List.of(), own(a, up, more, low, ev("x1", 0, 5), ev("t1", 8, 6)), "what must not come");
        assertEquals(List.of(), own(a, low, up, more, low, ev("t1", 8, 7)), "the very next event begins it");
        assertEquals(List.of("a1 c1"), own(a, ev("c1", 0, 2)), "of steps side by side the first takes it");
        assertEquals(List.of("a1 d1"), own(a, ev("d1", 0, 2)));
    }

    @Test
    void shouldTimeOutEachAlternativeThatWasBegun() {
        try (Letters run = new Letters(10, Either::new)) {
            run.send("a1@0 d1@1 b1@2 c1@3 f1@4 a2@20 d2@21").advance(30);
            assertEquals(List.of("a1 left(b1 c1) f1"), run.found());
            assertEquals(List.of("a1 right(d1) @10", "a2 @30", "a2 right(d2) @30"), run.timed(Letters.OVER));
            assertEquals(0, run.counters().keys);
        }
    }

    // ---- a group as a whole

    /** {@code (a b){2,3} c}. */
    static class Repeated extends EventPattern<Ev> {
        final Group<Two> pair = begin(() -> new Two("a", "b")).times(2, 3);
        final Step<Ev> c = followedBy(e -> e.is("c"));
    }

    static class Consecutive extends EventPattern<Ev> {
        final Group<Two> pair = begin(() -> new Two("a", "b")).times(2).consecutive();

        {
            noSkip();
        }
    }

    static class MayBeLeftOut extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> pair = followedBy(() -> new Two("b", "c")).optional();
        final Step<Ev> d = followedBy(e -> e.is("d"));

        {
            noSkip();
        }
    }

    @Test
    void shouldTakeAGroupSeveralTimesOrNotAtAllAsAWhole() {
        assertEquals(List.of("pair(a1 b1) pair(a2 b2) c1"), found(100, Repeated::new, "a1 b1 x1 a2 b2 c1"));
        assertEquals(List.of(), found(100, Repeated::new, "a1 b1 a2 c1"), "half of it is not one time");
        assertEquals(
                List.of("pair(a2 b2) pair(a3 b3) c1"),
                found(12, Repeated::new, "a1@1 b1@2 a2@3 b2@4 a3@5 b3@6 c1@13"),
                "the first has run out of time");
        assertEquals(
                List.of("pair(a2 b2) pair(a3 b3)"),
                found(100, Consecutive::new, "a1 b1 x1 a2 b2 a3 b3"),
                "side by side");
        assertEquals(
                List.of("a1 d1", "a1 pair(b1 c1) d1"),
                found(100, MayBeLeftOut::new, "a1 b1 c1 d1"),
                "without it first");
        assertEquals(List.of("a1 d1"), found(100, MayBeLeftOut::new, "a1 b1 d1"));
    }

    static class Ended extends EventPattern<Ev> {
        final Group<Quiet> quiet = begin(Quiet::new);
        final Step<Ev> z = or(e -> e.is("z"));
        final Step<Ev> c = followedBy(e -> e.is("c"));
    }

    static class Quiet extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));

        {
            notFollowedBy(e -> e.is("x"));
        }
    }

    @Test
    void shouldHoldANegationAtTheEndOfAGroupUntilTheFirstEventBehindIt() {
        assertEquals(List.of("quiet(a1) c1"), found(100, Ended::new, "a1 y1 c1 x1"));
        assertEquals(List.of("quiet(a2) c1"), found(100, Ended::new, "a1 x1 a2 c1"));
        assertEquals(List.of("z1 c1"), found(100, Ended::new, "z1 x1 c1"), "another alternative has none");
    }

    // ---- in words

    static class Nested extends EventPattern<Ev> {
        final Group<Outer> outer = begin(Outer::new).times(2);
        final Step<Ev> end = next(e -> e.is("e"));

        {
            skipToLast(outer.steps().inner.steps().second);
        }
    }

    static class Outer extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> inner = followedBy(() -> new Two("b", "c"));
        final Step<Ev> other = or(e -> e.is("d"));
    }

    @Test
    void shouldNameTheStepsOfAGroupBehindItsName() {
        assertEquals(List.of("outer(a1 inner(b1 c1)) outer(a2 d1) e1"), found(100, Nested::new, "a1 b1 c1 a2 d1 e1"));
        String text = Letters.topology(PatternWordsTest.EVENTS, 10, Nested::new).describe();
        for (String line : List.of(
                "outer begin, steps 1 to 8, 2 times",
                "outer 2.inner.second followed by",
                "outer 1.inner followed by, steps 2 to 3",
                "outer 1.other or",
                "outer 1.inner.second followed by")) {
            assertTrue(text.contains(line), line + " in " + text);
        }
    }

    // ---- what build refuses

    static class Says extends EventPattern<Ev> {
        final Group<BothSent> a = begin(BothSent::new);
    }

    static class LeftOut extends EventPattern<Ev> {
        final Group<PatternWordsTest.AllOptional> a = begin(PatternWordsTest.AllOptional::new);
    }

    static class Same extends EventPattern<Ev> {
        Same() {
            Two one = new Two("a", "b");
            begin(() -> one).times(2);
        }
    }

    static class Never extends EventPattern<Ev> {
        Never() {
            begin(() -> (Two) null);
        }
    }

    static class Behind extends EventPattern<Ev> {
        Behind() {
            Group<Two> group = begin(() -> new Two("a", "b"));
            next(e -> true);
            group.times(2);
        }
    }

    static class Twice extends EventPattern<Ev> {
        final Group<Two> group = begin(() -> new Two("a", "b")).times(2).times(3);
    }

    static class TooOften extends EventPattern<Ev> {
        final Group<Two> group = begin(() -> new Two("a", "b")).times(29);
    }

    static class Far extends EventPattern<Ev> {
        final Group<Two> group = begin(() -> new Two("a", "b")).times(57);
    }

    static class BeginsWithin extends EventPattern<Ev> {
        final Group<Late> group = begin(Late::new);
    }

    static class Late extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> true).within(Duration.ofNanos(1));
    }

    @Test
    void shouldRefuseGroupsThatMeanNothingWithTheCure() {
        refuses("a group says noSkip", Says::new);
        refuses("the group optional()", LeftOut::new);
        refuses("an object at each call", Same::new);
        refuses("a group answers null", Never::new);
        refuses("say it where the group is declared", Behind::new);
        refuses("say it once", Twice::new);
        refuses("it has 58 steps and may have 56", TooOften::new);
        refuses("use 1 to 56, and optional()", Far::new);
        refuses("group.a is within a time of the step before", BeginsWithin::new);
    }

    /** A step that may be left out, in front of one that may not. */
    static class MayBegin extends EventPattern<Ev> {
        final Step<Ev> o = begin(e -> e.is("o")).optional();
        final Step<Ev> a = followedBy(e -> e.is("a"));
    }

    static class Within extends EventPattern<Ev> {
        final Group<MayBegin> within = begin(MayBegin::new);
    }

    static class NextMay extends EventPattern<Ev> {
        final Step<Ev> s = begin(e -> e.is("s"));
        final Group<MayBegin> group = next(MayBegin::new);
    }

    static class NextMayWithin extends EventPattern<Ev> {
        final Step<Ev> s = begin(e -> e.is("s"));
        final Group<Within> group = next(Within::new);
    }

    static class AnyMay extends EventPattern<Ev> {
        final Step<Ev> s = begin(e -> e.is("s"));
        final Step<Ev> other = followedByAny(e -> e.is("t"));
        final Group<MayBegin> group = or(MayBegin::new);
    }

    static class ConsecutiveMay extends EventPattern<Ev> {
        final Group<MayBegin> group = begin(MayBegin::new).times(2).consecutive();
    }

    static class FollowedByMay extends EventPattern<Ev> {
        final Step<Ev> s = begin(e -> e.is("s"));
        final Group<MayBegin> group = followedBy(MayBegin::new).times(1, 2);
    }

    @Test
    void shouldRefuseAGroupWhoseContiguityHangsOnAStepThatIsLeftOut() {
        refuses("group begins with what may be left out, and next would", NextMay::new);
        refuses("group.within begins with what may be left out, and next would", NextMayWithin::new);
        refuses("group begins with what may be left out, and followedByAny would", AnyMay::new);
        refuses("group begins with what may be left out, and consecutive() would", ConsecutiveMay::new);
        refuses("without it as alternatives (or), or make the whole group optional()", NextMay::new);
        assertEquals(List.of("s1 group(a1)"), found(100, FollowedByMay::new, "s1 x1 a1"), "it says nothing of others");
    }

    static class ConsecutiveOnce extends EventPattern<Ev> {
        final Group<Two> group = begin(() -> new Two("a", "b")).consecutive();
    }

    @Test
    void shouldRefuseAConsecutiveGroupThatIsTakenOnce() {
        refuses("group is taken once, and consecutive() is about several times; put times", ConsecutiveOnce::new);
    }

    /** Goes on declaring when it is told to. */
    static class Open extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Two> inner = followedBy(() -> new Two("b", "c"));

        void further(int word) {
            switch (word) {
                case 0 -> followedBy(e -> e.is("d"));
                case 1 -> or(() -> new Two("d", "e"));
                case 2 -> notFollowedBy(e -> e.is("d"));
                case 3 -> inner.times(2);
                case 4 -> inner.optional();
                case 5 -> inner.consecutive();
                case 6 -> a.times(2);
                case 7 -> a.optional();
                case 8 -> a.greedy();
                case 9 -> a.consecutive();
                case 10 -> a.until(e -> true);
                case 11 -> a.within(Duration.ofNanos(1));
                default -> noSkip();
            }
        }
    }

    static class Further extends EventPattern<Ev> {
        final Group<Open> open = begin(Open::new);

        Further(int word) {
            open.steps().further(word);
        }
    }

    @Test
    void shouldRefuseToDeclareAGroupFurtherThatIsTaken() {
        for (int word = 0; word <= 12; word++) {
            int said = word;
            refuses("say it in the class of the group", () -> new Further(said));
        }
    }

    static class Unnamed extends EventPattern<Ev> {
        Unnamed(int inner) {
            begin(() -> new Begun(inner));
        }
    }

    static class Begun extends EventPattern<Ev> {
        Begun(int times) {
            begin(() -> new Two("a", "b")).times(times);
        }
    }

    @Test
    void shouldTellOfEachGroupWithoutANameAlsoOfOneThatBeginsAnother() {
        String text = Letters.topology(PatternWordsTest.EVENTS, 10, () -> new Unnamed(2))
                .describe();
        assertTrue(
                text.contains("group at steps 1 to 4 begin, steps 1 to 4; in it begin, steps 1 to 4, 2 times"), text);
        text = Letters.topology(PatternWordsTest.EVENTS, 10, UnnamedFirst::new).describe();
        assertTrue(text.contains("group at steps 1 to 5 begin, steps 1 to 5"), text);
        assertTrue(text.contains("group at steps 1 to 4 begin, steps 1 to 4, 2 times"), text);
    }

    static class UnnamedFirst extends EventPattern<Ev> {
        UnnamedFirst() {
            begin(BegunAndMore::new);
        }
    }

    static class BegunAndMore extends Begun {
        final Step<Ev> more = next(e -> e.is("c"));

        BegunAndMore() {
            super(2);
        }
    }

    static class Keeps extends EventPattern<Ev> {
        final Step<Ev> first = begin(e -> e.is("a"));
        final Group<Two> pair = followedBy(() -> new Two("b", "c"));
        final Group<Kept> kept = followedBy(() -> new Kept(first, pair));
    }

    static class Kept extends EventPattern<Ev> {
        final Step<Ev> than;
        final Group<Two> behind;
        final Step<Ev> own;

        Kept(Step<Ev> than, Group<Two> behind) {
            this.than = than;
            this.behind = behind;
            own = begin(e -> e.value() >= than.event().value());
        }
    }

    @Test
    void shouldNameInAGroupOnlyWhatItDeclaresNotWhatItKeeps() {
        String text = Letters.topology(PatternWordsTest.EVENTS, 10, Keeps::new).describe();
        for (String line :
                List.of("first begin", "pair followed by, steps 2 to 3", "pair.second followed by", "kept.own begin")) {
            assertTrue(text.contains(line), line + " in " + text);
        }
    }

    static class Itself extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Group<Itself> again = followedBy(Itself::new);
    }

    /** So many groups in each other, each taken as often as can be said. */
    static class Deep extends EventPattern<Ev> {
        Deep(int deep) {
            if (deep == 0) {
                begin(e -> true);
            } else {
                begin(() -> new Deep(deep - 1)).times(56);
            }
        }
    }

    @Test
    void shouldRefuseGroupsInEachOtherWithoutAnEndBeforeAllAreMade() {
        refuses("16 groups in each other; does one make a group of its own class", Itself::new);
        refuses("it has 112 steps and may have 56", () -> new Deep(3));
        assertEquals(
                List.of("a1 pair(b1 c1) kept(a1 behind(b1 c1) y1)"),
                found(100, Keeps::new, "a1 b1 c1 y1"),
                "nothing is left of it");
    }

    private static void refuses(String why, Supplier<EventPattern<Ev>> pattern) {
        TopologyException refused =
                assertThrows(TopologyException.class, () -> Letters.topology(PatternWordsTest.EVENTS, 10, pattern));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }
}
