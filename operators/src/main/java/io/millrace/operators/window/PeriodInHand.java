package io.millrace.operators.window;

import io.millrace.state.Scratch;

/**
 * The period of the event in hand, and when its windows close. Events come close together in time, so it is worked out once for those of a
 * period.
 */
final class PeriodInHand {
    private final Periods periods;
    private final long latenessNs;

    @Scratch("of the event in hand: made again when it is another")
    long index = Long.MIN_VALUE;

    @Scratch("of that period: the first window it is in")
    long oldest;

    @Scratch("of that window: its end")
    long oldestEndNs;

    @Scratch("of that window: when it is closed for good")
    long oldestForgetNs;

    @Scratch("of the last window that period is in: when it is closed for good")
    long newestForgetNs;

    PeriodInHand(Periods periods, long latenessNs) {
        this.periods = periods;
        this.latenessNs = latenessNs;
    }

    /** It is that which was found last. */
    void see() {
        if (periods.index() != index) {
            index = periods.index();
            oldest = periods.oldest(index);
            oldestEndNs = periods.end(oldest);
            oldestForgetNs = Window.forgetNs(oldestEndNs, latenessNs);
            newestForgetNs = Window.forgetNs(periods.end(periods.newest(index)), latenessNs);
        }
    }
}
