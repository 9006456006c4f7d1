package io.millrace.transport.aeron;

/**
 * What an {@link AeronSink} says of the events that it gives up. As long as nobody is there that is every event, so the words are made once
 * for a reason, and the fault once, too. The sink's thread, but for what is told.
 */
final class GivenUp {
    private final String where;
    private String reason;

    /** Written ahead of the condition that it becomes, and read behind that. */
    private String text;

    /** Thrown again and again: it says nothing of who threw it. */
    private AeronFault kept;

    GivenUp(String where) {
        this.where = where;
    }

    /** In words. */
    String of(String why) {
        if (!why.equals(reason)) {
            reason = why;
            text = where + why;
            kept = null;
        }
        return text;
    }

    /** For what was said last. */
    AeronFault fault(boolean mayBeOneBefore) {
        if (!mayBeOneBefore) {
            return new AeronFault(text);
        }
        if (kept == null) {
            kept = AeronFault.traceless(text);
        }
        return kept;
    }

    /** A condition as any thread is told it: with how many there are, where it is that of those given up. */
    String told(String condition, SinkCounts counts) {
        return condition == null || condition != text
                ? condition
                : condition + "; " + counts.dropped.get() + " events dropped, " + counts.failed.get() + " failed";
    }
}
