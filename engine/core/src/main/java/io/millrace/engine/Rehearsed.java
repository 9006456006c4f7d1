package io.millrace.engine;

import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** A host that only warms up. Belongs to the thread of the rehearsal. */
interface Rehearsed extends AutoCloseable {
    <V> Publisher<V> publisher(Input<V> input);

    /** Publishes as whoever uses the host does who has no publisher; false where there is no such way. */
    <V> boolean decide(Input<V> input, V event, long i);

    <V, W> Claims<W> claims(InPlaceInput<V, W> input);

    Topology topology();

    /** Publishes an entry as it is. */
    void publish(byte[] entry, int length);

    /** Waits until an entry has been processed. */
    void await(long sequence);

    /** Waits until all that was published has been processed. */
    void drain();

    /** Lets time pass, until all that is due has fired. */
    void passTime(long clockNs);

    /** Leaves its threads alone for so long that they sleep deeply, and are to be woken. */
    void rest();

    @Override
    void close();

    /** A live engine. */
    record Live(Engine engine) implements Rehearsed {
        private static final int SPINS = 1_000;
        private static final long REST_NS = 20_000_000;

        @Override
        public <V> Publisher<V> publisher(Input<V> input) {
            return engine.publisher(input);
        }

        @Override
        public <V> boolean decide(Input<V> input, V event, long i) {
            return false;
        }

        @Override
        public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
            return engine.claims(input);
        }

        @Override
        public Topology topology() {
            return engine.topology();
        }

        @Override
        public void publish(byte[] entry, int length) {
            engine.rehearse(entry, length);
        }

        @Override
        public void await(long sequence) {
            for (int i = 0; !engine.isDone(sequence); i++) {
                if (i < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }

        @Override
        public void drain() {
            engine.drain(Rehearsal.PATIENCE);
        }

        @Override
        public void passTime(long clockNs) {
            engine.rehearseTick(clockNs);
            drain();
        }

        @Override
        public void rest() {
            long untilNs = HostClock.nanoTime() + REST_NS;
            for (long leftNs = REST_NS; leftNs > 0; leftNs = untilNs - HostClock.nanoTime()) {
                LockSupport.parkNanos(this, leftNs);
            }
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** An inline host. */
    record OwnThread(Inline inline) implements Rehearsed {
        @Override
        public <V> Publisher<V> publisher(Input<V> input) {
            return inline.publisher(input);
        }

        @Override
        public <V> boolean decide(Input<V> input, V event, long i) {
            List<Output<?>> outputs = topology().outputs();
            if ((i & 4) == 0 || outputs.isEmpty()) {
                inline.publish(input, event);
            } else {
                Unheard nobody = new Unheard(Set.of(), (int) (i >> 3));
                inline.publish(input, event, outputs.get((int) (i % outputs.size())), nobody.standIn());
            }
            return true;
        }

        @Override
        public <V, W> Claims<W> claims(InPlaceInput<V, W> input) {
            return inline.claims(input);
        }

        @Override
        public Topology topology() {
            return inline.topology();
        }

        @Override
        public void publish(byte[] entry, int length) {
            inline.process(entry, 0, length);
        }

        @Override
        public void await(long sequence) {
            // it has been processed when publish returns
        }

        @Override
        public void drain() {
            return; // each event is processed within its call
        }

        @Override
        public void passTime(long clockNs) {
            inline.doWork(clockNs);
            inline.time().settleAll();
        }

        @Override
        public void rest() {
            // it has no threads
        }

        @Override
        public void close() {
            inline.close();
        }
    }
}
