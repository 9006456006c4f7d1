package io.millrace.bench.rig;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** The bytes that all threads of this JVM have allocated. */
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    /** Threads that have ended are not in it: no thread may end while it is watched. */
    static long bytes() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(bytes, 0);
        }
        return sum;
    }
}
