package io.millrace.bench;

import com.sun.management.ThreadMXBean;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.event.Output;
import io.millrace.transport.aeron.AeronMedia;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What stands at the other end of {@code bench/run aeron}, bare and ours. */
final class AeronSides {
    static final Output<TransactionDecoder> OUT = Output.of("out", Messages.TRANSACTION);
    static final int FRAGMENTS = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Where the number of a message stands in a frame of a sink. */
    private static final int NUMBER_AT = 16;

    private AeronSides() {}

    /** The driver, or the other side, is not there any more, which has been said: there is nothing to look for in a stack. */
    static final class Ended extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Ended(String why) {
            super(why);
        }
    }

    /** Who takes frames and sends them: Aeron alone, or an engine of ours, run by its caller or by threads of its own. */
    enum Who {
        BARE,
        INLINE,
        ENGINE
    }

    /** Channels of a ping, its answer, and of the frame that is looked at. */
    record Wires(Aeron aeron, AeronDriver driver, String there, String back) {
        AeronMedia media() {
            return driver.media();
        }

        /** Waits for room, or for what is to come; not for ever where the driver has given the client up, or the other side has failed. */
        void pause(Running other) {
            if (!other.isWorking()) {
                throw new Ended("the other side has ended, see above; try again");
            }
            pause();
        }

        /** Where no other side is there yet. */
        void pause() {
            if (aeron.isClosed()) {
                throw new Ended(
                        "the driver gave its client up, or was not heard: this machine is too busy; try again when it is not");
            }
            driver.run();
            Thread.yield();
        }
    }

    /** What answers, or counts, until it is stopped. */
    interface Side extends AutoCloseable {
        /** One round; answers whether there was something. */
        boolean work() throws Exception;

        /** How many frames it has taken. */
        long taken();

        /** Whether it has threads of its own, and nothing is to be run. */
        default boolean isLive() {
            return false;
        }

        /** Whether these go on. */
        default boolean isWorking() {
            return true;
        }

        /** What these have allocated so far. */
        default long allocated() {
            return 0;
        }

        @Override
        void close();
    }

    static int idFromEnd() {
        return Messages.TRANSACTION.maxLength() - 8;
    }

    /** Of the event and of the message, as a sink would: a source looks at the number of a message that does not go on by one. */
    static void number(UnsafeBuffer frame, long id) {
        frame.putLong(frame.capacity() - idFromEnd(), id, ByteOrder.LITTLE_ENDIAN);
        frame.putLong(NUMBER_AT, id, ByteOrder.LITTLE_ENDIAN);
    }

    /** What the calling thread has allocated so far. */
    static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    static long allocated(Thread thread) {
        return THREADS.getThreadAllocatedBytes(thread.getId());
    }

    /** A side and its thread, which yields when there is nothing, and rests always where the side has its own. */
    static final class Running {
        /** It is asked for words, which takes a while. */
        private static final int LOOK_EACH = 1 << 16;

        final Side side;
        private final Thread thread;
        private int looks;
        private volatile boolean stopped;
        private volatile boolean rests;
        private volatile boolean isResting;

        Running(Side side) {
            this.side = side;
            thread = new Thread(this::run, "other side");
            thread.setDaemon(true); // where the one that measures has failed
            thread.start();
        }

        private void run() {
            try {
                while (!stopped) {
                    if (rests || side.isLive()) {
                        park();
                    } else if (!side.work()) {
                        Thread.yield();
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                side.close();
            }
        }

        private void park() {
            isResting = true;
            while ((rests || side.isLive()) && !stopped) {
                LockSupport.park(this);
            }
            isResting = false;
        }

        /** Whether it goes on; asked by the thread that measures. */
        boolean isWorking() {
            return thread.isAlive() && (++looks % LOOK_EACH != 0 || side.isWorking());
        }

        /** Until {@link #go}: it takes no processor from the side that is measured. */
        void rest() {
            rests = true;
            while (!isResting && thread.isAlive()) {
                Thread.yield();
            }
        }

        void go() {
            rests = false;
            LockSupport.unpark(thread);
        }

        /** What its thread has allocated so far. */
        long allocated() {
            return AeronSides.allocated(thread) + side.allocated();
        }

        void stop() throws InterruptedException {
            stopped = true;
            LockSupport.unpark(thread);
            thread.join();
        }
    }

    static final class BareEcho implements Side {
        private final ExclusivePublication out;
        private final Subscription in;
        private final FragmentHandler back = (b, offset, length, h) -> back(b, offset, length);

        BareEcho(Wires wires) {
            out = wires.aeron.addExclusivePublication(wires.back, 2);
            in = wires.aeron.addSubscription(wires.there, 1);
        }

        @Override
        public boolean work() {
            return in.poll(back, FRAGMENTS) > 0;
        }

        private void back(DirectBuffer b, int offset, int length) {
            while (out.offer(b, offset, length) < 0 && !out.isClosed()) {
                Thread.yield();
            }
        }

        @Override
        public long taken() {
            return 0;
        }

        @Override
        public void close() {
            in.close();
            out.close();
        }
    }

    static final class BareCount implements Side {
        private final Subscription in;
        private final FragmentHandler count = this::count;
        private volatile long taken;
        private long sum;

        private void count(DirectBuffer b, int offset, int length, io.aeron.logbuffer.Header header) {
            sum += b.getLong(offset + length - idFromEnd());
        }

        BareCount(Wires wires) {
            in = wires.aeron.addSubscription(wires.there, 5);
        }

        @Override
        public boolean work() {
            int n = in.poll(count, FRAGMENTS);
            taken += n; // one writer
            return n > 0;
        }

        @Override
        public long taken() {
            return taken;
        }

        @Override
        public void close() {
            in.close();
            assert sum != 1;
        }
    }
}
