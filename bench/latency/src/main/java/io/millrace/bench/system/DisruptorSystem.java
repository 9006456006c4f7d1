package io.millrace.bench.system;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Waiting;
import io.millrace.rig.Latencies;

/**
 * The hand loop in the handler of a raw Disruptor: a slot is claimed, the message is written where it stands, and it is published; the handler
 * reads it. What a hop costs without an engine. All slots are one array, a line of memory each, which is all that goes from core to
 * core for an event beside what the sequencer needs; what the ring itself refers to is the same for each.
 */
final class DisruptorSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final int claim;
    private final Tx made = new Tx();
    private final Lines slots;
    private final Disruptor<Lines> disruptor;
    private final RingBuffer<Lines> ring;
    private final Handler[] handlers;
    private final Failure failure = new Failure();

    /** The first of the events that wait for the others that are due with them. */
    private long firstDue;

    /** How many wait, this one included. */
    private int waiting;

    /** When they were due. */
    private long dueNs;

    DisruptorSystem(Conditions conditions, Loop loop, int claim, ProducerType producers) {
        this(conditions, claim, producers, loop);
    }

    /** A handler for each loop, each on a thread of its own; the last is measured. */
    DisruptorSystem(Conditions conditions, int claim, ProducerType producers, Loop... loops) {
        this.conditions = conditions;
        this.claim = claim;
        slots = new Lines(conditions.ringSlots());
        handlers = new Handler[loops.length];
        for (int i = 0; i < loops.length; i++) {
            handlers[i] = new Handler(loops[i], i == loops.length - 1 ? conditions.latencies() : null);
        }
        disruptor = new Disruptor<>(
                () -> slots,
                conditions.ringSlots(),
                DisruptorSystem::thread,
                producers,
                strategy(conditions.waiting()));
        disruptor.setDefaultExceptionHandler(failure);
        disruptor.handleEventsWith(handlers);
        ring = disruptor.start();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "disruptor");
        thread.setDaemon(true);
        return thread;
    }

    private static WaitStrategy strategy(Waiting waiting) {
        return waiting == Waiting.SPINNING
                ? new BusySpinWaitStrategy()
                : waiting == Waiting.YIELDING ? new YieldingWaitStrategy() : new SleepingWaitStrategy();
    }

    @Override
    public void publish(long i, long intendedNs) {
        if (claim > 1) {
            publishDue(i, intendedNs);
            return;
        }
        conditions.generator().fill(i, made);
        long sequence = ring.next();
        slots.write(sequence, made, i, intendedNs);
        ring.publish(sequence);
    }

    /** How many slots to claim is known when all have come: only then are they written, where they stand. */
    private void publishDue(long i, long intendedNs) {
        if (intendedNs != dueNs || i != firstDue + waiting) {
            flush();
        }
        if (waiting == 0) {
            firstDue = i;
            dueNs = intendedNs;
        }
        waiting++;
        if (waiting == claim) {
            flush();
        }
    }

    @Override
    public void burstEnds() {
        flush();
    }

    private void flush() {
        if (waiting > 0) {
            claimFor(firstDue, waiting, dueNs);
            waiting = 0;
        }
    }

    /** So many events that follow each other, in one claim. */
    private void claimFor(long first, int n, long intendedNs) {
        long last = ring.next(n);
        long i = first;
        for (long sequence = last - n + 1; sequence <= last; sequence++) {
            conditions.generator().fill(i, made);
            slots.write(sequence, made, i++, intendedNs);
        }
        ring.publish(last - n + 1, last);
    }

    @Override
    public void run(long from, long to) {
        if (claim == 1) {
            SystemUnderTest.super.run(from, to);
            return;
        }
        for (long i = from; i < to; i += claim) {
            claimFor(i, (int) Math.min(claim, to - i), 0);
        }
    }

    /** The second thread. */
    private static final class Handler implements EventHandler<Lines> {
        private final Loop loop;
        private final Latencies latencies;
        private final Tx read = new Tx();
        private final Answer answer = new Answer();

        Handler(Loop loop, Latencies latencies) {
            this.loop = loop;
            this.latencies = latencies;
        }

        @Override
        public void onEvent(Lines slots, long sequence, boolean endOfBatch) {
            slots.read(sequence, read);
            loop.on(read, answer);
            if (latencies != null && Conditions.isMeasured(read, slots.event(sequence))) {
                latencies.decided(slots.event(sequence), slots.intendedNs(sequence));
            }
        }
    }

    /** Keeps the first, and lets the handler go on: one that ended would keep {@link #settle} waiting. */
    private static final class Failure implements ExceptionHandler<Lines> {
        private volatile Throwable first;

        @Override
        public void handleEventException(Throwable e, long sequence, Lines slots) {
            first = first == null ? e : first;
        }

        @Override
        public void handleOnStartException(Throwable e) {
            handleEventException(e, 0, null);
        }

        @Override
        public void handleOnShutdownException(Throwable e) {
            handleEventException(e, 0, null);
        }
    }

    @Override
    public void settle() {
        flush();
        long last = ring.getCursor();
        for (Handler handler : handlers) {
            while (disruptor.getSequenceValueFor(handler) < last) {
                Thread.onSpinWait();
            }
        }
        if (failure.first != null) {
            throw new IllegalStateException(
                    "a handler of the Disruptor failed; the run counts for nothing", failure.first);
        }
    }

    @Override
    public Answer answer() {
        for (Handler handler : handlers) {
            if (!handler.answer.equals(handlers[0].answer)) {
                throw new IllegalStateException(
                        "one handler has " + handlers[0].answer + ", another " + handler.answer);
            }
        }
        return handlers[0].answer.copy();
    }

    @Override
    public void close() {
        disruptor.halt();
    }
}
