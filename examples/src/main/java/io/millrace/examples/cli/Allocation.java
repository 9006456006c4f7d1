package io.millrace.examples.cli;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that the threads of a run have allocated, and collections since its start. */
public final class Allocation {
    private final long bytesBefore;
    private final long collectionsBefore;

    private Allocation() {
        bytesBefore = bytes();
        collectionsBefore = collections();
    }

    /**
     * Begins to count.
     *
     * @return counts from now on
     */
    public static Allocation start() {
        return new Allocation();
    }

    /**
     * Bytes allocated by the calling thread and all of Millrace's that run now.
     *
     * @return since the start
     */
    public long bytesSince() {
        return bytes() - bytesBefore;
    }

    /**
     * Garbage collections.
     *
     * @return since the start
     */
    public long collectionsSince() {
        return collections() - collectionsBefore;
    }

    private static long bytes() {
        if (!(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
            return 0;
        }
        long sum = 0;
        Thread[] all = new Thread[Thread.activeCount() + 16];
        int n = Thread.enumerate(all);
        for (int i = 0; i < n; i++) {
            if (all[i] == Thread.currentThread() || all[i].getName().startsWith("millrace-")) {
                sum += threads.getThreadAllocatedBytes(all[i].getId());
            }
        }
        return sum;
    }

    private static long collections() {
        long sum = 0;
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            sum += Math.max(0, gc.getCollectionCount());
        }
        return sum;
    }
}
