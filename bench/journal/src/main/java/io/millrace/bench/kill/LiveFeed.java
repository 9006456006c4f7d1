package io.millrace.bench.kill;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Producers of a live engine, each on a thread of its own. */
final class LiveFeed {
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
        while (sent.isLeft()) {
            for (int i = 0; i < Load.BURST && sent.isLeft(); i++) {
                sent.sent(publisher.publish(sent.event()));
                sent.safeUpTo(engine.durable());
            }
            if (paced) {
                sent.rest();
            }
        }
        publisher.end();
    }
}
