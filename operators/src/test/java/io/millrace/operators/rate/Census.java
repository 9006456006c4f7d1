package io.millrace.operators.rate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** In how many cases something was, so that a generator which has lost it is found out. */
public final class Census {
    private static final Map<String, Integer> CASES = new HashMap<>();
    private static final Set<String> OF_CASE = new HashSet<>();

    private Census() {}

    static void beginTest() {
        CASES.clear();
    }

    static void beginCase() {
        OF_CASE.clear();
    }

    /** It was in the case in hand; said as often as it is seen. */
    public static void saw(String what) {
        if (OF_CASE.add(what)) {
            CASES.merge(what, 1, Integer::sum);
        }
    }

    /** About one in so many cases; a fourth of that is asked, and of fewer cases nothing. */
    static void assertOneIn(int most, String what, int cases) {
        int had = CASES.getOrDefault(what, 0);
        assertTrue(
                cases < most || 4L * most * had >= cases && had > 0, what + " in " + had + " of " + cases + " cases");
    }
}
