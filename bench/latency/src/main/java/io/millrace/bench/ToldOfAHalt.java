package io.millrace.bench;

import io.millrace.engine.Engine;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * How long publishers that wait before a full ring still wait when the engine fails: from the moment at which that is thrown until the last of them
 * has its exception. Engine after engine, each of which halts.
 */
final class ToldOfAHalt {
    private static final int PUBLISHERS = 3;
    private static final int RING_SLOTS = 64;

    private ToldOfAHalt() {}

    /** Of each round the longest wait, in ms. */
    static <V> List<Double> longestMs(Topology topology, Input<V> in, V event, Output<V> out, int rounds)
            throws InterruptedException {
        Logger log = Logger.getLogger("io.millrace.engine");
        Level before = log.getLevel();
        log.setLevel(Level.OFF); // that each of them halts is what is wanted
        try {
            List<Double> longest = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                longest.add(round(topology, in, event, out) / 1e6);
            }
            return longest;
        } finally {
            log.setLevel(before);
        }
    }

    private static <V> long round(Topology topology, Input<V> in, V event, Output<V> out) throws InterruptedException {
        CountDownLatch fails = new CountDownLatch(1);
        long[] thrownNs = {0};
        long[] toldNs = new long[PUBLISHERS];
        List<Thread> publishers = new ArrayList<>();
        try (Engine engine = Engine.of(topology)
                .output(out, e -> {
                    fails.await();
                    thrownNs[0] = System.nanoTime(); // seen by who joins those that are told
                    throw new StackOverflowError("made up, so that the engine halts");
                })
                .ringSlots(RING_SLOTS)
                .start()) {
            for (int p = 0; p < PUBLISHERS; p++) {
                int number = p;
                publishers.add(new Thread(() -> toldNs[number] = publish(engine.publisher(in), event)));
            }
            publishers.forEach(Thread::start);
            while (publishers.stream().anyMatch(p -> p.getState() != Thread.State.TIMED_WAITING)) {
                if (publishers.stream().anyMatch(p -> p.getState() == Thread.State.TERMINATED)) {
                    fails.countDown(); // or closing would wait for the sink
                    throw new IllegalStateException("a publisher ended before the ring was full");
                }
                Thread.sleep(1); // they do nothing else that waits
            }
            fails.countDown();
            long last = Long.MIN_VALUE;
            for (int p = 0; p < PUBLISHERS; p++) {
                publishers.get(p).join();
                last = Math.max(last, toldNs[p] - thrownNs[0]);
            }
            return last;
        }
    }

    /** Until it is told; answers when that was. */
    private static <V> long publish(Publisher<V> publisher, V event) {
        try {
            while (true) {
                publisher.publish(event);
            }
        } catch (EngineStoppedException e) {
            return System.nanoTime();
        }
    }
}
