package io.millrace.topology;

import io.millrace.time.SourceTime;

/**
 * How long a branch lets its events wait for their answers.
 *
 * @param node     the name of the waiting node that is nearest to its end; null where none waits
 * @param withinNs how long behind the time of an event its answer may come; negative where it comes in the step of the event
 */
public record Waits(String node, long withinNs) {
    /** Each event is answered in its own step. */
    public static final Waits NONE = new Waits(null, -1);

    /** The same branch with a waiting node in front of those that are known. */
    Waits behind(String before, long waitsNs) {
        return new Waits(node == null ? before : node, SourceTime.plus(Math.max(withinNs, 0), waitsNs));
    }
}
