package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Matches;
import io.millrace.dsl.PatternWords;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each word of a pattern has a test that shows what it means. */
class PatternCatalogueTest {
    private static final Map<String, String> SHOWN_BY = new TreeMap<>(Map.ofEntries(
            Map.entry("begin", "shouldMatchAThenBWithin10AndNotAt10ThenTimeOutOnceAtProgress10"),
            Map.entry("next", "shouldTakeTheVeryNextEventOrNone"),
            Map.entry("followedBy", "shouldMatchAThenBWithin10AndNotAt10ThenTimeOutOnceAtProgress10"),
            Map.entry("followedByAny", "shouldTakeAnyLaterEventEachForAMatchOfItsOwn"),
            Map.entry("notNext", "shouldLookAtTheVeryNextEventOnly"),
            Map.entry("notFollowedBy", "shouldMatchATrailingNegationAtItsDeadlineWithoutAnyFurtherEventOfTheKey"),
            Map.entry("or", "shouldGiveAnEventToTheFirstAlternativeThatTakesIt"),
            Map.entry("times", "shouldLetOtherEventsLieBetweenThoseOfAStepUnlessConsecutive"),
            Map.entry("oneOrMore", "shouldGive3MatchesNoSkip1ToNext1PastLastAndGreedyWaitsForAll"),
            Map.entry("optional", "shouldMatchWithAndWithoutAnOptionalStepAndOnlyWithItWhenGreedy"),
            Map.entry("greedy", "shouldTakeAllItCanAndGiveNoneBackWhenGreedy"),
            Map.entry("reluctant", "shouldGive3MatchesNoSkip1ToNext1PastLastAndGreedyWaitsForAll"),
            Map.entry("consecutive", "shouldLetOtherEventsLieBetweenThoseOfAStepUnlessConsecutive"),
            Map.entry("until", "shouldTakeNoneBehindTheEventThatEndsAStep"),
            Map.entry("within", "shouldLimitTheTimeBetweenStepsAndOverTheWhole"),
            Map.entry("noSkip", "shouldGive3MatchesNoSkip1ToNext1PastLastAndGreedyWaitsForAll"),
            Map.entry("skipToNext", "shouldSkipToTheFirstOrLastEventOfAStep"),
            Map.entry("skipPastLast", "shouldSkipToTheFirstOrLastEventOfAStep"),
            Map.entry("skipToFirst", "shouldSkipToTheFirstOrLastEventOfAStep"),
            Map.entry("skipToLast", "shouldSkipToTheFirstOrLastEventOfAStep"),
            Map.entry("allowedLateness", "shouldTakeWhatIsBehindWithinTheAllowedLatenessAsIfItHadComeInItsOrder"),
            Map.entry("partialsAtMost", "shouldGiveUpTheOldestOfFourPartialsAtABoundOfThreeAndCountIt"),
            Map.entry("matchesAtMost", "shouldSendTheFirstMatchesOfAnEventUpToTheBoundAndCountTheOthers")));

    private static final Map<String, String> OF_GROUPS = new TreeMap<>(Map.of(
            "times", "shouldTakeAGroupSeveralTimesOrNotAtAllAsAWhole",
            "optional", "shouldTakeAGroupSeveralTimesOrNotAtAllAsAWhole",
            "consecutive", "shouldTakeAGroupSeveralTimesOrNotAtAllAsAWhole"));

    /** Words that a class for one input has, that for several and a step. */
    private static Set<String> words(Predicate<Method> which, Class<?>... of) {
        Set<String> words = new TreeSet<>();
        Stream.of(of)
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .filter(m -> !m.isSynthetic() && which.test(m))
                .forEach(m -> words.add(m.getName()));
        return words;
    }

    @Test
    void shouldHaveATestForEachWordOfAPattern() {
        Predicate<Method> isWord = m -> Modifier.isProtected(m.getModifiers());
        Set<String> words = words(isWord, EventPattern.class, PatternWords.class);
        words.addAll(words(m -> Modifier.isPublic(m.getModifiers()), PatternWords.Step.class));
        assertEquals(SHOWN_BY.keySet(), words);
        assertEquals(
                words(isWord, EventPattern.class), words(isWord, EventPattern.Mixed.class), "over several types too");
        Set<String> tests =
                words(m -> m.isAnnotationPresent(Test.class), PatternSemanticsTest.class, PatternRoomTest.class);
        SHOWN_BY.forEach((word, test) -> assertTrue(tests.contains(test), word + ": no test is named " + test));
        Predicate<Method> isPublic = m -> Modifier.isPublic(m.getModifiers());
        assertEquals(OF_GROUPS.keySet(), words(isPublic, PatternWords.Group.class));
        Set<String> ofGroups = words(m -> m.isAnnotationPresent(Test.class), PatternGroupsTest.class);
        OF_GROUPS.forEach((word, test) -> assertTrue(ofGroups.contains(test), word + ": no test is named " + test));
        Set<String> behind = words(m -> Modifier.isPublic(m.getModifiers()), Matches.class);
        assertTrue(behind.containsAll(Set.of("timedOut", "late")), behind.toString());
        assertTrue(tests.contains("shouldTimeOutByProgressAlone"));
    }
}
