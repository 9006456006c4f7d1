package io.millrace.transport.aeron;

/** When a sink says the layout of its events in words: to whoever comes, and now and then, for who may have come unseen. The sending thread. */
final class ToldLayout {
    private static final long EVERY = 1 << 14;

    private final String words;
    private byte[] bytes;
    private long toldAt = -EVERY;

    ToldLayout(String words) {
        this.words = words;
    }

    /** Ahead of the message of that number. */
    boolean isDue(long number) {
        return number - toldAt >= EVERY;
    }

    void told(long number) {
        toldAt = number;
    }

    /** Whoever comes next has not heard it. */
    void again(long number) {
        toldAt = number - EVERY;
    }

    /** There is another publication, which has room for as much of it as it has. */
    void begin(long number) {
        again(number);
        bytes = null;
    }

    /** As much of it as so many bytes. */
    byte[] bytes(int most) {
        if (bytes == null) {
            bytes = LayoutWords.of(words, most);
        }
        return bytes;
    }
}
