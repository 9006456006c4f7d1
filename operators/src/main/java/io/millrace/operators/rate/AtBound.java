package io.millrace.operators.rate;

/** What becomes of an event of a new key where as many keys are held as may be, by {@code keysAtMost} or by the state budget. */
public enum AtBound {
    /** It is a dead letter, and those held stay exact. */
    REFUSE,

    /**
     * It takes the place of the key of which an event passed longest ago in the order of the input. That key is new then; each
     * is counted in the statistics ({@code evicted}).
     */
    EVICT_OLDEST
}
