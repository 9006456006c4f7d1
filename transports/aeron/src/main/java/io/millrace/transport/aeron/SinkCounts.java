package io.millrace.transport.aeron;

import io.aeron.Publication;
import io.millrace.transport.Lost;
import java.util.function.ObjLongConsumer;

/** What an {@link AeronSink} counts. Its thread writes, any reads. */
final class SinkCounts {
    final Tally sent = new Tally();
    final Tally waitedNs = new Tally();

    /** Tried once, as it had been waited before in vain. */
    final Tally notWaited = new Tally();

    final Tally dropped = new Tally();
    final Tally failed = new Tally();
    final Tally publications = new Tally();
    private final Tally backPressured = new Tally();
    private final Tally adminActions = new Tally();
    private final Tally unconnected = new Tally();
    private final Tally closed = new Tally();
    private final Tally atEnd = new Tally();

    /** Counts what Aeron answers in place of a position; false where the publication can take nothing more. */
    boolean note(long answer) {
        if (answer == Publication.BACK_PRESSURED) {
            backPressured.increment();
        } else if (answer == Publication.ADMIN_ACTION) {
            adminActions.increment(); // a term was turned over: at the next try it is done
        } else if (answer == Publication.NOT_CONNECTED) {
            unconnected.increment();
        } else {
            (answer == Publication.MAX_POSITION_EXCEEDED ? atEnd : closed).increment();
            return false;
        }
        return true;
    }

    /** Whether such an answer, or 0 where none was given, means that nobody is there. */
    static boolean isAway(long answer) {
        return answer != Publication.BACK_PRESSURED && answer != Publication.ADMIN_ACTION;
    }

    /** What such an answer means for who waits; null where there was none that says something. */
    static String text(long answer) {
        if (answer == Publication.MAX_POSITION_EXCEEDED) {
            return "the publication is at the end of its positions, and there is no other yet";
        }
        if (answer == Publication.CLOSED) {
            return "the publication was closed, and there is no other yet";
        }
        return answer == Publication.BACK_PRESSURED
                ? "those who subscribe are too slow"
                : answer == Publication.NOT_CONNECTED ? "nobody subscribes" : null;
    }

    /** For good. */
    Lost lost(String where) {
        long n = dropped.get();
        return n == 0 ? Lost.NOTHING : new Lost(n, where + n + " events dropped");
    }

    void tell(ObjLongConsumer<String> to) {
        to.accept("sent", sent.get());
        to.accept("back pressured", backPressured.get());
        to.accept("admin actions", adminActions.get());
        to.accept("not connected", unconnected.get());
        to.accept("waited ms", waitedNs.get() / 1_000_000);
        to.accept("not waited", notWaited.get());
        to.accept("dropped", dropped.get());
        to.accept("failed", failed.get());
        to.accept("publications", publications.get());
        to.accept("publications closed", closed.get());
        to.accept("publications at their end", atEnd.get());
    }
}
