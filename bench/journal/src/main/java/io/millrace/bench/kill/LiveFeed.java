package io.millrace.bench.kill;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Producers of a live engine, each on a thread of its own: a burst event by event, the next one side by side, now and then of several claims. */
final class LiveFeed {
    private static final int LONG_ROUNDS = 16;

    /** More than one claim of the ring takes. */
    private static final int LONG_BATCH = 5 * Load.BURST;

    private final Engine engine;
    private final boolean paced;

    LiveFeed(Engine engine, boolean paced) {
        this.engine = engine;
        this.paced = paced;
    }

    /** Until all has been published. */
    void run(List<Sent> producers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers.size(); p++) {
            Sent sent = producers.get(p);
            Publisher<Load.Numbered> publisher = engine.publisher(Load.INPUTS.get(p));
            threads.add(new Thread(() -> produce(publisher, sent), "producer-" + p));
        }
        threads.forEach(Thread::start);
        for (Thread t : threads) {
            t.join();
        }
    }

    /** Until all is through. */
    void drain(Duration most) {
        long left = engine.drain(most);
        if (left != 0) {
            throw new IllegalStateException(left + " entries are not through within " + most + ": " + engine.health());
        }
    }

    private void produce(Publisher<Load.Numbered> publisher, Sent sent) {
        if (sent.wasEnded()) {
            return;
        }
        List<Load.Numbered> together = new ArrayList<>();
        for (int round = 0; sent.isLeft(); round++) {
            if (round % 2 == 0) {
                singly(publisher, sent);
            } else {
                together(publisher, sent, together, round % LONG_ROUNDS == 1 ? LONG_BATCH : Load.BURST);
            }
            if (paced) {
                sent.rest();
            }
        }
        publisher.end();
    }

    private void singly(Publisher<Load.Numbered> publisher, Sent sent) {
        for (int i = 0; i < Load.BURST && sent.isLeft(); i++) {
            sent.sent(publisher.publish(sent.event()));
            sent.safeUpTo(engine.durable());
        }
    }

    private void together(Publisher<Load.Numbered> publisher, Sent sent, List<Load.Numbered> events, int most) {
        events.clear();
        for (int i = 0; i < most && i < sent.left(); i++) {
            events.add(sent.event(i));
        }
        int taken = publisher.publishBatch(events);
        if (taken != events.size()) {
            throw new IllegalStateException(
                    taken + " of " + events.size() + " events were taken, of an input that waits");
        }
        sent.sentTogether(taken);
        sent.safeUpTo(engine.durable());
    }
}
