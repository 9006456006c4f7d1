package io.millrace.engine;

import java.util.ArrayDeque;
import java.util.Arrays;

/** What receivers of an inline host have published while it processes an entry: it comes behind that. The owner's. */
final class QueuedEntries {
    private static final int MOST = 1024;

    private final ArrayDeque<byte[]> entries = new ArrayDeque<>();

    /** How many: asked behind each entry, and nearly always none. */
    private int waiting;

    /** Takes a copy; answers how many wait with it. */
    int add(byte[] bytes, int offset, int length) {
        if (waiting == MOST) {
            throw new IllegalStateException("more than " + MOST
                    + " events were published from inside receivers while one event was being "
                    + "processed; publish them after that call has returned");
        }
        entries.add(Arrays.copyOfRange(bytes, offset, offset + length));
        return ++waiting;
    }

    /** The next, or null. */
    byte[] poll() {
        if (waiting == 0) {
            return null;
        }
        waiting--;
        return entries.poll();
    }
}
