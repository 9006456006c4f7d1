package io.millrace.engine;

import io.millrace.event.Input;

/**
 * Where threads that do not own an inline host come in: its inbox, made when somebody first asks for it, and what they may ask.
 * {@code inbox} is written once, under the lock; {@code closed} is read and written under it.
 */
final class InlineDoor implements RingReader {
    private final Inline inline;
    private final Host host;
    private final int slots;
    private final InlineInbox.Taker taker;
    private final InlineInbox.Taker last;
    private volatile InlineInbox inbox;
    private boolean closed;

    /** The inbox has so many slots; the owner takes from it, and otherwise what is left when it closes. */
    InlineDoor(Inline inline, Host host, int slots, InlineInbox.Taker taker, InlineInbox.Taker last) {
        this.inline = inline;
        this.host = host;
        this.slots = slots;
        this.taker = taker;
        this.last = last;
    }

    // ---- any thread

    <V> Inbox<V> publisher(Input<V> input) {
        return open().publisher(input);
    }

    void redrive(byte[] bytes, int offset, int length) {
        open().redrive(bytes, offset, length);
    }

    /** How many events wait in the inbox. */
    long waiting() {
        InlineInbox in = inbox;
        return in == null ? 0 : in.waiting();
    }

    private synchronized InlineInbox open() {
        requireRunning();
        if (inbox == null) {
            if (closed) {
                throw inline.closedException();
            }
            inbox = new InlineInbox(host, slots, this);
        }
        return inbox;
    }

    @Override
    public void requireRunning() {
        inline.requireRunning();
        InlineInbox in = inbox;
        if (in != null && in.isClosed()) {
            throw inline.closedException(); // its owner is about to close the engine
        }
    }

    @Override
    public boolean isRunner() {
        return inline.isOwnedByCaller();
    }

    // ---- the owner

    /** Takes what waits, up to so many; answers how many those were. */
    int drain(int most) {
        InlineInbox in = inbox;
        if (in == null) {
            return 0;
        }
        inline.requireRunning();
        return in.drain(taker, most);
    }

    /** Accepts nothing more; what other threads were told is accepted is taken first, if the host can. */
    void close(boolean takes) {
        InlineInbox in;
        synchronized (this) {
            closed = true;
            in = inbox;
        }
        if (takes) {
            if (in != null) {
                in.close(last);
            }
            host.inputs().forEach(this::tellLast);
        }
    }

    /** Of drops behind which nothing comes any more. */
    private void tellLast(InputCounts of) {
        byte[] drops = new byte[InputCounts.DROPS_LENGTH];
        of.endDrops();
        while (!of.isTold()) {
            if (of.takeLast(drops)) {
                last.take(drops, 0, drops.length);
                of.settle(drops, true);
            } else {
                Thread.onSpinWait(); // somebody has a run, finds the ring closed, and gives it back
            }
        }
    }
}
