package io.millrace.bench.kill;

/** The kinds of engines that are killed. All make the same of the same journal; of one stage each goes on where another was killed. */
public enum Kind {
    /** A live engine, all of it on one thread. */
    ONE("one stage"),
    /** A live engine, half of it on a thread of its own: what one stage puts out may be far ahead of the other. */
    TWO("two stages"),
    /** An inline host: a thread that publishes, lets out, flushes and sometimes makes a snapshot itself; others hand over to its inbox. */
    INLINE("inline");

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
