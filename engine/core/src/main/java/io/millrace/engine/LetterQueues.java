package io.millrace.engine;

import java.util.Arrays;

/**
 * The numbers of letters by hash of their events, oldest first. What is at the front of a queue and has been redriven is passed by, so that
 * equal events that are redriven one after another are each found at once; a letter that is put back is where it was.
 */
final class LetterQueues {
    private final long[] first;
    private final long[] last;

    /** Of each letter, the next of its hash; 0 for none. */
    private final long[] next;

    LetterQueues(int letters, int queues) {
        first = new long[queues];
        last = new long[queues];
        next = new long[letters];
    }

    private int queue(int hash) {
        return hash & first.length - 1;
    }

    private int slot(long number) {
        return (int) (number % next.length);
    }

    /** Adds the newest; what is below the oldest is not kept any more. */
    void add(int hash, long number, long oldest) {
        int queue = queue(hash);
        next[slot(number)] = 0;
        if (last[queue] >= oldest) {
            next[slot(last[queue])] = number;
        }
        last[queue] = number;
        if (first[queue] == 0) {
            first[queue] = number;
        }
    }

    /** The oldest of all is not kept any more. */
    void remove(int hash, long number) {
        int queue = queue(hash);
        if (first[queue] == number) {
            first[queue] = next(number);
        }
    }

    long oldest(int hash) {
        return first[queue(hash)];
    }

    long next(long number) {
        return next[slot(number)];
    }

    /** Passes by a letter that has been redriven, if all before it have been passed. */
    void passIfOldest(int hash, long number) {
        remove(hash, number);
    }

    /** A letter is there again; all behind it can be reached from it, those that were passed by as well. */
    void putBack(int hash, long number) {
        int queue = queue(hash);
        if (first[queue] == 0 || number < first[queue]) {
            first[queue] = number;
        }
    }

    void clear() {
        Arrays.fill(first, 0);
        Arrays.fill(last, 0);
    }
}
