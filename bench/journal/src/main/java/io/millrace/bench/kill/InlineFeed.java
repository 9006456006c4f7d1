package io.millrace.bench.kill;

import io.millrace.engine.Inbox;
import io.millrace.engine.Inline;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers of an inline host: the first is its owner, the others hand over to its inbox, and hear of what is safe by what comes out. The
 * owner lets out and flushes behind each burst for a while, then behind each eighth, so that much waits for it; now and then it makes
 * a snapshot itself.
 */
final class InlineFeed {
    private static final int STRETCH = 16;
    private static final int SELDOM = 8;
    private static final int SNAPSHOT_ROUNDS = 48;

    private final Inline inline;
    private final boolean paced;
    private long round;

    InlineFeed(Inline inline, boolean paced) {
        this.inline = inline;
        this.paced = paced;
    }

    /** Until all has been published and processed. The calling thread is the owner's from here on. */
    void run(List<Sent> producers) {
        List<Thread> others = new ArrayList<>();
        for (int p = 1; p < producers.size(); p++) {
            Sent sent = producers.get(p);
            Inbox<Load.Numbered> inbox = inline.inbox(Load.INPUTS.get(p));
            others.add(new Thread(() -> produce(inbox, sent), "producer-" + p));
        }
        others.forEach(Thread::start);
        own(producers.get(0));
        while (others.stream().anyMatch(Thread::isAlive)) {
            if (!inline.doWork()) {
                LockSupport.parkNanos(Load.PAUSE_NS);
            }
        }
    }

    private void own(Sent sent) {
        if (sent.wasEnded()) {
            return;
        }
        while (sent.isLeft()) {
            for (int i = 0; i < Load.BURST && sent.isLeft(); i++) {
                sent.sent(inline.publish(Load.INPUTS.get(0), sent.event()));
            }
            round++;
            if (round / STRETCH % 2 == 0 || round % SELDOM == 0) {
                inline.doWork();
            }
            sent.safeUpTo(durable());
            if (round % SNAPSHOT_ROUNDS == 0) {
                makeSnapshot();
            }
            if (paced) {
                sent.rest();
            }
        }
        inline.publisher(Load.INPUTS.get(0)).end();
    }

    /** Without a journal accepted is all that there is. */
    private long durable() {
        return inline.durability() == Durability.MEMORY ? Long.MAX_VALUE : inline.durable();
    }

    /** Where the machine takes too long there is none, which is said and no fault. */
    private void makeSnapshot() {
        if (inline.recovered() == null) {
            return;
        }
        try {
            inline.makeSnapshot();
        } catch (JournalException e) {
            System.out.println("round " + round + ": " + e.getMessage());
        }
    }

    private void produce(Inbox<Load.Numbered> inbox, Sent sent) {
        if (sent.wasEnded()) {
            return;
        }
        while (sent.isLeft()) {
            for (int i = 0; i < Load.BURST && sent.isLeft(); i++) {
                inbox.put(sent.event());
                sent.sent(Long.MAX_VALUE); // its place is not told
                if (inline.durability() == Durability.MEMORY) {
                    sent.safeUpTo(Long.MAX_VALUE);
                }
            }
            if (paced) {
                sent.rest();
            }
        }
        inbox.end();
    }
}
