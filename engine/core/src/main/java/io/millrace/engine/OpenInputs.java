package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;

/**
 * Which inputs with event time may still bring something. Fed with the entries in their order, on the thread that evaluates
 * them; an input that says twice that it has ended is counted once.
 */
final class OpenInputs {
    private final Host host;
    private final boolean[] ended;
    private int open;

    OpenInputs(Host host) {
        this.host = host;
        this.ended = new boolean[host.sources()];
        this.open = host.timedSources();
    }

    /** Looks at an entry before it is evaluated. */
    void see(byte[] bytes, int offset) {
        if (Entry.kind(bytes, offset) == EntryKind.END) {
            end(Entry.source(bytes, offset));
        }
    }

    /** It has ended. */
    void end(int source) {
        if (!ended[source]) {
            ended[source] = true;
            open -= host.isTimed(source) ? 1 : 0;
        }
    }

    boolean isNone() {
        return open == 0;
    }
}
