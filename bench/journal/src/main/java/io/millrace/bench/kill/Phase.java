package io.millrace.bench.kill;

/** Where a child is, for who waits for it and has to say what it waited for. */
enum Phase {
    STARTING("its start"),
    OPENING("its journal to be opened and read"),
    PUBLISHING("its producers to publish all"),
    DRAINING("all that was published to be through"),
    CLOSING("it to close");

    private final String words;

    Phase(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
