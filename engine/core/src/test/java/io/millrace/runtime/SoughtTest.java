package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.operator.Taken;
import org.junit.jupiter.api.Test;

/** How much of what is looked for is kept. */
class SoughtTest {
    private static Act taken(boolean refused) {
        Act act = new Act(0, 0, 0, false);
        act.refused = refused;
        return act;
    }

    private static Sought found(Taken which, int events) {
        Sought sought = new Sought(0, which, null, events, 0);
        for (int q = 0; q < events; q++) {
            sought.add(q, taken(q % 10 == 9));
        }
        sought.addHere(taken(false));
        return sought;
    }

    private static void check(Sought sought, int size, long first, long left) {
        assertEquals(size, sought.found().size());
        assertEquals(first, sought.found().get(0).sequence());
        assertEquals(left, sought.left());
    }

    /** Of ten each that came the node refused the last. */
    @Test
    void shouldKeepTheNewestOfManyAndCountTheOthers() {
        check(found(Taken.by(0), 50), 46, 0, 0);
        check(found(Taken.by(0).newest(10), 50), 10, 40, 0);
        check(found(Taken.by(0).newest(100), 50), 46, 0, 0);
        int many = Sought.KEPT_MOST / 9 * 10 + 60;
        long left = many / 10 * 9 + 1 - Sought.KEPT_MOST;
        check(found(Taken.by(0), many), Sought.KEPT_MOST, left + left / 9, left);
        check(found(Taken.by(0).newest(Sought.KEPT_MOST + 3), many), Sought.KEPT_MOST, left + left / 9, 3);
    }
}
