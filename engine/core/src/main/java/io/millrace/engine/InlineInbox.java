package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Header;
import io.millrace.event.Input;

/**
 * What other threads want an inline engine to take: a bounded ring as a live engine's, read by the owner. An entry gets its
 * place in the input order when the owner takes it.
 */
final class InlineInbox {
    private final InputRing ring;
    private final Ingress ingress;

    /** The owner's own: the next to take. */
    private long next;

    InlineInbox(Host host, int slots, RingReader reader) {
        ring = new InputRing(slots, host.core().largestEntry(), false, 1);
        ingress = new Ingress(host, ring, reader, "inbox");
    }

    // ---- any thread

    <V> Inbox<V> publisher(Input<V> input) {
        return new Hand<>(new RingPublisher<>(ingress, input));
    }

    void redrive(byte[] bytes, int offset, int length) {
        ingress.redrive(bytes, offset, length);
    }

    long waiting() {
        return Math.max(0, ring.cursor() - ring.consumed());
    }

    boolean isClosed() {
        return ring.isClosed();
    }

    /** Hands over for one thread. */
    private record Hand<V>(RingPublisher<V> publisher) implements Inbox<V> {
        @Override
        public boolean put(V event, Header header) {
            return publisher.publish(event, header) != Publisher.DROPPED;
        }

        @Override
        public boolean offer(V event, Header header) {
            return publisher.tryPublish(event, header) >= 0;
        }

        @Override
        public void end() {
            publisher.end();
        }
    }

    // ---- the owner

    /** Takes an entry. */
    interface Taker {
        /** Answers false where it takes nothing at the moment; then it was not taken. */
        boolean take(byte[] bytes, int offset, int length);
    }

    /** Takes what has been handed over, up to so many, and as much again of what waited for room; answers how many those were. */
    int drain(Taker taker, int most) {
        int n = take(taker, most);
        if (!ingress.backlogs().isBehind()) {
            return n;
        }
        ingress.letIn();
        return n + take(taker, most - n);
    }

    private int take(Taker taker, int most) {
        long last = ring.published(next, most);
        int n = 0;
        while (next <= last && takes(taker, ring.offset(next))) {
            next++;
            n++;
        }
        if (n > 0) {
            ring.consumed(0, next - 1);
        }
        return n;
    }

    private boolean takes(Taker taker, int at) {
        boolean isVoid =
                Entry.kind(ring.slots(), at) == EntryKind.VOID; // refused at close; the order knows nothing of it
        return isVoid || taker.take(ring.slots(), at, Entry.length(ring.slots(), at));
    }

    /** Accepts nothing more, and takes all that had been accepted. */
    void close(Taker taker) {
        ingress.backlogs().close();
        while (ingress.backlogs().isBehind()) {
            drain(taker, Integer.MAX_VALUE);
        }
        ring.close();
        while (!ring.isOver(next)) {
            if (drain(taker, Integer.MAX_VALUE) == 0) {
                Thread.onSpinWait(); // somebody has a place and fills it
            }
        }
    }
}
