package io.millrace.cli;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Bytes that the threads of a run have allocated, and collections since its start. */
public final class Allocation {
    private final Map<Long, Long> bytesBefore;
    private final long collectionsBefore;

    private Allocation() {
        bytesBefore = bytesByThread();
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
     * Bytes allocated by the calling thread and all of Millrace's that run now; what threads allocated that have ended is not
     * known any more.
     *
     * @return since the start
     */
    public long bytesSince() {
        long[] sum = {0};
        bytesByThread().forEach((thread, bytes) -> sum[0] += bytes - bytesBefore.getOrDefault(thread, 0L));
        return sum[0];
    }

    /**
     * Garbage collections.
     *
     * @return since the start
     */
    public long collectionsSince() {
        return collections() - collectionsBefore;
    }

    /** Bytes that the calling thread has allocated in its life. */
    static long bytesOfThisThread() {
        return bytesOf(Thread.currentThread());
    }

    private static Map<Long, Long> bytesByThread() {
        Map<Long, Long> result = new HashMap<>();
        Thread[] all = new Thread[Thread.activeCount() + 16];
        int n = Thread.enumerate(all);
        for (int i = 0; i < n; i++) {
            if (all[i] == Thread.currentThread() || all[i].getName().startsWith("millrace-")) {
                result.put(all[i].getId(), bytesOf(all[i]));
            }
        }
        return result;
    }

    /** 0 on a JVM that does not count, and for a thread that has ended meanwhile. */
    private static long bytesOf(Thread thread) {
        return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
                ? Math.max(0, threads.getThreadAllocatedBytes(thread.getId()))
                : 0;
    }

    private static long collections() {
        long sum = 0;
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            sum += Math.max(0, gc.getCollectionCount());
        }
        return sum;
    }
}
