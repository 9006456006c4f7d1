package io.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Few fire, until something is left and events add to it. */
class FiringPaceTest {
    private static final int FEW = 4;
    private static final int MOST = 100;

    private final FiringPace pace = new FiringPace(Budgets.large(), FEW);

    @Test
    void shouldBeFewWhileNothingIsLeft() {
        pace.added(50);
        assertEquals(FEW, pace.most(false, MOST));
    }

    @Test
    void shouldBeTwiceWhatIsAddedWhileSomethingIsLeft() {
        pace.fired(FEW, true);
        pace.added(20);
        assertEquals(40, pace.most(false, MOST));
        pace.fired(30, true);
        assertEquals(10, pace.most(false, MOST), "what has not fired is owed still");
        pace.added(1_000);
        assertEquals(MOST, pace.most(false, MOST));
    }

    /** A storm of what sets more when it fires. */
    @Test
    void shouldStayFewWhereFiringsAloneAdd() {
        for (int i = 0; i < 10; i++) {
            assertEquals(FEW, pace.most(false, MOST));
            pace.addedByFiring(FEW);
            pace.fired(FEW, true);
        }
    }

    /** What events add to what is due much later is not owed when that comes. */
    @Test
    void shouldOweNothingWhenEventsHaveFiredTheLast() {
        pace.fired(FEW, true);
        pace.caughtUp(true);
        pace.added(20);
        assertEquals(40, pace.most(false, MOST));
        pace.caughtUp(false);
        pace.added(20);
        assertEquals(FEW, pace.most(false, MOST));
    }

    /** F of who sends nothing when it fires has no bound but the events that an entry may bring. */
    @Test
    void shouldBeBoundedWhenInputHasEndedUnlessEventsAddMore() {
        assertEquals(MOST, pace.most(true, MOST));
        assertEquals(FiringPace.AT_END, pace.most(true, Integer.MAX_VALUE));
        pace.fired(FEW, true);
        pace.added(FiringPace.AT_END);
        assertEquals(2 * FiringPace.AT_END, pace.most(true, Integer.MAX_VALUE));
        assertEquals(MOST, pace.most(false, MOST));
    }
}
