package io.millrace.transport.aeron;

import io.millrace.event.Meta;

/** The event in hand, or that was refused last: who hands it over may try it again. The sending thread. */
final class Tried {
    private long sequence;
    private int ordinal;
    private boolean hasFailed;

    /** Whether it counts as failed: what something has thrown at does not. */
    private boolean isCounted;

    /** Whether it is the one that has failed last. */
    boolean begin(Meta meta) {
        boolean again = hasFailed && meta.sequence() == sequence && meta.ordinal() == ordinal;
        isCounted &= again;
        sequence = meta.sequence();
        ordinal = meta.ordinal();
        hasFailed = true; // until it has not
        return again;
    }

    void counted() {
        isCounted = true;
    }

    /** For how many failed ones it counts; it does not any more. */
    int uncount() {
        int counts = isCounted ? 1 : 0;
        isCounted = false;
        return counts;
    }

    void sent() {
        hasFailed = false;
    }
}
