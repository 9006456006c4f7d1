package io.millrace.operators.window;

import io.millrace.event.EntryForm;

/** Takes what a twin of windows tells. */
interface Told {
    /** The due of what the event in hand brings. */
    long AT_ONCE = Long.MIN_VALUE;

    /** A result, or one that is taken back. */
    void tell(Bar bar, EntryForm form, long stampNs, long dueNs);
}
